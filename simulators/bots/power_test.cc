// What fails in the power chain of a small hall: where the load moves to, what goes dark, and whether all meters agree with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "simulators/bots/outcome.h"
#include "simulators/bots/watched_site.h"

namespace dcim::bots {
namespace {

// Two racks, two UPSs, one cooling unit. Feed B of R2 comes over a static switch.
constexpr const char* kHall = R"(
device_types = [ { manufacturer = "M", model = "S", power_typical_w = 500 } ]
power = [
  { name = "Utility", kind = "source" },
  { name = "Generator", kind = "generator" },
  { name = "Transfer switch", kind = "transfer-switch", inputs = ["Utility", "Generator"] },
  { name = "Board", kind = "switchboard", inputs = ["Transfer switch"] },
  { name = "UPS A", kind = "ups", inputs = ["Board"], device = "ups-01", rated_kw = 15 },
  { name = "UPS B", kind = "ups", inputs = ["Board"], device = "ups-02", rated_kw = 15 },
  { name = "Panel A", kind = "panel", inputs = ["UPS A"] },
  { name = "Panel B", kind = "panel", inputs = ["UPS B"] },
  { name = "R1 feed A", kind = "rack-feed", inputs = ["Panel A"], room = "r", rack = "R1", side = "A" },
  { name = "R1 feed B", kind = "rack-feed", inputs = ["Panel B"], room = "r", rack = "R1", side = "B" },
  { name = "R2 feed A", kind = "rack-feed", inputs = ["Panel A"], room = "r", rack = "R2", side = "A" },
  { name = "Static switch", kind = "transfer-switch", inputs = ["Panel B", "Panel A"] },
  { name = "R2 feed B", kind = "rack-feed", inputs = ["Static switch"], room = "r", rack = "R2", side = "B" },
  { name = "Mechanical board", kind = "panel", inputs = ["Board"] },
  { name = "crac-01", kind = "load", inputs = ["Mechanical board"], device = "crac-01" },
  { name = "Lighting", kind = "load", inputs = ["Board"], device = "light" },
]
[site]
code = "hall"
[[devices]]
name = "ups-01"
type = "ups"
topic = "dc/hall/power/ups-01/status"
[[devices]]
name = "ups-02"
type = "ups"
topic = "dc/hall/power/ups-02/status"
[[devices]]
name = "main"
type = "power-meter"
topic = "dc/hall/power/meter-main/status"
[[devices]]
name = "it"
type = "power-meter"
topic = "dc/hall/power/meter-it/status"
[[devices]]
name = "light"
type = "power-meter"
topic = "dc/hall/power/meter-lighting/status"
[[rooms]]
code = "r"
devices = [ { name = "crac-01", type = "crac", topic = "dc/hall/cooling/crac-01/status" } ]
[[rooms.racks]]
name = "R1"
devices = [
  { name = "R1 PDU", type = "pdu", topic = "dc/hall/r/rack-R1/power" },
  { name = "R1 climate", type = "temperature-sensor", topic = "dc/hall/r/rack-R1/temperature", interval_s = 30 },
  { name = "s1", type = "server", device_type = "M S", feeds = "A" },
  { name = "s2", type = "server", device_type = "M S", feeds = "AB" },
  { name = "s3", type = "server", device_type = "M S", feeds = "AB" },
  { name = "s4", type = "server", device_type = "M S", feeds = "B" },
]
[[rooms.racks]]
name = "R2"
devices = [
  { name = "R2 PDU", type = "pdu", topic = "dc/hall/r/rack-R2/power" },
  { name = "R2 climate", type = "temperature-sensor", topic = "dc/hall/r/rack-R2/temperature", interval_s = 30 },
]
)";

const std::filesystem::path& hall() {
  static const auto path = [] {
    auto file = std::filesystem::path(::testing::TempDir()) / ("hall-" + std::to_string(::getpid()) + ".toml");
    std::ofstream(file) << kHall;
    return file;
  }();
  return path;
}

const std::string kR1 = "dc/hall/r/rack-R1/power ", kR2 = "dc/hall/r/rack-R2/power ";
const std::string kUpsA = "dc/hall/power/ups-01/status ", kUpsB = "dc/hall/power/ups-02/status ";
const std::string kCrac = "dc/hall/cooling/crac-01/status ", kMain = "dc/hall/power/meter-main/status ", kIt = "dc/hall/power/meter-it/status ",
                  kLight = "dc/hall/power/meter-lighting/status ";

// The hall with and without what fails, in step: what differs at a moment is the failure's doing.
struct ElementFailure : ::testing::Test {
  ElementFailure() { run(3600); }
  void run(double seconds) { w.run(seconds), quiet.run(seconds); }
  void fail(const std::string& name) { w.start("ELEMENT_FAILURE", "", name); }
  void end(const std::string& name) { w.stop("ELEMENT_FAILURE", "", name); }
  // Each has spoken in its turn.
  void settle() { run(180); }

