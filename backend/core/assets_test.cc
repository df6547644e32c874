#include "core/assets.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace dcim::core {
namespace {

namespace json = boost::json;

constexpr SiteId kSite{1};

DeviceType type_of(int id, const std::string& model, int height_u, bool full_depth, bool half_width, const std::string& role = "server") {
  DeviceType out;
  out.id = {id};
  out.manufacturer = "Maker";
  out.model = model;
  out.role = role;
  out.height_u = height_u;
  out.full_depth = full_depth;
  out.half_width = half_width;
  return out;
}

struct AssetsTest : ::testing::Test {
  Inventory inventory{1,
                      {{kSite, "demo", "Demo", "UTC"}, {{2}, "other", "Other", "UTC"}},
                      {{{1}, kSite, "r1", "Room 1"}, {{2}, kSite, "r2", "Room 2"}, {{3}, {2}, "r3", "Room 3"}},
                      {{{1}, {1}, kSite, "A01", 42}, {{2}, {2}, kSite, "B01", 24}, {{3}, {3}, {2}, "X01", 42}},
                      {{{1}, kSite, RoomId{1}, RackId{1}, "A01 PDU", "pdu", "dc/demo/r1/rack-A01/power"}},
                      {{{7}, {1}, kSite, RoomId{1}, RackId{1}, "A01 PDU", "power", "rack-power", "kW", "dc/demo/r1/rack-A01/power", "/value"},
                       {{8}, {1}, kSite, RoomId{1}, RackId{1}, "A01 PDU", "current", "phase-current", "A", "dc/demo/r1/rack-A01/power", "/i1"}}};
  Catalogue catalogue{{type_of(1, "Two", 2, true, false), type_of(2, "Half", 1, false, true, "console"), type_of(3, "Strip", 0, false, false, "pdu"),
                       type_of(4, "Panel", 1, false, false, "patch-panel")}};

  base::Result<Asset> read(const std::string& text, std::optional<Asset> before = std::nullopt) {
    return asset_from_json(json::parse(text), kSite, std::move(before), inventory, catalogue);
  }
  Asset made(const std::string& text, std::optional<Asset> before = std::nullopt) {
    auto out = read(text, std::move(before));
    EXPECT_TRUE(out) << text << ": " << out.error().field << " " << out.error().message;
    return out ? *out : Asset{};
  }
  void refused(const std::string& text, const std::string& field, std::optional<Asset> before = std::nullopt) {
    const auto out = read(text, std::move(before));
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().field, field) << text << ": " << out.error().message;
  }
};

TEST_F(AssetsTest, WhatIsNotSaidComesFromTheType) {
  const auto server = made(R"({"name":" srv-1 ","device_type_id":1,"rack_id":1,"position":{"u":12}})");
  EXPECT_EQ(server.name, "srv-1");
  EXPECT_EQ(server.role, "server");
  EXPECT_EQ(server.room, RoomId{1});
  EXPECT_EQ(server.position, (Position{Mount::rack, 12, 2, Face::both, Side::full}));
  EXPECT_EQ(made(R"({"name":"a","device_type_id":2,"rack_id":1,"position":{"u":1}})").position,
            (Position{Mount::rack, 1, 1, Face::front, Side::left}));
  EXPECT_EQ(made(R"({"name":"a","device_type_id":4,"rack_id":1,"position":{"u":1,"face":"rear"}})").position,
            (Position{Mount::rack, 1, 1, Face::rear, Side::full}));
  EXPECT_EQ(made(R"({"name":"a","device_type_id":3,"rack_id":1,"position":{"mount":"side","side":"left"}})").position,
            (Position{Mount::side, 0, 0, Face::rear, Side::left}));
  EXPECT_EQ(made(R"({"name":"a","role":"server","rack_id":1,"position":{"u":42}})").position,
            (Position{Mount::rack, 42, 1, Face::front, Side::full}));
}

