// A cooling unit, and the air of the zone that it stands for: it takes up the heat of its zone's racks as their probes and PDUs
// report it, shares air with the room's other units, holds its supply setpoint, and blows as much as the racks need.
#include "simulators/physics/crac.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "simulators/bots/powered.h"
#include "simulators/physics/air.h"
#include "simulators/physics/zone.h"

namespace dcim::bots {
namespace {

constexpr double kOwnShare = 0.6;         // of a unit's air that reaches its own zone; the rest goes to the others
constexpr double kAisleMixing_w_k = 700;  // between neighbouring zones, each aisle
constexpr double kSetpoint_c = 22;
constexpr double kUsual_kw = 4;
constexpr double kSetpointLow_c = 16, kSetpointHigh_c = 27;
constexpr double kFanLow = 0.4, kFanHigh = 1.0;
constexpr double kSpareAir = 1.08;       // over what the racks draw
constexpr double kHot_c = 25.8;          // from here on the fan is raised for the hottest inlet …
constexpr double kFanGain_per_k = 0.10;  // … by this much
constexpr double kFanRamp_per_s = 0.02, kFanStop_per_s = 0.1;
constexpr double kCommandLife_s = 180;  // three missed beats: the local setpoint again
constexpr double kForgotten_s = 300;    // a neighbour that is silent for so long does not count
constexpr double kPressure_pa = 20;     // aisle pressure for each unit of surplus air; temperature.cc has the other direction

struct HeardRack {
  double inlet_c = 24, exhaust_c = 36, power_kw = physics::RackLoad::kUsual_kw;
  double airflow_kg_s() const { return physics::rack_airflow_kg_s(power_kw * 1000, inlet_c); }
  double heat_w() const { return airflow_kg_s() * physics::kAirHeat_j_kgk * (exhaust_c - inlet_c); }
};

struct Neighbour {
  double supply_c = kSetpoint_c, hot_c = 32, cold_c = 22.3, airflow_kg_s = 2, heard_s = -std::numeric_limits<double>::infinity();
};

class CracUnit final : public PoweredDevice {
 public:
  CracUnit(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed)
      : PoweredDevice(site, unit),
        topic_(unit.topic),
        answer_topic_(unit.topic.substr(0, unit.topic.rfind('/')) + "/ack"),
        noise_(seed, "noise", 0.05, 90),
        zone_(zone_parameters(site, unit)),
        own_(site.element_of(unit)) {
    const auto units = site.in_room(BotType::crac, unit.room);
    const auto own = std::ranges::find(units, unit.topic, &UnitConfig::topic) - units.begin();
    for (const auto& rack : site.racks_of(unit.room)) {
      auto& heard = racks_[rack];
      heard.mine = site.zone_of_rack(unit.room, rack) == own;
      remember(rack + " inlet", heard.rack.inlet_c);
      remember(rack + " exhaust", heard.rack.exhaust_c);
      remember(rack + " power", heard.rack.power_kw);
      if (const auto* probe = site.of_rack(BotType::temperature, unit.room, rack)) {
        on(probe->topic, [&heard](const Moment&, const Fields& f) {
          heard.rack.inlet_c = find_or(f, "value", heard.rack.inlet_c);
          heard.rack.exhaust_c = find_or(f, "exhaust", heard.rack.inlet_c + 12);
        });
      }
      if (const auto* pdu = site.of_rack(BotType::pdu, unit.room, rack)) {
        on(pdu->topic, [&heard](const Moment&, const Fields& f) { heard.rack.power_kw = std::max(0.0, find_or(f, "value", heard.rack.power_kw)); });
      }
    }
    for (const auto* other : units) {
      if (other->topic == unit.topic) continue;
      auto& n = neighbours_[other->topic];
      on(other->topic, [&n](const Moment& now, const Fields& f) { hear_neighbour(n, now, f); });
      const auto name = other->unit();
      remember(name + " supply", n.supply_c);
      remember(name + " hot", n.hot_c);
      remember(name + " cold", n.cold_c);
      remember(name + " airflow", n.airflow_kg_s);
    }
    for (const auto* station : site.all(BotType::weather)) {
      on(station->topic, [this](const Moment&, const Fields& f) { outdoor_c_ = find_or(f, "temperature", outdoor_c_); });
    }
    on(unit.topic.substr(0, unit.topic.rfind('/')) + "/set", [this](const Moment& now, const Fields& f) { command(now, f); });
    remember("fan", fan_);
    remember("outdoor", outdoor_c_);
    remember("energy", energy_kwh_);
    step(0, 0);
  }

