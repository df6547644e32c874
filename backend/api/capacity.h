// The capacity of racks as JSON, for the handlers that show racks.
#pragma once

#include "api/handlers.h"
#include "core/capacity.h"

namespace dcim::api {

/// With what their sensors say now.
struct MeasuredRacks {
  std::vector<core::RackContents> racks;
  core::Yardstick yardstick;
};
/// Of the call's site: those that are given, or all.
asio::awaitable<MeasuredRacks> measured_racks(Call& call, store::Connection& connection,
                                              std::optional<std::vector<core::RackId>> racks = std::nullopt);

void write_capacity(JsonWriter& json, const core::Capacity& capacity);

}  // namespace dcim::api
