// A room as it was at a moment, and what happened in a range: what the slider under the floor plan asks.
#include "store/room_past.h"

#include "api/handlers.h"
#include "api/latest.h"
#include "api/readings.h"
#include "store/room_plans.h"

namespace dcim::api {
namespace {

using base::Error;
using namespace std::chrono_literals;

constexpr int kMostOpenAlarms = 5000;
constexpr int kMostTimelineAlarms = 2000;
constexpr int kMostPlans = 1000;
constexpr auto kLongestTimeline = 24h * 400;

std::vector<const core::Sensor*> sensors_of_room(const Call& call) {
  std::vector<const core::Sensor*> out;
  for (const auto& sensor : call.inventory->sensors()) {
    if (sensor.room_id == call.room->id) out.push_back(&sensor);
  }
  return out;
}

void write_alarm(JsonWriter& json, const store::AlarmThen& alarm) {
  json.begin_object().member("id", alarm.id).member("severity", core::name_of(alarm.then.severity)).member("state", core::name_of(alarm.then.state));
  json.member("rack_id", alarm.rack).member("device_id", alarm.device).member("sensor_id", alarm.sensor).member("raised_at", alarm.raised_at);
  json.end_object();
}

void write_alarm(JsonWriter& json, const store::TimelineAlarm& alarm) {
  json.begin_object().member("id", alarm.id).member("severity", core::name_of(alarm.severity)).member("rule", alarm.rule);
  json.member("rack_id", alarm.rack).member("sensor_id", alarm.sensor).member("raised_at", alarm.raised_at).member("cleared_at", alarm.cleared_at);
  json.end_object();
}

}  // namespace

asio::awaitable<base::Result<Response>> get_room_state(Call& call) {
  const auto wanted = call.time_parameter("at");
  if (!wanted) co_return wanted.error();
  if (!*wanted) co_return Error::invalid("at", "is required: a moment");
  const auto at = **wanted;
  auto sensors = sensors_of_room(call);
  auto connection = co_await call.services().pool.acquire();
  const auto plan = co_await store::room_plan(*connection, call.room->id, at);
  const auto readings = co_await store::readings_at(*connection, std::move(sensors), at);
  const auto alarms = co_await store::alarms_at(*connection, call.site->id, call.room->id, at, kMostOpenAlarms);
  JsonWriter json;
  json.begin_object().member("at", at).member("plan_version", plan ? plan->version : 0);
  write_reading_rows(json, readings);
  json.key("alarms").begin_array();
  for (const auto& alarm : alarms) write_alarm(json, alarm);
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> get_room_timeline(Call& call) {
  const auto range = range_of(call, kLongestTimeline);
  if (!range) co_return range.error();
  auto ids = ids_of(sensors_of_room(call));
  auto connection = co_await call.services().pool.acquire();
  const auto earliest = co_await store::earliest_reading(*connection, std::move(ids));
  auto alarms = co_await store::alarms_between(*connection, call.site->id, call.room->id, range->from, range->to, kMostTimelineAlarms + 1);
  const auto plans = co_await store::room_plan_versions(*connection, call.room->id, kMostPlans);
  const bool truncated = alarms.size() > kMostTimelineAlarms;
  if (truncated) alarms.pop_back();
  JsonWriter json;
  json.begin_object().member("from", range->from).member("to", range->to).member("earliest", earliest).key("alarms").begin_array();
  for (const auto& alarm : alarms) write_alarm(json, alarm);
  json.end_array().member("truncated", truncated).key("plans").begin_array();
  for (const auto& plan : plans) json.begin_object().member("version", plan.version).member("valid_from", plan.valid_from).end_object();
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
