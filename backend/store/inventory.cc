#include "store/inventory.h"

#include <boost/json/object.hpp>

#include "store/room_plans.h"

namespace dcim::store {
namespace {

using base::Error;

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
  co_await transaction.commit();

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

namespace {

// One import, in one transaction. What is refused is thrown as Error to import_site, its only caller.
class Importer {
 public:
  Importer(Connection& connection, const core::SiteDocument& document, std::string author)
      : db_(connection), document_(document), author_(std::move(author)) {
    result_.site = document.code;
  }

  asio::awaitable<ImportResult> run() {
    const auto site =
        co_await upsert("/site/name",
                        "INSERT INTO sites AS t (code, name, time_zone, simulated) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO UPDATE "
                        "SET name = $2, time_zone = $3, simulated = $4, version = t.version + 1, updated_at = now() "
                        "WHERE (t.name, t.time_zone, t.simulated) IS DISTINCT FROM ($2, $3, $4) RETURNING id, xmax = 0",
                        "SELECT id FROM sites WHERE code = $1", params(document_.code, document_.name, document_.time_zone, document_.simulated), 1);
    site_ = site;
    for (std::size_t i = 0; i < document_.rooms.size(); ++i) co_await room(document_.rooms[i], "/rooms/" + std::to_string(i));
    for (const auto& device : document_.devices) co_await this->device(device, std::nullopt, std::nullopt);
    co_return result_;
  }

 private:
  asio::awaitable<void> room(const core::RoomDocument& room, std::string pointer) {
    const auto id =
        co_await upsert(pointer + "/name",
                        "INSERT INTO rooms AS t (site_id, code, name) VALUES ($1, $2, $3) ON CONFLICT (site_id, code) DO UPDATE "
                        "SET name = $3, version = t.version + 1, updated_at = now() WHERE t.name IS DISTINCT FROM $3 RETURNING id, xmax = 0",
                        "SELECT id FROM rooms WHERE site_id = $1 AND code = $2", params(site_, room.code, room.name), 2);
    for (std::size_t i = 0; i < room.racks.size(); ++i) {
      const auto& rack = room.racks[i];
      const auto rack_id =
          co_await upsert(pointer + "/racks/" + std::to_string(i),
                          "INSERT INTO racks AS t (room_id, name, height_u, rated_power_kw) VALUES ($1, $2, $3, $4) ON CONFLICT (room_id, name) "
                          "DO UPDATE SET height_u = $3, rated_power_kw = $4, version = t.version + 1, updated_at = now() "
                          "WHERE (t.height_u, t.rated_power_kw) IS DISTINCT FROM ($3::int, $4::float8) RETURNING id, xmax = 0",
                          "SELECT id FROM racks WHERE room_id = $1 AND name = $2", params(id, rack.name, rack.height_u, rack.rated_power_kw), 2);
      for (const auto& device : rack.devices) co_await this->device(device, id, rack_id);
    }
    for (const auto& device : room.devices) co_await this->device(device, id, std::nullopt);
    if (core::has_plan(room)) co_await plan(room, pointer, core::RoomId{id});
  }

  asio::awaitable<void> plan(const core::RoomDocument& room, const std::string& pointer, core::RoomId id) {
    core::RoomContents contents;
    const auto racks = co_await db_.query("SELECT id, name FROM racks WHERE room_id = $1 ORDER BY name", params(id));
    for (std::size_t i = 0; i < racks.size(); ++i) contents.racks.push_back({{racks.i32(i, 0)}, racks.text(i, 1), {}});
    const auto units = co_await db_.query(
        "SELECT id, name, type FROM devices WHERE room_id = $1 AND rack_id IS NULL AND topic IS NOT NULL ORDER BY name", params(id));
    for (std::size_t i = 0; i < units.size(); ++i) contents.units.push_back({{units.i32(i, 0)}, units.text(i, 1), units.text(i, 2)});

    const auto newest = co_await room_plan(db_, id, std::nullopt);
    const auto imported = co_await imported_room_plan(db_, id);
    if (imported) {
      // The same document again, whatever people have edited since: theirs stays.
      const auto again = core::plan_with(room, pointer, imported->plan, contents);
      if (again && core::json_of(*again) == core::json_of(imported->plan)) {
        ++result_.unchanged;
        co_return;
      }
    }
    const auto plan = core::plan_with(room, pointer, newest ? std::optional(newest->plan) : std::nullopt, contents);
    if (!plan) throw plan.error();
    co_await insert_room_plan(db_, id, *plan, newest ? newest->version + 1 : 1, std::nullopt, author_, true);
    ++(newest ? result_.updated : result_.created);
  }

