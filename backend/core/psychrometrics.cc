#include "core/psychrometrics.h"

#include <cmath>

namespace dcim::core {
namespace {

constexpr double kA = 17.62, kB_c = 243.12;

}  // namespace

std::optional<double> dew_point_c(double temperature_c, double relative_humidity) {
  if (!(relative_humidity > 0 && relative_humidity <= 100)) return std::nullopt;
  const double gamma = std::log(relative_humidity / 100) + kA * temperature_c / (kB_c + temperature_c);
  return kB_c * gamma / (kA - gamma);
}

}  // namespace dcim::core
