#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace dcim::base {
namespace {

using namespace std::string_literals;

TEST(Json, WritesNestedValues) {
  JsonWriter json;
  json.begin_object().member("a", 1).member("b", 23.4).member("c", true).member("d", std::optional<double>());
  json.key("list").begin_array().value("x").begin_object().end_object().value(from_unix_us(0)).end_array();
  json.member("nan", std::numeric_limits<double>::quiet_NaN()).end_object();
  EXPECT_EQ(json.take(), R"({"a":1,"b":23.4,"c":true,"d":null,"list":["x",{},"1970-01-01T00:00:00.000Z"],"nan":null})");
}

TEST(Json, EscapesText) {
  JsonWriter json;
  json.value("a\"b\\c\n\x01°C");
  EXPECT_EQ(json.take(), R"("a\"b\\c\n\u0001°C")");
}

TEST(Json, SaysWhereABodyIsNotJson) {
  EXPECT_TRUE(parse_json(" {\"a\": [1, 2]} \n"));
  for (const auto* bad : {"", "{", "{\"a\":}", "{} x", "[1,]"}) {
    const auto result = parse_json(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().code, ErrorCode::invalid);
  }
  EXPECT_FALSE(parse_json(std::string(100'000, '[')));
}

}  // namespace
}  // namespace dcim::base
