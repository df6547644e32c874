// Racks as assets: what stands in one, or in each of a row; their limits, and what is kept free in them.
#include "store/racks.h"

#include <algorithm>

#include "api/assets.h"
#include "api/capacity.h"
#include "store/room_plans.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr std::size_t kMostElevations = 200;

// What racks hold, read together.
struct Elevations {
  std::vector<store::RackRow> racks;
  std::vector<store::AssetRow> devices;
  std::vector<core::Reservation> reservations;
  std::unordered_map<core::RackId, std::string> rows;  // as in the rooms' plans
  PowerReadings power;
  std::unordered_map<core::RackId, core::Capacity> capacities;
};

asio::awaitable<Elevations> elevations(Call& call, store::Connection& connection, std::vector<store::RackRow> racks) {
  Elevations out;
  std::vector<core::RackId> ids;
  ids.reserve(racks.size());
  for (const auto& rack : racks) ids.push_back(rack.id);
  out.racks = std::move(racks);
  out.devices = co_await store::assets_in_racks(connection, ids);
  out.reservations = co_await store::reservations_in_racks(connection, ids);
  const auto measured = co_await measured_racks(call, connection, std::move(ids));
  for (const auto& rack : measured.racks) out.capacities.emplace(rack.id, core::capacity_of(rack, measured.yardstick));
  const auto plans = co_await store::room_plans_of_site(connection, call.site->id);
  for (const auto& plan : plans) {
    for (const auto& rack : plan.plan.racks) {
      if (rack.row) out.rows.emplace(rack.id, *rack.row);
    }
  }
  out.power = co_await power_of(call, out.devices);
  co_return out;
}

void write_rack(JsonWriter& json, const store::RackRow& rack, const Elevations& all, const Call& call) {
  const auto* room = call.inventory->room(rack.room);
  const auto row = all.rows.find(rack.id);
  json.begin_object().member("id", rack.id).member("version", rack.version).member("site", call.site->code).member("room_id", rack.room);
  json.member("room", room ? room->name : std::string()).member("row", row == all.rows.end() ? std::nullopt : std::optional(row->second));
  json.member("name", rack.name);
  for (const auto& [key, value] : core::json_of(rack.limits)) json.member({key.data(), key.size()}, value);
  json.key("devices").begin_array();
  for (const auto& device : all.devices) {
    if (device.asset.rack == rack.id) write_device(json, device, call, all.power);
  }
  json.end_array().key("reservations").begin_array();
  for (const auto& reservation : all.reservations) {
    if (reservation.rack == rack.id) write_reservation(json, reservation);
  }
  json.end_array().key("capacity");
  write_capacity(json, all.capacities.at(rack.id));
  json.end_object();
}

asio::awaitable<base::Result<Response>> rack_response(Call& call, store::Connection& connection, std::optional<std::int64_t> change) {
  auto racks = co_await store::racks(connection, call.site->id, std::nullopt, call.rack->id);
  if (racks.empty()) co_return Error::not_found("there is no rack " + std::to_string(call.id));
  const auto all = co_await elevations(call, connection, std::move(racks));
  JsonWriter json;
  write_rack(json, all.racks.front(), all, call);
  auto response = json_response(json.take());
  response.headers.emplace_back("ETag", '"' + std::to_string(all.racks.front().version) + '"');
  add_change(response, change);
  co_return response;
}

}  // namespace

asio::awaitable<base::Result<Response>> get_rack(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  co_return co_await rack_response(call, *connection, std::nullopt);
}

asio::awaitable<base::Result<Response>> update_rack(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  const auto version = if_match(call);
  if (!version) co_return version.error();
  auto connection = co_await call.services().pool.acquire();
  const auto found = co_await store::racks(*connection, call.site->id, std::nullopt, call.rack->id);
  if (found.empty()) co_return Error::not_found("there is no rack " + std::to_string(call.id));
  const auto limits = core::rack_limits_from_json(*json, found.front().limits);
  if (!limits) co_return limits.error();
  auto transaction = co_await store::Transaction::begin(*connection);
  store::RackChanges changes(*connection, *call.site, call.audit());
  const auto done = co_await changes.update(call.rack->id, *version, *limits);
  if (!done) {
    co_await transaction.rollback();
    co_return done.error();
  }
  co_await transaction.commit();
  co_return co_await rack_response(call, *connection, changes.last_change());
}

asio::awaitable<base::Result<Response>> list_elevations(Call& call) {
  const auto room = room_parameter(call);
  if (!room) co_return room.error();
  const auto wanted = call.ids_parameter("racks", kMostElevations);
  if (!wanted) co_return wanted.error();
  auto connection = co_await call.services().pool.acquire();
  auto racks = co_await store::racks(*connection, call.site->id, *room, std::nullopt);
  if (!wanted->empty()) {
    std::erase_if(racks, [&](const store::RackRow& rack) { return std::ranges::find(*wanted, rack.id.value) == wanted->end(); });
  }
  if (racks.size() > kMostElevations) {
    co_return Error::invalid(
        "racks", "is required where there are more than " + std::to_string(kMostElevations) + " racks: here are " + std::to_string(racks.size()));
  }
  const auto all = co_await elevations(call, *connection, std::move(racks));
  JsonWriter json;
  json.begin_object().key("racks").begin_array();
  for (const auto& rack : all.racks) write_rack(json, rack, all, call);
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> create_reservation(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  auto connection = co_await call.services().pool.acquire();
  const auto found = co_await store::racks(*connection, call.site->id, std::nullopt, call.rack->id);
  if (found.empty()) co_return Error::not_found("there is no rack " + std::to_string(call.id));
  auto reservation = core::reservation_from_json(*json, found.front().limits.height_u, call.now());
  if (!reservation) co_return reservation.error();
  reservation->rack = call.rack->id;
  auto transaction = co_await store::Transaction::begin(*connection);
  store::RackChanges changes(*connection, *call.site, call.audit());
  const auto made = co_await changes.reserve(std::move(*reservation));
  if (!made) {
    co_await transaction.rollback();
    co_return made.error();
  }
  co_await transaction.commit();
  std::vector racks{call.rack->id};
  const auto all = co_await store::reservations_in_racks(*connection, std::move(racks));
  const auto it = std::ranges::find(all, *made, &core::Reservation::id);
  if (it == all.end()) co_return Error::conflict("the reservation has been removed meanwhile");
  JsonWriter out;
  write_reservation(out, *it);
  auto response = json_response(out.take(), 201);
  add_change(response, changes.last_change());
  co_return response;
}

asio::awaitable<base::Result<Response>> delete_reservation(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  auto transaction = co_await store::Transaction::begin(*connection);
  store::RackChanges changes(*connection, *call.site, call.audit());
  const auto done = co_await changes.release(core::ReservationId{call.id});
  if (!done) {
    co_await transaction.rollback();
    co_return done.error();
  }
  co_await transaction.commit();
  co_return no_content(changes.last_change());
}

}  // namespace dcim::api
