// A leak detection cable: dry until there is water. It reports at its interval, so that a dead sensor is noticed, and at once when wet.
#include "simulators/bots/device.h"

namespace dcim::bots {
namespace {

class Leak final : public Device {
 public:
  explicit Leak(const UnitConfig& unit) : topic_(unit.topic) {}
  void advance(double, const Moment&) override {}
  void read(const Moment&, std::vector<Message>& out) const override { out.push_back({topic_, {{"value", wet_ ? 1.0 : 0.0}}, ""}); }
  void set_scenarios(const std::vector<Scenario>& active) override {
    wet_ = false;
    for (const auto& scenario : active) wet_ = wet_ || scenario.name == "LEAK_DETECTED";
  }

 private:
  std::string topic_;
  bool wet_ = false;
};

}  // namespace

std::unique_ptr<Device> make_leak(const SiteModel&, const UnitConfig& unit, std::uint64_t) { return std::make_unique<Leak>(unit); }

}  // namespace dcim::bots
