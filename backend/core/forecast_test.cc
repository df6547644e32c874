#include "core/forecast.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dcim::core {
namespace {

using std::chrono::days;

constexpr Day kFirst{std::chrono::year{2026} / 3 / 1};

std::vector<DayFigure> grow(int n, double from, double per_day, double swing = 0) {
  std::vector<DayFigure> out;
  for (int i = 0; i < n; ++i) out.push_back({kFirst + days(i), from + per_day * i + swing * std::sin(i * 2.4)});
  return out;
}

TEST(Forecast, ALineIsContinuedToTheLimit) {
  const auto f = forecast(grow(30, 100, 2), 200, kFirst + days(30));
  EXPECT_EQ(f.full_on, kFirst + days(50));
  EXPECT_NEAR(*f.per_day, 2, 1e-9);
  EXPECT_NEAR(*f.r2, 1, 1e-9);
  EXPECT_EQ(f.basis, "straight line through 30 days");
}

// Against the closed formula, with a gap in the days.
TEST(Forecast, LeastSquaresWithAGap) {
  auto history = grow(40, 10, 0.5, 3);
  history.erase(history.begin() + 10, history.begin() + 20);
  double sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;
  const double n = 30;
  for (const auto& f : history) {
    const auto x = static_cast<double>((f.day - kFirst).count());
    sx += x, sy += f.value, sxx += x * x, sxy += x * f.value, syy += f.value * f.value;
  }
  const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx), at = (sy - slope * sx) / n;
  const double r = (n * sxy - sx * sy) / std::sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
  const auto f = forecast(history, 60, kFirst + days(40));
  EXPECT_NEAR(*f.per_day, slope, 1e-9);
  EXPECT_NEAR(*f.r2, r * r, 1e-9);
  EXPECT_EQ(f.full_on, kFirst + days(static_cast<int>(std::ceil((60 - at) / slope))));
}

TEST(Forecast, SaysWhenItCannotSay) {
  const auto today = kFirst + days(40);
  EXPECT_EQ(forecast(grow(13, 1, 1), 100, today).basis, "too little history: 13 days, a forecast takes 14");
  EXPECT_FALSE(forecast(grow(13, 1, 1), 100, today).per_day);
  EXPECT_EQ(forecast({}, 100, today).basis, "too little history: 0 days, a forecast takes 14");
  const auto shrinks = forecast(grow(40, 100, -1), 200, today);
  EXPECT_FALSE(shrinks.full_on);
  EXPECT_NEAR(*shrinks.per_day, -1, 1e-9);
  EXPECT_EQ(shrinks.basis, "straight line through 40 days: it does not grow");
  const auto flat = forecast(grow(40, 100, 0), 200, today);
  EXPECT_FALSE(flat.full_on);
  EXPECT_EQ(flat.per_day, 0);
  EXPECT_EQ(forecast(grow(40, 100, 0.1, 20), 200, today).basis, "straight line through 40 days: its ups and downs are too large to call it growth");
  EXPECT_EQ(forecast(grow(40, 100, 0.01), 200, today).basis, "straight line through 40 days: not within ten years");
  EXPECT_EQ(forecast(grow(40, 100, 1), {}, today).basis, "straight line through 40 days; no limit is known");
  EXPECT_EQ(forecast(grow(40, 100, 1), 120, today).full_on, today);
}

}  // namespace
}  // namespace dcim::core
