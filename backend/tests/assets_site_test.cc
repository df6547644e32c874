// A site document with device types, positions and reservations, and what people edit between two imports of it.
#include <gmock/gmock.h>

#include "tests/support/assets.h"

namespace dcim::tests {
namespace {

struct AssetsSiteTest : AssetsFixture {
  static std::string document(const std::string& serial = "S1", const std::string& more = "") {
    return R"({"site":{"code":"doc","name":"Doc","time_zone":"UTC"},
      "device_types":[{"manufacturer":"Doc","model":"Server","height_u":2,"power_typical_w":300},{"manufacturer":"Doc","model":"Strip","role":"pdu","height_u":0}],
      "rooms":[{"code":"r","name":"R","racks":[{"name":"D01","height_u":20,"weight_limit_kg":800,
        "reservations":[{"u":18,"height_u":3,"owner":"Web"},{"u":1,"kind":"blocked"}],
        "devices":[{"name":"srv-1","type":"server","device_type":"Doc Server","u":2,"serial":")" +
           serial + R"(","tags":["a"]},
          {"name":"srv-2","type":"server","device_type":"Doc Server","u":4,"install_date":"2024-05-01"},
          {"name":"D01 PDU","type":"pdu","device_type":"Doc Strip","mount":"side","side":"left","topic":"dc/doc/r/D01","power_sensor":"p","sensors":[{"name":"p","kind":"rack-power","unit":"kW"}]}]}],
        "devices":[{"name":"spare","type":"server","device_type":"Doc Server","status":"decommissioned"}]}])" +
           more + "}";
  }
  // Created, updated and unchanged.
  std::array<std::int64_t, 3> import(const std::string& text) {
    const auto answer = admin.post("/api/sites/import", text);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    if (answer.status != 200) return {};
    EXPECT_TRUE(eventually([&] { return admin.get("/api/rooms?site=doc").status == 200; }));
    const auto json = answer.json();
    return {json.at("created").as_int64(), json.at("updated").as_int64(), json.at("unchanged").as_int64()};
  }
  json::value device(const std::string& name) {
    return admin.get("/api/devices/" + database.query("SELECT id FROM devices WHERE name = $1", store::params(name)).text(0, 0)).json();
  }
};

TEST_F(AssetsSiteTest, ADocumentMakesAssetsAndTheSameAgainChangesNothing) {
  EXPECT_EQ(import(document())[1], 0);
  const auto server = device("srv-1");
  EXPECT_EQ(server.at("position"), json::parse(R"({"mount":"rack","u":2,"height_u":2,"face":"both","side":"full"})"));
  EXPECT_EQ(server.at("power").at("watts").to_number<double>(), 300);
  EXPECT_EQ(device("D01 PDU").at("position").at("mount").as_string(), "side");
  EXPECT_TRUE(device("spare").at("rack").is_null());
  const auto shown = admin.get("/api/racks/" + rack("D01")).json();
  EXPECT_EQ(shown.at("weight_limit_kg").to_number<double>(), 800);
  EXPECT_EQ(shown.at("reservations").as_array().size(), 2u);
  const auto again = import(document());
  EXPECT_EQ(again[0], 0);
  EXPECT_EQ(again[1], 0);
}

TEST_F(AssetsSiteTest, WhatPeopleHaveEditedRenamedOrRemovedSinceStays) {
  import(document());
  ASSERT_EQ(patch(device("srv-1"), R"({"owner":"Web","position":{"u":10},"tags":["b"]})").status, 200u);
  ASSERT_EQ(patch(device("srv-2"), R"({"name":"renamed"})").status, 200u);
  ASSERT_EQ(remove(device("spare")).status, 204u);
  const auto reservation = database.query("SELECT id FROM rack_reservations WHERE kind = 'reserved'").text(0, 0);
  ASSERT_EQ(admin.request("DELETE", "/api/reservations/" + reservation, "", token()).status, 204u);
  const auto again = import(document());
  EXPECT_EQ(again[0] + again[1], 0);
  // A document that says something new is heard in that, and in that alone.
  EXPECT_EQ(import(document("S2"))[1], 1);
  const auto server = device("srv-1");
  EXPECT_EQ(server.at("serial").as_string(), "S2");
  EXPECT_EQ(server.at("owner").as_string(), "Web");
  EXPECT_EQ(server.at("position").at("u").as_int64(), 10);
  EXPECT_EQ(server.at("tags").at(0).as_string(), "b");
  EXPECT_EQ(database.number("SELECT count(*) FROM devices WHERE name IN ('spare', 'srv-2')"), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM rack_reservations"), 1);
}

TEST_F(AssetsSiteTest, ADocumentStandsInTheHistoryOfAllThatItTouches) {
  import(document());
  const auto history = [&](const std::string& of) { return admin.get(of + "/history").json().at("items").as_array(); };
  const auto changes_of = [](const json::value& item) {
    std::map<std::string, std::pair<json::value, json::value>> out;
    for (const auto& each : item.at("changes").as_array()) out[each.at("field").as_string().c_str()] = {each.at("before"), each.at("after")};
    return out;
  };
  const auto server = device("srv-1");
  auto items = history(path(server));
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].at("action").as_string(), "site.import");
  EXPECT_EQ(items[0].at("actor").as_string(), "admin@test.test");
  EXPECT_TRUE(items[0].at("batch_id").is_int64());
  auto fields = changes_of(items[0]);
  EXPECT_EQ(fields["serial"].second, json::value("S1"));
  EXPECT_EQ(fields["rack"].second, json::value("D01"));
  EXPECT_EQ(fields["position"].second, json::value("U 2 to 3, both faces"));
  EXPECT_EQ(fields["device_type"].second, json::value("Doc Server"));
  // What publishes, with its sensors; the rack, with what is kept free in it; the type.
  items = history(path(device("D01 PDU")));
  ASSERT_EQ(items.size(), 3u) << "itself, what it publishes, and what measures it";
  EXPECT_TRUE(changes_of(items[0]).contains("power_sensor_id"));
  fields = changes_of(items[1]);
  EXPECT_EQ(fields["topic"].second, json::value("dc/doc/r/D01"));
  EXPECT_EQ(fields["sensor p"].second, json::value("rack-power, kW, field /value"));
  EXPECT_FALSE(items[1].at("undoable").as_bool());
  items = history("/api/racks/" + rack("D01"));
  ASSERT_EQ(items.size(), 7u) << "the rack, three devices in it, one of them twice, and two places";
  fields = changes_of(items.back());
  EXPECT_EQ(fields["weight_limit_kg"].second.to_number<double>(), 800);
  EXPECT_FALSE(items.back().at("undoable").as_bool());
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action = 'site.import' AND subjects[1] LIKE 'device-type:%'"), 2);

