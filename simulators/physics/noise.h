// What varies without a cause in the model: load, weather, sensor noise. Pure functions of the seed and the model's time, so that
// a bot that starts anew, or another run with the same seed, finds the same values.
#pragma once

#include <cstdint>
#include <string_view>

namespace dcim::physics {

/// One seed for the whole site, another stream for each bot: FNV-1a, and the finish of SplitMix64, so that every bit depends on every character.
constexpr std::uint64_t mix(std::uint64_t seed, std::string_view id) {
  std::uint64_t hash = 14695981039346656037ull ^ seed;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ull;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebull;
  return hash ^ (hash >> 31);
}

/// [low, high), the same for the same seed and name.
double chosen(std::uint64_t seed, std::string_view name, double low, double high);

/// Smooth noise around 0: independent normal values every `memory_s`, blended between so that the standard deviation holds at every moment.
class Wander {
 public:
  Wander(std::uint64_t seed, std::string_view name, double standard_deviation, double memory_s);
  /// `time_s`: seconds since 1970.
  double at(double time_s) const;

 private:
  double knot(std::int64_t index) const;

  std::uint64_t seed_;
  double standard_deviation_, memory_s_;
};

}  // namespace dcim::physics
