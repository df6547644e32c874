// Overview, environment and compliance on real parts: from a published reading to score, verdict and PUE.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/clock.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

// Two racks with temperature, humidity and power, a cooling unit, an incomer and an IT meter.
constexpr auto kDocument = R"({"site":{"code":"view","name":"View","time_zone":"UTC"},"rooms":[{"code":"r","name":"R",
  "plan":{"width_m":6,"depth_m":5,"aisles":[{"name":"Cold","type":"cold","x_m":2,"y_m":3.2,"width_m":2,"depth_m":1.2}]},
  "racks":[
   {"name":"A01","rated_power_kw":10,"placement":{"x_m":1.7,"y_m":2},"devices":[
     {"name":"A01 climate","type":"temperature-sensor","topic":"dc/view/r/rack-A01/temperature","sensors":[
       {"name":"inlet temperature","kind":"inlet-temperature","unit":"°C"},
       {"name":"inlet humidity","kind":"inlet-humidity","unit":"%RH","field":"/humidity"}]},
     {"name":"A01 PDU","type":"pdu","topic":"dc/view/r/rack-A01/power","sensors":[{"name":"power","kind":"rack-power","unit":"kW"}]}]},
   {"name":"A02","rated_power_kw":10,"placement":{"x_m":2.3,"y_m":2},"devices":[
     {"name":"A02 climate","type":"temperature-sensor","topic":"dc/view/r/rack-A02/temperature","sensors":[
       {"name":"inlet temperature","kind":"inlet-temperature","unit":"°C"},
       {"name":"inlet humidity","kind":"inlet-humidity","unit":"%RH","field":"/humidity"}]},
     {"name":"A02 PDU","type":"pdu","topic":"dc/view/r/rack-A02/power","sensors":[{"name":"power","kind":"rack-power","unit":"kW"}]}]}],
  "devices":[{"name":"crac-01","type":"crac","topic":"dc/view/crac-01/status","sensors":[{"name":"state","kind":"crac-state","unit":"","field":"/state"}]}]}],
 "devices":[{"name":"meter-main","type":"power-meter","topic":"dc/view/power/meter-main/status","sensors":[{"name":"power","kind":"facility-power","unit":"W"}]}]})";

struct OverviewTest : ::testing::Test {
  OverviewTest() {
    EXPECT_EQ(server.dcim({"user", "add", "admin@test.test", "--role", "admin", "--password-stdin"}, "long enough"), 0);
    EXPECT_EQ(client.login("admin@test.test", "long enough").status, 200u);
    const auto imported = client.post("/api/sites/import", kDocument);
    EXPECT_EQ(imported.status, 200u) << imported.body;
    for (int minutes = 20; minutes >= 0; minutes -= 5) tell(now - std::chrono::minutes(minutes), 24, 4);
    EXPECT_TRUE(eventually([&] { return overview().at("sensors_reporting").as_int64() == 8; }));
  }

  static std::string at(base::Timestamp ts) { return R"({"ts":")" + base::to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(ts)) + "\","; }
  void tell(base::Timestamp ts, double inlet, double kw) {
    for (const auto* rack : {"A01", "A02"}) {
      const bool first = std::string(rack) == "A01";
      publish(std::string("dc/view/r/rack-") + rack + "/temperature",
              {at(ts) + "\"value\":" + std::to_string(first ? inlet : 24) + ",\"humidity\":45}"});
      publish(std::string("dc/view/r/rack-") + rack + "/power", {at(ts) + "\"value\":" + std::to_string(kw) + "}"});
    }
    publish("dc/view/crac-01/status", {at(ts) + "\"state\":1}"});
    publish("dc/view/power/meter-main/status", {at(ts) + "\"value\":12000}"});
  }
  json::value get(const std::string& target) {
    const auto answer = client.get(target);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    return answer.json();
  }
  json::value overview() { return get("/api/overview?site=view"); }
  std::int64_t score() { return overview().at("health").at("score").as_int64(); }

  Server server;
  Database database{server.database_url()};
  Client client{server.port()};
  base::Timestamp now = base::SystemClock().now();
};

