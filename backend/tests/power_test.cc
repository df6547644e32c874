// The power chain on the real parts: a document brings it, readings load it, what is computed of it raises alarms, and people change it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Two racks on two UPSs that one board feeds. The server computes every 15 s.
constexpr auto kPatience = 45s;

std::string document(const std::string& power) {
  std::string out =
      "device_types = [{ manufacturer = \"Maker\", model = \"One\", height_u = 1, power_typical_w = 1000, inlets = 2 }]\n"
      "[site]\ncode = \"power\"\nname = \"Power\"\ntime_zone = \"UTC\"\n";
  for (const char side : {'a', 'b'}) {
    const std::string s(1, side);
    out += "[[devices]]\nname = \"ups-" + s + "\"\ntype = \"ups\"\ntopic = \"dc/power/power/ups-" + s +
           "/status\"\nsensors = [{ name = \"state\", kind = \"ups-state\", unit = \"\", field = \"/state\" }, "
           "{ name = \"output\", kind = \"output-power\", unit = \"kW\", field = \"/output_power\" }, "
           "{ name = \"input\", kind = \"input-power\", unit = \"kW\", field = \"/input_power\" }, "
           "{ name = \"runtime\", kind = \"battery-runtime\", unit = \"min\", field = \"/battery_runtime\" }]\n";
  }
  out += "[[rooms]]\ncode = \"r\"\nname = \"R\"\n";
  for (const std::string rack : {"R1", "R2"}) {
    out += "[[rooms.racks]]\nname = \"" + rack + "\"\nrated_power_kw = 5\n[[rooms.racks.devices]]\nname = \"" + rack +
           " PDU\"\ntype = \"pdu\"\ntopic = \"dc/power/r/rack-" + rack +
           "/power\"\nsensors = [{ name = \"A\", kind = \"feed-power\", unit = \"kW\", field = \"/a\" }, "
           "{ name = \"B\", kind = \"feed-power\", unit = \"kW\", field = \"/b\" }, { name = \"power\", kind = \"rack-power\", unit = \"kW\" }]\n";
    const std::string feeds = rack == "R1" ? "AB" : "A";
    for (const auto& [name, on] : {std::pair<std::string, std::string>("one", "AB"), {"two", feeds}}) {
      out += "[[rooms.racks.devices]]\nname = \"" + rack + " " + name + "\"\ntype = \"server\"\ndevice_type = \"Maker One\"\nfeeds = \"" + on +
             "\"\nu = " + (name == "one" ? "1" : "2") + "\n";
    }
  }
  return out + power;
}

const std::string kPower = R"(
power = [
  { name = "Utility", kind = "source", rated_kw = 100 },
  { name = "Board", kind = "switchboard", inputs = ["Utility"], rated_kw = 50 },
  { name = "UPS A", kind = "ups", inputs = ["Board"], side = "A", rated_kw = 20, device = "ups-a", sensors = { power = "output", input_power = "input" } },
  { name = "UPS B", kind = "ups", inputs = ["Board"], side = "B", rated_kw = 20, device = "ups-b", sensors = { power = "output", input_power = "input" } },
  { name = "R1 A", kind = "rack-feed", room = "r", rack = "R1", side = "A", inputs = ["UPS A"], breaker_a = 16, device = "R1 PDU", sensors = { power = "A" } },
  { name = "R1 B", kind = "rack-feed", room = "r", rack = "R1", side = "B", inputs = ["UPS B"], breaker_a = 16, device = "R1 PDU", sensors = { power = "B" } },
  { name = "R2 A", kind = "rack-feed", room = "r", rack = "R2", side = "A", inputs = ["UPS A"], breaker_a = 16, device = "R2 PDU", sensors = { power = "A" } },
  { name = "R2 B", kind = "rack-feed", room = "r", rack = "R2", side = "B", inputs = ["UPS B"], breaker_a = 16, device = "R2 PDU", sensors = { power = "B" } },
]
)";

struct PowerFixture : ::testing::Test {
  PowerFixture() {
    EXPECT_EQ(import(kPower), 0);
    EXPECT_EQ(server.dcim({"user", "add", "admin@test.test", "--role", "admin", "--password-stdin"}, "long enough"), 0);
    EXPECT_EQ(admin.login("admin@test.test", "long enough").status, 200u);
    EXPECT_TRUE(eventually([&] { return admin.get("/api/rooms?site=power").status == 200; }));
  }

