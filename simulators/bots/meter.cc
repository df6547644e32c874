// A facility meter. Which one it is, its unit's name says: meter-it (what the PDUs give), meter-cooling (the units), meter-ups-loss,
// meter-lighting, and every other name the incomer: all of it together.
#include <map>

#include "simulators/bots/device.h"

namespace dcim::bots {
namespace {

constexpr double kLightingNight_kw = 0.9, kLightingDay_kw = 2.4;

class Meter final : public Device {
 public:
  Meter(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed) : topic_(unit.topic), noise_(seed, "noise", 0.03, 900) {
    const auto role = unit.unit();
    if (role == "meter-it") {
      add(site, BotType::pdu, "value", physics::RackLoad::kUsual_kw);
    } else if (role == "meter-cooling") {
      add(site, BotType::crac, "power", 6);
    } else if (role == "meter-ups-loss") {
      add(site, BotType::ups, "loss_power", 4);
    } else if (role == "meter-lighting") {
      lighting_ = true;
    } else {
      add(site, BotType::ups, "input_power", 45);
      add(site, BotType::crac, "power", 6);
      for (const auto* other : site.all(BotType::meter)) {
        if (other->unit() == "meter-lighting") listen(other->topic, "power", kLightingNight_kw);
      }
    }
    remember("energy", energy_kwh_);
    sum();
  }

  void advance(double seconds, const Moment& now) override {
    if (lighting_) {
      const bool weekend = now.local.weekday == 0 || now.local.weekday == 6;
      const double presence = physics::office_hours(now.local.hour) * (weekend ? 0.15 : 1);
      power_kw_ = kLightingNight_kw + (kLightingDay_kw - kLightingNight_kw) * presence + noise_.at(now.s);
    }
    if (energy_kwh_ < 0) energy_kwh_ = usual_counter_kwh(now.s, power_kw_);
    energy_kwh_ += power_kw_ * seconds / 3600;
  }

  void read(const Moment&, std::vector<Message>& out) const override {
    out.push_back({topic_, {{"power", rounded(power_kw_, 0.001)}, {"energy", rounded(energy_kwh_, 0.001)}}, ""});
  }

  void restore(const Fields& f) override {
    Device::restore(f);
    if (!lighting_) sum();
  }

 private:
  void add(const SiteModel& site, BotType type, const std::string& field, double usual_kw) {
    for (const auto* unit : site.all(type)) listen(unit->topic, field, usual_kw);
  }
  void listen(const std::string& topic, const std::string& field, double usual_kw) {
    auto& kw = parts_kw_[topic];
    kw = usual_kw;
    remember(topic, kw);
    on(topic, [this, &kw, field](const Moment&, const Fields& f) {
      kw = find_or(f, field, kw);
      sum();
    });
  }
  void sum() {
    power_kw_ = 0;
    for (const auto& [topic, kw] : parts_kw_) power_kw_ += kw;
  }

  std::string topic_;
  physics::Wander noise_;
  std::map<std::string, double> parts_kw_;  // by topic
  bool lighting_ = false;
  double power_kw_ = 0, energy_kwh_ = -1;
};

}  // namespace

std::unique_ptr<Device> make_meter(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed) {
  return std::make_unique<Meter>(site, unit, seed);
}

}  // namespace dcim::bots
