// What a batch stores of alarms, and what is read of it after a restart.
#include <algorithm>
#include <map>

#include "store/alarm_rows.h"
#include "store/alarms.h"
#include "store/arrays.h"

namespace dcim::store {
namespace {

using core::AlarmChange;

// Raised again within so long of clearing it is the same alarm.
constexpr const char* kSameAlarm = "interval '5 minutes'";

// What happens to an alarm when its condition is over: it is resolved if nobody has to do anything more.
constexpr const char* kResolvedWhenCleared =
    "CASE WHEN NOT a.announced THEN n.ts WHEN (a.acknowledged_at IS NOT NULL OR NOT a.ack_required) AND NOT a.latching THEN $5::timestamptz END";

// Changes of different alarms, each alarm at most once, so that one statement of a kind does for all.
using Wave = std::vector<const core::AlarmTransition*>;

// The n-th change of a subject goes into the n-th wave.
std::vector<Wave> waves_of(const std::vector<core::AlarmTransition>& transitions) {
  std::vector<Wave> out;
  std::map<std::pair<core::AlarmSubject, core::RuleType>, std::size_t> seen;
  for (const auto& t : transitions) {
    const auto n = seen[{t.subject, t.type}]++;
    if (n == out.size()) out.emplace_back();
    out[n].push_back(&t);
  }
  return out;
}

// One column for each thing that the statements know of a transition.
struct Columns {
  TextArray subject, type, ts, severity, when, limit, value, change;

