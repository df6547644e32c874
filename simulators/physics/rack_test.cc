#include "simulators/physics/rack.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dcim::physics {
namespace {

TEST(Random, SameSeedSameNumbers) {
  Random a(mix(1, "A01")), b(mix(1, "A01")), other(mix(1, "A02"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.normal(), b.normal());
  EXPECT_NE(a.normal(), other.normal());
  EXPECT_NE(mix(1, "A01"), mix(2, "A01"));
}

TEST(Drift, HasItsStandardDeviationWhateverTheStep) {
  for (const double step_s : {30.0, 900.0}) {
    Random random(7);
    Drift drift(0.2, 900);
    double squares = 0;
    const int steps = 200'000;
    for (int i = 0; i < steps; ++i) squares += std::pow(drift.step(step_s, random), 2);
    EXPECT_NEAR(std::sqrt(squares / steps), 0.2, 0.01) << step_s;
  }
}

TEST(RackClimate, StaysInItsBandForAMonth) {
  for (int seed = 0; seed < 20; ++seed) {
    RackClimate rack(static_cast<std::uint64_t>(seed));
    double low = 100, high = -100;
    for (int i = 0; i < 30 * 24 * 120; ++i) {
      rack.step(30);
      low = std::min(low, rack.inlet_temperature_c());
      high = std::max(high, rack.inlet_temperature_c());
      ASSERT_GE(rack.inlet_humidity_rh(), 40);
      ASSERT_LE(rack.inlet_humidity_rh(), 55);
    }
    EXPECT_GE(low, 22);
    EXPECT_LE(high, 26);
    EXPECT_LE(high - low, 1.0);
    EXPECT_GT(high - low, 0.3);
  }
}

TEST(RackLoad, IsHigherInOfficeHoursAndBounded) {
  for (int seed = 0; seed < 20; ++seed) {
    RackLoad rack(static_cast<std::uint64_t>(seed));
    double day = 0, night = 0;
    for (int minute = 0; minute < 7 * 24 * 60; ++minute) {
      const double hour = minute % (24 * 60) / 60.0;
      rack.step(60, hour);
      ASSERT_GE(rack.power_kw(), 2);
      ASSERT_LE(rack.power_kw(), 8);
      (hour >= 9 && hour < 18 ? day : night) += rack.power_kw();
    }
    EXPECT_GT(day / 9, night / 15) << "seed " << seed;
  }
}

}  // namespace
}  // namespace dcim::physics
