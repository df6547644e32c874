#include "store/reading_queries.h"

namespace dcim::store {
namespace {

using namespace std::chrono_literals;

std::string array(const std::vector<core::SensorId>& sensors) {
  std::string out = "{";
  for (const auto id : sensors) out += (out.size() > 1 ? "," : "") + std::to_string(id.value);
  return out + "}";
}

struct Query {
  std::string sql;
  Params params;
};

// A row for each sensor and bucket: sensor_id, start, count, sum, min, max. From the coarsest rollup that the width is made of,
// up to where it is complete; the rest from the raw readings.
asio::awaitable<Query> buckets(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from, base::Timestamp to,
                               std::chrono::seconds width) {
  Query out;
  out.params = params(array(sensors), from, to, std::to_string(width.count()) + " seconds");
  const char* rollup = width % 24h == 0s ? "readings_1d" : width % 1h == 0s ? "readings_1h" : width % 5min == 0s ? "readings_5m" : nullptr;
  std::string parts =
      "SELECT sensor_id, time_bucket($4::interval, ts) AS start, count(*) AS count, sum(value) AS sum, min(value) AS min, max(value) AS max "
      "FROM readings WHERE sensor_id = ANY($1::int[]) AND ts >= $2 AND ts < $3 AND quality <> 2";
  if (rollup) {
    // The statement's own look at rolled_to decides. It never goes back, so what it was a moment ago holds as well, and as a constant that keeps the
    // planner from opening every day of raw readings: of a year, a hundred milliseconds.
    const auto rolled_to = co_await connection.query_prepared("SELECT rolled_to FROM rollup_state");
    out.params.push_back(param(rolled_to.time(0, 0)));
    parts += " AND ts >= $5 AND ts >= (SELECT rolled_to FROM rollup_state)";
    parts = "SELECT sensor_id, time_bucket($4::interval, ts) AS start, count::bigint, sum, min, max FROM " + std::string(rollup) +
            " WHERE sensor_id = ANY($1::int[]) AND ts >= $2 AND ts < $3 UNION ALL " + parts;
  }
  out.sql = "SELECT sensor_id, start, sum(count)::bigint AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max FROM (" + parts +
            " GROUP BY 1, 2) parts GROUP BY 1, 2";
  co_return out;
}

}  // namespace

asio::awaitable<std::vector<RawPoint>> raw_readings(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from,
                                                    base::Timestamp to, int limit) {
  const auto rows = co_await connection.query(
      "SELECT sensor_id, ts, value, quality FROM readings "
      "WHERE sensor_id = ANY($1::int[]) AND ts >= $2 AND ts < $3 ORDER BY sensor_id, ts LIMIT $4",
      params(array(sensors), from, to, limit));
  std::vector<RawPoint> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({{rows.i32(i, 0)}, rows.time(i, 1), rows.f64(i, 2), rows.i32(i, 3)});
  co_return out;
}

asio::awaitable<std::vector<Bucket>> reading_buckets(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from,
                                                     base::Timestamp to, std::chrono::seconds width) {
  const auto inner = co_await buckets(connection, std::move(sensors), from, to, width);
  const auto sql =
      "SELECT sensor_id, extract(epoch FROM start)::bigint * 1000, count, min, sum / count, max FROM (" + inner.sql + ") buckets ORDER BY 1, 2";
  const auto rows = co_await connection.query(sql, inner.params);
  std::vector<Bucket> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({{rows.i32(i, 0)}, rows.i64(i, 1), rows.i64(i, 2), rows.f64(i, 3), rows.f64(i, 4), rows.f64(i, 5)});
  }
  co_return out;
}

asio::awaitable<std::vector<CounterBucket>> counter_buckets(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from,
                                                            base::Timestamp to, std::chrono::seconds width) {
  const char* rollup = width == 24h ? "readings_1d" : width == 1h ? "readings_1h" : "readings_5m";
  // As in buckets(): what is rolled up, and the rest from the raw readings, which may be of the same bucket.
  const auto rolled_to = co_await connection.query_prepared("SELECT rolled_to FROM rollup_state");
  auto values = params(array(sensors), from, to, std::to_string(width.count()) + " seconds");
  values.push_back(param(rolled_to.time(0, 0)));
  const auto rows = co_await connection.query(
      "SELECT sensor_id, extract(epoch FROM start)::bigint * 1000, first(first, part), last(last, part), min(min), max(max), sum(sum) / sum(count) "
      "FROM (SELECT sensor_id, ts AS start, 0 AS part, count::bigint AS count, sum, min, max, first, last FROM " +
          std::string(rollup) +
          " WHERE sensor_id = ANY($1::int[]) AND ts >= $2 AND ts < $3 UNION ALL "
          "SELECT sensor_id, time_bucket($4::interval, ts), 1, count(*), sum(value), min(value), max(value), first(value, ts), last(value, ts) "
          "FROM readings WHERE sensor_id = ANY($1::int[]) AND ts >= $2 AND ts < $3 AND quality <> 2 AND ts >= $5 AND "
          "ts >= (SELECT rolled_to FROM rollup_state) GROUP BY 1, 2) parts GROUP BY 1, start ORDER BY 1, start",
      std::move(values));
  std::vector<CounterBucket> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({{rows.i32(i, 0)}, rows.i64(i, 1), rows.f64(i, 2), rows.f64(i, 3), rows.f64(i, 4), rows.f64(i, 5), rows.f64(i, 6)});
  }
  co_return out;
}

asio::awaitable<std::vector<CombinedBucket>> combined_buckets(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp from,
                                                              base::Timestamp to, std::chrono::seconds width) {
  const auto inner = co_await buckets(connection, std::move(sensors), from, to, width);
  const auto sql =
      "SELECT extract(epoch FROM start)::bigint * 1000, count(*), sum(sum / count), avg(sum / count), max(sum / count), min(min), max(max), "
      "sum(count)::bigint FROM (" +
      inner.sql + ") buckets GROUP BY 1 ORDER BY 1";
  const auto rows = co_await connection.query(sql, inner.params);
  std::vector<CombinedBucket> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({rows.i64(i, 0), rows.i64(i, 1), rows.f64(i, 2), rows.f64(i, 3), rows.f64(i, 4), rows.f64(i, 5), rows.f64(i, 6), rows.i64(i, 7)});
  }
  co_return out;
}

}  // namespace dcim::store