  // The list stands before the first table of the document.
  int import(const std::string& power) {
    const auto path = Services::get().folder() / "power.toml";
    auto text = document("");
    text.insert(text.find("[site]"), power);
    std::ofstream(path) << text;
    return server.dcim({"site", "import", path.string()});
  }
  json::value chain() { return admin.get("/api/power/chain?site=power").json(); }
  json::value element(const std::string& name) {
    const auto all = chain();
    for (const auto& each : all.at("elements").as_array()) {
      if (each.at("name").as_string() == name) return each;
    }
    ADD_FAILURE() << "no element " << name;
    return nullptr;
  }
  std::string id(const std::string& name) { return std::to_string(element(name).at("id").as_int64()); }
  json::value rack(const std::string& name) {
    const auto all = chain();
    for (const auto& each : all.at("racks").as_array()) {
      if (each.at("name").as_string() == name) return each;
    }
    ADD_FAILURE() << "no rack " << name;
    return nullptr;
  }
  // Until the server knows it.
  void say(double r1_a, double r1_b, double r2_a, double r2_b, int state_a = 1) {
    const auto pdu = [&](const std::string& rack, double a, double b) {
      publish("dc/power/r/rack-" + rack + "/power",
              {R"({"value":)" + std::to_string(a + b) + R"(,"a":)" + std::to_string(a) + R"(,"b":)" + std::to_string(b) + "}"});
    };
    const auto ups = [&](const std::string& side, int state, double kw) {
      publish("dc/power/power/ups-" + side + "/status",
              {R"({"state":)" + std::to_string(state) + R"(,"output_power":)" + std::to_string(kw) + R"(,"input_power":)" +
               std::to_string(state == 1 ? kw + 0.5 : 0) + R"(,"battery_runtime":12.5})"});
    };
    pdu("R1", r1_a, r1_b);
    pdu("R2", r2_a, r2_b);
    ups("a", state_a, r1_a + r2_a);
    ups("b", 1, r1_b + r2_b);
    EXPECT_TRUE(eventually([&] { return element("UPS B").at("load").at("kw").is_number() && rack("R2").at("kw").is_number(); }));
  }
  std::map<std::string, std::string> token(std::int64_t version) {
    return {{"X-CSRF-Token", admin.csrf_token()}, {"If-Match", "\"" + std::to_string(version) + "\""}};
  }

  Server server;
  Database database{server.database_url()};
  Client admin{server.port()};
};

TEST_F(PowerFixture, ADocumentBringsTheChainAndTheSameAgainChangesNothing) {
  ASSERT_EQ(chain().at("elements").as_array().size(), 8u);
  const auto version = element("UPS A").at("version").as_int64();
  EXPECT_EQ(import(kPower), 0);
  EXPECT_EQ(element("UPS A").at("version").as_int64(), version);

  // What people have changed stays; what the document says anew is changed.
  auto answer = admin.request("PATCH", "/api/power/elements/" + id("UPS A") + "?site=power", R"({"rated_kw":25})", token(version));
  ASSERT_EQ(answer.status, 200u) << answer.body;
  auto anew = kPower;
  anew.replace(anew.find("rated_kw = 50"), 13, "rated_kw = 60");
  EXPECT_EQ(import(anew), 0);
  EXPECT_EQ(element("UPS A").at("rated_kw").to_number<double>(), 25);
  EXPECT_EQ(element("Board").at("rated_kw").to_number<double>(), 60);

  // A loop, a stranger, two feeds of one side: nothing of it is taken.
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>(R"(kind = "source", rated_kw = 100)", R"(kind = "panel", inputs = ["UPS A"])"),
        {R"(inputs = ["UPS B"], breaker_a = 16, device = "R2 PDU")", R"(inputs = ["Nobody"], breaker_a = 16, device = "R2 PDU")"},
        {R"(rack = "R1", side = "B")", R"(rack = "R1", side = "A")"},
        {R"(sensors = { power = "A" })", R"(sensors = { power = "Z" })"}}) {
    auto wrong = kPower;
    wrong.replace(wrong.find(from), from.size(), to);
    EXPECT_NE(import(wrong), 0) << to;
  }
  EXPECT_EQ(element("Utility").at("kind").as_string(), "source");
}

