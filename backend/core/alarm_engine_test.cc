// The engine's own promises; what a rule does on a timeline stands in tests/alarms/*.test.
#include "core/alarm_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace dcim::core {
namespace {

using base::Timestamp;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Timestamp kNow{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1}};

// Each sensor of a device of its own, all in one room.
InventoryPtr hall(int sensors = 2, std::int64_t version = 1) {
  std::vector<Device> devices;
  std::vector<Sensor> all;
  for (int i = 1; i <= sensors; ++i) {
    Device device;
    device.id = {i};
    device.site_id = {1};
    device.name = "probe-" + std::to_string(i);
    device.type = "temperature-sensor";
    devices.push_back(device);
    Sensor sensor;
    sensor.id = {i};
    sensor.device_id = {i};
    sensor.site_id = {1};
    sensor.device = device.name;
    sensor.name = "inlet";
    sensor.kind = "inlet-temperature";
    sensor.interval_s = 30;
    sensor.room_id = RoomId{1};
    all.push_back(sensor);
  }
  std::vector<Site> sites{{{1}, "demo", "Demo", "UTC", true}};
  std::vector<Room> rooms{{{1}, {1}, "r1", "Room 1"}};
  return std::make_shared<const Inventory>(version, sites, rooms, std::vector<Rack>{}, devices, all);
}

AlarmRule inlet(double warning = 28, int version = 1) {
  AlarmRule out;
  out.id = {1};
  out.version = version;
  out.name = "inlet";
  out.kind = "inlet-temperature";
  out.levels = {{When::above, warning, Severity::minor}, {When::above, 32, Severity::critical}};
  out.dead_band = 1;
  return out;
}

AlarmRule from_the_room() {
  AlarmRule out;
  out.id = {1};
  out.name = "deviates";
  out.type = RuleType::deviation;
  out.kind = "inlet-temperature";
  out.baseline = Baseline::room;
  out.levels = {{When::above, 10, Severity::minor}, {When::above, 20, Severity::major}};
  return out;
}

AlarmRulesPtr rules(std::vector<AlarmRule> list) {
  static std::int64_t version = 0;
  return std::make_shared<const AlarmRules>(++version, std::move(list));
}

std::vector<std::string> told(const AlarmOutput& output) {
  std::vector<std::string> out;
  for (const auto& t : output.transitions) {
    out.push_back(std::string(name_of(t.change)) + " " + std::to_string(t.subject.value) + (t.announced ? "" : " unannounced"));
  }
  return out;
}

struct AlarmEngineTest : ::testing::Test {
  AlarmEngineTest() { engine.set(hall(), rules({inlet()}), kNow); }

  std::vector<std::string> read(int sensor, std::chrono::seconds at, double value, std::chrono::seconds late = 0s, Quality quality = Quality::good) {
    const Reading reading{{sensor}, kNow + at, value, quality};
    engine.apply(std::span(&reading, 1), kNow + at + late);
    return told(engine.take());
  }

  AlarmEngine engine;
};

TEST_F(AlarmEngineTest, AnOlderReadingOrARepeatedOneChangesNothing) {
  EXPECT_THAT(read(1, 60s, 29), ElementsAre("raised 1"));
  EXPECT_THAT(read(1, 30s, 20), IsEmpty());
  EXPECT_THAT(read(1, 60s, 20), IsEmpty());
  EXPECT_THAT(read(1, 90s, 20), ElementsAre("cleared 1"));
}

TEST_F(AlarmEngineTest, FromHistoryNobodyIsToldUntilItHoldsNow) {
  EXPECT_THAT(read(1, 0s, 29, 2h), ElementsAre("raised 1 unannounced"));
  EXPECT_THAT(read(1, 30s, 20, 2h), ElementsAre("cleared 1 unannounced"));
  EXPECT_THAT(read(1, 60s, 29, 2h), ElementsAre("raised 1 unannounced"));
  EXPECT_THAT(read(1, 90s, 29, 1s), ElementsAre("announced 1"));
  EXPECT_THAT(read(1, 120s, 20), ElementsAre("cleared 1"));
}

