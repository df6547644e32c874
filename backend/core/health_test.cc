#include "core/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dcim::core {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::Timestamp kNow{std::chrono::seconds{1'763'900'000}};

// One room with 20 racks (each an inlet sensor), two cooling units, and two UPSs outside of the room.
struct HealthTest : ::testing::Test {
  HealthTest() {
    std::vector<Rack> racks;
    std::vector<Device> devices;
    std::vector<Sensor> sensors;
    const auto add = [&](const std::string& device, const std::string& kind, std::optional<RoomId> room, std::optional<RackId> rack, double value) {
      const int id = static_cast<int>(sensors.size()) + 1;
      devices.push_back({DeviceId{id}, SiteId{1}, room, rack, device, "t", "t" + std::to_string(id)});
      Sensor sensor{SensorId{id}, DeviceId{id}, SiteId{1}, room, rack, device, "inlet temperature", kind, "°C", "", ""};
      sensor.interval_s = 30;
      sensors.push_back(sensor);
      set(id, value);
    };
    for (int i = 1; i <= 20; ++i) {
      const auto name = std::string(i < 10 ? "A0" : "A") + std::to_string(i);
      racks.push_back({RackId{i}, RoomId{1}, SiteId{1}, name, 42, 10.0});
      add(name + " climate", "inlet-temperature", RoomId{1}, RackId{i}, 23);
    }
    add("crac-01", "crac-state", RoomId{1}, {}, 1);  // 21
    add("crac-02", "crac-state", RoomId{1}, {}, 1);
    add("ups-01", "ups-state", {}, {}, 1);  // 23
    add("ups-02", "ups-state", {}, {}, 1);
    inventory = Inventory(1, {{SiteId{1}, "demo", "Demo", "UTC"}}, {{RoomId{1}, SiteId{1}, "room-1", "Room 1"}}, racks, devices, sensors);
  }
  void set(int sensor, double value, std::chrono::seconds age = 5s, Quality quality = Quality::good) {
    latest[SensorId{sensor}] = {SensorId{sensor}, kNow - age, value, quality};
  }
  void alarm(Severity severity, int rack, RuleType type = RuleType::limits) {
    StandingAlarm out;
    out.id = static_cast<int>(alarms.size()) + 1;
    out.severity = severity;
    out.type = type;
    out.room = RoomId{1};
    out.rack = RackId{rack};
    out.device = DeviceId{rack};
    out.sensor = SensorId{rack};
    out.rule = "Rack inlet temperature";
    out.level = {When::above, severity == Severity::critical ? 32.0 : 28.0, severity};
    alarms.push_back(out);
  }
  Health get() const { return health({inventory, *inventory.site(SiteId{1}), latest, alarms, offline, kNow}); }
  HealthPart part(std::string_view key) const {
    for (const auto& p : get().parts) {
      if (p.key == key) return p;
    }
    return {};
  }
  std::vector<std::string> reasons(std::string_view key) const {
    std::vector<std::string> out;
    for (const auto& reason : part(key).reasons) out.push_back(reason.text);
    return out;
  }

  Inventory inventory;
  LatestReadings latest;
  std::vector<StandingAlarm> alarms;
  std::unordered_set<DeviceId> offline;
};

TEST_F(HealthTest, AllWell) {
  const auto h = get();
  EXPECT_EQ(h.score, 100);
  EXPECT_EQ(h.word, "good");
  double at_stake = 0;
  for (const auto& p : h.parts) {
    at_stake += p.weight;
    EXPECT_EQ(p.lost, 0) << p.key;
    EXPECT_THAT(p.reasons, IsEmpty());
  }
  EXPECT_EQ(at_stake, 100);
}

TEST_F(HealthTest, OneHotRackIsNamedWithItsPlaceOnThePlan) {
  set(1, 33.25);
  alarm(Severity::critical, 1);
  EXPECT_EQ(part("alarms").lost, 25);
  EXPECT_EQ(part("alarms").reasons.at(0).href, "/alarms/?site=demo&severity=critical");
  EXPECT_THAT(reasons("alarms"), ElementsAre("1 critical alarm"));
  EXPECT_NEAR(part("racks").lost, 20 * std::sqrt(0.05), 0.05);
  EXPECT_THAT(reasons("racks"), ElementsAre("A01 inlet temperature is 33.2 °C (critical above 32 °C)"));
  EXPECT_EQ(part("racks").reasons.at(0).href, "/floor-plan/?site=demo&room=room-1&rack=room-1.A01");
  EXPECT_EQ(get().score, 71);
  EXPECT_EQ(get().word, "poor");
}

