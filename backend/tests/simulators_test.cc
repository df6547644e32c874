// The simulators against the real broker and server: scenarios, bots that die, history that is broken off, load.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/parse.hpp>

#include <fstream>
#include <sstream>

#include "simulators/bots/virtual_site.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string kEdge = DCIM_SOURCE_DIR "/simulators/sites/edge-site.toml";
const std::string kSim = DCIM_BIN_DIR "/dcim-sim";

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Of the site that this process runs: other tests may have one, too.
int pid_of_bot(const Process& site, const std::string& id) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    auto line = text_of(entry.path() / "cmdline");
    std::ranges::replace(line, '\0', ' ');
    if (text_of(entry.path() / "status").find("PPid:\t" + std::to_string(site.pid()) + "\n") == std::string::npos) continue;
    if (line.find("dcim-sim bot") != line.npos && line.find("--id " + id + " ") != line.npos) return std::stoi(entry.path().filename());
  }
  return 0;
}

struct SimulatorsTest : ::testing::Test {
  SimulatorsTest() { EXPECT_EQ(server.dcim({"site", "import", kEdge}), 0); }

  std::unique_ptr<Process> sim(std::vector<std::string> arguments, const fs::path& log) {
    arguments.insert(arguments.begin(), kSim);
    return std::make_unique<Process>(arguments, std::map<std::string, std::string>{{"DCIM_SIM_MQTT_URL", Services::get().mqtt_url("dcim-sim")}}, log);
  }
  int sim_to_end(std::vector<std::string> arguments) {
    std::remove(said.c_str());
    return sim(std::move(arguments), said)->wait();
  }
  double newest(const std::string& device, const std::string& sensor) {
    const auto rows = database.query(
        "SELECT r.value::float8::text FROM readings r JOIN sensors s ON s.id = r.sensor_id JOIN devices d ON d.id = s.device_id WHERE d.name = '" +
        device + "' AND s.name = '" + sensor + "' ORDER BY r.ts DESC LIMIT 1");
    return rows.empty() ? -1 : std::stod(rows.text(0, 0));
  }
  bool online(const std::string& device) {
    return database.number("SELECT count(*) FROM device_availability a JOIN devices d ON d.id = a.device_id WHERE a.online AND d.name = '" + device +
                           "'") == 1;
  }

  Server server;
  Database database{server.database_url()};
  fs::path log = Services::get().folder() / "simulators.log", said = Services::get().folder() / "said.txt";
};

