#include "simulators/bots/unit.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "simulators/physics/noise.h"

namespace dcim::bots {
namespace {

constexpr double kLongestGap_s = 6 * 3600;  // after a longer one the model would have settled anyway
constexpr double kDrift_k_per_s = 0.05 / 60, kDriftShare_per_s = 0.001 / 60;

bool same(const std::vector<Scenario>& a, const std::vector<Scenario>& b) {
  return std::ranges::equal(a, b, [](const auto& one, const auto& other) { return one.same(other); });
}

std::vector<Scenario> without_elements(std::vector<Scenario> scenarios) {
  std::erase_if(scenarios, [](const auto& scenario) { return scenario_kind(scenario.name)->target == TargetKind::element; });
  return scenarios;
}

}  // namespace

Moment moment_at(double time_s) {
  const auto whole = static_cast<std::time_t>(std::floor(time_s));
  std::tm local{};
  localtime_r(&whole, &local);
  return {time_s, {local.tm_hour + local.tm_min / 60.0 + (local.tm_sec + time_s - std::floor(time_s)) / 3600, local.tm_wday, local.tm_yday}};
}

double phase_of(std::uint64_t seed, const std::string& name) { return physics::chosen(seed, name + " phase", 0, 1); }

Unit::Unit(const SiteModel& site, const UnitConfig& config, std::uint64_t seed) : config_(config), device_(make_device(site, config, seed)) {}

void Unit::advance(double time_s) {
  const double before = now_s_.value_or(time_s);
  now_s_ = std::max(before, time_s);
  device_->advance(std::min(*now_s_ - before, kLongestGap_s), moment_at(*now_s_));
}

Fields Unit::state() const {
  auto out = device_->state();
  if (now_s_ && !out.empty()) out.emplace_back("at", *now_s_);
  return out;
}

void Unit::restore(const Fields& state, double time_s) {
  device_->restore(state);
  const double at_s = find_or(state, "at", time_s);
  now_s_ = at_s <= time_s && time_s - at_s <= kLongestGap_s ? at_s : time_s;
  advance(time_s);
}

void Unit::hear(double time_s, const std::string& topic, const Fields& fields) {
  advance(time_s);
  device_->hear(moment_at(*now_s_), topic, fields);
}

bool Unit::set_scenarios(double time_s, const std::vector<Scenario>& active) {
  std::vector<Scenario> mine;
  std::ranges::copy_if(active, std::back_inserter(mine), [&](const auto& scenario) { return concerns(scenario, config_); });
  if (same(mine, scenarios_)) return false;
  advance(time_s);
  // What fails somewhere in the power chain is noticed by what it does: the device knows.
  urgent_ = urgent_ || !same(without_elements(mine), without_elements(scenarios_));
  scenarios_ = std::move(mine);
  device_->set_scenarios(scenarios_);
  return true;
}

bool Unit::take_urgent() {
  const bool own = std::exchange(urgent_, false);
  return device_->take_urgent() || own;
}

const Scenario* Unit::active(std::string_view name) const {
  const auto it = std::ranges::find(scenarios_, name, &Scenario::name);
  return it == scenarios_.end() ? nullptr : &*it;
}

void Unit::read(double time_s, std::vector<Message>& out) {
  advance(time_s);
  if (active("SENSOR_SILENT")) return;
  std::vector<Message> said;
  device_->read(moment_at(*now_s_), said);
  if (active("SENSOR_STUCK") && !last_.empty()) {
    said = last_;
  } else {
    last_ = said;
  }
  if (const auto* drift = active("SENSOR_DRIFT"); drift && !said.empty() && !said.front().fields.empty()) {
    const double seconds = std::max(0.0, *now_s_ - drift->started_s);
    auto& value = said.front().fields.front().second;
    const double off = config_.type == BotType::temperature ? kDrift_k_per_s * seconds : std::abs(value) * kDriftShare_per_s * seconds;
    value = rounded(value + off, 0.001);
  }
  std::ranges::move(said, std::back_inserter(out));
}

}  // namespace dcim::bots
