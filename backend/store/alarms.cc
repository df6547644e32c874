#include "store/alarms.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "store/arrays.h"

namespace dcim::store {
namespace {

using base::Error;
using core::AlarmChange;

// Raised again within so long of clearing it is the same alarm.
constexpr const char* kSameAlarm = "interval '5 minutes'";

constexpr const char* kColumns =
    "a.id, a.revision, a.site_id, a.room_id, a.room, a.rack_id, a.rack, a.device_id, a.device, a.sensor_id, a.sensor, a.kind, a.unit, a.severity, "
    "a.type, a.system, a.rule_id, a.rule, a.instruction, a.level_when, a.level_limit, a.value, a.latching, a.announced, a.occurrences, a.raised_at, "
    "a.changed_at, a.cleared_at, a.acknowledged_at, a.resolved_at, a.acknowledged_by";

// What happens to an alarm when its condition is over: it is resolved if nobody has to do anything more.
constexpr const char* kResolvedWhenCleared =
    "CASE WHEN NOT a.announced THEN n.ts WHEN (a.acknowledged_at IS NOT NULL OR NOT a.ack_required) AND NOT a.latching THEN $5::timestamptz END";

template <class Id>
std::optional<Id> maybe_id(const Rows& rows, std::size_t row, int column) {
  return rows.null(row, column) ? std::nullopt : std::optional(Id{rows.i32(row, column)});
}
std::optional<base::Timestamp> maybe_time(const Rows& rows, std::size_t row, int column) {
  return rows.null(row, column) ? std::nullopt : std::optional(rows.time(row, column));
}

core::Alarm alarm_of(const Rows& r, std::size_t i) {
  core::Alarm out;
  out.id = r.i32(i, 0);
  out.revision = r.i32(i, 1);
  out.source.site_id = {r.i32(i, 2)};
  out.source.room_id = maybe_id<core::RoomId>(r, i, 3);
  out.source.room = r.text(i, 4);
  out.source.rack_id = maybe_id<core::RackId>(r, i, 5);
  out.source.rack = r.text(i, 6);
  out.source.device_id = {r.i32(i, 7)};
  out.source.device = r.text(i, 8);
  out.source.sensor_id = maybe_id<core::SensorId>(r, i, 9);
  out.source.sensor = r.text(i, 10);
  out.source.kind = r.text(i, 11);
  out.source.unit = r.text(i, 12);
  out.severity = static_cast<core::Severity>(r.i32(i, 13));
  out.type = static_cast<core::RuleType>(r.i32(i, 14));
  out.system = static_cast<core::System>(r.i32(i, 15));
  out.rule_id = maybe_id<core::RuleId>(r, i, 16);
  out.rule = r.text(i, 17);
  out.instruction = r.text(i, 18);
  out.level = {static_cast<core::When>(r.i32(i, 19)), r.f64(i, 20), out.severity};
  out.value = r.f64(i, 21);
  out.latching = r.boolean(i, 22);
  out.announced = r.boolean(i, 23);
  out.occurrences = r.i32(i, 24);
  out.raised_at = r.time(i, 25);
  out.changed_at = r.time(i, 26);
  out.cleared_at = maybe_time(r, i, 27);
  out.acknowledged_at = maybe_time(r, i, 28);
  out.resolved_at = maybe_time(r, i, 29);
  out.acknowledged_by = r.maybe_text(i, 30);
  return out;
}

std::vector<core::Alarm> alarms_of(const Rows& rows) {
  std::vector<core::Alarm> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(alarm_of(rows, i));
  return out;
}

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

asio::awaitable<void> raise(Connection& connection, const Wave& wave, std::vector<core::Alarm>& out) {
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
  const auto rows = co_await connection.query_prepared(
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
          kColumns + " FROM a ORDER BY a.id",
      params(c.subject.done(), c.type.done(), c.ts.done(), c.severity.done(), c.when.done(), c.limit.done(), c.value.done(), rule_id.done(),
             rule.done(), instruction.done(), latching.done(), ack_required.done(), announced.done(), site.done(), room_id.done(), room.done(),
             rack_id.done(), rack.done(), device_id.done(), device.done(), sensor_id.done(), sensor.done(), kind.done(), unit.done(), system.done()));
  std::ranges::move(alarms_of(rows), std::back_inserter(out));
}

// Severity up (nobody has seen that yet: the acknowledgement is gone), down, or told at last.
asio::awaitable<void> change(Connection& connection, const Wave& wave, std::vector<core::Alarm>& out) {
  Columns c;
  for (const auto* t : wave) c.add(*t, core::name_of(t->change));
  const auto rows = co_await connection.query_prepared(
      std::string("WITH new AS (SELECT * FROM unnest($1::int[], $2::int2[], $3::timestamptz[], $4::int2[], $5::int2[], $6::float8[], $7::float8[], "
                  "$8::text[]) AS n (subject, type, ts, severity, level_when, level_limit, value, change)), "
                  "changed AS (UPDATE alarms a SET severity = n.severity, level_when = n.level_when, level_limit = n.level_limit, value = n.value, "
                  "changed_at = n.ts, acknowledged_at = CASE WHEN n.change = 'severity-raised' THEN NULL ELSE a.acknowledged_at END, "
                  "acknowledged_by = CASE WHEN n.change = 'severity-raised' THEN NULL ELSE a.acknowledged_by END, "
                  "announced = a.announced OR n.change = 'announced', revision = a.revision + 1 "
                  "FROM new n WHERE a.subject = n.subject AND a.type = n.type AND a.cleared_at IS NULL RETURNING a.*, n.ts, n.change)") +
          kJournal + "SELECT " + kColumns + " FROM changed a ORDER BY a.id",
      params(c.subject.done(), c.type.done(), c.ts.done(), c.severity.done(), c.when.done(), c.limit.done(), c.value.done(), c.change.done()));
  std::ranges::move(alarms_of(rows), std::back_inserter(out));
}

asio::awaitable<void> clear(Connection& connection, const Wave& wave, base::Timestamp now, std::vector<core::Alarm>& out) {
  Columns c;
  for (const auto* t : wave) c.add(*t, "cleared");
  const auto rows = co_await connection.query_prepared(
      std::string("WITH new AS (SELECT * FROM unnest($1::int[], $2::int2[], $3::timestamptz[], $4::float8[]) AS n (subject, type, ts, value)), "
                  "changed AS (UPDATE alarms a SET cleared_at = n.ts, changed_at = n.ts, resolved_at = ") +
          kResolvedWhenCleared +
          ", revision = a.revision + 1 FROM new n WHERE a.subject = n.subject AND a.type = n.type AND a.cleared_at IS NULL "
          "RETURNING a.*, n.ts, n.value AS at_value), "
          "journal AS (INSERT INTO alarm_journal (alarm_id, ts, change, severity, value, level_limit) "
          "SELECT id, ts, unnest(CASE WHEN resolved_at IS NULL THEN '{cleared}' ELSE '{cleared,resolved}'::text[] END), severity, at_value, "
          "level_limit FROM changed) SELECT " +
          kColumns + " FROM changed a ORDER BY a.id",
      params(c.subject.done(), c.type.done(), c.ts.done(), c.value.done(), now));
  std::ranges::move(alarms_of(rows), std::back_inserter(out));
}

asio::awaitable<void> store_standings(Connection& connection, const std::vector<core::AlarmStanding>& standings) {
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
    co_await connection.query_prepared("DELETE FROM alarm_standings WHERE (subject, type) IN (SELECT * FROM unnest($1::int[], $2::int2[]))",
                                       params(gone_subject.done(), gone_type.done()));
  }
  if (!subject.empty()) {
    co_await connection.query_prepared(
        "INSERT INTO alarm_standings (subject, type, rule_id, rule_version, severity, levels_set, since_us, announced) "
        "SELECT subject, type, rule_id, rule_version, nullif(severity, '')::int2, levels_set, since::bigint[], announced FROM "
        "unnest($1::int[], $2::int2[], $3::int[], $4::int[], $5::text[], $6::int2[], $7::text[], $8::bool[]) "
        "AS s (subject, type, rule_id, rule_version, severity, levels_set, since, announced) "
        "ON CONFLICT (subject, type) DO UPDATE SET rule_id = excluded.rule_id, rule_version = excluded.rule_version, severity = excluded.severity, "
        "levels_set = excluded.levels_set, since_us = excluded.since_us, announced = excluded.announced",
        params(subject.done(), type.done(), rule_id.done(), rule_version.done(), severity.done(), set.done(), since.done(), announced.done()));
  }
}

}  // namespace

