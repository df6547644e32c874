// What a deviation is measured from: the sensor's siblings at the moment, or its own last weeks. Pure, in event time.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace dcim::core {

/// Fewer siblings have no median that one of them could not move at will.
inline constexpr std::size_t kFewestSiblings = 3;

/// Temperatures differ by K, everything else by % of the baseline.
std::string_view deviation_unit(std::string_view unit);
/// nullopt where % of the baseline means nothing: it is 0.
std::optional<double> deviation_of(double value, double baseline, bool in_kelvin);
/// Reorders `values`; nullopt when there are none.
std::optional<double> median_of(std::vector<double>& values);

/// A sensor's usual value: the median of its daily means (UTC) of the 30 days before today, so that neither an hour of discharge nor
/// a bad day moves it.
class DailyMeans {
 public:
  static constexpr std::chrono::days kKept{30};
  static constexpr std::size_t kFewest = 3;

  /// What it is on the day of `ts`, before this value counts; nullopt until there are three days. Call it in order of time.
  std::optional<double> push(base::Timestamp ts, double value);
  /// A stored day, instead of what is known of it. In order of time.
  void set(std::chrono::sys_days day, double sum, std::int64_t count);
  std::optional<double> usual() const { return usual_; }

 private:
  struct Day {
    std::chrono::sys_days day;
    double sum = 0;
    std::int64_t count = 0;
  };
  void begin(std::chrono::sys_days day);

  std::deque<Day> days_;  // the last is today
  std::optional<double> usual_;
};

}  // namespace dcim::core
