// A device that hangs in the site's power chain: it hears which UPSs give power and which elements have failed.
#pragma once

#include "simulators/bots/device.h"
#include "simulators/physics/power_chain.h"

namespace dcim::bots {

class PoweredDevice : public Device {
 public:
  void set_scenarios(const std::vector<Scenario>& active) override;
  void restore(const Fields& state) override;

 protected:
  PoweredDevice(const SiteModel& site, const UnitConfig& unit);

  /// Something in the chain is not as it was.
  virtual void power_changed() = 0;
  const physics::PowerChain& power() const { return chain_; }
  bool failed(std::size_t element) const { return failed_[element]; }
  /// Of a UPS, whether it has an output; what the device itself knows, or hears from the others.
  void set_output(std::size_t ups, bool on);

 private:
  void hear_ups(std::size_t element, const std::string& topic);
  void update();

  std::vector<std::string> names_;  // of the elements
  physics::PowerChain chain_;
  std::vector<bool> failed_;
  std::vector<double> output_;  // 0 or 1
};

}  // namespace dcim::bots
