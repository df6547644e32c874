#include "simulators/physics/weather.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dcim::physics {

Weather::Weather(std::uint64_t seed, Climate climate)
    : climate_(climate), fronts_(seed, "fronts", 2.8, 2.5 * 86400), clouds_(seed, "clouds", 0.5, 2400), moisture_(seed, "moisture", 6, 6 * 3600) {}

double Weather::day_swing(const LocalTime& local) const { return std::cos((local.hour - 15) / 24 * 2 * std::numbers::pi); }

double Weather::temperature_c(double time_s, const LocalTime& local) const {
  const double season = std::cos((local.year_day - 201 + local.hour / 24) / 365.25 * 2 * std::numbers::pi);
  return climate_.mean_c + climate_.season_k * season + climate_.day_k * day_swing(local) + fronts_.at(time_s) + clouds_.at(time_s);
}

double Weather::humidity_rh(double time_s, const LocalTime& local) const {
  return std::clamp(climate_.mean_rh - 12 * day_swing(local) + moisture_.at(time_s), 15.0, 100.0);
}

}  // namespace dcim::physics
