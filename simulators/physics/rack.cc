#include "simulators/physics/rack.h"

#include <algorithm>

namespace dcim::physics {

RackClimate::RackClimate(std::uint64_t seed)
    : random_(seed), base_temperature_c_(random_.uniform(22.5, 25.5)), base_humidity_rh_(random_.uniform(43, 52)) {}

void RackClimate::step(double seconds) {
  temperature_drift_.step(seconds, random_);
  humidity_drift_.step(seconds, random_);
}

double RackClimate::inlet_temperature_c() const { return base_temperature_c_ + std::clamp(temperature_drift_.value(), -0.5, 0.5); }

double RackClimate::inlet_humidity_rh() const { return std::clamp(base_humidity_rh_ + humidity_drift_.value(), 40.0, 55.0); }

RackLoad::RackLoad(std::uint64_t seed)
    : random_(seed), idle_kw_(random_.uniform(2.2, 4.0)), busy_kw_(random_.uniform(4.5, 7.5)), power_kw_(idle_kw_) {}

void RackLoad::step(double seconds, double hour_of_day) {
  const double planned = idle_kw_ + (busy_kw_ - idle_kw_) * office_hours(hour_of_day);
  power_kw_ = std::clamp(planned + jobs_.step(seconds, random_), 2.0, 8.0);
}

double office_hours(double hour_of_day) {
  const double up = std::clamp(hour_of_day - 8, 0.0, 1.0);
  const double down = std::clamp(19 - hour_of_day, 0.0, 1.0);
  return std::min(up, down);
}

}  // namespace dcim::physics
