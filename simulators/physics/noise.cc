#include "simulators/physics/noise.h"

#include <cmath>
#include <numbers>

namespace dcim::physics {
namespace {

constexpr std::uint64_t finish(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

}  // namespace

double chosen(std::uint64_t seed, std::string_view name, double low, double high) { return low + (high - low) * unit(mix(seed, name)); }

Wander::Wander(std::uint64_t seed, std::string_view name, double standard_deviation, double memory_s)
    : seed_(mix(seed, name)), standard_deviation_(standard_deviation), memory_s_(memory_s) {}

double Wander::at(double time_s) const {
  const double position = time_s / memory_s_;
  const double below = std::floor(position);
  const double x = position - below;
  const double s = x * x * (3 - 2 * x);
  const auto index = static_cast<std::int64_t>(below);
  return standard_deviation_ * (knot(index) * (1 - s) + knot(index + 1) * s) / std::sqrt((1 - s) * (1 - s) + s * s);
}

double Wander::knot(std::int64_t index) const {
  const std::uint64_t bits = finish(seed_ + 0x9e3779b97f4a7c15ull * static_cast<std::uint64_t>(index));
  // Box-Muller; std::normal_distribution differs between libraries.
  return std::sqrt(-2 * std::log(1 - unit(bits))) * std::cos(2 * std::numbers::pi * unit(finish(bits + 1)));
}

}  // namespace dcim::physics
