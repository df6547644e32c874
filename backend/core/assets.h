// Assets: the catalogue of device types, what each device is, and where in a rack it stands. Reads what people say, completes it
// from the type, and names what is wrong. Whether a place is free is the database's to say. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "core/inventory.h"

namespace dcim::core {

using DeviceTypeId = base::Id<struct DeviceTypeTag>;
using ReservationId = base::Id<struct ReservationTag>;

enum class Mount : std::uint8_t { rack, side, shelf };
enum class Face : std::uint8_t { front, rear, both };
enum class Side : std::uint8_t { left, right, full };  // as seen from the front
std::string_view name_of(Mount mount);
std::string_view name_of(Face face);
std::string_view name_of(Side side);

struct DeviceType {
  DeviceTypeId id;
  int version = 0;
  std::string manufacturer, model;
  std::string role = "server";
  int height_u = 1;  // 0: it takes none
  bool full_depth = true;
  bool half_width = false;
  std::optional<std::string> airflow;
  std::optional<double> weight_kg, power_nameplate_w, power_typical_w;
  int inlets = 0;
  std::optional<std::string> part_number;
  std::string name() const { return manufacturer + " " + model; }
  bool operator==(const DeviceType&) const = default;
};

/// Where something stands. At the side it has no U: u and height_u are 0 there, face is front or rear, side left or right.
struct Position {
  Mount mount = Mount::rack;
  int u = 0;  // the lowest
  int height_u = 0;
  Face face = Face::front;
  Side side = Side::full;
  bool takes_units() const { return mount != Mount::side; }
  int top_u() const { return u + height_u - 1; }
  bool operator==(const Position&) const = default;
};

/// "U 12 to 13, front", "U 7, both faces, left half", "at the side, rear left".
std::string text_of(const Position& position);
/// The piece of rack that two positions that take units share; nullopt: they do not meet.
std::optional<Position> shared_piece(const Position& a, const Position& b);

/// A device as people keep it, whether it publishes anything or not.
struct Asset {
  DeviceId id;
  int version = 0;
  SiteId site;
  std::optional<RoomId> room;
  std::optional<RackId> rack;
  std::string name, role;
  std::optional<DeviceTypeId> type;
  std::optional<std::string> serial, asset_tag, ip;
  std::string status = "active";
  std::optional<std::string> install_date, owner, warranty_until, notes;  // dates as YYYY-MM-DD
  std::vector<std::string> tags;
  std::optional<std::string> feeds;  // A, B, AB
  std::optional<Position> position;
  std::optional<SensorId> power_sensor;
  bool operator==(const Asset&) const = default;
};

struct Reservation {
  ReservationId id;
  RackId rack;
  Position position;
  bool blocked = false;  // otherwise reserved
  std::string owner, reason;
  std::optional<base::Timestamp> expires_at;
  std::optional<DeviceTypeId> type;          // what is to come, when that is known
  std::optional<double> power_w, weight_kg;  // that it will draw and weigh
  std::string created_by;
  base::Timestamp created_at;
  std::string pointer = {};  // where it stands in what was read
};

/// What people may set of a rack. Names and rooms come from the site document.
struct RackLimits {
  int height_u = 42;
  std::optional<double> rated_power_kw, feed_rating_kw, weight_limit_kg, cooling_kw;
  bool operator==(const RackLimits&) const = default;
};

/// The device types that a reader may meet.
class Catalogue {
 public:
  Catalogue() = default;
  explicit Catalogue(std::vector<DeviceType> types);
  const DeviceType* find(DeviceTypeId id) const;
  const DeviceType* find(const std::string& manufacturer_and_model) const;
  const std::vector<DeviceType>& types() const { return types_; }

 private:
  std::vector<DeviceType> types_;
  std::unordered_map<DeviceTypeId, std::size_t> by_id_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

/// What is named there. The error's field is a JSON Pointer that begins with `pointer`. Of `before` stays what the JSON does not name;
/// null clears. Without `before` it is a new one, which needs its name (a type: manufacturer and model).
base::Result<DeviceType> device_type_from_json(const boost::json::value& json, std::optional<DeviceType> before, std::string pointer = {});
base::Result<Asset> asset_from_json(const boost::json::value& json, SiteId site, std::optional<Asset> before, const Inventory& inventory,
                                    const Catalogue& catalogue, std::string pointer = {});
base::Result<RackLimits> rack_limits_from_json(const boost::json::value& json, RackLimits before);
base::Result<Reservation> reservation_from_json(const boost::json::value& json, int rack_height_u, base::Timestamp now, std::string pointer = {});

/// What a device's new place is in a move: as asset_from_json does with these two alone.
base::Result<Asset> moved(Asset asset, std::optional<RackId> rack, const boost::json::value& position, const Inventory& inventory,
                          const Catalogue& catalogue, std::string pointer);

/// The device type that the asset names, when it is not there; nullopt when it names none.
std::optional<DeviceTypeId> named_type(const boost::json::value& json);

/// As the audit log keeps them: what asset_from_json reads, and the names of rack, room and type for people.
boost::json::object json_of(const Asset& asset, const Inventory& inventory, const Catalogue& catalogue);
boost::json::object json_of(const DeviceType& type);
boost::json::object json_of(const Position& position);
/// Of a text that json_of has made.
Position position_of(const boost::json::object& json);
boost::json::object json_of(const RackLimits& limits);
boost::json::object json_of(const Reservation& reservation);

/// For readers of other formats: the canonical text, or nullopt.
std::optional<std::string> ip_address(const std::string& text);
bool is_date(std::string_view text);

}  // namespace dcim::core
