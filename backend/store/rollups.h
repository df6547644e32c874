// Rollups: 5 minutes, hours and days of every sensor, kept equal to what the raw readings say. docs/rollups.md has the story.
#pragma once

#include <span>
#include <vector>

#include "core/readings.h"
#include "store/pool.h"

namespace dcim::store {

struct LateHour {
  core::SensorId sensor;
  base::Timestamp hour;
  auto operator<=>(const LateHour&) const = default;
};
/// The hours of readings before `open_from`, each once. The readings are sorted by sensor and time.
std::vector<LateHour> late_hours(std::span<const core::Reading> readings, base::Timestamp open_from);

/// Within a batch's transaction, first thing: where the open part begins. It stays so until the transaction ends.
inline constexpr const char* kRollupOpenFrom = "SELECT rollup_open_from()";
asio::awaitable<base::Timestamp> rollup_open_from(Connection& connection);
/// Within the same transaction: these hours are to be rolled up again.
asio::awaitable<void> note_late(Connection& connection, std::vector<LateHour> hours);

/// One step of the job: closes what is older than a minute, rolls it up, and does late hours again. Gives true while more is waiting.
/// Only one of several servers does it; to the others there is nothing to do. `now`: of the server's clock.
asio::awaitable<bool> roll_up(Connection& connection, base::Timestamp now);

struct RollupState {
  base::Timestamp rolled_to, open_from;
  std::int64_t late_hours = 0;  // waiting
};
asio::awaitable<RollupState> rollup_state(Connection& connection);

/// A bucket that is not what the raw readings say.
struct RollupDifference {
  std::string table;
  core::SensorId sensor;
  base::Timestamp ts;
  std::string what;  // "missing", "too much", "differs"
};
/// The days (UTC) whose rollups are not final, from the oldest on: of which there are raw readings or rollups, or could be.
asio::awaitable<std::vector<base::Timestamp>> rollup_days(Connection& connection);
/// Compares what is rolled up of a day, and not waiting, with its raw readings; sums to 1e-9 of their size. At most `limit` differences.
asio::awaitable<std::vector<RollupDifference>> verify_rollups(Connection& connection, base::Timestamp day, int limit);
/// Makes a day's rollups anew from its raw readings, in one transaction. Waits while a server does the job, and keeps it from it meanwhile.
asio::awaitable<void> rebuild_rollups(Connection& connection, base::Timestamp day);

}  // namespace dcim::store
