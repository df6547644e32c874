#include "api/latest.h"

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

void write_site(JsonWriter& json, const core::Site& site) {
  json.begin_object().member("id", site.id).member("code", site.code).member("name", site.name);
  json.member("time_zone", site.time_zone).member("simulated", site.simulated).end_object();
}

}  // namespace dcim::api