TEST_F(SimulatorsTest, ScenariosRunOnRealBotsAndAKilledBotCarriesOn) {
  auto site = sim({"run", "--config", kEdge, "--speed", "60"}, log);
  const auto sensors = database.number("SELECT count(*) FROM sensors");
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(DISTINCT sensor_id) FROM readings") == sensors; }, 30s));

  // A rack's cooling fails: 0.3 °C a minute, sixty times faster.
  const double before = newest("E01 climate", "inlet temperature");
  ASSERT_EQ(sim_to_end({"scenario", "COOLING_FAILURE", "--rack", "E01", "--config", kEdge}), 0) << text_of(said);
  EXPECT_THAT(text_of(said), HasSubstr("E01 climate"));
  EXPECT_EQ(sim_to_end({"scenario", "MAINS_FAILURE", "--unit", "ups-01", "--site", "edge"}), 0) << text_of(said);
  EXPECT_TRUE(eventually([&] { return newest("ups-01", "state") == 2; }, 10s));
  EXPECT_EQ(sim_to_end({"scenario", "status", "--site", "edge"}), 0);
  EXPECT_THAT(text_of(said), ::testing::AllOf(HasSubstr("COOLING_FAILURE"), HasSubstr("MAINS_FAILURE")));
  EXPECT_TRUE(eventually([&] { return newest("E01 climate", "inlet temperature") > before + 5; }, 60s));

  // Nobody is there: nothing is noted.
  EXPECT_EQ(sim_to_end({"scenario", "POWER_SPIKE", "--rack", "Z9", "--site", "edge"}), 1);
  EXPECT_THAT(text_of(said), HasSubstr("no running bot"));
  EXPECT_EQ(sim_to_end({"scenario", "stop", "MAINS_FAILURE", "--site", "edge"}), 0);
  EXPECT_EQ(sim_to_end({"scenario", "status", "--site", "edge"}), 0);
  EXPECT_THAT(text_of(said),
              ::testing::AllOf(HasSubstr("COOLING_FAILURE"), ::testing::Not(HasSubstr("MAINS_FAILURE")), ::testing::Not(HasSubstr("POWER_SPIKE"))));

  // A bot is killed: its last will says so; it comes back, in the scenario as it was.
  const double inlet = newest("E01 climate", "inlet temperature");
  const int pid = pid_of_bot(*site, "E01 climate");
  ASSERT_NE(pid, 0);
  ASSERT_EQ(kill(pid, SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return !online("E01 climate"); }, 5s));
  EXPECT_TRUE(eventually([&] { return online("E01 climate"); }, 10s));
  EXPECT_NE(pid_of_bot(*site, "E01 climate"), pid);
  EXPECT_NE(pid_of_bot(*site, "E01 climate"), 0);
  const auto readings = database.number("SELECT count(*) FROM readings");
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") > readings + 2 * sensors; }, 30s));
  EXPECT_GT(newest("E01 climate", "inlet temperature"), inlet - 6) << "the failure goes on";
  EXPECT_EQ(sim_to_end({"scenario", "stop", "--site", "edge"}), 0);

  // A command to a cooling unit, within bounds, and one beyond them.
  publish("dc/edge/cooling/crac-01/set", {R"({"setpoint":24})"});
  EXPECT_TRUE(eventually([&] { return newest("crac-01", "setpoint") == 24 && newest("crac-01", "remote control") == 1; }, 10s));
  publish("dc/edge/cooling/crac-01/set", {R"({"setpoint":50})"});
  EXPECT_TRUE(eventually([&] { return newest("crac-01", "setpoint") == 22 && newest("crac-01", "remote control") == 0; }, 20s))
      << "the local setpoint again";

  EXPECT_EQ(database.number("SELECT count(*) FROM rejected_messages"), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM discovered_topics"), 0);
  site->signal(SIGTERM);
  EXPECT_EQ(site->wait(), 0);
  EXPECT_EQ(pid_of_bot(*site, "E01 climate"), 0);
}

TEST_F(SimulatorsTest, ATimelineIsPlayedFromItsFile) {
  auto site = sim({"run", "--config", kEdge, "--speed", "60"}, log);
  EXPECT_TRUE(eventually([&] { return newest("leak-01", "leak") == 0; }, 30s));
  const auto file = Services::get().folder() / "timeline.toml";
  std::ofstream(file) << "[[events]]\nat_min = 0\nstart = \"LEAK_DETECTED\"\nunit = \"leak-01\"\nfor_min = 3\n";
  EXPECT_EQ(sim_to_end({"scenario", "run", file.string(), "--config", kEdge, "--speed", "60"}), 0) << text_of(said);
  EXPECT_EQ(database.number("SELECT max(value)::int8 FROM readings r JOIN sensors s ON s.id = r.sensor_id WHERE s.kind = 'leak'"), 1);
  EXPECT_TRUE(eventually([&] { return newest("leak-01", "leak") == 0; }, 10s));
}

