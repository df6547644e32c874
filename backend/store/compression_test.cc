#include "store/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dcim::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

const base::Timestamp kNow = base::from_rfc3339("2026-11-23T13:00:00Z").value();
const base::Timestamp kToday = base::from_rfc3339("2026-11-23T00:00:00Z").value();

std::vector<CompressibleTable> tables() {
  return {{"readings", 7, false, {{"c.old", kToday - 24h * 8, true}, {"c.week", kToday - 24h * 7, false}, {"c.young", kToday - 24h * 6, false}}},
          {"readings_5m", {}, true, {{"c.five", kToday - 24h * 900, false}}},
          {"readings_1h", 30, true, {{"c.hour", kToday - 24h * 40, false}}}};
}

TEST(Compression, IsOfWhatIsOldEnoughAndNotYetCompressed) {
  EXPECT_THAT(
      compression_plan({"timescale"}, tables(), kNow),
      ElementsAre("ALTER TABLE readings SET (timescaledb.compress, timescaledb.compress_segmentby = 'sensor_id', "
                  "timescaledb.compress_orderby = 'ts')",
                  "SELECT compress_chunk('c.week', if_not_compressed => true)", "SELECT compress_chunk('c.hour', if_not_compressed => true)"));
}

TEST(Compression, WhatIsDoneIsNotDoneAgain) {
  auto done = tables();
  done[0].enabled = true;
  for (auto& table : done) {
    for (auto& chunk : table.chunks) chunk.compressed = true;
  }
  EXPECT_THAT(compression_plan({"timescale"}, done, kNow), IsEmpty());
}

TEST(Compression, NothingIsDoneWhereTheLicenceDoesNotOfferIt) {
  EXPECT_THAT(compression_plan({"apache"}, tables(), kNow), IsEmpty());
  EXPECT_THAT(compression_plan({""}, tables(), kNow), IsEmpty());
}

}  // namespace
}  // namespace dcim::store
