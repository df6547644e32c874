#include "simulators/physics/battery.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace dcim::physics {
namespace {

struct Row {
  double minutes, share;
};
constexpr std::array kTable{Row{3, 2.718},  Row{5, 2.103},  Row{10, 1.385},  Row{15, 1.0},    Row{20, 0.815},  Row{30, 0.574},  Row{45, 0.421},
                            Row{60, 0.337}, Row{90, 0.232}, Row{120, 0.179}, Row{180, 0.133}, Row{300, 0.085}, Row{600, 0.045}, Row{1200, 0.024}};

struct Point {
  double c, factor;
};
constexpr std::array kTemperature{Point{1.7, 0.74}, Point{10, 0.86},   Point{15.8, 0.92}, Point{21.1, 0.96},
                                  Point{25, 1.0},   Point{29.4, 1.03}, Point{35, 1.05}};

constexpr double kNoPower_kw = 1e-3;
constexpr double kLongest_min = 1200;

}  // namespace

double runtime_minutes(double share) {
  if (share <= kTable.back().share) return kLongest_min;
  std::size_t i = 1;
  while (i + 1 < kTable.size() && share < kTable[i].share) ++i;
  const auto &a = kTable[i - 1], &b = kTable[i];
  const double x = std::log(share / a.share) / std::log(b.share / a.share);
  return a.minutes * std::exp(x * std::log(b.minutes / a.minutes));
}

double temperature_factor(double c) {
  if (c <= kTemperature.front().c) return kTemperature.front().factor;
  for (std::size_t i = 1; i < kTemperature.size(); ++i) {
    const auto &a = kTemperature[i - 1], &b = kTemperature[i];
    if (c <= b.c) return a.factor + (b.factor - a.factor) * (c - a.c) / (b.c - a.c);
  }
  return kTemperature.back().factor;
}

double state_of_health(double years, double temperature_c) {
  const double per_year = 0.20 / (7 * std::exp2(-(temperature_c - 25) / 10));
  const double to_knee = 0.20 / per_year;
  const double lost = years <= to_knee ? per_year * years : 0.20 + 2 * per_year * (years - to_knee);
  return std::max(0.0, 1 - lost);
}

double resistance_of_health(double soh) { return 1 + 1.5 * (1 - soh); }
double health_of_resistance(double ratio) { return std::clamp(1 - (ratio - 1) / 1.5, 0.0, 1.0); }

double Battery::runtime_min(double power_kw, double soh, double temperature_c) const {
  const double factor = soh * temperature_factor(temperature_c) * p_.rated_15_minute_kw;
  if (power_kw < kNoPower_kw || factor <= 0) return factor <= 0 ? 0 : kLongest_min * charge_;
  return charge_ * runtime_minutes(power_kw / factor);
}

double Battery::step(double seconds, double power_kw, double soh, double temperature_c) {
  if (power_kw > kNoPower_kw) {
    const double full_min = runtime_minutes(power_kw / std::max(1e-6, soh * temperature_factor(temperature_c) * p_.rated_15_minute_kw));
    charge_ = std::max(0.0, charge_ - seconds / 60 / full_min);
    return 0;
  }
  if (charge_ >= 1) return 0;
  const double taper = std::clamp((1 - charge_) / 0.1, 0.02, 1.0);
  const double before = charge_;
  charge_ = std::min(1.0, charge_ + seconds / 3600 * p_.charge_share_per_h * taper);
  return (charge_ - before) * p_.energy_kwh / p_.charge_efficiency / (seconds / 3600);
}

double Battery::voltage_v(double power_kw) const {
  const double cells = p_.blocks * 6.0;
  if (power_kw > kNoPower_kw) {
    // Open circuit 2.13 V full to 1.94 V empty, and the drop of the load: 1.67 V at the end of a 15-minute discharge.
    const double drop = 0.17 * std::pow(power_kw / p_.rated_15_minute_kw, 0.8);
    return cells * (1.90 + 0.18 * charge_ - drop * (0.6 + 0.4 * (1 - charge_)) - 0.06 * std::pow(1 - charge_, 4));
  }
  return cells * (charge_ >= 0.999 ? 2.27 : 2.10 + 0.25 * std::min(1.0, charge_ / 0.9));
}

double Battery::float_current_a(double soh, double temperature_c) const {
  const double capacity_ah = p_.energy_kwh * 1000 / (p_.blocks * 12.0);
  return 0.001 * capacity_ah * std::exp2((temperature_c - 25) / 10) * (1 + (1 - soh) / 0.2);
}

Block::Block(std::uint64_t seed, int number)
    : new_mohm_(chosen(seed, "resistance " + std::to_string(number), 3.05, 3.35)),
      spread_v_(chosen(seed, "volts " + std::to_string(number), -0.03, 0.03)),
      spread_k_(chosen(seed, "warmth " + std::to_string(number), -0.4, 0.6)),
      warmth_(seed, "block " + std::to_string(number), 0.15, 3600) {}

double Block::resistance_mohm(double soh, double extra) const { return new_mohm_ * (resistance_of_health(soh) + extra); }

double Block::voltage_v(double mean_v, double current_a, double extra) const {
  // A block of higher resistance gives less under load, and takes more while it is charged.
  return mean_v + spread_v_ - current_a * new_mohm_ * extra / 1000;
}

double Block::temperature_c(double ambient_c, double current_a, double extra, double time_s) const {
  const double own_w = current_a * current_a * new_mohm_ * (1 + extra) / 1000;
  return ambient_c + spread_k_ + 0.12 * own_w + 4 * extra + warmth_.at(time_s);  // 0.12 K/W to the room; a failing block is warmer on float
}

}  // namespace dcim::physics
