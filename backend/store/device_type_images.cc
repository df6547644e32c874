#include "store/device_type_images.h"

#include <boost/algorithm/hex.hpp>
#include <boost/json/object.hpp>

namespace dcim::store {
namespace {

namespace json = boost::json;
using base::Error;

constexpr const char* kInAudit =
    "SELECT media_type, width, height, length(bytes), tag FROM device_type_images WHERE device_type_id = $1 AND face = $2";

// As bytea is written and read.
std::string hex(std::string_view bytes) {
  std::string out = "\\x";
  out.reserve(2 + 2 * bytes.size());
  boost::algorithm::hex_lower(bytes.begin(), bytes.end(), std::back_inserter(out));
  return out;
}

json::value in_audit(const Rows& rows, const std::string& face) {
  if (rows.empty()) return nullptr;
  const auto size = std::to_string(rows.i32(0, 1)) + " × " + std::to_string(rows.i32(0, 2)) + ", " + std::to_string(rows.i32(0, 3)) + " bytes";
  json::object out;
  out[face + " image"] = rows.text(0, 0) + ", " + size + ", " + rows.text(0, 4);
  return out;
}

// Makes the change in a transaction of its own, in which nobody else changes the type.
asio::awaitable<base::Result<void>> change(Connection& connection, core::DeviceTypeId type, std::string face, std::string sql, Params values,
                                           AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto of = co_await connection.query("SELECT manufacturer || ' ' || model FROM device_types WHERE id = $1 FOR NO KEY UPDATE", params(type));
  if (of.empty()) {
    co_await transaction.rollback();
    co_return Error::not_found("there is no device type " + std::to_string(type.value));
  }
  const auto before = co_await connection.query(kInAudit, params(type, face));
  const auto done = co_await connection.query(std::move(sql), std::move(values));
  if (done.affected() == 0) {
    co_await transaction.rollback();
    co_return base::Result<void>();
  }
  const auto after = co_await connection.query(kInAudit, params(type, face));
  AuditRow row;
  row.action = "device-type.image";
  row.object = "device type " + std::to_string(type.value) + " (" + of.text(0, 0) + ")";
  row.before = in_audit(before, face);
  row.after = in_audit(after, face);
  row.subjects = {"device-type:" + std::to_string(type.value)};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return base::Result<void>();
}

}  // namespace

asio::awaitable<std::unordered_map<core::DeviceTypeId, ImageTags>> image_tags(Connection& connection, std::optional<core::DeviceTypeId> type) {
  auto values = params(type);
  const auto rows = co_await connection.query(
      "SELECT device_type_id, face = 'front', tag FROM device_type_images WHERE $1::int IS NULL OR device_type_id = $1", std::move(values));
  std::unordered_map<core::DeviceTypeId, ImageTags> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& of = out[core::DeviceTypeId{rows.i32(i, 0)}];
    (rows.boolean(i, 1) ? of.front : of.rear) = rows.text(i, 2);
  }
  co_return out;
}

asio::awaitable<std::optional<std::string>> image_tag(Connection& connection, core::DeviceTypeId type, std::string face) {
  auto values = params(type, face);
  const auto rows = co_await connection.query("SELECT tag FROM device_type_images WHERE device_type_id = $1 AND face = $2", std::move(values));
  co_return rows.empty() ? std::nullopt : std::optional(rows.text(0, 0));
}

asio::awaitable<std::optional<DeviceTypeImage>> device_type_image(Connection& connection, core::DeviceTypeId type, std::string face) {
  auto values = params(type, face);
  const auto rows = co_await connection.query(
      "SELECT media_type, tag, encode(bytes, 'hex') FROM device_type_images WHERE device_type_id = $1 AND face = $2", std::move(values));
  if (rows.empty()) co_return std::nullopt;
  DeviceTypeImage out{rows.text(0, 0), rows.text(0, 1), {}};
  const auto bytes = rows.view(0, 2);
  out.bytes.reserve(bytes.size() / 2);
  boost::algorithm::unhex(bytes.begin(), bytes.end(), std::back_inserter(out.bytes));
  co_return out;
}

asio::awaitable<base::Result<void>> put_image(Connection& connection, core::DeviceTypeId type, std::string face, core::ImageFormat format,
                                              std::string_view bytes, AuditContext who) {
  std::string sql =
      "INSERT INTO device_type_images AS i (device_type_id, face, media_type, width, height, bytes) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (device_type_id, face) DO UPDATE SET media_type = excluded.media_type, width = excluded.width, height = excluded.height, "
      "bytes = excluded.bytes WHERE i.bytes <> excluded.bytes";
  auto values = params(type, face, std::string(format.media_type), format.width, format.height, hex(bytes));
  co_return co_await change(connection, type, std::move(face), std::move(sql), std::move(values), std::move(who));
}

asio::awaitable<base::Result<void>> remove_image(Connection& connection, core::DeviceTypeId type, std::string face, AuditContext who) {
  const auto there = co_await image_tag(connection, type, face);
  if (!there) co_return Error::not_found("the device type has no " + face + " image");
  auto values = params(type, face);
  std::string sql = "DELETE FROM device_type_images WHERE device_type_id = $1 AND face = $2";
  co_return co_await change(connection, type, std::move(face), std::move(sql), std::move(values), std::move(who));
}

}  // namespace dcim::store
