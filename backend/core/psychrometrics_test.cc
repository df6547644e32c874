#include "core/psychrometrics.h"

#include <gtest/gtest.h>

#include <limits>

namespace dcim::core {
namespace {

TEST(Psychrometrics, DewPoint) {
  EXPECT_NEAR(*dew_point_c(25, 50), 13.85, 0.005);
  EXPECT_NEAR(*dew_point_c(27, 60), 18.57, 0.005);
  EXPECT_NEAR(*dew_point_c(22, 45), 9.52, 0.005);
  EXPECT_NEAR(*dew_point_c(18, 8), -16.84, 0.005);
  EXPECT_NEAR(*dew_point_c(35, 20), 8.69, 0.005);
  EXPECT_NEAR(*dew_point_c(20, 100), 20, 1e-9) << "saturated: it condenses where it is";
}

TEST(Psychrometrics, NoAirIsQuiteDryAndNoneMoreThanSaturated) {
  for (const double rh : {0.0, -1.0, 100.1, std::numeric_limits<double>::quiet_NaN()}) EXPECT_FALSE(dew_point_c(25, rh)) << rh;
}

}  // namespace
}  // namespace dcim::core