TEST_F(AssetsTest, WhatIsWrongIsNamed) {
  refused(R"({"role":"server"})", "/name");
  refused(R"({"name":"  ","role":"server"})", "/name");
  refused(R"({"name":"a"})", "/role");
  refused(R"({"name":"a","role":"Big Server"})", "/role");
  refused(R"({"name":"a","device_type_id":99})", "/device_type_id");
  refused(R"({"name":"a","role":"server","rack_id":3})", "/rack_id");
  refused(R"({"name":"a","role":"server","room_id":3})", "/room_id");
  refused(R"({"name":"a","role":"server","rack_id":1,"room_id":2})", "/room_id");
  refused(R"({"name":"a","role":"server","position":{"u":1}})", "/position");
  refused(R"({"name":"a","role":"server","rack_id":1,"position":{}})", "/position/u");
  refused(R"({"name":"a","role":"server","rack_id":2,"position":{"u":24,"height_u":2}})", "/position/u");
  refused(R"({"name":"a","device_type_id":1,"rack_id":1,"position":{"u":1,"height_u":3}})", "/position/height_u");
  refused(R"({"name":"a","device_type_id":1,"rack_id":1,"position":{"u":1,"side":"left"}})", "/position/side");
  refused(R"({"name":"a","device_type_id":2,"rack_id":1,"position":{"u":1,"side":"full"}})", "/position/side");
  refused(R"({"name":"a","device_type_id":3,"rack_id":1,"position":{"u":1}})", "/position/mount");
  refused(R"({"name":"a","role":"pdu","rack_id":1,"position":{"mount":"side","u":1,"side":"left"}})", "/position/u");
  refused(R"({"name":"a","role":"pdu","rack_id":1,"position":{"mount":"side"}})", "/position/side");
  refused(R"({"name":"a","role":"server","ip":"10.0.0.256"})", "/ip");
  refused(R"({"name":"a","role":"server","install_date":"2026-02-30"})", "/install_date");
  refused(R"({"name":"a","role":"server","warranty_until":"soon"})", "/warranty_until");
  refused(R"({"name":"a","role":"server","status":"broken"})", "/status");
  refused(R"({"name":"a","role":"server","feeds":"C"})", "/feeds");
  refused(R"({"name":"a","role":"server","tags":["x",""]})", "/tags/1");
  refused(R"({"name":"a","role":"server","power_sensor_id":8})", "/power_sensor_id");
  refused(R"({"name":"a\u0000b","role":"server"})", "/name");
  refused(R"({"name":"a","role":"server","colour":"red"})", "/colour");
}

TEST_F(AssetsTest, AChangeTouchesWhatItNamesAndNullClears) {
  const auto before = made(
      R"({"name":"a","device_type_id":1,"rack_id":1,"position":{"u":12},"serial":"S1","ip":"2001:DB8::0:1","tags":["b","a","b"],"power_sensor_id":7})");
  EXPECT_EQ(before.ip, "2001:db8::1");
  EXPECT_EQ(before.tags, (std::vector<std::string>{"a", "b"}));
  auto after = made(R"({"serial":null,"owner":"Web"})", before);
  EXPECT_EQ(after.serial, std::nullopt);
  EXPECT_EQ(after.owner, "Web");
  after.serial = before.serial;
  after.owner.reset();
  EXPECT_EQ(after, before);
  EXPECT_EQ(made("{}", before), before);
  // To another rack it goes without a place, unless one is given; out of its rack it stays in the room.
  const auto away = made(R"({"rack_id":2})", before);
  EXPECT_EQ(away.room, RoomId{2});
  EXPECT_EQ(away.position, std::nullopt);
  EXPECT_EQ(made(R"({"rack_id":null})", before).room, RoomId{1});
  EXPECT_EQ(made(R"({"rack_id":null,"room_id":2})", before).room, RoomId{2});
  // Another type takes another room in the same place.
  EXPECT_EQ(made(R"({"device_type_id":4})", before).position, (Position{Mount::rack, 12, 1, Face::front, Side::full}));
  refused(R"({"device_type_id":3})", "/position/mount", before);
}

