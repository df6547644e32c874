// Where the power went over a range, and the PUE of a period.
#include <algorithm>

#include "api/power.h"
#include "api/series.h"
#include "core/pue.h"

namespace dcim::api {
namespace {

using base::Error;
using namespace std::chrono_literals;

constexpr auto kLongest = 24h * 800;

// As fine as a chart can show, and as rollups are there.
std::chrono::seconds width_of(const Range& range) {
  const auto length = range.to - range.from;
  return length <= 26h ? std::chrono::seconds(5min) : length <= 24h * 45 ? std::chrono::seconds(1h) : std::chrono::seconds(24h);
}

Range whole_buckets(Range range, std::chrono::seconds width) { return {floor_to(range.from, width), floor_to(range.to - 1us, width) + width}; }

base::Result<Range> asked_range(const Call& call) {
  auto range = range_of(call, kLongest);
  if (!range) return range;
  range->to = std::min(range->to, call.now());
  if (range->from >= range->to) return Error::invalid("from", "lies in the future");
  return range;
}

// Counters of what IT gets: one meter of all, or one of each rack; none when a rack has none.
std::vector<const core::Sensor*> it_counters(const core::Inventory& inventory, core::SiteId site) {
  auto out = core::sensors_of_kind(inventory, site, "it-energy");
  if (!out.empty()) return out;
  out = core::sensors_of_kind(inventory, site, "rack-energy");
  std::vector<core::RackId> metered;
  for (const auto* sensor : out) {
    if (sensor->rack_id) metered.push_back(*sensor->rack_id);
  }
  const bool all = std::ranges::all_of(
      inventory.racks(), [&](const core::Rack& rack) { return rack.site_id != site || std::ranges::find(metered, rack.id) != metered.end(); });
  return all ? out : std::vector<const core::Sensor*>();
}

double kwh_of(const core::Sensor& sensor, double value) { return sensor.unit == "Wh" ? value / 1000 : sensor.unit == "MWh" ? value * 1000 : value; }

struct Meters {
  std::vector<const core::Sensor*> sensors;
  bool counters = false;
};

std::optional<double> known(const Series& series, std::size_t& at, std::int64_t start_ms) {
  while (at < series.buckets.size() && series.buckets[at].start_ms < start_ms) ++at;
  if (at == series.buckets.size() || series.buckets[at].start_ms != start_ms || !series.covers(series.buckets[at])) return std::nullopt;
  return series.buckets[at].sum;
}

}  // namespace

asio::awaitable<PuePast> pue_past(Call& call, store::Connection& connection, Range asked) {
  PuePast out;
  out.width = width_of(asked);
  out.range = whole_buckets(asked, out.width);
  // Meters speak at different moments: a bucket that is not over yet holds more of one than of another.
  if (out.range.to > call.now()) out.range.to -= out.width;
  out.range.to = std::max(out.range.to, out.range.from);
  const auto& inventory = *call.inventory;
  const auto site = call.site->id;
  Meters facility{core::sensors_of_kind(inventory, site, "facility-energy"), true}, it{it_counters(inventory, site), true};
  const auto ways = core::it_power_of(inventory, site);
  if (facility.sensors.empty()) facility = {core::sensors_of_kind(inventory, site, "facility-power"), false};
  if (it.sensors.empty() && !ways.empty()) it = {ways.front().sensors, false};
  out.method = facility.counters && it.counters   ? "energy counters"
               : facility.counters || it.counters ? "energy counters, and power over time"
                                                  : "power over time";
  if (!ways.empty()) out.category = it.counters ? 2 : ways.front().category;

  const auto count = static_cast<std::size_t>((out.range.to - out.range.from) / out.width);
  const auto begin_ms = std::chrono::duration_cast<std::chrono::milliseconds>(out.range.from.time_since_epoch()).count();
  const auto width_ms = std::chrono::milliseconds(out.width).count();
  std::vector<core::MeterEnergy> energies[2];
  for (const bool of_facility : {true, false}) {
    const auto& meters = of_facility ? facility : it;
    if (meters.sensors.empty()) continue;
    auto ids = ids_of(meters.sensors);
    const auto buckets = co_await store::counter_buckets(connection, std::move(ids), out.range.from, out.range.to + out.width, out.width);
    for (const auto* sensor : meters.sensors) {
      std::vector<core::MeterBucket> said;
      const auto unit = [&](double value) { return meters.counters ? kwh_of(*sensor, value) : core::in_kw(*sensor, value); };
      auto at = std::ranges::lower_bound(buckets, sensor->id, {}, &store::CounterBucket::sensor);
      for (; at != buckets.end() && at->sensor == sensor->id; ++at) {
        said.push_back({(at->start_ms - begin_ms) / width_ms, unit(at->first), unit(at->last), unit(at->min), unit(at->max), unit(at->mean)});
      }
      auto energy = meters.counters ? core::counter_energy(said, count)
                                    : core::power_energy(said, count, std::chrono::duration<double, std::ratio<3600>>(out.width).count());
      energies[of_facility ? 0 : 1].push_back(energy);
      out.meters.push_back({sensor, of_facility, std::move(energy)});
    }
  }
  out.pue = core::energy_pue(energies[0], energies[1]);
  if (facility.sensors.empty()) out.pue.notes.emplace_back("there is no meter of the whole facility (facility-energy or facility-power)");
  if (it.sensors.empty()) out.pue.notes.emplace_back("nothing measures IT");
  co_return out;
}

void write_energy_pue(JsonWriter& json, const PuePast& past) {
  const auto& pue = past.pue;
  json.begin_object().member("value", pue.value).member("from", past.range.from).member("to", past.range.to);
  json.member("facility_kwh", pue.facility_kwh).member("it_kwh", pue.it_kwh).member("coverage", pue.coverage).member("lower", pue.lower);
  json.member("upper", pue.upper).member("category", past.category).member("method", past.method).key("notes").begin_array();
  for (const auto& note : pue.notes) json.value(note);
  json.end_array().end_object();
}

asio::awaitable<base::Result<Response>> get_pue_past(Call& call) {
  const auto range = asked_range(call);
  if (!range) co_return range.error();
  auto connection = co_await call.services().pool.acquire();
  const auto past = co_await pue_past(call, *connection, *range);
  JsonWriter json;
  json.begin_object().member("interval_s", past.width.count()).key("columns").begin_array();
  for (const auto* column : {"t", "pue", "facility_kwh", "it_kwh", "coverage"}) json.value(column);
  json.end_array().key("rows").begin_array();
  auto start_ms = std::chrono::duration_cast<std::chrono::milliseconds>(past.range.from.time_since_epoch()).count();
  for (const auto& row : past.pue.rows) {
    json.begin_array().value(start_ms).value(row.pue).value(row.facility_kwh).value(row.it_kwh).value(row.coverage).end_array();
    start_ms += std::chrono::milliseconds(past.width).count();
  }
  json.end_array().key("total");
  write_energy_pue(json, past);
  json.key("meters").begin_array();
  for (const auto& meter : past.meters) {
    json.begin_object().member("sensor_id", meter.sensor->id).member("name", meter.sensor->device + " " + meter.sensor->name);
    json.member("role", meter.facility ? "facility" : "it").member("kwh", meter.energy.total()).member("coverage", meter.energy.coverage());
    json.member("rollovers", meter.energy.rollovers).member("replacements", meter.energy.replacements).end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> get_power_history(Call& call) {
  const auto asked = asked_range(call);
  if (!asked) co_return asked.error();
  const auto width = width_of(*asked);
  const auto range = whole_buckets(*asked, width);
  const auto& inventory = *call.inventory;
  const auto of_kind = [&](std::string_view kind) { return core::sensors_of_kind(inventory, call.site->id, kind); };
  const auto ways = core::it_power_of(inventory, call.site->id);
  auto cooling_meters = of_kind("cooling-plant-power");
  if (cooling_meters.empty()) cooling_meters = of_kind("cooling-power");
  const auto facility_meters = of_kind("facility-power");
  const auto it_meters = ways.empty() ? std::vector<const core::Sensor*>() : ways.front().sensors;
  const auto loss_meters = of_kind("ups-loss");
  auto connection = co_await call.services().pool.acquire();
  const auto facility = co_await power_series(*connection, facility_meters, range, width);
  const auto it = co_await power_series(*connection, it_meters, range, width);
  const auto cooling = co_await power_series(*connection, cooling_meters, range, width);
  const auto losses = co_await power_series(*connection, loss_meters, range, width);

  JsonWriter json;
  json.begin_object().member("interval_s", width.count()).key("columns").begin_array();
  for (const auto* column : {"t", "it_kw", "cooling_kw", "losses_kw", "other_kw", "facility_kw"}) json.value(column);
  json.end_array().key("rows").begin_array();
  std::array<std::size_t, 4> at{};
  for (auto t = range.from; t < range.to; t += width) {
    const auto start_ms = std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count();
    const auto whole = known(facility, at[0], start_ms), used = known(it, at[1], start_ms), cooled = known(cooling, at[2], start_ms),
               lost = known(losses, at[3], start_ms);
    json.begin_array().value(start_ms).value(used).value(cooled).value(lost);
    // Meters are read at different moments: a little less than nothing is nothing.
    if (whole && used && cooled && lost) {
      json.value(std::max(0.0, *whole - *used - *cooled - *lost));
    } else {
      json.value(nullptr);
    }
    json.value(whole).end_array();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
