#include "core/capacity_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace dcim::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CapacityFitTest : public ::testing::Test {
 protected:
  CapacityFitTest() { racks_.reserve(1000); }  // references to them stay good
  RackContents& rack(const std::string& name, int height_u = 42, int room = 1, const std::string& row = "A") {
    RackContents out;
    out.id = RackId{static_cast<int>(racks_.size()) + 1};
    out.room_id = RoomId{room};
    out.name = name;
    out.row = row;
    out.height_u = height_u;
    racks_.push_back(std::move(out));
    return racks_.back();
  }
  static void put(RackContents& to, Slot slot, double watts = 0, Feeds feeds = Feeds::unknown) {
    RackOccupant device;
    device.slot = slot;
    device.typical_w = watts;
    device.feeds = feeds;
    to.occupants.push_back(device);
  }
  Fit get(const FitRequest& request) {
    std::vector<Capacity> capacities;
    for (const auto& r : racks_) capacities.push_back(capacity_of(r, {}));
    return fit(racks_, capacities, request);
  }
  std::vector<std::string> refusals(const FitRequest& request) {
    std::vector<std::string> out;
    for (const auto& refusal : get(request).refused) out.push_back(racks_[refusal.rack].name + ": " + refusal.reason);
    return out;
  }

  std::vector<RackContents> racks_;
};

TEST_F(CapacityFitTest, TakesTheSmallestHoleAndKeepsLargeBlocksWhole) {
  auto& r = rack("A01", 20);
  put(r, {1, 3});
  put(r, {6, 2});  // 4 and 5 are a hole of two
  const auto f = get({.height_u = 2});
  ASSERT_EQ(f.places.size(), 1U);
  EXPECT_THAT(f.places[0].racks[0].slots, ElementsAre(Slot{4, 2}));
  EXPECT_THAT(f.places[0].reasons, testing::Contains("largest free block stays 13 U"));
  EXPECT_THAT(get({.height_u = 3}).places[0].racks[0].slots, ElementsAre(Slot{8, 3}));
}

TEST_F(CapacityFitTest, AHalfWidthDeviceGoesBesideAnother) {
  auto& r = rack("A01", 10);
  put(r, {5, 1, Face::both, Side::left});
  EXPECT_THAT(get({.half_width = true, .count = 3}).places.at(0).racks[0].slots,
              ElementsAre(Slot{5, 1, Face::both, Side::right}, Slot{1, 1, Face::both, Side::left}, Slot{1, 1, Face::both, Side::right}));
  EXPECT_THAT(get({.height_u = 1, .half_width = true, .count = 3, .contiguous = true}).places.at(0).racks[0].slots,
              ElementsAre(Slot{1, 1, Face::both, Side::left}, Slot{1, 1, Face::both, Side::right}, Slot{2, 1, Face::both, Side::left}));
}

TEST_F(CapacityFitTest, AShallowDeviceGoesBehindAnotherAndKeepsToItsFace) {
  auto& r = rack("A01", 4);
  put(r, {1, 2, Face::front});
  EXPECT_THAT(get({.full_depth = false}).places.at(0).racks[0].slots, ElementsAre(Slot{1, 1, Face::rear}));
  EXPECT_THAT(get({.full_depth = false, .face = Face::front}).places.at(0).racks[0].slots, ElementsAre(Slot{3, 1, Face::front}));
  put(r, {3, 2, Face::front});
  EXPECT_THAT(refusals({.full_depth = false, .face = Face::front}),
              ElementsAre("A01: no 1 U free in one piece at the front: the largest free block is 0 U"));
}

