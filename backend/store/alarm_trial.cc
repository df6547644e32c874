#include "store/alarm_trial.h"

#include <algorithm>
#include <map>
#include <set>

#include "store/alarms.h"
#include "store/arrays.h"

namespace dcim::store {
namespace {

using base::Error;
using base::Timestamp;
using namespace std::chrono_literals;

constexpr auto kTick = 10s;
constexpr std::int64_t kRowsAtOnce = 20'000;  // judged in one go, some milliseconds of an I/O thread

// The part of the inventory that the rule concerns: what it watches, and what that is compared with.
core::InventoryPtr concerned(const core::Inventory& all, const core::AlarmRules& rules, core::SiteId site) {
  const auto& rule = rules.rules().front();
  const bool silence = rule.type == core::RuleType::no_data;
  const auto watched = [&](const core::Sensor& sensor) {
    return silence ? rules.rule_for(*all.device(sensor.device_id)) != nullptr : rules.rule_for(rule.type, sensor) != nullptr;
  };
  std::set<core::DeviceId> with_devices;
  std::set<core::RoomId> with_rooms;
  for (const auto& sensor : all.sensors()) {
    if (sensor.site_id != site || !watched(sensor)) continue;
    if (rule.baseline == core::Baseline::device) with_devices.insert(sensor.device_id);
    if (rule.baseline == core::Baseline::room && sensor.room_id) with_rooms.insert(*sensor.room_id);
  }
  std::vector<core::Device> devices;
  std::vector<core::Sensor> sensors;
  for (const auto& device : all.devices()) {
    if (device.site_id == site && (!silence || rules.rule_for(device))) devices.push_back(device);
  }
  for (const auto& sensor : all.sensors()) {
    if (sensor.site_id != site) continue;
    const bool compared =
        sensor.kind == rule.kind && (with_devices.contains(sensor.device_id) || (sensor.room_id && with_rooms.contains(*sensor.room_id)));
    if (compared || watched(sensor)) sensors.push_back(sensor);
  }
  return std::make_shared<const core::Inventory>(1, all.sites(), all.rooms(), all.racks(), std::move(devices), std::move(sensors));
}

class Trial {
 public:
  Trial(const core::InventoryPtr& inventory, const core::AlarmRulesPtr& rules, Timestamp from)
      : rule_(rules->rules().front()), clock_(from), since_(from - 1h) {
    engine_.set(inventory, rules, from);
  }

  std::vector<core::SensorId> sensors_without_days() const { return engine_.sensors_without_days(); }
  void fill_days(const std::vector<core::DailySum>& days) { engine_.fill_days(days); }

  void reading(const core::Reading& reading) {
    tick_to(reading.ts);
    engine_.apply(std::span(&reading, 1), reading.ts);
    if (engine_.has_news()) note();
    if (rule_.type == core::RuleType::limits) peak(reading);
  }
  void tick_to(Timestamp to) {
    for (; clock_ < to; clock_ += kTick) {
      engine_.tick(clock_, since_);
      if (engine_.has_news()) note();
    }
  }

  AlarmTrialResult result;

 private:
  void note() {
    const auto output = engine_.take();
    for (const auto& t : output.transitions) {
      if (t.change == core::AlarmChange::raised) {
        ++result.total;
        if (result.firings.size() == kMostFirings) continue;
        open_[t.subject] = result.firings.size();
        result.firings.push_back({t.source, t.level.severity, t.ts, std::nullopt, t.value, t.value});
        continue;
      }
      const auto it = open_.find(t.subject);
      if (it == open_.end()) continue;
      auto& firing = result.firings[it->second];
      firing.severity = std::max(firing.severity, t.change == core::AlarmChange::cleared ? firing.severity : t.level.severity);
      if (t.change == core::AlarmChange::cleared) {
        firing.cleared_at = t.ts;
        open_.erase(it);
      } else if (rule_.type != core::RuleType::limits) {
        firing.peak = std::abs(t.value) > std::abs(firing.peak) ? t.value : firing.peak;
      }
    }
  }

  void peak(const core::Reading& reading) {
    if (open_.empty() || reading.quality == core::Quality::bad) return;
    const auto it = open_.find(core::AlarmSubject::of(reading.sensor_id));
    if (it == open_.end()) return;
    auto& firing = result.firings[it->second];
    // Below a low limit the lowest counts, above a high one the highest.
    const bool low = std::ranges::any_of(rule_.levels, [&](const auto& l) { return l.when == core::When::below && firing.value <= l.limit; });
    firing.peak = low ? std::min(firing.peak, reading.value) : std::max(firing.peak, reading.value);
  }

  const core::AlarmRule& rule_;
  core::AlarmEngine engine_;
  Timestamp clock_, since_;
  std::map<core::AlarmSubject, std::size_t> open_;  // position in result.firings
};

}  // namespace

asio::awaitable<base::Result<AlarmTrialResult>> try_alarm_rule(Connection& connection, const core::Inventory& inventory, AlarmTrial trial) {
  trial.rule.id = {1};
  trial.rule.enabled = true;
  std::vector<core::AlarmRule> one{trial.rule};
  const auto rules = std::make_shared<const core::AlarmRules>(1, std::move(one));
  const auto part = concerned(inventory, *rules, trial.site);
  if (part->sensors().empty()) co_return Error::invalid("/rule", "concerns no sensor of this site");
  TextArray ids;
  for (const auto& sensor : part->sensors()) ids.add(param(sensor.id));
  const auto sensors = ids.done();
  const auto count = co_await connection.query("SELECT count(*) FROM readings WHERE sensor_id = ANY($1::int[]) AND ts >= $2 AND ts < $3",
                                               params(sensors, trial.from, trial.to));
  const auto readings = count.i64(0, 0);
  if (readings > kMostTried) {
    co_return Error::invalid("/from", "there are " + std::to_string(readings) + " readings, more than " + std::to_string(kMostTried) +
                                          ": choose a shorter range or a narrower scope");
  }
  Trial run(part, rules, trial.from);
  if (auto without = run.sensors_without_days(); !without.empty()) run.fill_days(co_await daily_sums(connection, std::move(without), trial.from));
  // Slices of time that hold some thousand readings each.
  const auto slices = std::max<std::int64_t>(1, readings / kRowsAtOnce + 1);
  const auto slice = (trial.to - trial.from) / slices + 1us;
  for (auto at = trial.from; at < trial.to; at += slice) {
    const auto rows = co_await connection.query(
        "SELECT sensor_id, (extract(epoch FROM ts) * 1000000)::bigint, value, quality FROM readings "
        "WHERE sensor_id = ANY($1::int[]) AND ts >= $2 AND ts < $3 ORDER BY ts, sensor_id",
        params(sensors, at, std::min(at + slice, trial.to)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      run.reading({{rows.i32(i, 0)}, base::from_unix_us(rows.i64(i, 1)), rows.f64(i, 2), static_cast<core::Quality>(rows.i32(i, 3))});
    }
  }
  run.tick_to(trial.to);
  run.result.sensors = static_cast<int>(std::ranges::count_if(part->sensors(), [&](const core::Sensor& sensor) {
    return trial.rule.type == core::RuleType::no_data || rules->rule_for(trial.rule.type, sensor) != nullptr;
  }));
  run.result.readings = readings;
  co_return std::move(run.result);
}

}  // namespace dcim::store
