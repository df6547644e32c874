#include "store/room_past.h"

#include <algorithm>

#include "store/arrays.h"

namespace dcim::store {
namespace {

using namespace std::chrono_literals;

constexpr auto kShortestWindow = 1h;
constexpr int kWindowIntervals = 3;

template <class Id>
std::optional<Id> maybe_id(const Rows& rows, std::size_t row, int column) {
  return rows.null(row, column) ? std::nullopt : std::optional(Id{rows.i32(row, column)});
}

std::string array(const std::vector<core::SensorId>& sensors) {
  TextArray out;
  for (const auto id : sensors) out.add(param(id));
  return out.done();
}

// The journal of the alarms that may have been open, alarm by alarm.
constexpr const char* kJournalThen =
    "SELECT a.id, a.rack_id, a.device_id, a.sensor_id, a.raised_at, j.ts, j.change, j.severity FROM (SELECT id, rack_id, device_id, sensor_id, "
    "raised_at "
    "FROM alarms WHERE site_id = $1 AND room_id = $2 AND raised_at <= $3 AND (resolved_at IS NULL OR resolved_at >= $4) "
    "ORDER BY raised_at DESC, id DESC LIMIT $5) a JOIN alarm_journal j ON j.alarm_id = a.id AND j.ts <= $3 ORDER BY a.id, j.ts, j.id";

}  // namespace

std::chrono::microseconds reading_window(const core::Sensor& sensor) {
  const std::chrono::microseconds intervals{static_cast<std::int64_t>(kWindowIntervals * sensor.interval_s * 1e6)};
  return std::max<std::chrono::microseconds>(kShortestWindow, intervals);
}

asio::awaitable<std::vector<core::Reading>> readings_at(Connection& connection, std::vector<const core::Sensor*> sensors, base::Timestamp at) {
  std::vector<core::Reading> out;
  if (sensors.empty()) co_return out;
  TextArray ids, since;
  std::chrono::microseconds widest{0};
  for (const auto* sensor : sensors) {
    const auto window = reading_window(*sensor);
    widest = std::max(widest, window);
    ids.add(param(sensor->id));
    since.add(param(at - window));
  }
  // One step down the index (sensor_id, ts) for each sensor. The widest window stands there by itself too, so that the chunks outside of it are left
  // out when the statement is planned.
  const auto rows = co_await connection.query(
      "SELECT s.id, r.ts, r.value, r.quality FROM unnest($1::int[], $2::timestamptz[]) AS s (id, since) CROSS JOIN LATERAL ("
      "SELECT ts, value, quality FROM readings WHERE sensor_id = s.id AND ts <= $3 AND ts > $4 AND ts > s.since ORDER BY ts DESC LIMIT 1) r ORDER BY "
      "1",
      params(ids.done(), since.done(), at, at - widest));
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({{rows.i32(i, 0)}, rows.time(i, 1), rows.f64(i, 2), static_cast<core::Quality>(rows.i32(i, 3))});
  }
  co_return out;
}

asio::awaitable<std::vector<AlarmThen>> alarms_at(Connection& connection, core::SiteId site, core::RoomId room, base::Timestamp at, int limit) {
  // The journal tells by event time when it was resolved; the alarm by the server's clock. A device's clock may be ahead of that.
  const auto rows = co_await connection.query(kJournalThen, params(site, room, at, at - core::kMaximumClockSkew, limit));
  std::vector<AlarmThen> out;
  std::vector<core::AlarmStep> journal;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    journal.push_back({rows.time(i, 5), rows.text(i, 6), static_cast<core::Severity>(rows.i32(i, 7))});
    if (i + 1 < rows.size() && rows.i32(i + 1, 0) == rows.i32(i, 0)) continue;
    if (const auto then = core::alarm_at(journal, at)) {
      out.push_back(
          {rows.i32(i, 0), *then, maybe_id<core::RackId>(rows, i, 1), {rows.i32(i, 2)}, maybe_id<core::SensorId>(rows, i, 3), rows.time(i, 4)});
    }
    journal.clear();
  }
  co_return out;
}

