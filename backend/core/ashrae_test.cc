#include "core/ashrae.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dcim::core {
namespace {

using enum AirVerdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ashrae, TemperatureDecidesByClass) {
  struct Case {
    AshraeClass ashrae_class;
    double inlet_c;
    AirVerdict verdict;
  };
  const Case cases[] = {
      {AshraeClass::a1, 18, recommended}, {AshraeClass::a1, 27, recommended}, {AshraeClass::a1, 27.1, allowable}, {AshraeClass::a1, 32, allowable},
      {AshraeClass::a1, 32.1, outside},   {AshraeClass::a1, 17.9, allowable}, {AshraeClass::a1, 14.9, outside},   {AshraeClass::a2, 34, allowable},
      {AshraeClass::a2, 36, outside},     {AshraeClass::a3, 40, allowable},   {AshraeClass::a4, 45, allowable},   {AshraeClass::a4, 45.1, outside},
      {AshraeClass::h1, 22, recommended}, {AshraeClass::h1, 23, allowable},   {AshraeClass::h1, 25.1, outside},   {AshraeClass::h1, 6, allowable},
  };
  for (const auto& c : cases) EXPECT_EQ(judge_air(c.ashrae_class, c.inlet_c, {}), c.verdict) << name_of(c.ashrae_class) << " " << c.inlet_c;
}

TEST(Ashrae, HumidityDecidesByDewPointAndByRelativeHumidity) {
  EXPECT_EQ(judge_air(AshraeClass::a1, 25, 53), recommended);
  EXPECT_EQ(judge_air(AshraeClass::a1, 25, 55), allowable) << "dew point 15.3 °C";
  EXPECT_EQ(judge_air(AshraeClass::a1, 25, 62), outside) << "dew point 17.2 °C";
  EXPECT_EQ(judge_air(AshraeClass::a2, 25, 62), allowable);
  EXPECT_EQ(judge_air(AshraeClass::a1, 18, 71), allowable) << "dew point 12.7 °C, but over 70 %RH";
  EXPECT_EQ(judge_air(AshraeClass::a1, 18, 13), allowable) << "dew point -10.9 °C";
  EXPECT_EQ(judge_air(AshraeClass::a1, 27, 7.9), outside) << "under 8 %RH";
}

TEST(Ashrae, WhatIsNotKnown) {
  EXPECT_EQ(judge_air(AshraeClass::a1, {}, 45), no_data);
  EXPECT_EQ(judge_air(AshraeClass::a1, 25, {}), recommended);
  EXPECT_THAT(reasons_for(AshraeClass::a1, {}, 45), ElementsAre("no inlet temperature"));
  EXPECT_THAT(reasons_for(AshraeClass::a1, 25, {}), ElementsAre("no humidity"));
}

TEST(Ashrae, ReasonsSayWhichLimit) {
  EXPECT_THAT(reasons_for(AshraeClass::a1, 25, 45), IsEmpty());
  EXPECT_THAT(reasons_for(AshraeClass::a1, 28.44, 40), ElementsAre("inlet 28.4 °C is above the recommended 27 °C"));
  EXPECT_THAT(reasons_for(AshraeClass::a1, 33, 20), ElementsAre("inlet 33.0 °C is above the allowable 32 °C"));
  EXPECT_THAT(reasons_for(AshraeClass::a1, 14, 85),
              ElementsAre("inlet 14.0 °C is below the allowable 15 °C", "humidity 85.0 %RH is above the allowable 80 %RH"));
  EXPECT_THAT(reasons_for(AshraeClass::a1, 25, 7),
              ElementsAre("dew point -13.3 °C is below the allowable -12 °C", "humidity 7.0 %RH is below the allowable 8 %RH"));
}

TEST(Ashrae, TheIndexIs100WithinTheRecommendedRangeAnd0AtTheAllowableLimit) {
  RackCoolingIndex index(AshraeClass::a1);
  EXPECT_FALSE(index.high());
  index.add(27);
  index.add(18);
  EXPECT_DOUBLE_EQ(*index.high(), 100);
  EXPECT_DOUBLE_EQ(*index.low(), 100);
  RackCoolingIndex hot(AshraeClass::a1);
  for (const double inlet : {32.0, 32.0}) hot.add(inlet);
  EXPECT_DOUBLE_EQ(*hot.high(), 0);
  EXPECT_DOUBLE_EQ(*hot.low(), 100);
  // Herrlin's sum over four inlets: (1 + 3) / (5 · 4) over, 2 / (3 · 4) under.
  RackCoolingIndex mixed(AshraeClass::a1);
  for (const double inlet : {28.0, 30.0, 22.0, 16.0}) mixed.add(inlet);
  EXPECT_NEAR(*mixed.high(), 80, 1e-9);
  EXPECT_NEAR(*mixed.low(), 83.333, 1e-3);
  EXPECT_EQ(mixed.inlets(), 4);
  RackCoolingIndex worse(AshraeClass::a1);
  worse.add(37);
  EXPECT_DOUBLE_EQ(*worse.high(), -100);
}

}  // namespace
}  // namespace dcim::core
