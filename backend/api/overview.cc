#include "core/overview.h"

#include "api/handlers.h"
#include "api/latest.h"

namespace dcim::api {
namespace {

void write_figure(JsonWriter& json, std::string_view name, const core::Figure& figure) {
  json.key(name).begin_object().member("value", figure.value).member("unit", figure.unit).member("ts", figure.ts);
  json.member("reporting", figure.reporting).member("expected", figure.expected).end_object();
}

void write_room(JsonWriter& json, const core::RoomOverview& overview, const core::Room& room) {
  json.begin_object().member("id", room.id).member("code", room.code).member("name", room.name);
  json.member("status", core::name_of(overview.status)).key("reasons").begin_array();
  for (const auto& reason : overview.reasons) json.value(reason);
  json.end_array();
  write_figure(json, "power", overview.power);
  write_figure(json, "average_inlet", overview.average_inlet);
  write_figure(json, "maximum_inlet", overview.maximum_inlet);
  json.member("sensors_reporting", overview.sensors_reporting).member("sensors_total", overview.sensors_total);
  json.member("racks", overview.racks).end_object();
}

}  // namespace

asio::awaitable<base::Result<Response>> get_overview(Call& call) {
  const auto latest = co_await latest_of_site(call.services().live, call.inventory, call.site->id);
  const auto now = call.now();
  const auto overview = core::overview(*call.inventory, call.site->id, latest, now);
  JsonWriter json;
  json.begin_object().key("site");
  write_site(json, *call.site);
  json.member("server_time", now);
  write_figure(json, "total_power", overview.total_power);
  write_figure(json, "average_inlet", overview.average_inlet);
  write_figure(json, "maximum_inlet", overview.maximum_inlet);
  json.member("maximum_inlet_rack", overview.maximum_inlet_rack);
  json.member("sensors_reporting", overview.sensors_reporting).member("sensors_total", overview.sensors_total);
  json.key("rooms").begin_array();
  for (const auto& room : overview.rooms) write_room(json, room, *call.inventory->room(room.id));
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
