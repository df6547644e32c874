#include "store/reading_queries.h"

namespace dcim::store {

using namespace std::chrono_literals;

asio::awaitable<std::vector<RawPoint>> raw_readings(Connection& connection, core::SensorId sensor, base::Timestamp from, base::Timestamp to,
                                                    int limit) {
  const auto rows = co_await connection.query(
      "SELECT floor(extract(epoch FROM ts) * 1000)::bigint, value, quality FROM readings "
      "WHERE sensor_id = $1 AND ts >= $2 AND ts < $3 ORDER BY ts LIMIT $4",
      params(sensor, from, to, limit));
  std::vector<RawPoint> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows.i64(i, 0), rows.f64(i, 1), rows.i32(i, 2)});
  co_return out;
}

asio::awaitable<std::vector<Bucket>> reading_buckets(Connection& connection, core::SensorId sensor, base::Timestamp from, base::Timestamp to,
                                                     std::chrono::seconds width) {
  // The coarsest rollup that the width is made of, up to where it is complete; the rest from the raw readings.
  const char* rollup = width % 24h == 0s ? "readings_1d" : width % 1h == 0s ? "readings_1h" : width % 5min == 0s ? "readings_5m" : nullptr;
  const std::string raw =
      "SELECT time_bucket($4::interval, ts) AS start, count(*) AS count, sum(value) AS sum, min(value) AS min, max(value) AS max FROM readings "
      "WHERE sensor_id = $1 AND ts >= $2 AND ts < $3 AND quality <> 2";
  const std::string parts = rollup ? "SELECT time_bucket($4::interval, ts) AS start, count::bigint, sum, min, max FROM " + std::string(rollup) +
                                         " WHERE sensor_id = $1 AND ts >= time_bucket($4::interval, $2::timestamptz) AND ts < $3 UNION ALL " + raw +
                                         " AND ts >= (SELECT rolled_to FROM rollup_state) GROUP BY 1"
                                   : raw + " GROUP BY 1";
  const auto rows = co_await connection.query(
      "SELECT extract(epoch FROM start)::bigint * 1000, sum(count)::bigint, min(min), sum(sum) / sum(count), max(max) FROM (" + parts +
          ") parts GROUP BY 1 ORDER BY 1",
      params(sensor, from, to, std::to_string(width.count()) + " seconds"));
  std::vector<Bucket> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows.i64(i, 0), rows.i64(i, 1), rows.f64(i, 2), rows.f64(i, 3), rows.f64(i, 4)});
  co_return out;
}

}  // namespace dcim::store