  Watched w{at("2026-04-08T09:00:00Z"), 1, hall()}, quiet{at("2026-04-08T09:00:00Z"), 1, hall()};
};

TEST_F(ElementFailure, OfAUpsMovesWhatHasTwoCordsAtOnceAndTheRestIsOff) {
  EXPECT_EQ(w[kUpsA + "state"], 1);
  fail("UPS A");
  run(0.1);
  EXPECT_EQ(w[kUpsA + "state"], 4);
  for (const auto* field : {"output_voltage", "output_power", "input_power", "loss_power", "battery_current"})
    EXPECT_EQ(w[kUpsA + field], 0) << field;
  EXPECT_GT(w[kUpsA + "input_voltage"], 220) << "the mains are there";
  for (const auto& rack : {kR1, kR2}) {
    EXPECT_EQ(w[rack + "feed_a_power"], 0);
    EXPECT_EQ(w[rack + "feed_a_l1_current"], 0);
    EXPECT_NEAR(w[rack + "feed_b_power"], w[rack + "value"], 0.0015);
  }
  settle();
  EXPECT_NEAR(w[kR1 + "value"], 0.75 * quiet[kR1 + "value"], 0.002) << "one server of four hung on A alone";
  EXPECT_EQ(w[kR2 + "value"], quiet[kR2 + "value"]);
  EXPECT_NEAR(w[kUpsB + "output_power"], w[kR1 + "value"] + w[kR2 + "value"], 0.3);
  EXPECT_NEAR(w[kIt + "power"], w[kR1 + "value"] + w[kR2 + "value"], 0.3);
  EXPECT_LT(w[kMain + "power"], quiet[kMain + "power"] - 1);
  run(30 * 60);
  EXPECT_LT(w["dc/hall/r/rack-R1/temperature exhaust"] - w["dc/hall/r/rack-R1/temperature value"], 14);
  EXPECT_LT(w[kCrac + "cooling_output"], quiet[kCrac + "cooling_output"]) << "its heat is gone, too";
  end("UPS A");
  run(0.1);
  EXPECT_EQ(w[kUpsA + "state"], 1);
  EXPECT_GT(w[kR1 + "feed_a_power"], 1);
  settle();
  EXPECT_EQ(w[kR1 + "feed_a_power"], quiet[kR1 + "feed_a_power"]);
  EXPECT_EQ(w[kUpsA + "battery_charge"], 100);
}

TEST_F(ElementFailure, OfABoardPutsUpsesOnTheirBatteriesAndStopsTheCooling) {
  fail("Board");
  run(0.1);
  for (const auto& ups : {kUpsA, kUpsB}) {
    EXPECT_EQ(w[ups + "state"], 2);
    EXPECT_EQ(w[ups + "input_voltage"], 0);
  }
  EXPECT_EQ(w[kCrac + "state"], 0);
  EXPECT_EQ(w[kCrac + "power"], 0);
  EXPECT_EQ(w[kCrac + "compressor_stages"], 0);
  EXPECT_EQ(w[kLight + "power"], 0);
  const double cold = w[kCrac + "cold_aisle_temperature"];
  settle();
  EXPECT_EQ(w[kCrac + "fan_speed"], 0);
  EXPECT_EQ(w[kMain + "power"], 0);
  EXPECT_EQ(w[kR1 + "value"], quiet[kR1 + "value"]);
  EXPECT_LT(w[kUpsA + "battery_charge"], 100);
  const double energy = w[kMain + "energy"];
  run(20 * 60);
  EXPECT_GT(w[kCrac + "cold_aisle_temperature"], cold + 5);
  EXPECT_EQ(w[kMain + "energy"], energy);
  end("Board");
  run(0.1);
  EXPECT_EQ(w[kUpsA + "state"], 1);
  EXPECT_EQ(w[kCrac + "state"], 1);
  EXPECT_GT(w[kLight + "power"], 0.5);
  settle();
  EXPECT_GT(w[kUpsA + "input_power"], w[kUpsA + "output_power"] + 2) << "it charges";
  run(3600);
  EXPECT_NEAR(w[kCrac + "cold_aisle_temperature"], quiet[kCrac + "cold_aisle_temperature"], 1);
}

TEST_F(ElementFailure, OfTheUtilityIsTakenOverByTheGeneratorAndOfBothIsNot) {
  fail("Utility");
  settle();
  EXPECT_EQ(w.latest, quiet.latest);
  fail("Generator");
  run(0.1);
  EXPECT_EQ(w[kUpsA + "state"], 2);
  EXPECT_EQ(w[kCrac + "state"], 0);
  end("Utility");
  run(0.1);
  EXPECT_EQ(w[kUpsA + "state"], 1);
  EXPECT_EQ(w[kCrac + "state"], 1);
}

TEST_F(ElementFailure, OfARackFeedIsOfThatRackAlone) {
  fail("R1 feed B");
  run(0.1);
  EXPECT_EQ(w[kR1 + "feed_b_power"], 0);
  settle();
  EXPECT_NEAR(w[kR1 + "value"], 0.75 * quiet[kR1 + "value"], 0.002);
  EXPECT_EQ(w[kR2 + "feed_b_power"], quiet[kR2 + "feed_b_power"]);
  fail("R1 feed A");
  run(0.1);
  EXPECT_EQ(w[kR1 + "value"], 0);
  EXPECT_EQ(w[kR1 + "voltage"], 0);
  EXPECT_EQ(w[kUpsA + "state"], 1);
}

TEST_F(ElementFailure, BehindATransferSwitchLeavesTheLoadOnTheOtherUps) {
  fail("Panel B");
  run(0.1);
  EXPECT_EQ(w[kR1 + "feed_b_power"], 0);
  settle();
  EXPECT_EQ(w[kR2 + "feed_b_power"], quiet[kR2 + "feed_b_power"]) << "the switch has moved over";
  EXPECT_EQ(w[kUpsB + "output_power"], 0);
  EXPECT_NEAR(w[kUpsA + "output_power"], w[kR1 + "value"] + w[kR2 + "value"], 0.3);
  // That UPS dies of something else: the switch has nothing left.
  w.start("ELEMENT_FAILURE", "", "UPS A");
  run(0.1);
  EXPECT_EQ(w[kR2 + "value"], 0);
}

TEST_F(ElementFailure, WhenABatteryIsEmptyOthersActOnWhatTheUpsSays) {
  fail("Board");
  run(0.1);
  EXPECT_NEAR(w[kUpsA + "load"], 100 * w[kUpsA + "output_power"] / 15, 0.1);
  const double runtime_min = w[kUpsA + "battery_runtime"];
  EXPECT_GT(runtime_min, 20);
  EXPECT_LT(runtime_min, 120) << "of 15 kW, not of 120";
  run(1.5 * runtime_min * 60);
  EXPECT_EQ(w[kUpsA + "state"], 3);
  EXPECT_EQ(w[kUpsB + "state"], 3);
  EXPECT_EQ(w[kR1 + "value"] + w[kR2 + "value"], 0);
  EXPECT_EQ(w[kIt + "power"], 0);
  end("Board");
  run(0.1);
  EXPECT_EQ(w[kUpsA + "state"], 1);
  EXPECT_GT(w[kR1 + "value"], 1);
}

// Whatever fails, power is neither lost nor made: along the feeds, through the UPSs, up to the incomer.
TEST(Outcome, OfEveryElementIsBalanced) {
  const auto site = read_site(hall()).value();
  OutcomeOptions options{.begin_s = at("2026-04-08T09:00:00Z")};
  for (const auto& element : site.power) {
    SCOPED_TRACE(element.name);
    options.scenarios = {make_scenario("ELEMENT_FAILURE", "", element.name, &site).value()};
    const auto outcome = outcome_of(site, options);
    for (const auto* said : {&outcome.without, &outcome.with}) {
      const auto of = [&](const std::string& key) {
        const auto space = key.find(' ');
        return find(said->at(key.substr(0, space)), key.substr(space + 1)).value();
      };
      double it = 0, upses = 0, losses = 0, inputs = 0;
      for (const auto& rack : rack_powers(site, *said)) {
        EXPECT_NEAR(rack.feed_a_kw + rack.feed_b_kw, rack.kw, 0.0011) << rack.rack;
        it += rack.kw;
      }
      for (const auto& ups : ups_powers(site, *said)) {
        upses += ups.output_kw;
        inputs += ups.input_kw;
        if (ups.state == UpsState::online) losses += ups.input_kw - ups.output_kw;
        EXPECT_TRUE(ups.state != UpsState::fault || ups.output_kw + ups.input_kw == 0);
      }
      EXPECT_NEAR(upses, it, 0.004) << "all IT is behind a UPS";
      EXPECT_NEAR(of(kIt + "power"), it, 0.004);
      EXPECT_NEAR(of(kMain + "power"), inputs + of(kCrac + "power") + of(kLight + "power"), 0.004);
      EXPECT_TRUE(inputs == 0 || of(kMain + "power") > it) << "PUE";
      EXPECT_GE(losses, 0);
    }
  }
}

// The demo site has devices with one cord in A08 (75 W of 3,615 W, on A) and B06 (370 W of 3,720 W, on B).
TEST(Outcome, OfTheDemoSiteIsWhatItsChainAndCordsSay) {
  const auto site = read_site(kSites / "demo-site.toml").value();
  const auto of = [&](const char* element) {
    return outcome_of(site, {.scenarios = {make_scenario("ELEMENT_FAILURE", "", element, &site).value()}, .begin_s = at("2026-04-08T09:00:00Z")});
  };
  // The racks that draw less than they would, with the share that is left; and those of which feed A or B carries nothing.
  const auto changes = [&](const Outcome& outcome) {
    std::map<std::string, double> left;
    int dead_a = 0, dead_b = 0;
    const auto without = rack_powers(site, outcome.without), with = rack_powers(site, outcome.with);
    for (std::size_t i = 0; i < with.size(); ++i) {
      if (std::abs(with[i].kw - without[i].kw) > 0.0005) left[with[i].rack] = with[i].kw / without[i].kw;
      dead_a += with[i].feed_a_kw == 0;
      dead_b += with[i].feed_b_kw == 0;
    }
    return std::tuple(left, dead_a, dead_b);
  };
  using ::testing::DoubleNear;
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  using ::testing::Pair;
  const auto ups_a = of("UPS A");
  EXPECT_THAT(changes(ups_a), ::testing::FieldsAre(ElementsAre(Pair("A08", DoubleNear(1 - 75.0 / 3615, 0.0005))), 20, 0));
  EXPECT_EQ(ups_powers(site, ups_a.with)[0].state, UpsState::fault);
  EXPECT_NEAR(ups_powers(site, ups_a.with)[1].output_kw, ups_powers(site, ups_a.without)[0].output_kw + ups_powers(site, ups_a.without)[1].output_kw,
              0.2);
  EXPECT_THAT(changes(of("Room 2 panel B")), ::testing::FieldsAre(ElementsAre(Pair("B06", DoubleNear(1 - 370.0 / 3720, 0.0005))), 0, 10));
  EXPECT_THAT(changes(of("A01 feed B")), ::testing::FieldsAre(IsEmpty(), 0, 1));
  EXPECT_THAT(changes(of("Generator")), ::testing::FieldsAre(IsEmpty(), 0, 0));
  const auto board = of("Main switchboard");
  EXPECT_THAT(changes(board), ::testing::FieldsAre(IsEmpty(), 0, 0)) << "on batteries";
  for (const auto* unit : site.all(BotType::crac)) EXPECT_EQ(find(board.with.at(unit->topic), "power"), 0) << unit->name;
  EXPECT_EQ(find(board.with.at("dc/demo/power/meter-main/status"), "power"), 0);
  const auto mechanical = of("Mechanical board");
  EXPECT_THAT(changes(mechanical), ::testing::FieldsAre(IsEmpty(), 0, 0));
  EXPECT_EQ(find(mechanical.with.at("dc/demo/power/meter-cooling/status"), "power"), 0);
  EXPECT_EQ(ups_powers(site, mechanical.with)[0].state, UpsState::online);
}

TEST(Outcome, IsTheSameAgainAndSaysWhatWasAskedFor) {
  const auto site = read_site(hall()).value();
  const OutcomeOptions options{.scenarios = {make_scenario("ELEMENT_FAILURE", "", "UPS A", &site).value()}, .begin_s = at("2026-04-08T09:00:00Z")};
  const auto text = to_json(site, options, outcome_of(site, options));
  EXPECT_EQ(text, to_json(site, options, outcome_of(site, options)));
  EXPECT_THAT(text, ::testing::StartsWith(
                        R"({"site":"hall","seen_at":"2026-04-08T09:35:00.000Z","scenarios":["ELEMENT_FAILURE UPS A"],"units":[{"name":"R1 PDU")"));
}

TEST(Bots, OneThatStartsAnewDuringAFailureIsAsBefore) {
  Watched w(at("2026-04-08T09:00:00Z"), 1, hall());
  w.run(3600);
  w.start("ELEMENT_FAILURE", "", "Board");
  w.run(600);
  w.start("ELEMENT_FAILURE", "", "UPS B");
  w.run(120);
  const auto now_s = w.site.now_s();
  for (const auto& unit : w.site.units()) {
    Unit again(w.model, unit->config(), 1);
    again.set_scenarios(now_s, unit->scenarios());
    again.restore(parse_payload(payload({}, unit->state(), "")).value_or(Fields{}), now_s);
    std::vector<Message> before, after;
    unit->read(now_s, before);
    again.read(now_s, after);
    for (std::size_t i = 0; i < before.size(); ++i) {
      for (const auto& [field, value] : before[i].fields) {
        EXPECT_NEAR(find(after.at(i).fields, field).value(), value, 0.002 * std::abs(value) + 0.101) << unit->config().name << " " << field;
      }
    }
  }
}

}  // namespace
}  // namespace dcim::bots