TEST_F(PowerFixture, LoadsComeFromMetersOrAreSumsAndTheLossOfAnElementIsReckoned) {
  say(2, 1.5, 1, 0.5);
  EXPECT_EQ(element("UPS A").at("load").at("method").as_string(), "measured");
  EXPECT_DOUBLE_EQ(element("UPS A").at("load").at("kw").to_number<double>(), 3);
  const auto board = element("Board");
  EXPECT_EQ(board.at("load").at("method").as_string(), "sum");
  // 5 kW and what the UPSs lose, 20 kW each: 2·0.3 + 0.02·5 + (9+4)/20·0.02.
  EXPECT_NEAR(board.at("load").at("kw").to_number<double>(), 5 + 0.6 + 0.1 + 13.0 / 20 * 0.02, 1e-9);
  EXPECT_EQ(rack("R1").at("redundancy").as_string(), "as-designed");
  EXPECT_NEAR(rack("R2").at("surviving_kw").to_number<double>(), 1.5, 1e-9);

  const auto outcome = admin.get("/api/power/what-if?site=power&lost=" + id("UPS A")).json();
  EXPECT_EQ(outcome.at("summary").at("racks_partly_dark").as_int64(), 1) << "R2 two hangs on A alone";
  EXPECT_EQ(outcome.at("summary").at("racks_redundancy_lost").as_int64(), 2);
  // Of R2's 1.5 kW half hangs on A alone.
  EXPECT_NEAR(outcome.at("summary").at("dark_kw").to_number<double>(), 0.75, 1e-9);
  const auto& first = outcome.at("racks").as_array().front();
  EXPECT_EQ(first.at("state").as_string(), "partly-dark");
  EXPECT_EQ(first.at("devices").as_array().at(0).at("name").as_string(), "R2 two");

  EXPECT_EQ(admin.get("/api/power/what-if?site=power").status, 400u);
  const auto unknown = admin.get("/api/power/what-if?site=power&lost=99999");
  EXPECT_EQ(unknown.status, 400u);
  EXPECT_EQ(unknown.json().at("field"), "lost");
}

TEST_F(PowerFixture, WhatIsComputedHasReadingsAndRaisesAlarms) {
  say(3, 2.5, 1, 0.5, 2);
  const auto sensor = [&](const std::string& name) {
    const auto rows = database.query("SELECT s.id FROM sensors s JOIN devices d ON d.id = s.device_id WHERE d.name = 'R1 PDU' AND s.name = $1",
                                     store::params(name));
    return rows.empty() ? std::string() : rows.text(0, 0);
  };
  ASSERT_FALSE(sensor("load of its rating").empty());
  const auto latest = [&](const std::string& name) -> std::optional<double> {
    const auto answer = admin.get("/api/sensors/" + sensor(name)).json();
    const auto* value = answer.at("latest").if_object();
    return value ? std::optional(value->at("value").to_number<double>()) : std::nullopt;
  };
  EXPECT_TRUE(eventually([&] { return latest("load of its rating").has_value(); }, kPatience));
  EXPECT_NEAR(latest("load of its rating").value_or(0), 110, 1e-6);
  EXPECT_EQ(latest("power redundancy").value_or(-1), 1) << "feed A lives on a battery";
  // By the journal of the real engine.
  const auto raised = [&](const std::string& kind) {
    return database.query("SELECT 1 FROM alarms WHERE kind = $1 AND cleared_at IS NULL", store::params(kind)).size();
  };
  EXPECT_TRUE(eventually([&] { return raised("rack-load") == 1 && raised("redundancy") == 2; }, kPatience)) << raised("rack-load");
  // They are no sensors that could be silent.
  EXPECT_EQ(admin.get("/api/overview?site=power").json().at("sensors_total").as_int64(), 14);

  // And it clears.
  say(2, 1.5, 1, 0.5);
  EXPECT_TRUE(eventually([&] { return latest("power redundancy") == 0; }, kPatience));
  EXPECT_TRUE(eventually([&] { return latest("load of its rating").value_or(0) < 75; }, kPatience));
}

