// The simulators against the real broker and server: scenarios, bots that die, history that is broken off, load.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/parse.hpp>

#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "simulators/bots/virtual_site.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string kDemo = DCIM_SOURCE_DIR "/simulators/sites/demo-site.toml";
const std::string kEdge = DCIM_SOURCE_DIR "/simulators/sites/edge-site.toml";
const std::string kSim = DCIM_BIN_DIR "/dcim-sim";

const std::string kPublished = "s.topic NOT LIKE 'computed/%'";

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

std::set<int> children_of(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
  return {std::istream_iterator<int>(in), {}};
}

struct SimulatorsTest : ::testing::Test {
  // What is published before the server knows the site would be nobody's.
  SimulatorsTest() {
    EXPECT_EQ(server.dcim({"site", "import", kEdge}), 0);
    EXPECT_TRUE(eventually([&] { return server.metric("dcim_inventory_version") == database.number("SELECT version FROM inventory_version"); }));
  }

  std::unique_ptr<Process> sim(std::vector<std::string> arguments, const fs::path& log) {
    arguments.insert(arguments.begin(), kSim);
    return std::make_unique<Process>(arguments, std::map<std::string, std::string>{{"DCIM_SIM_MQTT_URL", Services::get().mqtt_url("dcim-sim")}}, log);
  }
  int sim_to_end(std::vector<std::string> arguments) {
    std::remove(said.c_str());
    return sim(std::move(arguments), said)->wait();
  }
  // Of what bots publish: the server computes more of it.
  std::int64_t sensors(const std::string& sites = "true") {
    return database.number("SELECT count(*) FROM sensors s JOIN devices d ON d.id = s.device_id JOIN sites i ON i.id = d.site_id WHERE " +
                           kPublished + " AND " + sites);
  }
  std::int64_t sensors_heard(const std::string& readings = "true") {
    return database.number("SELECT count(DISTINCT r.sensor_id) FROM readings r JOIN sensors s ON s.id = r.sensor_id WHERE " + kPublished + " AND " +
                           readings);
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
  const auto all = sensors();
  EXPECT_TRUE(eventually([&] { return sensors_heard() == all; }, 30s));

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
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") > readings + 2 * all; }, 30s));
  EXPECT_GT(newest("E01 climate", "inlet temperature"), inlet - 6) << "the failure goes on";
  EXPECT_EQ(sim_to_end({"scenario", "stop", "--site", "edge"}), 0);

  // The board that feeds everything fails: each bot finds out for itself what that means.
  ASSERT_EQ(sim_to_end({"scenario", "ELEMENT_FAILURE", "--unit", "Main switchboard", "--config", kEdge}), 0) << text_of(said);
  EXPECT_THAT(text_of(said),
              ::testing::AllOf(HasSubstr("ups-01"), HasSubstr("crac-02"), HasSubstr("meter-lighting"), ::testing::Not(HasSubstr("PDU"))));
  EXPECT_TRUE(
      eventually([&] { return newest("ups-01", "state") == 2 && newest("crac-01", "state") == 0 && newest("meter-main", "power") == 0; }, 10s));
  ASSERT_EQ(sim_to_end({"scenario", "stop", "--site", "edge"}), 0) << text_of(said);
  EXPECT_TRUE(eventually([&] { return newest("ups-01", "state") == 1 && newest("crac-01", "state") == 1; }, 10s));
  ASSERT_EQ(sim_to_end({"scenario", "ELEMENT_FAILURE", "--unit", "E03 feed A", "--site", "edge"}), 0) << text_of(said);
  EXPECT_TRUE(
      eventually([&] { return newest("E03 PDU", "feed A power") == 0 && newest("E03 PDU", "feed B power") == newest("E03 PDU", "power"); }, 10s));
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

TEST_F(SimulatorsTest, OneBlockThatWearsAwayFromItsStringRaisesItsAlarmAndTheOthersDoNot) {
  auto monitor = sim({"bot", "battery", "--site", "edge", "--unit", "ups-01", "--speed", "120"}, log);
  const auto alarms = [&](const std::string& condition) {
    return database.number("SELECT count(*) FROM alarms WHERE kind LIKE 'block-%' AND " + condition);
  };
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(DISTINCT ts) FROM readings") >= 3; }, 30s));
  EXPECT_EQ(alarms("true"), 0) << "new blocks differ, too";
  ASSERT_EQ(sim_to_end({"scenario", "CELL_DEGRADATION", "--unit", "ups-01", "--site", "edge"}), 0) << text_of(said);
  EXPECT_TRUE(eventually([&] { return alarms("kind = 'block-resistance' AND severity = 4 AND unit = '%' AND value > 50") == 1; }, 60s));
  EXPECT_EQ(alarms("true"), 1);
  ASSERT_EQ(sim_to_end({"scenario", "stop", "--site", "edge"}), 0) << "the block is replaced";
  EXPECT_TRUE(eventually([&] { return alarms("cleared_at IS NOT NULL") == 1; }, 30s));
  monitor->signal(SIGTERM);
  EXPECT_EQ(monitor->wait(), 0);
}

// One of every kind, after some history, with which the bots start as they would be after hours. While one is dead the site's supervisor
// is halted, so that "offline" can be seen for certain.
TEST_F(SimulatorsTest, EveryKindOfBotThatIsKilledIsOfflineAndComesBackWithPlausibleValues) {
  ASSERT_EQ(sim_to_end({"backfill", "--config", kEdge, "--days", "0.05"}), 0) << text_of(said);
  const auto history = database.query("SELECT now()::text").text(0, 0);
  auto site = sim({"run", "--config", kEdge}, log);
  const auto all = sensors();
  ASSERT_TRUE(eventually([&] { return sensors_heard("r.ts > '" + history + "'") == all; }, 30s));
  for (const std::string id : {"E02 climate", "E02 PDU", "ups-01", "ups-01 battery", "crac-01", "leak-01", "meter-main", "weather station"}) {
    SCOPED_TRACE(id);
    const auto of_device = "FROM readings r JOIN sensors s ON s.id = r.sensor_id JOIN devices d ON d.id = s.device_id WHERE " + kPublished +
                           " AND d.name = '" + id + "'";
    const int pid = pid_of_bot(*site, id);
    ASSERT_NE(pid, 0);
    site->signal(SIGSTOP);
    ASSERT_EQ(kill(pid, SIGKILL), 0);
    EXPECT_TRUE(eventually([&] { return !online(id); }));
    const auto killed = database.query("SELECT now()::text").text(0, 0);
    site->signal(SIGCONT);
    EXPECT_TRUE(eventually([&] { return online(id); }));
    EXPECT_NE(pid_of_bot(*site, id), pid);
    const auto own = sensors("d.name = '" + id + "'");
    EXPECT_TRUE(
        eventually([&] { return database.number("SELECT count(DISTINCT r.sensor_id) " + of_device + " AND r.ts > '" + killed + "'") == own; }));
    // Nothing jumps, neither when the live bots take over from the history nor at the new start. Counters never go back.
    for (const auto& start : {history, killed}) {
      const auto values = database.query("SELECT s.name, s.unit, last(r.value, r.ts) FILTER (WHERE r.ts <= '" + start +
                                         "'), first(r.value, r.ts) FILTER (WHERE r.ts > '" + start + "') " + of_device + " GROUP BY s.id");
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double drift = (values.text(i, 1) == "°C" ? 0.5 : 0.15) + 0.03 * std::abs(values.f64(i, 2));  // degrees near zero have no per cent
        EXPECT_NEAR(values.f64(i, 3), values.f64(i, 2), drift) << values.text(i, 0) << " after " << start;
        if (values.text(i, 1) == "kWh") {
          EXPECT_GE(values.f64(i, 3), values.f64(i, 2)) << values.text(i, 0) << " after " << start;
        }
      }
    }
  }
  EXPECT_EQ(database.number("SELECT count(*) FROM rejected_messages"), 0);
}

TEST_F(SimulatorsTest, TheSameSeedGivesTheSameValuesAgain) {
  const auto moment = [](base::Timestamp ts) { return static_cast<double>(base::to_unix_ms(ts)) / 1000; };
  // By the model's second: load, and outdoor temperature, which have no cause; and the inlet that follows from all.
  const auto run = [&](const char* seed) {
    EXPECT_EQ(sim_to_end({"backfill", "--config", kEdge, "--days", "0.05", "--until", "2026-06-01T08:00:00Z", "--seed", seed}), 0) << text_of(said);
    EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings WHERE ts > '2026-06-01T07:59:00Z'") > 100; }));
    database.query("TRUNCATE readings");
    const double epoch_s = std::floor(moment(base::SystemClock().now())) + 1;
    auto site =
        sim({"run", "--config", kEdge, "--speed", "300", "--seed", seed, "--begin", "2026-06-01T08:00:00Z", "--epoch", std::to_string(epoch_s)}, log);
    EXPECT_TRUE(eventually([&] { return moment(base::SystemClock().now()) > epoch_s + 8; }, 30s));
    site->signal(SIGTERM);
    EXPECT_EQ(site->wait(), 0);
    std::map<std::string, std::map<std::int64_t, double>> out;
    const auto rows =
        database.query("SELECT d.name, ((extract(epoch FROM r.ts)::float8 - " + std::to_string(epoch_s) +
                       ") * 300)::float8, r.value FROM readings r JOIN sensors s ON s.id = r.sensor_id JOIN devices d ON d.id = s.device_id"
                       " WHERE d.name = 'E01 PDU' AND s.name = 'power' OR d.name = 'weather station' AND s.name = 'outdoor temperature' OR d.name = "
                       "'E01 climate' AND s.name = 'inlet temperature' ORDER BY r.ts");
    for (std::size_t i = 0; i < rows.size(); ++i) out[rows.text(i, 0)][std::llround(rows.f64(i, 1) / 2)] = rows.f64(i, 2);
    return out;
  };
  // How many readings of the same model second differ. What a bot says at its start, between its turns, has no partner and does not count.
  struct Compared {
    int same = 0, different = 0;
  };
  const auto compare = [](const std::map<std::int64_t, double>& a, const std::map<std::int64_t, double>& b, double most) {
    Compared out;
    for (const auto& [when, value] : a) {
      if (const auto it = b.find(when); it != b.end()) ++(std::abs(it->second - value) <= most ? out.same : out.different);
    }
    return out;
  };
  auto once = run("5"), again = run("5");
  const auto load = compare(once["E01 PDU"], again["E01 PDU"], 0.0005);
  EXPECT_GE(load.same, 25);
  EXPECT_LE(load.different, 1);
  const auto weather = compare(once["weather station"], again["weather station"], 0.0005);
  EXPECT_GE(weather.same, 4);
  EXPECT_LE(weather.different, 1);
  const auto inlet = compare(once["E01 climate"], again["E01 climate"], 0.3);
  EXPECT_GE(inlet.same, 50);
  EXPECT_EQ(inlet.different, 0);
  EXPECT_NE(once, run("6"));
}

// Sixty processes have to be cheap: they share a machine with what they feed.
TEST_F(SimulatorsTest, AWholeSiteTakesLittleMemoryAndTime) {
  if (kSanitized) GTEST_SKIP() << "measures the sanitizer";
  ASSERT_EQ(server.dcim({"site", "import", kDemo}), 0);
  auto site = sim({"run", "--config", kDemo}, log);
  const auto all = sensors("i.code = 'demo'");
  ASSERT_TRUE(eventually([&] { return sensors_heard() == all; }, 30s));
  auto processes = children_of(site->pid());
  EXPECT_EQ(processes.size(), bots::read_site(kDemo).value().units.size());
  processes.insert(site->pid());
  const auto cpu_s = [&] {
    double ns = 0;
    for (const int pid : processes) {
      for (const auto& thread : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
        ns += std::stod(text_of(thread.path() / "schedstat"));
    }
    return ns / 1e9;
  };
  const double before_s = cpu_s();
  const auto since = std::chrono::steady_clock::now();
  // Long enough for a third of the readings of a minute.
  const auto readings = database.number("SELECT count(*) FROM readings");
  EXPECT_TRUE(eventually([&] { return std::chrono::steady_clock::now() - since > 20s; }, 30s));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count(), used_s = cpu_s() - before_s;
  EXPECT_GT(database.number("SELECT count(*) FROM readings"), readings + 100) << "they were at work";
  double pss_kib = 0;
  for (const int pid : processes) {
    const auto rollup = text_of("/proc/" + std::to_string(pid) + "/smaps_rollup");
    const auto at = rollup.find("\nPss:");
    ASSERT_NE(at, rollup.npos);
    pss_kib += std::stod(rollup.substr(at + 5));
  }
  std::printf("%zu processes: %.1f MiB, %.2f %% of one core\n", processes.size(), pss_kib / 1024, 100 * used_s / seconds);
  EXPECT_LT(pss_kib / 1024, 400);
  EXPECT_LT(used_s / seconds, 0.15);
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
  for (const auto& [readings, signal, code] : {std::tuple(20'000, SIGINT, 2), std::tuple(100'000, SIGKILL, -SIGKILL)}) {
    auto broken_off = sim(slow, log);
    EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") > readings; }));
    broken_off->signal(signal);
    EXPECT_EQ(broken_off->wait(), code);
  }
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

TEST_F(SimulatorsTest, WhatAFailureWouldDoIsToldBeforehand) {
  ASSERT_EQ(sim_to_end({"outcome", "--config", kEdge, "--fail", "Panel", "--begin", "2026-06-01T08:00:00Z"}), 0) << text_of(said);
  const auto outcome = boost::json::parse(text_of(said)).as_object();
  EXPECT_EQ(outcome.at("seen_at").as_string(), "2026-06-01T08:35:00.000Z");
  EXPECT_EQ(outcome.at("units").as_array().size(), 12u);
  for (const auto& unit : outcome.at("units").as_array()) {
    if (unit.at("type").as_string() != "pdu") continue;
    EXPECT_GT(unit.at("without").at("value").as_double(), 2);
    EXPECT_EQ(unit.at("with").at("value").as_double(), 0);
  }
}

TEST_F(SimulatorsTest, WhatIsWrongOnTheCommandLineIsOneSentence) {
  const auto sentence = [&](std::vector<std::string> arguments) {
    EXPECT_EQ(sim_to_end(std::move(arguments)), 1);
    return text_of(said);
  };
  EXPECT_THAT(sentence({"scenario", "FIRE", "--rack", "A01"}), HasSubstr("NAME \"FIRE\" is none of COOLING_FAILURE"));
  EXPECT_THAT(sentence({"scenario", "COOLING_FAILURE", "--rack", "Q7", "--config", kEdge}), HasSubstr("--rack \"Q7\""));
  EXPECT_THAT(sentence({"scenario", "ELEMENT_FAILURE", "--unit", "UPS Z", "--config", kEdge}), HasSubstr("--unit \"UPS Z\" is no element"));
  EXPECT_THAT(sentence({"outcome", "--config", kEdge, "--fail", "Panel", "--fail", "UPS Z"}), HasSubstr("--fail \"UPS Z\" is no element"));
  EXPECT_THAT(sentence({"bot", "fridge"}), HasSubstr("type must be one of"));
  EXPECT_THAT(sentence({"bot", "pdu", "--config", kEdge, "--id", "nobody"}), HasSubstr("has no pdu device"));
  EXPECT_THAT(sentence({"backfill", "--config", "/nowhere.toml"}), HasSubstr("/nowhere.toml"));
  EXPECT_THAT(sentence({"scenario", "status", "--mqtt", "http://x"}), HasSubstr("--mqtt"));
}

}  // namespace
}  // namespace dcim::tests
