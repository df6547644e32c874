// The key figures of a site, its health and its PUE, now and through the last hours.
#include "core/overview.h"

#include <algorithm>
#include <charconv>

#include "api/handlers.h"
#include "api/latest.h"
#include "api/series.h"
#include "core/health.h"
#include "core/pue.h"
#include "store/room_past.h"

namespace dcim::api {
namespace {

using base::Error;
using namespace std::chrono_literals;

constexpr auto kTrendWidth = std::chrono::seconds(5min);
constexpr int kTrendHours = 24, kMostTrendHours = 24 * 7;

// What the live strand knows of the site.
struct Seen {
  core::LatestReadings latest;
  std::vector<core::StandingAlarm> alarms;
  std::unordered_set<core::DeviceId> offline;
};

asio::awaitable<Seen> see(const Call& call) {
  Seen out;
  out.latest = co_await latest_of_site(call.services().live, call.inventory, call.site->id);
  co_await call.services().live.read([&call, &out](live::Live& live) {
    out.alarms = live.standing_alarms(call.site->id);
    for (const auto& device : call.inventory->devices()) {
      const auto* availability = device.site_id == call.site->id ? live.availability(device.id) : nullptr;
      if (availability && !availability->online) out.offline.insert(device.id);
    }
    return true;
  });
  co_return out;
}

void write_figure(JsonWriter& json, std::string_view name, const core::Figure& figure) {
  json.key(name).begin_object().member("value", figure.value).member("unit", figure.unit).member("ts", figure.ts);
  json.member("reporting", figure.reporting).member("expected", figure.expected).member("status", core::name_of(figure.status)).end_object();
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

void write_health(JsonWriter& json, const core::Health& health) {
  json.key("health").begin_object().member("score", health.score).member("word", health.word).key("parts").begin_array();
  for (const auto& part : health.parts) {
    json.begin_object().member("key", part.key).member("weight", part.weight).member("lost", part.lost).key("reasons").begin_array();
    for (const auto& reason : part.reasons) json.begin_object().member("text", reason.text).member("href", reason.href).end_object();
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

void write_pue(JsonWriter& json, const core::Pue& pue) {
  json.key("pue").begin_object().member("value", pue.value).member("method", pue.method).member("category", pue.category);
  json.member("facility_kw", pue.facility_kw).member("it_kw", pue.it_kw).member("ts", pue.ts).member("reporting", pue.reporting);
  json.member("expected", pue.expected).member("note", pue.note).end_object();
}

// --- Trends ---

void write_row(JsonWriter& json, std::int64_t ms, double value, std::optional<double> low = {}, std::optional<double> high = {}) {
  json.begin_array().value(ms).value(value).value(low).value(high).end_array();
}

void write_sums(JsonWriter& json, std::string_view name, const Series& series) {
  json.key(name).begin_array();
  for (const auto& bucket : series.buckets) {
    if (series.covers(bucket)) write_row(json, bucket.start_ms, bucket.sum);
  }
  json.end_array();
}

// Energy over energy, bucket by bucket, where every meter tells.
void write_pues(JsonWriter& json, const Series& facility, const Series& it) {
  json.key("pue").begin_array();
  auto at = it.buckets.begin();
  for (const auto& whole : facility.buckets) {
    while (at != it.buckets.end() && at->start_ms < whole.start_ms) ++at;
    if (at == it.buckets.end() || at->start_ms != whole.start_ms) continue;
    const bool complete = static_cast<std::size_t>(whole.sensors) == facility.expected && static_cast<std::size_t>(at->sensors) == it.expected;
    if (complete && at->sum > 0 && whole.sum >= at->sum) write_row(json, whole.start_ms, whole.sum / at->sum);
  }
  json.end_array();
}

base::Result<int> hours_of(const Call& call) {
  const auto text = call.parameter("hours");
  if (!text) return kTrendHours;
  int hours = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), hours);
  if (failed != std::errc{} || end != text->data() + text->size() || hours < 1 || hours > kMostTrendHours) {
    return Error::invalid("hours", "must be a whole number from 1 to " + std::to_string(kMostTrendHours));
  }
  return hours;
}

}  // namespace

asio::awaitable<base::Result<Response>> get_overview(Call& call) {
  const auto seen = co_await see(call);
  const auto now = call.now();
  const auto overview = core::overview(*call.inventory, call.site->id, seen.latest, seen.alarms, now);
  const core::SiteNow site{*call.inventory, *call.site, seen.latest, seen.alarms, seen.offline, now};
  JsonWriter json;
  json.begin_object().key("site");
  write_site(json, *call.site);
  json.member("server_time", now);
  write_health(json, core::health(site));
  write_pue(json, core::pue(*call.inventory, call.site->id, seen.latest, now));
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

asio::awaitable<base::Result<Response>> get_overview_trends(Call& call) {
  const auto hours = hours_of(call);
  if (!hours) co_return hours.error();
  const auto site = call.site->id;
  const auto& inventory = *call.inventory;
  const Range range{floor_to(call.now() - std::chrono::hours(*hours), kTrendWidth), call.now()};
  const auto racks = core::sensors_of_kind(inventory, site, "rack-power");
  const auto inlets = core::sensors_of_kind(inventory, site, "inlet-temperature");
  const auto incomers = core::sensors_of_kind(inventory, site, "facility-power");
  const auto ways = core::it_power_of(inventory, site);
  const auto it_sensors = ways.empty() ? std::vector<const core::Sensor*>() : ways.front().sensors;
  auto cooling_sensors = core::sensors_of_kind(inventory, site, "cooling-plant-power");
  if (cooling_sensors.empty()) cooling_sensors = core::sensors_of_kind(inventory, site, "cooling-power");

  auto connection = co_await call.services().pool.acquire();
  const auto power = co_await power_series(*connection, racks, range, kTrendWidth);
  auto it = power;
  if (it_sensors != racks) it = co_await power_series(*connection, it_sensors, range, kTrendWidth);
  const auto cooling = co_await power_series(*connection, cooling_sensors, range, kTrendWidth);
  const auto facility = co_await power_series(*connection, incomers, range, kTrendWidth);
  const auto inlet = co_await series_of(*connection, inlets, range, kTrendWidth);
  const auto open = co_await store::open_alarm_counts(*connection, site, range.from, range.to, kTrendWidth);

  JsonWriter json;
  json.begin_object().member("from", range.from).member("to", range.to).member("interval", "5m").key("columns").begin_array();
  for (const char* column : {"ts_ms", "avg", "min", "max"}) json.value(column);
  json.end_array();
  write_sums(json, "total_power", power);
  write_sums(json, "it_power", it);
  write_sums(json, "cooling_power", cooling);
  write_pues(json, facility, it);
  json.key("average_inlet").begin_array();
  for (const auto& b : inlet.buckets) write_row(json, b.start_ms, b.average, b.minimum, b.maximum);
  json.end_array().key("maximum_inlet").begin_array();
  for (const auto& b : inlet.buckets) write_row(json, b.start_ms, b.highest, std::nullopt, b.maximum);
  json.end_array().key("open_alarms").begin_array();
  for (const auto& count : open) write_row(json, count.start_ms, static_cast<double>(count.open));
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
