#include "core/pue.h"

#include <gtest/gtest.h>

namespace dcim::core {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kNow{std::chrono::seconds{1'763'900'000}};

// Two racks with PDUs, two UPSs, an incomer and an IT meter; what is not wanted is left out. A second site must never leak in.
struct Plant {
  std::vector<Sensor> sensors;
  LatestReadings latest;
  Inventory inventory;

  int add(const std::string& kind, double kw, std::optional<RackId> rack = {}, SiteId site = SiteId{1}, std::string unit = "kW") {
    const SensorId id{static_cast<int>(sensors.size()) + 1};
    Sensor sensor{id, DeviceId{id.value}, site, RoomId{1}, rack, kind + "-" + std::to_string(id.value), "power", kind, unit, "", ""};
    sensor.interval_s = 60;
    sensors.push_back(sensor);
    latest[id] = {id, kNow - 10s, kw, Quality::good};
    return id.value;
  }
  void build() {
    std::vector<Rack> racks{{RackId{1}, RoomId{1}, SiteId{1}, "A01", 42, 10.0}, {RackId{2}, RoomId{1}, SiteId{1}, "A02", 42, 10.0}};
    inventory =
        Inventory(1, {{SiteId{1}, "one", "One", "UTC"}, {SiteId{2}, "two", "Two", "UTC"}}, {{RoomId{1}, SiteId{1}, "r", "R"}}, racks, {}, sensors);
  }
  Pue get() {
    build();
    return pue(inventory, SiteId{1}, latest, kNow);
  }
  void silence(int id) { latest[SensorId{id}].ts = kNow - 121s; }
};

TEST(Pue, FromIncomerAndItMeter) {
  Plant plant;
  plant.add("facility-power", 15);
  const int it = plant.add("it-power", 10);
  plant.add("facility-power", 99, {}, SiteId{2});
  plant.latest[SensorId{it}].ts = kNow - 50s;
  const auto p = plant.get();
  EXPECT_DOUBLE_EQ(*p.value, 1.5);
  EXPECT_EQ(p.method, "incomer ÷ IT, measured at PDU output, by meter");
  EXPECT_EQ(p.category, 2);
  EXPECT_EQ(p.ts, kNow - 50s);
  EXPECT_EQ(p.reporting, 2);
  EXPECT_EQ(p.expected, 2);
  EXPECT_FALSE(p.note);
}

TEST(Pue, TheRacksAreSummedAndWattsAreWatts) {
  Plant plant;
  plant.add("facility-power", 12);
  plant.add("rack-power", 4, RackId{1});
  plant.add("rack-power", 4000, RackId{2}, SiteId{1}, "W");
  const auto p = plant.get();
  EXPECT_DOUBLE_EQ(*p.value, 1.5);
  EXPECT_EQ(p.category, 2);
  EXPECT_EQ(p.expected, 3);
}

TEST(Pue, ARackWithoutAMeterIsNotLeftOutOfTheSum) {
  Plant plant;
  plant.add("facility-power", 12);
  plant.add("rack-power", 4, RackId{1});
  plant.add("output-power", 8);
  const auto p = plant.get();
  EXPECT_DOUBLE_EQ(*p.value, 1.5);
  EXPECT_EQ(p.category, 1);
  EXPECT_EQ(p.method, "incomer ÷ IT, measured at UPS output");
}

TEST(Pue, ASilentItMeterIsReplacedByTheNextBestWayAndToldSo) {
  Plant plant;
  plant.add("facility-power", 15);
  const int it = plant.add("it-power", 10);
  plant.add("output-power", 6);
  plant.add("output-power", 6);
  plant.silence(it);
  const auto p = plant.get();
  EXPECT_DOUBLE_EQ(*p.value, 1.25);
  EXPECT_EQ(p.category, 1);
  EXPECT_EQ(*p.note, "it-power-2 says nothing; otherwise measured at PDU output, by meter");
}

TEST(Pue, WithoutAMeterThereIsNoValue) {
  Plant plant;
  const int incomer = plant.add("facility-power", 15);
  const int it = plant.add("it-power", 10);
  plant.silence(incomer);
  auto p = plant.get();
  EXPECT_FALSE(p.value);
  EXPECT_FALSE(p.facility_kw);
  EXPECT_DOUBLE_EQ(*p.it_kw, 10);
  EXPECT_EQ(*p.note, "facility-power-1 says nothing");
  EXPECT_EQ(p.reporting, 1);
  plant.latest[SensorId{incomer}] = {SensorId{incomer}, kNow, 15, Quality::good};
  plant.latest[SensorId{it}].quality = Quality::bad;
  p = plant.get();
  EXPECT_FALSE(p.value);
  EXPECT_EQ(*p.note, "it-power-2 says nothing");
  EXPECT_EQ(*Plant().get().note, "there is no meter of the whole facility (facility-power)");
  Plant no_it;
  no_it.add("facility-power", 5);
  p = no_it.get();
  EXPECT_EQ(*p.note, "nothing measures IT power (it-power, rack-power or output-power)");
  EXPECT_FALSE(p.category);
}

TEST(Pue, WhatSaysNothingOrCannotBeIsNotShown) {
  Plant idle;
  idle.add("facility-power", 5);
  idle.add("it-power", 0.9);  // of 20 kW rated
  EXPECT_FALSE(idle.get().value);
  EXPECT_EQ(*idle.get().note, "IT draws less than 5 % of what its racks are rated for");
  Plant wrong;
  wrong.add("facility-power", 5);
  wrong.add("it-power", 6);
  EXPECT_FALSE(wrong.get().value);
  EXPECT_EQ(*wrong.get().note, "the incomer shows less than IT: a meter is wrong");
}

}  // namespace
}  // namespace dcim::core
