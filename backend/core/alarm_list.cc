#include "core/alarm_list.h"

namespace dcim::core {
namespace {

constexpr std::size_t kRemembered = 100'000;

void write(base::JsonWriter& json, std::string_view name, const SeverityCounts& counts) {
  json.key(name).begin_object();
  for (const auto severity : {Severity::critical, Severity::major, Severity::minor, Severity::info}) json.member(name_of(severity), counts[severity]);
  json.end_object();
}

// An empty name is of something that there is not.
void write_name(base::JsonWriter& json, std::string_view key, bool there, const std::string& name) {
  json.key(key);
  if (there) {
    json.value(name);
  } else {
    json.value(nullptr);
  }
}

StandingAlarm standing_of(const Alarm& alarm) {
  const auto& s = alarm.source;
  return {alarm.id, alarm.severity, alarm.type, alarm.system, s.room_id, s.rack_id, s.device_id, s.sensor_id, alarm.rule, alarm.level, alarm.value};
}

}  // namespace

std::string_view name_of(AlarmWorkflow state) {
  switch (state) {
    case AlarmWorkflow::active: return "active";
    case AlarmWorkflow::acknowledged: return "acknowledged";
    case AlarmWorkflow::cleared: return "cleared";
    case AlarmWorkflow::resolved: return "resolved";
  }
  return "";
}

std::optional<AlarmScope> alarm_scope_from(std::string_view name) {
  if (name == "open") return AlarmScope::open;
  if (name == "active") return AlarmScope::active;
  if (name == "acknowledged") return AlarmScope::acknowledged;
  if (name == "cleared") return AlarmScope::cleared;
  if (name == "resolved") return AlarmScope::resolved;
  if (name == "all") return AlarmScope::all;
  return std::nullopt;
}

AlarmWorkflow Alarm::state() const {
  if (resolved_at) return AlarmWorkflow::resolved;
  if (cleared_at) return AlarmWorkflow::cleared;
  return acknowledged_at ? AlarmWorkflow::acknowledged : AlarmWorkflow::active;
}

void write_source(base::JsonWriter& json, const AlarmSource& source) {
  json.key("source").begin_object().member("room_id", source.room_id);
  write_name(json, "room", source.room_id.has_value(), source.room);
  json.member("rack_id", source.rack_id);
  write_name(json, "rack", source.rack_id.has_value(), source.rack);
  json.member("device_id", source.device_id).member("device", source.device).member("sensor_id", source.sensor_id);
  write_name(json, "sensor", source.sensor_id.has_value(), source.sensor);
  json.end_object();
}

std::string to_json(const Alarm& alarm, const std::string& site) {
  base::JsonWriter json;
  json.begin_object().member("id", alarm.id).member("revision", alarm.revision).member("site", site).member("severity", name_of(alarm.severity));
  json.member("state", name_of(alarm.state())).member("type", name_of(alarm.type)).member("kind", alarm.source.kind);
  json.member("system", name_of(alarm.system));
  write_source(json, alarm.source);
  json.member("rule_id", alarm.rule_id).member("rule", alarm.rule).member("when", name_of(alarm.level.when)).member("limit", alarm.level.limit);
  json.member("value", alarm.value).member("unit", alarm.source.unit).member("raised_at", alarm.raised_at).member("changed_at", alarm.changed_at);
  json.member("cleared_at", alarm.cleared_at).member("acknowledged_at", alarm.acknowledged_at).member("acknowledged_by", alarm.acknowledged_by);
  json.member("resolved_at", alarm.resolved_at).member("latched", alarm.latching).member("occurrences", alarm.occurrences);
  json.member("announced", alarm.announced).member("instruction", alarm.instruction).end_object();
  return json.take();
}

std::string to_json(const AlarmCounts& counts) {
  base::JsonWriter json;
  json.begin_object();
  write(json, "open", counts.open);
  write(json, "unacknowledged", counts.unacknowledged);
  json.key("rooms").begin_array();
  for (const auto& [room, open] : counts.rooms) {
    if (open.total() == 0) continue;
    json.begin_object().member("room_id", room);
    write(json, "open", open);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

void OpenAlarms::clear() {
  open_.clear();
  resolved_.clear();
  counts_.clear();
}

void OpenAlarms::count(const Open& open, int by) {
  auto& counts = counts_[open.site];
  counts.open[open.severity] += by;
  if (open.unacknowledged) counts.unacknowledged[open.severity] += by;
  if (open.room) counts.rooms[*open.room][open.severity] += by;
}

bool OpenAlarms::take(const Alarm& alarm) {
  const auto it = open_.find(alarm.id);
  if (it != open_.end() && it->second.revision >= alarm.revision) return false;
  if (const auto gone = resolved_.find(alarm.id); gone != resolved_.end() && gone->second >= alarm.revision) return false;
  if (it != open_.end()) {
    count(it->second, -1);
    open_.erase(it);
  }
  if (alarm.resolved_at) {
    if (resolved_.size() >= kRemembered) resolved_.clear();
    resolved_[alarm.id] = alarm.revision;
    return true;
  }
  Open open{alarm.revision, alarm.source.site_id, alarm.source.room_id, alarm.severity, !alarm.acknowledged_at && alarm.announced, {}};
  if (!alarm.cleared_at) open.standing = standing_of(alarm);
  count(open, 1);
  open_.emplace(alarm.id, std::move(open));
  return true;
}

std::vector<StandingAlarm> OpenAlarms::standing(SiteId site) const {
  std::vector<StandingAlarm> out;
  for (const auto& [_, open] : open_) {
    if (open.site == site && open.standing) out.push_back(*open.standing);
  }
  std::ranges::sort(out, {}, &StandingAlarm::id);
  return out;
}

AlarmCounts OpenAlarms::counts(SiteId site) const {
  const auto it = counts_.find(site);
  return it == counts_.end() ? AlarmCounts{} : it->second;
}

}  // namespace dcim::core
