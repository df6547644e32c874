// How well the air at the racks keeps to the rooms' thermal classes: now, and over a range.
#include "core/environment.h"

#include <algorithm>
#include <unordered_map>

#include "api/handlers.h"
#include "api/latest.h"
#include "api/readings.h"
#include "store/reading_queries.h"
#include "store/room_plans.h"

namespace dcim::api {
namespace {

using base::Error;
using core::AirVerdict;
using namespace std::chrono_literals;

constexpr auto kLongestCompliance = 24h * 400;
// Rollups that one answer is made of; beyond that coarser ones. Read in pieces, so that no statement and no step on a thread is long.
constexpr std::int64_t kMostBuckets = 250'000, kPieceBuckets = 20'000;

struct DrawnRoom {
  const core::Room* room;
  core::RoomPlan plan;
};

// The room that is asked for, or all of the site, each with its plan.
asio::awaitable<std::vector<DrawnRoom>> rooms_of(const Call& call, store::Connection& connection, std::optional<core::RoomId> only) {
  auto stored = co_await store::room_plans_of_site(connection, call.site->id);
  std::vector<DrawnRoom> out;
  for (const auto& room : call.inventory->rooms()) {
    if (room.site_id != call.site->id || (only && room.id != *only)) continue;
    const auto contents = core::contents_of(*call.inventory, room.id);
    const auto it = std::ranges::find(stored, room.id, &store::RoomPlanVersion::room);
    out.push_back({&room, it == stored.end() ? core::automatic_plan(contents) : core::completed(std::move(it->plan), contents)});
  }
  co_return out;
}

void write_limits(JsonWriter& json, std::string_view name, const core::AirLimits& limits) {
  json.key(name).begin_object().member("low_c", limits.low_c).member("high_c", limits.high_c).member("dew_low_c", limits.dew_low_c);
  json.member("dew_high_c", limits.dew_high_c);
  if (limits.rh_low) json.member("rh_low", *limits.rh_low);
  json.member("rh_high", limits.rh_high).end_object();
}

void write_rci(JsonWriter& json, const core::RackCoolingIndex& rci) { json.member("rci_high", rci.high()).member("rci_low", rci.low()); }

void write_air(JsonWriter& json, const core::RackAir& air) {
  json.begin_object().member("rack_id", air.rack).member("inlet_c", air.inlet_c).member("rh", air.rh).member("dew_point_c", air.dew_point_c);
  json.member("ts", air.ts).member("verdict", core::name_of(air.verdict)).key("reasons").begin_array();
  for (const auto& reason : air.reasons) json.value(reason);
  json.end_array().end_object();
}

void write_room(JsonWriter& json, const DrawnRoom& drawn, const core::RoomAir& air) {
  const auto& plan = drawn.plan;
  json.begin_object().member("room_id", drawn.room->id).member("ashrae_class", core::name_of(plan.ashrae_class));
  write_limits(json, "recommended", core::recommended(plan.ashrae_class));
  write_limits(json, "allowable", core::allowable(plan.ashrae_class));
  json.key("racks").begin_array();
  for (const auto& rack : air.racks) write_air(json, rack);
  json.end_array().key("counts").begin_object();
  json.member("recommended", air.counts[0]).member("allowable", air.counts[1]).member("outside", air.counts[2]).member("no_data", air.counts[3]);
  json.end_object();
  write_rci(json, air.rci);
  json.member("rci_racks", air.rci.inlets()).key("aisles").begin_array();
  for (std::size_t i = 0; i < plan.aisles.size(); ++i) {
    const auto& aisle = air.aisles[i];
    json.begin_object().member("name", plan.aisles[i].name).member("type", core::name_of(plan.aisles[i].type)).member("average_c", aisle.average_c);
    json.member("sensors", aisle.sensors).member("reporting", aisle.reporting).end_object();
  }
  json.end_array().end_object();
}

// --- Over a range ---

struct Question {
  Range range;
  Interval interval;
  int expected = 0;  // buckets of the range
};

std::vector<const core::Sensor*> air_sensors(const Call& call, std::optional<core::RoomId> only) {
  std::vector<const core::Sensor*> out;
  for (const auto& sensor : call.inventory->sensors()) {
    if (sensor.site_id != call.site->id || !sensor.rack_id || (only && sensor.room_id != only)) continue;
    if (sensor.kind == "inlet-temperature" || sensor.kind == "inlet-humidity") out.push_back(&sensor);
  }
  std::ranges::sort(out, {}, [](const core::Sensor* sensor) { return std::pair{*sensor->rack_id, sensor->id}; });
  return out;
}

base::Result<Question> question_of(const Call& call, std::size_t sensors) {
  auto range = range_of(call, kLongestCompliance);
  if (!range) return range.error();
  range->to = std::min(range->to, call.now());
  if (range->from >= range->to) return Error::invalid("from", "lies in the future");
  const auto length = std::chrono::ceil<std::chrono::seconds>(range->to - range->from);
  Question out;
  for (const auto* name : {"5m", "1h", "1d"}) {
    out.interval = *interval_from(name);
    const std::int64_t buckets = length / out.interval.width;
    if (buckets <= kPieceBuckets && buckets * static_cast<std::int64_t>(sensors) <= kMostBuckets) break;
  }
  const auto width = out.interval.width;
  out.range.from = floor_to(range->from, width);
  out.range.to = floor_to(range->to - 1us, width) + width;
  out.expected = static_cast<int>((out.range.to - out.range.from) / width);
  return out;
}

// What the sensors of one rack say in each bucket.
class RackBuckets {
 public:
  void add(const core::Sensor& sensor, const store::Bucket& bucket) {
    auto& at = at_[bucket.start_ms];
    if (sensor.kind == "inlet-humidity") {
      at.humidity += bucket.avg;
      ++at.humidities;
      return;
    }
    auto& air = at.air;
    air.inlet_c = at.inlets == 0 ? bucket.avg : std::max(air.inlet_c, bucket.avg);
    air.lowest_c = at.inlets == 0 ? bucket.min : std::min(air.lowest_c, bucket.min);
    air.highest_c = at.inlets == 0 ? bucket.max : std::max(air.highest_c, bucket.max);
    ++at.inlets;
  }
  // Those that have a temperature.
  std::vector<core::AirBucket> done() const {
    std::vector<core::AirBucket> out;
    for (const auto& [start_ms, at] : at_) {
      if (at.inlets == 0) continue;
      out.push_back(at.air);
      out.back().start_ms = start_ms;
      if (at.humidities > 0) out.back().rh = at.humidity / at.humidities;
    }
    return out;
  }

