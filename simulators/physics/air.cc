#include "simulators/physics/air.h"

#include <algorithm>
#include <cmath>

namespace dcim::physics {
namespace {

constexpr double kPressure_hpa = 1013.25;
constexpr double kWaterToAir = 0.62198;

}  // namespace

double saturation_pressure_hpa(double t) { return 6.112 * std::exp(17.62 * t / (243.12 + t)); }

double dew_point_c(double t, double rh) {
  const double gamma = std::log(rh / 100) + 17.62 * t / (243.12 + t);
  return 243.12 * gamma / (17.62 - gamma);
}

double humidity_ratio(double t, double rh) {
  const double e = rh / 100 * saturation_pressure_hpa(t);
  return kWaterToAir * e / (kPressure_hpa - e);
}

double relative_humidity(double t, double w) {
  const double e = kPressure_hpa * w / (kWaterToAir + w);
  return std::clamp(100 * e / saturation_pressure_hpa(t), 0.0, 100.0);
}

double enthalpy_kj_kg(double t, double rh) {
  const double w = humidity_ratio(t, rh);
  return 1.006 * t + w * (2501 + 1.86 * t);
}

}  // namespace dcim::physics
