#include "ingest/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dcim::ingest {
namespace {

using live::RejectReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const base::Timestamp kNow = *base::from_rfc3339("2026-11-23T13:00:00Z");

struct PayloadTest : ::testing::Test {
  PayloadTest() {
    std::vector<core::Sensor> sensors{{.id = {1}, .kind = "inlet-temperature", .unit = "°C", .field = "/value"},
                                      {.id = {2}, .kind = "inlet-humidity", .unit = "%RH", .field = ""},
                                      {.id = {3}, .kind = "volts", .unit = "V", .field = "/phases/1/volts", .scale = 0.1, .offset = 1}};
    inventory = core::Inventory(1, {}, {}, {}, {}, sensors);
  }

  std::optional<Rejection> parse(const std::string& payload, std::vector<std::uint32_t> sensors = {0}, bool replayed = false) {
    out.clear();
    std::string padded = payload + std::string(kPayloadPadding, 'x');
    return parser.parse({padded.data(), payload.size()}, sensors, inventory, kNow, replayed, out);
  }
  RejectReason reason(const std::string& payload, std::vector<std::uint32_t> sensors = {0}) {
    const auto rejection = parse(payload, std::move(sensors));
    EXPECT_TRUE(rejection.has_value()) << payload;
    EXPECT_THAT(out, IsEmpty()) << payload;
    return rejection ? rejection->reason : RejectReason::too_large;
  }

