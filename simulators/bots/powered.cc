#include "simulators/bots/powered.h"

#include <algorithm>

namespace dcim::bots {
namespace {

constexpr double kDead_v = 100;

}  // namespace

PoweredDevice::PoweredDevice(const SiteModel& site, const UnitConfig& unit)
    : chain_(site.power_chain()), failed_(site.power.size()), output_(site.power.size(), 1) {
  for (const auto& element : site.power) names_.push_back(element.name);
  for (const auto* ups : site.all(BotType::ups)) {
    const auto element = site.element_of(*ups);
    if (!element || ups->topic == unit.topic || std::ranges::find(unit.power_path, names_[*element]) == unit.power_path.end()) continue;
    hear_ups(*element, ups->topic);
  }
}

void PoweredDevice::hear_ups(std::size_t element, const std::string& topic) {
  remember(names_[element] + " output", output_[element]);
  on(topic, [this, element](const Moment&, const Fields& f) {
    const bool alive = find_or(f, "output_voltage", 230) > kDead_v;
    if (alive == (output_[element] > 0)) return;
    set_output(element, alive);
    power_changed();
  });
}

void PoweredDevice::set_output(std::size_t ups, bool on) {
  output_[ups] = on;
  update();
}

void PoweredDevice::update() {
  for (std::size_t i = 0; i < names_.size(); ++i) chain_.set_off(i, failed_[i] || output_[i] <= 0);
}

void PoweredDevice::set_scenarios(const std::vector<Scenario>& active) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    failed_[i] = std::ranges::any_of(active, [&](const auto& s) { return s.name == "ELEMENT_FAILURE" && s.unit == names_[i]; });
  }
  update();
  power_changed();
}

void PoweredDevice::restore(const Fields& state) {
  Device::restore(state);
  update();
  power_changed();
}

}  // namespace dcim::bots
