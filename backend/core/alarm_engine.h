// Judges every reading by the rules that hold for its sensor, and silence by the clock's tick. Pure: time comes in as an argument.
// live owns the one that decides; `dcim alarms test` and the test of a draft rule run others of the same kind.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/alarm_baseline.h"
#include "core/alarms.h"
#include "core/readings.h"

namespace dcim::core {

/// What an alarm is of: a sensor, or for no_data a device.
struct AlarmSubject {
  std::int32_t value = 0;  // a sensor's id, or a device's id negated
  static AlarmSubject of(SensorId id) { return {id.value}; }
  static AlarmSubject of(DeviceId id) { return {-id.value}; }
  std::optional<SensorId> sensor() const { return value > 0 ? std::optional(SensorId{value}) : std::nullopt; }
  std::optional<DeviceId> device() const { return value < 0 ? std::optional(DeviceId{-value}) : std::nullopt; }
  auto operator<=>(const AlarmSubject&) const = default;
};

/// Where it is, by the names of the moment.
struct AlarmSource {
  SiteId site_id;
  std::optional<RoomId> room_id;
  std::optional<RackId> rack_id;
  DeviceId device_id;
  std::optional<SensorId> sensor_id;
  std::string room, rack, device, sensor, kind, unit;
};

struct AlarmTransition {
  AlarmChange change = AlarmChange::raised;
  base::Timestamp ts;
  AlarmSubject subject;
  RuleType type = RuleType::limits;
  RuleLevel level;   // that holds now; no_data: the limit in seconds
  double value = 0;  // deviation: from the baseline, in the source's unit
  bool announced = true;
  // Of `raised` and what changes the severity:
  RuleId rule_id;
  std::string rule;
  std::string instruction;
  bool latching = false;
  bool ack_required = true;
  AlarmSource source;
};

/// How a rule stands on a subject, to be kept with the readings that brought it there: after a restart the engine goes on from it.
struct AlarmStanding {
  AlarmSubject subject;
  RuleType type = RuleType::limits;
  RuleId rule_id;
  int rule_version = 0;
  std::optional<Severity> severity;  // of the level that holds
  AlarmState state;                  // quiet: the row goes
};

/// What the readings have brought about, in order.
struct AlarmOutput {
  std::vector<AlarmTransition> transitions;
  std::vector<AlarmStanding> standings;
  bool empty() const { return transitions.empty() && standings.empty(); }
};

/// A day of a sensor's readings, summed up.
struct DailySum {
  SensorId sensor_id;
  std::chrono::sys_days day;
  double sum = 0;
  std::int64_t count = 0;
};

/// Owner: one strand. Memory: about 64 bytes a sensor, and a state for each rule that is not quiet.
class AlarmEngine {
 public:
  /// What is raised by a reading so much older than its arrival is from history: it is kept, but tells nobody.
  static constexpr std::chrono::minutes kHistory{15};
  /// A device counts as silent only after so long, whatever its interval.
  static constexpr std::chrono::seconds kShortestSilence{90};
  /// After the connection to the sensors was made, nothing is late for so long: what has queued up comes in first.
  static constexpr std::chrono::seconds kCatchUp{10};

  AlarmEngine() = default;

  /// Other rules, or another inventory: where the rule that holds is another one, what stands is judged anew, at `now`. Nothing happens for
  /// what has not changed.
  void set(InventoryPtr inventory, AlarmRulesPtr rules, base::Timestamp now);
  /// After set(), before the first reading: goes on where the database says. `newest`: the newest reading of each sensor.
  void restore(std::span<const AlarmStanding> standings, std::span<const Reading> newest, base::Timestamp now);
  /// Sensors whose change is watched, and the longest window: their readings of that time go into fill().
  std::vector<SensorId> rate_sensors() const;
  double longest_window_s() const;
  /// Stored readings in order of time, to fill the windows.
  void fill(std::span<const Reading> readings);
  /// Sensors whose own usual value is not known yet: what is stored of DailyMeans::kKept goes into fill_days(), in order of time.
  std::vector<SensorId> sensors_without_days() const;
  void fill_days(std::span<const DailySum> days);

  /// New readings, in order of arrival. Bad ones and those not newer than their sensor's newest change nothing.
  void apply(std::span<const Reading> readings, base::Timestamp arrival);
  /// Delays that have run out and devices that are silent. `receiving_since`: since when readings could come in; nullopt while they cannot:
  /// then nobody is to blame.
  void tick(base::Timestamp now, std::optional<base::Timestamp> receiving_since);

  bool has_news() const { return !transitions_.empty(); }
  AlarmOutput take();

  /// How many rules stand or pend, for the metrics.
  std::size_t standing() const { return states_.size(); }
  AlarmRulesPtr rules() const { return rules_; }

