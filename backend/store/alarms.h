// Alarms in the database: transitions and standings of a batch, kept with its readings; what stood, for a restart; and what people
// ask and do. All functions throw DatabaseError.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/alarm_list.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

/// What stores it, within a batch's transaction. `now`: of the server's clock.
std::vector<Statement> alarm_statements(const core::AlarmOutput& output, base::Timestamp now);
/// Of what they gave: each alarm that changed as it is now, in the order of the changes, each once.
std::vector<core::Alarm> changed_alarms(std::span<const Rows> answers);

asio::awaitable<std::vector<core::AlarmStanding>> alarm_standings(Connection& connection);
/// Raw readings of these sensors since a moment, in order of time: what fills the engine's windows.
asio::awaitable<std::vector<core::Reading>> readings_since(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp since);
/// The days of these sensors that DailyMeans takes in, up to a moment, in order of time.
asio::awaitable<std::vector<core::DailySum>> daily_sums(Connection& connection, std::vector<core::SensorId> sensors, base::Timestamp to);
/// Every alarm that is not resolved.
asio::awaitable<std::vector<core::Alarm>> open_alarms(Connection& connection);
/// Those of them that there are, by id.
asio::awaitable<std::vector<core::Alarm>> alarms_by_id(Connection& connection, std::vector<int> ids);

struct AlarmPage {
  std::vector<core::Alarm> items;
  std::optional<std::string> next_cursor;
  std::int64_t total = 0;
};
/// `invalid` names the cursor when it is not one of ours.
asio::awaitable<base::Result<AlarmPage>> list_alarms(Connection& connection, core::AlarmFilter filter, int limit, std::optional<std::string> cursor);

struct AlarmJournalEntry {
  std::int64_t id = 0;
  base::Timestamp ts, recorded_at;
  std::string change;
  core::Severity severity = core::Severity::info;
  std::optional<double> value, limit;
  std::optional<std::string> actor, note;
};
struct AlarmDetail {
  core::Alarm alarm;
  std::vector<AlarmJournalEntry> journal;
};
/// nullopt when the site has no such alarm.
asio::awaitable<std::optional<AlarmDetail>> find_alarm(Connection& connection, core::SiteId site, int id);

struct Acknowledged {
  std::vector<core::Alarm> now, already;
};
/// Of two who come at once, one wins. `not_found` when an id is not of the site; then nothing is changed. Writes alarm.acknowledge.
asio::awaitable<base::Result<Acknowledged>> acknowledge_alarms(Connection& connection, const core::Site& site, std::vector<int> ids, std::string note,
                                                               base::Timestamp now, AuditContext who);
/// Writes alarm.note.
asio::awaitable<base::Result<AlarmDetail>> note_alarm(Connection& connection, const core::Site& site, int id, std::string note, base::Timestamp now,
                                                      AuditContext who);
/// `conflict` while the condition holds, or when it is not latched or is resolved. Writes alarm.reset.
asio::awaitable<base::Result<AlarmDetail>> reset_alarm(Connection& connection, const core::Site& site, int id, base::Timestamp now, AuditContext who);

}  // namespace dcim::store