asio::awaitable<std::vector<core::Alarm>> store_alarms(Connection& connection, const core::AlarmOutput& output, base::Timestamp now) {
  std::vector<core::Alarm> changed;
  const auto waves = waves_of(output.transitions);
  for (const auto& wave : waves) {
    Wave raised, others, cleared;
    for (const auto* t : wave) (t->change == AlarmChange::raised ? raised : t->change == AlarmChange::cleared ? cleared : others).push_back(t);
    if (!raised.empty()) co_await raise(connection, raised, changed);
    if (!others.empty()) co_await change(connection, others, changed);
    if (!cleared.empty()) co_await clear(connection, cleared, now, changed);
  }
  co_await store_standings(connection, output.standings);
  // Each once, as it is at last.
  std::vector<core::Alarm> out;
  std::map<std::int32_t, std::size_t> seen;
  for (auto& alarm : changed) {
    const auto [it, is_new] = seen.try_emplace(alarm.id, out.size());
    if (is_new) {
      out.push_back(std::move(alarm));
    } else {
      out[it->second] = std::move(alarm);
    }
  }
  co_return out;
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

asio::awaitable<std::vector<core::Alarm>> open_alarms(Connection& connection) {
  const auto rows = co_await connection.query(std::string("SELECT ") + kColumns + " FROM alarms a WHERE resolved_at IS NULL");
  co_return alarms_of(rows);
}

asio::awaitable<std::vector<core::Alarm>> alarms_by_id(Connection& connection, std::vector<int> ids) {
  TextArray list;
  for (const auto id : ids) list.add(param(id));
  const auto rows =
      co_await connection.query(std::string("SELECT ") + kColumns + " FROM alarms a WHERE a.id = ANY($1::int[]) ORDER BY a.id", params(list.done()));
  co_return alarms_of(rows);
}

namespace {

// Appends conditions and their parameters; $n counts on.
class Conditions {
 public:
  template <class T>
  void add(const std::string& before, const T& value, const std::string& after = "") {
    parameters_.push_back(param(value));
    text_ += " AND " + before + "$" + std::to_string(parameters_.size()) + after;
  }
  void add(const std::string& condition) { text_ += " AND " + condition; }
  const std::string& text() const { return text_; }
  Params parameters() const { return parameters_; }
  std::size_t size() const { return parameters_.size(); }

 private:
  std::string text_ = "true";
  Params parameters_;
};

std::string like_pattern(std::string_view text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

const char* condition_of(core::AlarmScope scope) {
  switch (scope) {
    case core::AlarmScope::open: return "a.resolved_at IS NULL";
    case core::AlarmScope::active: return "a.cleared_at IS NULL AND a.acknowledged_at IS NULL";
    case core::AlarmScope::acknowledged: return "a.cleared_at IS NULL AND a.acknowledged_at IS NOT NULL";
    case core::AlarmScope::cleared: return "a.cleared_at IS NOT NULL AND a.resolved_at IS NULL";
    case core::AlarmScope::resolved: return "a.resolved_at IS NOT NULL";
    case core::AlarmScope::all: return "true";
  }
  return "true";
}

Conditions conditions_of(const core::AlarmFilter& filter) {
  Conditions out;
  out.add("a.site_id = ", filter.site);
  out.add(condition_of(filter.state));
  if (!filter.ids.empty()) {
    TextArray list;
    for (const auto id : filter.ids) list.add(param(id));
    out.add("a.id = ANY(", list.done(), "::int[])");
  }
  if (!filter.severities.empty()) {
    TextArray list;
    for (const auto severity : filter.severities) list.add(param(static_cast<int>(severity)));
    out.add("a.severity = ANY(", list.done(), "::int2[])");
  }
  if (filter.system) out.add("a.system = ", static_cast<int>(*filter.system));
  if (filter.room) out.add("a.room_id = ", *filter.room);
  if (filter.rack) out.add("a.rack_id = ", *filter.rack);
  if (filter.sensor) out.add("a.sensor_id = ", *filter.sensor);
  if (filter.from) out.add("coalesce(a.resolved_at, 'infinity') >= ", *filter.from);
  if (filter.to) out.add("a.raised_at < ", *filter.to);
  if (!filter.search.empty()) {
    out.add("(concat_ws(' ', a.room, a.rack, a.device, a.sensor, a.rule, a.acknowledged_by) ILIKE ", like_pattern(filter.search),
            " OR EXISTS (SELECT FROM alarm_journal j WHERE j.alarm_id = a.id AND j.note ILIKE $" + std::to_string(out.size() + 1) + "))");
  }
  return out;
}

// "severity.raised_at.id", the last row of the page before.
std::string cursor_of(const core::Alarm& alarm) {
  return std::to_string(static_cast<int>(alarm.severity)) + "." + std::to_string(alarm.raised_at.time_since_epoch().count()) + "." +
         std::to_string(alarm.id);
}

}  // namespace

asio::awaitable<base::Result<AlarmPage>> list_alarms(Connection& connection, core::AlarmFilter filter, int limit, std::optional<std::string> cursor) {
  auto conditions = conditions_of(filter);
  const auto total = co_await connection.query("SELECT count(*) FROM alarms a WHERE " + conditions.text(), conditions.parameters());
  const bool by_severity = filter.order == core::AlarmOrder::severity;
  if (cursor) {
    int severity = 0, id = 0;
    long long raised_us = 0;
    int used = 0;
    if (std::sscanf(cursor->c_str(), "%d.%lld.%d%n", &severity, &raised_us, &id, &used) != 3 || static_cast<std::size_t>(used) != cursor->size()) {
      co_return Error::invalid("cursor", "is not one that a page has given");
    }
    const auto at = param(base::from_unix_us(raised_us));
    if (by_severity) {
      conditions.add("(a.severity, a.raised_at, a.id) < (", severity, ", '" + at + "', " + std::to_string(id) + ")");
    } else {
      conditions.add("(a.raised_at, a.id) < (", base::from_unix_us(raised_us), ", " + std::to_string(id) + ")");
    }
  }
  const std::string order = by_severity ? "a.severity DESC, a.raised_at DESC, a.id DESC" : "a.raised_at DESC, a.id DESC";
  const auto rows = co_await connection.query(
      std::string("SELECT ") + kColumns + " FROM alarms a WHERE " + conditions.text() + " ORDER BY " + order + " LIMIT " + std::to_string(limit + 1),
      conditions.parameters());
  AlarmPage page;
  page.items = alarms_of(rows);
  page.total = total.i64(0, 0);
  if (page.items.size() > static_cast<std::size_t>(limit)) {
    page.items.pop_back();
    page.next_cursor = cursor_of(page.items.back());
  }
  co_return page;
}

asio::awaitable<std::optional<AlarmDetail>> find_alarm(Connection& connection, core::SiteId site, int id) {
  const auto rows =
      co_await connection.query(std::string("SELECT ") + kColumns + " FROM alarms a WHERE a.id = $1 AND a.site_id = $2", params(id, site));
  if (rows.empty()) co_return std::nullopt;
  AlarmDetail out{alarm_of(rows, 0), {}};
  const auto journal = co_await connection.query(
      "SELECT id, ts, recorded_at, change, severity, value, level_limit, actor, note FROM alarm_journal WHERE alarm_id = $1 ORDER BY id", params(id));
  for (std::size_t i = 0; i < journal.size(); ++i) {
    AlarmJournalEntry entry;
    entry.id = journal.i64(i, 0);
    entry.ts = journal.time(i, 1);
    entry.recorded_at = journal.time(i, 2);
    entry.change = journal.text(i, 3);
    entry.severity = static_cast<core::Severity>(journal.i32(i, 4));
    entry.value = journal.maybe_f64(i, 5);
    entry.limit = journal.maybe_f64(i, 6);
    entry.actor = journal.maybe_text(i, 7);
    entry.note = journal.maybe_text(i, 8);
    out.journal.push_back(std::move(entry));
  }
  co_return out;
}

asio::awaitable<base::Result<Acknowledged>> acknowledge_alarms(Connection& connection, const core::Site& site, std::vector<int> ids, std::string note,
                                                               base::Timestamp now, AuditContext who) {
  TextArray list;
  for (const auto id : ids) list.add(param(id));
  const auto wanted = list.done();
  auto transaction = co_await Transaction::begin(connection);
  // In the order of their ids, so that two who acknowledge the same ones wait for each other instead of for ever.
  const auto there =
      co_await connection.query("SELECT id FROM alarms WHERE id = ANY($1::int[]) AND site_id = $2 ORDER BY id FOR UPDATE", params(wanted, site.id));
  std::vector<int> sorted = ids;
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  if (there.size() != sorted.size()) {
    std::size_t i = 0;
    while (i < there.size() && there.i32(i, 0) == sorted[i]) ++i;
    const auto message = "there is no alarm " + std::to_string(sorted[i]) + " in this site";
    co_await transaction.rollback();
    co_return Error{base::ErrorCode::not_found, message, "/ids"};
  }
  Acknowledged out;
  const auto now_rows = co_await connection.query(
      std::string(
          "WITH changed AS (UPDATE alarms a SET acknowledged_at = $2, acknowledged_by = $3, revision = a.revision + 1, "
          "resolved_at = CASE WHEN a.cleared_at IS NOT NULL AND NOT a.latching THEN $2::timestamptz END "
          "WHERE a.id = ANY($1::int[]) AND a.acknowledged_at IS NULL AND a.resolved_at IS NULL RETURNING a.*), "
          "journal AS (INSERT INTO alarm_journal (alarm_id, ts, change, severity, actor, note) "
          "SELECT id, $2, c, severity, $3, CASE WHEN c = 'acknowledged' THEN nullif($4, '') END FROM changed, "
          "unnest(CASE WHEN resolved_at IS NULL THEN '{acknowledged}' ELSE '{acknowledged,resolved}'::text[] END) AS c ORDER BY id) SELECT ") +
          kColumns + " FROM changed a ORDER BY a.id",
      params(wanted, now, who.actor, note));
  out.now = alarms_of(now_rows);
  const auto already_rows =
      co_await connection.query(std::string("SELECT ") + kColumns + " FROM alarms a WHERE a.id = ANY($1::int[]) ORDER BY a.id", params(wanted));
  const auto all = alarms_of(already_rows);
  for (const auto& alarm : all) {
    if (!std::ranges::binary_search(out.now, alarm.id, {}, &core::Alarm::id)) out.already.push_back(alarm);
  }
  if (!out.now.empty()) {
    boost::json::array changed;
    for (const auto& alarm : out.now) changed.push_back(alarm.id);
    boost::json::object after;
    after["alarms"] = std::move(changed);
    after["note"] = note;
    AuditRow row{"alarm.acknowledge", out.now.size() == 1 ? "alarm " + std::to_string(out.now[0].id) : std::to_string(out.now.size()) + " alarms",
                 site.code, nullptr, std::move(after)};
    co_await write_audit(connection, std::move(who), std::move(row));
  }
  co_await transaction.commit();
  co_return out;
}

asio::awaitable<base::Result<AlarmDetail>> note_alarm(Connection& connection, const core::Site& site, int id, std::string note, base::Timestamp now,
                                                      AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto noted = co_await connection.query(
      "INSERT INTO alarm_journal (alarm_id, ts, change, severity, actor, note) SELECT id, $3, 'noted', severity, $4, $5 FROM alarms "
      "WHERE id = $1 AND site_id = $2",
      params(id, site.id, now, who.actor, note));
  if (noted.affected() == 0) {
    co_await transaction.rollback();
    co_return Error::not_found("there is no alarm " + std::to_string(id));
  }
  boost::json::object after;
  after["note"] = note;
  AuditRow row{"alarm.note", "alarm " + std::to_string(id), site.code, nullptr, std::move(after)};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  auto detail = co_await find_alarm(connection, site.id, id);
  if (!detail) co_return Error::not_found("there is no alarm " + std::to_string(id));
  co_return std::move(*detail);
}

asio::awaitable<base::Result<AlarmDetail>> reset_alarm(Connection& connection, const core::Site& site, int id, base::Timestamp now,
                                                       AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto before = co_await find_alarm(connection, site.id, id);
  if (!before) {
    co_await transaction.rollback();
    co_return Error::not_found("there is no alarm " + std::to_string(id));
  }
  const auto reset = co_await connection.query(
      "WITH changed AS (UPDATE alarms SET resolved_at = $2, acknowledged_at = coalesce(acknowledged_at, $2), "
      "acknowledged_by = coalesce(acknowledged_by, $3), revision = revision + 1 "
      "WHERE id = $1 AND latching AND cleared_at IS NOT NULL AND resolved_at IS NULL RETURNING id, severity) "
      "INSERT INTO alarm_journal (alarm_id, ts, change, severity, actor) SELECT id, $2, c, severity, $3 FROM changed, "
      "unnest('{reset,resolved}'::text[]) AS c",
      params(id, now, who.actor));
  if (reset.affected() == 0) {
    co_await transaction.rollback();
    const auto& alarm = before->alarm;
    co_return Error::conflict(!alarm.latching     ? "the alarm is not latched"
                              : alarm.resolved_at ? "the alarm is resolved already"
                              : !alarm.cleared_at ? "the condition still holds"
                                                  : "somebody else was faster");
  }
  AuditRow row{"alarm.reset", "alarm " + std::to_string(id), site.code, nullptr, nullptr};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  auto detail = co_await find_alarm(connection, site.id, id);
  if (!detail) co_return Error::not_found("there is no alarm " + std::to_string(id));
  co_return std::move(*detail);
}

}  // namespace dcim::store