asio::awaitable<std::vector<TimelineAlarm>> alarms_between(Connection& connection, core::SiteId site, core::RoomId room, base::Timestamp from,
                                                           base::Timestamp to, int limit) {
  const auto rows = co_await connection.query(
      "SELECT id, severity, rule, rack_id, sensor_id, raised_at, cleared_at FROM alarms WHERE site_id = $1 AND room_id = $2 AND raised_at < $4 "
      "AND (cleared_at IS NULL OR cleared_at >= $3) ORDER BY raised_at, id LIMIT $5",
      params(site, room, from, to, limit));
  std::vector<TimelineAlarm> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({rows.i32(i, 0), static_cast<core::Severity>(rows.i32(i, 1)), rows.text(i, 2), maybe_id<core::RackId>(rows, i, 3),
                   maybe_id<core::SensorId>(rows, i, 4), rows.time(i, 5), rows.null(i, 6) ? std::nullopt : std::optional(rows.time(i, 6))});
  }
  co_return out;
}

asio::awaitable<std::vector<OpenAlarmCount>> open_alarm_counts(Connection& connection, core::SiteId site, base::Timestamp from, base::Timestamp to,
                                                               std::chrono::seconds width) {
  // What was open before falls into the first bucket.
  const auto rows = co_await connection.query(
      "SELECT floor(extract(epoch FROM greatest(at, $2::timestamptz) - $2::timestamptz) / $4::float8)::int, sum(step)::bigint FROM ("
      "SELECT raised_at AS at, 1 AS step FROM alarms WHERE site_id = $1 AND raised_at < $3 AND (resolved_at IS NULL OR resolved_at > $2) UNION ALL "
      "SELECT resolved_at, -1 FROM alarms WHERE site_id = $1 AND resolved_at > $2 AND resolved_at < $3) steps GROUP BY 1 ORDER BY 1",
      params(site, from, to, static_cast<double>(width.count())));
  std::vector<OpenAlarmCount> out;
  std::int64_t open = 0;
  std::size_t row = 0;
  std::int32_t bucket = 0;
  for (auto start = from; start < to; start += width, ++bucket) {
    for (; row < rows.size() && rows.i32(row, 0) == bucket; ++row) open += rows.i64(row, 1);
    out.push_back({base::to_unix_ms(start), open});
  }
  co_return out;
}

asio::awaitable<std::optional<base::Timestamp>> earliest_reading(Connection& connection, std::vector<core::SensorId> sensors) {
  if (sensors.empty()) co_return std::nullopt;
  const auto ids = array(sensors);
  // The day by its rollup, of which there are few chunks; then the moment within it. While nothing is rolled up there are few raw ones, too.
  const auto day = co_await connection.query(
      "SELECT greatest(min(r.ts), (SELECT raw_from FROM rollup_state)) FROM unnest($1::int[]) AS i (id) CROSS JOIN LATERAL ("
      "SELECT ts FROM readings_1d WHERE sensor_id = i.id ORDER BY ts LIMIT 1) r HAVING min(r.ts) IS NOT NULL",
      params(ids));
  const auto from = day.empty() ? std::nullopt : std::optional(day.time(0, 0));
  const auto to = from ? std::optional(*from + 24h) : std::nullopt;
  const auto first = co_await connection.query(
      "SELECT min(r.ts) FROM unnest($1::int[]) AS i (id) CROSS JOIN LATERAL (SELECT ts FROM readings WHERE sensor_id = i.id "
      "AND ts >= coalesce($2::timestamptz, '-infinity') AND ts < coalesce($3::timestamptz, 'infinity') ORDER BY ts LIMIT 1) r",
      params(ids, from, to));
  co_return first.null(0, 0) ? from : std::optional(first.time(0, 0));
}

}  // namespace dcim::store