  void advance(double seconds, const Moment& now) override {
    if (energy_kwh_ < 0) energy_kwh_ = usual_counter_kwh(now.s, kUsual_kw);
    if (commanded_until_s_ > 0 && now.s > commanded_until_s_) {
      commanded_until_s_ = 0;
      setpoint_c_ = kSetpoint_c;
      commanded_fan_.reset();
      urgent();
    }
    in_steps(seconds, now.s, [&](double step_s, double at_s) { step(step_s, at_s); });
  }

  void read(const Moment& now, std::vector<Message>& out) const override {
    const double noise = noise_.at(now.s);
    Fields f{{"state", static_cast<double>(!powered_ ? CracState::off
                                           : faulty_ ? CracState::fault
                                                     : CracState::on)},
             {"supply_temperature", rounded(crac_.measured_supply_c() + noise, 0.1)},
             {"return_temperature", rounded(return_c_ + noise, 0.1)},
             {"setpoint", rounded(setpoint_c_, 0.1)},
             {"fan_speed", rounded(100 * fan_, 0.1)},
             {"cooling_output", rounded(100 * crac_.output(), 0.1)},
             {"compressor_stages", std::max(0.0, std::ceil(crac_.output() * 4 - 0.02))},
             {"power", rounded(power_w() / 1000, 0.001)},
             {"airflow", rounded(crac_.airflow_kg_s() / physics::kAirDensity_kg_m3, 0.001)},
             {"cold_aisle_temperature", rounded(zone_.cold_c(), 0.01)},
             {"hot_aisle_temperature", rounded(zone_.hot_c(), 0.01)},
             {"aisle_pressure", rounded(pressure_pa_, 0.1)},
             {"remote", commanded_until_s_ > 0 ? 1.0 : 0.0},
             {"energy", rounded(energy_kwh_, 0.001)}};
    out.push_back({topic_, std::move(f), ""});
    if (!answer_.empty()) out.push_back({answer_topic_, std::exchange(answer_, {}), ""});
  }

  void set_scenarios(const std::vector<Scenario>& active) override {
    faulty_ = std::ranges::any_of(active, [](const auto& s) { return s.name == "UNIT_FAULT"; });
    PoweredDevice::set_scenarios(active);
  }

  Fields state() const override {
    auto out = Device::state();
    out.insert(out.end(), {{"cold", zone_.cold_c()},
                           {"hot", zone_.hot_c()},
                           {"structure", zone_.structure_c()},
                           {"supply", crac_.supply_c()},
                           {"measured", crac_.measured_supply_c()},
                           {"integral", crac_.integral()},
                           {"output", crac_.output()}});
    return out;
  }
  void restore(const Fields& f) override {
    PoweredDevice::restore(f);
    zone_.set(find_or(f, "cold", zone_.cold_c()), find_or(f, "hot", zone_.hot_c()), find_or(f, "structure", zone_.structure_c()));
    const double supply_c = find_or(f, "supply", kSetpoint_c), output = find_or(f, "output", 0.5);
    crac_.restore(supply_c, find_or(f, "measured", supply_c), find_or(f, "integral", output), output);
    step(0, 0);  // airflow, pressure and power of this moment: the others hear them at once
  }

 private:
  void power_changed() override {
    const bool powered = !own_ || power().gives(*own_);
    if (powered == powered_) return;
    urgent();
    powered_ = powered;
    step(0, 0);  // its compressors stop at once
  }
  bool runs() const { return powered_ && !faulty_; }
  // The fan of one without power runs down by itself.
  double power_w() const { return powered_ ? crac_.power_w() : 0; }

  static physics::ZoneParameters zone_parameters(const SiteModel& site, const UnitConfig& unit) {
    physics::ZoneParameters out;
    const auto units = std::max<std::size_t>(1, site.in_room(BotType::crac, unit.room).size());
    out.racks = std::max(1, static_cast<int>(site.racks_of(unit.room).size() / units));
    return out;
  }

  static void hear_neighbour(Neighbour& n, const Moment& now, const Fields& f) {
    n.heard_s = now.s;
    n.supply_c = find_or(f, "supply_temperature", n.supply_c);
    n.hot_c = find_or(f, "hot_aisle_temperature", find_or(f, "return_temperature", n.hot_c));
    n.cold_c = find_or(f, "cold_aisle_temperature", n.supply_c);
    n.airflow_kg_s = find_or(f, "airflow", 0) * physics::kAirDensity_kg_m3;
  }

