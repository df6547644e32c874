// How well the air at a room's racks keeps to the room's thermal class: now, and over a range. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ashrae.h"
#include "core/readings.h"
#include "core/room_plan.h"

namespace dcim::core {

struct RackAir {
  RackId rack;
  std::optional<double> inlet_c;  // the warmest of its inlets
  std::optional<double> rh;       // %, average of its inlets
  std::optional<double> dew_point_c;
  std::optional<base::Timestamp> ts;  // of the oldest reading in it
  AirVerdict verdict = AirVerdict::no_data;
  std::vector<std::string> reasons;
};

/// Of a cold aisle the inlets of the racks that look into it, of a hot aisle the outlets of those that stand with their backs to it.
struct AisleAir {
  std::optional<double> average_c;
  int sensors = 0;
  int reporting = 0;
};

struct RoomAir {
  std::vector<RackAir> racks;  // every rack of the room, in the inventory's order
  std::array<int, kAirVerdicts> counts{};
  RackCoolingIndex rci;
  std::vector<AisleAir> aisles;  // as in the plan
};
/// `plan` holds every rack of the room.
RoomAir room_air(const Inventory& inventory, RoomId room, const RoomPlan& plan, const LatestReadings& latest, base::Timestamp now);

/// The air at one rack in one stretch of time, from its sensors' rollups.
struct AirBucket {
  std::int64_t start_ms = 0;
  double inlet_c = 0, lowest_c = 0, highest_c = 0;
  std::optional<double> rh;
};
struct RackCompliance {
  RackId rack;
  std::array<int, kAirVerdicts> buckets{};  // how many of the range's
  std::optional<double> average_c, maximum_c, minimum_c, dew_point_max_c;
  double share(AirVerdict verdict) const;
};
/// `expected`: how many buckets the range has; those that are missing are without data. Adds to the room's index.
RackCompliance rack_compliance(RackId rack, AshraeClass ashrae_class, const std::vector<AirBucket>& buckets, int expected, RackCoolingIndex& rci);
/// The worst first: most time outside, then most time merely allowable, then the warmest.
void sort_worst_first(std::vector<RackCompliance>& racks);

}  // namespace dcim::core
