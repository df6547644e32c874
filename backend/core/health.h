// The health score of a site: 100 points less what stated parts lose, each with its reasons in words and where to look. A pure function; the
// formula is in docs/environment.md and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/alarm_list.h"
#include "core/readings.h"

namespace dcim::core {

struct HealthReason {
  std::string text;
  std::string href;  // a page of ours
};

struct HealthPart {
  std::string_view key;  // alarms, racks, redundancy, data
  double weight = 0;     // points at stake; 0: the site has nothing that it could be judged by
  double lost = 0;
  std::vector<HealthReason> reasons;
};

struct Health {
  std::optional<int> score;           // of 100; nothing when no sensor reports
  std::string_view word = "unknown";  // good, fair, poor, critical
  std::vector<HealthPart> parts;
};

/// What is known of a site at a moment.
struct SiteNow {
  const Inventory& inventory;
  const Site& site;
  const LatestReadings& latest;
  const std::vector<StandingAlarm>& alarms;
  const std::unordered_set<DeviceId>& offline;  // devices that have said so themselves, or whose last will has
  base::Timestamp now;
};

Health health(const SiteNow& site);

}  // namespace dcim::core