  // A later document: what it changes, and nothing of the rest.
  auto text = document("S2");
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{R"("u":4)", R"("u":6)"}, {R"("kind":"rack-power")", R"("kind":"power")"}, {"800", "700"}}) {
    text.replace(text.find(from), from.size(), to);
  }
  const auto before = database.number("SELECT max(id) FROM audit_log");
  import(text);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE id > " + std::to_string(before)), 5) << "two devices, a sensor, a rack, the site";
  fields = changes_of(history(path(server))[0]);
  EXPECT_EQ(fields.size(), 1u);
  EXPECT_EQ(fields["serial"], std::pair(json::value("S1"), json::value("S2")));
  items = history(path(device("srv-2")));
  EXPECT_EQ(changes_of(items[0])["position"], std::pair(json::value("U 4 to 5, both faces"), json::value("U 6 to 7, both faces")));
  EXPECT_EQ(changes_of(history(path(device("D01 PDU")))[0])["sensor p"],
            std::pair(json::value("rack-power, kW, field /value"), json::value("power, kW, field /value")));
  EXPECT_EQ(history("/api/racks/" + rack("D01"))[0].at("object").as_string(), "device " + id_of(device("srv-2")) + " (srv-2)");
  // It can be taken back as one: devices and limits; of what publishes, nothing.
  const auto batch = std::to_string(history(path(server))[0].at("batch_id").as_int64());
  const auto refused = admin.post("/api/change-batches/" + batch + "/undo?site=doc");
  EXPECT_EQ(refused.status, 409u) << "a sensor is another by now";
  text.replace(text.find("\"S2\""), 4, "\"S3\"");
  import(text);
  const auto newest = std::to_string(history(path(server))[0].at("batch_id").as_int64());
  ASSERT_EQ(admin.post("/api/change-batches/" + newest + "/undo?site=doc").status, 200u);
  EXPECT_EQ(device("srv-1").at("serial").as_string(), "S2");
}

