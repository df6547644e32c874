#include "store/onboarding.h"

#include "core/number_text.h"

namespace dcim::store {
namespace {

using base::Error;
using base::ErrorCode;

// "inlet-temperature, °C, field /value, × 0.1"
std::string text_of(const core::SensorDocument& sensor, const std::string& topic_of_device) {
  auto out = sensor.kind;
  const auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) out += std::string(", ") + what + value;
  };
  add("", sensor.unit);
  add("topic ", sensor.topic == topic_of_device ? "" : sensor.topic);
  add("field ", sensor.field);
  if (sensor.scale != 1) add("× ", core::limit_text(sensor.scale));
  if (sensor.offset != 0) add("+ ", core::limit_text(sensor.offset));
  if (sensor.interval_s) add("every ", core::limit_text(*sensor.interval_s) + " s");
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
  const auto first = co_await connection.query(
      "UPDATE devices SET topic = $2, version = version + 1, updated_at = now() WHERE id = $1 AND topic IS NULL", params(device, topic));
  for (auto& sensor : sensors) {
    sensor.topic = topic;
    const auto inserted = co_await insert_sensor(connection, device, topic, sensor);
    if (!inserted) co_return inserted.error();
  }
  const auto of = co_await connection.query("SELECT name, topic FROM devices WHERE id = $1", params(device));
  PublishingChange change{"device.adopt", device, of.text(0, 0), {}, publishing_json(of.text(0, 1), std::nullopt, sensors)};
  if (first.affected() == 0) change.after.erase("topic");
  co_await record_publishing(connection, std::move(site), std::move(change), std::move(who));
  co_return base::Result<void>();
}

boost::json::object publishing_json(const std::string& topic, std::optional<double> interval_s, const std::vector<core::SensorDocument>& sensors) {
  boost::json::object out;
  if (!topic.empty()) out["topic"] = topic;
  if (interval_s) out["interval_s"] = *interval_s;
  for (const auto& sensor : sensors) out["sensor " + sensor.name] = text_of(sensor, topic);
  return out;
}

asio::awaitable<void> record_publishing(Connection& connection, core::Site site, PublishingChange change, AuditContext who) {
  const auto before = change.before;
  for (const auto& [key, value] : before) {
    const auto* now = change.after.if_contains(key);
    if (!now || *now != value) continue;
    change.before.erase(key);
    change.after.erase(key);
  }
  if (change.before.empty() && change.after.empty()) co_return;
  AuditRow row;
  row.action = change.action;
  row.object = "device " + std::to_string(change.device.value) + " (" + change.name + ")";
  row.site = std::move(site.code);
  row.subjects = {"device:" + std::to_string(change.device.value)};
  row.batch = change.batch;
  if (!change.before.empty()) row.before = std::move(change.before);
  if (!change.after.empty()) row.after = std::move(change.after);
  co_await write_audit(connection, std::move(who), std::move(row));
}

}  // namespace dcim::store
