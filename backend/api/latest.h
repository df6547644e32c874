// Latest readings, copied from the live strand in one visit; and the JSON of a site and a room, which several answers hold.
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

/// The members "columns" and "readings": one row for each.
void write_reading_rows(JsonWriter& json, const std::vector<core::Reading>& readings);
void write_site(JsonWriter& json, const core::Site& site);
void write_room(JsonWriter& json, const core::Room& room, const std::string& site);

}  // namespace dcim::api
