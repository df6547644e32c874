#include "core/overview.h"

#include <algorithm>
#include <unordered_map>

#include "core/computed.h"
#include "core/number_text.h"

namespace dcim::core {
namespace {

constexpr std::size_t kMostReasons = 6;

FigureStatus status_of(Severity severity) {
  return severity == Severity::critical ? FigureStatus::critical : severity == Severity::info ? FigureStatus::ok : FigureStatus::warning;
}

// Sum, or maximum, with its coverage.
struct Tally {
  double sum = 0;
  std::optional<double> maximum;
  std::optional<RackId> maximum_rack;
  std::optional<base::Timestamp> oldest;
  int reporting = 0;
  int expected = 0;
  std::optional<Severity> worst;  // alarm on one of its sensors

  void expect(std::optional<Severity> alarm) {
    ++expected;
    worst = std::max(worst, alarm);
  }
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
    worst = std::max(worst, other.worst);
    if (other.maximum && (!maximum || *other.maximum > *maximum)) {
      maximum = other.maximum;
      maximum_rack = other.maximum_rack;
    }
    if (other.oldest) oldest = oldest ? std::min(*oldest, *other.oldest) : *other.oldest;
  }

  Figure figure(std::optional<double> value, const char* unit) const {
    Figure out{std::nullopt, unit, oldest, reporting, expected};
    if (reporting == 0) return out;
    out.value = value;
    out.status = worst ? status_of(*worst) : FigureStatus::ok;
    return out;
  }
  Figure total(const char* unit) const { return figure(sum, unit); }
  Figure average(const char* unit) const { return figure(reporting > 0 ? sum / reporting : 0, unit); }
  Figure highest(const char* unit) const { return figure(maximum, unit); }
};

struct Reason {
  RoomStatus status;
  int weight;  // within a status, the heavier first
  std::string text;
};

struct RoomTally {
  Tally power, inlet;
  int reporting = 0, total = 0, racks = 0, bad = 0;
  std::vector<Reason> reasons;

  void add(const RoomTally& other) {
    power.add(other.power);
    inlet.add(other.inlet);
    reporting += other.reporting;
    total += other.total;
  }
};

// "28 °C", "70 %RH", "0.9".
std::string with_unit(std::string number, std::string_view unit) {
  if (!unit.empty()) (number += ' ') += unit;
  return number;
}

std::string counted(int n, const char* one, const char* many) { return std::to_string(n) + (n == 1 ? one : many); }

RoomOverview overview_of(const Room& room, RoomTally& tally) {
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

std::string_view name_of(FigureStatus status) {
  switch (status) {
    case FigureStatus::ok: return "ok";
    case FigureStatus::warning: return "warning";
    case FigureStatus::critical: return "critical";
    case FigureStatus::unknown: return "unknown";
  }
  return "unknown";
}

std::string_view name_of(RoomStatus status) {
  switch (status) {
    case RoomStatus::green: return "green";
    case RoomStatus::amber: return "amber";
    case RoomStatus::red: return "red";
    case RoomStatus::grey: return "grey";
  }
  return "grey";
}

std::string sentence_of(const StandingAlarm& alarm, const Inventory& inventory, const LatestReadings& latest) {
  const auto* rack = alarm.rack ? inventory.rack(*alarm.rack) : nullptr;
  const auto* device = inventory.device(alarm.device);
  const auto* sensor = alarm.sensor ? inventory.sensor(*alarm.sensor) : nullptr;
  const std::string where = rack ? rack->name : device ? device->name : "a device that is gone";
  const std::string severity(name_of(alarm.severity));
  if (alarm.type == RuleType::no_data) return (device ? device->name : where) + " is silent (" + severity + ")";
  if (alarm.type == RuleType::state || !sensor) return where + ": " + alarm.rule + " (" + severity + ")";
  const std::string bound = severity + " " + std::string(name_of(alarm.level.when)) + " " + with_unit(limit_text(alarm.level.limit), sensor->unit);
  if (alarm.type == RuleType::rate)
    return where + " " + sensor->name + " changed by " + with_unit(measured_text(alarm.value), sensor->unit) + " (" + bound + ")";
  const auto it = latest.find(sensor->id);
  const double now = it == latest.end() ? alarm.value : it->second.value;
  // Back within the limit: the alarm stands for as long as its rule's off-delay.
  const bool back = alarm.type == RuleType::limits &&
                    ((alarm.level.when == When::above && now < alarm.level.limit) || (alarm.level.when == When::below && now > alarm.level.limit));
  const std::string was = back ? " was " + with_unit(measured_text(alarm.value), sensor->unit) + "," : "";
  return where + " " + sensor->name + was + " is " + with_unit(measured_text(now), sensor->unit) + " (" + bound + ")";
}

Overview overview(const Inventory& inventory, SiteId site, const LatestReadings& latest, const std::vector<StandingAlarm>& alarms,
                  base::Timestamp now) {
  std::unordered_map<RoomId, RoomTally> rooms;
  RoomTally outside;  // sensors of the site that are in no room
  for (const auto& rack : inventory.racks()) {
    if (rack.site_id == site) ++rooms[rack.room_id].racks;
  }
  std::unordered_map<SensorId, Severity> on_sensor;
  for (const auto& alarm : alarms) {
    if (alarm.sensor) {
      auto& worst = on_sensor.try_emplace(*alarm.sensor, alarm.severity).first->second;
      worst = std::max(worst, alarm.severity);
    }
    if (!alarm.room || alarm.severity == Severity::info) continue;
    rooms[*alarm.room].reasons.push_back({alarm.severity == Severity::critical ? RoomStatus::red : RoomStatus::amber,
                                          static_cast<int>(alarm.severity), sentence_of(alarm, inventory, latest)});
  }
  for (const auto& sensor : inventory.sensors()) {
    if (sensor.site_id != site || computed(sensor)) continue;
    auto& tally = sensor.room_id ? rooms[*sensor.room_id] : outside;
    const bool is_power = sensor.kind == "rack-power";
    const bool is_inlet = sensor.kind == "inlet-temperature";
    ++tally.total;
    if (is_power || is_inlet) {
      const auto alarm = on_sensor.find(sensor.id);
      (is_power ? tally.power : tally.inlet).expect(alarm == on_sensor.end() ? std::nullopt : std::optional(alarm->second));
    }
    const auto it = latest.find(sensor.id);
    if (it == latest.end() || stale(sensor, it->second.ts, now)) continue;
    const auto& reading = it->second;
    ++tally.reporting;
    if (reading.quality == Quality::bad) {
      ++tally.bad;
    } else if (is_power) {
      tally.power.add(sensor, in_kw(sensor, reading.value), reading.ts);
    } else if (is_inlet) {
      tally.inlet.add(sensor, reading.value, reading.ts);
    }
  }

  Overview out;
  RoomTally whole = outside;
  for (const auto& room : inventory.rooms()) {
    if (room.site_id != site) continue;
    auto& tally = rooms[room.id];
    whole.add(tally);
    out.rooms.push_back(overview_of(room, tally));
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
