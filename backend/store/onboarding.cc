#include "store/onboarding.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace dcim::store {
namespace {

using base::Error;
using base::ErrorCode;

boost::json::object json_of(const core::SensorDocument& sensor) {
  boost::json::object out;
  out["name"] = sensor.name;
  out["kind"] = sensor.kind;
  out["unit"] = sensor.unit;
  out["field"] = sensor.field;
  return out;
}

asio::awaitable<base::Result<void>> insert_sensor(Connection& connection, core::DeviceId device, std::string topic, core::SensorDocument sensor) {
  const auto listener = co_await connection.query(
      "SELECT d.name FROM sensors s JOIN devices d ON d.id = s.device_id WHERE s.topic = $1 AND s.field = $2", params(topic, sensor.field));
  if (!listener.empty()) co_return Error{ErrorCode::conflict, listener.text(0, 0) + " listens to it already", sensor.pointer + "/field"};
  const auto namesake = co_await connection.query("SELECT FROM sensors WHERE device_id = $1 AND name = $2", params(device, sensor.name));
  if (!namesake.empty()) co_return Error{ErrorCode::conflict, "the device has a sensor of this name", sensor.pointer + "/name"};
  auto values = params(device, sensor.name, sensor.kind, sensor.unit, topic, sensor.field, sensor.scale, sensor.offset, sensor.interval_s);
  co_await connection.query(
      "INSERT INTO sensors (device_id, name, kind, unit, topic, field, scale, value_offset, interval_s) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      std::move(values));
  co_return base::Result<void>();
}

}  // namespace

asio::awaitable<base::Result<void>> adopt_topic(Connection& connection, core::Site site, core::DeviceId device, std::string topic,
                                                std::vector<core::SensorDocument> sensors, AuditContext who) {
  const auto seen = co_await connection.query("DELETE FROM discovered_topics WHERE topic = $1 AND site = $2", params(topic, site.code));
  if (seen.affected() == 0) co_return Error::invalid("/topic", "is not among the discovered topics of this site");
  const auto owner = co_await connection.query("SELECT name FROM devices WHERE topic = $1 AND id <> $2", params(topic, device));
  if (!owner.empty()) co_return Error{ErrorCode::conflict, "is the topic of " + owner.text(0, 0) + ": add the sensors to it", "/topic"};
  co_await connection.query("UPDATE devices SET topic = $2, version = version + 1, updated_at = now() WHERE id = $1 AND topic IS NULL",
                            params(device, topic));
  boost::json::array added;
  for (const auto& sensor : sensors) {
    const auto inserted = co_await insert_sensor(connection, device, topic, sensor);
    if (!inserted) co_return inserted.error();
    added.push_back(json_of(sensor));
  }
  const auto name = co_await connection.query("SELECT name FROM devices WHERE id = $1", params(device));
  AuditRow row;
  row.action = "device.adopt";
  row.object = "device " + std::to_string(device.value) + " (" + (name.empty() ? "" : name.text(0, 0)) + ")";
  row.site = site.code;
  row.subjects = {"device:" + std::to_string(device.value)};
  boost::json::object after;
  after["topic"] = topic;
  after["sensors"] = std::move(added);
  row.after = std::move(after);
  co_await write_audit(connection, std::move(who), std::move(row));
  co_return base::Result<void>();
}

}  // namespace dcim::store
