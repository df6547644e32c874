#include "store/alarms.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "store/alarm_rows.h"
#include "store/arrays.h"

namespace dcim::store {

using base::Error;

asio::awaitable<std::vector<core::Alarm>> open_alarms(Connection& connection) {
  const auto rows = co_await connection.query(std::string("SELECT ") + kAlarmColumns + " FROM alarms a WHERE resolved_at IS NULL");
  co_return alarms_of(rows);
}

asio::awaitable<std::vector<core::Alarm>> alarms_by_id(Connection& connection, std::vector<int> ids) {
  TextArray list;
  for (const auto id : ids) list.add(param(id));
  const auto rows = co_await connection.query(std::string("SELECT ") + kAlarmColumns + " FROM alarms a WHERE a.id = ANY($1::int[]) ORDER BY a.id",
                                              params(list.done()));
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
  const auto rows = co_await connection.query(std::string("SELECT ") + kAlarmColumns + " FROM alarms a WHERE " + conditions.text() + " ORDER BY " +
                                                  order + " LIMIT " + std::to_string(limit + 1),
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
      co_await connection.query(std::string("SELECT ") + kAlarmColumns + " FROM alarms a WHERE a.id = $1 AND a.site_id = $2", params(id, site));
  if (rows.empty()) co_return std::nullopt;
  AlarmDetail out{alarms_of(rows).front(), {}};
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
          kAlarmColumns + " FROM changed a ORDER BY a.id",
      params(wanted, now, who.actor, note));
  out.now = alarms_of(now_rows);
  const auto already_rows =
      co_await connection.query(std::string("SELECT ") + kAlarmColumns + " FROM alarms a WHERE a.id = ANY($1::int[]) ORDER BY a.id", params(wanted));
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
