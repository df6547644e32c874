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
    all.push_back(sensor);
  }
  std::vector<Site> sites{{{1}, "demo", "Demo", "UTC", true}};
  return std::make_shared<const Inventory>(version, sites, std::vector<Room>{}, std::vector<Rack>{}, devices, all);
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

// Whatever the batches and wherever a restart falls: the same transitions.
TEST(AlarmEngine, RestartsAndBatchesMakeNoDifference) {
  std::mt19937 random(7);
  auto rule = inlet();
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

}  // namespace
}  // namespace dcim::core
