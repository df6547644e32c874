// The main job on real parts: what a device published at QoS 1 is in the database, once, whatever breaks meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "base/clock.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;

std::string now(std::chrono::seconds offset = 0s) { return base::to_rfc3339(base::SystemClock().now() + offset); }
std::string payload(const std::string& ts, double value, const std::string& unit = "°C") {
  std::ostringstream out;
  out << R"({"ts":")" << ts << R"(","value":)" << value << R"(,"unit":")" << unit << "\"}";
  return out.str();
}

struct IngestTest : ::testing::Test {
  void import(const std::string& code, int racks) {
    ASSERT_EQ(server.dcim({"site", "import", site_file(code, racks).string()}), 0);
    ASSERT_EQ(server.dcim({"user", "add", "op@test.test", "--role", "operator", "--site", code, "--password-stdin"}, "long enough"), 0);
    ASSERT_TRUE(eventually([&] {
      client.login("op@test.test", "long enough");
      return client.get("/api/rooms?site=" + code).status == 200;
    }));
  }
  std::int64_t sensor_id(const std::string& topic) {
    return database.query("SELECT id FROM sensors WHERE topic = $1", store::params(topic)).i64(0, 0);
  }
  std::int64_t stored() { return database.number("SELECT count(*) FROM readings"); }

  Server server;
  Database database{server.database_url()};
  Client client{server.port()};
};

TEST_F(IngestTest, AReadingByHandIsInTheHistoryWithinASecond) {
  import("east", 2);
  const std::string topic = "dc/east/r/rack-R001/temperature";
  publish(topic, {payload(now(), 24.5)});
  const auto target = "/api/sensors/" + std::to_string(sensor_id(topic)) + "/readings?interval=raw";
  EXPECT_TRUE(eventually([&] { return client.get(target).json().at("points").as_array().size() == 1; }, 1s));
  const auto point = client.get(target).json().at("points").as_array().at(0).as_array();
  EXPECT_EQ(point.at(1).to_number<double>(), 24.5);
}

TEST_F(IngestTest, WhatCannotBeUsedIsRecordedWithItsReasonAndDisturbsNothing) {
  import("east", 1);
  const std::string topic = "dc/east/r/rack-R001/temperature";
  publish(topic, {"{", R"({"value":NaN})", payload(now(24h), 20), payload(now(), 75, "°F"), R"({"ts":"soon","value":1})", payload(now(), 21)});
  publish("dc/east/r/rack-R001/fan", {"1", "2"});
  publish("dc/east/r/rack-R001/temperature/availability", {"online"}, true);
  ASSERT_TRUE(eventually([&] { return stored() == 1 && database.number("SELECT count(*) FROM device_availability WHERE online") == 1; }));
  const auto reasons = database.query("SELECT reason FROM rejected_messages ORDER BY id");
  std::vector<std::string> got;
  for (std::size_t i = 0; i < reasons.size(); ++i) got.push_back(reasons.text(i, 0));
  EXPECT_THAT(got, ::testing::ElementsAre("malformed_json", "not_a_number", "future_timestamp", "unit_mismatch", "bad_timestamp"));
  EXPECT_EQ(database.number("SELECT messages FROM discovered_topics WHERE topic = 'dc/east/r/rack-R001/fan'"), 2);
  EXPECT_EQ(server.metric("dcim_ingest_rejected_total{reason=\"future_timestamp\"}"), 1);
  EXPECT_EQ(server.metric("dcim_ingest_unknown_topic_total"), 2);
  EXPECT_EQ(server.metric("dcim_ingest_readings_stored_total"), 1);
}

TEST_F(IngestTest, WordsThatAreNoTextKeepNothingFromBeingStored) {
  import("east", 1);
  const std::string topic = "dc/east/r/rack-R001/temperature";
  // A unit that is a NUL, and one that is cut in the middle of a character where it is quoted.
  publish(topic, {R"({"value":1,"unit":"\u0000"})", R"({"value":1,"unit":"x°°°°°°°°°°°°°°°°°°"})", payload(now(), 21)});
  EXPECT_TRUE(eventually([&] { return stored() == 1 && database.number("SELECT count(*) FROM rejected_messages") == 2; }));
  EXPECT_EQ(server.metric("dcim_ingest_store_failures_total"), 0);
}

TEST_F(IngestTest, ATopicThatNoIndexHoldsKeepsNothingFromBeingStored) {
  import("east", 1);
  std::string topic = "dc/";  // its site alone is more than an index takes, and does not compress
  std::mt19937 random(3);
  while (topic.size() < 9000) topic += static_cast<char>('a' + random() % 26);
  publish(topic + "/x", {"1"});
  publish("dc/east/r/rack-R001/temperature", {payload(now(), 21)});
  EXPECT_TRUE(eventually([&] { return stored() == 1 && database.number("SELECT count(*) FROM rejected_messages WHERE reason = 'too_large'") == 1; }));
  EXPECT_EQ(server.metric("dcim_ingest_store_failures_total"), 0);
}

