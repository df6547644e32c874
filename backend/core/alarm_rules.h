// What an alarm rule is: which sensors it watches, at which levels it raises, and which of several rules holds for a sensor.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "core/inventory.h"

namespace dcim::core {

using RuleId = base::Id<struct RuleTag>;

/// The order is that of urgency. minor is a warning; info is to know.
enum class Severity : std::int16_t { info = 1, minor = 2, major = 3, critical = 4 };
/// limits: the value against limits. state: the value is one of given states. rate: the change within a window against
/// limits. no_data: a device of which at least one sensor is silent. deviation: how far the value is from a baseline against limits.
enum class RuleType : std::int16_t { limits = 0, state = 1, rate = 2, no_data = 3, deviation = 4 };
inline constexpr std::size_t kRuleTypes = 5;
/// What a deviation is measured from. device, room: the median of the sensors of the kind there. own: the sensor's usual value.
enum class Baseline : std::int16_t { none, device, room, own };
enum class When : std::int16_t { above = 0, below = 1, equals = 2, silent = 3 };
/// Which part of the plant an alarm speaks of: what people filter and route by.
enum class System : std::int16_t { environment, cooling, power, safety, communication };

std::string_view name_of(Severity severity);
std::string_view name_of(RuleType type);
std::string_view name_of(When when);
std::string_view name_of(System system);
std::string_view name_of(Baseline baseline);
std::optional<Severity> severity_from(std::string_view name);
std::optional<RuleType> rule_type_from(std::string_view name);
std::optional<When> when_from(std::string_view name);
std::optional<System> system_from(std::string_view name);
std::optional<Baseline> baseline_from(std::string_view name);
/// Of a sensor's kind, or for no_data of the silence itself.
System system_of(RuleType type, std::string_view kind);

struct RuleLevel {
  When when = When::above;
  double limit = 0;  // in the kind's unit; rate: change in the window; silent: multiples of the expected interval; deviation: % or K
  Severity severity = Severity::minor;
  bool operator==(const RuleLevel&) const = default;
};

/// At most one is set; none is all sites.
struct RuleScope {
  std::optional<SiteId> site;
  std::optional<RoomId> room;
  std::optional<RackId> rack;
  std::optional<SensorId> sensor;
  bool operator==(const RuleScope&) const = default;
  /// 0 all sites … 4 one sensor: the most specific rule holds.
  int rank() const { return sensor ? 4 : rack ? 3 : room ? 2 : site ? 1 : 0; }
};

inline constexpr std::size_t kMostLevels = 8;

struct AlarmRule {
  RuleId id;
  int version = 1;
  std::string name;
  RuleType type = RuleType::limits;
  std::string kind;  // of sensors; no_data: the devices' type, or * for all
  RuleScope scope;
  std::vector<RuleLevel> levels;  // at most kMostLevels
  double dead_band = 0;
  double on_delay_s = 0;               // how long the condition must hold
  double off_delay_s = 0;              // how long it must be over
  double window_s = 0;                 // rate only
  Baseline baseline = Baseline::none;  // deviation only
  bool latching = false;
  bool ack_required = true;
  bool enabled = true;
  std::string instruction;
  base::Timestamp updated_at{};
  bool operator==(const AlarmRule&) const = default;
};

/// A rule as the API takes it. The scope's site is a code; ids must be of `inventory`. The error names the field by JSON Pointer.
base::Result<AlarmRule> rule_from_json(const boost::json::value& json, const Inventory& inventory);
/// Levels as the database keeps them.
boost::json::value json_of(const std::vector<RuleLevel>& levels);
base::Result<std::vector<RuleLevel>> levels_from_json(const boost::json::value& json, RuleType type);
/// "All sites", "Berlin", "Room 1 › A01".
std::string label_of(const RuleScope& scope, const Inventory& inventory);
/// The site that the scope lies in; nullopt for all sites, or when it is gone.
std::optional<SiteId> site_of(const RuleScope& scope, const Inventory& inventory);

/// All rules, and which of them holds where. Never changed once built.
class AlarmRules {
 public:
  AlarmRules() = default;
  AlarmRules(std::int64_t version, std::vector<AlarmRule> rules);

  std::int64_t version() const { return version_; }
  const std::vector<AlarmRule>& rules() const { return rules_; }
  const AlarmRule* rule(RuleId id) const;
  /// The most specific of the type for the sensor; nullptr when there is none. A disabled one shadows wider ones.
  const AlarmRule* rule_for(RuleType type, const Sensor& sensor) const;
  /// The no_data rule of a device: one for its type goes before one for all.
  const AlarmRule* rule_for(const Device& device) const;

 private:
  const AlarmRule* best(RuleType type, std::string_view kind, SiteId site, std::optional<RoomId> room, std::optional<RackId> rack,
                        std::optional<SensorId> sensor) const;

  std::int64_t version_ = 0;
  std::vector<AlarmRule> rules_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_kind_;
};

using AlarmRulesPtr = std::shared_ptr<const AlarmRules>;

}  // namespace dcim::core
