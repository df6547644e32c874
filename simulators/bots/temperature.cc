// The probes of one rack: inlet and exhaust temperature, inlet humidity. Its inlet follows the aisle that its zone's cooling unit
// reports and, through the machines' mass, the power that its PDU reports.
#include <algorithm>
#include <cmath>

#include "simulators/bots/device.h"
#include "simulators/physics/air.h"
#include "simulators/physics/zone.h"

namespace dcim::bots {
namespace {

constexpr double kProbe_s = 45;  // of the probe itself
constexpr double kFailureRate_k_s = 0.3 / 60;
constexpr double kFailureHighest_c = 34;  // past every critical limit
constexpr double kRecovery_s = 120;
constexpr double kMostOwnAir = 0.97;
constexpr double kDrift_limit_k = 0.5;

// A supply short of what the racks draw shows as negative pressure between the aisles; crac.cc has the other direction.
constexpr double kPressure_pa = 20;

class Temperature final : public Device {
 public:
  Temperature(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed)
      : topic_(unit.topic),
        humidity_topic_(unit.topic.substr(0, unit.topic.rfind('/')) + "/humidity"),
        recirculation_(physics::chosen(seed, "recirculation", 0.04, 0.20)),
        drift_(seed, "drift", 0.15, 1500),
        noise_(seed, "noise", 0.03, 60),
        exhaust_noise_(seed, "exhaust", 0.06, 60),
        humidity_(physics::mix(0, site.code + unit.room), "humidity", 1.2, 5 * 3600.0),
        humidity_offset_(physics::chosen(seed, "humidity", -0.6, 0.6)) {
    if (const auto* pdu = site.of_rack(BotType::pdu, unit.room, unit.rack)) {
      on(pdu->topic, [this](const Moment&, const Fields& f) { power_kw_ = std::max(0.0, find_or(f, "value", power_kw_)); });
    }
    const auto units = site.in_room(BotType::crac, unit.room);
    if (!units.empty()) {
      const auto zone = static_cast<std::size_t>(site.zone_of_rack(unit.room, unit.rack));
      on(units[zone]->topic, [this](const Moment&, const Fields& f) { hear_zone(f); });
    }
    remember("inlet", inlet_c_);
    remember("probe", probe_c_);
    remember("own_air", own_air_);
    remember("power", power_kw_);
    remember("cold", cold_c_);
    remember("hot", hot_c_);
    remember("supplied", supplied_share_);
    rack_.settle(power_kw_ * 1000, mixed_c());
    probe_c_ = inlet_c_ = mixed_c();
  }

  void advance(double seconds, const Moment& now) override {
    in_steps(seconds, now.s, [&](double step_s, double) {
      inlet_c_ = entering_c(step_s);
      rack_.step(step_s, power_kw_ * 1000, inlet_c_);
      probe_c_ += (inlet_c_ - probe_c_) * step_s / kProbe_s;
    });
  }

  void read(const Moment& now, std::vector<Message>& out) const override {
    const double inlet = probe_c_ + std::clamp(drift_.at(now.s), -kDrift_limit_k, kDrift_limit_k) + noise_.at(now.s);
    const double exhaust = rack_.exhaust_c() + (inlet - inlet_c_) + exhaust_noise_.at(now.s);
    const double humidity = std::clamp(physics::relative_humidity(inlet, water_at(now.s)) + humidity_offset_, 0.0, 100.0);
    out.push_back({topic_, {{"value", rounded(inlet, 0.01)}, {"exhaust", rounded(exhaust, 0.01)}}, "°C"});
    out.push_back({humidity_topic_, {{"value", rounded(humidity, 0.1)}}, "%RH"});
  }

  void set_scenarios(const std::vector<Scenario>& active) override {
    failing_ = std::ranges::any_of(active, [](const auto& s) { return s.name == "COOLING_FAILURE"; });
  }

  Fields state() const override {
    auto out = Device::state();
    out.emplace_back("mass", rack_.mass_c());
    return out;
  }
  void restore(const Fields& f) override {
    Device::restore(f);
    own_air_ = std::clamp(own_air_, 0.0, kMostOwnAir);
    rack_.set_mass_c(find_or(f, "mass", rack_.mass_c()));
    rack_.step(0, power_kw_ * 1000, inlet_c_);
  }

 private:
  void hear_zone(const Fields& f) {
    // A unit without aisle probes: what it supplies and draws is near enough.
    cold_c_ = find_or(f, "cold_aisle_temperature", find_or(f, "supply_temperature", cold_c_));
    hot_c_ = find_or(f, "hot_aisle_temperature", find_or(f, "return_temperature", hot_c_));
    supplied_share_ = 1 + std::min(0.0, find_or(f, "aisle_pressure", 0)) / kPressure_pa;
  }

  double mixed_c() const {
    const double r = physics::recirculation(recirculation_, std::max(0.0, supplied_share_), 1);
    return (1 - r) * cold_c_ + r * hot_c_;
  }

  // Shut off from the aisle, the machines breathe more and more of their own exhaust: as much as warms the inlet at the given rate.
  double entering_c(double step_s) {
    const double mixed = mixed_c();
    const double exhaust = rack_.exhaust_c();
    if (failing_ && exhaust > mixed) {
      const double wanted = std::min(inlet_c_ + kFailureRate_k_s * step_s, std::max(kFailureHighest_c, mixed));
      own_air_ = std::clamp((wanted - mixed) / (exhaust - mixed), 0.0, kMostOwnAir);
    } else {
      own_air_ -= own_air_ * step_s / kRecovery_s;
    }
    return (1 - own_air_) * mixed + own_air_ * exhaust;
  }

  // Water in the room's air: 44 to 50 %RH at 24 °C, the same for all its racks.
  double water_at(double time_s) const { return physics::humidity_ratio(24, std::clamp(47 + humidity_.at(time_s), 44.0, 50.0)); }

  std::string topic_, humidity_topic_;
  double recirculation_;
  physics::Wander drift_, noise_, exhaust_noise_, humidity_;
  double humidity_offset_;
  physics::Rack rack_;
  double power_kw_ = physics::RackLoad::kUsual_kw;
  double cold_c_ = 22.3, hot_c_ = 32.5, supplied_share_ = 1;  // until a cooling unit is heard
  double inlet_c_ = 24, probe_c_ = 24;
  double own_air_ = 0;
  bool failing_ = false;
};

}  // namespace

std::unique_ptr<Device> make_temperature(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed) {
  return std::make_unique<Temperature>(site, unit, seed);
}

}  // namespace dcim::bots
