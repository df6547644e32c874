// Random numbers that are the same for the same seed on every machine, and the noise that measurements have.
#pragma once

#include <cstdint>
#include <random>
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

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// [low, high)
  double uniform(double low, double high);
  /// Mean 0, standard deviation 1.
  double normal();

 private:
  std::mt19937_64 engine_;
};

/// Ornstein-Uhlenbeck: wanders around 0 with the standard deviation, and forgets after about `memory_s`.
class Drift {
 public:
  Drift(double standard_deviation, double memory_s) : standard_deviation_(standard_deviation), memory_s_(memory_s) {}
  double step(double seconds, Random& random);
  double value() const { return value_; }

 private:
  double standard_deviation_, memory_s_;
  double value_ = 0;
};

}  // namespace dcim::physics
