// The plan of a room, as it is or was, and to edit.
#include "store/room_plans.h"

#include "api/handlers.h"
#include "api/latest.h"

namespace dcim::api {
namespace {

void write_placement(JsonWriter& json, const std::optional<core::Placement>& placement) {
  json.key("placement");
  if (!placement) {
    json.value(nullptr);
    return;
  }
  json.begin_object().member("x_m", placement->x_m).member("y_m", placement->y_m).member("rotation_deg", placement->rotation_deg);
  json.member("width_m", placement->width_m).member("depth_m", placement->depth_m).end_object();
}

void write_aisles(JsonWriter& json, const core::RoomPlan& plan) {
  json.key("aisles").begin_array();
  for (const auto& aisle : plan.aisles) {
    json.begin_object().member("name", aisle.name).member("type", core::name_of(aisle.type)).member("x_m", aisle.x_m).member("y_m", aisle.y_m);
    json.member("width_m", aisle.width_m).member("depth_m", aisle.depth_m).end_object();
  }
  json.end_array();
}

// `stored` empty: nobody has drawn one.
Response plan_response(const Call& call, std::optional<store::RoomPlanVersion> stored) {
  const auto& room = *call.room;
  const auto contents = core::contents_of(*call.inventory, room.id);
  const int version = stored ? stored->version : 0;
  const auto valid_from = stored ? std::optional(stored->valid_from) : std::nullopt;
  const auto plan = stored ? core::completed(std::move(stored->plan), contents) : core::automatic_plan(contents);
  JsonWriter json;
  json.begin_object().key("room");
  write_room(json, room, call.site->code);
  json.member("version", version).member("valid_from", valid_from).member("width_m", plan.width_m).member("depth_m", plan.depth_m);
  json.member("ashrae_class", core::name_of(plan.ashrae_class));
  write_aisles(json, plan);
  json.key("racks").begin_array();
  for (const auto& placed : plan.racks) {
    const auto& rack = *call.inventory->rack(placed.id);
    json.begin_object().member("id", rack.id).member("name", rack.name).member("row", placed.row).member("height_u", rack.height_u);
    json.member("rated_power_kw", rack.rated_power_kw);
    write_placement(json, placed.placement);
    json.end_object();
  }
  json.end_array().key("units").begin_array();
  for (const auto& placed : plan.units) {
    const auto& device = *call.inventory->device(placed.id);
    json.begin_object().member("device_id", device.id).member("name", device.name).member("type", device.type);
    write_placement(json, placed.placement);
    json.key("serves").begin_array();
    for (const auto rack : placed.serves) json.value(rack);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  auto response = json_response(json.take());
  response.headers.emplace_back("ETag", '"' + std::to_string(version) + '"');
  return response;
}

}  // namespace

asio::awaitable<base::Result<Response>> get_room_plan(Call& call) {
  const auto at = call.time_parameter("at");
  if (!at) co_return at.error();
  auto connection = co_await call.services().pool.acquire();
  auto stored = co_await store::room_plan(*connection, call.room->id, *at);
  co_return plan_response(call, std::move(stored));
}

asio::awaitable<base::Result<Response>> update_room_plan(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  const auto version = if_match(call);
  if (!version) co_return version.error();
  const auto contents = core::contents_of(*call.inventory, call.room->id);
  auto plan = core::room_plan_from_json(*json, contents);
  if (!plan) co_return plan.error();
  auto connection = co_await call.services().pool.acquire();
  const auto saved = co_await store::save_room_plan(*connection, *call.site, *call.room, std::move(*plan), *version, call.now(), call.audit());
  if (!saved) co_return saved.error();
  auto stored = co_await store::room_plan(*connection, call.room->id, std::nullopt);
  co_return plan_response(call, std::move(stored));
}

}  // namespace dcim::api