// Recomputes a tree as a page does.
std::optional<double> reckon(const json::value& term) {
  const auto op = term.at("op").as_string();
  const auto& value = term.at("value");
  if (op == "reading" || op == "constant") return value.is_null() ? std::nullopt : std::optional(value.to_number<double>());
  std::optional<double> out;
  for (const auto& each : term.at("terms").as_array()) {
    if (!each.at("used").as_bool()) continue;
    const auto one = reckon(each);
    if (!one) return std::nullopt;
    out = !out                 ? *one
          : op == "sum"        ? *out + *one
          : op == "difference" ? *out - *one
          : op == "product"    ? *out * *one
          : op == "quotient"   ? *out / *one
          : op == "minimum"    ? std::min(*out, *one)
                               : std::max(*out, *one);
  }
  return out;
}

TEST_F(PowerFixture, EveryFigureIsExplainedAndRecomputes) {
  say(2, 1.5, 1, 0.5);
  const auto power = admin.get("/api/power?site=power").json();
  EXPECT_DOUBLE_EQ(power.at("it").at("kw").to_number<double>(), 5);
  EXPECT_DOUBLE_EQ(power.at("losses").at("kw").to_number<double>(), 1) << "each UPS takes half a kilowatt more than it gives";
  EXPECT_TRUE(power.at("facility").at("kw").is_null()) << "nothing meters the incomer";
  EXPECT_DOUBLE_EQ(power.at("facility").at("lower_kw").to_number<double>(), 6);
  EXPECT_TRUE(power.at("pue").at("value").is_null());
  EXPECT_EQ(power.at("pue").at("note").as_string(), "there is no meter of the whole facility (facility-power)");
  const auto rack_id = std::to_string(rack("R2").at("rack_id").as_int64());
  for (const auto& [figure, expected] : {std::pair<std::string, double>("it", 5),
                                         {"losses", 1},
                                         {"rack-load&rack=" + rack_id, 30},
                                         {"surviving-feed-load&rack=" + rack_id, 100 * 1.5 / 11.04}}) {
    const auto explained = admin.get("/api/power/explain?site=power&figure=" + figure).json();
    EXPECT_NEAR(explained.at("value").to_number<double>(), expected, 1e-9) << figure;
    EXPECT_NEAR(reckon(explained.at("tree")).value_or(-1), expected, 1e-9) << figure;
  }
  EXPECT_EQ(admin.get("/api/power/explain?site=power&figure=beauty").json().at("field").as_string(), "figure");
  EXPECT_EQ(admin.get("/api/power/explain?site=power&figure=rack-load").json().at("field").as_string(), "rack");
}

// An hour each of whole days ago: an incomer and an IT counter that rolls over, then is replaced.
TEST_F(PowerFixture, ThePueOfAPeriodIsEnergyOverEnergyThroughRolloverAndReplacement) {
  const auto path = Services::get().folder() / "meters.toml";
  std::ofstream(path)
      << "[site]\ncode = \"meters\"\nname = \"Meters\"\ntime_zone = \"UTC\"\nrooms = []\n[[devices]]\nname = \"main\"\ntype = \"power-meter\"\n"
         "topic = \"dc/meters/main\"\nsensors = [{ name = \"energy\", kind = \"facility-energy\", unit = \"kWh\" }]\n"
         "[[devices]]\nname = \"it\"\ntype = \"power-meter\"\ntopic = \"dc/meters/it\"\n"
         "sensors = [{ name = \"energy\", kind = \"it-energy\", unit = \"MWh\" }]\n";
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  text.erase(text.find("rooms = []\n"), 11);
  std::ofstream(path) << "rooms = []\n" << text;
  ASSERT_EQ(server.dcim({"site", "import", path.string()}), 0);
  const auto begin = std::chrono::floor<std::chrono::hours>(std::chrono::system_clock::now()) - 10h;
  std::vector<std::string> main, it;
  double it_mwh = 99.98;  // rolls over at 100 MWh
  for (int minute = 0; minute <= 240; minute += 5) {
    const auto ts = base::to_rfc3339(base::Timestamp(begin + std::chrono::minutes(minute)));
    // 30 kW, a new meter after two hours; IT 20 kW.
    main.push_back("{\"ts\":\"" + ts + "\",\"value\":" + std::to_string(minute < 120 ? 70000 + 0.5 * minute : 0.5 * (minute - 120)) + "}");
    it.push_back("{\"ts\":\"" + ts + "\",\"value\":" + std::to_string(it_mwh) + "}");
    it_mwh += 20.0 / 12 / 1000;
    if (it_mwh >= 100) it_mwh -= 100;
  }
  EXPECT_TRUE(eventually([&] { return admin.get("/api/power?site=meters").status == 200; }));
  publish("dc/meters/main", main);
  publish("dc/meters/it", it);
  const auto asked =
      "/api/power/pue?site=meters&from=" + base::to_rfc3339(base::Timestamp(begin)) + "&to=" + base::to_rfc3339(base::Timestamp(begin + 4h));
  EXPECT_TRUE(eventually([&] {
    const auto past = admin.get(asked).json();
    return past.at("meters").as_array().size() == 2 && past.at("meters").as_array()[1].at("coverage").to_number<double>() == 1;
  }));
  const auto past = admin.get(asked).json();
  EXPECT_EQ(past.at("interval_s").as_int64(), 300);
  EXPECT_EQ(past.at("rows").as_array().size(), 48u);
  const auto& meters = past.at("meters").as_array();
  EXPECT_EQ(meters[0].at("replacements").as_int64(), 1);
  // Five minutes less: what went through while the meter was replaced nobody knows.
  EXPECT_NEAR(meters[0].at("kwh").to_number<double>(), 117.5, 1e-6);
  EXPECT_EQ(meters[1].at("rollovers").as_int64(), 1);
  EXPECT_NEAR(meters[1].at("kwh").to_number<double>(), 80, 1e-2);
  const auto& total = past.at("total");
  EXPECT_NEAR(total.at("value").to_number<double>(), 1.5, 1e-3);
  EXPECT_NEAR(total.at("coverage").to_number<double>(), 47.0 / 48, 1e-9);
  EXPECT_EQ(total.at("method").as_string(), "energy counters");
  EXPECT_EQ(total.at("notes").as_array().size(), 2u);
}

