// One device together with what its sensors may suffer (stuck, drifting, silent): what a bot's process and the virtual site both drive.
#pragma once

#include <memory>

#include "simulators/bots/device.h"

namespace dcim::bots {

/// The site's wall clock at a moment, in the time zone of this process (TZ).
Moment moment_at(double time_s);

/// Where in its interval a unit publishes, so that not all do at once: 0 to 1, from the seed and its name.
double phase_of(std::uint64_t seed, const std::string& name);

class Unit {
 public:
  Unit(const SiteModel& site, const UnitConfig& config, std::uint64_t seed);

  const UnitConfig& config() const { return config_; }
  std::vector<std::string> hears() const { return device_->hears(); }

  /// Times are the model's, in seconds since 1970, and never go back. The first one only sets the clock.
  void hear(double time_s, const std::string& topic, const Fields& fields);
  /// All that are active; those that do not concern this unit are left out. True when that changes anything for it. It has something to say at once,
  /// unless an element of the power chain has failed (or is well again) from which it notices nothing.
  bool set_scenarios(double time_s, const std::vector<Scenario>& active);
  const std::vector<Scenario>& scenarios() const { return scenarios_; }
  /// What it publishes at this moment; nothing when it is silent.
  void read(double time_s, std::vector<Message>& out);
  /// It has something to say before its next interval.
  bool take_urgent();

  /// What another process carries on from: time has passed since then, unless it is long ago.
  Fields state() const;
  void restore(const Fields& state, double time_s);

 private:
  void advance(double time_s);
  const Scenario* active(std::string_view name) const;

  UnitConfig config_;
  std::unique_ptr<Device> device_;
  std::vector<Scenario> scenarios_;
  std::optional<double> now_s_;
  bool urgent_ = false;
  std::vector<Message> last_;  // repeated while stuck
};

}  // namespace dcim::bots
