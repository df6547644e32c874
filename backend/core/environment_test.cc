#include "core/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dcim::core {
namespace {

using namespace std::chrono_literals;
using enum AirVerdict;
using ::testing::ElementsAre;

constexpr base::Timestamp kNow{std::chrono::seconds{1'763'900'000}};

// Two rows of two racks back to back with cold aisles before them and a hot one between: A1, A2 look up, B1, B2 down.
struct EnvironmentTest : ::testing::Test {
  EnvironmentTest() {
    std::vector<Rack> racks;
    std::vector<Sensor> sensors;
    for (int i = 1; i <= 4; ++i) {
      racks.push_back({RackId{i}, RoomId{1}, SiteId{1}, "R" + std::to_string(i), 42, 10.0});
      int kind = 0;
      for (const auto* name : {"inlet-temperature", "inlet-humidity", "outlet-temperature", "inlet-temperature"}) {
        Sensor sensor{SensorId{i * 10 + kind++}, DeviceId{i}, SiteId{1}, RoomId{1}, RackId{i}, "d", name, name, "", "", ""};
        sensor.interval_s = 30;
        sensors.push_back(sensor);
      }
      set(i * 10, 20 + i);
      set(i * 10 + 1, 45);
      set(i * 10 + 2, 30 + i);
    }
    inventory = Inventory(1, {{SiteId{1}, "demo", "Demo", "UTC"}}, {{RoomId{1}, SiteId{1}, "r", "R"}}, racks, {}, sensors);
    plan.width_m = plan.depth_m = 8;
    plan.aisles = {
        {"Cold 1", AisleType::cold, 2.6, 1.4, 2, 1.2}, {"Hot", AisleType::hot, 2.6, 3.8, 2, 1.2}, {"Cold 2", AisleType::cold, 2.6, 6.2, 2, 1.2}};
    for (int i = 1; i <= 4; ++i) {
      const bool up = i <= 2;
      plan.racks.push_back({RackId{i}, {}, Placement{i % 2 == 1 ? 2.3 : 2.9, up ? 2.6 : 5.0, up ? 180.0 : 0.0, 0.6, 1.2}, {}});
    }
  }
  void set(int sensor, double value, std::chrono::seconds age = 5s, Quality quality = Quality::good) {
    latest[SensorId{sensor}] = {SensorId{sensor}, kNow - age, value, quality};
  }
  RoomAir get() const { return room_air(inventory, RoomId{1}, plan, latest, kNow); }

  Inventory inventory;
  LatestReadings latest;
  RoomPlan plan;
};

TEST_F(EnvironmentTest, EachRackGetsItsVerdict) {
  set(10, 28.5, 20s);
  set(20, 33);
  latest.erase(SensorId{30});
  set(40, 22, 61s);
  const auto air = get();
  EXPECT_THAT(air.counts, ElementsAre(0, 1, 1, 2));
  EXPECT_EQ(air.racks[0].verdict, allowable);
  EXPECT_EQ(air.racks[0].ts, kNow - 20s);
  EXPECT_NEAR(*air.racks[0].dew_point_c, 15.4, 0.1);
  EXPECT_THAT(air.racks[0].reasons, ElementsAre("inlet 28.5 °C is above the recommended 27 °C", "dew point 15.4 °C is above the recommended 15 °C"));
  EXPECT_EQ(air.racks[1].verdict, outside);
  EXPECT_THAT(air.racks[2].reasons, ElementsAre("no inlet temperature"));
  EXPECT_FALSE(air.racks[3].inlet_c) << "stale";
  EXPECT_EQ(air.rci.inlets(), 2);
  EXPECT_NEAR(*air.rci.high(), (1 - (1.5 + 6) / (5 * 2)) * 100, 1e-9);
}

TEST_F(EnvironmentTest, TheWarmestInletDecides) {
  set(13, 27.5);
  EXPECT_EQ(get().racks[0].inlet_c, 27.5);
  EXPECT_EQ(get().racks[0].verdict, allowable);
  set(13, 300, 5s, Quality::bad);
  EXPECT_EQ(get().racks[0].inlet_c, 21);
  EXPECT_EQ(get().racks[0].verdict, recommended);
}

TEST_F(EnvironmentTest, AislesAreAveragedByWhoLooksIntoThem) {
  auto air = get();
  EXPECT_DOUBLE_EQ(*air.aisles[0].average_c, 21.5);
  EXPECT_DOUBLE_EQ(*air.aisles[1].average_c, 32.5) << "all four stand with their backs to it";
  EXPECT_DOUBLE_EQ(*air.aisles[2].average_c, 23.5);
  EXPECT_EQ(air.aisles[0].sensors, 4);
  EXPECT_EQ(air.aisles[0].reporting, 2);
  for (const int i : {10, 20}) latest.erase(SensorId{i});
  plan.racks[2].placement.reset();
  air = get();
  EXPECT_FALSE(air.aisles[0].average_c);
  EXPECT_DOUBLE_EQ(*air.aisles[2].average_c, 24);
}

TEST(Compliance, SharesOfTimeAndExtremes) {
  RackCoolingIndex rci(AshraeClass::a1);
  const std::vector<AirBucket> buckets{{0, 24, 23, 25, 45.0}, {1, 28, 26, 29, 40.0}, {2, 33, 30, 35, {}}};
  const auto rack = rack_compliance(RackId{7}, AshraeClass::a1, buckets, 4, rci);
  EXPECT_THAT(rack.buckets, ElementsAre(1, 1, 1, 1));
  EXPECT_DOUBLE_EQ(rack.share(outside), 0.25);
  EXPECT_DOUBLE_EQ(rack.share(no_data), 0.25);
  EXPECT_NEAR(*rack.average_c, 85.0 / 3, 1e-9);
  EXPECT_EQ(rack.maximum_c, 35);
  EXPECT_EQ(rack.minimum_c, 23);
  EXPECT_NEAR(*rack.dew_point_max_c, 13.1, 0.05);
  EXPECT_NEAR(*rci.high(), (1 - (1.0 + 6.0) / (5 * 3)) * 100, 1e-9);
  const auto silent = rack_compliance(RackId{8}, AshraeClass::a1, {}, 4, rci);
  EXPECT_DOUBLE_EQ(silent.share(no_data), 1);
  EXPECT_FALSE(silent.average_c);
  std::vector<RackCompliance> racks{silent, rack, rack_compliance(RackId{9}, AshraeClass::a1, {{0, 28, 28, 28, {}}}, 1, rci)};
  sort_worst_first(racks);
  EXPECT_THAT((std::vector{racks[0].rack, racks[1].rack, racks[2].rack}), ElementsAre(RackId{7}, RackId{9}, RackId{8}));
}

}  // namespace
}  // namespace dcim::core
