#include "core/alarm_engine.h"

#include <algorithm>
#include <cmath>

namespace dcim::core {
namespace {

using base::Timestamp;
using namespace std::chrono_literals;

constexpr auto kGrace = 2s;  // how long a reading may be on its way: delays are not ended by the clock before

auto second_of(Timestamp ts) { return std::chrono::floor<std::chrono::seconds>(ts); }

std::chrono::microseconds micros(double seconds) { return std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)); }

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

std::optional<double> AlarmEngine::judged(RuleType type, const Slot& slot, const Reading& reading, const AlarmRule& rule) {
  switch (type) {
    case RuleType::rate: return windows_.try_emplace(reading.sensor_id.value, rule.window_s).first->second.push(reading.ts, reading.value);
    case RuleType::deviation: {
      if (rule.baseline != Baseline::own) return std::nullopt;  // with its group
      const auto usual = days_[reading.sensor_id.value].push(reading.ts, reading.value);
      return usual ? deviation_of(reading.value, *usual, slot.in_kelvin) : std::nullopt;
    }
    default: return reading.value;
  }
}

void AlarmEngine::apply(std::span<const Reading> readings, Timestamp arrival) {
  for (const auto& reading : readings) {
    auto* of = slot(reading.sensor_id);
    if (!of || reading.quality == Quality::bad || reading.ts <= of->newest) continue;
    const auto age = arrival - reading.ts;
    for (const auto at : of->group) {
      if (at < 0) continue;
      auto& group = groups_[static_cast<std::size_t>(at)];
      if (second_of(reading.ts) > second_of(group.newest)) end_second(group, second_of(reading.ts), arrival);
      group.newest = std::max(group.newest, reading.ts);
      group.pends = true;
    }
    for (const auto type : kSensorTypes) {
      const auto by = of->rule[static_cast<std::size_t>(type)];
      if (by < 0) continue;
      const auto& rule = rule_at(by);
      const auto x = judged(type, *of, reading, rule);
      if (!x || ((of->standing & bit(type)) == 0 && !violates(rule, *x))) continue;
      judge({AlarmSubject::of(reading.sensor_id), type}, by, *x, reading.ts, of, age < kHistory);
    }
    of->newest = reading.ts;
    of->value = reading.value;
    if (!of->armed && age < hold_of(*of)) of->armed = true;
  }
}

// Of those that are not silent.
std::optional<double> AlarmEngine::median(const Group& group) {
  values_.clear();
  for (const auto id : group.sensors) {
    const auto& of = slots_[static_cast<std::size_t>(id)];
    if (of.newest != Timestamp{} && group.newest - of.newest <= hold_of(of)) values_.push_back(of.value);
  }
  return values_.size() < kFewestSiblings ? std::nullopt : median_of(values_);
}

// A later one begins at `next`: what was said is judged, and its delays run until then, so that it does not matter who speaks first.
void AlarmEngine::end_second(Group& group, Timestamp next, Timestamp now) {
  if (group.pends) judge_group(group, now);
  if (!group.median) return;
  for (const auto id : group.sensors) {
    auto& of = slots_[static_cast<std::size_t>(id)];
    const auto rule = of.rule[static_cast<std::size_t>(RuleType::deviation)];
    if (rule < 0 || rule_at(rule).baseline != group.of || (of.standing & bit(RuleType::deviation)) == 0) continue;
    if (group.newest - of.newest > hold_of(of)) continue;  // it was not among them
    run_delays({AlarmSubject::of(SensorId{id}), RuleType::deviation}, of, next);
  }
}

// Of what was judged last, while it counts.
void AlarmEngine::run_delays(Key key, Slot& slot, Timestamp to) {
  auto& entry = states_.at(key);
  const auto before = entry.state;
  scratch_.clear();
  advance(rule_at(entry.rule), entry.state, entry.x, entry.at, hold_of(slot), to, scratch_);
  for (const auto& change : scratch_) emit(key, &rule_at(entry.rule), change, entry.state.announced);
  if (!(before == entry.state)) settle(key, entry, &slot);
}

void AlarmEngine::judge_group(Group& group, Timestamp now) {
  group.pends = false;
  group.median = median(group);
  if (!group.median) return;
  const bool live = now - group.newest < kHistory;
  for (const auto id : group.sensors) {
    auto& of = slots_[static_cast<std::size_t>(id)];
    const auto rule = of.rule[static_cast<std::size_t>(RuleType::deviation)];
    if (rule < 0 || rule_at(rule).baseline != group.of || of.newest == Timestamp{} || group.newest - of.newest > hold_of(of)) continue;
    const auto x = deviation_of(of.value, *group.median, of.in_kelvin);
    if (!x || ((of.standing & bit(RuleType::deviation)) == 0 && !violates(rule_at(rule), *x))) continue;
    judge({AlarmSubject::of(SensorId{id}), RuleType::deviation}, rule, *x, group.newest, &of, live);
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
  const bool grouped = by.type == RuleType::deviation && by.baseline != Baseline::own;  // then its delays have run
  if (slot && !grouped && entry.at != Timestamp{}) advance(by, entry.state, entry.x, entry.at, hold_of(*slot), ts, scratch_);
  entry.x = x;
  entry.at = grouped ? slot->newest : ts;
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
  for (auto& group : groups_) {
    // Of what is behind, the next reading tells.
    if (!group.pends || group.newest + hold_of(slots_[static_cast<std::size_t>(group.sensors.front())]) < now) continue;
    if (second_of(now - kGrace) > second_of(group.newest)) judge_group(group, now);
  }
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
    if (!of || states_.at(key).at + hold_of(*of) < now) continue;
    const auto* group = group_of(*of, rule_at(states_.at(key).rule));
    if (!group || (!group->pends && group->median)) run_delays(key, *of, now);
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
  if (key.type == RuleType::deviation) out.source.unit = deviation_unit(out.source.unit);
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
