// Capacity on the real server: sums, what still fits, a place kept free, and the past days.
#include <gmock/gmock.h>

#include "tests/support/assets.h"

namespace dcim::tests {
namespace {

using ::testing::HasSubstr;

struct CapacityTest : AssetsFixture {
  CapacityTest() {
    for (const auto* name : {"R001", "R002", "R003"}) {
      const auto changed = admin.request("PATCH", "/api/racks/" + rack(name), R"({"rated_power_kw":1,"weight_limit_kg":200})", token(1));
      EXPECT_EQ(changed.status, 200u) << changed.body;
    }
  }
  json::value capacity() { return admin.get("/api/capacity?site=assets").json(); }
  json::value of_rack(const std::string& name) {
    const auto all = capacity();
    for (const auto& one : all.at("racks").as_array()) {
      if (one.at("name").as_string() == name.c_str()) return one.at("capacity");
    }
    return nullptr;
  }
  Answer fit(const std::string& body) { return admin.post("/api/capacity/fit?site=assets", body); }
  static double number(const json::value& from, const std::string& pointer) { return from.at_pointer(pointer).to_number<double>(); }
};

TEST_F(CapacityTest, SumsAreOfWhatStandsAndIsKeptFree) {
  create(in_rack("srv-1", "Two", "R001", R"({"u":1})"));
  create(R"({"name":"srv-2","status":"planned","feeds":"AB","device_type_id":)" + type("Two") + R"(,"rack_id":)" + rack("R001") +
         R"(,"position":{"u":3}})");
  create(in_rack("left", "Half", "R001", R"({"u":40,"side":"left"})"));
  create(in_rack("strip", "Strip", "R001", R"({"mount":"side","side":"left"})"));
  const auto reserve = [&](const std::string& body) { return admin.post("/api/racks/" + rack("R001") + "/reservations", body).status; };
  EXPECT_EQ(reserve(R"({"u":10,"height_u":4,"owner":"Web","power_w":100,"weight_kg":5})"), 201u);
  EXPECT_EQ(reserve(R"({"u":42,"kind":"blocked"})"), 201u);
  auto one = of_rack("R001");
  EXPECT_EQ(one.at("u"), json::parse(R"({"total":42,"used":5,"reserved":4,"blocked":1,"free":32,"largest_free_block":26})"));
  EXPECT_NEAR(number(one, "/power_kw/typical"), 0.72, 1e-9);
  EXPECT_NEAR(number(one, "/power_kw/nameplate"), 1.52, 1e-9);
  EXPECT_NEAR(number(one, "/power_kw/load"), 0.82, 1e-9);
  EXPECT_NEAR(number(one, "/power_kw/surviving_feed"), 0.82, 1e-9);
  EXPECT_NEAR(number(one, "/weight_kg/used"), 65, 1e-9);
  EXPECT_EQ(one.at("devices").as_int64(), 6) << "and the two that the site's document has";
  EXPECT_TRUE(one.at("over").as_array().empty());
  EXPECT_EQ(number(one, "/stranded/u"), 31) << "0.18 kW are left, and a U of this site draws 0.144";
  EXPECT_EQ(one.at_pointer("/stranded/reason").as_string(), "power: 0.18 kW left, 32 free U would take 4.61 kW");

  // The rack's meter tells of more.
  publish("dc/assets/r/rack-R001/power", {R"({"value":1.5,"unit":"kW"})"});
  ASSERT_TRUE(eventually([&] { return !of_rack("R001").at_pointer("/power_kw/measured").is_null(); }));
  one = of_rack("R001");
  EXPECT_EQ(number(one, "/power_kw/measured"), 1.5);
  EXPECT_EQ(number(one, "/power_kw/measured_coverage"), 1);
  EXPECT_NEAR(number(one, "/power_kw/load"), 1.95, 1e-9);
  EXPECT_EQ(one.at("over"), json::parse(R"(["power","surviving-feed"])"));
  const auto all = capacity();
  EXPECT_EQ(number(all, "/site/u/total"), 126);
  EXPECT_EQ(number(all, "/site/racks_over"), 1);
  EXPECT_EQ(number(all, "/site/power_kw/rated"), 3);
  EXPECT_EQ(all.at("rooms").as_array().size(), 1u);
  EXPECT_EQ(all.at_pointer("/rooms/0/capacity"), all.at("site"));
  // One that has expired holds nothing.
  database.query("UPDATE rack_reservations SET expires_at = now() - interval '1 hour' WHERE kind = 'reserved'");
  EXPECT_EQ(number(of_rack("R001"), "/u/reserved"), 0);
  const auto shown = admin.get("/api/racks/" + rack("R001")).json().at("capacity");
  EXPECT_EQ(shown, of_rack("R001")) << "the rack's own page says the same";
}

TEST_F(CapacityTest, WhereItFitsAndAPlaceKeptFree) {
  for (int u = 1; u <= 39; u += 2)
    create(in_rack("panel-" + std::to_string(u), "Panel", "R003", R"({"u":)" + std::to_string(u) + R"(,"face":"front"})"));
  auto answer = fit(R"({"device_type_id":)" + type("Two") + R"(,"count":4})");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  auto found = answer.json();
  EXPECT_EQ(found.at_pointer("/places/0/racks").as_array().size(), 2u) << "1 kW is enough for two of them in each rack";
  answer = fit(R"({"device_type_id":)" + type("Two") + R"(,"count":2,"contiguous":true})");
  found = answer.json();
  ASSERT_GE(found.at("places").as_array().size(), 2u) << answer.body;
  EXPECT_EQ(found.at_pointer("/refused/0/rack").as_string(), "R003");
  EXPECT_THAT(std::string(found.at_pointer("/refused/0/reason").as_string().c_str()),
              HasSubstr("no 4 U free in one piece: the largest free block is 3 U"));
  const auto best = found.at_pointer("/places/0");
  EXPECT_GT(best.at("reasons").as_array().size(), 1u);

  json::object order{{"device_type_id", std::stoi(type("Two"))}, {"owner", "Web"}, {"reason", "new shop"}};
  order["racks"] = json::array{json::object{{"rack_id", best.at_pointer("/racks/0/rack_id")}, {"slots", best.at_pointer("/racks/0/slots")}}};
  const auto reserved = admin.post("/api/capacity/fit/reserve?site=assets", json::serialize(order));
  ASSERT_EQ(reserved.status, 201u) << reserved.body;
  EXPECT_EQ(reserved.json().at("reservations").as_array().size(), 2u);
  EXPECT_EQ(number(reserved.json(), "/reservations/0/power_w"), 350);
  const std::string name = best.at_pointer("/racks/0/rack").as_string().c_str();
  EXPECT_EQ(number(of_rack(name), "/u/reserved"), 4);
  EXPECT_NEAR(number(of_rack(name), "/power_kw/load"), 0.7, 1e-9);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action = 'rack.reserve' AND batch_id IS NOT NULL"), 2);

  // Taken meanwhile: all or nothing, and by whom.
  order["racks"].as_array()[0].as_object()["slots"].as_array().insert(order["racks"].as_array()[0].as_object()["slots"].as_array().begin(),
                                                                      json::parse(R"({"u":30})"));
  const auto again = admin.post("/api/capacity/fit/reserve?site=assets", json::serialize(order));
  EXPECT_EQ(again.status, 409u) << again.body;
  EXPECT_EQ(again.json().at("field").as_string(), "/racks/0/slots/1/u");
  EXPECT_EQ(number(of_rack(name), "/u/reserved"), 4);
}

TEST_F(CapacityTest, WrongOrdersNameTheField) {
  const auto wrong = [&](const std::string& body, const std::string& field) {
    const auto answer = fit(body);
    EXPECT_EQ(answer.status, 400u) << body << answer.body;
    EXPECT_EQ(answer.json().at("field").as_string(), field) << answer.body;
  };
  wrong("{}", "/height_u");
  wrong(R"({"height_u":0})", "/height_u");
  wrong(R"({"height_u":1,"count":501})", "/count");
  wrong(R"({"height_u":1,"contiguous":true,"spread":true})", "/spread");
  wrong(R"({"height_u":1,"feeds":"C"})", "/feeds");
  wrong(R"({"height_u":1,"room_id":999999})", "/room_id");
  wrong(R"({"height_u":1,"face":"front"})", "/face");
  wrong(R"({"height_u":1,"size":1})", "/size");
  wrong(R"({"height_u":1,"power_w":-1})", "/power_w");
  wrong(R"({"device_type_id":999999})", "/device_type_id");
  wrong(R"({"device_type_id":)" + type("Strip") + "}", "/device_type_id");
  wrong(R"({"height_u":1,"device_type_id":)" + type("Two") + "}", "/height_u");
  const auto order = [&](const std::string& body) { return admin.post("/api/capacity/fit/reserve?site=assets", body).json().at("field"); };
  EXPECT_EQ(order(R"({"height_u":1,"owner":"Web","racks":[]})").as_string(), "/racks");
  EXPECT_EQ(order(R"({"height_u":1,"racks":[]})").as_string(), "/owner");
  EXPECT_EQ(order(R"({"height_u":2,"owner":"Web","racks":[{"rack_id":)" + rack("R001") + R"(,"slots":[{"u":42}]}]})").as_string(),
            "/racks/0/slots/0/u");
  EXPECT_EQ(admin.get("/api/capacity/trend?site=assets&days=0").json().at("field").as_string(), "days");
}

TEST_F(CapacityTest, ThePastDaysAreWhatStoodThere) {
  // Built up over 20 days, one device of 2 U a day; written into the past as the audit log and the devices themselves have it.
  database.query("UPDATE sites SET created_at = now() - interval '30 days'");
  database.query("UPDATE devices SET created_at = now() - interval '30 days'");
  for (int day = 0; day < 20; ++day) create(in_rack("srv-" + std::to_string(day), "Two", "R002", R"({"u":)" + std::to_string(1 + 2 * day) + "}"));
  database.query("ALTER TABLE audit_log DISABLE TRIGGER USER");
  database.query(
      "UPDATE audit_log SET ts = date_trunc('day', now(), 'UTC') - interval '20 days' + make_interval(days => substr(after->>'name', 5)::int, hours "
      "=> 9) "
      "WHERE action = 'device.create'");
  database.query("ALTER TABLE audit_log ENABLE TRIGGER USER");
  database.query(
      "UPDATE devices SET created_at = date_trunc('day', now(), 'UTC') - interval '20 days' + make_interval(days => substr(name, 5)::int, hours => "
      "9) "
      "WHERE name LIKE 'srv-%'");
  const auto trend = admin.get("/api/capacity/trend?site=assets&days=60").json();
  const auto& points = trend.at_pointer("/u_used/points").as_array();
  ASSERT_EQ(points.size(), 31u) << "nothing is known of before the site was there";
  EXPECT_EQ(points.front().at(1).to_number<double>(), 0);
  EXPECT_EQ(points.at(10).at(1).to_number<double>(), 2);
  EXPECT_EQ(points.at(28).at(1).to_number<double>(), 38);
  EXPECT_EQ(points.at(30).at(1).to_number<double>(), 40);
  EXPECT_EQ(number(trend, "/u_used/limit"), 126);
  const auto& forecast = trend.at_pointer("/u_used/forecast");
  EXPECT_TRUE(forecast.at("full_on").is_string()) << forecast;
  EXPECT_GT(forecast.at("r2").to_number<double>(), 0.8);
  EXPECT_TRUE(trend.at_pointer("/power_kw/points").as_array().empty());
  EXPECT_EQ(trend.at_pointer("/power_kw/forecast/basis").as_string(), "too little history: 0 days, a forecast takes 14");
}

TEST_F(CapacityTest, WhatADocumentMovedStoodWhereItStood) {
  const auto document = [](const std::string& place) {
    return R"({"site":{"code":"past","name":"Past","time_zone":"UTC"},"device_types":[{"manufacturer":"Past","model":"Three","height_u":3}],
      "rooms":[{"code":"r","name":"R","racks":[{"name":"P01","height_u":20,"devices":[{"name":"p-1","type":"server","device_type":"Past Three")" +
           place + R"(},{"name":"p-2","type":"server","device_type":"Past Three","u":10}]}]}]})";
  };
  ASSERT_EQ(admin.post("/api/sites/import", document(R"(,"u":2)")).status, 200u);
  database.query("UPDATE sites SET created_at = now() - interval '4 days'");
  database.query("UPDATE devices SET created_at = now() - interval '2 days'");
  database.query("ALTER TABLE audit_log DISABLE TRIGGER USER");
  database.query("UPDATE audit_log SET ts = ts - interval '2 days'");
  database.query("ALTER TABLE audit_log ENABLE TRIGGER USER");
  // Today one loses its place by the document and one is removed: yesterday they had it, and before they came there was nothing.
  ASSERT_EQ(admin.post("/api/sites/import", document("")).status, 200u);
  const auto gone = database.query("SELECT id FROM devices WHERE name = 'p-2'").text(0, 0);
  ASSERT_TRUE(eventually([&] { return admin.request("DELETE", "/api/devices/" + gone, "", token()).status == 204; }));
  const auto points = admin.get("/api/capacity/trend?site=past&days=10").json().at_pointer("/u_used/points").as_array();
  std::vector<double> used;
  for (const auto& point : points) used.push_back(point.at(1).to_number<double>());
  EXPECT_THAT(used, ::testing::ElementsAre(0, 0, 6, 6, 0));
  const auto history = admin.get("/api/racks/" + rack("P01") + "/history").json();
  EXPECT_THAT(json::serialize(history.at_pointer("/items/1/changes")),
              HasSubstr(R"({"field":"position","before":"U 2 to 4, both faces","after":null})"));
}

TEST_F(CapacityTest, PowerThatGrowsHasADateWhenItIsFull) {
  // 20 whole days in which each of the three racks grows by 20 W a day from 400 W on, with ups and downs of 10 W; their meters tell every minute.
  ASSERT_EQ(database.number("SELECT count(*) FROM sensors WHERE kind = 'rack-power' AND unit IN ('kW', 'W')"), 3);
  const auto days_ago = [&](int days, int readings, double kw) {
    database.query(
        "INSERT INTO readings_1d (sensor_id, ts, count, sum, min, max, first, last) "
        "SELECT s.id, date_trunc('day', now(), 'UTC') - make_interval(days => $1::int), $2::int, v * $2::int, v, v, v, v "
        "FROM sensors s JOIN devices d ON d.id = s.device_id, "
        "LATERAL (SELECT $3::float8 * CASE s.unit WHEN 'W' THEN 1000 ELSE 1 END) AS value(v) WHERE s.kind = 'rack-power'",
        store::params(days, readings, kw));
  };
  const int whole =
      static_cast<int>(database.number("SELECT (86400 / min(d.interval_s))::int FROM sensors s JOIN devices d ON d.id = s.device_id "
                                       "WHERE s.kind = 'rack-power'"));
  for (int day = 1; day <= 20; ++day) days_ago(day, whole, 0.8 - 0.02 * day + (day % 2 == 0 ? 0.01 : -0.01));
  // The day before, on which all came up at night: a few minutes at far less.
  days_ago(21, 5, 0.05);
  const auto power = admin.get("/api/capacity/trend?site=assets&days=60").json().at("power_kw");
  ASSERT_EQ(power.at("points").as_array().size(), 20u) << "a few minutes are no day: " << power;
  EXPECT_NEAR(power.at("points").as_array().front().at(1).to_number<double>(), 3 * 0.41, 1e-9);
  EXPECT_EQ(power.at("limit").to_number<double>(), 3);
  const auto& forecast = power.at("forecast");
  // By PostgreSQL's own least squares, over the same days.
  const auto line = database.query(
      "SELECT regr_slope(kw, x), regr_r2(kw, x), "
      "((now() AT TIME ZONE 'UTC')::date + ceil((3 - regr_intercept(kw, x)) / regr_slope(kw, x))::int)::text "
      "FROM (SELECT -day AS x, 3 * (0.8 - 0.02 * day + CASE day % 2 WHEN 0 THEN 0.01 ELSE -0.01 END) AS kw FROM generate_series(1, 20) AS day) days");
  EXPECT_NEAR(forecast.at("per_day").to_number<double>(), line.f64(0, 0), 1e-9);
  EXPECT_NEAR(forecast.at("r2").to_number<double>(), line.f64(0, 1), 1e-9);
  EXPECT_GT(line.f64(0, 0), 0.05);
  ASSERT_TRUE(forecast.at("full_on").is_string()) << forecast;
  EXPECT_EQ(forecast.at("full_on").as_string(), line.text(0, 2));
}

}  // namespace
}  // namespace dcim::tests
