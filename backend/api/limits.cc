// The limits that hold for each sensor now: what charts draw as bands and plans colour by. One truth, the alarm rules.
#include "api/handlers.h"

namespace dcim::api {
namespace {

using base::Error;

// More take a room, a rack or a kind.
constexpr int kMostItems = 20'000;

std::string_view scope_of(const core::RuleScope& scope) {
  constexpr std::array<std::string_view, 5> kNames{"kind", "site", "room", "rack", "sensor"};
  return kNames[static_cast<std::size_t>(scope.rank())];
}

}  // namespace

asio::awaitable<base::Result<Response>> list_limits(Call& call) {
  const auto room = room_parameter(call);
  if (!room) co_return room.error();
  const auto rack = rack_parameter(call);
  if (!rack) co_return rack.error();
  const auto kind = call.parameter("kind");
  const auto rules = co_await call.services().live.read([](live::Live& live) { return live.alarms().rules(); });
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  int items = 0;
  for (const auto& sensor : call.inventory->sensors()) {
    if (sensor.site_id != call.site->id || (*room && sensor.room_id != *room) || (*rack && sensor.rack_id != *rack)) continue;
    if (kind && sensor.kind != *kind) continue;
    const auto* rule = rules->rule_for(core::RuleType::limits, sensor);
    if (!rule || !rule->enabled) continue;
    if (++items > kMostItems)
      co_return Error::invalid("room", "is required: the site has more than " + std::to_string(kMostItems) + " sensors with limits");
    json.begin_object().member("sensor_id", sensor.id).member("kind", sensor.kind).member("unit", sensor.unit);
    json.member("rule_id", rule->id).member("rule", rule->name).member("scope", scope_of(rule->scope)).member("version", rule->version);
    json.member("levels", core::json_of(rule->levels)).member("dead_band", rule->dead_band).end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
