#include "api/readings.h"

#include <gtest/gtest.h>

namespace dcim::api {
namespace {

using namespace std::chrono_literals;

TEST(Readings, IntervalIsTheFinestThatGivesAboutAThousandPoints) {
  EXPECT_EQ(choose_interval(1h, 30).name, "raw");
  EXPECT_EQ(choose_interval(24h, 30).name, "5m");
  EXPECT_EQ(choose_interval(24h, 300).name, "raw");
  EXPECT_EQ(choose_interval(24h * 7, 30).name, "15m");
  EXPECT_EQ(choose_interval(24h * 30, 30).name, "1h");
  EXPECT_EQ(choose_interval(24h * 365, 30).name, "1d");
  EXPECT_EQ(choose_interval(24h * 10'000, 30).name, "1d");
}

TEST(Readings, IntervalNames) {
  EXPECT_EQ(interval_from("15m")->width, 15min);
  EXPECT_FALSE(interval_from("2m"));
}

}  // namespace
}  // namespace dcim::api
