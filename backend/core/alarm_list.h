// An alarm as it is listed and told to browsers, what a list may be filtered by, and how many are open.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "core/alarm_engine.h"

namespace dcim::core {

enum class AlarmWorkflow : std::int16_t { active, acknowledged, cleared, resolved };
std::string_view name_of(AlarmWorkflow state);

struct Alarm {
  std::int32_t id = 0;
  int revision = 1;
  AlarmSource source;
  Severity severity = Severity::info;
  RuleType type = RuleType::limits;
  System system = System::environment;
  std::optional<RuleId> rule_id;
  std::string rule, instruction;
  RuleLevel level;
  double value = 0;
  bool latching = false;
  bool announced = true;
  int occurrences = 1;
  base::Timestamp raised_at, changed_at;
  std::optional<base::Timestamp> cleared_at, acknowledged_at, resolved_at;
  std::optional<std::string> acknowledged_by;

  /// The condition and what people did, as the one word that is shown.
  AlarmWorkflow state() const;
};

/// The member "source".
void write_source(base::JsonWriter& json, const AlarmSource& source);
/// As GET /api/alarms gives it and the stream tells it. `site` is the code.
std::string to_json(const Alarm& alarm, const std::string& site);

enum class AlarmScope : std::uint8_t { open, active, acknowledged, cleared, resolved, all };
std::optional<AlarmScope> alarm_scope_from(std::string_view name);
enum class AlarmOrder : std::uint8_t { newest, severity };

struct AlarmFilter {
  SiteId site;
  AlarmScope state = AlarmScope::open;
  std::vector<std::int32_t> ids;     // empty: all
  std::vector<Severity> severities;  // empty: all
  std::optional<System> system;
  std::optional<std::int32_t> room, rack, sensor;
  std::string search;
  std::optional<base::Timestamp> from, to;
  AlarmOrder order = AlarmOrder::newest;
};

/// By severity, info to critical.
struct SeverityCounts {
  std::array<int, 4> of{};
  int& operator[](Severity severity) { return of[static_cast<std::size_t>(severity) - 1]; }
  int operator[](Severity severity) const { return of[static_cast<std::size_t>(severity) - 1]; }
  int total() const { return of[0] + of[1] + of[2] + of[3]; }
  bool operator==(const SeverityCounts&) const = default;
};

struct AlarmCounts {
  SeverityCounts open, unacknowledged;
  std::map<RoomId, SeverityCounts> rooms;
};
std::string to_json(const AlarmCounts& counts);

/// An alarm whose condition holds, as figures and scores need it.
struct StandingAlarm {
  std::int32_t id = 0;
  Severity severity = Severity::info;
  RuleType type = RuleType::limits;
  System system = System::environment;
  std::optional<RoomId> room;
  std::optional<RackId> rack;
  DeviceId device;
  std::optional<SensorId> sensor;  // none: the whole device
  std::string rule;
  RuleLevel level;
  double value = 0;  // when it last changed
};

/// The alarms that are not resolved, counted by site. Of what comes in twice or late, the newest revision counts.
class OpenAlarms {
 public:
  void clear();
  /// False when a newer revision of it is known already: there is nothing to tell.
  bool take(const Alarm& alarm);
  AlarmCounts counts(SiteId site) const;
  std::vector<StandingAlarm> standing(SiteId site) const;
  std::size_t size() const { return open_.size(); }

 private:
  struct Open {
    int revision = 0;
    SiteId site;
    std::optional<RoomId> room;
    Severity severity = Severity::info;
    bool unacknowledged = false;
    std::optional<StandingAlarm> standing;
  };
  void count(const Open& open, int by);

  std::unordered_map<std::int32_t, Open> open_;
  std::unordered_map<std::int32_t, int> resolved_;  // the revision with which it was; forgotten when they are many
  std::unordered_map<SiteId, AlarmCounts> counts_;
};

}  // namespace dcim::core
