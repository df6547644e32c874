// How an alarm stood at a past moment, told from its journal: by the entries' own time, not by when they were recorded.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/alarm_list.h"

namespace dcim::core {

struct AlarmStep {
  base::Timestamp ts;
  std::string change;  // as in the journal: raised, severity-raised, acknowledged, …
  Severity severity = Severity::info;
};

struct PastAlarm {
  Severity severity = Severity::info;
  AlarmWorkflow state = AlarmWorkflow::active;
  bool operator==(const PastAlarm&) const = default;
};

/// The journal's entries in the order of ts, then of the journal. nullopt: not raised yet, or resolved.
std::optional<PastAlarm> alarm_at(std::span<const AlarmStep> journal, base::Timestamp at);

}  // namespace dcim::core
