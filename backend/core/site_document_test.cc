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
  EXPECT_EQ(rack.limits.height_u, 47);
  EXPECT_EQ(rack.limits.rated_power_kw, 8.5);
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
      {R"("interval_s": 30)", R"("power_sensor": "inlet")", "/rooms/0/racks/0/devices/0/power_sensor"},
      {R"("interval_s": 30)", R"("power_sensor": "nobody")", "/rooms/0/racks/0/devices/0/power_sensor"},
  };
  for (const auto& wrong : cases) {
    const auto result = parse_site_document(boost::json::parse(replaced(kGood, wrong.what, wrong.with)));
    ASSERT_FALSE(result.has_value()) << wrong.what;
    EXPECT_EQ(result.error().field, wrong.field) << result.error().message;
    EXPECT_EQ(result.error().code, base::ErrorCode::invalid);
  }
  EXPECT_EQ(parse_site_document(boost::json::parse("[]")).error().message, "must be an object");
}

constexpr auto kDrawn = R"({
  "site": {"code": "east", "name": "East", "time_zone": "UTC"},
  "rooms": [{"code": "r", "name": "R", "plan": {"width_m": 6, "depth_m": 5, "ashrae_class": "A2", "aisles": [
      {"name": "Cold", "type": "cold", "x_m": 3, "y_m": 3, "width_m": 2, "depth_m": 1.2}]},
    "racks": [{"name": "A01", "row": "A", "placement": {"x_m": 2.7, "y_m": 1.8}}, {"name": "A02", "placement": {"x_m": 3.3, "y_m": 1.8}}],
    "devices": [{"name": "crac-01", "type": "crac", "topic": "dc/east/crac-01", "sensors": [],
      "placement": {"x_m": 0.6, "y_m": 3, "rotation_deg": 270}, "serves": ["A01"]}]}]
})";

base::Result<RoomPlan> plan_of(const std::string& text, std::optional<RoomPlan> before = {}) {
  const auto site = parse_site_document(boost::json::parse(text));
  if (!site) return site.error();
  RoomContents contents;
  contents.racks = {{RackId{11}, "A01", {}}, {RackId{12}, "A02", {}}, {RackId{13}, "A03", {}}};  // A03 is there already
  contents.units = {{DeviceId{21}, "crac-01", "crac"}};
  return plan_with(site->rooms.at(0), "/rooms/0", std::move(before), contents);
}

TEST(SiteDocument, DrawsTheRoom) {
  const auto plan = plan_of(kDrawn).value();
  EXPECT_EQ(plan.width_m, 6);
  EXPECT_EQ(plan.ashrae_class, AshraeClass::a2);
  EXPECT_EQ(plan.aisles.at(0).name, "Cold");
  EXPECT_EQ(plan.rack(RackId{11})->placement, (Placement{2.7, 1.8, 0, 0.6, 1.2}));
  EXPECT_EQ(plan.rack(RackId{11})->row, "A");
  EXPECT_FALSE(plan.rack(RackId{13})->placement);
  EXPECT_EQ(plan.unit(DeviceId{21})->placement, (Placement{0.6, 3, 270, 1.2, 0.9}));
  EXPECT_EQ(plan.unit(DeviceId{21})->serves, std::vector{RackId{11}});
  EXPECT_EQ(json_of(plan_of(kDrawn, plan).value()), json_of(plan)) << "the same again is the same";
}

TEST(SiteDocument, WhatItDoesNotSayOfThePlanStays) {
  auto before = plan_of(kDrawn).value();
  before.racks[2].placement = Placement{3.9, 1.8, 0, 0.6, 1.2};
  before.depth_m = 7;
  const auto moved = replaced(replaced(kDrawn, R"("depth_m": 5, )", ""), R"("x_m": 2.7)", R"("x_m": 2.1)");
  const auto plan = plan_of(moved, before).value();
  EXPECT_EQ(plan.depth_m, 7);
  EXPECT_EQ(plan.rack(RackId{11})->placement->x_m, 2.1);
  EXPECT_EQ(plan.rack(RackId{13})->placement->x_m, 3.9);
}