  core::Inventory inventory;
  PayloadParser parser;
  std::vector<core::Reading> out;
};

TEST_F(PayloadTest, ReadsTheUsualForms) {
  EXPECT_FALSE(parse(R"({"ts":"2026-11-23T12:59:30.000Z","value":23.4,"unit":"°C"})"));
  EXPECT_THAT(out, ElementsAre(core::Reading{{1}, kNow - std::chrono::seconds{30}, 23.4, core::Quality::good}));
  EXPECT_FALSE(parse(R"({"ts":1795438770000,"value":23})"));
  EXPECT_EQ(out.at(0).ts, kNow - std::chrono::seconds{30});
  EXPECT_FALSE(parse("47.5", {1}));
  EXPECT_THAT(out, ElementsAre(core::Reading{{2}, kNow, 47.5, core::Quality::good}));
  EXPECT_FALSE(parse(R"({"phases":[{"volts":1},{"volts":2300}]})", {2}));
  EXPECT_THAT(out, ElementsAre(core::Reading{{3}, kNow, 231, core::Quality::good}));
}

TEST_F(PayloadTest, MillisecondsBeyondAnyYearAreNoTime) {
  for (const auto* ms : {"-9223372036854775808", "9223372036854775807", "-253402300800000", "253402300800000", "18446744073709551615"})
    EXPECT_EQ(reason(std::string(R"({"value":1,"ts":)") + ms + "}"), RejectReason::bad_timestamp) << ms;
}

TEST_F(PayloadTest, ReadsManySamplesAndManyFields) {
  EXPECT_FALSE(parse(R"([{"ts":"2026-11-23T12:59:00Z","value":1},{"ts":"2026-11-23T12:59:30Z","value":2}])"));
  EXPECT_EQ(out.size(), 2u);
  EXPECT_FALSE(parse(R"({"value":20,"phases":[0,{"volts":2300}]})", {0, 2}));
  EXPECT_EQ(out.size(), 2u);
}

TEST_F(PayloadTest, KeepsWhatIsGoodOfAMessageThatIsPartlyWrong) {
  const auto rejection = parse(R"([{"ts":"yesterday","value":1},{"ts":"2026-11-23T12:59:30Z","value":2}])");
  EXPECT_EQ(rejection->reason, RejectReason::bad_timestamp);
  EXPECT_EQ(out.size(), 1u);
}

TEST_F(PayloadTest, NamesWhatIsWrong) {
  EXPECT_EQ(reason("{"), RejectReason::malformed_json);
  EXPECT_EQ(reason(""), RejectReason::malformed_json);
  EXPECT_EQ(reason("23.4 °C"), RejectReason::malformed_json);
  EXPECT_EQ(reason("[1,2]"), RejectReason::malformed_json);
  EXPECT_EQ(reason(R"({"val":1})"), RejectReason::missing_field);
  EXPECT_EQ(reason("23.4"), RejectReason::missing_field);
  EXPECT_EQ(reason(R"({"value":"23.4"})"), RejectReason::not_a_number);
  EXPECT_EQ(reason(R"({"value":null})"), RejectReason::not_a_number);
  EXPECT_EQ(reason(R"({"value":NaN})"), RejectReason::not_a_number);
  EXPECT_EQ(reason("nan", {1}), RejectReason::not_a_number);
  EXPECT_EQ(reason(R"({"value": -Infinity})"), RejectReason::not_a_number);
  EXPECT_EQ(reason("\"offline\""), RejectReason::not_a_number);
  EXPECT_EQ(reason(R"({"value":1e999})"), RejectReason::malformed_json);
  EXPECT_EQ(reason(R"({"ts":"13:00","value":1})"), RejectReason::bad_timestamp);
  EXPECT_EQ(reason(R"({"ts":true,"value":1})"), RejectReason::bad_timestamp);
  EXPECT_EQ(reason(R"({"ts":"1970-01-01T00:00:10Z","value":1})"), RejectReason::bad_timestamp);
  EXPECT_EQ(reason(R"({"ts":"2026-11-24T13:00:00Z","value":1})"), RejectReason::future_timestamp);
  EXPECT_EQ(reason(R"({"value":74,"unit":"°F"})"), RejectReason::unit_mismatch);
  EXPECT_EQ(reason("\"" + std::string(kLargestPayload, 'x') + "\""), RejectReason::too_large);
}

TEST_F(PayloadTest, AClockSlightlyAheadIsTakenAsItIs) {
  EXPECT_FALSE(parse(R"({"ts":"2026-11-23T13:04:59Z","value":20})"));
  EXPECT_EQ(out.size(), 1u);
}

TEST_F(PayloadTest, QualityIsTheDevicesOrBadWhenImplausible) {
  parse(R"({"value":20,"quality":"uncertain"})");
  EXPECT_EQ(out.at(0).quality, core::Quality::uncertain);
  parse(R"({"value":20,"quality":2})");
  EXPECT_EQ(out.at(0).quality, core::Quality::bad);
  parse(R"({"value":20,"quality":"odd"})");
  EXPECT_EQ(out.at(0).quality, core::Quality::uncertain);
  parse(R"({"value":850})");
  EXPECT_EQ(out.at(0).quality, core::Quality::bad);
  parse(R"({"phases":[{"volts":1},{"volts":1e300}]})", {2});  // a kind without limits
  EXPECT_EQ(out.at(0).quality, core::Quality::bad);
}

TEST_F(PayloadTest, WhatTheBrokerReplaysIsAReadingOnlyWithItsOwnTime) {
  EXPECT_FALSE(parse("47.5", {1}, true));
  EXPECT_THAT(out, IsEmpty());
  EXPECT_FALSE(parse(R"({"value":20})", {0}, true));
  EXPECT_THAT(out, IsEmpty());
  EXPECT_FALSE(parse(R"({"ts":"2026-11-23T12:00:00Z","value":20})", {0}, true));
  EXPECT_EQ(out.size(), 1u);
}

TEST_F(PayloadTest, DeepAndOddJsonDoesNoHarm) {
  EXPECT_EQ(reason(std::string(5000, '[')), RejectReason::malformed_json);
  EXPECT_EQ(reason(R"({"value":{"value":1}})"), RejectReason::not_a_number);
  EXPECT_EQ(reason("true"), RejectReason::not_a_number);
  EXPECT_FALSE(parse("[]"));
}

}  // namespace
}  // namespace dcim::ingest
