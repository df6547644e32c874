// A rack's metered PDU: power, two feeds of three phases, energy. Feed A comes from the site's first UPS, feed B from the second.
#include <algorithm>

#include "simulators/bots/device.h"
#include "simulators/physics/power.h"

namespace dcim::bots {
namespace {

constexpr double kSpike = 1.4;

class Pdu final : public Device {
 public:
  Pdu(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed, std::uint64_t site_seed)
      : topic_(unit.topic), load_(seed, site_seed), split_(seed), voltage_(seed, "voltage", 0.8, 900) {
    const auto upses = site.all(BotType::ups);
    for (std::size_t i = 0; i < upses.size() && i < 2; ++i) {
      on(upses[i]->topic, [this, i, only = upses.size() == 1](const Moment&, const Fields& f) {
        const bool alive = find_or(f, "output_voltage", 230) > 100;
        alive_[i] = alive;
        if (only) alive_[1] = alive;
      });
    }
    remember("energy", energy_kwh_);
  }

  void advance(double seconds, const Moment& now) override {
    if (energy_kwh_ < 0) energy_kwh_ = usual_counter_kwh(now.s, physics::RackLoad::kUsual_kw);
    energy_kwh_ += power_kw(now) * seconds / 3600;
  }

  void read(const Moment& now, std::vector<Message>& out) const override {
    const double kw = power_kw(now);
    const auto feeds = split_.feeds(kw, alive_[0], alive_[1], now.s);
    Fields f{{"value", rounded(kw, 0.001)},
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
  }

  Fields state() const override {
    auto out = Device::state();
    out.insert(out.end(), {{"a", alive_[0]}, {"b", alive_[1]}});
    return out;
  }
  void restore(const Fields& f) override {
    Device::restore(f);
    alive_[0] = find_or(f, "a", 1) > 0;
    alive_[1] = find_or(f, "b", 1) > 0;
  }

 private:
  double power_kw(const Moment& now) const {
    if (!alive_[0] && !alive_[1]) return 0;
    return load_.power_kw(now.s, now.local) * (spike_ ? kSpike : 1);
  }

  std::string topic_;
  physics::RackLoad load_;
  physics::PduSplit split_;
  physics::Wander voltage_;
  bool alive_[2] = {true, true};
  bool spike_ = false;
  double energy_kwh_ = -1;
};

}  // namespace

std::unique_ptr<Device> make_pdu(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed, std::uint64_t site_seed) {
  return std::make_unique<Pdu>(site, unit, seed, site_seed);
}

}  // namespace dcim::bots
