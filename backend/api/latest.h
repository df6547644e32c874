// Latest readings, copied from the live strand in one visit; and the JSON of a site, which several answers hold.
#pragma once

#include "api/http.h"
#include "core/overview.h"
#include "live/live.h"

namespace dcim::api {

namespace asio = boost::asio;

/// Of all sensors of the site that have one.
asio::awaitable<core::LatestReadings> latest_of_site(live::Live& live, core::InventoryPtr inventory, core::SiteId site);
/// Of one sensor; empty when it has none.
asio::awaitable<core::LatestReadings> latest_of(live::Live& live, core::SensorId sensor);

void write_site(JsonWriter& json, const core::Site& site);

}  // namespace dcim::api
