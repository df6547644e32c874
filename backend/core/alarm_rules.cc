#include "core/alarm_rules.h"

#include <array>

#include "core/json_reader.h"

namespace dcim::core {
namespace {

using base::Error;

constexpr std::array<std::string_view, 5> kSeverities{"", "info", "minor", "major", "critical"};
constexpr std::array<std::string_view, kRuleTypes> kTypes{"limits", "state", "rate", "no-data", "deviation"};
constexpr std::array<std::string_view, 4> kWhens{"above", "below", "equals", "silent"};
constexpr std::array<std::string_view, 5> kSystems{"environment", "cooling", "power", "safety", "communication"};
constexpr std::array<std::string_view, 4> kBaselines{"", "device", "room", "own"};
constexpr double kLongestDelay_s = 86'400;
constexpr double kShortestWindow_s = 60;

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto it = std::ranges::find(names, name);
  if (it == names.end() || it->empty()) return std::nullopt;
  return static_cast<Enum>(it - names.begin());
}

bool fits(When when, RuleType type) {
  switch (type) {
    case RuleType::limits:
    case RuleType::rate:
    case RuleType::deviation: return when == When::above || when == When::below;
    case RuleType::state: return when == When::equals;
    case RuleType::no_data: return when == When::silent;
  }
  return false;
}

std::string_view whens_of(RuleType type) {
  switch (type) {
    case RuleType::limits:
    case RuleType::rate:
    case RuleType::deviation: return "above or below";
    case RuleType::state: return "equals";
    case RuleType::no_data: return "silent";
  }
  return "";
}

RuleLevel read_level(const json::value& value, const std::string& pointer, RuleType type) {
  const ObjectReader reader(value, pointer, {"when", "limit", "severity"});
  RuleLevel out;
  const auto when = when_from(reader.text("when", 20));
  if (!when || !fits(*when, type)) throw Error::invalid(reader.at("when"), "must be " + std::string(whens_of(type)));
  out.when = *when;
  const auto limit = reader.number("limit");
  if (!limit) throw Error::invalid(reader.at("limit"), "is missing");
  if (type == RuleType::no_data && *limit < 2) throw Error::invalid(reader.at("limit"), "must be at least 2 intervals");
  out.limit = *limit;
  const auto severity = severity_from(reader.text("severity", 20));
  if (!severity) throw Error::invalid(reader.at("severity"), "must be critical, major, minor or info");
  out.severity = *severity;
  return out;
}

// A worse level must be farther out, or the milder one could never be told from it.
void check_order(const std::vector<RuleLevel>& levels, const std::string& pointer) {
  for (std::size_t i = 0; i < levels.size(); ++i) {
    for (std::size_t j = 0; j < levels.size(); ++j) {
      const auto &a = levels[i], &b = levels[j];
      if (i == j || a.when != b.when) continue;
      const auto at = pointer + "/" + std::to_string(std::max(i, j)) + "/limit";
      if (a.limit == b.limit) throw Error::invalid(at, "is there already");
      if (a.severity <= b.severity) continue;
      if (a.when == When::below ? a.limit > b.limit : (a.when != When::equals && a.limit < b.limit)) {
        throw Error::invalid(at, "the worse the severity, the farther out the limit");
      }
    }
  }
  for (const auto& high : levels) {
    for (const auto& low : levels) {
      if (high.when == When::above && low.when == When::below && low.limit >= high.limit) {
        throw Error::invalid(pointer, "a limit below must lie under the limits above");
      }
    }
  }
}

std::vector<RuleLevel> read_levels(const ObjectReader& reader, RuleType type) {
  auto out = reader.list("levels", true, [type](const json::value& value, const std::string& pointer) { return read_level(value, pointer, type); });
  if (out.empty() || out.size() > kMostLevels) throw Error::invalid(reader.at("levels"), "must be 1 to " + std::to_string(kMostLevels));
  check_order(out, reader.at("levels"));
  return out;
}

double number_within(const ObjectReader& reader, std::string_view key, double low, double high, double otherwise) {
  const auto value = reader.number(key);
  if (!value) return otherwise;
  if (*value < low || *value > high) {
    throw Error::invalid(reader.at(key),
                         "must be from " + std::to_string(static_cast<int>(low)) + " to " + std::to_string(static_cast<std::int64_t>(high)));
  }
  return *value;
}

template <class Id>
std::optional<Id> id_in(const ObjectReader& reader, std::string_view key) {
  if (!reader.find(key)) return std::nullopt;
  return Id{reader.integer(key, 1, std::numeric_limits<std::int32_t>::max(), 0)};
}

RuleScope read_scope(const ObjectReader& rule, const Inventory& inventory) {
  RuleScope out;
  const auto* value = rule.find("scope");
  if (!value) return out;
  const ObjectReader reader(*value, rule.at("scope"), {"site", "room_id", "rack_id", "sensor_id"});
  if (reader.find("site")) {
    const auto* site = inventory.site(reader.text("site", 63));
    if (!site) throw Error::invalid(reader.at("site"), "there is no such site");
    out.site = site->id;
  }
  out.room = id_in<RoomId>(reader, "room_id");
  out.rack = id_in<RackId>(reader, "rack_id");
  out.sensor = id_in<SensorId>(reader, "sensor_id");
  if (out.room && !inventory.room(*out.room)) throw Error::invalid(reader.at("room_id"), "there is no such room");
  if (out.rack && !inventory.rack(*out.rack)) throw Error::invalid(reader.at("rack_id"), "there is no such rack");
  if (out.sensor && !inventory.sensor(*out.sensor)) throw Error::invalid(reader.at("sensor_id"), "there is no such sensor");
  if (out.site.has_value() + out.room.has_value() + out.rack.has_value() + out.sensor.has_value() > 1) {
    throw Error::invalid(rule.at("scope"), "must name one of site, room, rack or sensor");
  }
  return out;
}

AlarmRule read_rule(const json::value& value, const Inventory& inventory) {
  const ObjectReader reader(value, "",
                            {"name", "type", "kind", "scope", "levels", "dead_band", "on_delay_s", "off_delay_s", "window_s", "baseline", "latching",
                             "ack_required", "enabled", "instruction"});
  AlarmRule out;
  out.name = reader.text("name", 100);
  const auto type = rule_type_from(reader.text("type", 20));
  if (!type) throw Error::invalid(reader.at("type"), "must be limits, state, rate, deviation or no-data");
  out.type = *type;
  out.kind = reader.text("kind", 63);
  out.scope = read_scope(reader, inventory);
  out.levels = read_levels(reader, *type);
  const auto dead_band = reader.number("dead_band").value_or(0);
  if (dead_band < 0) throw Error::invalid(reader.at("dead_band"), "must not be negative");
  out.dead_band = dead_band;
  out.on_delay_s = number_within(reader, "on_delay_s", 0, kLongestDelay_s, 0);
  out.off_delay_s = number_within(reader, "off_delay_s", 0, kLongestDelay_s, 0);
  out.window_s = number_within(reader, "window_s", kShortestWindow_s, kLongestDelay_s, 0);
  if (*type == RuleType::rate && out.window_s == 0) throw Error::invalid(reader.at("window_s"), "is missing");
  if (*type != RuleType::rate && out.window_s != 0) throw Error::invalid(reader.at("window_s"), "goes with rate");
  if (*type == RuleType::deviation) {
    const auto baseline = baseline_from(reader.text("baseline", 20));
    if (!baseline) throw Error::invalid(reader.at("baseline"), "must be device, room or own");
    out.baseline = *baseline;
  } else if (reader.find("baseline")) {
    throw Error::invalid(reader.at("baseline"), "goes with deviation");
  }
  if (*type == RuleType::no_data && out.scope.sensor) throw Error::invalid("/scope/sensor_id", "no-data watches whole devices");
  out.latching = reader.boolean("latching", false);
  out.ack_required = reader.boolean("ack_required", true);
  if (out.latching && !out.ack_required) throw Error::invalid(reader.at("ack_required"), "a latching rule needs acknowledgement");
  out.enabled = reader.boolean("enabled", true);
  out.instruction = reader.text("instruction", 2000, "");
  if (out.scope.sensor && inventory.sensor(*out.scope.sensor)->kind != out.kind) {
    throw Error::invalid(reader.at("kind"), "the sensor's kind is " + inventory.sensor(*out.scope.sensor)->kind);
  }
  return out;
}

}  // namespace

