// The key figures of a site and the state of its rooms, from the latest readings: a pure function of inventory, readings
// and the time. A figure says how many of the expected sensors it holds; no data is grey, never green.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/inventory.h"
#include "core/readings.h"

namespace dcim::core {

/// Rack inlet, °C. High limits as operators are used to (ASHRAE recommends up to 27, class A1 allows 15 to 32).
inline constexpr double kInletLowCritical = 15;
inline constexpr double kInletLowWarning = 18;
inline constexpr double kInletHighWarning = 28;
inline constexpr double kInletHighCritical = 32;
/// Share of a rack's rated power.
inline constexpr double kRackPowerWarning = 0.9;

/// Made of readings that are neither stale nor bad.
struct Figure {
  std::optional<double> value;  // nothing when no sensor reports
  std::string unit;
  std::optional<base::Timestamp> ts;  // of the oldest reading in it
  int reporting = 0;
  int expected = 0;
};

enum class RoomStatus : std::uint8_t { green, amber, red, grey };
std::string_view name_of(RoomStatus status);

struct RoomOverview {
  RoomId id;
  RoomStatus status = RoomStatus::grey;
  std::vector<std::string> reasons;  // why it is not green, the worst first
  Figure power;                      // kW, of the racks
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

using LatestReadings = std::unordered_map<SensorId, Reading>;

Overview overview(const Inventory& inventory, SiteId site, const LatestReadings& latest, base::Timestamp now);

}  // namespace dcim::core