TEST_F(CapacityFitTest, EachLimitRefusesWithItsReason) {
  auto& power = rack("power");
  power.rated_kw = 1;
  power.feed_rating_kw = 5;
  put(power, {1, 1}, 700);
  auto& feed = rack("feed");
  feed.rated_kw = 5;
  feed.feed_rating_kw = 1;
  put(feed, {1, 1}, 600, Feeds::ab);
  auto& weight = rack("weight");
  weight.weight_limit_kg = 20;
  auto& cooling = rack("cooling");
  cooling.cooling_kw = 0.25;
  auto& small = rack("small", 1);
  put(rack("full", 3), {2, 1});
  EXPECT_EQ(small.height_u, 1);
  EXPECT_THAT(refusals({.height_u = 2, .power_w = 500, .weight_kg = 30}),
              ElementsAre("power: power: 0.3 kW left, 0.5 kW needed", "feed: surviving-feed: 0.4 kW left, 0.5 kW needed",
                          "weight: weight: 20 kg left, 30 kg needed", "cooling: cooling: 0.25 kW left, 0.5 kW needed", "small: is only 1 U high",
                          "full: no 2 U free in one piece: the largest free block is 1 U"));
  EXPECT_THAT(get({.height_u = 2, .power_w = 500, .weight_kg = 30}).places, IsEmpty());
}

TEST_F(CapacityFitTest, ASingleCordBurdensItsOwnFeedOnly) {
  auto& r = rack("A01");
  r.rated_kw = 9;
  r.feed_rating_kw = 2;
  put(r, {1, 1}, 1800, Feeds::a);
  EXPECT_THAT(refusals({.power_w = 500, .feeds = Feeds::a}), ElementsAre("A01: surviving-feed: 0.2 kW left, 0.5 kW needed"));
  EXPECT_THAT(refusals({.power_w = 500, .feeds = Feeds::b}), ElementsAre("A01: has feed A only"));
  put(r, {2, 1}, 100, Feeds::b);
  EXPECT_THAT(refusals({.power_w = 500, .feeds = Feeds::b}), IsEmpty());
  EXPECT_THAT(refusals({.power_w = 500, .feeds = Feeds::ab}), ElementsAre("A01: surviving-feed: 0.2 kW left, 0.5 kW needed"));
  // The PDUs say which feeds there are.
  RackOccupant pdu;
  pdu.passes_on = true;
  pdu.feeds = Feeds::a;
  r.occupants.push_back(pdu);
  EXPECT_THAT(refusals({.feeds = Feeds::b}), ElementsAre("A01: has feed A only"));
}

TEST_F(CapacityFitTest, PrefersRoomToSpareAndUseOfSpaceAndPowerInStep) {
  rack("busy").rated_kw = 4;
  put(racks_[0], {1, 2}, 3000);
  rack("idle").rated_kw = 4;
  put(racks_[1], {1, 2}, 500);
  const auto f = get({.height_u = 2, .power_w = 400});
  ASSERT_EQ(f.places.size(), 2U);
  EXPECT_EQ(f.places[0].racks[0].rack, 1U);
  EXPECT_GT(f.places[0].score, f.places[1].score);
  EXPECT_LE(f.places[0].score, 100);
  EXPECT_THAT(f.places[0].reasons, testing::Contains("power: 3.1 kW of 4 kW left then"));
  EXPECT_THAT(f.places[0].reasons, testing::Contains("nobody has said which feeds idle has"));
}

TEST_F(CapacityFitTest, ManyGoInAsFewRacksOfOneRowAsCanBe) {
  rack("A01", 10, 1, "A");
  rack("A02", 10, 1, "A");
  rack("B01", 10, 1, "B");
  rack("C01", 10, 2, "C");
  put(racks_[2], {1, 5});
  const auto f = get({.height_u = 2, .count = 8});
  ASSERT_FALSE(f.places.empty());
  ASSERT_EQ(f.places[0].racks.size(), 2U);
  EXPECT_EQ(f.places[0].racks[0].rack, 0U);
  EXPECT_EQ(f.places[0].racks[1].rack, 1U);
  EXPECT_EQ(f.places[0].racks[0].slots.size() + f.places[0].racks[1].slots.size(), 8U);
  EXPECT_EQ(f.places[0].reasons.at(0), "2 racks in row A");
  EXPECT_EQ(get({.height_u = 2, .count = 4}).places[0].racks.size(), 1U);
  EXPECT_THAT(get({.height_u = 2, .count = 18}).places, IsEmpty());
  EXPECT_THAT(refusals({.height_u = 2, .count = 18}), testing::Contains("B01: takes 2 of 18: no space for more"));
  // In one piece: one rack takes all or none does.
  EXPECT_THAT(get({.height_u = 2, .count = 6, .contiguous = true}).places, IsEmpty());
  EXPECT_THAT(refusals({.height_u = 2, .count = 6, .contiguous = true}), testing::Contains("A01: is only 10 U high"));
}

