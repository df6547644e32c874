// The plan of a room: its size and aisles, and where its racks and units stand. Metres from the upper left corner, x to the right,
// y down; a placement's x and y are its middle; turned by 0° its front (the cold side) looks down. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/ashrae.h"
#include "core/inventory.h"
#include "core/json_reader.h"

namespace dcim::core {

struct Placement {
  double x_m = 0, y_m = 0;
  double rotation_deg = 0;  // clockwise, from 0 to below 360
  double width_m = 0, depth_m = 0;
  bool operator==(const Placement&) const = default;
};

enum class AisleType : std::uint8_t { hot, cold };
std::string_view name_of(AisleType type);

struct Aisle {
  std::string name;
  AisleType type = AisleType::cold;
  double x_m = 0, y_m = 0, width_m = 0, depth_m = 0;
  bool operator==(const Aisle&) const = default;
};

struct PlanRack {
  RackId id;
  std::optional<std::string> row;
  std::optional<Placement> placement;  // none: it stands nowhere yet
  std::string pointer;                 // where it stands in the document that is read; empty otherwise
};

/// A device of the room that stands on the floor itself: a cooling unit, a leak sensor.
struct PlanUnit {
  DeviceId id;
  std::optional<Placement> placement;
  std::vector<RackId> serves;
  std::string pointer;
};

struct RoomPlan {
  double width_m = 0, depth_m = 0;
  AshraeClass ashrae_class = AshraeClass::a1;
  std::vector<Aisle> aisles;
  std::vector<PlanRack> racks;
  std::vector<PlanUnit> units;

  const PlanRack* rack(RackId id) const;
  const PlanUnit* unit(DeviceId id) const;
};

/// What there is to be placed, in the inventory's order.
struct RoomContents {
  struct Rack {
    RackId id;
    std::string name;
    std::optional<std::string> row;
  };
  struct Unit {
    DeviceId id;
    std::string name, type;
  };
  std::vector<Rack> racks;
  std::vector<Unit> units;
};
RoomContents contents_of(const Inventory& inventory, RoomId room);

/// A plan for a room that nobody has drawn: rows by the racks' names, front to front across cold aisles, units at the walls.
RoomPlan automatic_plan(const RoomContents& contents);
/// What a rack, or a device of the type, measures when nobody has said.
inline constexpr double kRackWidth_m = 0.6, kRackDepth_m = 1.2;
Placement usual_size(std::string_view device_type);

/// The same plan with each of the room's racks and units once, in the inventory's order: the new ones without a placement, those that are gone left
/// out.
RoomPlan completed(RoomPlan plan, const RoomContents& contents);

/// The first thing that cannot be: outside the room, or two racks in one place. The error's field is the `pointer` of what is wrong, or `otherwise`.
base::Result<void> check_geometry(const RoomPlan& plan, const RoomContents& contents, const std::string& otherwise);

/// As people send it. Ids must be of the room's contents; the geometry is checked. The error names the field by JSON Pointer.
base::Result<RoomPlan> room_plan_from_json(const boost::json::value& json, const RoomContents& contents);
/// As the database and the audit log keep it; and read back: what is no plan is `invalid`.
boost::json::value json_of(const RoomPlan& plan);
base::Result<RoomPlan> stored_room_plan(const boost::json::value& json);

/// Parts of it, as a site document has them too. Thrown: base::Error.
Placement read_placement(const boost::json::value& json, std::string pointer, const Placement& usual);
std::vector<Aisle> read_aisles(const ObjectReader& from);
std::optional<double> read_room_size(const ObjectReader& from, std::string_view key);
AshraeClass read_ashrae_class(const ObjectReader& from, AshraeClass otherwise);
std::optional<std::string> read_row(const ObjectReader& from);

}  // namespace dcim::core