  void add(const core::AlarmTransition& t, std::string_view name) {
    subject.add(param(t.subject.value));
    type.add(param(static_cast<int>(t.type)));
    ts.add(param(t.ts));
    severity.add(param(static_cast<int>(t.level.severity)));
    when.add(param(static_cast<int>(t.level.when)));
    limit.add(param(t.level.limit));
    value.add(param(t.value));
    change.add(name);
  }
};

constexpr const char* kJournal =
    ", journal AS (INSERT INTO alarm_journal (alarm_id, ts, change, severity, value, level_limit) "
    "SELECT c.id, c.ts, c.change, c.severity, c.value, c.level_limit FROM changed c) ";

Statement raise(const Wave& wave) {
  Columns c;
  TextArray rule_id, rule, instruction, latching, ack_required, announced, site, room_id, room, rack_id, rack, device_id, device, sensor_id, sensor,
      kind, unit, system;
  for (const auto* t : wave) {
    const auto& s = t->source;
    c.add(*t, "raised");
    rule_id.add(param(t->rule_id));
    rule.add(t->rule);
    instruction.add(t->instruction);
    latching.add(param(t->latching));
    ack_required.add(param(t->ack_required));
    announced.add(param(t->announced));
    site.add(param(s.site_id));
    room_id.add(s.room_id ? param(*s.room_id) : "");
    room.add(s.room);
    rack_id.add(s.rack_id ? param(*s.rack_id) : "");
    rack.add(s.rack);
    device_id.add(param(s.device_id));
    device.add(s.device);
    sensor_id.add(s.sensor_id ? param(*s.sensor_id) : "");
    sensor.add(s.sensor);
    kind.add(s.kind);
    unit.add(s.unit);
    system.add(param(static_cast<int>(core::system_of(t->type, s.kind))));
  }
  // Again within five minutes: the same alarm, unless it is over and done with. Otherwise a new one. One that is active already stays as it is.
  return {
      std::string(
          "WITH new AS (SELECT * FROM unnest($1::int[], $2::int2[], $3::timestamptz[], $4::int2[], $5::int2[], $6::float8[], $7::float8[], "
          "$8::int[], "
          "$9::text[], $10::text[], $11::bool[], $12::bool[], $13::bool[], $14::int[], $15::text[], $16::text[], $17::text[], $18::text[], "
          "$19::int[], $20::text[], $21::text[], $22::text[], $23::text[], $24::text[], $25::int2[]) AS n (subject, type, ts, severity, level_when, "
          "level_limit, value, rule_id, rule, instruction, latching, ack_required, announced, site_id, room_id, room, rack_id, rack, device_id, "
          "device, sensor_id, sensor, kind, unit, system)), "
          "again AS (UPDATE alarms a SET severity = n.severity, level_when = n.level_when, level_limit = n.level_limit, value = n.value, "
          "changed_at = n.ts, cleared_at = NULL, acknowledged_at = NULL, acknowledged_by = NULL, occurrences = a.occurrences + 1, "
          "announced = a.announced OR n.announced, revision = a.revision + 1 FROM new n WHERE a.id = (SELECT id FROM alarms o WHERE o.subject = "
          "n.subject AND o.type = n.type AND o.cleared_at > n.ts - ") +
          kSameAlarm +
          " AND o.resolved_at IS NULL ORDER BY o.cleared_at DESC LIMIT 1) RETURNING a.*), "
          "fresh AS (INSERT INTO alarms (site_id, subject, type, rule_id, rule, instruction, kind, unit, system, room_id, room, rack_id, rack, "
          "device_id, device, sensor_id, sensor, severity, level_when, level_limit, value, latching, ack_required, announced, raised_at, changed_at) "
          "SELECT n.site_id, n.subject, n.type, r.id, n.rule, n.instruction, n.kind, n.unit, n.system, nullif(n.room_id, '')::int, n.room, "
          "nullif(n.rack_id, '')::int, n.rack, n.device_id, n.device, nullif(n.sensor_id, '')::int, n.sensor, n.severity, n.level_when, "
          "n.level_limit, n.value, n.latching, n.ack_required, n.announced, n.ts, n.ts FROM new n JOIN sites s ON s.id = n.site_id "
          "LEFT JOIN alarm_rules r ON r.id = n.rule_id WHERE NOT EXISTS (SELECT FROM again WHERE again.subject = n.subject AND again.type = n.type) "
          "ON CONFLICT (subject, type) WHERE cleared_at IS NULL DO NOTHING RETURNING *), "
          "a AS (SELECT *, 'raised-again' AS change FROM again UNION ALL SELECT *, 'raised' FROM fresh), "
          "journal AS (INSERT INTO alarm_journal (alarm_id, ts, change, severity, value, level_limit) "
          "SELECT id, changed_at, change, severity, value, level_limit FROM a ORDER BY id) SELECT " +
          kAlarmColumns + " FROM a ORDER BY a.id",
      params(c.subject.done(), c.type.done(), c.ts.done(), c.severity.done(), c.when.done(), c.limit.done(), c.value.done(), rule_id.done(),
             rule.done(), instruction.done(), latching.done(), ack_required.done(), announced.done(), site.done(), room_id.done(), room.done(),
             rack_id.done(), rack.done(), device_id.done(), device.done(), sensor_id.done(), sensor.done(), kind.done(), unit.done(), system.done())};
}

// Severity up (nobody has seen that yet: the acknowledgement is gone), down, or told at last.
Statement change(const Wave& wave) {
  Columns c;
  for (const auto* t : wave) c.add(*t, core::name_of(t->change));
  return {
      std::string("WITH new AS (SELECT * FROM unnest($1::int[], $2::int2[], $3::timestamptz[], $4::int2[], $5::int2[], $6::float8[], $7::float8[], "
                  "$8::text[]) AS n (subject, type, ts, severity, level_when, level_limit, value, change)), "
                  "changed AS (UPDATE alarms a SET severity = n.severity, level_when = n.level_when, level_limit = n.level_limit, value = n.value, "
                  "changed_at = n.ts, acknowledged_at = CASE WHEN n.change = 'severity-raised' THEN NULL ELSE a.acknowledged_at END, "
                  "acknowledged_by = CASE WHEN n.change = 'severity-raised' THEN NULL ELSE a.acknowledged_by END, "
                  "announced = a.announced OR n.change = 'announced', revision = a.revision + 1 "
                  "FROM new n WHERE a.subject = n.subject AND a.type = n.type AND a.cleared_at IS NULL RETURNING a.*, n.ts, n.change)") +
          kJournal + "SELECT " + kAlarmColumns + " FROM changed a ORDER BY a.id",
      params(c.subject.done(), c.type.done(), c.ts.done(), c.severity.done(), c.when.done(), c.limit.done(), c.value.done(), c.change.done())};
}

Statement clear(const Wave& wave, base::Timestamp now) {
  Columns c;
  for (const auto* t : wave) c.add(*t, "cleared");
  return {std::string("WITH new AS (SELECT * FROM unnest($1::int[], $2::int2[], $3::timestamptz[], $4::float8[]) AS n (subject, type, ts, value)), "
                      "changed AS (UPDATE alarms a SET cleared_at = n.ts, changed_at = n.ts, resolved_at = ") +
              kResolvedWhenCleared +
              ", revision = a.revision + 1 FROM new n WHERE a.subject = n.subject AND a.type = n.type AND a.cleared_at IS NULL "
              "RETURNING a.*, n.ts, n.value AS at_value), "
              "journal AS (INSERT INTO alarm_journal (alarm_id, ts, change, severity, value, level_limit) "
              "SELECT id, ts, unnest(CASE WHEN resolved_at IS NULL THEN '{cleared}' ELSE '{cleared,resolved}'::text[] END), severity, at_value, "
              "level_limit FROM changed) SELECT " +
              kAlarmColumns + " FROM changed a ORDER BY a.id",
          params(c.subject.done(), c.type.done(), c.ts.done(), c.value.done(), now)};
}

void add_standings(const std::vector<core::AlarmStanding>& standings, std::vector<Statement>& out) {
  TextArray gone_subject, gone_type, subject, type, rule_id, rule_version, severity, set, since, announced;
  for (const auto& s : standings) {
    if (s.state.quiet()) {
      gone_subject.add(param(s.subject.value));
      gone_type.add(param(static_cast<int>(s.type)));
      continue;
    }
    subject.add(param(s.subject.value));
    type.add(param(static_cast<int>(s.type)));
    rule_id.add(param(s.rule_id));
    rule_version.add(param(s.rule_version));
    severity.add(s.severity ? param(static_cast<int>(*s.severity)) : "");
    set.add(param(static_cast<int>(s.state.set)));
    TextArray times;
    for (const auto t : s.state.since) times.add(param(static_cast<std::int64_t>(t.time_since_epoch().count())));
    since.add(times.done());
    announced.add(param(s.state.announced));
  }
  if (!gone_subject.empty()) {
    out.push_back({"DELETE FROM alarm_standings WHERE (subject, type) IN (SELECT * FROM unnest($1::int[], $2::int2[]))",
                   params(gone_subject.done(), gone_type.done())});
  }
  if (!subject.empty()) {
    out.push_back(
        {"INSERT INTO alarm_standings (subject, type, rule_id, rule_version, severity, levels_set, since_us, announced) "
         "SELECT subject, type, rule_id, rule_version, nullif(severity, '')::int2, levels_set, since::bigint[], announced FROM "
         "unnest($1::int[], $2::int2[], $3::int[], $4::int[], $5::text[], $6::int2[], $7::text[], $8::bool[]) "
         "AS s (subject, type, rule_id, rule_version, severity, levels_set, since, announced) "
         "ON CONFLICT (subject, type) DO UPDATE SET rule_id = excluded.rule_id, rule_version = excluded.rule_version, severity = excluded.severity, "
         "levels_set = excluded.levels_set, since_us = excluded.since_us, announced = excluded.announced",
         params(subject.done(), type.done(), rule_id.done(), rule_version.done(), severity.done(), set.done(), since.done(), announced.done())});
  }
}

}  // namespace

std::vector<Statement> alarm_statements(const core::AlarmOutput& output, base::Timestamp now) {
  std::vector<Statement> out;
  const auto waves = waves_of(output.transitions);
  for (const auto& wave : waves) {
    Wave raised, others, cleared;
    for (const auto* t : wave) (t->change == AlarmChange::raised ? raised : t->change == AlarmChange::cleared ? cleared : others).push_back(t);
    if (!raised.empty()) out.push_back(raise(raised));
    if (!others.empty()) out.push_back(change(others));
    if (!cleared.empty()) out.push_back(clear(cleared, now));
  }
  add_standings(output.standings, out);
  return out;
}

std::vector<core::Alarm> changed_alarms(std::span<const Rows> answers) {
  // Each once, as it is at last.
  std::vector<core::Alarm> out;
  std::map<std::int32_t, std::size_t> seen;
  for (const auto& rows : answers) {
    for (auto& alarm : alarms_of(rows)) {
      const auto [it, is_new] = seen.try_emplace(alarm.id, out.size());
      if (is_new) {
        out.push_back(std::move(alarm));
      } else {
        out[it->second] = std::move(alarm);
      }
    }
  }
  return out;
}

asio::awaitable<std::vector<core::AlarmStanding>> alarm_standings(Connection& connection) {
  const auto rows = co_await connection.query(
      "SELECT subject, type, rule_id, rule_version, severity, levels_set, announced, since_us[1], since_us[2], since_us[3], since_us[4], "
      "since_us[5], "
      "since_us[6], since_us[7], since_us[8] FROM alarm_standings");
  std::vector<core::AlarmStanding> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    core::AlarmStanding s;
    s.subject = {rows.i32(i, 0)};
    s.type = static_cast<core::RuleType>(rows.i32(i, 1));
    s.rule_id = {rows.i32(i, 2)};
    s.rule_version = rows.i32(i, 3);
    if (!rows.null(i, 4)) s.severity = static_cast<core::Severity>(rows.i32(i, 4));
    s.state.set = static_cast<std::uint8_t>(rows.i32(i, 5));
    s.state.announced = rows.boolean(i, 6);
    for (std::size_t level = 0; level < core::kMostLevels; ++level) {
      s.state.since[level] = base::from_unix_us(rows.i64(i, 7 + static_cast<int>(level)));
    }
    out.push_back(s);
  }
  co_return out;
}

