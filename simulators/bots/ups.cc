// A UPS: it carries what draws through it by the site's power chain, loses some of it, and lives on its battery while its input is dead.
#include <algorithm>
#include <cmath>
#include <map>

#include "simulators/bots/powered.h"
#include "simulators/physics/battery.h"
#include "simulators/physics/power.h"

namespace dcim::bots {
namespace {

constexpr double kInverter = 0.96;
constexpr double kOwnUse_kw = 0.5;  // of the inverter
constexpr double kUsualSoh = 0.95;
constexpr double kRoom_c = 23;

class Ups final : public PoweredDevice {
 public:
  Ups(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed)
      : PoweredDevice(site, unit),
        topic_(unit.topic),
        mains_(seed, "mains", 1.6, 600),
        frequency_(seed, "frequency", 0.015, 120),
        warmth_(seed, "warmth", 0.4, 7200),
        own_(site.element_of(unit)) {
    if (own_) size_to(site.power[*own_].rated_kw.value_or(ups_.rated_kw));
    for (const auto& draw : site.draws()) {
      if (!own_ || !draw.element || std::ranges::count(site.before(*draw.element), *own_) == 0) continue;
      const auto name = draw.topic + " " + draw.field;
      auto& kw = loads_[name];
      kw = {*draw.element, draw.usual_kw};
      remember(name, kw.kw);
      on(draw.topic, [this, &kw, field = draw.field](const Moment&, const Fields& f) {
        kw.kw = std::max(0.0, find_or(f, field, kw.kw));
        sum();
      });
    }
    if (site.all(BotType::pdu).empty()) other_kw_ = 20;
    for (const auto* monitor : site.all(BotType::battery)) {
      if (monitor->unit() == unit.unit()) on(monitor->topic, [this](const Moment&, const Fields& f) { soh_ = find_or(f, "soh", soh_ * 100) / 100; });
    }
    remember("soh", soh_);
    remember("energy", energy_kwh_);
    sum();
  }

  void advance(double seconds, const Moment& now) override {
    if (energy_kwh_ < 0) energy_kwh_ = usual_counter_kwh(now.s, input_kw());
    in_steps(seconds, now.s, [&](double step_s, double) {
      // Once it is empty the output stays off until the input is back.
      charging_kw_ = state_ == UpsState::online ? std::max(float_kw(), battery_.step(step_s, 0, soh_, kRoom_c)) : 0;
      if (state_ == UpsState::on_battery) battery_.step(step_s, std::max(battery_kw(), kOwnUse_kw), soh_, kRoom_c);
      update_state();
      energy_kwh_ += input_kw() * step_s / 3600;
    });
  }

  void read(const Moment& now, std::vector<Message>& out) const override {
    const bool dead = !gives(), on_battery = state_ == UpsState::on_battery;
    const double current = on_battery ? battery_kw() * 1000 / battery_.voltage_v(battery_kw()) : 0 - charging_kw_ * 1000 / battery_.voltage_v(0);
    Fields f{{"state", static_cast<double>(state_)},
             {"input_voltage", !fed() ? 0 : rounded(230 + mains_.at(now.s), 0.1)},
             {"input_frequency", !fed() ? 0 : rounded(50 + frequency_.at(now.s), 0.01)},
             {"output_voltage", dead ? 0 : rounded(230 + 0.1 * mains_.at(now.s), 0.1)},
             {"load", rounded(100 * output_kw_ / ups_.rated_kw, 0.1)},
             {"input_power", rounded(input_kw(), 0.001)},
             {"output_power", rounded(output_kw_, 0.001)},
             {"loss_power", rounded(dead ? 0 : physics::ups_loss_kw(output_kw_, ups_), 0.001)},
             {"battery_charge", rounded(100 * battery_.charge(), 0.1)},
             {"battery_runtime", rounded(battery_.runtime_min(battery_kw(), soh_, kRoom_c), 0.1)},
             {"battery_soh", rounded(100 * soh_, 0.1)},
             {"battery_voltage", rounded(battery_.voltage_v(on_battery ? battery_kw() : 0), 0.1)},
             {"battery_current", rounded(current, 0.01)},
             {"temperature", rounded(kRoom_c + 3 + 6 * output_kw_ / ups_.rated_kw + warmth_.at(now.s), 0.1)},
             {"energy", rounded(energy_kwh_, 0.001)}};
    out.push_back({topic_, std::move(f), ""});
  }

  void set_scenarios(const std::vector<Scenario>& active) override {
    mains_failed_ = std::ranges::any_of(active, [](const auto& s) { return s.name == "MAINS_FAILURE"; });
    PoweredDevice::set_scenarios(active);
  }

  Fields state() const override {
    auto out = Device::state();
    out.emplace_back("charge", battery_.charge());
    return out;
  }
  void restore(const Fields& f) override {
    battery_.set_charge(std::clamp(find_or(f, "charge", 1), 0.0, 1.0));
    PoweredDevice::restore(f);
  }

 private:
  // Its battery is as large for its rating as any.
  void size_to(double rated_kw) {
    auto battery = battery_.parameters();
    battery.energy_kwh *= rated_kw / ups_.rated_kw;
    battery.rated_15_minute_kw = ups_.rated_kw = rated_kw;
    battery_ = physics::Battery(battery);
  }
  void power_changed() override {
    update_state();
    sum();
  }
  bool fed() const { return !mains_failed_ && (!own_ || power().fed(*own_)); }
  bool gives() const { return state_ == UpsState::online || state_ == UpsState::on_battery; }
  void update_state() {
    const auto state = own_ && failed(*own_) ? UpsState::fault
                       : fed()               ? UpsState::online
                       : battery_.empty()    ? UpsState::depleted
                                             : UpsState::on_battery;
    if (state == state_) return;
    urgent();
    state_ = state;
    charging_kw_ = 0;
    if (own_) set_output(*own_, gives());
    sum();
  }
  void sum() {
    output_kw_ = gives() ? other_kw_ : 0;
    for (const auto& [name, load] : loads_) {
      if (gives() && power().ups(load.element) == own_) output_kw_ += load.kw;
    }
  }
  // At the inverter's input.
  double battery_kw() const { return output_kw_ / kInverter; }
  double float_kw() const { return battery_.float_current_a(soh_, kRoom_c) * battery_.float_voltage_v() / 1000; }
  double input_kw() const { return state_ != UpsState::online ? 0 : output_kw_ + physics::ups_loss_kw(output_kw_, ups_) + charging_kw_; }

  std::string topic_;
  physics::Wander mains_, frequency_, warmth_;
  physics::UpsParameters ups_;
  physics::Battery battery_;
  std::optional<std::size_t> own_;  // its element
  struct Load {
    std::size_t element = 0;  // on which it hangs
    double kw = 0;
  };
  std::map<std::string, Load> loads_;  // that it may have to carry, by topic and field
  double other_kw_ = 0, output_kw_ = 0, charging_kw_ = 0, energy_kwh_ = -1;
  double soh_ = kUsualSoh;
  bool mains_failed_ = false;
  UpsState state_ = UpsState::online;
};

}  // namespace

std::unique_ptr<Device> make_ups(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed) {
  return std::make_unique<Ups>(site, unit, seed);
}

}  // namespace dcim::bots
