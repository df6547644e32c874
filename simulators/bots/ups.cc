// A UPS: it carries its feed of all rack PDUs, loses some of it, and lives on its battery while the mains are away.
#include <algorithm>
#include <cmath>
#include <map>

#include "simulators/bots/device.h"
#include "simulators/physics/battery.h"
#include "simulators/physics/power.h"

namespace dcim::bots {
namespace {

constexpr double kInverter = 0.96;
constexpr double kOwnUse_kw = 0.5;  // of the inverter
constexpr double kUsualSoh = 0.95;
constexpr double kRoom_c = 23;

class Ups final : public Device {
 public:
  Ups(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed)
      : topic_(unit.topic), mains_(seed, "mains", 1.6, 600), frequency_(seed, "frequency", 0.015, 120), warmth_(seed, "warmth", 0.4, 7200) {
    const auto upses = site.all(BotType::ups);
    const auto position = std::ranges::find(upses, unit.topic, &UnitConfig::topic) - upses.begin();
    const std::string feed = upses.size() == 1 ? "value" : position == 0 ? "feed_a_power" : "feed_b_power";
    for (const auto* pdu : site.all(BotType::pdu)) {
      auto& kw = load_kw_[pdu->topic];
      kw = position < 2 ? physics::RackLoad::kUsual_kw / static_cast<double>(std::min<std::size_t>(2, upses.size())) : 0;
      if (position < 2)
        on(pdu->topic, [this, &kw, feed](const Moment&, const Fields& f) {
          kw = std::max(0.0, find_or(f, feed, kw));
          sum();
        });
    }
    if (site.all(BotType::pdu).empty()) load_kw_[""] = 20;
    for (const auto* monitor : site.all(BotType::battery)) {
      if (monitor->unit() == unit.unit()) on(monitor->topic, [this](const Moment&, const Fields& f) { soh_ = find_or(f, "soh", soh_ * 100) / 100; });
    }
    for (auto& [topic, kw] : load_kw_) remember(topic, kw);
    remember("soh", soh_);
    remember("energy", energy_kwh_);
    sum();
  }

  void advance(double seconds, const Moment& now) override {
    if (energy_kwh_ < 0) energy_kwh_ = usual_counter_kwh(now.s, input_kw());
    in_steps(seconds, now.s, [&](double step_s, double) {
      // Once it is empty the output stays off until the mains are back.
      const bool on_battery = mains_failed_ && !battery_.empty();
      charging_kw_ = mains_failed_ ? 0 : std::max(float_kw(), battery_.step(step_s, 0, soh_, kRoom_c));
      if (on_battery) battery_.step(step_s, std::max(battery_kw(), kOwnUse_kw), soh_, kRoom_c);
      update_state();
      energy_kwh_ += input_kw() * step_s / 3600;
    });
  }

  void read(const Moment& now, std::vector<Message>& out) const override {
    const bool dead = state_ == UpsState::depleted, on_battery = state_ == UpsState::on_battery;
    const double output = dead ? 0 : output_kw_;
    const double current = on_battery ? battery_kw() * 1000 / battery_.voltage_v(battery_kw()) : -charging_kw_ * 1000 / battery_.voltage_v(0);
    Fields f{{"state", static_cast<double>(state_)},
             {"input_voltage", mains_failed_ ? 0 : rounded(230 + mains_.at(now.s), 0.1)},
             {"input_frequency", mains_failed_ ? 0 : rounded(50 + frequency_.at(now.s), 0.01)},
             {"output_voltage", dead ? 0 : rounded(230 + 0.1 * mains_.at(now.s), 0.1)},
             {"load", rounded(100 * output / ups_.rated_kw, 0.1)},
             {"input_power", rounded(input_kw(), 0.001)},
             {"output_power", rounded(output, 0.001)},
             {"loss_power", rounded(dead ? 0 : physics::ups_loss_kw(output, ups_), 0.001)},
             {"battery_charge", rounded(100 * battery_.charge(), 0.1)},
             {"battery_runtime", rounded(battery_.runtime_min(battery_kw(), soh_, kRoom_c), 0.1)},
             {"battery_soh", rounded(100 * soh_, 0.1)},
             {"battery_voltage", rounded(battery_.voltage_v(on_battery ? battery_kw() : 0), 0.1)},
             {"battery_current", rounded(current, 0.01)},
             {"temperature", rounded(kRoom_c + 3 + 6 * output / ups_.rated_kw + warmth_.at(now.s), 0.1)},
             {"energy", rounded(energy_kwh_, 0.001)}};
    out.push_back({topic_, std::move(f), ""});
  }

  void set_scenarios(const std::vector<Scenario>& active) override {
    mains_failed_ = std::ranges::any_of(active, [](const auto& s) { return s.name == "MAINS_FAILURE"; });
    update_state();
  }

  Fields state() const override {
    auto out = Device::state();
    out.emplace_back("charge", battery_.charge());
    return out;
  }
  void restore(const Fields& f) override {
    Device::restore(f);
    battery_.set_charge(std::clamp(find_or(f, "charge", 1), 0.0, 1.0));
    sum();
    update_state();
  }

 private:
  void update_state() {
    const auto state = !mains_failed_ ? UpsState::online : battery_.empty() ? UpsState::depleted : UpsState::on_battery;
    if (state != state_) urgent();
    state_ = state;
  }
  void sum() {
    output_kw_ = 0;
    for (const auto& [topic, kw] : load_kw_) output_kw_ += kw;
  }
  // At the inverter's input.
  double battery_kw() const { return output_kw_ / kInverter; }
  double float_kw() const { return battery_.float_current_a(soh_, kRoom_c) * battery_.float_voltage_v() / 1000; }
  double input_kw() const { return mains_failed_ ? 0 : output_kw_ + physics::ups_loss_kw(output_kw_, ups_) + charging_kw_; }

  std::string topic_;
  physics::Wander mains_, frequency_, warmth_;
  physics::UpsParameters ups_;
  physics::Battery battery_;
  std::map<std::string, double> load_kw_;  // by PDU topic
  double output_kw_ = 0, charging_kw_ = 0, energy_kwh_ = -1;
  double soh_ = kUsualSoh;
  bool mains_failed_ = false;
  UpsState state_ = UpsState::online;
};

}  // namespace

std::unique_ptr<Device> make_ups(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed) {
  return std::make_unique<Ups>(site, unit, seed);
}

}  // namespace dcim::bots