 private:
  struct At {
    core::AirBucket air;
    int inlets = 0, humidities = 0;
    double humidity = 0;
  };
  std::unordered_map<std::int64_t, At> at_;
};

// The racks of a room, judged; racks without sensors are without data.
struct RoomCompliance {
  std::vector<core::RackCompliance> racks;
  core::RackCoolingIndex rci;
};

asio::awaitable<std::unordered_map<core::RackId, RackBuckets>> buckets_of(store::Connection& connection, std::span<const core::Sensor* const> sensors,
                                                                          const Question& question) {
  std::unordered_map<core::RackId, RackBuckets> out;
  std::unordered_map<core::SensorId, const core::Sensor*> by_id;
  std::vector<core::SensorId> ids;
  for (const auto* sensor : sensors) {
    by_id.emplace(sensor->id, sensor);
    ids.push_back(sensor->id);
  }
  const auto buckets = co_await store::reading_buckets(connection, std::move(ids), question.range.from, question.range.to, question.interval.width);
  for (const auto& bucket : buckets) {
    const auto& sensor = *by_id.at(bucket.sensor);
    out[*sensor.rack_id].add(sensor, bucket);
  }
  co_return out;
}

void write_share(JsonWriter& json, const std::array<double, core::kAirVerdicts>& share) {
  json.key("share").begin_object().member("recommended", share[0]).member("allowable", share[1]).member("outside", share[2]);
  json.member("no_data", share[3]).end_object();
}

std::array<double, core::kAirVerdicts> share_of(const core::RackCompliance& rack) {
  std::array<double, core::kAirVerdicts> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = rack.share(static_cast<AirVerdict>(i));
  return out;
}

void write_room(JsonWriter& json, const DrawnRoom& drawn, const RoomCompliance& compliance) {
  std::array<double, core::kAirVerdicts> whole{};
  for (const auto& rack : compliance.racks) {
    const auto share = share_of(rack);
    for (std::size_t i = 0; i < whole.size(); ++i) whole[i] += share[i] / static_cast<double>(compliance.racks.size());
  }
  json.begin_object().member("room_id", drawn.room->id).member("ashrae_class", core::name_of(drawn.plan.ashrae_class));
  write_rci(json, compliance.rci);
  write_share(json, whole);
  json.key("racks").begin_array();
  for (const auto& rack : compliance.racks) {
    json.begin_object().member("rack_id", rack.rack);
    write_share(json, share_of(rack));
    json.member("average_c", rack.average_c).member("maximum_c", rack.maximum_c).member("minimum_c", rack.minimum_c);
    json.member("dew_point_max_c", rack.dew_point_max_c).end_object();
  }
  json.end_array().end_object();
}

}  // namespace

asio::awaitable<base::Result<Response>> get_environment(Call& call) {
  const auto only = room_parameter(call);
  if (!only) co_return only.error();
  auto connection = co_await call.services().pool.acquire();
  const auto rooms = co_await rooms_of(call, *connection, *only);
  const auto latest = co_await latest_of_site(call.services().live, call.inventory, call.site->id);
  const auto now = call.now();
  JsonWriter json;
  json.begin_object().member("server_time", now).key("rooms").begin_array();
  for (const auto& drawn : rooms) write_room(json, drawn, core::room_air(*call.inventory, drawn.room->id, drawn.plan, latest, now));
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> get_compliance(Call& call) {
  const auto only = room_parameter(call);
  if (!only) co_return only.error();
  const auto sensors = air_sensors(call, *only);
  const auto question = question_of(call, sensors.size());
  if (!question) co_return question.error();
  auto connection = co_await call.services().pool.acquire();
  const auto rooms = co_await rooms_of(call, *connection, *only);

  std::unordered_map<core::RoomId, RoomCompliance> judged;
  std::unordered_map<core::RackId, core::AshraeClass> classes;
  for (const auto& drawn : rooms) {
    judged.emplace(drawn.room->id, RoomCompliance{{}, core::RackCoolingIndex(drawn.plan.ashrae_class)});
    for (const auto& rack : drawn.plan.racks) classes.emplace(rack.id, drawn.plan.ashrae_class);
  }
  const auto judge = [&](core::RackId id, const std::vector<core::AirBucket>& buckets) {
    const auto ashrae_class = classes.find(id);
    if (ashrae_class == classes.end()) return;
    auto& room = judged.at(call.inventory->rack(id)->room_id);
    room.racks.push_back(core::rack_compliance(id, ashrae_class->second, buckets, question->expected, room.rci));
    classes.erase(ashrae_class);
  };
  const auto in_piece = static_cast<std::size_t>(std::max<std::int64_t>(1, kPieceBuckets / question->expected));
  for (std::size_t from = 0; from < sensors.size();) {
    auto to = std::min(sensors.size(), from + in_piece);
    while (to < sensors.size() && sensors[to]->rack_id == sensors[to - 1]->rack_id) ++to;  // a rack's sensors stay together
    const std::span<const core::Sensor* const> piece(sensors.data() + from, to - from);
    const auto racks = co_await buckets_of(*connection, piece, *question);
    for (const auto& [id, buckets] : racks) judge(id, buckets.done());
    from = to;
  }
  std::vector<core::RackId> silent;
  silent.reserve(classes.size());
  for (const auto& [id, _] : classes) silent.push_back(id);
  for (const auto id : silent) judge(id, {});

  JsonWriter json;
  json.begin_object().member("from", question->range.from).member("to", question->range.to).member("interval", question->interval.name);
  json.key("rooms").begin_array();
  for (const auto& drawn : rooms) {
    auto& compliance = judged.at(drawn.room->id);
    std::ranges::sort(compliance.racks, {}, &core::RackCompliance::rack);
    core::sort_worst_first(compliance.racks);
    write_room(json, drawn, compliance);
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
