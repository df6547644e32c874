#include "core/alarm_past.h"

namespace dcim::core {

std::optional<PastAlarm> alarm_at(std::span<const AlarmStep> journal, base::Timestamp at) {
  bool raised = false, cleared = false, acknowledged = false;
  Severity severity = Severity::info;
  for (const auto& step : journal) {
    if (step.ts > at) break;
    const auto& change = step.change;
    if (change == "resolved") return std::nullopt;  // for good
    if (change == "noted" || change == "notified" || change == "announced") continue;
    severity = step.severity;
    if (change == "raised" || change == "raised-again") {
      raised = true;
      cleared = acknowledged = false;
    } else if (change == "severity-raised") {
      acknowledged = false;
    } else if (change == "acknowledged") {
      acknowledged = true;
    } else if (change == "cleared") {
      cleared = true;
    }
  }
  if (!raised) return std::nullopt;
  return PastAlarm{severity, cleared ? AlarmWorkflow::cleared : acknowledged ? AlarmWorkflow::acknowledged : AlarmWorkflow::active};
}

}  // namespace dcim::core
