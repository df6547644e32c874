// How full it is: racks, rows, rooms and the site now, their past days, and when they are full.
#include "api/capacity.h"

#include <charconv>

#include "api/latest.h"
#include "api/series.h"
#include "core/forecast.h"
#include "core/pue.h"
#include "store/capacity.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr auto kDay = std::chrono::hours(24);
constexpr int kTrendDays = 90, kMostTrendDays = 730;

void write_named(JsonWriter& json, const core::Inventory& inventory, core::RoomId room) {
  const auto* found = inventory.room(room);
  json.member("room_id", room).member("name", found ? found->name : std::string());
}

base::Result<int> days_of(const Call& call) {
  const auto text = call.parameter("days");
  if (!text) return kTrendDays;
  int days = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), days);
  if (failed != std::errc{} || end != text->data() + text->size() || days < 1 || days > kMostTrendDays) {
    return Error::invalid("days", "must be a whole number from 1 to " + std::to_string(kMostTrendDays));
  }
  return days;
}

std::string date_text(core::Day day) {
  const std::chrono::year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

void write_trend(JsonWriter& json, std::string_view name, const std::vector<core::DayFigure>& days, std::optional<double> limit, core::Day today) {
  json.key(name).begin_object().member("limit", limit).key("points").begin_array();
  for (const auto& day : days) {
    json.begin_array().value(std::chrono::duration_cast<std::chrono::milliseconds>(day.day.time_since_epoch()).count()).value(day.value).end_array();
  }
  json.end_array();
  const auto forecast = core::forecast(days, limit, today);
  json.key("forecast").begin_object();
  json.member("full_on", forecast.full_on ? std::optional(date_text(*forecast.full_on)) : std::nullopt);
  json.member("per_day", forecast.per_day).member("r2", forecast.r2).member("basis", forecast.basis).end_object().end_object();
}

}  // namespace

asio::awaitable<MeasuredRacks> measured_racks(Call& call, store::Connection& connection, std::optional<std::vector<core::RackId>> racks) {
  MeasuredRacks out;
  out.racks = co_await store::rack_contents(connection, call.site->id, std::move(racks));
  out.yardstick = co_await store::yardstick(connection, call.site->id);
  const auto latest = co_await latest_of_site(call.services().live, call.inventory, call.site->id);
  core::measure(out.racks, *call.inventory, latest, call.now());
  co_return out;
}

void write_capacity(JsonWriter& json, const core::Capacity& c) {
  json.begin_object().key("u").begin_object().member("total", c.u.total).member("used", c.u.used).member("reserved", c.u.reserved);
  json.member("blocked", c.u.blocked).member("free", c.u.free).member("largest_free_block", c.u.largest_free_block).end_object();
  json.key("power_kw").begin_object().member("rated", c.rated_kw).member("measured", c.measured_kw).member("measured_coverage", c.measured_coverage);
  json.member("typical", c.typical_kw).member("nameplate", c.nameplate_kw).member("reserved", c.reserved_kw).member("load", c.load_kw);
  json.member("surviving_feed", c.surviving_kw()).member("surviving_feed_rated", c.surviving_rated_kw).end_object();
  json.key("weight_kg").begin_object().member("limit", c.weight_limit_kg).member("used", c.weight_kg).end_object();
  json.key("cooling_kw").begin_object().member("limit", c.cooling_kw).member("load", c.load_kw).end_object();
  json.member("devices", c.devices).member("racks", c.racks).member("racks_over", c.racks_over).key("over").begin_array();
  for (const auto limit : core::kLimits) {
    if (c.is_over(limit)) json.value(core::name_of(limit));
  }
  json.end_array().key("stranded");
  if (c.stranded) {
    json.begin_object().member("u", c.stranded->u).member("reason", c.stranded->reason).end_object();
  } else {
    json.value(nullptr);
  }
  json.end_object();
}

asio::awaitable<base::Result<Response>> get_capacity(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto measured = co_await measured_racks(call, *connection);
  const auto all = core::capacity_of(measured.racks, measured.yardstick);
  JsonWriter json;
  json.begin_object().member("server_time", call.now()).key("site");
  write_capacity(json, all.site);
  json.key("rooms").begin_array();
  for (const auto& room : call.inventory->rooms()) {
    const auto it = all.rooms.find(room.id);
    if (it == all.rooms.end()) continue;
    json.begin_object();
    write_named(json, *call.inventory, room.id);
    json.key("capacity");
    write_capacity(json, it->second);
    json.end_object();
  }
  json.end_array().key("rows").begin_array();
  for (const auto& [row, capacity] : all.rows) {
    json.begin_object().member("room_id", row.first).member("row", row.second).key("capacity");
    write_capacity(json, capacity);
    json.end_object();
  }
  json.end_array().key("racks").begin_array();
  for (std::size_t i = 0; i < all.racks.size(); ++i) {
    const auto& rack = measured.racks[i];
    json.begin_object().member("rack_id", rack.id).member("name", rack.name).member("room_id", rack.room_id).member("row", rack.row).key("capacity");
    write_capacity(json, all.racks[i]);
    json.end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> get_capacity_trend(Call& call) {
  const auto days = days_of(call);
  if (!days) co_return days.error();
  const auto room = room_parameter(call);
  if (!room) co_return room.error();
  const auto wanted = [room = *room](std::optional<core::RoomId> of) { return !room || of == room; };
  const auto today = std::chrono::floor<std::chrono::days>(call.now());
  const auto first = today - std::chrono::days(*days);

  auto connection = co_await call.services().pool.acquire();
  auto measured = co_await measured_racks(call, *connection);
  std::erase_if(measured.racks, [&](const core::RackContents& rack) { return !wanted(rack.room_id); });
  const auto now = core::capacity_of(measured.racks, measured.yardstick).site;

  // Days that are over, and were told of from morning to night: a few hours' mean is no day's. Who is never stale tells half as often as expected.
  auto meters = core::sensors_of_kind(*call.inventory, call.site->id, "rack-power");
  std::erase_if(meters, [&](const core::Sensor* sensor) { return !wanted(sensor->room_id); });
  const Range range{base::Timestamp(first), base::Timestamp(today)};
  const auto power = co_await power_series(*connection, meters, range, kDay);
  double expected = 0;
  for (const auto* meter : meters) expected += std::chrono::duration<double>(kDay).count() / meter->interval_s;
  std::vector<core::DayFigure> kw;
  for (const auto& bucket : power.buckets) {
    if (power.covers(bucket) && static_cast<double>(bucket.readings) >= expected / 2)
      kw.push_back({core::Day(std::chrono::floor<std::chrono::days>(base::Timestamp(std::chrono::milliseconds(bucket.start_ms)))), bucket.sum});
  }

  auto history = co_await store::slot_history(*connection, *call.site, range.from);
  std::map<core::RackId, int> heights;
  for (const auto& rack : measured.racks) heights.emplace(rack.id, rack.height_u);
  const auto known = std::max(first, std::chrono::floor<std::chrono::days>(history.begins));
  const auto u = core::used_u_by_day(heights, std::move(history.now), history.changes, known, today);

  JsonWriter json;
  json.begin_object().member("server_time", call.now());
  write_trend(json, "power_kw", kw, now.rated_kw, today);
  // What is blocked can never be used; what is reserved will be.
  write_trend(json, "u_used", u, static_cast<double>(now.u.total - now.u.blocked), today);
  json.end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