asio::awaitable<std::vector<core::Reading>> readings_since(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp since) {
  TextArray ids;
  for (const auto id : sensors) ids.add(param(id));
  const auto rows = co_await connection.query(
      "SELECT sensor_id, ts, value, quality FROM readings WHERE sensor_id = ANY($1::int[]) AND ts >= $2 ORDER BY ts", params(ids.done(), since));
  std::vector<core::Reading> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({{rows.i32(i, 0)}, rows.time(i, 1), rows.f64(i, 2), static_cast<core::Quality>(rows.i32(i, 3))});
  }
  co_return out;
}

asio::awaitable<std::vector<core::DailySum>> daily_sums(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp to) {
  const auto from = std::chrono::floor<std::chrono::days>(to) - core::DailyMeans::kKept;
  // Of the last two days the raw readings, which may not be rolled up yet.
  const auto raw_from = std::chrono::floor<std::chrono::days>(to) - std::chrono::days(1);
  TextArray ids;
  for (const auto id : sensors) ids.add(param(id));
  const auto rows = co_await connection.query(
      "SELECT sensor_id, ts, sum, count::int8 FROM readings_1d WHERE sensor_id = ANY($1::int[]) AND ts >= $2 AND ts < $3 UNION ALL "
      "SELECT sensor_id, time_bucket('1 day', ts), sum(value), count(*) FROM readings WHERE sensor_id = ANY($1::int[]) AND ts >= $3 AND ts < $4 "
      "AND quality <> 2 GROUP BY 1, 2 ORDER BY 1, 2",
      params(ids.done(), base::Timestamp(from), base::Timestamp(raw_from), to));
  std::vector<core::DailySum> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({{rows.i32(i, 0)}, std::chrono::floor<std::chrono::days>(rows.time(i, 1)), rows.f64(i, 2), rows.i64(i, 3)});
  }
  co_return out;
}

}  // namespace dcim::store
