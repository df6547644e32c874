#include "core/site_document.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace dcim::core {
namespace {

constexpr auto kGood = R"({
  "site": {"code": "east", "name": "East", "time_zone": "Europe/Berlin", "simulated": true},
  "rooms": [{"code": "room-1", "name": "Room 1", "racks": [{"name": "A01", "height_u": 47, "rated_power_kw": 8.5, "devices": [
    {"name": "A01 climate", "type": "temperature-sensor", "topic": "dc/east/room-1/rack-A01/temperature", "interval_s": 30, "sensors": [
      {"name": "inlet", "kind": "inlet-temperature", "unit": "°C"},
      {"name": "humidity", "kind": "inlet-humidity", "unit": "%RH", "topic": "dc/east/room-1/rack-A01/humidity", "field": "", "scale": 0.1, "offset": -2}]}]}]}]
})";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(SiteDocument, ReadsAllThatItNames) {
  const auto site = parse_site_document(boost::json::parse(kGood)).value();
  EXPECT_EQ(site.code, "east");
  EXPECT_TRUE(site.simulated);
  const auto& rack = site.rooms.at(0).racks.at(0);
  EXPECT_EQ(rack.height_u, 47);
  EXPECT_EQ(rack.rated_power_kw, 8.5);
  const auto& sensors = rack.devices.at(0).sensors;
  EXPECT_EQ(sensors.at(0).topic, "dc/east/room-1/rack-A01/temperature");
  EXPECT_EQ(sensors.at(0).field, "/value");
  EXPECT_EQ(sensors.at(1).field, "");
  EXPECT_EQ(sensors.at(1).scale, 0.1);
  EXPECT_EQ(sensors.at(1).offset, -2);
}

struct Wrong {
  const char* what;
  const char* with;
  const char* field;
};

TEST(SiteDocument, NamesTheFieldThatIsWrong) {
  const Wrong cases[] = {
      {R"("code": "east", )", "", "/site/code"},
      {R"("code": "east")", R"("code": "East!")", "/site/code"},
      {R"("simulated": true)", R"("simulated": 1)", "/site/simulated"},
      {R"("simulated": true)", R"("colour": "red")", "/site/colour"},
      {R"("time_zone": "Europe/Berlin")", R"("time_zone": "Berlin; DROP")", "/site/time_zone"},
      {R"("height_u": 47)", R"("height_u": 0)", "/rooms/0/racks/0/height_u"},
      {R"("height_u": 47)", R"("height_u": 4.5)", "/rooms/0/racks/0/height_u"},
      {R"(8.5)", "-1", "/rooms/0/racks/0/rated_power_kw"},
      {R"(dc/east/room-1/rack-A01/temperature)", "dc/west/x", "/rooms/0/racks/0/devices/0/topic"},
      {R"(dc/east/room-1/rack-A01/temperature)", "dc/east/#", "/rooms/0/racks/0/devices/0/topic"},
      {R"(dc/east/room-1/rack-A01/temperature)", "dc/east/x/set", "/rooms/0/racks/0/devices/0/topic"},
      {R"("name": "humidity")", R"("name": "inlet")", "/rooms/0/racks/0/devices/0/sensors/1/name"},
      {R"("topic": "dc/east/room-1/rack-A01/humidity", "field": "")", R"("field": "/value")", "/rooms/0/racks/0/devices/0/sensors/1"},
      {R"("field": "")", R"("field": "value")", "/rooms/0/racks/0/devices/0/sensors/1/field"},
      {R"("scale": 0.1)", R"("scale": 0)", "/rooms/0/racks/0/devices/0/sensors/1/scale"},
      {R"("interval_s": 30)", R"("interval_s": 0)", "/rooms/0/racks/0/devices/0/interval_s"},
      {R"(, "unit": "°C")", "", "/rooms/0/racks/0/devices/0/sensors/0/unit"},
  };
  for (const auto& wrong : cases) {
    const auto result = parse_site_document(boost::json::parse(replaced(kGood, wrong.what, wrong.with)));
    ASSERT_FALSE(result.has_value()) << wrong.what;
    EXPECT_EQ(result.error().field, wrong.field) << result.error().message;
    EXPECT_EQ(result.error().code, base::ErrorCode::invalid);
  }
  EXPECT_EQ(parse_site_document(boost::json::parse("[]")).error().message, "must be an object");
}

}  // namespace
}  // namespace dcim::core
