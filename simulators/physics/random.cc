#include "simulators/physics/random.h"

#include <cmath>
#include <numbers>

namespace dcim::physics {

double Random::uniform(double low, double high) {
  const double unit = static_cast<double>(engine_() >> 11) * 0x1.0p-53;
  return low + (high - low) * unit;
}

double Random::normal() {
  // Box-Muller; std::normal_distribution differs between libraries.
  const double radius = std::sqrt(-2 * std::log(1 - uniform(0, 1)));
  return radius * std::cos(2 * std::numbers::pi * uniform(0, 1));
}

double Drift::step(double seconds, Random& random) {
  const double kept = std::exp(-seconds / memory_s_);  // the exact solution over the step, of any length
  value_ = value_ * kept + standard_deviation_ * std::sqrt(1 - kept * kept) * random.normal();
  return value_;
}

}  // namespace dcim::physics