std::string_view name_of(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }
std::string_view name_of(RuleType type) { return kTypes[static_cast<std::size_t>(type)]; }
std::string_view name_of(When when) { return kWhens[static_cast<std::size_t>(when)]; }
std::string_view name_of(System system) { return kSystems[static_cast<std::size_t>(system)]; }
std::string_view name_of(Baseline baseline) { return kBaselines[static_cast<std::size_t>(baseline)]; }
std::optional<Severity> severity_from(std::string_view name) { return value_of<Severity>(kSeverities, name); }
std::optional<RuleType> rule_type_from(std::string_view name) { return value_of<RuleType>(kTypes, name); }
std::optional<When> when_from(std::string_view name) { return value_of<When>(kWhens, name); }
std::optional<System> system_from(std::string_view name) { return value_of<System>(kSystems, name); }
std::optional<Baseline> baseline_from(std::string_view name) { return value_of<Baseline>(kBaselines, name); }

System system_of(RuleType type, std::string_view kind) {
  if (type == RuleType::no_data) return System::communication;
  const auto any_of = [&](std::initializer_list<std::string_view> parts) {
    return std::ranges::any_of(parts, [&](std::string_view part) { return kind.find(part) != kind.npos; });
  };
  if (any_of({"leak", "smoke", "door"})) return System::safety;
  if (any_of({"crac", "supply-", "return-", "fan-", "cooling", "airflow", "compressor", "setpoint", "aisle-pressure"})) return System::cooling;
  if (any_of({"inlet-", "outlet-temperature", "aisle-temperature", "outdoor", "humidity", "dew-point"})) return System::environment;
  return System::power;
}

