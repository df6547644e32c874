// Plans of rooms on the real server: drawn by a document, edited by people, every version kept.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace json = boost::json;

std::string document(const std::string& x_of_a02, const std::string& more = "") {
  return R"({"site":{"code":"floor","name":"Floor","time_zone":"UTC"},"rooms":[{"code":"r","name":"R",
    "plan":{"width_m":6,"depth_m":5,"ashrae_class":"A2","aisles":[{"name":"Cold","type":"cold","x_m":3,"y_m":3,"width_m":2,"depth_m":1.2}]},
    "racks":[{"name":"A01","row":"A","placement":{"x_m":2.7,"y_m":1.8}},{"name":"A02","placement":{"x_m":)" +
         x_of_a02 + R"(,"y_m":1.8}})" + more + R"(],
    "devices":[{"name":"crac-01","type":"crac","topic":"dc/floor/crac-01","sensors":[],"placement":{"x_m":0.6,"y_m":3,"rotation_deg":270},"serves":["A01"]}]},
    {"code":"bare","name":"Bare","racks":[{"name":"B01"},{"name":"B02"}]}]})";
}

struct RoomPlansTest : ::testing::Test {
  RoomPlansTest() {
    for (const auto* role : {"admin", "viewer", "site-manager"}) {
      EXPECT_EQ(server.dcim({"user", "add", std::string(role) + "@test.test", "--role", role, "--password-stdin"}, "long enough"), 0);
    }
    EXPECT_EQ(admin.login("admin@test.test", "long enough").status, 200u);
    EXPECT_EQ(imported(document("3.3")), 1);
    room = database.number("SELECT id FROM rooms WHERE code = 'r'");
    bare = database.number("SELECT id FROM rooms WHERE code = 'bare'");
  }

  // How many versions of plans a document makes.
  std::int64_t imported(const std::string& text) {
    const auto before = database.number("SELECT count(*) FROM room_plans");
    const auto answer = admin.post("/api/sites/import", text);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    return database.number("SELECT count(*) FROM room_plans") - before;
  }
  static std::string path(std::int64_t id, const std::string& at = "") {
    return "/api/rooms/" + std::to_string(id) + "/plan" + (at.empty() ? "" : "?at=" + at);
  }
  json::object plan(std::int64_t id, const std::string& at = "") {
    const auto answer = admin.get(path(id, at));
    EXPECT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(answer.headers.at("etag"), "\"" + std::to_string(answer.json().at("version").as_int64()) + "\"");
    return answer.json().as_object();
  }
  // What a page sends: the plan as it was read, without what is not for it to say.
  static json::object edited(json::object from) {
    for (const auto* key : {"room", "version", "valid_from"}) from.erase(key);
    for (auto& rack : from.at("racks").as_array()) {
      for (const auto* key : {"name", "height_u", "rated_power_kw"}) rack.as_object().erase(key);
    }
    for (auto& unit : from.at("units").as_array()) {
      for (const auto* key : {"name", "type"}) unit.as_object().erase(key);
    }
    return from;
  }
  Answer put(Client& who, std::int64_t id, const json::object& body, const std::string& version) {
    return who.request("PUT", path(id), json::serialize(body), {{"X-CSRF-Token", who.csrf_token()}, {"If-Match", "\"" + version + "\""}});
  }
  static json::value& placement(json::object& plan, std::size_t rack) { return plan.at("racks").at(rack).at("placement"); }

  Server server;
  Database database{server.database_url()};
  Client admin{server.port()};
  std::int64_t room = 0, bare = 0;
};

TEST_F(RoomPlansTest, ADocumentDrawsTheRoomAndARoomThatNobodyDrewIsDrawnAutomatically) {
  auto drawn = plan(room);
  EXPECT_EQ(drawn.at("version").as_int64(), 1);
  EXPECT_EQ(drawn.at("room").at("code").as_string(), "r");
  EXPECT_EQ(drawn.at("ashrae_class").as_string(), "A2");
  EXPECT_EQ(placement(drawn, 0).at("x_m").to_number<double>(), 2.7);
  EXPECT_EQ(placement(drawn, 0).at("width_m").to_number<double>(), 0.6);
  EXPECT_EQ(drawn.at("units").at(0).at("serves").as_array(), json::array({drawn.at("racks").at(0).at("id")}));
  auto automatic = plan(bare);
  EXPECT_EQ(automatic.at("version").as_int64(), 0);
  EXPECT_TRUE(automatic.at("valid_from").is_null());
  EXPECT_TRUE(placement(automatic, 1).is_object());
  // It can be kept as it is.
  const auto kept = put(admin, bare, edited(automatic), "0");
  ASSERT_EQ(kept.status, 200u) << kept.body;
  EXPECT_EQ(kept.json().at("version").as_int64(), 1);
}

