#include "core/energy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace dcim::core {
namespace {

using ::testing::HasSubstr;

MeterBucket rising(std::int64_t index, double first, double last) { return {index, first, last, first, last, (first + last) / 2}; }

TEST(CounterEnergy, DifferencesAndWhatLiesBetweenBuckets) {
  const auto energy = counter_energy({rising(0, 100, 109), rising(1, 110, 119), rising(2, 120, 129)}, 3);
  EXPECT_EQ(energy.kwh, (std::vector<std::optional<double>>{10, 10, 9}));
  EXPECT_EQ(energy.total(), 29);
  EXPECT_EQ(energy.coverage(), 1);
}

TEST(CounterEnergy, AGapIsBridgedEvenlyAndSaysSo) {
  const auto energy = counter_energy({rising(0, 100, 110), rising(3, 140, 150)}, 5);
  EXPECT_EQ(energy.kwh, (std::vector<std::optional<double>>{10, 15, 15, 10, std::nullopt}));
  EXPECT_EQ(energy.seen, (std::vector<bool>{true, false, false, true, false}));
  EXPECT_DOUBLE_EQ(energy.coverage(), 0.4);
}

TEST(CounterEnergy, RollsOverBetweenAndWithinBuckets) {
  const auto between = counter_energy({rising(0, 99990, 99998), rising(1, 3, 10)}, 2);
  EXPECT_EQ(between.rollovers, 1);
  EXPECT_EQ(between.replacements, 0);
  EXPECT_NEAR(*between.total(), 8 + 5 + 7, 1e-9);
  const auto within = counter_energy({MeterBucket{0, 99990, 12, 1, 99999, 0}}, 1);
  EXPECT_EQ(within.rollovers, 1);
  EXPECT_NEAR(*within.total(), 9 + 2 + 11, 1e-9);
}

TEST(CounterEnergy, AReplacedMeterIsNoNegativeEnergy) {
  const auto energy = counter_energy({rising(0, 5000, 5010), rising(1, 0, 8)}, 2);
  EXPECT_EQ(energy.replacements, 1);
  EXPECT_EQ(energy.rollovers, 0);
  EXPECT_EQ(energy.kwh, (std::vector<std::optional<double>>{std::nullopt, 8}));
  // Through a gap nobody knows anything.
  const auto gap = counter_energy({rising(0, 5000, 5010), rising(2, 0, 8)}, 3);
  EXPECT_FALSE(gap.kwh[1]);
}

TEST(CounterProperty, AnyCounterThatWrapsGivesWhatWentThrough) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    const double wrap = round % 2 ? 1e5 : 1e6;
    double counter = std::uniform_real_distribution(0.0, wrap)(random), truth = 0;
    std::vector<MeterBucket> buckets;
    const int count = 30;
    for (int i = 0; i < count; ++i) {
      MeterBucket bucket{i, counter, counter, counter, counter, 0};
      for (int reading = 0; reading < 4; ++reading) {
        const double kwh = std::uniform_real_distribution(0.0, wrap / 200)(random);
        truth += kwh;
        counter = std::fmod(counter + kwh, wrap);
        if (reading == 3) continue;  // the next bucket begins with it
        bucket.last = counter;
        bucket.min = std::min(bucket.min, counter);
        bucket.max = std::max(bucket.max, counter);
      }
      buckets.push_back(bucket);
    }
    buckets.push_back({count, counter, counter, counter, counter, 0});
    const auto energy = counter_energy(buckets, count + 1);
    EXPECT_EQ(energy.replacements, 0);
    EXPECT_NEAR(*energy.total(), truth, 1e-6 * wrap) << round;
  }
}

MeterEnergy every(double kwh, std::size_t count) {
  MeterEnergy out;
  out.kwh.assign(count, kwh);
  out.seen.assign(count, true);
  return out;
}

TEST(EnergyPue, IsEnergyOverEnergyNeverAMeanOfRatios) {
  auto facility = every(20, 2), it = every(10, 2);
  facility.kwh[1] = 110;
  it.kwh[1] = 100;
  const auto pue = energy_pue({facility}, {it});
  EXPECT_NEAR(*pue.value, 130.0 / 110, 1e-12);
  EXPECT_EQ(pue.coverage, 1);
  EXPECT_DOUBLE_EQ(*pue.lower, *pue.value);
  EXPECT_DOUBLE_EQ(*pue.upper, *pue.value);
  EXPECT_EQ(pue.rows[0].pue, 2);
}

TEST(EnergyPue, WhatIsNotKnownWidensTheBounds) {
  auto facility = every(13, 10), one = every(4, 10), two = every(6, 10);
  two.kwh[3] = 8;
  two.kwh[7].reset();
  two.seen[7] = false;
  const auto pue = energy_pue({facility}, {one, two});
  EXPECT_DOUBLE_EQ(pue.coverage, 0.9);
  EXPECT_NEAR(*pue.value, 9 * 13.0 / (9 * 4 + 8 * 6 + 8), 1e-12);
  EXPECT_NEAR(*pue.lower, 130.0 / (40 + 56 + 8), 1e-12) << "the silent hour was the greatest";
  EXPECT_NEAR(*pue.upper, 130.0 / (40 + 56 + 6), 1e-12);
  EXPECT_FALSE(pue.rows[7].pue);
}

TEST(EnergyPue, BelowOneThereIsNone) {
  const auto pue = energy_pue({every(9, 3)}, {every(10, 3)});
  EXPECT_FALSE(pue.value);
  ASSERT_EQ(pue.notes.size(), 1u);
  EXPECT_THAT(pue.notes[0], HasSubstr("a meter is wrong"));
}

TEST(EnergyProperty, NeverBelowOneAndAlwaysWithinItsBounds) {
  std::mt19937 random(4);
  for (int round = 0; round < 500; ++round) {
    std::vector<MeterEnergy> it;
    MeterEnergy facility = every(0, 24);
    for (int meter = 0; meter < 5; ++meter) {
      it.push_back(every(0, 24));
      for (std::size_t i = 0; i < 24; ++i) {
        const double kwh = std::uniform_real_distribution(1.0, 8.0)(random);
        *it.back().kwh[i] = kwh;
        *facility.kwh[i] += kwh * std::uniform_real_distribution(1.0, 1.8)(random);
      }
    }
    const auto whole = energy_pue({facility}, it);
    ASSERT_TRUE(whole.value);
    EXPECT_GE(*whole.value, 1);
    // Some meters fall silent: what is known then holds the truth between its bounds, as long as the silence was like the rest.
    for (auto& meter : it) {
      for (std::size_t i = 0; i < 24; ++i) {
        if (std::bernoulli_distribution(0.1)(random)) meter.kwh[i].reset();
      }
    }
    const auto part = energy_pue({facility}, it);
    EXPECT_LE(*part.lower, *part.upper);
    EXPECT_GE(*part.lower, 1);
    if (part.value) {
      EXPECT_GE(*part.value, 1);
    }
  }
}

}  // namespace
}  // namespace dcim::core
