// Assets on the real server and the real database: places that only one can take, two who edit, and what the live path sees of it.
#include "tests/support/assets.h"

#include <gmock/gmock.h>

namespace dcim::tests {
namespace {

struct AssetsTest : AssetsFixture {};

TEST_F(AssetsTest, ADeviceIsMadeShownChangedAndRemoved) {
  const auto made = create(R"({"name":"srv-1","device_type_id":)" + type("Two") + R"(,"rack_id":)" + rack("R001") +
                           R"(,"position":{"u":12},"serial":"SN-1","asset_tag":"T-1","ip":"10.0.0.1","tags":["web"],"feeds":"AB"})");
  EXPECT_EQ(made.at("position"), json::parse(R"({"mount":"rack","u":12,"height_u":2,"face":"both","side":"full"})"));
  EXPECT_EQ(made.at("rack").as_string(), "R001");
  EXPECT_EQ(made.at("power").at("watts").to_number<double>(), 350);
  EXPECT_FALSE(made.at("power").at("measured").as_bool());
  EXPECT_FALSE(made.at("monitored").as_bool());

  const auto changed = patch(made, R"({"owner":"Web","rack_id":)" + rack("R002") + R"(,"position":{"u":1}})");
  ASSERT_EQ(changed.status, 200u) << changed.body;
  EXPECT_EQ(changed.json().at("version").as_int64(), 2);
  EXPECT_EQ(changed.json().at("serial").as_string(), "SN-1");
  EXPECT_EQ(changed.headers.at("x-change-id"), std::to_string(database.number("SELECT max(id) FROM audit_log")));
  EXPECT_EQ(database.number("SELECT count(*) FROM rack_slots"), 1) << "a move leaves nothing behind";
  EXPECT_EQ(patch(made, R"({"owner":"DB"})").status, 409u) << "the second of two editors";
  EXPECT_EQ(get(changed.json()).at("owner").as_string(), "Web");
  const auto same = patch(changed.json(), R"({"owner":"Web"})");
  EXPECT_EQ(same.json().at("version").as_int64(), 2) << "nothing has changed";
  EXPECT_FALSE(same.headers.contains("x-change-id"));

  EXPECT_EQ(remove(made).status, 204u);
  EXPECT_EQ(admin.get(path(made)).status, 404u);
  EXPECT_EQ(database.number("SELECT count(*) FROM rack_slots"), 0);
  const auto audit =
      database.query("SELECT action, before->>'owner', after->>'owner', subjects::text FROM audit_log WHERE action LIKE 'device.%' ORDER BY id");
  ASSERT_EQ(audit.size(), 3u);
  EXPECT_EQ(audit.text(1, 0), "device.update");
  EXPECT_TRUE(audit.null(1, 1));
  EXPECT_EQ(audit.text(1, 2), "Web");
  EXPECT_EQ(audit.text(1, 3), "{device:" + id_of(made) + ",rack:" + rack("R001") + ",rack:" + rack("R002") + "}");
}

TEST_F(AssetsTest, APlaceIsTakenOnceAndTheAnswerSaysByWhom) {
  create(in_rack("srv-1", "Two", "R001", R"({"u":12})"));
  const auto refused = [&](const std::string& body, const std::string& field, const std::string& detail) {
    const auto answer = admin.post("/api/devices?site=assets", body);
    EXPECT_EQ(answer.status, 409u) << answer.body;
    EXPECT_EQ(answer.json().at("field").as_string(), field);
    EXPECT_THAT(std::string(answer.json().at("detail").as_string().c_str()), ::testing::HasSubstr(detail));
  };
  refused(in_rack("srv-2", "Two", "R001", R"({"u":13})"), "/position", "U 13 of rack R001, both faces, is taken by srv-1");
  refused(in_rack("panel", "Panel", "R001", R"({"u":12,"face":"rear"})"), "/position", "U 12 of rack R001, rear, is taken by srv-1");
  refused(in_rack("srv-1", "Two", "R002", R"({"u":1})"), "/name", "another device of the site is called srv-1");
  // Faces, halves and the side are places of their own.
  create(in_rack("front", "Panel", "R001", R"({"u":20,"face":"front"})"));
  create(in_rack("rear", "Panel", "R001", R"({"u":20,"face":"rear"})"));
  create(in_rack("left", "Half", "R001", R"({"u":21,"side":"left"})"));
  create(in_rack("right", "Half", "R001", R"({"u":21,"side":"right"})"));
  for (const auto* name : {"pdu-a", "pdu-b"}) create(in_rack(name, "Strip", "R001", R"({"mount":"side","side":"left"})"));
  const auto shown = admin.get("/api/racks/" + rack("R001")).json();
  EXPECT_EQ(shown.at("devices").as_array().size(), 9u) << "and the two that the site's document has";
}

TEST_F(AssetsTest, TheDatabaseItselfRefusesAnOverlap) {
  const auto made = create(in_rack("srv-1", "Two", "R001", R"({"u":12})"));
  const auto other = create(in_rack("srv-2", "Two", "R001", R"({"u":20})"));
  const auto state = [&](const std::string& sql) {
    try {
      database.query(sql);
    } catch (const store::DatabaseError& error) {
      return error.sqlstate();
    }
    return std::string("accepted");
  };
  EXPECT_EQ(state("UPDATE rack_slots SET units = '[13,15)' WHERE device_id = " + id_of(other)), "23P01");
  EXPECT_EQ(state("UPDATE rack_slots SET units = '[42,44)' WHERE device_id = " + id_of(other)), "23514") << "above the rack";
  EXPECT_EQ(state("UPDATE rack_slots SET units = '[0,2)' WHERE device_id = " + id_of(other)), "23514");
  EXPECT_EQ(state("UPDATE racks SET height_u = 20 WHERE name = 'R001'"), "23514");
  EXPECT_EQ(state("UPDATE devices SET rack_id = NULL WHERE id = " + id_of(other)), "23514") << "the slot would stay behind";
  EXPECT_EQ(state("INSERT INTO rack_slots (rack_id, device_id, units, faces, sides) SELECT k.id, " + id_of(made) +
                  ", '[1,2)', '[0,1)', '[0,2)' FROM racks k WHERE k.name = 'R002'"),
            "23505");
  EXPECT_EQ(state("UPDATE rack_slots SET units = '[14,16)' WHERE device_id = " + id_of(other)), "accepted");
}

TEST_F(AssetsTest, AReservationHoldsItsPlaceUntilItRunsOut) {
  const auto reservations = "/api/racks/" + rack("R001") + "/reservations";
  const auto kept =
      admin.post(reservations, R"({"u":30,"height_u":4,"owner":"Storage team","reason":"array 2","expires_at":"2999-01-01T00:00:00Z"})");
  ASSERT_EQ(kept.status, 201u) << kept.body;
  EXPECT_EQ(admin.post(reservations, R"({"u":33,"kind":"blocked"})").json().at("field").as_string(), "/u");
  const auto refused = admin.post("/api/devices?site=assets", in_rack("srv-1", "Two", "R001", R"({"u":33})"));
  EXPECT_EQ(refused.status, 409u);
  EXPECT_THAT(refused.body, ::testing::HasSubstr("U 33 of rack R001, both faces, is taken by a reservation for Storage team (array 2)"));
  database.query("UPDATE rack_reservations SET expires_at = now()");
  EXPECT_TRUE(admin.get("/api/racks/" + rack("R001")).json().at("reservations").as_array().empty());
  create(in_rack("srv-1", "Two", "R001", R"({"u":33})"));
  EXPECT_EQ(database.number("SELECT count(*) FROM rack_reservations"), 0);
  const auto blocked = admin.post(reservations, R"({"u":1,"height_u":2,"kind":"blocked","reason":"cable tray"})");
  ASSERT_EQ(blocked.status, 201u) << blocked.body;
  const auto gone = admin.request("DELETE", "/api/reservations/" + id_of(blocked.json()), "", token());
  EXPECT_EQ(gone.status, 204u);
  EXPECT_EQ(database.number("SELECT count(*) FROM rack_slots WHERE reservation_id IS NOT NULL"), 0);
}

TEST_F(AssetsTest, ARackIsAsHighAsWhatStandsInIt) {
  create(in_rack("srv-1", "Two", "R001", R"({"u":40})"));
  auto shown = admin.get("/api/racks/" + rack("R001"));
  const auto change = [&](const std::string& body) {
    return admin.request("PATCH", "/api/racks/" + rack("R001"), body, token(shown.json().at("version").as_int64()));
  };
  const auto low = change(R"({"height_u":40})");
  EXPECT_EQ(low.status, 409u);
  EXPECT_THAT(low.body, ::testing::HasSubstr("srv-1 reaches U 41"));
  EXPECT_EQ(low.json().at("field").as_string(), "/height_u");
  const auto done = change(R"({"height_u":41,"weight_limit_kg":900,"rated_power_kw":null})");
  ASSERT_EQ(done.status, 200u) << done.body;
  EXPECT_EQ(done.json().at("weight_limit_kg").to_number<double>(), 900);
  EXPECT_TRUE(done.json().at("rated_power_kw").is_null());
  EXPECT_EQ(change(R"({"height_u":41})").status, 409u) << "read before";
}

TEST_F(AssetsTest, ElevationsAreOfTheRacksThatAreAskedFor) {
  create(in_rack("srv-1", "Two", "R002", R"({"u":12})"));
  const auto shown = [&](const std::string& question) {
    std::string names;
    const auto all = admin.get("/api/elevations?site=assets" + question).json();
    for (const auto& each : all.at("racks").as_array()) names += std::string(each.at("name").as_string().c_str()) + " ";
    return names;
  };
  EXPECT_EQ(shown(""), "R001 R002 R003 ");
  EXPECT_EQ(shown("&racks=" + rack("R003") + "," + rack("R002") + ",999999"), "R002 R003 ");
  EXPECT_THAT(admin.get("/api/elevations?site=assets&racks=" + rack("R002")).body, ::testing::HasSubstr(R"("name":"srv-1")"));
  EXPECT_THAT(admin.get("/api/elevations?site=assets&racks=" + rack("R003")).body, ::testing::Not(::testing::HasSubstr("srv-1")));
  EXPECT_EQ(admin.get("/api/elevations?site=assets&racks=1,x").json().at("field").as_string(), "racks");
}

TEST_F(AssetsTest, ASilentDeviceIsNoneOfTheLivePathsBusiness) {
  std::atomic<int> told = 0;
  StreamClient browser(server.port(), "dcim_session=" + admin.cookie(), "assets",
                       [&](const json::object& message) { told += message.at("type") == "assets"; });
  const int before = told;
  const auto version = database.number("SELECT version FROM inventory_version");
  auto silent = create(in_rack("srv-1", "Two", "R001", R"({"u":12})"));
  EXPECT_TRUE(eventually([&] { return told > before; }));
  silent = patch(silent, R"({"rack_id":)" + rack("R002") + R"(,"position":{"u":3}})").json().as_object();
  EXPECT_EQ(remove(silent).status, 204u);
  EXPECT_EQ(database.number("SELECT version FROM inventory_version"), version);
  // One that publishes is: its sensors go where it goes.
  const auto monitored = database.number("SELECT id FROM devices WHERE topic IS NOT NULL LIMIT 1");
  const auto read = admin.get("/api/devices/" + std::to_string(monitored)).json().as_object();
  EXPECT_TRUE(read.at("monitored").as_bool());
  ASSERT_EQ(patch(read, R"({"notes":"only people read this"})").status, 200u);
  EXPECT_EQ(database.number("SELECT version FROM inventory_version"), version);
  const auto moved = admin.request("PATCH", "/api/devices/" + std::to_string(monitored), R"({"rack_id":)" + rack("R002") + "}", token(2));
  ASSERT_EQ(moved.status, 200u) << moved.body;
  EXPECT_EQ(database.number("SELECT version FROM inventory_version"), version + 1);
  EXPECT_EQ(remove(read).status, 409u) << "its readings would be left without a source";
}

TEST_F(AssetsTest, DeviceTypesAreSharedAndKeptWhileTheyAreUsed) {
  const auto again = admin.post("/api/device-types", R"({"manufacturer":"Maker","model":"Two"})");
  EXPECT_EQ(again.status, 409u);
  EXPECT_EQ(again.json().at("field").as_string(), "/model");
  create(in_rack("srv-1", "Two", "R001", R"({"u":12})"));
  const auto one = "/api/device-types/" + type("Two");
  EXPECT_EQ(admin.get(one).json().at("devices").as_int64(), 1);
  EXPECT_EQ(admin.request("DELETE", one, "", token(1)).status, 409u);
  const auto heavier = admin.request("PATCH", one, R"({"weight_kg":31})", token(1));
  ASSERT_EQ(heavier.status, 200u) << heavier.body;
  EXPECT_EQ(heavier.json().at("version").as_int64(), 2);
  EXPECT_EQ(admin.request("PATCH", one, R"({"weight_kg":32})", token(1)).status, 409u);
  EXPECT_EQ(admin.request("DELETE", "/api/device-types/" + type("Panel"), "", token(1)).status, 204u);
}

TEST_F(AssetsTest, ATypeHasAPictureOfEachFace) {
  using namespace std::string_literals;
  const auto png = [](char width) { return "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0"s + width + "\0\0\0\x28\x08\x02\0\0\0 all that \0 follows"s; };
  const auto one = "/api/device-types/" + type("Two"), front = one + "/images/front", rear = one + "/images/rear";
  const auto put = [&](const std::string& path, const std::string& bytes, const std::string& kind = "image/png") {
    return admin.request("PUT", path, bytes, {{"X-CSRF-Token", admin.csrf_token()}, {"Content-Type", kind}});
  };
  EXPECT_EQ(admin.get(front).status, 404u);
  const auto made = put(front, png(40));
  ASSERT_EQ(made.status, 200u) << made.body;
  const std::string tag = made.json().at_pointer("/images/front").as_string().c_str();
  EXPECT_TRUE(made.json().at_pointer("/images/rear").is_null());
  EXPECT_EQ(admin.get(one).json().at("images"), made.json().at("images"));
  auto shown = admin.get(front);
  EXPECT_EQ(shown.status, 200u);
  EXPECT_EQ(shown.body, png(40));
  EXPECT_EQ(shown.headers.at("content-type"), "image/png");
  EXPECT_EQ(shown.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(shown.headers.at("cache-control"), "private, no-cache");
  EXPECT_EQ(shown.headers.at("etag"), '"' + tag + '"');
  EXPECT_EQ(admin.get(front + "?v=" + tag).headers.at("cache-control"), "private, max-age=31536000, immutable");
  EXPECT_EQ(admin.get(front + "?v=old").headers.at("cache-control"), "private, no-cache");
  const auto again = admin.request("GET", front, "", {{"If-None-Match", '"' + tag + '"'}});
  EXPECT_EQ(again.status, 304u);
  EXPECT_EQ(again.body, "");
  // Another; the same again; one of another kind, whatever it is called.
  ASSERT_EQ(put(front, png(41)).status, 200u);
  EXPECT_NE(admin.get(front).headers.at("etag"), '"' + tag + '"');
  const auto rows = [&] { return database.number("SELECT count(*) FROM audit_log WHERE action = 'device-type.image'"); };
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(put(front, png(41)).status, 200u);
  EXPECT_EQ(rows(), 2) << "the same changes nothing";
  EXPECT_EQ(put(rear, "\xff\xd8\xff\xc0\0\x11\x08\0\x64\x02\x58\x03\x01\x22\0"s).status, 200u);
  EXPECT_EQ(admin.get(rear).headers.at("content-type"), "image/jpeg");
  // Refused, by name; the one that is there stays.
  const auto svg = put(rear, "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml");
  EXPECT_EQ(svg.status, 400u);
  EXPECT_EQ(svg.json().at("detail").as_string(), "the file is no PNG, JPEG or WebP image");
  EXPECT_EQ(put(rear, "{}", "application/json").json().at("field").as_string(), "Content-Type");
  const auto large = put(rear, png(40) + std::string(512 << 10, 'x'));
  EXPECT_EQ(large.status, 413u);
  EXPECT_EQ(large.json().at("detail").as_string(), "the image has 513 KiB; at most 512 KiB are taken");
  EXPECT_EQ(put("/api/device-types/999999/images/front", png(40)).status, 404u);
  EXPECT_EQ(admin.get(rear).headers.at("content-type"), "image/jpeg");
  EXPECT_EQ(admin.request("DELETE", rear, "", token()).status, 204u);
  EXPECT_EQ(admin.request("DELETE", rear, "", token()).status, 404u);
  EXPECT_EQ(rows(), 4);
}

}  // namespace
}  // namespace dcim::tests
