#include "core/capacity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace dcim::core {
namespace {

RackContents rack(int height_u = 42) {
  RackContents out;
  out.id = RackId{1};
  out.room_id = RoomId{1};
  out.name = "A01";
  out.height_u = height_u;
  return out;
}

RackOccupant server(int u, int height_u, double typical_w = 0, Feeds feeds = Feeds::unknown) {
  RackOccupant out;
  out.slot = Slot{u, height_u};
  out.typical_w = typical_w;
  out.feeds = feeds;
  return out;
}

Capacity of(const RackContents& contents, const Yardstick& yardstick = {}) { return capacity_of(contents, yardstick); }

TEST(Capacity, EveryUIsCountedOnceByItsStrongestUse) {
  auto r = rack(10);
  r.occupants = {server(1, 2)};
  r.holds = {{Slot{4, 2}, false}, {Slot{10, 1}, true}};
  EXPECT_EQ(of(r).u, (SpaceCount{10, 2, 2, 1, 5, 4}));
  // A half-width device beside a reservation: the U is used.
  r.occupants.push_back(server(6, 1));
  r.occupants.back().slot->side = Side::left;
  r.holds.push_back({Slot{6, 1, Face::both, Side::right}, false});
  EXPECT_EQ(of(r).u, (SpaceCount{10, 3, 2, 1, 4, 3}));
}

TEST(Capacity, WhatTakesOnlyPartOfAULeavesNoFreeU) {
  for (const auto& [face, side] :
       {std::pair{Face::front, Side::full}, {Face::rear, Side::full}, {Face::both, Side::left}, {Face::front, Side::right}}) {
    auto r = rack(9);
    r.occupants = {server(5, 1)};
    r.occupants[0].slot->face = face;
    r.occupants[0].slot->side = side;
    EXPECT_EQ(of(r).u, (SpaceCount{9, 1, 0, 0, 8, 4}));
  }
}

TEST(Capacity, ASideMountedDeviceTakesNoU) {
  auto r = rack();
  r.occupants = {RackOccupant{}};
  r.occupants[0].weight_kg = 12;
  EXPECT_EQ(of(r).u.free, 42);
  EXPECT_EQ(of(r).devices, 1);
  EXPECT_EQ(of(r).weight_kg, 12);
}

TEST(Capacity, PowerIsMeasuredTypicalOrByTheNameplate) {
  auto r = rack();
  r.occupants = {server(1, 1, 400), server(2, 1, 300), server(3, 1)};
  r.occupants[0].measured_w = 500;
  r.occupants[0].nameplate_w = 900;
  r.occupants[2].typical_w.reset();
  r.occupants[2].nameplate_w = 200;
  const auto c = of(r);
  EXPECT_DOUBLE_EQ(c.typical_kw, 1.0);
  EXPECT_DOUBLE_EQ(c.nameplate_kw, 1.4) << "where no nameplate is known, what is expected";
  EXPECT_DOUBLE_EQ(*c.measured_kw, 0.5);
  EXPECT_DOUBLE_EQ(c.measured_coverage, 1.0 / 3);
  EXPECT_DOUBLE_EQ(c.load_kw, 1.0);
  EXPECT_FALSE(c.rated_kw);
  EXPECT_FALSE(c.is_over(Limit::power));
}

TEST(Capacity, ThePdusMetersAreTheRacksMeasurementAndThePduDrawsNothingItself) {
  auto r = rack();
  r.occupants = {server(1, 1, 400), RackOccupant{}};
  r.occupants[1].measured_w = 5000;
  r.occupants[1].passes_on = true;
  r.meters = 2;
  r.meters_reporting = 1;
  r.metered_kw = 0.3;
  auto c = of(r);
  EXPECT_DOUBLE_EQ(*c.measured_kw, 0.3);
  EXPECT_DOUBLE_EQ(c.measured_coverage, 0.5);
  EXPECT_DOUBLE_EQ(c.typical_kw, 0.4);
  EXPECT_DOUBLE_EQ(c.load_kw, 0.4) << "the greater";
  r.metered_kw = 0.7;
  EXPECT_DOUBLE_EQ(of(r).load_kw, 0.7);
  r.meters_reporting = 0;
  c = of(r);
  EXPECT_FALSE(c.measured_kw);
  EXPECT_EQ(c.measured_coverage, 0);
}

TEST(Capacity, PlannedDevicesAndReservationsAreLoadThatNoMeterHas) {
  auto r = rack();
  r.rated_kw = 2;
  r.occupants = {server(1, 1, 1000), server(2, 1, 500)};
  r.occupants[1].planned = true;
  r.meters = r.meters_reporting = 1;
  r.metered_kw = 1.2;
  r.holds = {{Slot{3, 1}, false, 250.0, 20.0}};
  const auto c = of(r);
  EXPECT_DOUBLE_EQ(c.load_kw, 1.95);
  EXPECT_DOUBLE_EQ(c.typical_kw, 1.5);
  EXPECT_DOUBLE_EQ(c.reserved_kw, 0.25);
  EXPECT_DOUBLE_EQ(c.weight_kg, 20);
  EXPECT_FALSE(c.is_over(Limit::power));
  r.holds[0].power_w = 301;
  EXPECT_TRUE(of(r).is_over(Limit::power));
  EXPECT_EQ(of(r).racks_over, 1);
}

TEST(Capacity, DualCordedDevicesGoToTheSurvivingFeedAndSingleCordedOnesGoDark) {
  auto r = rack();
  r.rated_kw = 3;
  r.occupants = {server(1, 1, 1000, Feeds::ab), server(2, 1, 700, Feeds::a), server(3, 1, 400, Feeds::b)};
  auto c = of(r);
  EXPECT_DOUBLE_EQ(c.if_a_drops_kw, 1.4);
  EXPECT_DOUBLE_EQ(c.if_b_drops_kw, 1.7);
  EXPECT_DOUBLE_EQ(*c.surviving_kw(), 1.7);
  EXPECT_DOUBLE_EQ(*c.surviving_rated_kw, 3) << "each feed must carry the rack";
  // Metered at twice what is expected: each device's share of it.
  r.meters = r.meters_reporting = 1;
  r.metered_kw = 4.2;
  c = of(r);
  EXPECT_DOUBLE_EQ(*c.surviving_kw(), 3.4);
  EXPECT_TRUE(c.is_over(Limit::surviving_feed));
  r.feed_rating_kw = 3.5;
  EXPECT_FALSE(of(r).is_over(Limit::surviving_feed));
  // Who has not said where it is plugged in may be on either.
  r.meters = 0;
  r.meters_reporting = 0;
  r.occupants.push_back(server(4, 1, 100));
  EXPECT_DOUBLE_EQ(of(r).if_a_drops_kw, 1.5);
  EXPECT_DOUBLE_EQ(of(r).if_b_drops_kw, 1.8);
}

TEST(Capacity, WithoutAWordOfFeedsThereIsNoSurvivingFeed) {
  auto r = rack();
  r.rated_kw = 0.1;
  r.occupants = {server(1, 1, 1000)};
  EXPECT_FALSE(of(r).surviving_kw());
  EXPECT_FALSE(of(r).is_over(Limit::surviving_feed));
  // Metered, with PDUs on both feeds, but nothing said of what is plugged in: all of it transfers.
  r.occupants = {RackOccupant{}};
  r.occupants[0].passes_on = true;
  r.occupants[0].feeds = Feeds::a;
  r.meters = r.meters_reporting = 1;
  r.metered_kw = 2;
  EXPECT_DOUBLE_EQ(*of(r).surviving_kw(), 2);
}

TEST(Capacity, EveryLimitCanBeOver) {
  auto r = rack();
  r.occupants = {server(1, 1, 1000, Feeds::ab)};
  r.occupants[0].weight_kg = 100;
  r.rated_kw = r.feed_rating_kw = r.cooling_kw = 1;
  r.weight_limit_kg = 100;
  for (const auto limit : kLimits) EXPECT_FALSE(of(r).is_over(limit)) << name_of(limit);
  r.occupants[0].weight_kg = 100.1;
  r.occupants[0].typical_w = 1000.1;
  for (const auto limit : kLimits) EXPECT_TRUE(of(r).is_over(limit)) << name_of(limit);
}

TEST(Capacity, StrandedIsTheFreeUThatTheTightestLimitNoLongerAllows) {
  auto r = rack(20);
  r.rated_kw = 2;
  r.weight_limit_kg = 400;
  r.occupants = {server(1, 4, 1000)};
  r.occupants[0].weight_kg = 100;
  EXPECT_FALSE(of(r).stranded) << "nobody knows what a U needs";
  EXPECT_FALSE(of(r, {0.05, 10.0}).stranded) << "enough for all of them";
  auto c = of(r, {0.25, 10.0});
  ASSERT_TRUE(c.stranded);
  EXPECT_EQ(c.stranded->u, 12);
  EXPECT_EQ(c.stranded->reason, "power: 1 kW left, 16 free U would take 4 kW");
  c = of(r, {0.25, 100.0});
  EXPECT_EQ(c.stranded->u, 13);
  EXPECT_EQ(c.stranded->reason, "weight: 300 kg left, 16 free U would take 1600 kg");
  r.cooling_kw = 0.9;
  c = of(r, {0.25, 10.0});
  EXPECT_EQ(c.stranded->u, 16);
  EXPECT_EQ(c.stranded->reason, "cooling: 0 kW left, 16 free U would take 4 kW");
}

TEST(Capacity, ASumLacksWhatAnyOfItsRacksLacks) {
  auto first = rack(10), second = rack(20);
  first.row = "A";
  second.row = "B";
  second.room_id = RoomId{2};
  first.rated_kw = 1;
  second.rated_kw = 5;
  first.weight_limit_kg = 500;
  first.occupants = {server(1, 2, 2000, Feeds::a)};
  second.occupants = {server(1, 3, 1000, Feeds::b)};
  second.occupants[0].measured_w = 1100;
  const auto all = capacity_of({first, second}, {0.5, {}});
  EXPECT_EQ(all.site.u, (SpaceCount{30, 5, 0, 0, 25, 17}));
  EXPECT_EQ(all.site.racks, 2);
  EXPECT_EQ(all.site.racks_over, 1);
  EXPECT_DOUBLE_EQ(*all.site.rated_kw, 6);
  EXPECT_FALSE(all.site.weight_limit_kg);
  EXPECT_TRUE(all.site.is_over(Limit::power));
  EXPECT_DOUBLE_EQ(*all.site.measured_kw, 1.1);
  EXPECT_DOUBLE_EQ(all.site.measured_coverage, 0.5);
  EXPECT_DOUBLE_EQ(*all.site.surviving_kw(), 2) << "one feed is lost at a time, for the whole site";
  EXPECT_EQ(all.site.stranded->u, 8 + 10);
  EXPECT_EQ(all.site.stranded->reason, "power: 18 U in 2 racks");
  EXPECT_EQ(all.rooms.at(RoomId{2}).u.total, 20);
  EXPECT_EQ(all.rows.at({RoomId{1}, "A"}).u.total, 10);
  EXPECT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(capacity_of(std::vector<RackContents>{}, {}).site.racks, 0);
}

TEST(Capacity, MeasuredIsWhatSensorsSayThatAreNeitherStaleNorBad) {
  using namespace std::chrono_literals;
  constexpr base::Timestamp now{std::chrono::seconds{1'763'900'000}};
  std::vector<Sensor> sensors;
  LatestReadings latest;
  const auto add = [&](const char* kind, const char* unit, double value, base::Timestamp ts, Quality quality = Quality::good) {
    const SensorId id{static_cast<int>(sensors.size()) + 1};
    sensors.push_back({id, DeviceId{id.value}, SiteId{1}, RoomId{1}, RackId{1}, "d" + std::to_string(id.value), "power", kind, unit, "", ""});
    latest[id] = {id, ts, value, quality};
    return id;
  };
  const auto watts = add("outlet-power", "W", 321, now - 5s), kilowatts = add("outlet-power", "kW", 0.5, now - 5s);
  const auto silent = add("outlet-power", "W", 99, now - 121s), bad = add("outlet-power", "W", 99, now, Quality::bad);
  const auto volts = add("voltage", "V", 230, now);
  add("rack-power", "kW", 2.5, now - 60s);
  add("rack-power", "W", 1500, now - 60s);
  add("rack-power", "kW", 7, now - 300s);
  const Inventory inventory(1, {{SiteId{1}, "one", "One", "UTC"}}, {{RoomId{1}, SiteId{1}, "r", "R"}},
                            {{RackId{1}, RoomId{1}, SiteId{1}, "A01"}, {RackId{2}, RoomId{1}, SiteId{1}, "A02"}}, {}, sensors);
  std::vector racks{rack(), rack()};
  racks[1].id = RackId{2};
  for (const auto id : {watts, kilowatts, silent, bad, volts, SensorId{77}}) {
    racks[0].occupants.push_back(server(1, 1, 100));
    racks[0].occupants.back().power_sensor = id;
  }
  measure(racks, inventory, latest, now);
  std::vector<std::optional<double>> measured;
  for (const auto& device : racks[0].occupants) measured.push_back(device.measured_w);
  EXPECT_EQ(measured, (std::vector<std::optional<double>>{321.0, 500.0, {}, {}, {}, {}}));
  EXPECT_EQ(racks[0].meters, 3);
  EXPECT_EQ(racks[0].meters_reporting, 2);
  EXPECT_DOUBLE_EQ(racks[0].metered_kw, 4);
  EXPECT_EQ(racks[1].meters, 0);
}

TEST(Capacity, NamesGoBothWays) {
  for (const auto feeds : {Feeds::a, Feeds::b, Feeds::ab}) EXPECT_EQ(feeds_of(name_of(feeds)), feeds);
  EXPECT_FALSE(feeds_of("C"));
}

// A thousand random moves among random racks: what the function says of them is what somebody would find who looks at every quarter of every U, and
// adds up device by device.
TEST(Capacity, RandomMovesAgainstWhoLooksAtEveryQuarter) {
  std::mt19937 random(7);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  std::vector<RackContents> racks;
  for (int i = 0; i < 12; ++i) {
    auto r = rack(pick(5, 52));
    r.id = RackId{i + 1};
    r.room_id = RoomId{i % 3 + 1};
    r.row = i % 2 ? "A" : "B";
    if (pick(0, 4) > 0) r.rated_kw = pick(1, 12);
    if (pick(0, 3) > 0) r.weight_limit_kg = pick(200, 1500);
    racks.push_back(std::move(r));
  }
  const std::array faces{Face::front, Face::rear, Face::both};
  const std::array sides{Side::left, Side::right, Side::full};
  const std::array feeds{Feeds::unknown, Feeds::a, Feeds::b, Feeds::ab};
  const auto somewhere = [&](RackContents& to, RackOccupant device) {
    device.slot = Slot{pick(1, to.height_u), pick(1, 4), faces[static_cast<std::size_t>(pick(0, 2))], sides[static_cast<std::size_t>(pick(0, 2))]};
    if (!space_of(to).fits(*device.slot)) return false;
    to.occupants.push_back(device);
    return true;
  };
  int moved = 0;
  for (int step = 0; moved < 1000; ++step) {
    ASSERT_LT(step, 100'000);
    auto& to = racks[static_cast<std::size_t>(pick(0, 11))];
    auto& from = racks[static_cast<std::size_t>(pick(0, 11))];
    if (pick(0, 2) == 0 || from.occupants.empty()) {
      RackOccupant device;
      device.typical_w = pick(0, 900);
      if (pick(0, 1)) device.measured_w = pick(0, 900);
      if (pick(0, 1)) device.weight_kg = pick(1, 60);
      device.feeds = feeds[static_cast<std::size_t>(pick(0, 3))];
      device.planned = pick(0, 5) == 0;
      if (!somewhere(to, device)) continue;
    } else {
      const auto which = from.occupants.begin() + pick(0, static_cast<int>(from.occupants.size()) - 1);
      const auto device = *which;
      from.occupants.erase(which);
      if (pick(0, 9) > 0 && !somewhere(to, device)) {
        from.occupants.push_back(device);
        continue;
      }
    }
    ++moved;
    const auto all = capacity_of(racks, {});
    int used = 0, free = 0, devices = 0;
    double watts = 0, kg = 0, on_a = 0, on_b = 0;
    for (const auto& r : racks) {
      int run = 0, largest = 0;
      for (int u = 1; u <= r.height_u; ++u) {
        const bool taken = std::ranges::any_of(r.occupants, [u](const auto& d) { return u >= d.slot->u && u < d.slot->u + d.slot->height_u; });
        ++(taken ? used : free);
        run = taken ? 0 : run + 1;
        largest = std::max(largest, run);
      }
      ASSERT_EQ(all.racks[static_cast<std::size_t>(r.id.value - 1)].u.largest_free_block, largest);
      double there = 0, measured = 0;
      for (const auto& d : r.occupants) {
        ++devices;
        const double w = d.measured_w ? *d.measured_w : *d.typical_w;
        watts += w;
        kg += d.weight_kg.value_or(0);
        if (d.feeds != Feeds::b) on_a += w;
        if (d.feeds != Feeds::a) on_b += w;
        there += d.planned ? 0 : w;
        measured += d.planned ? 0 : d.measured_w.value_or(0);
      }
      ASSERT_GE(there, measured) << "the device's own sensors never tell of more than all of them";
    }
    const auto& site = all.site;
    ASSERT_EQ(site.u.used, used);
    ASSERT_EQ(site.u.free, free);
    ASSERT_EQ(site.u.total, used + free);
    ASSERT_EQ(site.devices, devices);
    ASSERT_NEAR(site.typical_kw, watts / 1000, 1e-6);
    ASSERT_NEAR(site.load_kw, watts / 1000, 1e-6);
    ASSERT_NEAR(site.weight_kg, kg, 1e-6);
    ASSERT_NEAR(site.if_b_drops_kw, on_a / 1000, 1e-6);
    ASSERT_NEAR(site.if_a_drops_kw, on_b / 1000, 1e-6);
    CapacitySum rooms;
    for (const auto& [room, capacity] : all.rooms) rooms.add(capacity);
    ASSERT_EQ(rooms.total().u, site.u);
    ASSERT_NEAR(rooms.total().load_kw, site.load_kw, 1e-6);
  }
}

}  // namespace
}  // namespace dcim::core
