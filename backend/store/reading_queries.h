// The history of a sensor: raw readings, or buckets of them. Writing readings is store/readings.
#pragma once

#include <chrono>
#include <vector>

#include "core/readings.h"
#include "store/pool.h"

namespace dcim::store {

struct RawPoint {
  std::int64_t ts_ms = 0;
  double value = 0;
  int quality = 0;
};

/// Of the readings that are not bad.
struct Bucket {
  std::int64_t start_ms = 0;
  std::int64_t count = 0;
  double min = 0, avg = 0, max = 0;
};

/// [from, to), oldest first, at most `limit`. Throws DatabaseError.
asio::awaitable<std::vector<RawPoint>> raw_readings(Connection& connection, core::SensorId sensor, base::Timestamp from, base::Timestamp to,
                                                    int limit);

/// [from, to), oldest first; buckets start at whole multiples of `width` (a day is a day in UTC), empty ones are left out.
/// Throws DatabaseError.
asio::awaitable<std::vector<Bucket>> reading_buckets(Connection& connection, core::SensorId sensor, base::Timestamp from, base::Timestamp to,
                                                     std::chrono::seconds width);

}  // namespace dcim::store