TEST_F(IngestTest, WhatTheDatabaseRefusesForGoodIsLeftOutAndKeepsNothingElse) {
  import("east", 2);
  // Three refusals of three classes: a value (division by zero), a constraint, and one that is found at the end of the transaction.
  database.query("ALTER TABLE readings ADD CHECK (1 / (value - 13) IS NOT NULL), ADD CHECK (value <> 14)");
  database.query("ALTER TABLE device_availability ADD CHECK (online)");
  database.query("ALTER TABLE alarms ADD CHECK (value <> 66)");
  std::vector<std::string> payloads;
  for (int i = 0; i < 200; ++i) payloads.push_back(payload(now(std::chrono::seconds{-2 * i - 2}), i == 17 ? 13 : i == 150 ? 14 : 21 + i % 3));
  payloads.push_back("{");
  const auto ts = now(-1s);
  payloads.push_back(payload(ts, 20));
  payloads.push_back(payload(ts, 22.5));  // a correction
  publish("dc/east/r/rack-R001/temperature", payloads);
  publish("dc/east/r/rack-R001/availability", {"offline"});
  publish("dc/east/r/rack-R001/fan", {"1"});
  publish("dc/east/r/rack-R002/temperature", {payload(now(-1s), 66), payload(now(), 67)});
  ASSERT_TRUE(eventually([&] { return server.metric("dcim_ingest_readings_stored_total") + 2 == server.metric("dcim_ingest_readings_total"); }));
  EXPECT_TRUE(eventually([&] { return server.metric("dcim_ingest_waiting_readings") == 0; }));
  EXPECT_EQ(stored(), 201 - 2 + 2);
  EXPECT_EQ(database.number("SELECT count(*) FROM readings WHERE value = 22.5"), 1);
  EXPECT_EQ(database.number("SELECT count(*) FROM discovered_topics"), 1);
  EXPECT_EQ(database.number("SELECT count(*) FROM rejected_messages WHERE reason = 'malformed_json'"), 1);

  const auto refused = database.query(
      "SELECT topic, detail, convert_from(payload, 'UTF8'), site FROM rejected_messages WHERE reason = 'refused_by_database' ORDER BY detail");
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused.text(0, 0), "dc/east/r/rack-R001/temperature");
  EXPECT_EQ(refused.text(0, 1), "/value: division by zero (SQLSTATE 22012)");
  EXPECT_THAT(refused.text(0, 2), ::testing::HasSubstr(R"("value":13,"quality":"good"})"));
  EXPECT_EQ(refused.text(0, 3), "east");
  EXPECT_THAT(refused.text(1, 1), ::testing::HasSubstr("(SQLSTATE 23514)"));
  EXPECT_GE(server.metric("dcim_ingest_rejected_total{reason=\"refused_by_database\"}"), 2);
  EXPECT_EQ(server.metric("dcim_ingest_store_failures_total"), 0);
  EXPECT_EQ(client.get("/api/health/ready").status, 200);
  EXPECT_EQ(database.number("SELECT count(*) FROM device_availability WHERE NOT online"), 0);

  // All of it was acknowledged: nothing comes again.
  server.stop();
  server.start();
  publish("dc/east/r/rack-R001/temperature", {payload(now(), 25)});
  EXPECT_TRUE(eventually([&] { return stored() == 202; }));
  EXPECT_EQ(server.metric("dcim_ingest_readings_total"), 1);
  EXPECT_EQ(database.number("SELECT count(*) FROM rejected_messages WHERE reason = 'refused_by_database'"), 2);
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM rollup_late") == 0; }));
  EXPECT_EQ(server.dcim({"rollups", "verify"}), 0);
}

TEST_F(IngestTest, WhatIsSentAgainIsStoredOnceAndACorrectionWins) {
  import("east", 1);
  const std::string topic = "dc/east/r/rack-R001/temperature";
  const auto ts = now(-10s);
  publish(topic, {payload(ts, 20), payload(ts, 20)});
  ASSERT_TRUE(eventually([&] { return stored() == 1; }));
  publish(topic, {payload(ts, 20), payload(ts, 22.5), payload(now(-20s), 19)});
  ASSERT_TRUE(eventually([&] { return stored() == 2; }));
  EXPECT_EQ(database.query("SELECT value FROM readings ORDER BY ts DESC LIMIT 1").f64(0, 0), 22.5);
}