TEST_F(AlarmEngineTest, GoesOnAfterARestartWhereItWas) {
  auto slow = inlet();
  slow.on_delay_s = 60;
  engine.set(hall(), rules({slow}), kNow);
  read(1, 0s, 29);
  const Reading newest{{1}, kNow, 29, Quality::good};
  const AlarmStanding standing{AlarmSubject::of(SensorId{1}), RuleType::limits, {1}, 1, {}, {0, {kNow}, true}};

  AlarmEngine anew;
  anew.set(hall(), rules({slow}), kNow);
  anew.restore(std::span(&standing, 1), std::span(&newest, 1), kNow);
  EXPECT_THAT(told(anew.take()), IsEmpty());
  const Reading after{{1}, kNow + 60s, 29, Quality::good};
  anew.apply(std::span(&newest, 1), kNow + 60s);
  anew.apply(std::span(&after, 1), kNow + 60s);
  EXPECT_THAT(told(anew.take()), ElementsAre("raised 1"));
}

TEST_F(AlarmEngineTest, AChangedRuleJudgesWhatStandsAndWhatDoesNot) {
  read(1, 0s, 28.5);
  read(2, 0s, 27);
  engine.set(hall(), rules({inlet(30, 2)}), kNow + 1s);  // 28.5 is below 30 - 1
  EXPECT_THAT(told(engine.take()), ElementsAre("cleared 1"));
  engine.set(hall(), rules({inlet(26, 3)}), kNow + 2s);
  EXPECT_THAT(told(engine.take()), ElementsAre("raised 1", "raised 2"));
  engine.set(hall(), rules({inlet(26, 3)}), kNow + 3s);
  EXPECT_THAT(told(engine.take()), IsEmpty());
  engine.set(hall(), rules({}), kNow + 4s);
  EXPECT_THAT(told(engine.take()), ElementsAre("cleared 1", "cleared 2"));
}

TEST_F(AlarmEngineTest, ARuleThatIsDisabledEndsWhatItRaised) {
  read(1, 0s, 29);
  auto off = inlet(28, 2);
  off.enabled = false;
  engine.set(hall(), rules({off}), kNow + 1s);
  EXPECT_THAT(told(engine.take()), ElementsAre("cleared 1"));
  EXPECT_THAT(read(1, 30s, 40), IsEmpty());
}

TEST_F(AlarmEngineTest, ASensorThatIsRemovedEndsItsAlarms) {
  read(2, 0s, 29);
  engine.set(hall(1, 2), engine.rules(), kNow + 1s);
  EXPECT_THAT(told(engine.take()), ElementsAre("cleared 2"));
  EXPECT_EQ(engine.standing(), 0u);
}

TEST_F(AlarmEngineTest, SilenceIsNewsOnlyOfWhatHasReportedLiveAndWhileReadingsCanComeIn) {
  AlarmRule silent;
  silent.id = {2};
  silent.name = "silent";
  silent.type = RuleType::no_data;
  silent.kind = "*";
  silent.levels = {{When::silent, 3, Severity::minor}};
  engine.set(hall(), rules({silent}), kNow);
  const auto since = kNow - 1h;
  read(1, 0s, 20);
  read(2, 0s, 20, 2h);  // history
  engine.tick(kNow + 89s, since);
  EXPECT_THAT(told(engine.take()), IsEmpty());
  engine.tick(kNow + 90s, std::nullopt);
  engine.tick(kNow + 91s, kNow + 85s);  // just connected
  EXPECT_THAT(told(engine.take()), IsEmpty());
  engine.tick(kNow + 92s, since);
  EXPECT_THAT(told(engine.take()), ElementsAre("raised -1"));
  read(1, 100s, 20);
  engine.tick(kNow + 101s, since);
  EXPECT_THAT(told(engine.take()), ElementsAre("cleared -1"));
}

