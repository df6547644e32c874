#include "store/device_types.h"

#include <boost/json/object.hpp>

#include "store/assets.h"

namespace dcim::store {
namespace {

using base::Error;

constexpr const char* kColumns =
    "SELECT id, version, manufacturer, model, role, height_u, full_depth, width = 'half', airflow, weight_kg, power_nameplate_w, power_typical_w, "
    "inlets, part_number FROM device_types ";

core::DeviceType type_of(const Rows& rows, std::size_t i) {
  return {{rows.i32(i, 0)},      rows.i32(i, 1),        rows.text(i, 2),    rows.text(i, 3),       rows.text(i, 4),
          rows.i32(i, 5),        rows.boolean(i, 6),    rows.boolean(i, 7), rows.maybe_text(i, 8), rows.maybe_f64(i, 9),
          rows.maybe_f64(i, 10), rows.maybe_f64(i, 11), rows.i32(i, 12),    rows.maybe_text(i, 13)};
}

Params values_of(const core::DeviceType& type) {
  return params(type.manufacturer, type.model, type.role, type.height_u, type.full_depth, type.half_width ? "half" : "full", type.airflow,
                type.weight_kg, type.power_nameplate_w, type.power_typical_w, type.inlets, type.part_number);
}

std::string object_of(const core::DeviceType& type) { return "device type " + std::to_string(type.id.value) + " (" + type.name() + ")"; }
std::vector<std::string> subjects_of(core::DeviceTypeId id) { return {"device-type:" + std::to_string(id.value)}; }

Error taken(const core::DeviceType& type) { return {base::ErrorCode::conflict, "there is a device type " + type.name() + " already", "/model"}; }

// Within a transaction, which then holds the row.
asio::awaitable<base::Result<core::DeviceType>> lock(Connection& connection, core::DeviceTypeId id, int version) {
  const auto rows = co_await connection.query(std::string(kColumns) + "WHERE id = $1 FOR UPDATE", params(id));
  if (rows.empty()) co_return Error::not_found("there is no device type " + std::to_string(id.value));
  auto type = type_of(rows, 0);
  if (type.version != version) {
    co_return Error::conflict("somebody else has changed the device type meanwhile; it is version " + std::to_string(type.version));
  }
  co_return type;
}

constexpr const char* kInsert =
    "INSERT INTO device_types AS t (manufacturer, model, role, height_u, full_depth, width, airflow, weight_kg, power_nameplate_w, power_typical_w, "
    "inlets, part_number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (manufacturer, model) ";

}  // namespace

asio::awaitable<core::Catalogue> load_catalogue(Connection& connection, std::optional<std::vector<core::DeviceTypeId>> ids) {
  auto values = params(ids ? std::optional(ids_param(*ids)) : std::nullopt);
  const auto rows = co_await connection.query(
      std::string(kColumns) + "WHERE $1::int[] IS NULL OR id = ANY($1::int[]) ORDER BY lower(manufacturer), lower(model), id", std::move(values));
  std::vector<core::DeviceType> types;
  types.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) types.push_back(type_of(rows, i));
  co_return core::Catalogue(std::move(types));
}

asio::awaitable<std::unordered_map<core::DeviceTypeId, int>> devices_by_type(Connection& connection, std::optional<std::vector<core::SiteId>> sites) {
  auto values = params(sites ? std::optional(ids_param(*sites)) : std::nullopt);
  const auto rows = co_await connection.query(
      "SELECT device_type_id, count(*)::int FROM devices WHERE device_type_id IS NOT NULL AND ($1::int[] IS NULL OR site_id = ANY($1::int[])) GROUP "
      "BY 1",
      std::move(values));
  std::unordered_map<core::DeviceTypeId, int> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.emplace(core::DeviceTypeId{rows.i32(i, 0)}, rows.i32(i, 1));
  co_return out;
}

asio::awaitable<base::Result<core::DeviceTypeId>> create_device_type(Connection& connection, core::DeviceType type, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto rows = co_await connection.query(std::string(kInsert) + "DO NOTHING RETURNING id", values_of(type));
  if (rows.empty()) {
    co_await transaction.rollback();
    co_return taken(type);
  }
  type.id = {rows.i32(0, 0)};
  AuditRow row{"device-type.create", object_of(type), std::nullopt, nullptr, core::json_of(type), subjects_of(type.id)};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return type.id;
}

asio::awaitable<base::Result<void>> update_device_type(Connection& connection, core::DeviceType type, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto before = co_await lock(connection, type.id, type.version);
  std::optional<Error> refused;
  if (!before) {
    refused = before.error();
  } else if (!(*before == type)) {
    auto values = values_of(type);
    values.push_back(param(type.id));
    try {
      co_await connection.query(
          "UPDATE device_types SET manufacturer = $1, model = $2, role = $3, height_u = $4, full_depth = $5, width = $6, airflow = $7, weight_kg = "
          "$8, "
          "power_nameplate_w = $9, power_typical_w = $10, inlets = $11, part_number = $12, version = version + 1, updated_at = now() WHERE id = $13",
          std::move(values));
    } catch (const DatabaseError& error) {
      if (error.sqlstate() != "23505") throw;
      refused = taken(type);
    }
  }
  if (refused) {
    co_await transaction.rollback();
    co_return *refused;
  }
  if (!(*before == type)) {
    AuditRow row{"device-type.update", object_of(type), std::nullopt, core::json_of(*before), core::json_of(type), subjects_of(type.id)};
    co_await write_audit(connection, std::move(who), std::move(row));
  }
  co_await transaction.commit();
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> delete_device_type(Connection& connection, core::DeviceTypeId id, int version, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto before = co_await lock(connection, id, version);
  if (!before) {
    co_await transaction.rollback();
    co_return before.error();
  }
  std::optional<Error> refused;
  try {
    co_await connection.query("DELETE FROM device_types WHERE id = $1", params(id));
  } catch (const DatabaseError& error) {
    if (error.sqlstate() != "23503") throw;
    refused = Error::conflict("devices are of this type: give them another one first");
  }
  if (refused) {
    co_await transaction.rollback();
    co_return *refused;
  }
  AuditRow row{"device-type.delete", object_of(*before), std::nullopt, core::json_of(*before), nullptr, subjects_of(id)};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return base::Result<void>();
}

asio::awaitable<Upserted> upsert_device_type(Connection& connection, const core::DeviceType& type) {
  const auto rows = co_await connection.query(
      std::string(kInsert) +
          "DO UPDATE SET role = $3, height_u = $4, full_depth = $5, width = $6, airflow = $7, weight_kg = $8, power_nameplate_w = $9, "
          "power_typical_w = $10, inlets = $11, part_number = $12, version = t.version + 1, updated_at = now() "
          "WHERE (t.role, t.height_u, t.full_depth, t.width, t.airflow, t.weight_kg, t.power_nameplate_w, t.power_typical_w, t.inlets, "
          "t.part_number) "
          "IS DISTINCT FROM ($3, $4::int, $5::boolean, $6, $7, $8::float8, $9::float8, $10::float8, $11::int, $12) RETURNING id, xmax = 0",
      values_of(type));
  if (!rows.empty()) co_return Upserted{{rows.i32(0, 0)}, rows.boolean(0, 1), !rows.boolean(0, 1)};
  const auto same =
      co_await connection.query("SELECT id FROM device_types WHERE manufacturer = $1 AND model = $2", params(type.manufacturer, type.model));
  co_return Upserted{{same.i32(0, 0)}};
}

}  // namespace dcim::store