TEST_F(AssetsTest, WhatTheAuditLogKeepsMakesTheDeviceAgain) {
  const auto before = made(
      R"({"name":"a","device_type_id":2,"rack_id":1,"position":{"u":12,"side":"right"},"serial":"S1","ip":"10.0.0.1","tags":["x"],"status":"planned",
          "install_date":"2024-02-29","owner":"Web","warranty_until":"2029-01-01","notes":"one\ntwo","feeds":"AB","power_sensor_id":7,"asset_tag":"T"})");
  auto kept = json_of(before, inventory, catalogue);
  EXPECT_EQ(kept.at("device_type").as_string(), "Maker Half");
  EXPECT_EQ(kept.at("rack").as_string(), "A01");
  for (const auto* name : {"device_type", "rack", "room"}) kept.erase(name);
  const auto again = asset_from_json(kept, kSite, std::nullopt, inventory, catalogue);
  ASSERT_TRUE(again) << again.error().field << again.error().message;
  EXPECT_EQ(*again, before);
}

TEST_F(AssetsTest, TwoPlacesMeetWhereAllFourOverlap) {
  const Position server{Mount::rack, 10, 2, Face::both, Side::full};
  EXPECT_EQ(shared_piece(server, {Mount::rack, 11, 3, Face::rear, Side::left}), (Position{Mount::rack, 11, 1, Face::rear, Side::left}));
  EXPECT_FALSE(shared_piece(server, {Mount::rack, 12, 1, Face::both, Side::full}));
  EXPECT_FALSE(shared_piece({Mount::rack, 5, 1, Face::front, Side::full}, {Mount::rack, 5, 1, Face::rear, Side::full}));
  EXPECT_FALSE(shared_piece({Mount::rack, 5, 1, Face::front, Side::left}, {Mount::shelf, 5, 1, Face::front, Side::right}));
  EXPECT_FALSE(shared_piece(server, {Mount::side, 0, 0, Face::rear, Side::left}));
  EXPECT_EQ(text_of(server), "U 10 to 11, both faces");
  EXPECT_EQ(text_of({Mount::rack, 7, 1, Face::front, Side::left}), "U 7, front, left half");
  EXPECT_EQ(text_of({Mount::side, 0, 0, Face::rear, Side::left}), "at the side, rear left");
}

TEST_F(AssetsTest, DeviceTypesAndReservationsAreChecked) {
  const auto type = [](const std::string& text, std::optional<DeviceType> before = std::nullopt) {
    return device_type_from_json(json::parse(text), std::move(before));
  };
  EXPECT_EQ(type(R"({"manufacturer":"M"})").error().field, "/model");
  EXPECT_EQ(type(R"({"manufacturer":"M","model":"X","height_u":61})").error().field, "/height_u");
  EXPECT_EQ(type(R"({"manufacturer":"M","model":"X","airflow":"up"})").error().field, "/airflow");
  EXPECT_EQ(type(R"({"manufacturer":"M","model":"X","power_typical_w":900,"power_nameplate_w":800})").error().field, "/power_typical_w");
  const auto good = type(R"({"manufacturer":"M","model":"X","airflow":"passive","weight_kg":12.5})");
  ASSERT_TRUE(good);
  const auto changed = type(R"({"airflow":null,"width":"half"})", *good);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->airflow, std::nullopt);
  EXPECT_TRUE(changed->half_width);
  EXPECT_EQ(changed->weight_kg, 12.5);

  const auto now = *base::from_rfc3339("2026-01-01T00:00:00Z");
  const auto reservation = [&](const std::string& text) { return reservation_from_json(json::parse(text), 42, now); };
  EXPECT_EQ(reservation(R"({"u":41,"height_u":3,"owner":"Web"})").error().field, "/u");
  EXPECT_EQ(reservation(R"({"u":41})").error().field, "/owner");
  EXPECT_TRUE(reservation(R"({"u":41,"kind":"blocked"})"));
  EXPECT_EQ(reservation(R"({"u":41,"owner":"Web","expires_at":"2025-12-31T00:00:00Z"})").error().field, "/expires_at");
}

}  // namespace
}  // namespace dcim::core
