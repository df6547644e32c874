// Devices as assets, to read: one, those of a rack, and pages of what is searched for. All functions throw DatabaseError.
#pragma once

#include "core/assets.h"
#include "store/pool.h"

namespace dcim::store {

struct AssetRow {
  core::Asset asset;
  std::optional<core::DeviceType> type;
  bool monitored = false;  // it publishes something
  int sensors = 0;
  base::Timestamp updated_at;
};

struct AssetFilter {
  core::SiteId site;
  std::vector<std::string> words;  // each stands somewhere in the device; in lower case
  std::optional<core::RoomId> room;
  std::optional<core::RackId> rack;
  std::vector<std::string> roles, statuses;
  std::optional<core::DeviceTypeId> type;
  std::optional<std::string> owner, tag;
};

/// What a page is sorted by; what has no value comes last. Without one: by rank when something is searched for, otherwise by name.
inline constexpr std::array<std::string_view, 14> kAssetSorts{"name",      "role", "type",   "room",  "rack",         "u",          "serial",
                                                              "asset_tag", "ip",   "status", "owner", "install_date", "updated_at", "power"};

struct MeasuredPower {
  core::SensorId sensor;
  double watts = 0;
};

struct AssetOrder {
  std::string by;  // one of kAssetSorts, or empty
  bool descending = false;
  std::vector<MeasuredPower> measured;  // what the sensors say now, to sort by power
};

struct AssetPage {
  std::vector<AssetRow> items;
  std::int64_t total = 0;
  std::optional<std::string> next_cursor;
};

asio::awaitable<std::optional<AssetRow>> asset(Connection& connection, core::DeviceId id);
asio::awaitable<std::vector<AssetRow>> assets_with_ids(Connection& connection, std::vector<core::DeviceId> ids);
/// Of the racks, from the top of each down.
asio::awaitable<std::vector<AssetRow>> assets_in_racks(Connection& connection, std::vector<core::RackId> racks);
/// `invalid` names the cursor when it is not one that a page of this order has given.
asio::awaitable<base::Result<AssetPage>> list_assets(Connection& connection, AssetFilter filter, AssetOrder order, int limit,
                                                     std::optional<std::string> cursor);
/// Of the site: those with one of the ids, names or asset tags, held until the transaction ends.
asio::awaitable<std::vector<AssetRow>> assets_named(Connection& connection, core::SiteId site, std::vector<core::DeviceId> ids,
                                                    std::vector<std::string> names, std::vector<std::string> asset_tags);
/// The roles, owners and tags that the site's devices have.
struct AssetFacets {
  std::vector<std::string> roles, owners, tags;
};
asio::awaitable<AssetFacets> asset_facets(Connection& connection, core::SiteId site);

/// One row of kAssetColumns.
inline constexpr const char* kAssetColumns =
    "SELECT d.id, d.version, d.site_id, d.room_id, d.rack_id, d.name, d.type, d.device_type_id, d.serial, d.asset_tag, host(d.ip), d.status, "
    "d.install_date, d.owner, d.warranty_until, d.notes, array_to_string(d.tags, E'\\n'), d.feeds, d.power_sensor_id, d.mount, "
    "lower(s.units), upper(s.units) - lower(s.units), lower(s.faces), upper(s.faces), lower(s.sides), upper(s.sides), d.side_face, d.side_of, "
    "d.topic IS NOT NULL, (SELECT count(*)::int FROM sensors n WHERE n.device_id = d.id), d.updated_at, "
    "t.version, t.manufacturer, t.model, t.role, t.height_u, t.full_depth, t.width = 'half', t.airflow, t.weight_kg, t.power_nameplate_w, "
    "t.power_typical_w, t.inlets, t.part_number ";
inline constexpr const char* kAssetTables =
    " FROM devices d LEFT JOIN rack_slots s ON s.device_id = d.id LEFT JOIN device_types t ON t.id = d.device_type_id ";
AssetRow asset_of(const Rows& rows, std::size_t i);

/// Five columns from `column` on: lower(units), height, and the faces' and sides' bounds.
core::Position slot_of(const Rows& rows, std::size_t i, int column);
/// "[1,2)" as rack_slots keeps them.
std::string units_range(const core::Position& position);
std::string faces_range(const core::Position& position);
std::string sides_range(const core::Position& position);

template <class Tag>
std::string ids_param(const std::vector<base::Id<Tag>>& ids) {
  std::string out = "{";
  for (const auto id : ids) out += (out.size() > 1 ? "," : "") + std::to_string(id.value);
  return out + "}";
}

}  // namespace dcim::store
