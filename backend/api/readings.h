// Which range and interval a request for history gets.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "core/inventory.h"

namespace dcim::api {

struct Call;

struct Range {
  base::Timestamp from, to;
};
/// ?from= and ?to=; the last 24 hours without them. `longest` 0: of any length.
base::Result<Range> range_of(const Call& call, std::chrono::seconds longest = {});
base::Timestamp floor_to(base::Timestamp t, std::chrono::seconds width);

struct Interval {
  std::string_view name;
  std::chrono::seconds width;  // 0: raw
};

inline constexpr std::array kIntervals{Interval{"raw", std::chrono::seconds(0)}, Interval{"1m", std::chrono::minutes(1)},
                                       Interval{"5m", std::chrono::minutes(5)},  Interval{"15m", std::chrono::minutes(15)},
                                       Interval{"1h", std::chrono::hours(1)},    Interval{"6h", std::chrono::hours(6)},
                                       Interval{"1d", std::chrono::hours(24)}};

/// More points than this are refused.
inline constexpr int kMostPoints = 20'000;
/// What the server aims at when it chooses and no wish is given.
inline constexpr int kWantedPoints = 1'000;
/// In one request, unless they are combined.
inline constexpr std::size_t kMostSensors = 100;

std::vector<core::SensorId> ids_of(const std::vector<const core::Sensor*>& sensors);

std::optional<Interval> interval_from(std::string_view name);
/// The finest that gives at most about so many points.
Interval choose_interval(std::chrono::seconds range, double sensor_interval_s, int points = kWantedPoints);

}  // namespace dcim::api
