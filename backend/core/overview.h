// The key figures of a site and the state of its rooms, from the latest readings and the alarms that stand: a pure function. A
// figure says how many of the expected sensors it holds; no data is grey, never green. Limits are the alarm rules' alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/alarm_list.h"
#include "core/readings.h"

namespace dcim::core {

enum class FigureStatus : std::uint8_t { ok, warning, critical, unknown };
std::string_view name_of(FigureStatus status);

/// Made of readings that are neither stale nor bad.
struct Figure {
  std::optional<double> value;  // nothing when no sensor reports
  std::string unit;
  std::optional<base::Timestamp> ts;  // of the oldest reading in it
  int reporting = 0;
  int expected = 0;
  FigureStatus status = FigureStatus::unknown;  // by the worst alarm that stands on a sensor of it
};

enum class RoomStatus : std::uint8_t { green, amber, red, grey };
std::string_view name_of(RoomStatus status);

struct RoomOverview {
  RoomId id;
  RoomStatus status = RoomStatus::grey;  // red: a critical alarm; amber: a milder one, or silent sensors
  std::vector<std::string> reasons;      // why it is not green, the worst first
  Figure power;                          // kW, of the racks
  Figure average_inlet;
  Figure maximum_inlet;
  int sensors_reporting = 0;
  int sensors_total = 0;
  int racks = 0;
};

struct Overview {
  Figure total_power;  // kW, of the racks
  Figure average_inlet;
  Figure maximum_inlet;
  std::optional<RackId> maximum_inlet_rack;
  int sensors_reporting = 0;
  int sensors_total = 0;
  std::vector<RoomOverview> rooms;  // in the inventory's order
};

Overview overview(const Inventory& inventory, SiteId site, const LatestReadings& latest, const std::vector<StandingAlarm>& alarms,
                  base::Timestamp now);

/// What an alarm says of its source, in one line: "A01 inlet temperature is 33.2 °C (critical above 32 °C)". The value is the latest where there is
/// one.
std::string sentence_of(const StandingAlarm& alarm, const Inventory& inventory, const LatestReadings& latest);

}  // namespace dcim::core