base::Result<AlarmRule> rule_from_json(const boost::json::value& json, const Inventory& inventory) {
  try {
    return read_rule(json, inventory);
  } catch (const Error& error) {
    return error;
  }
}

boost::json::value json_of(const std::vector<RuleLevel>& levels) {
  json::array out;
  for (const auto& level : levels) {
    const auto when = name_of(level.when), severity = name_of(level.severity);
    out.push_back(json::object{{"when", json::string_view(when.data(), when.size())},
                               {"limit", level.limit},
                               {"severity", json::string_view(severity.data(), severity.size())}});
  }
  return out;
}

base::Result<std::vector<RuleLevel>> levels_from_json(const boost::json::value& json, RuleType type) {
  try {
    json::object wrapped{{"levels", json}};
    const json::value value(std::move(wrapped));
    return read_levels(ObjectReader(value, "", {"levels"}), type);
  } catch (const Error& error) {
    return error;
  }
}

std::string label_of(const RuleScope& scope, const Inventory& inventory) {
  const auto room_name = [&](RoomId id) {
    const auto* room = inventory.room(id);
    return room ? room->name : std::string("a room that is gone");
  };
  if (scope.sensor) {
    const auto* sensor = inventory.sensor(*scope.sensor);
    return sensor ? sensor->device + " › " + sensor->name : "a sensor that is gone";
  }
  if (scope.rack) {
    const auto* rack = inventory.rack(*scope.rack);
    return rack ? room_name(rack->room_id) + " › " + rack->name : "a rack that is gone";
  }
  if (scope.room) return room_name(*scope.room);
  if (scope.site) {
    const auto* site = inventory.site(*scope.site);
    return site ? site->name : "a site that is gone";
  }
  return "All sites";
}

std::optional<SiteId> site_of(const RuleScope& scope, const Inventory& inventory) {
  if (scope.site) return scope.site;
  if (scope.room) {
    if (const auto* room = inventory.room(*scope.room)) return room->site_id;
  } else if (scope.rack) {
    if (const auto* rack = inventory.rack(*scope.rack)) return rack->site_id;
  } else if (scope.sensor) {
    if (const auto* sensor = inventory.sensor(*scope.sensor)) return sensor->site_id;
  }
  return std::nullopt;
}

AlarmRules::AlarmRules(std::int64_t version, std::vector<AlarmRule> rules) : version_(version), rules_(std::move(rules)) {
  for (std::uint32_t i = 0; i < rules_.size(); ++i) by_kind_[rules_[i].kind].push_back(i);
}

const AlarmRule* AlarmRules::rule(RuleId id) const {
  const auto it = std::ranges::find(rules_, id, &AlarmRule::id);
  return it == rules_.end() ? nullptr : &*it;
}

const AlarmRule* AlarmRules::best(RuleType type, std::string_view kind, SiteId site, std::optional<RoomId> room, std::optional<RackId> rack,
                                  std::optional<SensorId> sensor) const {
  const auto it = by_kind_.find(std::string(kind));
  if (it == by_kind_.end()) return nullptr;
  const AlarmRule* out = nullptr;
  for (const auto index : it->second) {
    const auto& rule = rules_[index];
    const auto& scope = rule.scope;
    if (rule.type != type) continue;
    if ((scope.sensor && scope.sensor != sensor) || (scope.rack && scope.rack != rack) || (scope.room && scope.room != room) ||
        (scope.site && scope.site != site)) {
      continue;
    }
    if (!out || scope.rank() > out->scope.rank()) out = &rule;
  }
  return out;
}

const AlarmRule* AlarmRules::rule_for(RuleType type, const Sensor& sensor) const {
  return best(type, sensor.kind, sensor.site_id, sensor.room_id, sensor.rack_id, sensor.id);
}

const AlarmRule* AlarmRules::rule_for(const Device& device) const {
  const auto* typed = best(RuleType::no_data, device.type, device.site_id, device.room_id, device.rack_id, {});
  return typed ? typed : best(RuleType::no_data, "*", device.site_id, device.room_id, device.rack_id, {});
}

}  // namespace dcim::core
