#include "simulators/bots/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "simulators/bots/control.h"
#include "simulators/bots/mqtt_client.h"
#include "simulators/bots/unit.h"

namespace dcim::bots {
namespace {

using ::testing::HasSubstr;

std::filesystem::path file_with(const std::string& text) {
  const auto path =
      std::filesystem::path(::testing::TempDir()) / (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".toml");
  std::ofstream(path) << text;
  return path;
}

TEST(Message, PayloadIsWhatHardwareSends) {
  const auto ts = base::from_rfc3339("2026-11-23T13:00:00.250Z").value();
  EXPECT_EQ(payload(ts, {{"value", 23.4}}, "°C"), R"({"ts":"2026-11-23T13:00:00.250Z","value":23.4,"unit":"°C"})");
  EXPECT_EQ(payload(ts, {{"a", 0.1 + 0.2}, {"b", 24}, {"c", 0}}, ""), R"({"ts":"2026-11-23T13:00:00.250Z","a":0.3,"b":24,"c":0})");
}

TEST(Message, IsReadAsItWasWritten) {
  const Fields fields{{"a", 0.25}, {"b", -3}};
  EXPECT_EQ(parse_payload(payload({}, fields, "")), fields);
  EXPECT_EQ(parse_payload(R"({"a":1,"text":"x","none":null})"), (Fields{{"a", 1}}));
  EXPECT_FALSE(parse_payload("23.4").has_value());
  EXPECT_FALSE(parse_payload("{").has_value());
}

TEST(Unit, PhasesSpreadOverTheInterval) {
  double low = 1, high = 0;
  for (int i = 0; i < 40; ++i) {
    const double phase = phase_of(1, "rack " + std::to_string(i));
    low = std::min(low, phase);
    high = std::max(high, phase);
  }
  EXPECT_LT(low, 0.2);
  EXPECT_GT(high, 0.8);
  EXPECT_LT(high, 1);
}

TEST(SiteModel, ReadsTheDevicesThatThereIsABotFor) {
  const auto site = read_site(file_with(R"(
[site]
code = "s"
time_zone = "Europe/Berlin"
[[devices]]
name = "ups-01"
type = "ups"
topic = "dc/s/power/ups-01/status"
[[devices]]
name = "something else"
type = "camera"
topic = "dc/s/x"
[[rooms]]
code = "r"
[[rooms.racks]]
name = "A01"
[[rooms.racks.devices]]
name = "A01 climate"
type = "temperature-sensor"
topic = "dc/s/r/rack-A01/temperature"
interval_s = 30
)"));
  ASSERT_TRUE(site.has_value());
  ASSERT_EQ(site->units.size(), 2u);
  EXPECT_EQ(site->time_zone, "Europe/Berlin");
  EXPECT_EQ(site->find(BotType::ups, "ups-01")->unit(), "ups-01");
  EXPECT_EQ(site->of_rack(BotType::temperature, "r", "A01")->interval_s, 30);
}

TEST(SiteModel, NoBotPlaysADeviceThatPublishesNothing) {
  EXPECT_TRUE(read_site(file_with("[site]\ncode='s'\n[[devices]]\nname='x'\ntype='pdu'\n")).value().units.empty());
}

TEST(SiteModel, NamesTheKeyThatIsWrong) {
  EXPECT_THAT(read_site(file_with("[site]\ncode='s'\n[[devices]]\ntype='pdu'\ntopic='dc/s/x'\n")).error().field, HasSubstr("/devices/0/name"));
  EXPECT_THAT(read_site(file_with("[site\n")).error().message, HasSubstr("line 1"));
  EXPECT_THAT(read_site(file_with("rooms = []\n")).error().field, HasSubstr("/site"));
}

TEST(SiteModel, ThePowerChainIsInTheOrderOfThePowerAndTellsWhoseFailureAUnitFeels) {
  const auto site = read_site(file_with(R"(
[site]
code = "s"
[[devices]]
name = "ups-01"
type = "ups"
topic = "dc/s/power/ups-01/status"
[[rooms]]
code = "r"
[[rooms.devices]]
name = "crac-01"
type = "crac"
topic = "dc/s/cooling/crac-01/status"
[[rooms.racks]]
name = "A01"
[[rooms.racks.devices]]
name = "A01 PDU"
type = "pdu"
topic = "dc/s/r/rack-A01/power"
[[power]]
name = "A01 feed A"
kind = "rack-feed"
inputs = ["UPS"]
room = "r"
rack = "A01"
side = "A"
[[power]]
name = "UPS"
kind = "ups"
inputs = ["Board"]
device = "ups-01"
rated_kw = 40
[[power]]
name = "Cooling"
kind = "load"
inputs = ["Board"]
device = "crac-01"
[[power]]
name = "Board"
kind = "switchboard"
)"));
  ASSERT_TRUE(site.has_value()) << site.error().field << site.error().message;
  std::vector<std::string> names;
  for (const auto& element : site->power) names.push_back(element.name);
  EXPECT_THAT(names, ::testing::ElementsAre("Board", "UPS", "A01 feed A", "Cooling"));
  EXPECT_THAT(site->find(BotType::pdu, "A01 PDU")->power_path, ::testing::ElementsAre("UPS", "A01 feed A")) << "the UPS tells of what is before it";
  EXPECT_THAT(site->find(BotType::ups, "ups-01")->power_path, ::testing::ElementsAre("Board", "UPS", "A01 feed A"));
  EXPECT_THAT(site->find(BotType::crac, "crac-01")->power_path, ::testing::ElementsAre("Board", "Cooling"));
  EXPECT_TRUE(make_scenario("ELEMENT_FAILURE", "", "Board", &*site).has_value());
  EXPECT_EQ(make_scenario("ELEMENT_FAILURE", "", "Bored", &*site).error().field, "--unit");
  EXPECT_EQ(make_scenario("ELEMENT_FAILURE", "A01", "").error().field, "--rack");
}

TEST(SiteModel, WithoutAPowerChainItHasTheUsualOne) {
  auto site = usual_site(BotType::ups, "s", "r", "A01", "");
  ASSERT_EQ(site.power.size(), 3u);
  EXPECT_EQ(site.power[0].name, "ups-01");
  EXPECT_EQ(site.power[1].name, "A01 PDU feed A");
  EXPECT_THAT(site.power[2].inputs, ::testing::ElementsAre(0)) << "both from the only UPS";
  site.power.clear();
  site.units.push_back({BotType::ups, "ups-02", "dc/s/power/ups-02/status"});
  wire(site);
  EXPECT_THAT(site.power[2].inputs, ::testing::ElementsAre(0));
  EXPECT_THAT(site.power[3].inputs, ::testing::ElementsAre(1));
}

TEST(SiteModel, NamesTheElementOfThePowerChainThatIsWrong) {
  const auto wrong = [](const std::string& power) {
    const auto site = read_site(file_with("[site]\ncode='s'\n" + power));
    return site ? std::string("nothing") : site.error().field + " " + site.error().message;
  };
  EXPECT_THAT(wrong("[[power]]\nname='a'\nkind='panel'\ninputs=['b']\n[[power]]\nname='b'\nkind='panel'\ninputs=['a']\n"),
              HasSubstr("/power/0/inputs lead back to \"a\""));
  EXPECT_THAT(wrong("[[power]]\nname='a'\nkind='panel'\ninputs=['x']\n"), HasSubstr("/power/0/inputs/0 \"x\" is no element"));
  EXPECT_THAT(wrong("[[power]]\nname='a'\nkind='dynamo'\n"), HasSubstr("/power/0/kind"));
  EXPECT_THAT(wrong("[[power]]\nname='a'\nkind='panel'\n[[power]]\nname='a'\nkind='panel'\n"), HasSubstr("/power/1/name"));
  EXPECT_THAT(wrong("[[power]]\nname='a'\nkind='rack-feed'\nside='C'\n"), HasSubstr("/power/0/side"));
  EXPECT_THAT(wrong("[[power]]\nname='a'\nkind='rack-feed'\nside='A'\n"), HasSubstr("/power/0/rack"));
}

TEST(SiteModel, SharesOfSingleCordsAreOfTheTypicalPowerOfWhatDraws) {
  const auto site = read_site(file_with(R"(
device_types = [
  { manufacturer = "M", model = "S", power_typical_w = 300, power_nameplate_w = 700 },
  { manufacturer = "M", model = "N", power_nameplate_w = 100 },
]
[site]
code = "s"
[[rooms]]
code = "r"
[[rooms.racks]]
name = "A01"
devices = [
  { name = "pdu", type = "pdu", topic = "dc/s/r/rack-A01/power", device_type = "M S", feeds = "AB" },
  { name = "one", type = "server", device_type = "M S", feeds = "AB" },
  { name = "two", type = "server", device_type = "M S" },
  { name = "three", type = "server", device_type = "M S", feeds = "A" },
  { name = "four", type = "switch", device_type = "M N", feeds = "B" },
  { name = "five", type = "server", device_type = "M S", feeds = "A", status = "planned" },
  { name = "six", type = "server", device_type = "M S", feeds = "A", status = "offline" },
  { name = "seven", type = "ats", device_type = "M S", feeds = "A" },
  { name = "eight", type = "server", feeds = "B" },
]
)"));
  ASSERT_TRUE(site.has_value()) << site.error().field << site.error().message;
  EXPECT_DOUBLE_EQ(site->units.at(0).cords.a_only, 0.3);
  EXPECT_DOUBLE_EQ(site->units.at(0).cords.b_only, 0.1);
}

TEST(SiteModel, ZonesSplitARoomsRacksBetweenItsUnits) {
  const auto site = read_site(DCIM_SOURCE_DIR "/simulators/sites/demo-site.toml").value();
  EXPECT_EQ(site.zone_of_rack("room-1", "A01"), 0);
  EXPECT_EQ(site.zone_of_rack("room-1", "A05"), 0);
  EXPECT_EQ(site.zone_of_rack("room-1", "A06"), 1);
  EXPECT_EQ(site.zone_of_rack("room-2", "B10"), 1);
  EXPECT_EQ(site.racks_of("room-1").size(), 10u);
}

TEST(BotType, AnUnknownOneIsNamedWithThoseThatThereAre) {
  EXPECT_EQ(bot_type_from("crac").value(), BotType::crac);
  EXPECT_THAT(bot_type_from("fridge").error().message, HasSubstr("temperature, pdu, ups"));
}

TEST(Scenario, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(make_scenario("FIRE", "A01", "").error().field, "NAME");
  EXPECT_EQ(make_scenario("POWER_SPIKE", "", "").error().field, "--rack");
  EXPECT_EQ(make_scenario("POWER_SPIKE", "", "ups-01").error().field, "--unit");
  EXPECT_EQ(make_scenario("UNIT_FAULT", "A01", "").error().field, "--rack");
  EXPECT_EQ(make_scenario("SENSOR_STUCK", "A01", "crac-01").error().field, "--unit");
  EXPECT_EQ(make_scenario("COOLING_FAILURE", "A/1", "").error().field, "--rack");
  const auto site = usual_site(BotType::ups, "s", "r", "A01", "");
  EXPECT_EQ(make_scenario("COOLING_FAILURE", "Z99", "", &site).error().field, "--rack");
  EXPECT_TRUE(make_scenario("COOLING_FAILURE", "A01", "", &site).has_value());
  EXPECT_TRUE(make_scenario("MAINS_FAILURE", "", "", &site).has_value());
  EXPECT_TRUE(make_scenario("CELL_DEGRADATION", "", "ups-01", &site).has_value());
}

TEST(Scenario, TravelsOnItsTopic) {
  for (const auto& scenario : {make_scenario("COOLING_FAILURE", "A01", "").value(), make_scenario("UNIT_FAULT", "", "crac-02").value(),
                               make_scenario("MAINS_FAILURE", "", "").value()}) {
    const auto topic = scenario_topic("demo", scenario);
    const auto begun = scenario_news("demo", topic, R"({"started_ms":1700000000000})");
    ASSERT_TRUE(begun.has_value()) << topic;
    EXPECT_TRUE(begun->scenario.same(scenario));
    EXPECT_EQ(begun->started_ms, 1700000000000);
    EXPECT_EQ(scenario_news("demo", topic, "")->started_ms, 0);
    EXPECT_FALSE(scenario_news("other", topic, "").has_value());
    EXPECT_FALSE(scenario_news("demo", topic, "x").has_value());
  }
}

TEST(Timeline, IsReadInOrderOfTimeAndEndsWhatHasALength) {
  const auto events = read_timeline(file_with(R"(
[[events]]
at_min = 30
start = "POWER_SPIKE"
rack = "A02"
[[events]]
at_min = 10
start = "COOLING_FAILURE"
rack = "A01"
for_min = 5
)"));
  ASSERT_TRUE(events.has_value());
  ASSERT_EQ(events->size(), 3u);
  EXPECT_EQ(events->at(0).at_min, 10);
  EXPECT_EQ(events->at(1).at_min, 15);
  EXPECT_FALSE(events->at(1).start);
  EXPECT_EQ(events->at(2).scenario.rack, "A02");
  EXPECT_THAT(read_timeline(file_with("[[events]]\nat_min = -1\nstart='X'\n")).error().field, HasSubstr("/events/0/at_min"));
  EXPECT_THAT(read_timeline(file_with("[[events]]\nat_min = 1\nstart='X'\n")).error().field, HasSubstr("NAME"));
}

TEST(BrokerUrl, IsTakenApart) {
  const auto url = parse_url("mqtt://sim:s%20ecret@broker:1884");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host, "broker");
  EXPECT_EQ(url->port, 1884);
  EXPECT_EQ(url->username, "sim");
  EXPECT_EQ(url->password, "s ecret");
  EXPECT_FALSE(parse_url("http://x").has_value());
}

}  // namespace
}  // namespace dcim::bots
