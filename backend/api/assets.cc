#include "api/assets.h"

#include "api/errors.h"

namespace dcim::api {
namespace {

// Null where the type says nothing.
std::optional<double> watts_in(const core::Sensor& sensor, double value) {
  if (sensor.unit == "W") return value;
  if (sensor.unit == "kW") return value * 1000;
  return std::nullopt;
}

asio::awaitable<PowerReadings> read_power(Call& call, std::vector<core::SensorId> sensors) {
  PowerReadings out;
  if (sensors.empty()) co_return out;
  const auto& inventory = *call.inventory;
  co_await call.services().live.read([&](live::Live& live) {
    for (const auto id : sensors) {
      const auto* sensor = inventory.sensor(id);
      const auto* latest = sensor ? live.latest(id) : nullptr;
      if (!latest || latest->quality == core::Quality::bad) continue;
      if (const auto watts = watts_in(*sensor, latest->value)) out.emplace(id, PowerReading{*watts, latest->ts});
    }
    return true;
  });
  // What is stale is no measure of now.
  std::erase_if(out, [&](const auto& each) { return core::stale(*inventory.sensor(each.first), each.second.ts, call.now()); });
  co_return out;
}

void write_position(JsonWriter& json, const std::optional<core::Position>& position) {
  json.member("position", position ? boost::json::value(core::json_of(*position)) : boost::json::value(nullptr));
}

template <class Thing>
void write_named(JsonWriter& json, std::string_view name, const Thing* thing) {
  json.member(std::string(name) + "_id", thing ? std::optional(thing->id) : std::nullopt);
  json.member(name, thing ? std::optional(thing->name) : std::nullopt);
}

}  // namespace

asio::awaitable<PowerReadings> power_of(Call& call, const std::vector<store::AssetRow>& rows) {
  std::vector<core::SensorId> sensors;
  for (const auto& row : rows) {
    if (row.asset.power_sensor) sensors.push_back(*row.asset.power_sensor);
  }
  co_return co_await read_power(call, std::move(sensors));
}

asio::awaitable<PowerReadings> power_of_site(Call& call) {
  std::vector<core::SensorId> sensors;
  for (const auto& sensor : call.inventory->sensors()) {
    if (sensor.site_id == call.site->id && (sensor.unit == "W" || sensor.unit == "kW")) sensors.push_back(sensor.id);
  }
  co_return co_await read_power(call, std::move(sensors));
}

void write_device(JsonWriter& json, const store::AssetRow& row, const Call& call, const PowerReadings& power) {
  const auto& a = row.asset;
  json.begin_object().member("id", a.id).member("version", a.version).member("site", call.site->code);
  write_named(json, "room", a.room ? call.inventory->room(*a.room) : nullptr);
  write_named(json, "rack", a.rack ? call.inventory->rack(*a.rack) : nullptr);
  json.member("name", a.name).member("role", a.role).key("device_type");
  if (row.type) {
    json.begin_object().member("id", row.type->id).member("manufacturer", row.type->manufacturer).member("model", row.type->model);
    json.member("height_u", row.type->height_u).member("full_depth", row.type->full_depth).member("width", row.type->half_width ? "half" : "full");
    json.end_object();
  } else {
    json.value(nullptr);
  }
  json.member("serial", a.serial).member("asset_tag", a.asset_tag).member("ip", a.ip).member("status", a.status);
  json.member("install_date", a.install_date).member("owner", a.owner).member("warranty_until", a.warranty_until).member("notes", a.notes);
  json.key("tags").begin_array();
  for (const auto& tag : a.tags) json.value(tag);
  json.end_array().member("feeds", a.feeds);
  write_position(json, a.position);
  json.member("power_sensor_id", a.power_sensor).key("power").begin_object();
  const auto measured = a.power_sensor ? power.find(*a.power_sensor) : power.end();
  const bool is_measured = measured != power.end();
  json.member("watts", is_measured ? std::optional(measured->second.watts) : row.type ? row.type->power_typical_w : std::nullopt);
  json.member("measured", is_measured).member("ts", is_measured ? std::optional(measured->second.ts) : std::nullopt).end_object();
  json.member("monitored", row.monitored).member("sensors", row.sensors).member("updated_at", row.updated_at).end_object();
}

void write_device_type(JsonWriter& json, const core::DeviceType& type, int devices, const store::ImageTags& images) {
  json.begin_object().member("id", type.id).member("version", type.version);
  for (const auto& [key, value] : core::json_of(type)) json.member({key.data(), key.size()}, value);
  json.member("devices", devices).key("images").begin_object().member("front", images.front).member("rear", images.rear).end_object().end_object();
}

void write_reservation(JsonWriter& json, const core::Reservation& reservation) {
  json.begin_object().member("id", reservation.id).member("rack_id", reservation.rack);
  for (const auto& [key, value] : core::json_of(reservation)) json.member({key.data(), key.size()}, value);
  json.member("created_by", reservation.created_by).member("created_at", reservation.created_at).end_object();
}

void add_change(Response& response, std::optional<std::int64_t> change) {
  if (change) response.headers.emplace_back("X-Change-Id", std::to_string(*change));
}

Response no_content(std::optional<std::int64_t> change) {
  Response response;
  response.status = 204;
  response.content_type.clear();
  add_change(response, change);
  return response;
}

asio::awaitable<Response> device_response(Call& call, store::Connection& connection, core::DeviceId id, std::optional<std::int64_t> change,
                                          unsigned status) {
  auto row = co_await store::asset(connection, id);
  if (!row) co_return problem(base::Error::not_found("there is no device " + std::to_string(id.value)), call.request_id);
  std::vector<store::AssetRow> rows;
  rows.push_back(std::move(*row));
  const auto power = co_await power_of(call, rows);
  JsonWriter json;
  write_device(json, rows.front(), call, power);
  auto response = json_response(json.take(), status);
  response.headers.emplace_back("ETag", '"' + std::to_string(rows.front().asset.version) + '"');
  add_change(response, change);
  co_return response;
}

}  // namespace dcim::api
