#include "base/clock.h"

#include <gtest/gtest.h>

namespace dcim::base {
namespace {

TEST(Rfc3339, ReadsZoneOffsetsAndFractions) {
  EXPECT_EQ(to_unix_ms(*from_rfc3339("1970-01-01T00:00:00Z")), 0);
  EXPECT_EQ(to_unix_ms(*from_rfc3339("2026-11-23T13:00:00.250Z")), 1795438800250);
  EXPECT_EQ(*from_rfc3339("2026-11-23T14:00:00+01:00"), *from_rfc3339("2026-11-23T13:00:00Z"));
  EXPECT_EQ(from_rfc3339("2026-11-23T13:00:00.123456789Z")->time_since_epoch().count() % 1'000'000, 123456);
}

TEST(Rfc3339, RefusesWhatIsNotATime) {
  for (const auto* bad : {"", "2026-11-23", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23T25:00:00Z", "2026-11-23T13:00:00",
                          "2026-11-23T13:00:00.Z", "2026-11-23T13:00:00Zx", "2026-11-23T13:00:00+1:00", "20261123T130000Z"}) {
    EXPECT_FALSE(from_rfc3339(bad).has_value()) << bad;
  }
}

TEST(Rfc3339, WritesWhatItReads) {
  for (const auto* text : {"2026-11-23T13:00:00.000Z", "1999-12-31T23:59:59.999Z", "2026-02-28T01:02:03.000004Z", "1969-12-31T23:59:59.500Z"}) {
    EXPECT_EQ(to_rfc3339(*from_rfc3339(text)), text);
  }
}

}  // namespace
}  // namespace dcim::base
