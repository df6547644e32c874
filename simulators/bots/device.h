// A simulated device: its model, what it hears of the others, what it says. Pure: the same seed, times and messages give the
// same values. It knows the others by their public topics only, as hardware would know the air and the cables.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "simulators/bots/message.h"
#include "simulators/bots/scenario.h"
#include "simulators/bots/site_model.h"
#include "simulators/physics/rack.h"

namespace dcim::bots {

/// The model's time.
struct Moment {
  double s = 0;  // seconds since 1970
  physics::LocalTime local;
};

class Device {
 public:
  virtual ~Device() = default;

  std::vector<std::string> hears() const;
  void hear(const Moment& now, const std::string& topic, const Fields& fields);
  /// Time passes until `now`, with what has been heard so far; in steps of at most a second.
  virtual void advance(double seconds, const Moment& now) = 0;
  virtual void read(const Moment& now, std::vector<Message>& out) const = 0;
  /// Those of the active scenarios that concern this device.
  virtual void set_scenarios(const std::vector<Scenario>&) {}
  /// What a bot that starts anew carries on from: the numbers that it remembers, and what its models hold.
  virtual Fields state() const;
  virtual void restore(const Fields& state);
  /// Something happened that is not kept for the next interval: a command, a change of state. Read once.
  bool take_urgent() { return std::exchange(urgent_, false); }

 protected:
  using Heard = std::function<void(const Moment&, const Fields&)>;
  void on(const std::string& topic, Heard heard);
  void urgent() { urgent_ = true; }
  /// Part of the state. Also for what it last heard: without that it would work with usual values until it hears again.
  void remember(const std::string& name, double& value) { remembered_.emplace_back(name, &value); }

 private:
  std::unordered_map<std::string, std::vector<Heard>> heard_;
  std::vector<std::pair<std::string, double*>> remembered_;
  bool urgent_ = false;
};

/// One file per type.
std::unique_ptr<Device> make_temperature(const SiteModel&, const UnitConfig&, std::uint64_t seed);
std::unique_ptr<Device> make_pdu(const SiteModel&, const UnitConfig&, std::uint64_t seed, std::uint64_t site_seed);
std::unique_ptr<Device> make_ups(const SiteModel&, const UnitConfig&, std::uint64_t seed);
std::unique_ptr<Device> make_battery(const SiteModel&, const UnitConfig&, std::uint64_t seed);
std::unique_ptr<Device> make_crac(const SiteModel&, const UnitConfig&, std::uint64_t seed);
std::unique_ptr<Device> make_leak(const SiteModel&, const UnitConfig&, std::uint64_t seed);
std::unique_ptr<Device> make_meter(const SiteModel&, const UnitConfig&, std::uint64_t seed);
std::unique_ptr<Device> make_weather(const SiteModel&, const UnitConfig&, std::uint64_t seed);
/// `seed`: the site's; the unit's own is mixed from it and its name.
std::unique_ptr<Device> make_device(const SiteModel& site, const UnitConfig& unit, std::uint64_t seed);

/// As such a device's display rounds.
double rounded(double value, double step);
/// Calls step(seconds ≤ 1, time) until all have passed. `end_s`: the time at their end.
template <class Step>
void in_steps(double seconds, double end_s, Step step) {
  while (seconds > 0) {
    const double one = seconds < 1 ? seconds : 1;
    seconds -= one;
    step(one, end_s - seconds);
  }
}

/// What an energy counter shows that has run at a usual power since the site was built; kWh.
double usual_counter_kwh(double time_s, double usual_kw);

/// What a UPS says under "state".
enum class UpsState { online = 1, on_battery = 2, depleted = 3, fault = 4 };
/// What a cooling unit says under "state".
enum class CracState { off = 0, on = 1, fault = 2 };

}  // namespace dcim::bots
