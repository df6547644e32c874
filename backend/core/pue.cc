#include "core/pue.h"

#include <algorithm>
#include <set>

namespace dcim::core {
namespace {

// IT that draws less than this share of what its racks are rated for makes a ratio that says nothing.
constexpr double kSmallestItShare = 0.05;

struct Sum {
  double kw = 0;
  std::optional<base::Timestamp> oldest;
  int reporting = 0, expected = 0;
  std::string silent;  // the first that is

  bool complete() const { return expected > 0 && reporting == expected; }
};

Sum sum_of(const std::vector<const Sensor*>& sensors, const LatestReadings& latest, base::Timestamp now) {
  Sum out;
  out.expected = static_cast<int>(sensors.size());
  for (const auto* sensor : sensors) {
    const auto* reading = usable(latest, *sensor, now);
    if (!reading) {
      if (out.silent.empty()) out.silent = sensor->device;
      continue;
    }
    out.kw += in_kw(*sensor, reading->value);
    out.oldest = out.oldest ? std::min(*out.oldest, reading->ts) : reading->ts;
    ++out.reporting;
  }
  return out;
}

std::string silent_note(const Sum& sum) {
  const int others = sum.expected - sum.reporting - 1;
  return sum.silent + (others > 0 ? " and " + std::to_string(others) + " more say nothing" : " says nothing");
}

double rated_kw(const Inventory& inventory, SiteId site) {
  double out = 0;
  for (const auto& rack : inventory.racks()) {
    if (rack.site_id == site) out += rack.rated_power_kw.value_or(0);
  }
  return out;
}

}  // namespace

std::vector<const Sensor*> sensors_of_kind(const Inventory& inventory, SiteId site, std::string_view kind) {
  std::vector<const Sensor*> out;
  for (const auto& sensor : inventory.sensors()) {
    if (sensor.site_id == site && sensor.kind == kind) out.push_back(&sensor);
  }
  return out;
}

std::vector<ItPower> it_power_of(const Inventory& inventory, SiteId site) {
  std::vector<ItPower> out{{2, "PDU output, by meter", sensors_of_kind(inventory, site, "it-power")},
                           {2, "PDU output, sum of the racks", sensors_of_kind(inventory, site, "rack-power")},
                           {1, "UPS output", sensors_of_kind(inventory, site, "output-power")}};
  // A rack without a meter of its own would be left out of the sum.
  const auto racks = std::ranges::count(inventory.racks(), site, &Rack::site_id);
  std::erase_if(out, [&](const ItPower& way) {
    if (way.sensors.empty()) return true;
    std::set<std::optional<RackId>> measured;
    for (const auto* sensor : way.sensors) measured.insert(sensor->rack_id);
    return way.sensors.front()->kind == "rack-power" && static_cast<std::ptrdiff_t>(measured.size()) < racks;
  });
  return out;
}

Pue pue(const Inventory& inventory, SiteId site, const LatestReadings& latest, base::Timestamp now) {
  Pue out;
  const auto incomers = sum_of(sensors_of_kind(inventory, site, "facility-power"), latest, now);
  const auto ways = it_power_of(inventory, site);
  out.method = "incomer ÷ IT";
  out.reporting = incomers.reporting;
  out.expected = incomers.expected;
  if (incomers.complete()) out.facility_kw = incomers.kw;

  // The best way whose meters all report; when none is whole, the best of all.
  std::vector<Sum> sums;
  sums.reserve(ways.size());
  for (const auto& way : ways) sums.push_back(sum_of(way.sensors, latest, now));
  const auto whole = std::ranges::find_if(sums, &Sum::complete);
  const auto chosen = whole == sums.end() ? sums.begin() : whole;
  if (chosen != sums.end()) {
    const auto& way = ways[static_cast<std::size_t>(chosen - sums.begin())];
    out.method += ", measured at " + way.where;
    out.category = way.category;
    out.reporting += chosen->reporting;
    out.expected += chosen->expected;
    out.ts = chosen->oldest;
    if (whole != sums.end()) out.it_kw = whole->kw;
  }
  if (incomers.oldest) out.ts = out.ts ? std::min(*out.ts, *incomers.oldest) : *incomers.oldest;

  if (incomers.expected == 0) {
    out.note = "there is no meter of the whole facility (facility-power)";
  } else if (ways.empty()) {
    out.note = "nothing measures IT power (it-power, rack-power or output-power)";
  } else if (!out.facility_kw) {
    out.note = silent_note(incomers);
  } else if (!out.it_kw) {
    out.note = silent_note(sums.front());
  } else if (*out.it_kw <= 0 || *out.it_kw < kSmallestItShare * rated_kw(inventory, site)) {
    out.note = "IT draws less than 5 % of what its racks are rated for";
  } else if (*out.facility_kw < *out.it_kw) {
    out.note = "the incomer shows less than IT: a meter is wrong";
  } else {
    out.value = *out.facility_kw / *out.it_kw;
    if (chosen != sums.begin()) out.note = silent_note(sums.front()) + "; otherwise measured at " + ways.front().where;
  }
  return out;
}

}  // namespace dcim::core
