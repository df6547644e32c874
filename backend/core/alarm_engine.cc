#include "core/alarm_engine.h"

#include <algorithm>
#include <cmath>

namespace dcim::core {
namespace {

using base::Timestamp;
using namespace std::chrono_literals;

constexpr auto kRemembered = 24h;  // a reading no older than this, at a restart, makes its sensor's silence news
constexpr auto kGrace = 2s;        // how long a reading may be on its way: delays are not ended by the clock before
constexpr std::size_t kSensorTypes = 3;

std::chrono::microseconds micros(double seconds) { return std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)); }

std::uint8_t bit(RuleType type) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(type)); }

}  // namespace

AlarmEngine::Slot* AlarmEngine::slot(SensorId id) {
  const auto at = static_cast<std::size_t>(id.value);
  return id.value > 0 && at < slots_.size() && slots_[at].known ? &slots_[at] : nullptr;
}

std::int32_t AlarmEngine::position_of(const AlarmRule* rule) const {
  return rule && rule->enabled ? static_cast<std::int32_t>(rule - rules_->rules().data()) : -1;
}

std::chrono::microseconds AlarmEngine::hold_of(const Slot& slot) {
  return std::max<std::chrono::microseconds>(micros(3 * slot.interval_s), kShortestSilence);
}

void AlarmEngine::set(InventoryPtr inventory, AlarmRulesPtr rules, Timestamp now) {
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
    const auto at = static_cast<std::size_t>(sensor.id.value);
    auto& slot = slots_[at];
    if (at < old_slots.size() && old_slots[at].known) slot = old_slots[at];
    slot.known = true;
    slot.interval_s = sensor.interval_s;
    for (std::size_t type = 0; type < kSensorTypes; ++type) {
      slot.rule[type] = position_of(rules_->rule_for(static_cast<RuleType>(type), sensor));
    }
    if (const auto rate = slot.rule[static_cast<std::size_t>(RuleType::rate)]; rate >= 0) {
      const auto old = at < old_slots.size() ? old_slots[at].rule[static_cast<std::size_t>(RuleType::rate)] : -1;
      const bool same = old >= 0 && old_rules->rules()[static_cast<std::size_t>(old)].window_s == rule_at(rate).window_s;
      if (!same) windows_.insert_or_assign(sensor.id.value, RateWindow(rule_at(rate).window_s));
    } else {
      windows_.erase(sensor.id.value);
      changes_.erase(sensor.id.value);
    }
    if (const auto it = device_at.find(sensor.device_id.value); it != device_at.end()) devices_[it->second].sensors.push_back(sensor.id.value);
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
      std::optional<double> x;
      if (of && of->newest != Timestamp{} && key.type != RuleType::rate) x = of->value;
      if (const auto it = changes_.find(sensor->value); it != changes_.end() && key.type == RuleType::rate) x = it->second;
      rebind(key, rule, of, x, now);
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
    if (before) scratch_.push_back({AlarmChange::cleared, now, 0, x.value_or(0)});
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
  for (const auto& standing : standings) {
    const Key key{standing.subject, standing.type};
    Slot* of = nullptr;
    std::int32_t rule = -1;
    std::optional<double> x;
    if (const auto sensor = standing.subject.sensor()) {
      of = slot(*sensor);
      if (of) {
        of->standing |= bit(standing.type);
        rule = of->rule[static_cast<std::size_t>(standing.type)];
        if (of->newest != Timestamp{} && standing.type != RuleType::rate) x = of->value;
      }
    } else {
      const auto it = std::ranges::find(devices_, *standing.subject.device(), &DeviceSlot::id);
      if (it != devices_.end()) {
        rule = it->rule;
        if (standing.state.active()) {  // its silence was news before
          for (const auto id : it->sensors) slots_[static_cast<std::size_t>(id)].armed = true;
        }
      }
    }
    states_[key] = {standing.state, rule, standing.severity, standing.rule_id, standing.rule_version};
    rebind(key, rule, of, x, now);
  }
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

std::optional<double> AlarmEngine::judged(RuleType type, SensorId id, Timestamp ts, double value, const AlarmRule& rule) {
  if (type != RuleType::rate) return value;
  auto [it, is_new] = windows_.try_emplace(id.value, rule.window_s);
  const auto change = it->second.push(ts, value);
  if (change) changes_[id.value] = *change;
  return change;
}

void AlarmEngine::apply(std::span<const Reading> readings, Timestamp arrival) {
  for (const auto& reading : readings) {
    auto* of = slot(reading.sensor_id);
    if (!of || reading.quality == Quality::bad || reading.ts <= of->newest) continue;
    const auto age = arrival - reading.ts;
    for (std::size_t t = 0; t < kSensorTypes; ++t) {
      if (of->rule[t] < 0) continue;
      const auto type = static_cast<RuleType>(t);
      const auto& rule = rule_at(of->rule[t]);
      const auto x = judged(type, reading.sensor_id, reading.ts, reading.value, rule);
      if (!x || ((of->standing & bit(type)) == 0 && !violates(rule, *x))) continue;
      judge({AlarmSubject::of(reading.sensor_id), type}, of->rule[t], *x, reading.ts, of, age < kHistory);
    }
    of->newest = reading.ts;
    of->value = reading.value;
    if (!of->armed && age < hold_of(*of)) of->armed = true;
  }
}

void AlarmEngine::judge(Key key, std::int32_t rule, double x, Timestamp ts, Slot* slot, bool live) {
  const auto& by = rule_at(rule);
  auto [it, is_new] = states_.try_emplace(key);
  auto& entry = it->second;
  if (is_new) {
    entry.rule = rule;
    entry.rule_id = by.id;
    entry.rule_version = by.version;
    if (slot) slot->standing |= bit(key.type);
  }
  const auto before = entry.state;
  scratch_.clear();
  if (slot && slot->newest != Timestamp{}) {
    const auto change = changes_.find(key.subject.value);
    const auto last = key.type == RuleType::rate && change != changes_.end() ? change->second : slot->value;
    advance(by, entry.state, last, slot->newest, hold_of(*slot), ts, scratch_);
  }
  evaluate(by, entry.state, x, ts, scratch_);
  for (const auto& change : scratch_) {
    if (change.change == AlarmChange::raised) entry.state.announced = live;
    emit(key, &by, change, entry.state.announced);
  }
  // It was raised from history, and holds now: now it is news.
  if (live && entry.state.active() && !entry.state.announced) {
    entry.state.announced = true;
    emit(key, &by, {AlarmChange::announced, ts, *worst_level(by, entry.state), x}, true);
  }
  if (is_new || !(before == entry.state)) settle(key, entry, slot);
}

// After a change: the severity that stands, what is quiet is forgotten, and the database is to know.
void AlarmEngine::settle(Key key, Entry& entry, Slot* slot) {
  dirty_.push_back(key);
  if (entry.state.quiet()) {
    if (slot) slot->standing &= static_cast<std::uint8_t>(~bit(key.type));
    states_.erase(key);
    return;
  }
  const auto worst = worst_level(rule_at(entry.rule), entry.state);
  entry.severity = worst ? std::optional(rule_at(entry.rule).levels[*worst].severity) : std::nullopt;
}

void AlarmEngine::tick(Timestamp now, std::optional<Timestamp> receiving_since) {
  if (!receiving_since || now - *receiving_since < kCatchUp) return;
  tick_delays(now - kGrace);
  tick_devices(now, *receiving_since);
}

void AlarmEngine::tick_delays(Timestamp now) {
  expired_.clear();
  for (const auto& [key, entry] : states_) {
    if (key.type == RuleType::no_data) continue;
    const bool pends = std::ranges::any_of(entry.state.since, [](Timestamp t) { return t != Timestamp{}; });
    if (pends) expired_.push_back(key);
  }
  std::ranges::sort(expired_, {}, [](const Key& key) { return std::pair(key.subject.value, key.type); });
  for (const auto key : expired_) {
    auto* of = slot(*key.subject.sensor());
    // Of a sensor that is behind (history, a queue that empties) the next reading tells; of a silent one nobody can.
    if (!of || of->newest + hold_of(*of) < now) continue;
    auto& entry = states_.at(key);
    const auto before = entry.state;
    const auto change = changes_.find(key.subject.value);
    const auto last = key.type == RuleType::rate && change != changes_.end() ? change->second : of->value;
    scratch_.clear();
    advance(rule_at(entry.rule), entry.state, last, of->newest, hold_of(*of), now, scratch_);
    for (const auto& c : scratch_) emit(key, &rule_at(entry.rule), c, entry.state.announced);
    if (!(before == entry.state)) settle(key, entry, of);
  }
}

std::pair<double, double> AlarmEngine::silence_of(const DeviceSlot& device, Timestamp now, Timestamp receiving_since, Timestamp& next) const {
  double intervals = 0, seconds = 0;
  double least = std::numeric_limits<double>::max();
  for (const auto& level : rule_at(device.rule).levels) least = std::min(least, level.limit);
  for (const auto id : device.sensors) {
    const auto& of = slots_[static_cast<std::size_t>(id)];
    if (!of.armed) continue;
    const auto base = std::max(of.newest, receiving_since);
    const auto silent = std::chrono::duration<double>(now - base).count();
    next = std::min(next, base + std::max<std::chrono::microseconds>(micros(least * of.interval_s), kShortestSilence));
    if (silent < std::chrono::duration<double>(kShortestSilence).count()) continue;
    if (silent / of.interval_s > intervals) {
      intervals = silent / of.interval_s;
      seconds = silent;
    }
  }
  return {intervals, seconds};
}

void AlarmEngine::tick_devices(Timestamp now, Timestamp receiving_since) {
  for (auto& device : devices_) {
    if (device.rule < 0 || device.quiet_until > now) continue;
    const Key key{AlarmSubject::of(device.id), RuleType::no_data};
    const bool stands = states_.contains(key);
    auto next = Timestamp::max();
    const auto [intervals, seconds] = silence_of(device, now, receiving_since, next);
    const auto& by = rule_at(device.rule);
    if (!stands && !violates(by, intervals)) {
      // Until a sensor reports for the first time there is nothing to miss; it is looked at again a little later.
      device.quiet_until = next == Timestamp::max() ? now + 1min : next;
      continue;
    }
    auto [it, is_new] = states_.try_emplace(key);
    auto& entry = it->second;
    if (is_new) {
      entry.rule = device.rule;
      entry.rule_id = by.id;
      entry.rule_version = by.version;
    }
    const auto before = entry.state;
    scratch_.clear();
    evaluate(by, entry.state, intervals, now, scratch_);
    for (auto change : scratch_) {
      change.value = seconds;
      emit(key, &by, change, true);
    }
    if (is_new || !(before == entry.state)) settle(key, entry, nullptr);
  }
}

void AlarmEngine::emit(Key key, const AlarmRule* rule, const LevelChange& change, bool announced) {
  AlarmTransition out;
  out.change = change.change;
  out.ts = change.ts;
  out.subject = key.subject;
  out.type = key.type;
  out.value = change.value;
  out.announced = announced;
  if (rule) {
    out.level = rule->levels[change.level];
    out.rule_id = rule->id;
    out.rule = rule->name;
    out.instruction = rule->instruction;
    out.latching = rule->latching;
    out.ack_required = rule->ack_required;
  }
  out.source = source_of(key.subject);
  if (key.type == RuleType::no_data && rule) {
    double interval_s = 0;
    const auto it = std::ranges::find(devices_, *key.subject.device(), &DeviceSlot::id);
    if (it != devices_.end() && !it->sensors.empty()) interval_s = slots_[static_cast<std::size_t>(it->sensors.front())].interval_s;
    out.level.limit = std::max(out.level.limit * interval_s, static_cast<double>(kShortestSilence.count()));
  }
  transitions_.push_back(std::move(out));
}

AlarmSource AlarmEngine::source_of(AlarmSubject subject) const {
  AlarmSource out;
  if (const auto id = subject.sensor()) {
    const auto* sensor = inventory_->sensor(*id);
    if (!sensor) return out;
    out.site_id = sensor->site_id;
    out.room_id = sensor->room_id;
    out.rack_id = sensor->rack_id;
    out.device_id = sensor->device_id;
    out.sensor_id = sensor->id;
    out.device = sensor->device;
    out.sensor = sensor->name;
    out.kind = sensor->kind;
    out.unit = sensor->unit;
  } else if (const auto* device = inventory_->device(*subject.device())) {
    out.site_id = device->site_id;
    out.room_id = device->room_id;
    out.rack_id = device->rack_id;
    out.device_id = device->id;
    out.device = device->name;
    out.kind = device->type;
    out.unit = std::string("s");
  }
  if (out.room_id) out.room = inventory_->room(*out.room_id)->name;
  if (out.rack_id) out.rack = inventory_->rack(*out.rack_id)->name;
  return out;
}

AlarmOutput AlarmEngine::take() {
  AlarmOutput out;
  out.transitions = std::exchange(transitions_, {});
  std::ranges::sort(dirty_, {}, [](const Key& key) { return std::pair(key.subject.value, key.type); });
  const auto last = std::unique(dirty_.begin(), dirty_.end());
  for (auto it = dirty_.begin(); it != last; ++it) {
    AlarmStanding standing{it->subject, it->type, {}, 0, {}, {}};
    if (const auto entry = states_.find(*it); entry != states_.end()) {
      standing.rule_id = entry->second.rule_id;
      standing.rule_version = entry->second.rule_version;
      standing.severity = entry->second.severity;
      standing.state = entry->second.state;
    }
    out.standings.push_back(standing);
  }
  dirty_.clear();
  return out;
}

}  // namespace dcim::core
