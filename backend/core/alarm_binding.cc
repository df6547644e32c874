// Which rule judges what, when rules or inventory change and after a restart; what stands goes on, or is judged anew.
#include <algorithm>
#include <map>

#include "core/alarm_engine.h"
#include "core/computed.h"

namespace dcim::core {
namespace {

using base::Timestamp;
using namespace std::chrono_literals;

constexpr auto kRemembered = 24h;  // a reading no older than this, at a restart, makes its sensor's silence news

}  // namespace

void AlarmEngine::set(InventoryPtr inventory, AlarmRulesPtr rules, Timestamp now) {
  for (auto& group : groups_) {  // by the rules that held
    if (group.pends) judge_group(group, now);
  }
  const auto old_slots = std::move(slots_);
  const auto old_rules = std::exchange(rules_, std::move(rules));
  inventory_ = std::move(inventory);

  std::int32_t largest = 0;
  for (const auto& sensor : inventory_->sensors()) largest = std::max(largest, sensor.id.value);
  slots_.assign(static_cast<std::size_t>(largest) + 1, {});
  devices_.clear();
  std::unordered_map<std::int32_t, std::size_t> device_at;
  for (const auto& device : inventory_->devices()) {
    device_at[device.id.value] = devices_.size();
    devices_.push_back({device.id, position_of(rules_->rule_for(device)), {}, {}});
  }
  // Which rule holds is the same for all sensors of a kind and place; most rules hold for many sensors.
  for (const auto& sensor : inventory_->sensors()) {
    bind(sensor, slots_[static_cast<std::size_t>(sensor.id.value)], old_slots, *old_rules);
    const auto it = device_at.find(sensor.device_id.value);
    // What the server computes is silent when what it is computed from is: that has been told.
    if (it != device_at.end() && !computed(sensor)) devices_[it->second].sensors.push_back(sensor.id.value);
  }
  build_groups();
  for (auto& group : groups_) {
    group.pends = group.newest != Timestamp{} && now - group.newest <= hold_of(slots_[static_cast<std::size_t>(group.sensors.front())]);
  }

  // What stands: the same rule goes on, another one judges anew, none ends it.
  std::vector<Key> keys;
  keys.reserve(states_.size());
  for (const auto& [key, _] : states_) keys.push_back(key);
  std::ranges::sort(keys, {}, [](const Key& key) { return std::pair(key.subject.value, key.type); });
  for (const auto key : keys) {
    if (const auto sensor = key.subject.sensor()) {
      auto* of = slot(*sensor);
      const auto rule = of ? of->rule[static_cast<std::size_t>(key.type)] : -1;
      rebind(key, rule, of, rule < 0 ? std::nullopt : current(key.type, *of, *sensor, rule_at(rule)), now);
    } else {
      const auto it = device_at.find(-key.subject.value);
      rebind(key, it == device_at.end() ? -1 : devices_[it->second].rule, nullptr, std::nullopt, now);
    }
  }
  // What did not stand: a new or changed rule judges the value that there is.
  for (const auto& sensor : inventory_->sensors()) {
    auto& of = slots_[static_cast<std::size_t>(sensor.id.value)];
    if (of.newest == Timestamp{} || now - of.newest > hold_of(of)) continue;
    const auto at = static_cast<std::size_t>(sensor.id.value);
    for (const auto type : {RuleType::limits, RuleType::state}) {
      const auto t = static_cast<std::size_t>(type);
      const auto rule = of.rule[t];
      if (rule < 0 || (of.standing & bit(type)) != 0) continue;
      const auto old = at < old_slots.size() ? old_slots[at].rule[t] : -1;
      const auto* before = old >= 0 ? &old_rules->rules()[static_cast<std::size_t>(old)] : nullptr;
      if (before && before->id == rule_at(rule).id && before->version == rule_at(rule).version) continue;
      if (violates(rule_at(rule), of.value)) judge({AlarmSubject::of(sensor.id), type}, rule, of.value, now, &of, true);
    }
  }
}

void AlarmEngine::bind(const Sensor& sensor, Slot& slot, const std::vector<Slot>& old_slots, const AlarmRules& old_rules) {
  const auto at = static_cast<std::size_t>(sensor.id.value);
  const bool is_known = at < old_slots.size() && old_slots[at].known;
  if (is_known) slot = old_slots[at];
  slot.known = true;
  slot.interval_s = sensor.interval_s;
  slot.in_kelvin = deviation_unit(sensor.unit) == "K";
  slot.group = {-1, -1};
  for (const auto type : kSensorTypes) slot.rule[static_cast<std::size_t>(type)] = position_of(rules_->rule_for(type, sensor));

  if (const auto rate = slot.rule[static_cast<std::size_t>(RuleType::rate)]; rate >= 0) {
    const auto old = is_known ? old_slots[at].rule[static_cast<std::size_t>(RuleType::rate)] : -1;
    const bool same = old >= 0 && old_rules.rules()[static_cast<std::size_t>(old)].window_s == rule_at(rate).window_s;
    if (!same) windows_.insert_or_assign(sensor.id.value, RateWindow(rule_at(rate).window_s));
  } else {
    windows_.erase(sensor.id.value);
  }
  const auto deviation = slot.rule[static_cast<std::size_t>(RuleType::deviation)];
  if (deviation >= 0 && rule_at(deviation).baseline == Baseline::own) {
    days_.try_emplace(sensor.id.value);
  } else {
    days_.erase(sensor.id.value);
  }
}

// Where a rule compares: all sensors of its kind there, also those that it does not hold for.
void AlarmEngine::build_groups() {
  groups_.clear();
  std::map<std::tuple<Baseline, std::int32_t, std::string_view>, std::int32_t> group_at;
  const auto place = [](Baseline of, const Sensor& sensor) {
    return of == Baseline::device ? sensor.device_id.value : sensor.room_id.value_or(RoomId{}).value;
  };
  for (const auto& sensor : inventory_->sensors()) {
    const auto rule = slots_[static_cast<std::size_t>(sensor.id.value)].rule[static_cast<std::size_t>(RuleType::deviation)];
    if (rule < 0) continue;
    const auto of = rule_at(rule).baseline;
    if (of == Baseline::own || (of == Baseline::room && !sensor.room_id)) continue;
    const auto [it, is_new] = group_at.try_emplace({of, place(of, sensor), sensor.kind}, static_cast<std::int32_t>(groups_.size()));
    if (is_new) groups_.push_back({of, {}, {}, false, {}});
  }
  if (groups_.empty()) return;
  for (const auto& sensor : inventory_->sensors()) {
    auto& slot = slots_[static_cast<std::size_t>(sensor.id.value)];
    for (const auto of : {Baseline::device, Baseline::room}) {
      const auto it = group_at.find({of, place(of, sensor), sensor.kind});
      if (it == group_at.end()) continue;
      auto& group = groups_[static_cast<std::size_t>(it->second)];
      group.sensors.push_back(sensor.id.value);
      group.newest = std::max(group.newest, slot.newest);
      slot.group[of == Baseline::device ? 0 : 1] = it->second;
    }
  }
  for (auto& group : groups_) group.median = median(group);
}

const AlarmEngine::Group* AlarmEngine::group_of(const Slot& slot, const AlarmRule& rule) const {
  if (rule.baseline != Baseline::device && rule.baseline != Baseline::room) return nullptr;
  const auto at = slot.group[rule.baseline == Baseline::device ? 0 : 1];
  return at < 0 ? nullptr : &groups_[static_cast<std::size_t>(at)];
}

std::optional<double> AlarmEngine::current(RuleType type, const Slot& slot, SensorId id, const AlarmRule& rule) const {
  if (slot.newest == Timestamp{}) return std::nullopt;
  std::optional<double> baseline;
  switch (type) {
    case RuleType::rate: {
      const auto it = states_.find({AlarmSubject::of(id), type});
      return it == states_.end() || it->second.at == Timestamp{} ? std::nullopt : std::optional(it->second.x);
    }
    case RuleType::deviation:
      if (rule.baseline == Baseline::own) {
        baseline = days_.at(id.value).usual();
      } else if (const auto* group = group_of(slot, rule)) {
        baseline = group->median;
      }
      return baseline ? deviation_of(slot.value, *baseline, slot.in_kelvin) : std::nullopt;
    default: return slot.value;
  }
}

// The state stays as it is under the same version of the same rule; under another it is judged anew, where there is a value.
void AlarmEngine::rebind(Key key, std::int32_t rule, Slot* slot, std::optional<double> x, Timestamp now) {
  auto& entry = states_.at(key);
  if (rule >= 0 && rule_at(rule).id == entry.rule_id && rule_at(rule).version == entry.rule_version) {
    entry.rule = rule;
    return;
  }
  scratch_.clear();
  const auto before = entry.severity;
  const AlarmRule* to = rule >= 0 ? &rule_at(rule) : nullptr;
  if (!to) {
    if (before) scratch_.push_back({AlarmChange::cleared, now, 0, entry.x});
    entry.state = {};
  } else if (x) {
    judge_anew(*to, entry.state, before, *x, now, scratch_);
  } else {  // no value yet: what stood stands by the level of its severity, until the next reading
    const auto announced = entry.state.announced;
    entry.state = {};
    entry.state.announced = announced;
    if (before) {
      const auto same = std::ranges::find(to->levels, *before, &RuleLevel::severity);
      const auto at = same == to->levels.end() ? 0 : same - to->levels.begin();
      entry.state.set = static_cast<std::uint8_t>(1U << at);
      const auto severity = to->levels[static_cast<std::size_t>(at)].severity;
      if (severity != *before) {
        scratch_.push_back({severity > *before ? AlarmChange::severity_raised : AlarmChange::severity_lowered, now, static_cast<std::size_t>(at), 0});
      }
    }
  }
  entry.rule = rule;
  if (x) entry.x = *x;
  if (to) {
    entry.rule_id = to->id;
    entry.rule_version = to->version;
  }
  for (const auto& change : scratch_) emit(key, to, change, entry.state.announced);
  settle(key, entry, slot);
}

void AlarmEngine::restore(std::span<const AlarmStanding> standings, std::span<const Reading> newest, Timestamp now) {
  for (const auto& reading : newest) {
    auto* of = slot(reading.sensor_id);
    if (!of || reading.quality == Quality::bad) continue;
    of->newest = reading.ts;
    of->value = reading.value;
    of->armed = now - reading.ts < kRemembered;
  }
  build_groups();
  // The newest may have been stored before it was judged; to judge again what has been judged changes nothing.
  for (auto& group : groups_) group.pends = group.newest != Timestamp{};
  for (const auto& standing : standings) restore(standing, now);
  changes_.clear();
}

void AlarmEngine::restore(const AlarmStanding& standing, Timestamp now) {
  const Key key{standing.subject, standing.type};
  Entry entry{standing.state, -1, standing.severity, standing.rule_id, standing.rule_version};
  if (const auto sensor = standing.subject.sensor()) {
    auto* of = slot(*sensor);
    std::int32_t rule = -1;
    if (of) {
      of->standing |= bit(standing.type);
      rule = of->rule[static_cast<std::size_t>(standing.type)];
      entry.at = of->newest;
      entry.x = of->value;
      if (standing.type == RuleType::rate) {
        const auto change = changes_.find(sensor->value);
        entry.at = change == changes_.end() ? Timestamp{} : of->newest;
        entry.x = change == changes_.end() ? 0 : change->second;
      } else if (rule >= 0 && standing.type == RuleType::deviation) {
        entry.x = current(standing.type, *of, *sensor, rule_at(rule)).value_or(0);
      }
    }
    states_[key] = entry;
    rebind(key, rule, of, rule < 0 ? std::nullopt : current(standing.type, *of, *sensor, rule_at(rule)), now);
    return;
  }
  const auto it = std::ranges::find(devices_, *standing.subject.device(), &DeviceSlot::id);
  if (it != devices_.end() && standing.state.active()) {  // its silence was news before
    for (const auto id : it->sensors) slots_[static_cast<std::size_t>(id)].armed = true;
  }
  states_[key] = entry;
  rebind(key, it == devices_.end() ? -1 : it->rule, nullptr, std::nullopt, now);
}

std::vector<SensorId> AlarmEngine::rate_sensors() const {
  std::vector<SensorId> out;
  for (const auto& [id, _] : windows_) out.push_back({id});
  return out;
}

double AlarmEngine::longest_window_s() const {
  double out = 0;
  for (const auto& rule : rules_->rules()) out = std::max(out, rule.window_s);
  return out;
}

void AlarmEngine::fill(std::span<const Reading> readings) {
  for (const auto& reading : readings) {
    if (reading.quality == Quality::bad) continue;
    const auto it = windows_.find(reading.sensor_id.value);
    if (it == windows_.end()) continue;
    if (const auto change = it->second.push(reading.ts, reading.value)) changes_[reading.sensor_id.value] = *change;
  }
}

std::vector<SensorId> AlarmEngine::sensors_without_days() const {
  std::vector<SensorId> out;
  for (const auto& [id, days] : days_) {
    if (!days.usual()) out.push_back({id});
  }
  return out;
}

void AlarmEngine::fill_days(std::span<const DailySum> days) {
  for (const auto& sum : days) {
    if (const auto it = days_.find(sum.sensor_id.value); it != days_.end()) it->second.set(sum.day, sum.sum, sum.count);
  }
}

}  // namespace dcim::core
