// Sites, rooms, racks and sensors, with the sensors' latest readings.
#include "api/handlers.h"
#include "api/latest.h"

namespace dcim::api {
namespace {

void write_sensor(JsonWriter& json, const core::Sensor& sensor, const Call& call, const core::LatestReadings& latest, base::Timestamp now) {
  const auto it = latest.find(sensor.id);
  json.begin_object().member("id", sensor.id).member("site", call.site->code).member("room_id", sensor.room_id).member("rack_id", sensor.rack_id);
  json.member("device_id", sensor.device_id).member("device_type", call.inventory->device(sensor.device_id)->type);
  json.member("device", sensor.device).member("name", sensor.name).member("kind", sensor.kind).member("unit", sensor.unit);
  json.member("topic", sensor.topic).member("field", sensor.field).member("expected_interval_s", sensor.interval_s).key("latest");
  if (it == latest.end()) {
    json.value(nullptr).member("stale", true).end_object();
    return;
  }
  const auto& reading = it->second;
  json.begin_object().member("ts", reading.ts).member("value", reading.value).member("quality", core::name_of(reading.quality)).end_object();
  json.member("stale", core::stale(sensor, reading.ts, now)).end_object();
}

}  // namespace

base::Result<std::optional<core::RoomId>> room_parameter(const Call& call) {
  const auto id = call.id_parameter("room");
  if (!id) return id.error();
  if (!*id) return std::optional<core::RoomId>();
  const auto* room = call.inventory->room(core::RoomId{**id});
  if (!room || room->site_id != call.site->id) {
    return base::Error{base::ErrorCode::not_found, "there is no room " + std::to_string(**id) + " in this site", "room"};
  }
  return std::optional(room->id);
}

base::Result<std::optional<core::RackId>> rack_parameter(const Call& call) {
  const auto id = call.id_parameter("rack");
  if (!id) return id.error();
  if (!*id) return std::optional<core::RackId>();
  const auto* rack = call.inventory->rack(core::RackId{**id});
  if (!rack || rack->site_id != call.site->id) {
    return base::Error{base::ErrorCode::not_found, "there is no rack " + std::to_string(**id) + " in this site", "rack"};
  }
  return std::optional(rack->id);
}

asio::awaitable<base::Result<Response>> list_sites(Call& call) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& site : call.inventory->sites()) {
    if (core::sees(call.session->principal, site.id)) write_site(json, site);
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> list_rooms(Call& call) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& room : call.inventory->rooms()) {
    if (room.site_id == call.site->id) write_room(json, room, call.site->code);
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> list_racks(Call& call) {
  const auto room = room_parameter(call);
  if (!room) co_return room.error();
  const auto& inventory = *call.inventory;
  std::unordered_map<core::RackId, std::vector<const core::Sensor*>> in_rack;
  for (const auto& sensor : inventory.sensors()) {
    if (sensor.site_id == call.site->id && sensor.rack_id && (!*room || sensor.room_id == *room)) in_rack[*sensor.rack_id].push_back(&sensor);
  }
  const auto latest = co_await latest_of_site(call.services().live, call.inventory, call.site->id);
  const auto now = call.now();
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& rack : inventory.racks()) {
    if (rack.site_id != call.site->id || (*room && rack.room_id != **room)) continue;
    json.begin_object().member("id", rack.id).member("room_id", rack.room_id).member("name", rack.name).member("height_u", rack.height_u);
    json.member("rated_power_kw", rack.rated_power_kw).key("sensors").begin_array();
    for (const auto* sensor : in_rack[rack.id]) write_sensor(json, *sensor, call, latest, now);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> list_sensors(Call& call) {
  const auto room = room_parameter(call);
  if (!room) co_return room.error();
  const auto rack = rack_parameter(call);
  if (!rack) co_return rack.error();
  const auto kind = call.parameter("kind");
  const auto latest = co_await latest_of_site(call.services().live, call.inventory, call.site->id);
  const auto now = call.now();
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& sensor : call.inventory->sensors()) {
    if (sensor.site_id != call.site->id || (*room && sensor.room_id != *room) || (*rack && sensor.rack_id != *rack)) continue;
    if (kind && sensor.kind != *kind) continue;
    write_sensor(json, sensor, call, latest, now);
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> get_sensor(Call& call) {
  const auto latest = co_await latest_of(call.services().live, call.sensor->id);
  JsonWriter json;
  write_sensor(json, *call.sensor, call, latest, call.now());
  co_return json_response(json.take());
}

}  // namespace dcim::api
