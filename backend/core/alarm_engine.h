// Judges every reading by the rules that hold for its sensor, and silence by the clock's tick. Pure: time comes in as an argument.
// live owns the one that decides; `dcim alarms test` and the test of a draft rule run others of the same kind.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

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
  RuleLevel level;  // that holds now; no_data: the limit in seconds
  double value = 0;
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

/// Owner: one strand. Memory: about 60 bytes a sensor, and a state for each rule that is not quiet.
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
    std::array<std::int32_t, 3> rule{-1, -1, -1};  // positions in rules_, by type
    std::uint8_t standing = 0;                     // bit: there is a state of this type
    bool known = false;
    bool armed = false;  // it has reported live: its silence would be news
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
      return std::hash<std::int64_t>{}(static_cast<std::int64_t>(key.subject.value) * 4 + static_cast<std::int64_t>(key.type));
    }
  };
  struct Entry {
    AlarmState state;
    std::int32_t rule = -1;
    std::optional<Severity> severity;
    RuleId rule_id;
    int rule_version = 0;
  };

  Slot* slot(SensorId id);
  const AlarmRule& rule_at(std::int32_t position) const { return rules_->rules()[static_cast<std::size_t>(position)]; }
  std::int32_t position_of(const AlarmRule* rule) const;
  static std::chrono::microseconds hold_of(const Slot& slot);
  /// The value that the rule judges: the reading's, or its change; nullopt when there is none yet.
  std::optional<double> judged(RuleType type, SensorId id, base::Timestamp ts, double value, const AlarmRule& rule);
  void judge(Key key, std::int32_t rule, double x, base::Timestamp ts, Slot* slot, bool live);
  void tick_delays(base::Timestamp now);
  void tick_devices(base::Timestamp now, base::Timestamp receiving_since);
  void rebind(Key key, std::int32_t rule, Slot* slot, std::optional<double> x, base::Timestamp now);
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
  std::unordered_map<std::int32_t, double> changes_;      // the newest change of a watched sensor
  std::vector<AlarmTransition> transitions_;
  std::vector<Key> dirty_;
  std::vector<LevelChange> scratch_;
  std::vector<Key> expired_;
};

}  // namespace dcim::core
