#include "simulators/bots/device.h"

#include <algorithm>
#include <cmath>

#include "simulators/physics/noise.h"

namespace dcim::bots {

std::vector<std::string> Device::hears() const {
  std::vector<std::string> out;
  for (const auto& [topic, heard] : heard_) out.push_back(topic);
  return out;
}

void Device::hear(const Moment& now, const std::string& topic, const Fields& fields) {
  const auto it = heard_.find(topic);
  if (it == heard_.end()) return;
  for (const auto& heard : it->second) heard(now, fields);
}

void Device::on(const std::string& topic, Heard heard) { heard_[topic].push_back(std::move(heard)); }

Fields Device::state() const {
  Fields out;
  for (const auto& [name, value] : remembered_) out.emplace_back(name, *value);
  return out;
}

void Device::restore(const Fields& state) {
  for (const auto& [name, value] : remembered_) *value = find_or(state, name, *value);
}

std::unique_ptr<Device> make_device(const SiteModel& site, const UnitConfig& unit, std::uint64_t site_seed) {
  const auto seed = physics::mix(site_seed, unit.name);
  switch (unit.type) {
    case BotType::temperature: return make_temperature(site, unit, seed);
    case BotType::pdu: return make_pdu(site, unit, seed, site_seed);
    case BotType::ups: return make_ups(site, unit, seed);
    case BotType::battery: return make_battery(site, unit, seed);
    case BotType::crac: return make_crac(site, unit, seed);
    case BotType::leak: return make_leak(site, unit, seed);
    case BotType::meter: return make_meter(site, unit, seed);
    case BotType::weather: return make_weather(site, unit, seed);
  }
  return nullptr;
}

double usual_counter_kwh(double time_s, double usual_kw) {
  constexpr double kBuilt_s = 1.7e9;  // November 2023
  return std::max(0.0, time_s - kBuilt_s) / 3600 * usual_kw;
}

double rounded(double value, double step) { return std::round(value / step) * step; }

}  // namespace dcim::bots