TEST_F(AssetsSiteTest, ATopicThatPeopleHaveAdoptedForADeviceOfTheDocumentStays) {
  import(document());
  const std::string topic = "dc/doc/r/D01/adopted";
  publish(topic, {R"({"value":21.5,"unit":"°C"})"});
  const auto body = R"({"topic":")" + topic + R"(","device_id":)" + id_of(device("srv-2")) +
                    R"(,"sensors":[{"field":"/value","name":"inlet","kind":"inlet-temperature","unit":"°C"}]})";
  ASSERT_TRUE(eventually([&] { return admin.post("/api/discovered-topics/adopt?site=doc", body).status == 201; }));
  const auto again = import(document());
  EXPECT_EQ(again[0] + again[1], 0);
  EXPECT_EQ(import(document("S2"))[1], 1);
  EXPECT_EQ(database.query("SELECT topic FROM devices WHERE name = 'srv-2'").text(0, 0), topic);
}

TEST_F(AssetsSiteTest, WhatIsWrongIsNamedInTheDocumentAndChangesNothing) {
  const auto refused = [&](std::string from, const std::string& to, const std::string& field, unsigned status = 400) {
    auto text = document();
    text.replace(text.find(from), from.size(), to);
    const auto answer = admin.post("/api/sites/import", text);
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.json().at("field").as_string(), field) << answer.body;
  };
  refused(R"("u":4)", R"("u":3)", "/rooms/0/racks/0/devices/0/u", 409);
  refused(R"("u":4)", R"("u":20)", "/rooms/0/racks/0/devices/1/u");
  refused(R"("u":4)", R"("u":17)", "/rooms/0/racks/0/reservations/0/u", 409);
  refused(R"("device_type":"Doc Server","u":4)", R"("device_type":"Doc Nothing","u":4)", "/rooms/0/racks/0/devices/1/device_type");
  refused(R"("install_date":"2024-05-01")", R"("install_date":"May")", "/rooms/0/racks/0/devices/1/install_date");
  refused(R"("height_u":2,)", R"("height_u":99,)", "/device_types/0/height_u");
  refused(R"("topic":"dc/doc/r/D01",)", "", "/rooms/0/racks/0/devices/2/topic");
  refused(R"("status":"decommissioned")", R"("u":3)", "/rooms/0/devices/0/u");
  EXPECT_EQ(database.number("SELECT count(*) FROM sites WHERE code = 'doc'"), 0);
}

TEST_F(AssetsSiteTest, TheDemoSiteIsFull) {
  const std::string file = DCIM_SOURCE_DIR "/simulators/sites/demo-site.toml";
  ASSERT_EQ(server.dcim({"site", "import", file}), 0);
  EXPECT_GE(database.number("SELECT count(*) FROM devices d JOIN sites t ON t.id = d.site_id WHERE t.code = 'demo'"), 250);
  const auto audit = database.number("SELECT count(*) FROM audit_log");
  ASSERT_EQ(server.dcim({"site", "import", file}), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log"), audit) << "the same document changes nothing";
  EXPECT_EQ(database.number("SELECT count(*) FROM devices d JOIN sites s ON s.id = d.site_id JOIN sensors n ON n.id = d.power_sensor_id "
                            "WHERE s.code = 'demo' AND d.type = 'pdu' AND n.kind = 'rack-power' AND n.device_id = d.id"),
            20);
  // Each rack draws what its meter says it does (2 to 8 kW), within its rating; one alone is heavier than it may be.
  EXPECT_EQ(database.number(
                "SELECT count(*) FROM (SELECT k.rated_power_kw, sum(t.power_typical_w) / 1000 AS kw FROM racks k JOIN devices d ON d.rack_id = k.id "
                "JOIN device_types t ON t.id = d.device_type_id JOIN rooms m ON m.id = k.room_id JOIN sites s ON s.id = m.site_id "
                "WHERE s.code = 'demo' GROUP BY k.id) r WHERE kw NOT BETWEEN 2.5 AND rated_power_kw"),
            0);
  EXPECT_EQ(database.number(
                "SELECT count(*) FROM (SELECT k.weight_limit_kg AS most, sum(t.weight_kg) AS kg FROM racks k JOIN devices d ON d.rack_id = k.id "
                "JOIN device_types t ON t.id = d.device_type_id GROUP BY k.id) r WHERE kg > most"),
            1);
}

}  // namespace
}  // namespace dcim::tests
