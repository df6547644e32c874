// When is it full? A straight line through one figure per day, and how far it may be believed. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace dcim::core {

using Day = std::chrono::sys_days;

struct DayFigure {
  Day day;
  double value = 0;
};

struct Forecast {
  std::optional<Day> full_on;     // when the line reaches the limit; nothing when that cannot be said, `basis` says why
  std::optional<double> per_day;  // growth
  std::optional<double> r2;       // the share of the ups and downs that the line explains
  std::string basis;              // a sentence for people
};

inline constexpr std::size_t kFewestDays = 14;
inline constexpr std::chrono::days kFarthestForecast{3650};

/// `days` in order, at most one figure each; `limit`: what full is, when it is known.
Forecast forecast(const std::vector<DayFigure>& days, std::optional<double> limit, Day today);

}  // namespace dcim::core