TEST_F(RoomPlansTest, OfTwoWhoEditOneWinsAndEveryVersionIsKept) {
  auto mine = edited(plan(room));
  placement(mine, 0).at("x_m") = 2.1;
  const auto first = put(admin, room, mine, "1");
  ASSERT_EQ(first.status, 200u) << first.body;
  EXPECT_EQ(first.headers.at("etag"), "\"2\"");
  EXPECT_EQ(put(admin, room, mine, "1").status, 409u);
  const auto since =
      database.query("SELECT version, to_char(valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM room_plans ORDER BY 1");
  ASSERT_EQ(since.size(), 2u);
  auto before = plan(room, since.text(0, 1)), after = plan(room, since.text(1, 1));
  EXPECT_EQ(placement(before, 0).at("x_m").to_number<double>(), 2.7);
  EXPECT_EQ(placement(after, 0).at("x_m").to_number<double>(), 2.1);
  EXPECT_EQ(plan(room, "2001-01-01T00:00:00Z").at("version").as_int64(), 1) << "nothing older is known";
  EXPECT_EQ(plan(room, "2101-01-01T00:00:00Z").at("version").as_int64(), 2);
  EXPECT_EQ(admin.get(path(room, "yesterday")).json().at("field").as_string(), "at");
  const auto audit = database.query("SELECT actor, site, object, before IS NOT NULL, after FROM audit_log WHERE action = 'room-plan.update'");
  ASSERT_EQ(audit.size(), 1u);
  EXPECT_EQ(audit.text(0, 0), "admin@test.test");
  EXPECT_EQ(audit.text(0, 1), "floor");
  EXPECT_TRUE(audit.boolean(0, 3));
}

TEST_F(RoomPlansTest, WhatCannotBeIsNamedAndChangesNothing) {
  const auto good = edited(plan(room));
  const auto refused = [&](auto change, const std::string& field) {
    auto body = good;
    change(body);
    const auto answer = put(admin, room, body, "1");
    EXPECT_EQ(answer.status, 400u) << field;
    EXPECT_EQ(answer.json().at("field").as_string(), field);
  };
  refused([](auto& p) { placement(p, 0).at("x_m") = 3.0; }, "/racks/1/placement");
  refused([](auto& p) { placement(p, 1).at("x_m") = 5.9; }, "/racks/1/placement");
  refused([](auto& p) { placement(p, 1).at("depth_m") = 0; }, "/racks/1/placement/depth_m");
  refused([&](auto& p) { p.at("racks").at(0).at("id") = plan(bare).at("racks").at(0).at("id"); }, "/racks/0/id");
  refused([](auto& p) { p.at("width_m") = "wide"; }, "/width_m");
  EXPECT_EQ(admin.request("PUT", path(room), json::serialize(good), {{"X-CSRF-Token", admin.csrf_token()}}).json().at("field").as_string(),
            "If-Match");
  for (const auto* role : {"viewer", "site-manager"}) {
    Client other(server.port());
    ASSERT_EQ(other.login(std::string(role) + "@test.test", "long enough").status, 200u);
    EXPECT_EQ(put(other, room, good, "1").status, 403u) << role;
  }
  EXPECT_EQ(database.number("SELECT count(*) FROM room_plans"), 1);
}

TEST_F(RoomPlansTest, TheSameDocumentAgainLeavesWhatPeopleEditedAndANewOneWins) {
  auto mine = edited(plan(room));
  placement(mine, 0).at("x_m") = 2.1;
  ASSERT_EQ(put(admin, room, mine, "1").status, 200u);
  EXPECT_EQ(imported(document("3.3")), 0);
  EXPECT_EQ(plan(room).at("version").as_int64(), 2);
  EXPECT_EQ(imported(document("3.9")), 1);
  auto now = plan(room);
  EXPECT_EQ(now.at("version").as_int64(), 3);
  EXPECT_EQ(placement(now, 1).at("x_m").to_number<double>(), 3.9);
  const auto wrong = admin.post("/api/sites/import", document("3.9", R"(,{"name":"A03","placement":{"x_m":3.9,"y_m":1.8}})"));
  EXPECT_EQ(wrong.status, 400u);
  EXPECT_EQ(wrong.json().at("field").as_string(), "/rooms/0/racks/2/placement");
  EXPECT_EQ(database.number("SELECT count(*) FROM racks WHERE name = 'A03'"), 0) << "all or nothing";
  // One without a place stands nowhere yet.
  EXPECT_EQ(imported(document("3.9", R"(,{"name":"A03"})")), 1);
  now = plan(room);
  EXPECT_TRUE(placement(now, 2).is_null());
}

TEST_F(RoomPlansTest, TheDemoSitesAreDrawn) {
  for (const auto& [site, units, racks] : {std::tuple{"demo", 6, 20}, {"edge", 3, 4}}) {
    ASSERT_EQ(server.dcim({"site", "import", std::string(DCIM_SOURCE_DIR "/simulators/sites/") + site + "-site.toml"}), 0);
    ASSERT_TRUE(eventually([&] { return admin.get(std::string("/api/rooms?site=") + site).status == 200; }));
    int placed_units = 0, placed_racks = 0, served = 0;
    const auto rooms = admin.get(std::string("/api/rooms?site=") + site).json();
    for (const auto& each : rooms.at("items").as_array()) {
      const auto drawn = plan(each.at("id").as_int64());
      EXPECT_EQ(drawn.at("version").as_int64(), 1);
      EXPECT_GE(drawn.at("aisles").as_array().size(), 2u);
      for (const auto& rack : drawn.at("racks").as_array()) placed_racks += rack.at("placement").is_object() && rack.at("row").is_string();
      for (const auto& unit : drawn.at("units").as_array()) {
        placed_units += unit.at("placement").is_object();
        served += static_cast<int>(unit.at("serves").as_array().size());
      }
    }
    EXPECT_EQ(placed_units, units) << site;
    EXPECT_EQ(placed_racks, racks) << site;
    EXPECT_EQ(served, racks) << site << ": each rack has its cooling unit";
  }
}

}  // namespace
}  // namespace dcim::tests
