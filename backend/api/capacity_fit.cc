// Where does it fit? Places for new devices, ranked; and one of them kept free, all or nothing.
#include "core/capacity_fit.h"

#include <algorithm>
#include <cmath>

#include "api/assets.h"
#include "api/capacity.h"
#include "store/device_types.h"

namespace dcim::api {
namespace {

using base::Error;

asio::awaitable<core::Catalogue> catalogue_for(store::Connection& connection, const boost::json::value& json) {
  const auto type = core::named_type(json);
  if (!type) co_return core::Catalogue();
  std::vector ids{*type};
  co_return co_await store::load_catalogue(connection, std::move(ids));
}

void write_slot(JsonWriter& json, const core::Slot& slot) {
  json.begin_object().member("u", slot.u).member("height_u", slot.height_u).member("face", core::name_of(slot.face));
  json.member("side", core::name_of(slot.side)).end_object();
}

void write_place(JsonWriter& json, const core::FitPlace& place, const std::vector<core::RackContents>& racks) {
  json.begin_object().member("score", std::round(place.score)).key("racks").begin_array();
  for (const auto& part : place.racks) {
    const auto& rack = racks[part.rack];
    json.begin_object().member("rack_id", rack.id).member("rack", rack.name).member("room_id", rack.room_id).member("row", rack.row);
    json.key("slots").begin_array();
    for (const auto& slot : part.slots) write_slot(json, slot);
    json.end_array().end_object();
  }
  json.end_array().key("reasons").begin_array();
  for (const auto& reason : place.reasons) json.value(reason);
  json.end_array().end_object();
}

}  // namespace

asio::awaitable<base::Result<Response>> find_fit(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  auto connection = co_await call.services().pool.acquire();
  const auto catalogue = co_await catalogue_for(*connection, *json);
  const auto request = core::fit_request_from_json(*json, catalogue, *call.inventory, call.site->id);
  if (!request) co_return request.error();
  const auto measured = co_await measured_racks(call, *connection);
  const auto all = core::capacity_of(measured.racks, measured.yardstick);
  const auto fit = core::fit(measured.racks, all.racks, *request);
  JsonWriter out;
  out.begin_object().key("places").begin_array();
  for (const auto& place : fit.places) write_place(out, place, measured.racks);
  out.end_array().key("refused").begin_array();
  for (const auto& refusal : fit.refused) {
    const auto& rack = measured.racks[refusal.rack];
    out.begin_object()
        .member("rack_id", rack.id)
        .member("rack", rack.name)
        .member("room_id", rack.room_id)
        .member("reason", refusal.reason)
        .end_object();
  }
  out.end_array().end_object();
  co_return json_response(out.take());
}

asio::awaitable<base::Result<Response>> reserve_fit(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  auto connection = co_await call.services().pool.acquire();
  const auto catalogue = co_await catalogue_for(*connection, *json);
  const auto wanted = core::reservations_from_json(*json, catalogue, *call.inventory, call.site->id, call.now());
  if (!wanted) co_return wanted.error();
  std::vector<core::RackId> racks;
  for (const auto& one : *wanted) {
    if (racks.empty() || racks.back() != one.rack) racks.push_back(one.rack);
  }
  auto transaction = co_await store::Transaction::begin(*connection);
  const auto batch = co_await store::next_batch(*connection);
  store::RackChanges changes(*connection, *call.site, call.audit(), batch);
  co_await store::hold_racks(*connection, racks);
  std::vector<core::ReservationId> made;
  for (const auto& one : *wanted) {
    const auto id = co_await changes.reserve(one);
    if (!id) {
      co_await transaction.rollback();
      co_return id.error();
    }
    made.push_back(*id);
  }
  co_await transaction.commit();
  const auto all = co_await store::reservations_in_racks(*connection, std::move(racks));
  JsonWriter out;
  out.begin_object().member("batch_id", batch).key("reservations").begin_array();
  for (const auto& one : all) {
    if (std::ranges::find(made, one.id) != made.end()) write_reservation(out, one);
  }
  out.end_array().end_object();
  co_return json_response(out.take(), 201);
}

}  // namespace dcim::api
