// A draft rule on the stored history: when it would have fired, by the same engine that decides live.
#pragma once

#include "core/alarm_list.h"
#include "store/pool.h"

namespace dcim::store {

struct AlarmTrial {
  core::AlarmRule rule;
  core::SiteId site;
  base::Timestamp from, to;
};

struct AlarmFiring {
  core::AlarmSource source;
  core::Severity severity = core::Severity::info;  // the worst it reached
  base::Timestamp raised_at;
  std::optional<base::Timestamp> cleared_at;
  double value = 0, peak = 0;
};

struct AlarmTrialResult {
  int sensors = 0;
  std::int64_t readings = 0;
  std::int64_t total = 0;
  std::vector<AlarmFiring> firings;  // oldest first, at most kMostFirings
};
inline constexpr std::size_t kMostFirings = 1000;
/// More readings than this are refused: narrow the scope or the range.
inline constexpr std::int64_t kMostTried = 10'000'000;

/// `invalid` names /rule when no sensor is concerned, or /from when there are too many readings. Throws DatabaseError.
asio::awaitable<base::Result<AlarmTrialResult>> try_alarm_rule(Connection& connection, const core::Inventory& inventory, AlarmTrial trial);

}  // namespace dcim::store