TEST_F(AlarmEngineTest, SiblingsAreJudgedTogetherWhateverTheOrderWithinASecond) {
  engine.set(hall(4), rules({from_the_room()}), kNow);
  const auto since = kNow - 1h;
  // A step that all make is nobody's deviation, though they tell of it one after the other.
  for (int i = 1; i <= 4; ++i) EXPECT_THAT(read(i, 0s, 20), IsEmpty());
  for (const int i : {3, 1, 4, 2}) EXPECT_THAT(read(i, 30s, 30), IsEmpty());
  for (int i = 1; i <= 4; ++i) EXPECT_THAT(read(i, 60s, i == 2 ? 34 : 30), IsEmpty()) << "the second is not over";
  engine.tick(kNow + 62s, since);
  EXPECT_THAT(told(engine.take()), IsEmpty()) << "something may be on its way";
  engine.tick(kNow + 63s, since);
  const auto output = engine.take();
  ASSERT_THAT(told(output), ElementsAre("raised 2"));
  EXPECT_EQ(output.transitions[0].ts, kNow + 60s);
  EXPECT_NEAR(output.transitions[0].value, 100 * 4 / 30., 1e-9);
  EXPECT_EQ(output.transitions[0].source.unit, "%");
  // A later second ends the one before, without the clock.
  EXPECT_THAT(read(2, 90s, 30), IsEmpty());
  EXPECT_THAT(read(1, 91s, 30), ElementsAre("cleared 2"));
}

TEST_F(AlarmEngineTest, OfSiblingsThatAreSilentNothingIsKnown) {
  engine.set(hall(3), rules({from_the_room()}), kNow);
  const auto since = kNow - 1h;
  for (int i = 1; i <= 3; ++i) read(i, 0s, i == 2 ? 40 : 20);
  engine.tick(kNow + 3s, since);
  EXPECT_THAT(told(engine.take()), ElementsAre("raised 2"));
  // Two are left: what stands is frozen, also when it comes back by itself.
  read(1, 120s, 20);
  read(2, 121s, 20);
  engine.tick(kNow + 130s, since);
  EXPECT_THAT(told(engine.take()), IsEmpty());
  read(3, 131s, 20);
  engine.tick(kNow + 140s, since);
  EXPECT_THAT(told(engine.take()), ElementsAre("cleared 2"));
}

TEST_F(AlarmEngineTest, WhatWasStoredButNotJudgedIsJudgedAfterARestart) {
  const auto by = rules({from_the_room()});
  std::vector<Reading> newest;
  for (int i = 1; i <= 3; ++i) newest.push_back({{i}, kNow, i == 2 ? 40. : 20., Quality::good});
  engine.set(hall(3), by, kNow + 10s);
  engine.restore({}, newest, kNow + 10s);
  EXPECT_THAT(told(engine.take()), IsEmpty());
  engine.tick(kNow + 11s, kNow - 1h);
  const auto output = engine.take();
  EXPECT_THAT(told(output), ElementsAre("raised 2"));
  // And what was judged is not told twice.
  AlarmEngine again;
  again.set(hall(3), by, kNow + 20s);
  again.restore(output.standings, newest, kNow + 20s);
  again.tick(kNow + 21s, kNow - 1h);
  EXPECT_THAT(told(again.take()), IsEmpty());
}

TEST_F(AlarmEngineTest, AChangedDeviationJudgesWhatStandsAtOnce) {
  engine.set(hall(3), rules({from_the_room()}), kNow);
  for (int i = 1; i <= 3; ++i) read(i, 0s, i == 2 ? 23 : 20);  // +15 %
  engine.tick(kNow + 3s, kNow - 1h);
  EXPECT_THAT(told(engine.take()), ElementsAre("raised 2"));
  auto wider = from_the_room();
  wider.version = 2;
  wider.levels[0].limit = 16;
  engine.set(hall(3), rules({wider}), kNow + 4s);
  EXPECT_THAT(told(engine.take()), ElementsAre("cleared 2"));
  auto narrower = from_the_room();
  narrower.version = 3;
  engine.set(hall(3), rules({narrower}), kNow + 5s);
  engine.tick(kNow + 6s, kNow - 1h);
  EXPECT_THAT(told(engine.take()), ElementsAre("raised 2"));
}