TEST_F(IngestTest, KilledAtAnyMomentEveryAcknowledgedReadingIsThereExactlyOnce) {
  import("east", 4);
  const auto& folder = Services::get().folder();
  const std::map<std::string, std::string> environment{{"DCIM_MQTT_URL", Services::get().mqtt_url("dcim-sim")}};
  {
    std::vector<std::unique_ptr<Process>> bots;
    for (int i = 1; i <= 4; ++i) {
      const auto rack = "R00" + std::to_string(i);
      bots.push_back(
          std::make_unique<Process>(std::vector<std::string>{DCIM_BIN_DIR "/dcim-sim", "bot", "temperature", "--site", "east", "--room", "r",
                                                             "--rack", rack, "--interval", "0.01", "--journal", (folder / rack).string()},
                                    environment, folder / "bots.log"));
    }
    for (int kills = 1; kills <= 5; ++kills) {
      const auto before = stored();
      ASSERT_TRUE(eventually([&] { return stored() > before + 100; })) << "after " << kills << " kills";
      server.kill();
      server.start();
    }
    for (auto& bot : bots) bot->signal(SIGTERM);
    for (auto& bot : bots) EXPECT_EQ(bot->wait(), 0);
  }
  std::map<std::string, std::set<std::string>> acknowledged;  // topic → payloads; humidity has no sensor on this site
  std::size_t count = 0;
  for (int i = 1; i <= 4; ++i) {
    std::ifstream journal(folder / ("R00" + std::to_string(i)));
    for (std::string topic, line; std::getline(journal, topic, '\t') && std::getline(journal, line);) {
      if (topic.ends_with("/temperature")) count += acknowledged[topic].insert(line.substr(0, line.find(",\"value"))).second ? 1 : 0;
    }
  }
  ASSERT_GT(count, 500u);
  EXPECT_TRUE(eventually([&] { return stored() >= static_cast<std::int64_t>(count); }));
  EXPECT_EQ(stored(), static_cast<std::int64_t>(count));
  for (const auto& [topic, lines] : acknowledged) {
    const auto rows = database.query("SELECT ts FROM readings WHERE sensor_id = $1", store::params(sensor_id(topic)));
    std::set<std::string> there;
    for (std::size_t i = 0; i < rows.size(); ++i) there.insert(R"({"ts":")" + base::to_rfc3339(rows.time(i, 0)) + '"');
    EXPECT_EQ(there, lines) << topic;
  }
}

TEST_F(IngestTest, WhatWaitsInTheBrokerOutlivesItsOrderlyRestart) {
  import("east", 1);
  ASSERT_EQ(server.stop(), 0);
  std::vector<std::string> payloads;
  for (int i = 0; i < 3000; ++i) payloads.push_back(payload(now(std::chrono::seconds{-i - 10}), 20));
  publish("dc/east/r/rack-R001/temperature", payloads);
  Services::get().restart_broker(false);
  server.start();
  EXPECT_TRUE(eventually([&] { return stored() == 3000; })) << stored();
}

TEST_F(IngestTest, ABrokerThatIsKilledIsJoinedAgain) {
  import("killed", 1);  // what it had saved for the other tests' topics may come again
  Services::get().restart_broker(true);
  // A killed broker has forgotten the session: what is published before the server has subscribed again reaches nobody.
  ASSERT_TRUE(eventually([&] {
    std::ifstream log(server.log());
    std::size_t connected = 0;
    for (std::string line; std::getline(log, line);) connected += line.find(": connected") != line.npos ? 1 : 0;
    return connected == 2;
  }));
  EXPECT_TRUE(eventually([&] { return client.get("/api/health/ready").status == 200; }));
  publish("dc/killed/r/rack-R001/temperature", {payload(now(), 20)});
  EXPECT_TRUE(eventually([&] { return stored() == 1; }));
}

TEST_F(IngestTest, ADatabaseThatStandsStillLosesNothing) {
  import("east", 1);
  Services::get().freeze_database(true);
  std::vector<std::string> payloads;
  for (int i = 0; i < 5000; ++i) payloads.push_back(payload(now(std::chrono::seconds{-i - 10}), 20));
  publish("dc/east/r/rack-R001/temperature", payloads);
  EXPECT_TRUE(eventually([&] { return client.get("/api/health/ready").status == 503; }));
  EXPECT_NE(client.get("/api/health/ready").body.find("database"), std::string::npos);
  Services::get().freeze_database(false);
  EXPECT_TRUE(eventually([&] { return stored() == 5000; })) << stored();
  EXPECT_TRUE(eventually([&] { return client.get("/api/health/ready").status == 200; }));
}

TEST_F(IngestTest, ABotSaysThatItIsThereAndItsLastWillThatItIsGone) {
  import("east", 1);
  const auto online = [&](bool wanted) {
    return eventually([&] {
      const auto rows = database.query("SELECT online FROM device_availability a JOIN devices d ON d.id = a.device_id WHERE d.name = 'R001 PDU'");
      return !rows.empty() && rows.boolean(0, 0) == wanted;
    });
  };
  const std::vector<std::string> command{DCIM_BIN_DIR "/dcim-sim", "bot", "pdu", "--site", "east", "--room", "r", "--rack", "R001"};
  const std::map<std::string, std::string> environment{{"DCIM_MQTT_URL", Services::get().mqtt_url("dcim-sim")}};
  for (const int signal : {SIGKILL, SIGTERM}) {
    Process bot(command, environment, Services::get().folder() / "bots.log");
    EXPECT_TRUE(online(true)) << signal;
    bot.signal(signal);
    bot.wait();
    EXPECT_TRUE(online(false)) << signal;
  }
  EXPECT_GE(stored(), 2);
}

}  // namespace
}  // namespace dcim::tests