TEST_F(HealthTest, MilderAlarmsCostLess) {
  alarm(Severity::minor, 1);
  EXPECT_EQ(get().word, "good");
  const auto minor = *get().score;
  alarms.clear();
  alarm(Severity::major, 1);
  EXPECT_EQ(get().word, "fair");
  EXPECT_LT(*get().score, minor);
  alarms.clear();
  alarm(Severity::info, 1);
  EXPECT_EQ(get().score, 100);
}

TEST_F(HealthTest, APartLosesNoMoreThanItsWeightAndLongListsAreCut) {
  for (int i = 1; i <= 20; ++i) alarm(Severity::critical, i);
  EXPECT_EQ(part("alarms").lost, 45);
  EXPECT_EQ(part("racks").lost, 20);
  EXPECT_THAT(reasons("alarms"), ElementsAre("20 critical alarms"));
  EXPECT_EQ(reasons("racks").size(), 6u);
  EXPECT_EQ(reasons("racks").back(), "and 15 more");
  EXPECT_EQ(get().word, "critical");
}

TEST_F(HealthTest, OtherAlarmsThanLimitsPutNoRackOutside) {
  alarm(Severity::major, 1, RuleType::no_data);
  EXPECT_EQ(part("racks").lost, 0);
  EXPECT_EQ(part("alarms").lost, 10);
}

TEST_F(HealthTest, RedundancyIsLostByAFaultAndGoneWithTheLastUnit) {
  set(21, 2);
  EXPECT_EQ(part("redundancy").lost, 10);
  EXPECT_THAT(reasons("redundancy"), ElementsAre("crac-01 has a fault", "Room 1 has lost the redundancy of its cooling"));
  offline.insert(DeviceId{22});
  EXPECT_EQ(part("redundancy").lost, 20);
  EXPECT_THAT(reasons("redundancy"), ElementsAre("crac-01 has a fault", "crac-02 is offline", "Room 1 has no cooling unit left"));
  set(21, 1);
  offline.clear();
  set(23, 2);
  set(24, 2);
  EXPECT_THAT(reasons("redundancy"), ElementsAre("ups-01 is on battery", "ups-02 is on battery", "no UPS is online"));
  set(24, 1, 61s);
  EXPECT_THAT(reasons("redundancy"), ElementsAre("ups-01 is on battery", "ups-02 says nothing", "the UPSs have lost their redundancy"));
  set(23, 1);
  EXPECT_EQ(part("redundancy").lost, 5);
  set(21, 0);
  EXPECT_EQ(reasons("redundancy").at(1), "crac-01 is off");
}

TEST_F(HealthTest, SilentAndImplausibleSensorsCost) {
  for (int i = 1; i <= 3; ++i) set(i, 23, 61s);
  set(4, 300, 5s, Quality::bad);
  EXPECT_EQ(part("data").lost, 5);  // 4 of 24, twice, of 15
  EXPECT_THAT(reasons("data"), ElementsAre("3 of 24 sensors are silent", "1 sensor reports implausible values"));
}

TEST_F(HealthTest, WithoutDataThereIsNoScore) {
  latest.clear();
  EXPECT_FALSE(get().score);
  EXPECT_EQ(get().word, "unknown");
  EXPECT_THAT(reasons("data"), ElementsAre("24 of 24 sensors are silent"));
}

TEST_F(HealthTest, WhatASiteDoesNotHaveIsNotJudged) {
  std::vector<Sensor> one{inventory.sensors()[0]};
  inventory = Inventory(2, inventory.sites(), inventory.rooms(), inventory.racks(), inventory.devices(), one);
  EXPECT_EQ(part("redundancy").weight, 0);
  EXPECT_EQ(get().score, 100);
  alarm(Severity::critical, 1);
  EXPECT_EQ(get().score, 63);  // 29.5 of 80 points
}

}  // namespace
}  // namespace dcim::core
