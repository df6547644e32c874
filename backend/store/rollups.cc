#include "store/rollups.h"

#include <algorithm>
#include <array>

namespace dcim::store {
namespace {

using namespace std::chrono_literals;

constexpr auto kStillOpen = 60s;  // a reading may be so late without being late
constexpr auto kBucket = 5min;
constexpr auto kSlice = 6h;  // rolled up in one transaction, after a long pause
constexpr std::int64_t kHoursAtOnce = 5'000;
constexpr const char* kExclusive = "SELECT pg_advisory_xact_lock(7446921004)";  // waits for the batches under way
constexpr const char* kLead = "SELECT pg_try_advisory_lock(7446921005)";
constexpr const char* kWaitToLead = "SELECT pg_advisory_lock(7446921005)";
constexpr const char* kLeadNoMore = "SELECT pg_advisory_unlock(7446921005)";

constexpr const char* kFromRaw =
    "SELECT sensor_id, time_bucket('5 minutes', r.ts), count(*), sum(value), min(value), max(value), first(value, r.ts), last(value, r.ts) FROM "
    "readings r ";
constexpr const char* kUpsert =
    " ON CONFLICT (sensor_id, ts) DO UPDATE SET count = excluded.count, sum = excluded.sum, min = excluded.min, max = excluded.max, "
    "first = excluded.first, last = excluded.last";

std::string from_finer(const std::string& width, const std::string& table) {
  return "SELECT r.sensor_id, time_bucket('" + width +
         "', r.ts), sum(r.count), sum(r.sum), min(r.min), max(r.max), first(r.first, r.ts), last(r.last, r.ts) FROM " + table + " r ";
}

// Closes what is old enough and takes the late hours that are waiting: after this, whatever is committed before open_from is
// either in these hours or between rolled_to and open_from, and whatever comes later notes itself again.
asio::awaitable<void> take(Connection& connection, base::Timestamp now) {
  const auto open_from = base::Timestamp(std::chrono::floor<std::chrono::minutes>(now - kStillOpen).time_since_epoch() / kBucket * kBucket);
  auto transaction = co_await Transaction::begin(connection);
  co_await connection.query(kExclusive);
  co_await connection.query("UPDATE rollup_state SET open_from = greatest(open_from, $1)", params(open_from));
  co_await connection.query(
      "WITH taken AS (DELETE FROM rollup_late WHERE (sensor_id, hour) IN (SELECT sensor_id, hour FROM rollup_late ORDER BY hour LIMIT $1) "
      "RETURNING sensor_id, hour) INSERT INTO rollup_work SELECT sensor_id, hour FROM taken ON CONFLICT DO NOTHING",
      params(kHoursAtOnce));
  co_await transaction.commit();
}

// Within a transaction: what the raw readings of this time say, into all three tables.
asio::awaitable<void> roll(Connection& connection, base::Timestamp from, base::Timestamp to) {
  co_await connection.query(
      std::string("INSERT INTO readings_5m ") + kFromRaw + "WHERE r.ts >= $1 AND r.ts < $2 AND quality <> 2 GROUP BY 1, 2" + kUpsert,
      params(from, to));
  const auto statement = [](const char* coarse, const char* width, const char* fine) -> std::string {
    return std::string("INSERT INTO ") + coarse + " " + from_finer(width, fine) + "WHERE r.ts >= time_bucket('" + width +
           "', $1::timestamptz) AND r.ts < $2 AND r.sensor_id IN (SELECT DISTINCT sensor_id FROM readings_5m WHERE ts >= $1 AND ts < $2) GROUP BY 1, "
           "2" +
           kUpsert;
  };
  const auto hours = statement("readings_1h", "1 hour", "readings_5m");
  co_await connection.query(hours, params(from, to));
  const auto days = statement("readings_1d", "1 day", "readings_1h");
  co_await connection.query(days, params(from, to));
}

// From rolled_to on, one slice at most.
asio::awaitable<void> roll_new(Connection& connection, base::Timestamp from, base::Timestamp to) {
  auto transaction = co_await Transaction::begin(connection);
  co_await roll(connection, from, to);
  co_await connection.query("UPDATE rollup_state SET rolled_to = $1", params(to));
  co_await transaction.commit();
}

// The late hours that are taken, from the raw readings up to rolled_to. Gone buckets go, too.
asio::awaitable<void> roll_late(Connection& connection) {
  auto transaction = co_await Transaction::begin(connection);
  co_await connection.query("DELETE FROM rollup_work USING rollup_state WHERE hour < raw_from");  // their raw readings are gone: final
  co_await connection.query(
      "DELETE FROM readings_5m r USING rollup_work w WHERE r.sensor_id = w.sensor_id AND r.ts >= w.hour AND r.ts < w.hour + interval '1 hour'");
  co_await connection.query(std::string("INSERT INTO readings_5m SELECT n.* FROM rollup_work w, rollup_state s, LATERAL (") + kFromRaw +
                            "WHERE r.sensor_id = w.sensor_id AND r.ts >= w.hour AND r.ts < least(w.hour + interval '1 hour', s.rolled_to) AND "
                            "quality <> 2 GROUP BY 1, 2) n");
  co_await connection.query("DELETE FROM readings_1h r USING rollup_work w WHERE r.sensor_id = w.sensor_id AND r.ts = w.hour");
  const auto hours = "INSERT INTO readings_1h SELECT n.* FROM rollup_work w, LATERAL (" + from_finer("1 hour", "readings_5m") +
                     "WHERE r.sensor_id = w.sensor_id AND r.ts >= w.hour AND r.ts < w.hour + interval '1 hour' GROUP BY 1, 2) n";
  co_await connection.query(hours);
  const std::string days_of_work = "(SELECT DISTINCT sensor_id, time_bucket('1 day', hour) AS day FROM rollup_work) w";
  co_await connection.query("DELETE FROM readings_1d r USING " + days_of_work + " WHERE r.sensor_id = w.sensor_id AND r.ts = w.day");
  const auto days = "INSERT INTO readings_1d SELECT n.* FROM " + days_of_work + ", LATERAL (" + from_finer("1 day", "readings_1h") +
                    "WHERE r.sensor_id = w.sensor_id AND r.ts >= w.day AND r.ts < w.day + interval '1 day' GROUP BY 1, 2) n";
  co_await connection.query(days);
  co_await connection.query("DELETE FROM rollup_work");
  co_await transaction.commit();
}

}  // namespace

std::vector<LateHour> late_hours(std::span<const core::Reading> readings, base::Timestamp open_from) {
  std::vector<LateHour> out;
  for (const auto& reading : readings) {
    if (reading.ts >= open_from) continue;
    const LateHour hour{reading.sensor_id, std::chrono::floor<std::chrono::hours>(reading.ts)};
    if (out.empty() || out.back() != hour) out.push_back(hour);
  }
  return out;
}

asio::awaitable<base::Timestamp> rollup_open_from(Connection& connection) {
  const auto rows = co_await connection.query_prepared(kRollupOpenFrom);
  co_return rows.time(0, 0);
}

asio::awaitable<void> note_late(Connection& connection, std::vector<LateHour> hours) {
  if (hours.empty()) co_return;
  std::string sensors = "{", times = "{";
  for (const auto& late : hours) {
    if (sensors.size() > 1) sensors += ',', times += ',';
    sensors += std::to_string(late.sensor.value);
    times += '"' + base::to_rfc3339(late.hour) + '"';
  }
  co_await connection.query("INSERT INTO rollup_late SELECT * FROM unnest($1::int[], $2::timestamptz[]) ON CONFLICT DO NOTHING",
                            params(sensors + "}", times + "}"));
}

asio::awaitable<RollupState> rollup_state(Connection& connection) {
  const auto rows = co_await connection.query(
      "SELECT rolled_to, open_from, (SELECT count(*) FROM rollup_late) + (SELECT count(*) FROM rollup_work) FROM rollup_state");
  co_return RollupState{rows.time(0, 0), rows.time(0, 1), rows.i64(0, 2)};
}

asio::awaitable<bool> roll_up(Connection& connection, base::Timestamp now) {
  // Of the session, not of a transaction: the steps are several. Whoever sees this fail closes the connection, and the lock goes with it.
  const auto leader = co_await connection.query(kLead);
  if (!leader.boolean(0, 0)) co_return false;
  co_await take(connection, now);
  auto state = co_await rollup_state(connection);
  if (state.rolled_to < state.open_from)
    co_await roll_new(connection, state.rolled_to, std::min<base::Timestamp>(state.open_from, state.rolled_to + kSlice));
  co_await roll_late(connection);
  state = co_await rollup_state(connection);
  co_await connection.query(kLeadNoMore);
  co_return state.rolled_to<state.open_from || state.late_hours> 0;
}

asio::awaitable<std::vector<base::Timestamp>> rollup_days(Connection& connection) {
  // Of chunks, not of rows: to look for the rows would be to read all of them. Days are few rows, and their chunks a year wide.
  const auto rows = co_await connection.query(
      "SELECT DISTINCT d FROM rollup_state s, (SELECT generate_series(time_bucket('1 day', range_start), range_end - interval '1 microsecond', "
      "interval '1 day') AS d FROM timescaledb_information.chunks WHERE hypertable_name IN ('readings', 'readings_5m', 'readings_1h') "
      "UNION ALL SELECT DISTINCT time_bucket('1 day', ts) FROM readings_1d) days WHERE d >= s.raw_from AND d < s.rolled_to ORDER BY d");
  std::vector<base::Timestamp> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(rows.time(i, 0));
  co_return out;
}

asio::awaitable<std::vector<RollupDifference>> verify_rollups(Connection& connection, base::Timestamp day, int limit) {
  struct Level {
    const char *table, *width, *of, *finer;
  };
  constexpr std::array kLevels{Level{"readings_5m", "5 minutes", "w5m", ""}, Level{"readings_1h", "1 hour", "w1h", "w5m"},
                               Level{"readings_1d", "1 day", "w1d", "w1h"}};
  // The raw readings are read once; each level is made of the finer one, not of what is stored.
  std::string wanted = std::string("w5m (sensor_id, ts, count, sum, min, max, first, last) AS MATERIALIZED (") + kFromRaw +
                       ", rollup_state s WHERE r.ts >= $1 AND r.ts < $2 AND r.ts < s.rolled_to AND quality <> 2 GROUP BY 1, 2)";
  std::string compared;
  for (const auto& [table, width, of, finer] : kLevels) {
    if (*finer)
      wanted += std::string(", ") + of + " (sensor_id, ts, count, sum, min, max, first, last) AS MATERIALIZED (" + from_finer(width, finer) +
                "GROUP BY 1, 2)";
    compared += std::string(compared.empty() ? "" : " UNION ALL ") + "SELECT '" + table +
                "', coalesce(w.sensor_id, t.sensor_id), coalesce(w.ts, t.ts), CASE WHEN t.sensor_id IS NULL THEN 'missing' WHEN w.sensor_id IS NULL "
                "THEN 'too much' ELSE 'differs' END FROM " +
                of + " w FULL JOIN (SELECT * FROM " + table +
                " WHERE ts >= $1 AND ts < $2) t USING (sensor_id, ts) WHERE (t.sensor_id IS NULL OR w.sensor_id IS NULL OR w.count <> t.count OR "
                "w.min <> t.min OR w.max <> t.max OR w.first <> t.first OR w.last <> t.last OR abs(w.sum - t.sum) > 1e-9 * greatest(abs(w.sum), 1)) "
                "AND NOT EXISTS (SELECT FROM waiting x WHERE x.sensor_id = coalesce(w.sensor_id, t.sensor_id) AND time_bucket('" +
                width + "', x.hour) = time_bucket('" + (*finer ? width : "1 hour") + "', coalesce(w.ts, t.ts)))";
  }
  const auto rows = co_await connection.query(
      "WITH " + wanted +
          ", waiting AS MATERIALIZED (SELECT sensor_id, hour FROM rollup_late WHERE hour >= $1 AND hour < $2 UNION SELECT sensor_id, hour FROM "
          "rollup_work WHERE hour >= $1 AND hour < $2) SELECT * FROM (" +
          compared + ") d ORDER BY 1, 2, 3 LIMIT $3",
      params(day, day + 24h, limit));
  std::vector<RollupDifference> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows.text(i, 0), {rows.i32(i, 1)}, rows.time(i, 2), rows.text(i, 3)});
  co_return out;
}

asio::awaitable<void> rebuild_rollups(Connection& connection, base::Timestamp day) {
  co_await connection.query(kWaitToLead);
  {
    const auto state = co_await rollup_state(connection);
    const auto end = std::min<base::Timestamp>(day + 24h, state.rolled_to);
    // A reading that is committed while this runs has noted its hour, which is then done once more.
    auto transaction = co_await Transaction::begin(connection);
    for (const auto* table : {"readings_5m", "readings_1h", "readings_1d"}) {
      const auto statement = std::string("DELETE FROM ") + table + " WHERE ts >= $1 AND ts < $2";
      co_await connection.query(statement, params(day, day + 24h));
    }
    if (day < end) co_await roll(connection, day, end);
    co_await transaction.commit();
  }
  co_await connection.query(kLeadNoMore);
}

}  // namespace dcim::store
