#include "core/environment.h"

#include <algorithm>
#include <unordered_map>

#include "core/psychrometrics.h"
#include "core/room_geometry.h"

namespace dcim::core {
namespace {

// A rack breathes from the aisle that this point before the middle of its front, or behind that of its rear, lies in.
constexpr double kReach_m = 0.3;

struct RackSensors {
  std::vector<const Sensor*> inlets, outlets, humidities;
};

std::unordered_map<RackId, RackSensors> sensors_of(const Inventory& inventory, RoomId room) {
  std::unordered_map<RackId, RackSensors> out;
  for (const auto& sensor : inventory.sensors()) {
    if (sensor.room_id != room || !sensor.rack_id) continue;
    auto& rack = out[*sensor.rack_id];
    if (sensor.kind == "inlet-temperature") rack.inlets.push_back(&sensor);
    if (sensor.kind == "outlet-temperature") rack.outlets.push_back(&sensor);
    if (sensor.kind == "inlet-humidity") rack.humidities.push_back(&sensor);
  }
  return out;
}

RackAir rack_air(RackId rack, const RackSensors& sensors, AshraeClass ashrae_class, const LatestReadings& latest, base::Timestamp now) {
  RackAir out;
  out.rack = rack;
  const auto take = [&](base::Timestamp ts) { out.ts = out.ts ? std::min(*out.ts, ts) : ts; };
  for (const auto* sensor : sensors.inlets) {
    const auto* reading = usable(latest, *sensor, now);
    if (!reading) continue;
    out.inlet_c = std::max(out.inlet_c.value_or(reading->value), reading->value);
    take(reading->ts);
  }
  double sum = 0;
  int humid = 0;
  for (const auto* sensor : sensors.humidities) {
    const auto* reading = usable(latest, *sensor, now);
    if (!reading) continue;
    sum += reading->value;
    ++humid;
    take(reading->ts);
  }
  if (humid > 0) out.rh = sum / humid;
  if (out.inlet_c && out.rh) out.dew_point_c = dew_point_c(*out.inlet_c, *out.rh);
  out.verdict = judge_air(ashrae_class, out.inlet_c, out.rh);
  out.reasons = reasons_for(ashrae_class, out.inlet_c, out.rh);
  return out;
}

AisleAir aisle_air(const Aisle& aisle, const RoomPlan& plan, std::unordered_map<RackId, RackSensors>& sensors, const LatestReadings& latest,
                   base::Timestamp now) {
  AisleAir out;
  double sum = 0;
  for (const auto& rack : plan.racks) {
    if (!rack.placement || !contains(aisle, before(*rack.placement, aisle.type == AisleType::cold ? kReach_m : -kReach_m))) continue;
    for (const auto* sensor : aisle.type == AisleType::cold ? sensors[rack.id].inlets : sensors[rack.id].outlets) {
      ++out.sensors;
      const auto* reading = usable(latest, *sensor, now);
      if (!reading) continue;
      ++out.reporting;
      sum += reading->value;
    }
  }
  if (out.reporting > 0) out.average_c = sum / out.reporting;
  return out;
}

std::size_t index_of(AirVerdict verdict) { return static_cast<std::size_t>(verdict); }

}  // namespace

RoomAir room_air(const Inventory& inventory, RoomId room, const RoomPlan& plan, const LatestReadings& latest, base::Timestamp now) {
  RoomAir out{{}, {}, RackCoolingIndex(plan.ashrae_class), {}};
  auto sensors = sensors_of(inventory, room);
  for (const auto& rack : plan.racks) {
    out.racks.push_back(rack_air(rack.id, sensors[rack.id], plan.ashrae_class, latest, now));
    const auto& air = out.racks.back();
    ++out.counts[index_of(air.verdict)];
    if (air.inlet_c) out.rci.add(*air.inlet_c);
  }
  for (const auto& aisle : plan.aisles) out.aisles.push_back(aisle_air(aisle, plan, sensors, latest, now));
  return out;
}

double RackCompliance::share(AirVerdict verdict) const {
  int all = 0;
  for (const int n : buckets) all += n;
  return all == 0 ? 0 : static_cast<double>(buckets[index_of(verdict)]) / all;
}

RackCompliance rack_compliance(RackId rack, AshraeClass ashrae_class, const std::vector<AirBucket>& buckets, int expected, RackCoolingIndex& rci) {
  RackCompliance out;
  out.rack = rack;
  double sum = 0;
  for (const auto& bucket : buckets) {
    ++out.buckets[index_of(judge_air(ashrae_class, bucket.inlet_c, bucket.rh))];
    rci.add(bucket.inlet_c);
    sum += bucket.inlet_c;
    out.maximum_c = std::max(out.maximum_c.value_or(bucket.highest_c), bucket.highest_c);
    out.minimum_c = std::min(out.minimum_c.value_or(bucket.lowest_c), bucket.lowest_c);
    const auto dew_c = bucket.rh ? dew_point_c(bucket.inlet_c, *bucket.rh) : std::nullopt;
    if (dew_c) out.dew_point_max_c = std::max(out.dew_point_max_c.value_or(*dew_c), *dew_c);
  }
  const int there = static_cast<int>(buckets.size());
  if (there > 0) out.average_c = sum / there;
  out.buckets[index_of(AirVerdict::no_data)] = std::max(0, expected - there);
  return out;
}

void sort_worst_first(std::vector<RackCompliance>& racks) {
  std::ranges::stable_sort(racks, [](const RackCompliance& a, const RackCompliance& b) {
    const auto badness = [](const RackCompliance& r) {
      return std::tuple{r.share(AirVerdict::outside), r.share(AirVerdict::allowable), r.maximum_c.value_or(-1000), r.share(AirVerdict::no_data)};
    };
    return badness(a) > badness(b);
  });
}

}  // namespace dcim::core