TEST_F(CapacityFitTest, SpreadGoesOverAsManyRacksAsThereAre) {
  for (const auto* name : {"A01", "A02", "A03", "A04"}) rack(name, 10);
  rack("B01", 10, 2);
  auto f = get({.count = 4, .spread = true});
  ASSERT_FALSE(f.places.empty());
  EXPECT_EQ(f.places[0].racks.size(), 4U);
  f = get({.count = 9, .room = RoomId{1}, .spread = true});
  ASSERT_FALSE(f.places.empty());
  std::vector<std::size_t> each;
  for (const auto& part : f.places[0].racks) each.push_back(part.slots.size());
  EXPECT_THAT(each, ElementsAre(3, 2, 2, 2));
  f = get({.count = 5, .spread = true});
  ASSERT_FALSE(f.places.empty());
  EXPECT_EQ(f.places[0].racks.size(), 5U) << "five racks in two rooms are more spread than four";
}

TEST_F(CapacityFitTest, ARoomIsAllThatIsLookedAt) {
  rack("A01", 10, 1);
  rack("B01", 1, 2);
  const auto f = get({.height_u = 2, .room = RoomId{1}});
  ASSERT_EQ(f.places.size(), 1U);
  EXPECT_THAT(f.refused, IsEmpty());
}

// How many of them a rack takes, by counting the free runs of each column that they can stand in.
int most_of(const RackContents& rack, const FitRequest& request) {
  const auto space = space_of(rack);
  int out = 0;
  std::vector<Face> faces{Face::both};
  if (!request.full_depth) faces = request.face ? std::vector{*request.face} : std::vector{Face::front, Face::rear};
  for (const auto face : faces) {
    for (const auto side : request.half_width ? std::vector{Side::left, Side::right} : std::vector{Side::full}) {
      for (int u = 1, run = 0; u <= rack.height_u + 1; ++u) {
        if (u <= rack.height_u && space.fits({u, 1, face, side})) {
          ++run;
        } else {
          out += run / request.height_u;
          run = 0;
        }
      }
    }
  }
  return out;
}

