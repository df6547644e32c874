#include "api/latest.h"

#include "api/handlers.h"

namespace dcim::api {
namespace {

void copy(const live::Live& live, core::SensorId id, core::LatestReadings& to) {
  if (const auto* latest = live.latest(id)) to.try_emplace(id, core::Reading{id, latest->ts, latest->value, latest->quality});
}

}  // namespace

asio::awaitable<core::LatestReadings> latest_of_site(live::Live& live, core::InventoryPtr inventory, core::SiteId site) {
  co_return co_await live.read([&inventory, site](live::Live& l) {
    core::LatestReadings out;
    for (const auto& sensor : inventory->sensors()) {
      if (sensor.site_id == site) copy(l, sensor.id, out);
    }
    return out;
  });
}

asio::awaitable<core::LatestReadings> latest_of(live::Live& live, core::SensorId sensor) {
  co_return co_await live.read([sensor](live::Live& l) {
    core::LatestReadings out;
    copy(l, sensor, out);
    return out;
  });
}

asio::awaitable<base::Result<Response>> list_latest(Call& call) {
  std::vector<core::Reading> readings;
  co_await call.services().live.read([&call, &readings](live::Live& live) {
    for (const auto& sensor : call.inventory->sensors()) {
      if (sensor.site_id != call.site->id) continue;
      if (const auto* latest = live.latest(sensor.id)) readings.push_back({sensor.id, latest->ts, latest->value, latest->quality});
    }
    return true;
  });
  JsonWriter json;
  json.begin_object().member("site", call.site->code).member("server_time", call.now());
  write_reading_rows(json, readings);
  json.end_object();
  co_return json_response(json.take());
}

void write_reading_rows(JsonWriter& json, const std::vector<core::Reading>& readings) {
  json.key("columns").begin_array().value("sensor_id").value("ts_ms").value("value").value("quality").end_array();
  json.key("readings").begin_array();
  for (const auto& r : readings) {
    json.begin_array().value(r.sensor_id).value(base::to_unix_ms(r.ts)).value(r.value).value(static_cast<int>(r.quality)).end_array();
  }
  json.end_array();
}

void write_site(JsonWriter& json, const core::Site& site) {
  json.begin_object().member("id", site.id).member("code", site.code).member("name", site.name);
  json.member("time_zone", site.time_zone).member("simulated", site.simulated).end_object();
}

void write_room(JsonWriter& json, const core::Room& room, const std::string& site) {
  json.begin_object().member("id", room.id).member("site", site).member("code", room.code).member("name", room.name).end_object();
}

}  // namespace dcim::api