  // {"setpoint": °C, "fan_speed": %}, either or both. Out of bounds: refused as a whole. Answered on …/ack.
  void command(const Moment& now, const Fields& f) {
    const auto setpoint = find(f, "setpoint"), fan = find(f, "fan_speed");
    const bool within = (setpoint || fan) && (!setpoint || (*setpoint >= kSetpointLow_c && *setpoint <= kSetpointHigh_c)) &&
                        (!fan || (*fan >= 100 * kFanLow && *fan <= 100 * kFanHigh));
    if (within) {
      if (setpoint) setpoint_c_ = *setpoint;
      if (fan) commanded_fan_ = *fan / 100;
      commanded_until_s_ = now.s + kCommandLife_s;
    }
    answer_ = {{"accepted", within ? 1.0 : 0.0}, {"setpoint", setpoint_c_}, {"fan_speed", rounded(100 * commanded_fan_.value_or(fan_), 0.1)}};
    if (const auto id = find(f, "id")) answer_.insert(answer_.begin(), {"id", *id});
    urgent();
  }

  // What the racks of the room need, shared evenly by the units that run; more for a hot inlet.
  double wanted_fan(double at_s) const {
    if (!runs()) return 0;
    if (commanded_fan_) return *commanded_fan_;
    double racks_kg_s = 0, hottest_c = 0;
    for (const auto& [name, r] : racks_) {
      racks_kg_s += r.rack.airflow_kg_s();
      hottest_c = std::max(hottest_c, r.rack.inlet_c);
    }
    int running = 1;
    for (const auto& [topic, n] : neighbours_) running += at_s - n.heard_s < kForgotten_s ? n.airflow_kg_s > 0 : std::isinf(n.heard_s);
    const double even = kSpareAir * racks_kg_s / running / (physics::kAirDensity_kg_m3 * parameters_.rated_airflow_m3_s);
    return std::clamp(even + kFanGain_per_k * std::max(0.0, hottest_c - kHot_c), kFanLow, kFanHigh);
  }

  void step(double step_s, double at_s) {
    const double wanted = wanted_fan(at_s);
    fan_ += std::clamp(wanted - fan_, -(runs() ? kFanRamp_per_s : kFanStop_per_s) * step_s, kFanRamp_per_s * step_s);
    const double others = static_cast<double>(neighbours_.size());
    const double own = others > 0 ? kOwnShare : 1, share = others > 0 ? (1 - kOwnShare) / others : 0;

    double supply_kg_s = own * crac_.airflow_kg_s(), supply_kw_k = supply_kg_s * crac_.supply_c();
    double return_c = own * zone_.hot_c(), mixing_w = 0, cold_mixing_w = 0;
    for (const auto& [topic, n] : neighbours_) {
      supply_kg_s += share * n.airflow_kg_s;
      supply_kw_k += share * n.airflow_kg_s * n.supply_c;
      return_c += share * n.hot_c;
      mixing_w += kAisleMixing_w_k * (n.hot_c - zone_.hot_c());
      cold_mixing_w += kAisleMixing_w_k * (n.cold_c - zone_.cold_c());
    }
    double heat_w = 0, racks_kg_s = 0;
    for (const auto& [name, r] : racks_) {
      if (!r.mine) continue;
      heat_w += r.rack.heat_w();
      racks_kg_s += r.rack.airflow_kg_s();
    }
    return_c_ = return_c;
    pressure_pa_ = racks_kg_s > 0 ? std::clamp(kPressure_pa * (supply_kg_s / racks_kg_s - 1), -kPressure_pa, kPressure_pa) : 0;
    zone_.step(step_s, {.supply_kg_s = supply_kg_s,
                        .supply_c = supply_kg_s > 0 ? supply_kw_k / supply_kg_s : zone_.hot_c(),
                        .rack_heat_w = heat_w,
                        .mixing_w = mixing_w,
                        .cold_mixing_w = cold_mixing_w,
                        .outdoor_c = outdoor_c_});
    crac_.step(step_s, return_c, outdoor_c_, setpoint_c_, fan_, runs());
    energy_kwh_ += power_w() / 1000 * step_s / 3600;
  }

  struct RoomRack {
    HeardRack rack;
    bool mine = false;
  };

  std::string topic_, answer_topic_;
  physics::Wander noise_;
  physics::CracParameters parameters_;
  physics::Crac crac_{{}, kSetpoint_c};
  physics::Zone zone_;
  std::map<std::string, RoomRack> racks_;
  std::map<std::string, Neighbour> neighbours_;  // by topic
  double outdoor_c_ = 15;
  double setpoint_c_ = kSetpoint_c;
  std::optional<double> commanded_fan_;
  double commanded_until_s_ = 0;
  double fan_ = 0.6, return_c_ = 32, pressure_pa_ = 0, energy_kwh_ = -1;
  std::optional<std::size_t> own_;  // its element of the power chain
  bool faulty_ = false, powered_ = true;
  mutable Fields answer_;  // said once
};

}  // namespace

std::unique_ptr<Device> make_crac(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed) {
  return std::make_unique<CracUnit>(site, unit, seed);
}

}  // namespace dcim::bots
