// The weather station on the roof.
#include "simulators/physics/weather.h"

#include "simulators/bots/device.h"
#include "simulators/physics/air.h"

namespace dcim::bots {
namespace {

class Station final : public Device {
 public:
  Station(const UnitConfig& unit, std::uint64_t seed) : topic_(unit.topic), weather_(seed) {}
  void advance(double, const Moment&) override {}
  void read(const Moment& now, std::vector<Message>& out) const override {
    const double c = weather_.temperature_c(now.s, now.local), rh = weather_.humidity_rh(now.s, now.local);
    out.push_back(
        {topic_, {{"temperature", rounded(c, 0.1)}, {"humidity", rounded(rh, 0.1)}, {"dew_point", rounded(physics::dew_point_c(c, rh), 0.1)}}, ""});
  }

 private:
  std::string topic_;
  physics::Weather weather_;
};

}  // namespace

std::unique_ptr<Device> make_weather(const SiteModel&, const UnitConfig& unit, std::uint64_t seed) { return std::make_unique<Station>(unit, seed); }

}  // namespace dcim::bots
