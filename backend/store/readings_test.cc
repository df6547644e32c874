#include "store/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dcim::store {
namespace {

using core::Quality;
using core::Reading;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(Readings, AreSortedAndOfEqualMomentsTheLastStays) {
  const base::Timestamp t{1000s};
  std::vector<Reading> readings{{{2}, t, 1}, {{1}, t + 1s, 2}, {{1}, t, 3}, {{1}, t, 4}, {{2}, t, 5}};
  sort_and_deduplicate(readings);
  EXPECT_THAT(readings, ::testing::ElementsAre(Reading{{1}, t, 4}, Reading{{1}, t + 1s, 2}, Reading{{2}, t, 5}));
}

TEST(Readings, AreEncodedAsPostgresReadsThem) {
  const Reading reading{{7}, base::from_rfc3339("2000-01-01T00:00:01Z").value(), 1.0, Quality::bad};
  std::string out;
  encode_copy({&reading, 1}, out);
  EXPECT_EQ(out, "PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0"s + "\0\4"s + "\0\0\0\4\0\0\0\7"s + "\0\0\0\x08\0\0\0\0\0\x0F\x42\x40"s +
                     "\0\0\0\x08\x3F\xF0\0\0\0\0\0\0"s + "\0\0\0\2\0\2"s + "\xFF\xFF"s);
}

TEST(DatabaseErrors, OnlyTheDataIsRefusedForGood) {
  for (const auto* refused : {"22003", "22P05", "23505", "23514", "54000"}) EXPECT_TRUE(DatabaseError(refused, "").refuses_data()) << refused;
  // Gone, no room, locked, timed out, no right, out of memory, a trigger's word.
  for (const auto* other : {"", "08006", "53100", "40P01", "55P03", "57014", "57P01", "42501", "53200", "P0001", "XX000"})
    EXPECT_FALSE(DatabaseError(other, "").refuses_data()) << other;
}

}  // namespace
}  // namespace dcim::store
