#include "core/capacity_history.h"

#include <gtest/gtest.h>

#include <random>

namespace dcim::core {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Day kFirst{std::chrono::year{2026} / 3 / 1};

std::vector<double> values(const std::vector<DayFigure>& days) {
  std::vector<double> out;
  for (const auto& day : days) out.push_back(day.value);
  return out;
}

TEST(CapacityHistory, ChangesAreUndoneDayByDay) {
  const DeviceId one{1}, two{2}, gone{3};
  const RackSlot low{RackId{1}, {1, 2}}, high{RackId{1}, {5, 2}}, other{RackId{9}, {1, 4}};
  // 1st: `gone` (4 U) is there, and `one` at `low`. 2nd: `gone` is deleted. 3rd: `two` comes. 4th: `one` moves to the rack that nobody asks about,
  // and back.
  const std::vector<SlotChange> changes{{kFirst + days(3) + hours(5), one, other},
                                        {kFirst + days(3) + hours(4), one, low},
                                        {kFirst + days(2) + hours(1), two, std::nullopt},
                                        {kFirst + days(1), gone, RackSlot{RackId{2}, {1, 4}}}};
  const auto history = used_u_by_day({{RackId{1}, 10}, {RackId{2}, 4}}, {{one, low}, {two, high}}, changes, kFirst, kFirst + days(4));
  EXPECT_EQ(values(history), (std::vector<double>{6, 2, 4, 4, 4}));
  EXPECT_EQ(history.front().day, kFirst);
  EXPECT_EQ(history.back().day, kFirst + days(4));
}

TEST(CapacityHistory, TwoHalvesOfAUAreOneU) {
  const RackSlot left{RackId{1}, {3, 1, Face::both, Side::left}}, right{RackId{1}, {3, 1, Face::both, Side::right}};
  const std::vector<SlotChange> changes{{kFirst + days(1), DeviceId{2}, std::nullopt}};
  EXPECT_EQ(values(used_u_by_day({{RackId{1}, 10}}, {{DeviceId{1}, left}, {DeviceId{2}, right}}, changes, kFirst, kFirst + days(1))),
            (std::vector<double>{1, 1}));
}

// Forward and counted at each midnight, against backward.
TEST(CapacityHistory, RandomChangesAgainstWhatWasThere) {
  std::mt19937 random(3);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  const std::map<RackId, int> heights{{RackId{1}, 20}, {RackId{2}, 42}, {RackId{3}, 8}};
  std::map<DeviceId, RackSlot> there;
  std::vector<SlotChange> changes;
  std::vector<double> expected;
  for (int day = 0; day < 60; ++day) {
    for (int n = pick(0, 12); n > 0; --n) {
      const DeviceId device{pick(1, 40)};
      const auto at = there.find(device);
      const auto before = at == there.end() ? std::nullopt : std::optional(at->second);
      if (before) there.erase(at);
      if (pick(0, 2) > 0) {
        const RackId rack{pick(1, 4)};  // one of them is not asked about
        const Slot slot{pick(1, 8), pick(1, 3), static_cast<Face>(pick(0, 2)), static_cast<Side>(pick(0, 2))};
        there.insert({device, {rack, slot}});
      }
      changes.insert(changes.begin(), {kFirst + days(day) + hours(12), device, before});
    }
    int used = 0;
    for (const auto& [rack, height] : heights) {
      for (int u = 1; u <= height; ++u) {
        const auto takes = [&, id = rack](const auto& each) {
          return each.second.rack == id && u >= each.second.slot.u && u < each.second.slot.u + each.second.slot.height_u;
        };
        used += std::any_of(there.begin(), there.end(), takes) ? 1 : 0;
      }
    }
    expected.push_back(used);
  }
  EXPECT_EQ(values(used_u_by_day(heights, there, changes, kFirst, kFirst + days(59))), expected);
}

}  // namespace
}  // namespace dcim::core