TEST(SiteDocument, WithoutPlacementsTheRoomIsDrawnAutomatically) {
  const std::string head = R"({"site":{"code":"east","name":"E","time_zone":"UTC"},"rooms":[{"code":"r","name":"R",)";
  const std::string racks =
      R"("racks":[{"name":"A01","row":"X"},{"name":"A02"}],"devices":[{"name":"crac-01","type":"crac","topic":"dc/east/c","sensors":[]}]}]})";
  EXPECT_FALSE(has_plan(parse_site_document(boost::json::parse(head + R"("racks":[{"name":"A01"}]}]})")).value().rooms[0]));
  const auto plan = plan_of(head + R"("plan":{"ashrae_class":"A3"},)" + racks).value();
  EXPECT_EQ(plan.ashrae_class, AshraeClass::a3);
  EXPECT_EQ(plan.rack(RackId{11})->row, "X");
  for (const auto& rack : plan.racks) EXPECT_TRUE(rack.placement);
  const auto small = plan_of(head + R"("plan":{"width_m":2,"depth_m":2},)" + racks);
  ASSERT_FALSE(small.has_value());
  EXPECT_TRUE(small.error().field.starts_with("/rooms/0/")) << small.error().field;
}

TEST(SiteDocument, NamesWhatIsWrongWithThePlan) {
  const Wrong cases[] = {
      {R"("width_m": 6)", R"("width_m": -6)", "/rooms/0/plan/width_m"},
      {R"("width_m": 6, )", "", "/rooms/0/plan"},
      {R"("width_m": 6)", R"("width_m": 3.5)", "/rooms/0/plan/aisles/0"},
      {R"("x_m": 3.3)", R"("x_m": 5.8)", "/rooms/0/racks/1/placement"},
      {R"("A2")", R"("B")", "/rooms/0/plan/ashrae_class"},
      {R"("type": "cold")", R"("type": "ice")", "/rooms/0/plan/aisles/0/type"},
      {R"("y_m": 3, "width_m": 2)", R"("y_m": 3, "width_m": 9)", "/rooms/0/plan/aisles/0"},
      {R"({"x_m": 3.3, "y_m": 1.8})", R"({"x_m": 3.3})", "/rooms/0/racks/1/placement/y_m"},
      {R"("x_m": 3.3)", R"("x_m": 2.8)", "/rooms/0/racks/1/placement"},
      {R"("rotation_deg": 270)", R"("rotation_deg": "left")", "/rooms/0/devices/0/placement/rotation_deg"},
      {R"(["A01"])", R"(["A09"])", "/rooms/0/devices/0/serves/0"},
      {R"("x_m": 0.6)", R"("x_m": 0.1)", "/rooms/0/devices/0/placement"},
  };
  for (const auto& wrong : cases) {
    const auto plan = plan_of(replaced(kDrawn, wrong.what, wrong.with));
    ASSERT_FALSE(plan.has_value()) << wrong.with;
    EXPECT_EQ(plan.error().field, wrong.field) << plan.error().message;
  }
  const auto in_rack = replaced(kGood, R"("interval_s": 30)", R"("serves": ["A01"])");
  EXPECT_EQ(parse_site_document(boost::json::parse(in_rack)).error().field, "/rooms/0/racks/0/devices/0/serves");
}