TEST_F(PowerFixture, ElementsAreChangedWithRefusalsThatNameTheField) {
  const auto post = [&](const std::string& body) { return admin.post("/api/power/elements?site=power", body); };
  const auto field = [](const Answer& answer) { return std::string(answer.json().at("field").as_string()); };
  auto answer = post(R"({"name":"Panel","kind":"panel","inputs":[)" + id("UPS A") + R"(],"rated_kw":10})");
  ASSERT_EQ(answer.status, 201u) << answer.body;
  const auto panel = std::to_string(answer.json().at("id").as_int64());
  EXPECT_EQ(field(post(R"({"name":"Panel","kind":"panel"})")), "/name");
  EXPECT_EQ(field(post(R"({"name":"X","kind":"boiler"})")), "/kind");
  EXPECT_EQ(field(post(R"({"name":"X","kind":"rack-feed"})")), "/rack_id");
  EXPECT_EQ(field(post(R"({"name":"X","kind":"load"})")), "/load_kind");
  EXPECT_EQ(field(post(R"({"name":"X","kind":"panel","rated_kw":-1})")), "/rated_kw");
  EXPECT_EQ(field(post(R"({"name":"X","kind":"panel","inputs":[99999]})")), "/inputs/0");
  EXPECT_EQ(field(post(R"({"name":"X","kind":"panel","colour":1})")), "/colour");

  const auto path = [&](const std::string& which) { return "/api/power/elements/" + which + "?site=power"; };
  const auto loop = admin.request("PATCH", path(id("Board")), R"({"inputs":[)" + panel + "]}", token(element("Board").at("version").as_int64()));
  EXPECT_EQ(loop.status, 400u) << loop.body;
  EXPECT_EQ(field(loop), "/inputs");
  EXPECT_EQ(admin.request("PATCH", path(panel), R"({"rated_kw":12})", token(7)).status, 409u);
  EXPECT_EQ(admin.request("PATCH", path(panel), R"({"rated_kw":12})", token(1)).status, 200u);
  EXPECT_EQ(admin.request("DELETE", path(id("UPS A")), "", token(element("UPS A").at("version").as_int64())).status, 409u)
      << "the panel draws from it";
  EXPECT_EQ(admin.request("DELETE", path(panel), "", token(2)).status, 204u);
  const auto audit = database.query("SELECT action FROM audit_log WHERE 'power-element:' || $1 = ANY(subjects) ORDER BY id", store::params(panel));
  ASSERT_EQ(audit.size(), 3u);
  EXPECT_EQ(audit.text(2, 0), "power-element.delete");
}

}  // namespace
}  // namespace dcim::tests
