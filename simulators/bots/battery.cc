// The monitor of a UPS's battery string: voltage, resistance and temperature of every block, and the health that follows from them.
#include <algorithm>
#include <cstdio>

#include "simulators/bots/device.h"
#include "simulators/physics/battery.h"

namespace dcim::bots {
namespace {

constexpr int kBlocks = 32;
constexpr double kDegradation_per_s = 0.02 / 60;
constexpr double kDegradationMost = 0.8;
constexpr double kRoom_c = 23;
constexpr double kYear_s = 365.25 * 86400;
constexpr double kInstalled_s = 1.7e9;  // November 2023

std::string numbered(int block, const char* what) {
  char text[48];
  std::snprintf(text, sizeof text, "block_%02d_%s", block, what);
  return text;
}

class BatteryMonitor final : public Device {
 public:
  BatteryMonitor(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed)
      : topic_(unit.topic), room_(seed, "room", 0.4, 4 * 3600.0), failing_(static_cast<int>(physics::chosen(seed, "failing block", 0, kBlocks))) {
    for (int i = 0; i < kBlocks; ++i) {
      blocks_.emplace_back(seed, i);
      names_.push_back({numbered(i + 1, "voltage"), numbered(i + 1, "resistance"), numbered(i + 1, "temperature")});
    }
    remember("extra", extra_);
    remember("voltage", string_v_);
    remember("current", current_a_);
    for (const auto* ups : site.all(BotType::ups)) {
      if (ups->unit() != unit.unit()) continue;
      on(ups->topic, [this](const Moment&, const Fields& f) {
        string_v_ = find_or(f, "battery_voltage", string_v_);
        current_a_ = find_or(f, "battery_current", current_a_);
      });
    }
  }

  void advance(double seconds, const Moment&) override {
    // A block that has failed stays so until it is replaced: stopping the scenario is replacing it.
    extra_ = degrading_ ? std::min(kDegradationMost, extra_ + kDegradation_per_s * seconds) : 0;
  }

  void read(const Moment& now, std::vector<Message>& out) const override {
    const double healthy = health(now.s);
    const double ambient = kRoom_c + room_.at(now.s);
    Fields f{{"string_voltage", rounded(string_v_, 0.1)},
             {"string_current", rounded(current_a_, 0.01)},
             {"temperature", rounded(ambient, 0.1)},
             {"soh", rounded(100 * std::min(healthy, physics::health_of_resistance(physics::resistance_of_health(healthy) + extra_)), 0.1)}};
    f.reserve(f.size() + 3 * kBlocks);
    for (int i = 0; i < kBlocks; ++i) {
      const auto& block = blocks_[static_cast<std::size_t>(i)];
      const auto& name = names_[static_cast<std::size_t>(i)];
      const double extra = i == failing_ ? extra_ : 0;
      f.emplace_back(name.voltage, rounded(block.voltage_v(string_v_ / kBlocks, current_a_, extra), 0.01));
      f.emplace_back(name.resistance, rounded(block.resistance_mohm(healthy, extra), 0.01));
      f.emplace_back(name.temperature, rounded(block.temperature_c(ambient, current_a_, extra, now.s), 0.1));
    }
    out.push_back({topic_, std::move(f), ""});
  }

  void set_scenarios(const std::vector<Scenario>& active) override {
    degrading_ = std::ranges::any_of(active, [](const auto& s) { return s.name == "CELL_DEGRADATION"; });
  }

 private:
  static double health(double time_s) { return physics::state_of_health(std::max(0.0, time_s - kInstalled_s) / kYear_s, kRoom_c); }

  struct Names {
    std::string voltage, resistance, temperature;
  };
  std::string topic_;
  physics::Wander room_;
  int failing_;
  std::vector<physics::Block> blocks_;
  std::vector<Names> names_;
  double string_v_ = physics::Battery().float_voltage_v();
  double current_a_ = 0;
  double extra_ = 0;
  bool degrading_ = false;
};

}  // namespace

std::unique_ptr<Device> make_battery(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed) {
  return std::make_unique<BatteryMonitor>(site, unit, seed);
}

}  // namespace dcim::bots