TEST_F(OverviewTest, AHotRackFallsInScoreStatusAndVerdictAndIsNamed) {
  const auto well = overview();
  EXPECT_EQ(well.at("health").at("score").as_int64(), 100);
  EXPECT_EQ(well.at("health").at("word").as_string(), "good");
  EXPECT_EQ(well.at("maximum_inlet").at("status").as_string(), "ok");
  EXPECT_DOUBLE_EQ(well.at("pue").at("value").to_number<double>(), 1.5);
  EXPECT_EQ(well.at("pue").at("category").as_int64(), 2);
  auto room = get("/api/environment?site=view").at("rooms").at(0);
  EXPECT_EQ(room.at("counts").at("recommended").as_int64(), 2);
  EXPECT_DOUBLE_EQ(room.at("aisles").at(0).at("average_c").to_number<double>(), 24);

  tell(base::SystemClock().now(), 33, 4);
  ASSERT_TRUE(eventually([&] { return score() < 90; }));
  const auto hot = overview();
  EXPECT_EQ(hot.at("health").at("parts").at(0).at("reasons").at(0).at("text").as_string(), "1 critical alarm");
  EXPECT_EQ(hot.at("health").at("parts").at(1).at("reasons").at(0).at("text").as_string(), "A01 inlet temperature is 33.0 °C (critical above 32 °C)");
  EXPECT_EQ(hot.at("health").at("parts").at(1).at("reasons").at(0).at("href").as_string(), "/floor-plan/?site=view&room=r&rack=r.A01");
  EXPECT_EQ(hot.at("maximum_inlet").at("status").as_string(), "critical");
  EXPECT_EQ(hot.at("total_power").at("status").as_string(), "ok");
  EXPECT_EQ(hot.at("rooms").at(0).at("status").as_string(), "red");
  room = get("/api/environment?site=view").at("rooms").at(0);
  EXPECT_EQ(room.at("racks").at(0).at("verdict").as_string(), "outside");
  EXPECT_LT(room.at("rci_high").to_number<double>(), 50);

  // Limits of the room's own: one truth for alarms, limits and statuses.
  const auto limits = get("/api/limits?site=view&kind=inlet-temperature").at("items").as_array();
  ASSERT_EQ(limits.size(), 2u);
  EXPECT_EQ(limits[0].at("scope").as_string(), "kind");
  EXPECT_EQ(limits[0].at("levels").as_array().size(), 4u);
  const auto room_id = database.number("SELECT id FROM rooms WHERE code = 'r'");
  const auto made = client.post("/api/alarm-rules?site=view",
                                R"({"name":"Cool room","type":"limits","kind":"inlet-temperature","scope":{"room_id":)" + std::to_string(room_id) +
                                    R"(},"levels":[{"when":"above","limit":40,"severity":"minor"}],"dead_band":1})");
  ASSERT_EQ(made.status, 201u) << made.body;
  const auto own = get("/api/limits?site=view&kind=inlet-temperature").at("items").at(0);
  EXPECT_EQ(own.at("scope").as_string(), "room");
  EXPECT_EQ(own.at("levels").at(0).at("limit").to_number<double>(), 40);
  EXPECT_TRUE(eventually([&] { return overview().at("maximum_inlet").at("status").as_string() == "ok"; }));
}

TEST_F(OverviewTest, TrendsAndCompliance) {
  tell(base::SystemClock().now(), 30, 4);
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings WHERE value = 30") == 1; }));
  const auto trends = get("/api/overview/trends?site=view&hours=1");
  const auto row = [&](const char* series, std::size_t i) { return trends.at(series).at(i).at(1).to_number<double>(); };
  ASSERT_GE(trends.at("total_power").as_array().size(), 4u);
  EXPECT_DOUBLE_EQ(row("total_power", 0), 8);
  EXPECT_DOUBLE_EQ(row("it_power", 0), 8);
  EXPECT_DOUBLE_EQ(row("pue", 0), 1.5) << "the incomer tells watts";
  EXPECT_TRUE(trends.at("cooling_power").as_array().empty());
  EXPECT_DOUBLE_EQ(row("average_inlet", 0), 24);
  EXPECT_DOUBLE_EQ(trends.at("maximum_inlet").as_array().back().at(3).to_number<double>(), 30);
  EXPECT_GE(trends.at("open_alarms").as_array().size(), 12u);
  EXPECT_EQ(row("open_alarms", 0), 0);
  EXPECT_TRUE(
      eventually([&] { return get("/api/overview/trends?site=view&hours=1").at("open_alarms").as_array().back().at(1).to_number<double>() == 1; }));

  const auto compliance = get("/api/environment/compliance?site=view&from=" + base::to_rfc3339(now - 1h));
  EXPECT_EQ(compliance.at("interval").as_string(), "5m");
  const auto room = compliance.at("rooms").at(0);
  double all = 0;
  for (const auto& [_, share] : room.at("share").as_object()) all += share.to_number<double>();
  EXPECT_NEAR(all, 1, 1e-9);
  EXPECT_GT(room.at("share").at("no_data").to_number<double>(), 0.4);
  EXPECT_EQ(room.at("racks").at(0).at("maximum_c").to_number<double>(), 30) << "the worst first";
  EXPECT_NEAR(room.at("racks").at(1).at("dew_point_max_c").to_number<double>(), 11.3, 0.1);
  EXPECT_EQ(client.get("/api/environment/compliance?site=view&from=2090-01-01T00:00:00Z&to=2090-01-02T00:00:00Z").json().at("field").as_string(),
            "from");
  EXPECT_EQ(client.get("/api/overview/trends?site=view&hours=0").json().at("field").as_string(), "hours");
}

}  // namespace
}  // namespace dcim::tests
