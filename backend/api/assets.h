// Devices, racks and reservations as JSON, for the handlers of assets: one shape wherever they stand.
#pragma once

#include <map>

#include "api/handlers.h"
#include "store/asset_changes.h"
#include "store/assets.h"
#include "store/device_type_images.h"
#include "store/racks.h"

namespace dcim::api {

/// What the sensors that measure these devices say now, in W. In one visit to the live strand.
struct PowerReading {
  double watts = 0;
  base::Timestamp ts;
};
using PowerReadings = std::map<core::SensorId, PowerReading>;
asio::awaitable<PowerReadings> power_of(Call& call, const std::vector<store::AssetRow>& rows);
/// Of every sensor of the site that measures a device in W or kW.
asio::awaitable<PowerReadings> power_of_site(Call& call);

void write_device(JsonWriter& json, const store::AssetRow& row, const Call& call, const PowerReadings& power);
void write_device_type(JsonWriter& json, const core::DeviceType& type, int devices, const store::ImageTags& images);
/// With its ETag.
asio::awaitable<base::Result<Response>> device_type_response(Call& call, store::Connection& connection, core::DeviceTypeId id, unsigned status = 200);
void write_reservation(JsonWriter& json, const core::Reservation& reservation);

/// With its ETag and, after a change, X-Change-Id: the audit row, by which it can be undone.
asio::awaitable<Response> device_response(Call& call, store::Connection& connection, core::DeviceId id, std::optional<std::int64_t> change,
                                          unsigned status = 200);
/// A change of devices on its way: work() is done in a transaction of its own, which is committed when it is not refused and every place is free.
struct Editing {
  store::Connection& connection;
  const core::Catalogue& catalogue;
  store::AssetChanges& changes;
  bool dry_run = false;  // set by work: nothing of it stays
};
using EditDevices = asio::awaitable<base::Result<Response>> (*)(Call&, Editing&);
/// `batch`: many as one.
asio::awaitable<base::Result<Response>> edit_devices(Call& call, bool batch, EditDevices work);

/// What the racks cannot carry as they are in the connection's transaction: "power", "weight", "feeds", each with a sentence.
using RackWarnings = std::map<core::RackId, std::map<std::string, std::string>>;
asio::awaitable<RackWarnings> rack_warnings(Call& call, store::Connection& connection, std::vector<core::RackId> racks);

/// What list and export ask for.
base::Result<store::AssetFilter> asset_filter(const Call& call);
asio::awaitable<base::Result<store::AssetOrder>> asset_order(Call& call);

void add_change(Response& response, std::optional<std::int64_t> change);
Response no_content(std::optional<std::int64_t> change = std::nullopt);

}  // namespace dcim::api
