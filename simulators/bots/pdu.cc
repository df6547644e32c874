// A rack's metered PDU: power, two feeds of three phases, energy. Each feed comes by the site's power chain; the rack's machines hang on one or both.
#include <algorithm>

#include "simulators/bots/powered.h"
#include "simulators/physics/power.h"

namespace dcim::bots {
namespace {

constexpr double kSpike = 1.4;

class Pdu final : public PoweredDevice {
 public:
  Pdu(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed, std::uint64_t site_seed)
      : PoweredDevice(site, unit),
        topic_(unit.topic),
        load_(seed, site_seed),
        split_(seed, site.rack_feed(unit, 'A') && site.rack_feed(unit, 'B') ? unit.cords : physics::Cords{}),
        voltage_(seed, "voltage", 0.8, 900),
        feeds_{site.rack_feed(unit, 'A'), site.rack_feed(unit, 'B')} {
    remember("energy", energy_kwh_);
    power_changed();
  }

  void advance(double seconds, const Moment& now) override {
    if (energy_kwh_ < 0) energy_kwh_ = usual_counter_kwh(now.s, physics::RackLoad::kUsual_kw);
    energy_kwh_ += power_kw(now) * seconds / 3600;
  }

  void read(const Moment& now, std::vector<Message>& out) const override {
    const auto feeds = split_.feeds(demand_kw(now), alive_[0], alive_[1], now.s);
    Fields f{{"value", rounded(power_kw(now), 0.001)},
             {"feed_a_power", rounded(feeds[0].power_kw, 0.001)},
             {"feed_b_power", rounded(feeds[1].power_kw, 0.001)},
             {"feed_a_l1_current", rounded(feeds[0].current_a[0], 0.01)},
             {"feed_a_l2_current", rounded(feeds[0].current_a[1], 0.01)},
             {"feed_a_l3_current", rounded(feeds[0].current_a[2], 0.01)},
             {"feed_b_l1_current", rounded(feeds[1].current_a[0], 0.01)},
             {"feed_b_l2_current", rounded(feeds[1].current_a[1], 0.01)},
             {"feed_b_l3_current", rounded(feeds[1].current_a[2], 0.01)},
             {"voltage", alive_[0] || alive_[1] ? rounded(physics::kPhaseVoltage_v + voltage_.at(now.s), 0.1) : 0},
             {"power_factor", rounded(split_.power_factor(), 0.001)},
             {"energy", rounded(energy_kwh_, 0.001)}};
    out.push_back({topic_, std::move(f), "kW"});
  }

  void set_scenarios(const std::vector<Scenario>& active) override {
    spike_ = std::ranges::any_of(active, [](const auto& s) { return s.name == "POWER_SPIKE"; });
    PoweredDevice::set_scenarios(active);
  }

 private:
  // A rack of which the chain knows one feed has all on that one; of which it knows none, it is fed by something else.
  void power_changed() override {
    const auto before = alive_;
    for (std::size_t i = 0; i < 2; ++i) alive_[i] = feeds_[i] ? power().gives(*feeds_[i]) : !feeds_[1 - i];
    if (alive_ != before) urgent();
  }
  // With all its machines on.
  double demand_kw(const Moment& now) const { return load_.power_kw(now.s, now.local) * (spike_ ? kSpike : 1); }
  double power_kw(const Moment& now) const { return demand_kw(now) * split_.supplied(alive_[0], alive_[1]); }

  std::string topic_;
  physics::RackLoad load_;
  physics::PduSplit split_;
  physics::Wander voltage_;
  std::array<std::optional<std::size_t>, 2> feeds_;
  std::array<bool, 2> alive_{true, true};
  bool spike_ = false;
  double energy_kwh_ = -1;
};

}  // namespace

std::unique_ptr<Device> make_pdu(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed, std::uint64_t site_seed) {
  return std::make_unique<Pdu>(site, unit, seed, site_seed);
}

}  // namespace dcim::bots
