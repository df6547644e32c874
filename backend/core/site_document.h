// The document that describes a whole site (SiteDocument in api/openapi.yaml): read from JSON, checked completely, and
// only then used. Also what `dcim site import` reads, written as TOML.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "core/assets.h"
#include "core/power_chain.h"
#include "core/room_plan.h"

namespace dcim::core {

struct SensorDocument {
  std::string name, kind, unit, topic, field = "/value";
  double scale = 1, offset = 0;
  std::optional<double> interval_s;
  std::string pointer;  // where it stands in the document
};

struct DeviceDocument {
  std::string name, type;
  std::string topic;  // empty: it publishes nothing
  double interval_s = 60;
  std::vector<SensorDocument> sensors;
  std::optional<Placement> placement;  // of a device that stands in a room itself
  std::vector<std::string> serves;     // names of the room's racks
  boost::json::object asset;           // what it says of it as an asset: as asset_from_json reads it, but "device_type" is a name
  std::string pointer;
};

/// A pointer of asset_from_json, as the device's document has it: position is not an object there.
std::string pointer_in_document(std::string pointer);

struct RackDocument {
  std::string name;
  RackLimits limits;
  boost::json::array reservations;  // as reservation_from_json reads them
  std::optional<std::string> row;
  std::optional<Placement> placement;
  std::string pointer;
  std::vector<DeviceDocument> devices;
};

/// What a room's document says of its plan, beyond where its racks and devices stand.
struct PlanDocument {
  std::optional<double> width_m, depth_m;
  std::optional<AshraeClass> ashrae_class;
  std::optional<std::vector<Aisle>> aisles;
  std::string pointer;
};

struct RoomDocument {
  std::string code, name;
  std::optional<PlanDocument> plan;
  std::vector<RackDocument> racks;
  std::vector<DeviceDocument> devices;
};

struct SiteDocument {
  std::string code, name, time_zone;
  bool simulated = false;
  std::vector<DeviceType> device_types;
  std::vector<RoomDocument> rooms;
  std::vector<DeviceDocument> devices;
  std::vector<PowerElementDocument> power;
};

/// The error's field is the JSON Pointer of the first thing that is wrong: missing, unknown or of the wrong type, a name or
/// (topic, field) twice, a topic outside dc/{code}/ or with a wildcard.
base::Result<SiteDocument> parse_site_document(const boost::json::value& json);

/// A topic that nobody listens to, to be made sensors of a device: a new one, or one that is there.
struct Adoption {
  std::string topic;
  std::optional<DeviceId> device;
  boost::json::value new_device;  // as asset_from_json reads it
  std::vector<SensorDocument> sensors;
};
base::Result<Adoption> adoption_from_json(const boost::json::value& json, const std::string& site_code);

/// Whether the document says anything of the room's plan.
bool has_plan(const RoomDocument& room);
/// The plan with what the document says of it put in; without one, and when the document places nothing, an automatic one. `contents` are the room's
/// racks and units as they are with the document. The error's field is the JSON Pointer in the document.
base::Result<RoomPlan> plan_with(const RoomDocument& room, const std::string& room_pointer, std::optional<RoomPlan> before, RoomContents contents);

}  // namespace dcim::core