TEST_F(AlarmEngineTest, WhatIsUsualIsFilledFromStoredDays) {
  auto own = from_the_room();
  own.baseline = Baseline::own;
  engine.set(hall(1), rules({own}), kNow);
  ASSERT_THAT(engine.sensors_without_days(), ElementsAre(SensorId{1}));
  const auto today = std::chrono::floor<std::chrono::days>(kNow);
  std::vector<DailySum> days;
  for (int i = 4; i >= 1; --i) days.push_back({{1}, today - std::chrono::days(i), i == 2 ? 9000. : 2000., 100});
  engine.fill_days(days);
  EXPECT_THAT(read(1, 60s, 21), IsEmpty());
  EXPECT_THAT(read(1, 90s, 22.5), ElementsAre("raised 1"));
  EXPECT_THAT(engine.sensors_without_days(), IsEmpty());
}

// Whatever the batches and wherever a restart falls: the same transitions.
void restarts_and_batches_make_no_difference(AlarmRule rule) {
  std::mt19937 random(7);
  rule.on_delay_s = 45;
  rule.off_delay_s = 75;
  const auto inventory = hall(5);
  const auto by = rules({rule});
  std::vector<Reading> readings;
  std::vector<double> value(6, 27);
  for (int step = 0; step < 4000; ++step) {
    const int sensor = static_cast<int>(random() % 5) + 1;
    value[static_cast<std::size_t>(sensor)] += std::normal_distribution<>(0, 0.8)(random) + (27 - value[static_cast<std::size_t>(sensor)]) * 0.05;
    readings.push_back({{sensor}, kNow + std::chrono::seconds(step * 10), value[static_cast<std::size_t>(sensor)], Quality::good});
  }
  AlarmEngine whole;
  whole.set(inventory, by, kNow);
  std::vector<std::string> expected;
  for (const auto& r : readings) {
    whole.apply(std::span(&r, 1), r.ts);
    for (const auto& t : whole.take().transitions)
      expected.push_back(std::string(name_of(t.change)) + std::to_string(t.subject.value) + base::to_rfc3339(t.ts));
  }
  ASSERT_GT(expected.size(), 50u);

  std::vector<std::string> got;
  std::map<std::int32_t, AlarmStanding> database;
  std::map<std::int32_t, Reading> newest;
  auto engine = std::make_unique<AlarmEngine>();
  engine->set(inventory, by, kNow);
  for (std::size_t at = 0; at < readings.size();) {
    const auto size = std::min<std::size_t>(random() % 40 + 1, readings.size() - at);
    const std::span batch(readings.data() + at, size);
    engine->apply(batch, batch.back().ts);
    auto output = engine->take();
    if (random() % 5 == 0) {  // killed before it was stored: the broker sends it again
      output = {};
    } else {
      for (const auto& t : output.transitions)
        got.push_back(std::string(name_of(t.change)) + std::to_string(t.subject.value) + base::to_rfc3339(t.ts));
      for (const auto& s : output.standings) {
        if (s.state.quiet()) {
          database.erase(s.subject.value);
        } else {
          database[s.subject.value] = s;
        }
      }
      for (const auto& r : batch) newest[r.sensor_id.value] = r;
      at += size;
      if (random() % 3 != 0) continue;
    }
    engine = std::make_unique<AlarmEngine>();
    engine->set(inventory, by, kNow);
    std::vector<AlarmStanding> standings;
    std::vector<Reading> last;
    for (const auto& [_, s] : database) standings.push_back(s);
    for (const auto& [_, r] : newest) last.push_back(r);
    engine->restore(standings, last, readings[std::min(at, readings.size() - 1)].ts);
    EXPECT_THAT(told(engine->take()), IsEmpty());
  }
  EXPECT_EQ(got, expected);
}

TEST(AlarmEngine, RestartsAndBatchesMakeNoDifferenceToLimits) { restarts_and_batches_make_no_difference(inlet()); }
TEST(AlarmEngine, RestartsAndBatchesMakeNoDifferenceToSiblings) {
  auto rule = from_the_room();
  rule.levels[0].limit = 3;
  rule.levels[1].limit = 5;
  rule.dead_band = 1;
  restarts_and_batches_make_no_difference(rule);
}

}  // namespace
}  // namespace dcim::core
