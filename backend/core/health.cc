#include "core/health.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/computed.h"
#include "core/overview.h"

namespace dcim::core {
namespace {

constexpr double kAlarmsWeight = 45, kRacksWeight = 20, kRedundancyWeight = 20, kDataWeight = 15;
// Points that one alarm costs.
constexpr double kCriticalPoints = 25, kMajorPoints = 10, kMinorPoints = 3;
constexpr std::size_t kMostReasons = 5;

// What a unit says under "state".
constexpr int kUpsOnline = 1, kUpsOnBattery = 2, kUpsDepleted = 3, kCracOn = 1, kCracFault = 2;

std::string counted(int n, const std::string& one, const std::string& many) { return std::to_string(n) + " " + (n == 1 ? one : many); }

std::string alarms_page(const Site& site, const std::string& filter) { return "/alarms/?site=" + site.code + filter; }

// The page knows a rack as room.rack. Names may hold what an address may not.
std::string in_address(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}
std::string plan_page(const Site& site, const Room& room, const Rack* rack) {
  auto out = "/floor-plan/?site=" + site.code + "&room=" + room.code;
  if (rack) out += "&rack=" + room.code + "." + in_address(rack->name);
  return out;
}

void cut(std::vector<HealthReason>& reasons, const std::string& href) {
  if (reasons.size() <= kMostReasons) return;
  const auto more = reasons.size() - kMostReasons;
  reasons.resize(kMostReasons);
  reasons.push_back({"and " + std::to_string(more) + " more", href});
}

HealthPart alarms_part(const SiteNow& s) {
  HealthPart out{"alarms", kAlarmsWeight, 0, {}};
  SeverityCounts counts;
  for (const auto& alarm : s.alarms) ++counts[alarm.severity];
  struct Cost {
    Severity severity;
    double points;
  };
  for (const auto& [severity, points] :
       {Cost{Severity::critical, kCriticalPoints}, {Severity::major, kMajorPoints}, {Severity::minor, kMinorPoints}}) {
    if (counts[severity] == 0) continue;
    out.lost += points * counts[severity];
    const std::string name(name_of(severity));
    out.reasons.push_back({counted(counts[severity], name + " alarm", name + " alarms"), alarms_page(s.site, "&severity=" + name)});
  }
  out.lost = std::min(out.lost, out.weight);
  return out;
}

// A rack is outside when an alarm of limits stands on one of its sensors; half of one when the alarm is a minor one. By the root of the share, so
// that the first racks of a large site count, and the last of many do not count alone.
HealthPart racks_part(const SiteNow& s) {
  HealthPart out{"racks", 0, 0, {}};
  const auto racks = std::ranges::count(s.inventory.racks(), s.site.id, &Rack::site_id);
  if (racks == 0) return out;
  out.weight = kRacksWeight;
  std::map<RackId, const StandingAlarm*> outside;
  for (const auto& alarm : s.alarms) {
    if (!alarm.rack || alarm.type != RuleType::limits || alarm.severity == Severity::info) continue;
    auto& worst = outside[*alarm.rack];
    if (!worst || alarm.severity > worst->severity) worst = &alarm;
  }
  double weighted = 0;
  std::vector<const StandingAlarm*> worst_first;
  for (const auto& [_, alarm] : outside) {
    weighted += alarm->severity == Severity::minor ? 0.5 : 1;
    worst_first.push_back(alarm);
  }
  out.lost = out.weight * std::sqrt(weighted / static_cast<double>(racks));
  std::ranges::stable_sort(worst_first, std::ranges::greater{}, &StandingAlarm::severity);
  for (const auto* alarm : worst_first) {
    const auto* rack = s.inventory.rack(*alarm->rack);
    if (!rack) continue;
    out.reasons.push_back({sentence_of(*alarm, s.inventory, s.latest), plan_page(s.site, *s.inventory.room(rack->room_id), rack)});
  }
  cut(out.reasons, alarms_page(s.site, ""));
  return out;
}

// Units that stand in for each other: the UPSs of a site, the cooling units of a room.
struct Group {
  const Room* room = nullptr;
  int units = 0, failed = 0, unknown = 0;
  std::vector<HealthReason> reasons;
};

void judge_unit(const SiteNow& s, const Sensor& sensor, Group& group) {
  const bool ups = sensor.kind == "ups-state";
  const auto href = alarms_page(s.site, ups ? "&system=power" : "&system=cooling");
  ++group.units;
  const auto* reading = usable(s.latest, sensor, s.now);
  const bool offline = s.offline.contains(sensor.device_id);
  if (!reading && !offline) {
    ++group.unknown;
    group.reasons.push_back({sensor.device + " says nothing", alarms_page(s.site, "&system=communication")});
    return;
  }
  const int state = reading ? static_cast<int>(reading->value) : -1;
  if (!offline && state == (ups ? kUpsOnline : kCracOn)) return;
  ++group.failed;
  const char* what = offline                         ? " is offline"
                     : ups && state == kUpsOnBattery ? " is on battery"
                     : ups && state == kUpsDepleted  ? " has an empty battery"
                     : ups || state == kCracFault    ? " has a fault"
                                                     : " is off";
  group.reasons.push_back({sensor.device + what, href});
}

HealthPart redundancy_part(const SiteNow& s) {
  HealthPart out{"redundancy", 0, 0, {}};
  std::map<std::int32_t, Group> groups;  // by room; 0 the UPSs
  for (const auto& sensor : s.inventory.sensors()) {
    const bool cooling = sensor.kind == "crac-state" && sensor.room_id;
    if (sensor.site_id != s.site.id || (!cooling && sensor.kind != "ups-state")) continue;
    auto& group = groups[cooling ? sensor.room_id->value : 0];
    if (cooling) group.room = s.inventory.room(*sensor.room_id);
    judge_unit(s, sensor, group);
  }
  if (groups.empty()) return out;
  out.weight = kRedundancyWeight;
  for (auto& [_, group] : groups) {
    if (group.failed + group.unknown == 0) continue;
    const bool none_left = group.failed == group.units;
    out.lost += out.weight * (none_left ? 1 : group.failed > 0 ? 0.5 : 0.25);
    std::ranges::move(group.reasons, std::back_inserter(out.reasons));
    if (group.failed == 0) continue;
    const auto text =
        group.room ? (none_left ? group.room->name + " has no cooling unit left" : group.room->name + " has lost the redundancy of its cooling")
                   : std::string(none_left ? "no UPS is online" : "the UPSs have lost their redundancy");
    out.reasons.push_back({text, group.room ? plan_page(s.site, *group.room, nullptr) : alarms_page(s.site, "&system=power")});
  }
  out.lost = std::min(out.lost, out.weight);
  return out;
}

// All points are gone when half of the sensors say nothing that can be used.
HealthPart data_part(const SiteNow& s, int& reporting) {
  HealthPart out{"data", 0, 0, {}};
  int total = 0, stale_ones = 0, bad = 0;
  for (const auto& sensor : s.inventory.sensors()) {
    if (sensor.site_id != s.site.id || computed(sensor)) continue;
    ++total;
    const auto it = s.latest.find(sensor.id);
    if (it == s.latest.end() || stale(sensor, it->second.ts, s.now)) {
      ++stale_ones;
    } else if (it->second.quality == Quality::bad) {
      ++bad;
    }
  }
  reporting = total - stale_ones;
  if (total == 0) return out;
  out.weight = kDataWeight;
  out.lost = out.weight * std::min(1.0, 2.0 * (stale_ones + bad) / total);
  if (stale_ones > 0) {
    out.reasons.push_back({std::to_string(stale_ones) + " of " + counted(total, "sensor", "sensors") + (stale_ones == 1 ? " is" : " are") + " silent",
                           alarms_page(s.site, "&system=communication")});
  }
  if (bad > 0)
    out.reasons.push_back({counted(bad, "sensor reports", "sensors report") + " implausible values", "/data-quality/?site=" + s.site.code});
  return out;
}

std::string_view word_for(int score) { return score >= 90 ? "good" : score >= 75 ? "fair" : score >= 50 ? "poor" : "critical"; }

}  // namespace

Health health(const SiteNow& site) {
  Health out;
  int reporting = 0;
  out.parts = {alarms_part(site), racks_part(site), redundancy_part(site), data_part(site, reporting)};
  double weight = 0, lost = 0;
  for (auto& part : out.parts) {
    part.lost = std::round(part.lost * 10) / 10;
    weight += part.weight;
    lost += part.lost;
  }
  if (reporting == 0) return out;
  out.score = static_cast<int>(std::round(100 * (1 - lost / weight)));
  out.word = word_for(*out.score);
  return out;
}

}  // namespace dcim::core