  asio::awaitable<void> device(const core::DeviceDocument& device, std::optional<int> room, std::optional<int> rack) {
    const auto id =
        co_await upsert(device.pointer + "/topic",
                        "INSERT INTO devices AS t (site_id, name, room_id, rack_id, type, topic, interval_s) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                        "ON CONFLICT (site_id, name) DO UPDATE SET room_id = $3, rack_id = $4, type = $5, topic = $6, interval_s = $7, "
                        "version = t.version + 1, updated_at = now() WHERE (t.room_id, t.rack_id, t.type, t.topic, t.interval_s) IS DISTINCT FROM "
                        "($3::int, $4::int, $5, $6, $7::float8) RETURNING id, xmax = 0",
                        "SELECT id FROM devices WHERE site_id = $1 AND name = $2",
                        params(site_, device.name, room, rack, device.type, device.topic, device.interval_s), 2);
    for (const auto& sensor : device.sensors) {
      // A sensor is found by (topic, field); one of another device is never taken over.
      const auto owner = co_await db_.query("SELECT device_id FROM sensors WHERE topic = $1 AND field = $2", params(sensor.topic, sensor.field));
      if (!owner.empty() && owner.i32(0, 0) != id) {
        throw Error{base::ErrorCode::conflict, "another device already has a sensor on " + sensor.topic + " " + sensor.field, sensor.pointer};
      }
      co_await upsert(sensor.pointer + "/name",
                      "INSERT INTO sensors AS t (topic, field, device_id, name, kind, unit, scale, value_offset, interval_s) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (topic, field) DO UPDATE SET name = $4, kind = $5, unit = $6, "
                      "scale = $7, value_offset = $8, interval_s = $9, version = t.version + 1, updated_at = now() "
                      "WHERE (t.name, t.kind, t.unit, t.scale, t.value_offset, t.interval_s) IS DISTINCT FROM "
                      "($4, $5, $6, $7::float8, $8::float8, $9::float8) RETURNING id, xmax = 0",
                      "SELECT id FROM sensors WHERE topic = $1 AND field = $2",
                      params(sensor.topic, sensor.field, id, sensor.name, sensor.kind, sensor.unit, sensor.scale, sensor.offset, sensor.interval_s),
                      2);
    }
  }

  // The upsert returns nothing when the row is as it should be already; then `find`, with the first `keys` parameters, gives its id.
  asio::awaitable<int> upsert(std::string pointer, std::string sql, std::string find, Params values, std::size_t keys) {
    try {
      const auto rows = co_await db_.query(std::move(sql), values);
      if (!rows.empty()) {
        ++(rows.boolean(0, 1) ? result_.created : result_.updated);
        co_return rows.i32(0, 0);
      }
    } catch (const DatabaseError& error) {
      if (error.sqlstate() == "23505") throw Error{base::ErrorCode::conflict, "is already in use elsewhere", std::move(pointer)};
      throw;
    }
    ++result_.unchanged;
    values.resize(keys);
    const auto rows = co_await db_.query(std::move(find), std::move(values));
    co_return rows.i32(0, 0);
  }

  Connection& db_;
  const core::SiteDocument& document_;
  std::string author_;
  ImportResult result_;
  int site_ = 0;
};

}  // namespace

asio::awaitable<base::Result<ImportResult>> import_site(Connection& connection, core::SiteDocument document, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  std::optional<Error> refused;
  try {
    Importer importer(connection, document, who.actor);
    const auto result = co_await importer.run();
    if (result.created + result.updated == 0) {
      co_await transaction.rollback();  // so that nobody reloads what has not changed
      co_return result;
    }
    AuditRow row;
    row.action = "site.import";
    row.object = "site " + document.code;
    row.site = document.code;
    row.after = boost::json::object{{"created", result.created}, {"updated", result.updated}, {"unchanged", result.unchanged}};
    co_await write_audit(connection, std::move(who), std::move(row));
    co_await transaction.commit();
    co_return result;
  } catch (const Error& error) {
    refused = error;
  }
  co_await transaction.rollback();
  co_return *refused;
}

}  // namespace dcim::store
