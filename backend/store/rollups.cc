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

// From rolled_to on, one slice at most.
asio::awaitable<void> roll_new(Connection& connection, base::Timestamp from, base::Timestamp to) {
  auto transaction = co_await Transaction::begin(connection);
  co_await connection.query(
      std::string("INSERT INTO readings_5m ") + kFromRaw + "WHERE r.ts >= $1 AND r.ts < $2 AND quality <> 2 GROUP BY 1, 2" + kUpsert,
      params(from, to));
  const auto roll = [&](const char* coarse, const char* width, const char* fine) -> std::string {
    return std::string("INSERT INTO ") + coarse + " " + from_finer(width, fine) + "WHERE r.ts >= time_bucket('" + width +
           "', $1::timestamptz) AND r.ts < $2 AND r.sensor_id IN (SELECT DISTINCT sensor_id FROM readings_5m WHERE ts >= $1 AND ts < $2) GROUP BY 1, "
           "2" +
           kUpsert;
  };
  const auto hours = roll("readings_1h", "1 hour", "readings_5m");
  co_await connection.query(hours, params(from, to));
  const auto days = roll("readings_1d", "1 day", "readings_1h");
  co_await connection.query(days, params(from, to));
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
  const auto rows = co_await connection.query_prepared("SELECT rollup_open_from()");
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

asio::awaitable<std::vector<RollupDifference>> verify_rollups(Connection& connection, int limit) {
  struct Level {
    const char *table, *width;
  };
  std::vector<RollupDifference> out;
  for (const auto& [table, width] : std::array{Level{"readings_5m", "5 minutes"}, Level{"readings_1h", "1 hour"}, Level{"readings_1d", "1 day"}}) {
    const auto rows = co_await connection.query(
        std::string("WITH wanted AS (SELECT sensor_id, time_bucket('") + width +
            "', r.ts) AS ts, count(*), sum(value), min(value), max(value), first(value, r.ts), last(value, r.ts) FROM readings r, rollup_state s "
            "WHERE r.ts < s.rolled_to AND r.ts >= s.raw_from AND quality <> 2 GROUP BY 1, 2), "
            "waiting AS (SELECT sensor_id, time_bucket('" +
            width +
            "', hour) AS ts FROM (SELECT * FROM rollup_late UNION SELECT * FROM rollup_work) w), "
            "there AS (SELECT t.* FROM " +
            table +
            " t, rollup_state s WHERE t.ts >= s.raw_from) "
            "SELECT coalesce(w.sensor_id, t.sensor_id), coalesce(w.ts, t.ts), "
            "CASE WHEN t.sensor_id IS NULL THEN 'missing' WHEN w.sensor_id IS NULL THEN 'too much' ELSE 'differs' END "
            "FROM wanted w FULL JOIN there t USING (sensor_id, ts) "
            "WHERE (t.sensor_id IS NULL OR w.sensor_id IS NULL OR w.count <> t.count OR w.min <> t.min OR w.max <> t.max OR w.first <> t.first OR "
            "w.last <> t.last "
            "OR abs(w.sum - t.sum) > 1e-9 * greatest(abs(w.sum), 1)) "
            "AND NOT EXISTS (SELECT FROM waiting x WHERE x.sensor_id = coalesce(w.sensor_id, t.sensor_id) AND x.ts = coalesce(w.ts, t.ts)) ORDER BY "
            "1, 2 LIMIT $1",
        params(limit));
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({table, {rows.i32(i, 0)}, rows.time(i, 1), rows.text(i, 2)});
  }
  co_return out;
}

asio::awaitable<std::int64_t> rebuild_rollups(Connection& connection) {
  const auto rows = co_await connection.query(
      "INSERT INTO rollup_late SELECT DISTINCT sensor_id, time_bucket('1 hour', r.ts) FROM readings r, rollup_state s WHERE r.ts < s.open_from AND "
      "r.ts >= s.raw_from "
      "UNION SELECT sensor_id, time_bucket('1 hour', t.ts) FROM readings_5m t, rollup_state s WHERE t.ts >= s.raw_from "
      "UNION SELECT sensor_id, t.ts FROM readings_1h t, rollup_state s WHERE t.ts >= s.raw_from ON CONFLICT DO NOTHING");
  co_return rows.affected();
}

}  // namespace dcim::store
