#include "core/readings.h"

#include <gtest/gtest.h>

namespace dcim::core {
namespace {

TEST(Readings, PlausibleIsPerKind) {
  EXPECT_TRUE(plausible("inlet-temperature", 28.5));
  EXPECT_FALSE(plausible("inlet-temperature", 300));
  EXPECT_FALSE(plausible("inlet-humidity", 101));
  EXPECT_FALSE(plausible("rack-power", -1));
  EXPECT_TRUE(plausible("made-up", 1e9));
}

TEST(Readings, UnitsMayBeSpelledInSeveralWays) {
  EXPECT_TRUE(same_unit("°C", "C"));
  EXPECT_TRUE(same_unit("%RH", "%"));
  EXPECT_TRUE(same_unit("kW", ""));
  EXPECT_FALSE(same_unit("°C", "°F"));
  EXPECT_FALSE(same_unit("kW", "W"));
}

TEST(Readings, StaleAfterTwiceTheInterval) {
  const Sensor sensor{.interval_s = 30};
  const base::Timestamp t{std::chrono::seconds{1000}};
  EXPECT_FALSE(stale(sensor, t, t + std::chrono::seconds{60}));
  EXPECT_TRUE(stale(sensor, t, t + std::chrono::seconds{61}));
}

}  // namespace
}  // namespace dcim::core
