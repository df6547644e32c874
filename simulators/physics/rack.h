// One rack as its sensors see it, while no other bot is heard: inlet air around a base, load by the hour of day.
#pragma once

#include "simulators/physics/random.h"

namespace dcim::physics {

/// Inlet air: a base of 22–26 °C with at most ±0.5 °C of natural drift; 40–55 %RH, drifting slowly.
class RackClimate {
 public:
  explicit RackClimate(std::uint64_t seed);
  void step(double seconds);
  double inlet_temperature_c() const;
  double inlet_humidity_rh() const;

 private:
  Random random_;
  double base_temperature_c_;
  double base_humidity_rh_;
  Drift temperature_drift_{0.2, 900};
  Drift humidity_drift_{1.5, 4 * 3600};
};

/// IT load of 2–8 kW: a machine mix of its own, more from 09 to 18 o'clock of the site's time, jobs that come and go.
class RackLoad {
 public:
  explicit RackLoad(std::uint64_t seed);
  /// `hour_of_day` is the site's, 0 to 24.
  void step(double seconds, double hour_of_day);
  double power_kw() const { return power_kw_; }

 private:
  Random random_;
  double idle_kw_, busy_kw_;
  Drift jobs_{0.25, 1800};
  double power_kw_;
};

/// 0 at night, 1 in office hours, with an hour's slope between: 08–09 up, 18–19 down.
double office_hours(double hour_of_day);

}  // namespace dcim::physics