TEST(SiteDocument, WhatItSaysOfAssetsIsKeptForTheImport) {
  const auto parse = [](const std::string& device, const std::string& where = "racks") {
    const auto room = where == "racks" ? R"("racks":[{"name":"A01","weight_limit_kg":900,"reservations":[{"u":3}],"devices":[)" + device + "]}]"
                                       : R"("devices":[)" + device + "]";
    return parse_site_document(json::parse(
        R"({"site":{"code":"s","name":"S","time_zone":"UTC"},"device_types":[{"manufacturer":"M","model":"X"}],"rooms":[{"code":"r","name":"R",)" +
        room + "}]}"));
  };
  const auto good = parse(R"({"name":"srv","type":"server","device_type":"M X","u":4,"face":"front","serial":"S1"})");
  ASSERT_TRUE(good) << good.error().field << " " << good.error().message;
  const auto& rack = good->rooms.at(0).racks.at(0);
  EXPECT_EQ(rack.limits.weight_limit_kg, 900);
  EXPECT_EQ(rack.reservations.size(), 1u);
  EXPECT_EQ(good->device_types.at(0).name(), "M X");
  EXPECT_EQ(rack.devices.at(0).topic, "");
  EXPECT_EQ(rack.devices.at(0).asset, json::parse(R"({"device_type":"M X","serial":"S1","position":{"u":4,"face":"front"}})"));
  const auto field = [&](const std::string& device, const std::string& where = "racks") { return parse(device, where).error().field; };
  EXPECT_EQ(field(R"({"name":"srv","type":"server","u":4})", "devices"), "/rooms/0/devices/0/u");
  EXPECT_EQ(field(R"({"name":"srv","type":"server","placement":{"x_m":1,"y_m":1}})", "devices"), "/rooms/0/devices/0/placement");
  EXPECT_EQ(field(R"({"name":"srv","type":"server","sensors":[{"name":"p","kind":"power","unit":"W","topic":"dc/s/x"}]})"),
            "/rooms/0/racks/0/devices/0/topic");
  EXPECT_EQ(field(R"({"name":"srv","type":"server","topic":"dc/s/x"})"), "/rooms/0/racks/0/devices/0/sensors");
  EXPECT_EQ(pointer_in_document("/rooms/0/devices/1/position/height_u"), "/rooms/0/devices/1/height_u");
  EXPECT_EQ(pointer_in_document("/rooms/0/devices/1/position"), "/rooms/0/devices/1/u");
  EXPECT_EQ(pointer_in_document("/rooms/0/devices/1/device_type_id"), "/rooms/0/devices/1/device_type");
  EXPECT_EQ(pointer_in_document("/rooms/0/devices/1/serial"), "/rooms/0/devices/1/serial");
}

TEST(SiteDocument, ATopicIsAdoptedByANewDeviceOrOneThatIsThere) {
  const std::string good = R"({"topic":"dc/east/x","device":{"name":"Probe"},"sensors":[
    {"field":"/value","name":"t","kind":"temperature","unit":"°C","scale":0.1},{"field":"","name":"u","kind":"voltage","unit":""}]})";
  const auto adoption = adoption_from_json(boost::json::parse(good), "east").value();
  EXPECT_EQ(adoption.topic, "dc/east/x");
  EXPECT_EQ(adoption.new_device.at("name").as_string(), "Probe");
  EXPECT_FALSE(adoption.device);
  ASSERT_EQ(adoption.sensors.size(), 2U);
  EXPECT_EQ(adoption.sensors[0].scale, 0.1);
  EXPECT_EQ(adoption.sensors[1].field, "");
  EXPECT_EQ(adoption.sensors[1].pointer, "/sensors/1");
  EXPECT_EQ(adoption_from_json(boost::json::parse(replaced(good, R"("device":{"name":"Probe"})", R"("device_id":7)")), "east").value().device,
            DeviceId{7});
  const Wrong cases[] = {
      {R"("dc/east/x")", R"("dc/west/x")", "/topic"},
      {R"("dc/east/x")", R"("dc/east/#")", "/topic"},
      {R"("dc/east/x")", R"("dc/east/x/set")", "/topic"},
      {R"("device":{"name":"Probe"},)", "", "/device"},
      {R"("device":{"name":"Probe"})", R"("device":{"name":"Probe"},"device_id":7)", "/device"},
      {R"("/value")", R"("")", "/sensors/1/field"},
      {R"("name":"u")", R"("name":"t")", "/sensors/1/name"},
      {R"("kind":"voltage")", R"("kind":"Voltage")", "/sensors/1/kind"},
      {R"("voltage","unit":"")", R"("voltage")", "/sensors/1/unit"},
      {R"("scale":0.1)", R"("scale":0)", "/sensors/0/scale"},
      {R"("scale":0.1)", R"("size":1)", "/sensors/0/size"},
  };
  for (const auto& wrong : cases) {
    const auto read = adoption_from_json(boost::json::parse(replaced(good, wrong.what, wrong.with)), "east");
    ASSERT_FALSE(read.has_value()) << wrong.with;
    EXPECT_EQ(read.error().field, wrong.field) << read.error().message;
  }
  EXPECT_EQ(adoption_from_json(boost::json::parse(R"({"topic":"dc/east/x","device_id":1,"sensors":[]})"), "east").error().field, "/sensors");
}

}  // namespace
}  // namespace dcim::core
