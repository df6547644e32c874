// Moist air: from temperature and relative humidity to what does not change when air only warms or cools.
#pragma once

#include <optional>

namespace dcim::core {

/// Magnus formula with Sonntag's coefficients, good for -45 to 60 °C. Nothing for a relative humidity that is not in (0, 100].
std::optional<double> dew_point_c(double temperature_c, double relative_humidity);

}  // namespace dcim::core
