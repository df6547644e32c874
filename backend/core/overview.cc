#include "core/overview.h"

#include <algorithm>
#include <cstdio>

namespace dcim::core {
namespace {

constexpr std::size_t kMostReasons = 6;

std::string fixed1(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string limit(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

double in_kw(const Sensor& sensor, double value) { return sensor.unit == "W" ? value / 1000 : value; }

// Sum, or maximum, with its coverage.
struct Tally {
  double sum = 0;
  std::optional<double> maximum;
  std::optional<RackId> maximum_rack;
  std::optional<base::Timestamp> oldest;
  int reporting = 0;
  int expected = 0;

  void add(const Sensor& sensor, double value, base::Timestamp ts) {
    sum += value;
    ++reporting;
    if (!maximum || value > *maximum) {
      maximum = value;
      maximum_rack = sensor.rack_id;
    }
    oldest = oldest ? std::min(*oldest, ts) : ts;
  }
  void add(const Tally& other) {
    sum += other.sum;
    reporting += other.reporting;
    expected += other.expected;
    if (other.maximum && (!maximum || *other.maximum > *maximum)) {
      maximum = other.maximum;
      maximum_rack = other.maximum_rack;
    }
    if (other.oldest) oldest = oldest ? std::min(*oldest, *other.oldest) : *other.oldest;
  }

  Figure figure(std::optional<double> value, const char* unit) const {
    Figure out{std::nullopt, unit, oldest, reporting, expected};
    if (reporting > 0) out.value = value;
    return out;
  }
  Figure total(const char* unit) const { return figure(sum, unit); }
  Figure average(const char* unit) const { return figure(reporting > 0 ? sum / reporting : 0, unit); }
  Figure highest(const char* unit) const { return figure(maximum, unit); }
};

struct Reason {
  RoomStatus status;
  double weight;  // within a status, the heavier first
  std::string text;
};

struct RoomTally {
  Tally power, inlet;
  int reporting = 0, total = 0, racks = 0, bad = 0;
  std::unordered_map<RackId, double> rack_power;
  std::vector<Reason> reasons;

  void add(const RoomTally& other) {
    power.add(other.power);
    inlet.add(other.inlet);
    reporting += other.reporting;
    total += other.total;
  }
};

std::string where(const Inventory& inventory, const Sensor& sensor) {
  const auto* rack = sensor.rack_id ? inventory.rack(*sensor.rack_id) : nullptr;
  return rack ? rack->name : sensor.device;
}

void judge_inlet(const Inventory& inventory, const Sensor& sensor, double value, std::vector<Reason>& reasons) {
  const auto say = [&](RoomStatus status, double weight, const char* word, double bound) {
    reasons.push_back({status, weight, where(inventory, sensor) + " inlet is " + fixed1(value) + " °C (" + word + " " + limit(bound) + " °C)"});
  };
  if (value >= kInletHighCritical)
    say(RoomStatus::red, value - kInletHighCritical, "critical from", kInletHighCritical);
  else if (value >= kInletHighWarning)
    say(RoomStatus::amber, value - kInletHighWarning, "warning from", kInletHighWarning);
  else if (value <= kInletLowCritical)
    say(RoomStatus::red, kInletLowCritical - value, "critical down from", kInletLowCritical);
  else if (value <= kInletLowWarning)
    say(RoomStatus::amber, kInletLowWarning - value, "warning down from", kInletLowWarning);
}

void judge_power(const Inventory& inventory, RoomTally& room) {
  for (const auto& [id, kw] : room.rack_power) {
    const auto* rack = inventory.rack(id);
    if (!rack || !rack->rated_power_kw || kw < *rack->rated_power_kw * kRackPowerWarning) continue;
    const bool over = kw > *rack->rated_power_kw;
    room.reasons.push_back({over ? RoomStatus::red : RoomStatus::amber, kw / *rack->rated_power_kw,
                            rack->name + " draws " + fixed1(kw) + " kW of its rated " + fixed1(*rack->rated_power_kw) + " kW"});
  }
}

std::string counted(int n, const char* one, const char* many) { return std::to_string(n) + (n == 1 ? one : many); }

RoomOverview overview_of(const Inventory& inventory, const Room& room, RoomTally& tally) {
  RoomOverview out;
  out.id = room.id;
  out.power = tally.power.total("kW");
  out.average_inlet = tally.inlet.average("°C");
  out.maximum_inlet = tally.inlet.highest("°C");
  out.sensors_reporting = tally.reporting;
  out.sensors_total = tally.total;
  out.racks = tally.racks;
  if (tally.reporting == 0) {
    out.reasons.push_back(tally.total == 0 ? "no sensors" : "no sensor reports");
    return out;
  }
  judge_power(inventory, tally);
  const int silent = tally.total - tally.reporting;
  if (silent > 0) {
    tally.reasons.push_back(
        {RoomStatus::amber, -1,
         std::to_string(silent) + " of " + counted(tally.total, " sensor", " sensors") + (silent == 1 ? " is silent" : " are silent")});
  }
  if (tally.bad > 0)
    tally.reasons.push_back({RoomStatus::amber, -2, counted(tally.bad, " sensor reports", " sensors report") + " implausible values"});

  out.status = RoomStatus::green;
  std::ranges::sort(tally.reasons, [](const Reason& a, const Reason& b) {
    return a.status != b.status ? a.status == RoomStatus::red : a.weight != b.weight ? a.weight > b.weight : a.text < b.text;
  });
  if (!tally.reasons.empty()) out.status = tally.reasons.front().status;
  for (const auto& reason : tally.reasons) {
    if (out.reasons.size() == kMostReasons) {
      out.reasons.push_back("and " + std::to_string(tally.reasons.size() - kMostReasons) + " more");
      break;
    }
    out.reasons.push_back(reason.text);
  }
  return out;
}

}  // namespace

std::string_view name_of(RoomStatus status) {
  switch (status) {
    case RoomStatus::green: return "green";
    case RoomStatus::amber: return "amber";
    case RoomStatus::red: return "red";
    case RoomStatus::grey: return "grey";
  }
  return "grey";
}

Overview overview(const Inventory& inventory, SiteId site, const LatestReadings& latest, base::Timestamp now) {
  std::unordered_map<RoomId, RoomTally> rooms;
  RoomTally outside;  // sensors of the site that are in no room
  for (const auto& rack : inventory.racks()) {
    if (rack.site_id == site) ++rooms[rack.room_id].racks;
  }
  for (const auto& sensor : inventory.sensors()) {
    if (sensor.site_id != site) continue;
    auto& tally = sensor.room_id ? rooms[*sensor.room_id] : outside;
    const bool is_power = sensor.kind == "rack-power";
    const bool is_inlet = sensor.kind == "inlet-temperature";
    ++tally.total;
    tally.power.expected += is_power;
    tally.inlet.expected += is_inlet;
    const auto it = latest.find(sensor.id);
    if (it == latest.end() || stale(sensor, it->second.ts, now)) continue;
    const auto& reading = it->second;
    ++tally.reporting;
    if (reading.quality == Quality::bad) {
      ++tally.bad;
      continue;
    }
    if (is_power) {
      const double kw = in_kw(sensor, reading.value);
      tally.power.add(sensor, kw, reading.ts);
      if (sensor.rack_id) tally.rack_power[*sensor.rack_id] += kw;
    } else if (is_inlet) {
      tally.inlet.add(sensor, reading.value, reading.ts);
      judge_inlet(inventory, sensor, reading.value, tally.reasons);
    }
  }

  Overview out;
  RoomTally whole = outside;
  for (const auto& room : inventory.rooms()) {
    if (room.site_id != site) continue;
    auto& tally = rooms[room.id];
    whole.add(tally);
    out.rooms.push_back(overview_of(inventory, room, tally));
  }
  out.total_power = whole.power.total("kW");
  out.average_inlet = whole.inlet.average("°C");
  out.maximum_inlet = whole.inlet.highest("°C");
  out.maximum_inlet_rack = whole.inlet.maximum_rack;
  out.sensors_reporting = whole.reporting;
  out.sensors_total = whole.total;
  return out;
}

}  // namespace dcim::core
