#include "store/inventory.h"

namespace dcim::store {
namespace {

template <class IdType>
IdType id(const Rows& rows, std::size_t row, int column) {
  return {rows.i32(row, column)};
}
template <class IdType>
std::optional<IdType> maybe_id(const Rows& rows, std::size_t row, int column) {
  return rows.null(row, column) ? std::nullopt : std::optional<IdType>(IdType{rows.i32(row, column)});
}

}  // namespace

asio::awaitable<core::InventoryPtr> load_inventory(Connection& connection) {
  // One snapshot for all five tables.
  auto transaction = co_await Transaction::begin(connection);
  co_await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  auto out = co_await inventory_of(connection);
  co_await transaction.commit();
  co_return out;
}

asio::awaitable<core::InventoryPtr> inventory_of(Connection& connection) {
  const auto version = co_await connection.query("SELECT version FROM inventory_version");
  const auto site_rows = co_await connection.query("SELECT id, code, name, time_zone, simulated FROM sites ORDER BY name");
  const auto room_rows = co_await connection.query("SELECT id, site_id, code, name FROM rooms ORDER BY name");
  const auto rack_rows = co_await connection.query(
      "SELECT k.id, k.room_id, m.site_id, k.name, k.height_u, k.rated_power_kw FROM racks k JOIN rooms m ON m.id = k.room_id "
      "ORDER BY m.name, k.name");
  const auto device_rows =
      co_await connection.query("SELECT id, site_id, room_id, rack_id, name, type, topic FROM devices WHERE topic IS NOT NULL ORDER BY name");
  const auto sensor_rows = co_await connection.query(
      "SELECT s.id, s.device_id, d.site_id, d.room_id, d.rack_id, d.name, s.name, s.kind, s.unit, s.topic, s.field, s.scale, "
      "s.value_offset, coalesce(s.interval_s, d.interval_s) FROM sensors s JOIN devices d ON d.id = s.device_id "
      "ORDER BY d.name, s.name");

  std::vector<core::Site> sites;
  for (std::size_t i = 0; i < site_rows.size(); ++i) {
    sites.push_back({id<core::SiteId>(site_rows, i, 0), site_rows.text(i, 1), site_rows.text(i, 2), site_rows.text(i, 3), site_rows.boolean(i, 4)});
  }
  std::vector<core::Room> rooms;
  for (std::size_t i = 0; i < room_rows.size(); ++i) {
    rooms.push_back({id<core::RoomId>(room_rows, i, 0), id<core::SiteId>(room_rows, i, 1), room_rows.text(i, 2), room_rows.text(i, 3)});
  }
  std::vector<core::Rack> racks;
  for (std::size_t i = 0; i < rack_rows.size(); ++i) {
    racks.push_back({id<core::RackId>(rack_rows, i, 0), id<core::RoomId>(rack_rows, i, 1), id<core::SiteId>(rack_rows, i, 2), rack_rows.text(i, 3),
                     rack_rows.i32(i, 4), rack_rows.maybe_f64(i, 5)});
  }
  std::vector<core::Device> devices;
  for (std::size_t i = 0; i < device_rows.size(); ++i) {
    devices.push_back({id<core::DeviceId>(device_rows, i, 0), id<core::SiteId>(device_rows, i, 1), maybe_id<core::RoomId>(device_rows, i, 2),
                       maybe_id<core::RackId>(device_rows, i, 3), device_rows.text(i, 4), device_rows.text(i, 5), device_rows.text(i, 6)});
  }
  std::vector<core::Sensor> sensors;
  for (std::size_t i = 0; i < sensor_rows.size(); ++i) {
    const auto& r = sensor_rows;
    sensors.push_back({id<core::SensorId>(r, i, 0), id<core::DeviceId>(r, i, 1), id<core::SiteId>(r, i, 2), maybe_id<core::RoomId>(r, i, 3),
                       maybe_id<core::RackId>(r, i, 4), r.text(i, 5), r.text(i, 6), r.text(i, 7), r.text(i, 8), r.text(i, 9), r.text(i, 10),
                       r.f64(i, 11), r.f64(i, 12), r.f64(i, 13)});
  }
  co_return std::make_shared<const core::Inventory>(version.i64(0, 0), std::move(sites), std::move(rooms), std::move(racks), std::move(devices),
                                                    std::move(sensors));
}

}  // namespace dcim::store