// Against who does it by hand: every place holds all devices, in free quarters, within every limit; and where nothing is found, nothing is there.
TEST_F(CapacityFitTest, RandomRacksAgainstAPlainJudge) {
  std::mt19937 random(11);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  int found = 0, none = 0;
  for (int round = 0; round < 400; ++round) {
    racks_.clear();
    for (int i = pick(1, 8); i > 0; --i) {
      auto& r = rack("R" + std::to_string(i), pick(4, 48), pick(1, 2), pick(0, 1) ? "A" : "B");
      if (pick(0, 2)) r.rated_kw = pick(1, 8);
      if (pick(0, 2)) r.weight_limit_kg = pick(50, 900);
      if (pick(0, 4) == 0) r.cooling_kw = pick(1, 8);
      for (int n = pick(0, 30); n > 0; --n) {
        const Slot slot{pick(1, r.height_u), pick(1, 4), static_cast<Face>(pick(0, 2)), static_cast<Side>(pick(0, 2))};
        if (space_of(r).fits(slot)) put(r, slot, pick(0, 300), static_cast<Feeds>(pick(0, 3)));
      }
    }
    FitRequest request{.height_u = pick(1, 5), .half_width = pick(0, 2) == 0, .full_depth = pick(0, 2) > 0, .count = pick(1, 12)};
    if (pick(0, 1)) request.power_w = pick(1, 800);
    if (pick(0, 1)) request.weight_kg = pick(1, 60);
    request.contiguous = pick(0, 3) == 0;
    request.spread = !request.contiguous && pick(0, 1);
    if (!request.full_depth && pick(0, 1)) request.face = pick(0, 1) ? Face::front : Face::rear;

    const auto f = get(request);
    for (const auto& place : f.places) {
      int placed = 0;
      for (const auto& part : place.racks) {
        auto after = racks_[part.rack];
        const auto before = capacity_of(after, {});
        auto space = space_of(after);
        for (const auto& slot : part.slots) {
          ASSERT_TRUE(space.fits(slot));
          ASSERT_EQ(slot.height_u, request.height_u);
          ASSERT_EQ(slot.side == Side::full, !request.half_width);
          ASSERT_EQ(slot.face == Face::both, request.full_depth);
          ASSERT_EQ(slot.face, request.face.value_or(slot.face));
          space.take(slot, SpaceUse::used);
          RackOccupant device;
          device.slot = slot;
          device.typical_w = request.power_w;
          device.weight_kg = request.weight_kg;
          after.occupants.push_back(device);
          ++placed;
        }
        const auto then = capacity_of(after, {});
        for (const auto limit : kLimits) {
          const bool checked = limit == Limit::weight ? request.weight_kg.has_value() : request.power_w.has_value();
          ASSERT_FALSE(checked && then.is_over(limit)) << name_of(limit);
        }
        ASSERT_EQ(before.u.total, then.u.total);
      }
      ASSERT_EQ(placed, request.count);
      ASSERT_GE(place.score, 0);
      ASSERT_LE(place.score, 100);
    }
    ASSERT_TRUE(std::ranges::is_sorted(f.places, std::greater(), &FitPlace::score));
    if (!f.places.empty()) {
      ++found;
      continue;
    }
    ++none;
    ASSERT_EQ(f.refused.size(), racks_.size()) << "each says why";
    if (request.contiguous) continue;
    int could = 0;
    for (const auto& r : racks_) {
      int most = std::min(most_of(r, request), request.count);
      const auto c = capacity_of(r, {});
      for (const auto limit : kLimits) {
        const auto one = limit == Limit::weight ? request.weight_kg : request.power_w;
        const auto left = headroom(c, limit);
        if (!one || !left) continue;
        const double each = limit == Limit::weight ? *one : *one / 1000;
        while (most > 0 && most * each > *left + 1e-9) --most;
      }
      could += most;
    }
    ASSERT_LT(could, request.count) << "round " << round;
  }
  EXPECT_GT(found, 100);
  EXPECT_GT(none, 50);
}

// The largest site that is promised: one request must look at each rack once, not search forever.
TEST_F(CapacityFitTest, AThousandRacksWithFiftyThousandDevices) {
  for (int i = 0; i < 1000; ++i) {
    auto& r = rack("R" + std::to_string(i), 52, i / 100 + 1, std::to_string(i / 20));
    r.rated_kw = 30;
    for (int u = 1; u <= 50; ++u) put(r, {u, 1}, 400, Feeds::ab);
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto all = capacity_of(racks_, {0.4, {}});
  const auto summed = std::chrono::steady_clock::now();
  EXPECT_EQ(all.site.devices, 50'000);
  EXPECT_EQ(all.site.u.free, 2'000);
  const auto f = fit(racks_, all.racks, {.height_u = 1, .power_w = 300, .count = 500});
  const auto end = std::chrono::steady_clock::now();
  ASSERT_FALSE(f.places.empty());
  EXPECT_EQ(f.places[0].racks.size(), 250U);
  RecordProperty("capacity_us", static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(summed - begin).count()));
  RecordProperty("fit_us", static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(end - summed).count()));
}

}  // namespace
}  // namespace dcim::core
