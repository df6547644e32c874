// A facility meter. Which one it is, its unit's name says: meter-it (what the PDUs give), meter-cooling (the units), meter-ups-loss,
// meter-lighting, and every other name the incomer: all of it together.
#include <map>

#include "simulators/bots/powered.h"

namespace dcim::bots {
namespace {

constexpr double kLightingNight_kw = 0.9, kLightingDay_kw = 2.4;

class Meter final : public PoweredDevice {
 public:
  Meter(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed)
      : PoweredDevice(site, unit), topic_(unit.topic), noise_(seed, "noise", 0.03, 900), own_(site.element_of(unit)) {
    const auto role = unit.unit();
    lighting_ = role == "meter-lighting";
    if (role == "meter-it") add(site, BotType::pdu, "value", physics::RackLoad::kUsual_kw);
    if (role == "meter-cooling") add(site, BotType::crac, "power", 6);
    if (role == "meter-ups-loss") add(site, BotType::ups, "loss_power", 4);
    if (is_incomer(unit)) {
      for (const auto& draw : site.draws()) {
        if (site.can_do_without_ups(draw.element)) listen(draw);
      }
    }
    remember("energy", energy_kwh_);
    sum();
  }

  void advance(double seconds, const Moment& now) override {
    if (lighting_ && !lit_) {
      power_kw_ = 0;
    } else if (lighting_) {
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

 private:
  void add(const SiteModel& site, BotType type, const std::string& field, double usual_kw) {
    for (const auto* unit : site.all(type)) listen({unit->topic, field, usual_kw, {}});
  }
  void listen(const Draw& draw) {
    const auto name = draw.topic + " " + draw.field;
    auto& part = parts_[name];
    part = {draw.element, draw.usual_kw};
    remember(name, part.kw);
    on(draw.topic, [this, &part, field = draw.field](const Moment&, const Fields& f) {
      part.kw = find_or(f, field, part.kw);
      sum();
    });
  }
  void power_changed() override {
    const bool lit = !own_ || power().gives(*own_);
    if (lighting_ && lit != lit_) urgent();
    lit_ = lit;
    sum();
  }
  // What has no power draws none; what draws through a UPS is in that one's input.
  bool counts(std::size_t element) const { return power().fed(element) && power().gives(element) && !power().ups(element); }
  void sum() {
    if (lighting_) return;
    power_kw_ = 0;
    for (const auto& [name, part] : parts_) {
      if (!part.element || counts(*part.element)) power_kw_ += part.kw;
    }
  }

  std::string topic_;
  physics::Wander noise_;
  std::optional<std::size_t> own_;  // its element, of the lighting
  struct Part {
    std::optional<std::size_t> element;
    double kw = 0;
  };
  std::map<std::string, Part> parts_;  // by topic and field
  bool lighting_ = false, lit_ = true;
  double power_kw_ = 0, energy_kwh_ = -1;
};

}  // namespace

std::unique_ptr<Device> make_meter(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed) {
  return std::make_unique<Meter>(site, unit, seed);
}

}  // namespace dcim::bots
