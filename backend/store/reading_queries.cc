#include "store/reading_queries.h"

namespace dcim::store {

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
  const auto rows = co_await connection.query(
      "SELECT extract(epoch FROM time_bucket($4::interval, ts))::bigint * 1000 AS start, count(*), min(value), avg(value), max(value) "
      "FROM readings WHERE sensor_id = $1 AND ts >= $2 AND ts < $3 AND quality <> 2 GROUP BY 1 ORDER BY 1",
      params(sensor, from, to, std::to_string(width.count()) + " seconds"));
  std::vector<Bucket> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows.i64(i, 0), rows.i64(i, 1), rows.f64(i, 2), rows.f64(i, 3), rows.f64(i, 4)});
  co_return out;
}

}  // namespace dcim::store
