// Outdoor air: the season, the hour, and weather that passes over. A pure function of time.
#pragma once

#include "simulators/physics/noise.h"
#include "simulators/physics/rack.h"

namespace dcim::physics {

struct Climate {
  double mean_c = 10.5, season_k = 9.5, day_k = 3.5;  // half of the swing; central Europe
  double mean_rh = 72;
};

class Weather {
 public:
  explicit Weather(std::uint64_t seed, Climate climate = {});
  double temperature_c(double time_s, const LocalTime& local) const;
  double humidity_rh(double time_s, const LocalTime& local) const;

 private:
  double day_swing(const LocalTime& local) const;

  Climate climate_;
  Wander fronts_, clouds_, moisture_;
};

}  // namespace dcim::physics
