// The history of sensors: raw readings, or buckets of them. Writing readings is store/readings.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "core/readings.h"
#include "store/pool.h"

namespace dcim::store {

struct RawPoint {
  core::SensorId sensor;
  base::Timestamp ts;
  double value = 0;
  int quality = 0;
};

/// Of the readings that are not bad.
struct Bucket {
  core::SensorId sensor;
  std::int64_t start_ms = 0;
  std::int64_t count = 0;
  double min = 0, avg = 0, max = 0;
};

/// Over several sensors, of those that have readings in the bucket. Sum, average and highest are of the sensors' averages, each sensor counting once.
struct CombinedBucket {
  std::int64_t start_ms = 0;
  std::int64_t sensors = 0;  // how many
  double sum = 0, average = 0, highest = 0;
  double minimum = 0, maximum = 0;  // of the readings
  std::int64_t readings = 0;        // how many, of all of them
};

/// [from, to) by sensor, oldest first, at most `limit` in all. Throws DatabaseError.
asio::awaitable<std::vector<RawPoint>> raw_readings(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from,
                                                    base::Timestamp to, int limit);

/// [from, to) by sensor, oldest first; both at whole multiples of `width` (a day is a day in UTC), as the buckets' starts are.
/// Empty ones are left out. Throws DatabaseError.
asio::awaitable<std::vector<Bucket>> reading_buckets(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from,
                                                     base::Timestamp to, std::chrono::seconds width);

/// The same, over all the sensors together.
asio::awaitable<std::vector<CombinedBucket>> combined_buckets(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from,
                                                              base::Timestamp to, std::chrono::seconds width);

/// What counters say: of each bucket the first, last, least and greatest reading, and the mean.
struct CounterBucket {
  core::SensorId sensor;
  std::int64_t start_ms = 0;
  double first = 0, last = 0, min = 0, max = 0, mean = 0;
};
/// [from, to) by sensor, oldest first; `width` is 5 minutes, an hour or a day, and `from` and `to` whole multiples of it.
asio::awaitable<std::vector<CounterBucket>> counter_buckets(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from,
                                                            base::Timestamp to, std::chrono::seconds width);

}  // namespace dcim::store