TEST_F(SimulatorsTest, AHistoryThatIsBrokenOffIsCarriedOnAndIsWhatTheModelsSay) {
  const auto progress = Services::get().folder() / "history";
  const std::vector<std::string> command{"backfill", "--config", kEdge,        "--days",         "2", "--until", "2026-11-20T00:00:00Z",
                                         "--seed",   "5",        "--progress", progress.string()};
  auto slow = command;
  slow.insert(slow.end(), {"--rate", "100000"});
  auto first = sim(slow, log);
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") > 20'000; }));
  first->signal(SIGINT);
  EXPECT_EQ(first->wait(), 2);
  EXPECT_EQ(sim_to_end(command), 0) << text_of(said);
  EXPECT_EQ(sim_to_end(command), 0);
  EXPECT_THAT(text_of(said), HasSubstr("there already"));

  setenv("TZ", "Europe/Lisbon", 1);
  tzset();
  const auto until = static_cast<double>(base::to_unix_ms(base::from_rfc3339("2026-11-20T00:00:00Z").value())) / 1000;
  const auto from = until - 2 * 86400;
  bots::VirtualSite model(bots::read_site(kEdge).value(), 5, from - 3 * 3600);
  std::int64_t readings = 0;
  double inlets = 0;
  model.run(until, [&](double t, const bots::Unit& unit, const bots::Message& message) {
    if (t < from || t >= until) return;
    readings += static_cast<std::int64_t>(message.fields.size());
    if (unit.config().type == bots::BotType::temperature && message.topic.ends_with("/temperature")) inlets += message.fields[0].second;
  });
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") >= readings; }));
  EXPECT_EQ(database.number("SELECT count(*) FROM readings"), readings);
  const auto sum =
      database.query("SELECT sum(value)::float8::text FROM readings r JOIN sensors s ON s.id = r.sensor_id WHERE s.kind = 'inlet-temperature'");
  EXPECT_NEAR(std::stod(sum.text(0, 0)), inlets, 1e-3);
}

TEST_F(SimulatorsTest, TheLoadThatIsReportedIsStored) {
  const auto file = (Services::get().folder() / "load.toml").string();
  const std::vector<std::string> shape{"load", "--sensors", "95", "--fields", "10"};
  auto write = shape;
  write.insert(write.end(), {"--write-site", file});
  ASSERT_EQ(sim_to_end(write), 0);
  ASSERT_EQ(server.dcim({"site", "import", file}), 0);
  for (const char* clients : {"1", "3"}) {
    const auto before = database.number("SELECT count(*) FROM readings");
    auto run = shape;
    run.insert(run.end(), {"--rate", "2000", "--duration", "1", "--clients", clients});
    ASSERT_EQ(sim_to_end(run), 0) << text_of(said);
    const auto report = boost::json::parse(text_of(said)).as_object();
    EXPECT_EQ(report.at("sent"), report.at("acknowledged"));
    EXPECT_GT(report.at("sent").to_number<int>(), 1900);
    EXPECT_TRUE(report.contains("slip_ms_p99"));
    const auto readings = report.at("readings").to_number<std::int64_t>();
    EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == before + readings; }))
        << database.number("SELECT count(*) FROM readings") - before << " of " << readings;
  }
}

TEST_F(SimulatorsTest, WhatIsWrongOnTheCommandLineIsOneSentence) {
  const auto sentence = [&](std::vector<std::string> arguments) {
    EXPECT_EQ(sim_to_end(std::move(arguments)), 1);
    return text_of(said);
  };
  EXPECT_THAT(sentence({"scenario", "FIRE", "--rack", "A01"}), HasSubstr("NAME \"FIRE\" is none of COOLING_FAILURE"));
  EXPECT_THAT(sentence({"scenario", "COOLING_FAILURE", "--rack", "Q7", "--config", kEdge}), HasSubstr("--rack \"Q7\""));
  EXPECT_THAT(sentence({"bot", "fridge"}), HasSubstr("type must be one of"));
  EXPECT_THAT(sentence({"bot", "pdu", "--config", kEdge, "--id", "nobody"}), HasSubstr("has no pdu device"));
  EXPECT_THAT(sentence({"backfill", "--config", "/nowhere.toml"}), HasSubstr("/nowhere.toml"));
  EXPECT_THAT(sentence({"scenario", "status", "--mqtt", "http://x"}), HasSubstr("--mqtt"));
}

}  // namespace
}  // namespace dcim::tests
