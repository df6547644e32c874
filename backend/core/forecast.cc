#include "core/forecast.h"

#include <cmath>

namespace dcim::core {
namespace {

// A slope that is less than twice its standard error could as well be none (about 95 %).
constexpr double kSmallestT = 2;

}  // namespace

Forecast forecast(const std::vector<DayFigure>& days, std::optional<double> limit, Day today) {
  Forecast out;
  const auto n = static_cast<double>(days.size());
  if (days.size() < kFewestDays) {
    out.basis = "too little history: " + std::to_string(days.size()) + (days.size() == 1 ? " day" : " days") + ", a forecast takes " +
                std::to_string(kFewestDays);
    return out;
  }
  // Least squares, x in days from the first. Centred, so that nothing is lost to large numbers.
  const auto x_of = [&](const DayFigure& f) { return static_cast<double>((f.day - days.front().day).count()); };
  double mean_x = 0, mean_y = 0;
  for (const auto& f : days) {
    mean_x += x_of(f) / n;
    mean_y += f.value / n;
  }
  double xx = 0, xy = 0, yy = 0;
  for (const auto& f : days) {
    const double x = x_of(f) - mean_x, y = f.value - mean_y;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const double slope = xy / xx;
  const double unexplained = std::max(yy - slope * xy, 0.0);
  const bool flat = yy <= 1e-12 * n * std::max(mean_y * mean_y, 1e-12);
  out.per_day = flat ? 0 : slope;
  out.r2 = flat ? 1 : 1 - unexplained / yy;
  const std::string line = "straight line through " + std::to_string(days.size()) + " days";
  const double error = std::sqrt(unexplained / (n - 2) / xx);
  const double now = mean_y + slope * (static_cast<double>((today - days.front().day).count()) - mean_x);
  if (!limit) {
    out.basis = line + "; no limit is known";
  } else if (flat || slope <= 0) {
    out.basis = line + ": it does not grow";
  } else if (slope < kSmallestT * error) {
    out.basis = line + ": its ups and downs are too large to call it growth";
  } else if (now >= *limit) {
    out.full_on = today;
    out.basis = line + ": it is full";
  } else if (const double ahead = std::ceil((*limit - now) / slope); ahead > kFarthestForecast.count()) {
    out.basis = line + ": not within ten years";
  } else {
    out.full_on = today + std::chrono::days(static_cast<int>(ahead));
    out.basis = line;
  }
  return out;
}

}  // namespace dcim::core