 private:
  struct Slot {
    base::Timestamp newest{};
    double value = 0;
    double interval_s = 60;
    std::array<std::int32_t, kRuleTypes> rule{-1, -1, -1, -1, -1};  // positions in rules_, by type
    std::array<std::int32_t, 2> group{-1, -1};                      // in groups_: its device's, its room's
    std::uint8_t standing = 0;                                      // bit: there is a state of this type
    bool known = false;
    bool armed = false;      // it has reported live: its silence would be news
    bool in_kelvin = false;  // its deviations
  };
  // Sensors that are compared with each other. What they said in one second is judged together, once a later one has begun or the clock
  // says that it is over: whatever the order in which it came in. So a group costs as much a second, at most, as it has sensors.
  struct Group {
    Baseline of = Baseline::none;
    std::vector<std::int32_t> sensors;  // ids
    base::Timestamp newest{};
    bool pends = false;            // not all that is known has been judged
    std::optional<double> median;  // of the newest second that was judged
  };
  struct DeviceSlot {
    DeviceId id;
    std::int32_t rule = -1;
    std::vector<std::int32_t> sensors;  // ids
    base::Timestamp quiet_until{};      // nothing can be silent before
  };
  struct Key {
    AlarmSubject subject;
    RuleType type;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<std::int64_t>{}(static_cast<std::int64_t>(key.subject.value) * 8 + static_cast<std::int64_t>(key.type));
    }
  };
  struct Entry {
    AlarmState state;
    std::int32_t rule = -1;
    std::optional<Severity> severity;
    RuleId rule_id;
    int rule_version = 0;
    double x = 0;          // what was judged last …
    base::Timestamp at{};  // … and of when: it counts from then on; the epoch: nothing yet
  };

  /// Those that are of a sensor.
  static constexpr std::array kSensorTypes{RuleType::limits, RuleType::state, RuleType::rate, RuleType::deviation};

  static std::uint8_t bit(RuleType type) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(type)); }
  Slot* slot(SensorId id);
  const AlarmRule& rule_at(std::int32_t position) const { return rules_->rules()[static_cast<std::size_t>(position)]; }
  std::int32_t position_of(const AlarmRule* rule) const;
  static std::chrono::microseconds hold_of(const Slot& slot);
  void bind(const Sensor& sensor, Slot& slot, const std::vector<Slot>& old_slots, const AlarmRules& old_rules);
  void build_groups();
  /// What the rule would judge of the newest reading; nullopt when there is none, or it cannot be told without the next one.
  std::optional<double> current(RuleType type, const Slot& slot, SensorId id, const AlarmRule& rule) const;
  /// The value that the rule judges: the reading's, its change, or its deviation from what is usual; nullopt when there is none yet.
  std::optional<double> judged(RuleType type, const Slot& slot, const Reading& reading, const AlarmRule& rule);
  std::optional<double> median(const Group& group);
  void judge_group(Group& group, base::Timestamp now);
  void end_second(Group& group, base::Timestamp next, base::Timestamp now);
  void run_delays(Key key, Slot& slot, base::Timestamp to);
  /// nullptr: the rule does not compare with siblings.
  const Group* group_of(const Slot& slot, const AlarmRule& rule) const;
  void judge(Key key, std::int32_t rule, double x, base::Timestamp ts, Slot* slot, bool live);
  void tick_delays(base::Timestamp now);
  void tick_devices(base::Timestamp now, base::Timestamp receiving_since);
  void rebind(Key key, std::int32_t rule, Slot* slot, std::optional<double> x, base::Timestamp now);
  void restore(const AlarmStanding& standing, base::Timestamp now);
  void settle(Key key, Entry& entry, Slot* slot);
  void emit(Key key, const AlarmRule* rule, const LevelChange& change, bool announced);
  AlarmSource source_of(AlarmSubject subject) const;
  /// How silent a device is, in intervals; and in seconds.
  std::pair<double, double> silence_of(const DeviceSlot& device, base::Timestamp now, base::Timestamp receiving_since, base::Timestamp& next) const;

  InventoryPtr inventory_ = std::make_shared<const Inventory>();
  AlarmRulesPtr rules_ = std::make_shared<const AlarmRules>();
  std::vector<Slot> slots_;  // by the sensor's id
  std::vector<DeviceSlot> devices_;
  std::unordered_map<Key, Entry, KeyHash> states_;
  std::unordered_map<std::int32_t, RateWindow> windows_;  // by the sensor's id
  std::unordered_map<std::int32_t, double> changes_;      // that fill() has found, for restore()
  std::unordered_map<std::int32_t, DailyMeans> days_;     // by the sensor's id
  std::vector<Group> groups_;
  std::vector<AlarmTransition> transitions_;
  std::vector<Key> dirty_;
  std::vector<LevelChange> scratch_;
  std::vector<Key> expired_;
  std::vector<double> values_;
};

}  // namespace dcim::core
