// The rollups against the raw readings, after whatever order, lateness and correction readings may come in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "base/clock.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;

constexpr const char* kBehind = "SELECT (SELECT count(*) FROM rollup_late) + (SELECT count(*) FROM rollup_work)";

struct RollupsTest : ::testing::Test {
  RollupsTest() { EXPECT_EQ(server.dcim({"site", "import", site_file("storm", 2, 30).string()}), 0); }

  std::string reading(base::Timestamp ts, double value) const {
    return "{\"ts\":\"" + base::to_rfc3339(ts) + "\",\"value\":" + std::to_string(value) + "}";
  }
  void publish_to(int rack, std::vector<std::string> payloads) { publish("dc/storm/r/rack-R00" + std::to_string(rack) + "/temperature", payloads); }
  // Whatever of the raw readings is rolled up must be in each level, once.
  void expect_nothing_lost() {
    const auto raw = database.number("SELECT count(*) FROM readings, rollup_state WHERE ts < rolled_to AND quality <> 2");
    EXPECT_GT(raw, 0);
    for (const char* table : {"readings_5m", "readings_1h", "readings_1d"})
      EXPECT_EQ(database.number(std::string("SELECT sum(count)::int8 FROM ") + table), raw) << table;
  }

  Server server;
  Database database{server.database_url()};
  base::Timestamp now = base::SystemClock().now();
};

TEST_F(RollupsTest, AfterAStormOfLateDoubleAndCorrectedReadingsAndKillsThereIsNoDifference) {
  std::mt19937_64 random(11);
  std::uniform_int_distribution<int> seconds(0, 40 * 3600), value(-20, 1100), rack(1, 2);  // above 100 °C: bad
  for (int round = 0; round < 12; ++round) {
    std::vector<std::string> payloads[3];
    for (int i = 0; i < 700; ++i) {
      // From forty hours ago to a little ahead of the clock; whole half minutes, so that many meet an earlier one and correct it.
      const auto ts = std::chrono::floor<std::chrono::seconds>(now + 4min - std::chrono::seconds(seconds(random) / 30 * 30));
      payloads[rack(random)].push_back(reading(ts, value(random) / 10.0));
    }
    for (const int r : {1, 2}) publish_to(r, payloads[r]);
    if (round % 4 == 3) {
      server.kill();
      server.start();
    }
  }
  EXPECT_TRUE(eventually([&] { return server.metric("dcim_ingest_waiting_readings") == 0 && database.number(kBehind) == 0; }, 60s));
  EXPECT_EQ(server.dcim({"rollups", "verify"}), 0);
  expect_nothing_lost();
  EXPECT_GT(database.number("SELECT count(*) FROM readings WHERE quality = 2"), 0) << "the storm holds bad values";

  // What somebody has spoilt is found, and made good: changed, gone, or made up, also on a day of which there are no readings.
  for (const auto* spoil : {"UPDATE readings_1h SET sum = sum + 1 WHERE ts = (SELECT min(ts) FROM readings_1h)",
                            "DELETE FROM readings_5m WHERE ts = (SELECT max(ts) FROM readings_5m)",
                            "UPDATE readings_1d SET first = first + 1 WHERE ts = (SELECT max(ts) FROM readings_1d)",
                            "INSERT INTO readings_1d SELECT sensor_id, ts - interval '100 days', count, sum, min, max, first, last FROM readings_1d",
                            "DELETE FROM readings_5m", "DELETE FROM readings_1h", "DELETE FROM readings_1d"}) {
    database.query(spoil);
    EXPECT_EQ(server.dcim({"rollups", "verify"}), 1) << spoil;
    EXPECT_EQ(server.dcim({"rollups", "rebuild"}), 0) << spoil;
    EXPECT_EQ(server.dcim({"rollups", "verify"}), 0) << spoil;
    expect_nothing_lost();
  }
}

TEST_F(RollupsTest, MadeAnewWhileLateReadingsComeInTheyAreRight) {
  // Twelve days of readings, so that one rebuild takes a while; meanwhile late ones arrive for all of them.
  database.query(
      "INSERT INTO readings (sensor_id, ts, value) SELECT s.id, t, 20 + extract(minute FROM t) FROM sensors s, generate_series($1::timestamptz, "
      "$2::timestamptz, interval '20 seconds') t WHERE s.kind = 'inlet-temperature'",
      store::params(now - 12 * 24h, now - 1h));
  std::thread late([&] {
    std::mt19937_64 random(5);
    for (int round = 0; round < 20; ++round) {
      std::vector<std::string> payloads;
      for (int i = 0; i < 50; ++i) payloads.push_back(reading(now - std::chrono::seconds(random() % (12 * 86'400)), 40));
      publish_to(1 + round % 2, payloads);
    }
  });
  EXPECT_EQ(server.dcim({"rollups", "rebuild"}), 0);
  late.join();
  EXPECT_TRUE(eventually([&] { return server.metric("dcim_ingest_readings_stored_total") >= 1000; }));
  EXPECT_EQ(server.dcim({"rollups", "verify"}), 0);
  expect_nothing_lost();
}

TEST_F(RollupsTest, AValueThatBecomesBadLeavesTheRollup) {
  const base::Timestamp ts = std::chrono::floor<std::chrono::hours>(now - 30h) + 7min;
  publish_to(1, {reading(ts, 24)});
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings_1d") == 1; }, 20s));
  publish_to(1, {reading(ts, 500)});
  EXPECT_TRUE(eventually(
      [&] { return database.number("SELECT count(*) FROM readings_5m") + database.number("SELECT count(*) FROM readings_1d") == 0; }, 20s));
}

TEST_F(RollupsTest, WhatIsOlderThanItIsKeptIsDroppedAndItsRollupsStay) {
  const base::Timestamp old = std::chrono::floor<std::chrono::days>(now) - 40 * 24h + 6h;
  publish_to(1, {reading(old, 21), reading(old + 1min, 23), reading(now - 26h, 24)});
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings_1d") == 2 && database.number(kBehind) == 0; }, 20s));
  EXPECT_EQ(server.dcim({"retention", "set", "readings", "2000"}), 1) << "longer than readings_5m";
  EXPECT_EQ(server.dcim({"retention", "set", "readings", "0"}), 1);
  EXPECT_EQ(server.dcim({"retention", "set", "sensors", "10"}), 1);
  EXPECT_EQ(server.dcim({"retention", "set", "readings", "30"}), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action = 'retention.set'"), 1);
  server.stop();
  server.start();
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == 1; }, 20s));
  EXPECT_EQ(database.number("SELECT sum(count)::int8 FROM readings_1d"), 3);
  // What comes in for the time before leaves the rollups as they are, which are final.
  publish_to(1, {reading(old + 2min, 99)});
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == 2 && database.number(kBehind) == 0; }, 20s));
  EXPECT_EQ(database.number("SELECT count(*) FROM readings_1d WHERE max = 99"), 0);
  EXPECT_EQ(server.dcim({"rollups", "verify"}), 0);
}

// The server under test is of the Apache edition, as Debian's package is: what would be done elsewhere is in store/compression_test.cc.
TEST_F(RollupsTest, WhereCompressionIsNotOfferedItsSettingsAreKeptAndNothingFails) {
  EXPECT_EQ(server.dcim({"retention", "compress", "readings", "400"}), 1) << "dropped before";
  EXPECT_EQ(server.dcim({"retention", "compress", "readings", "0"}), 1);
  EXPECT_EQ(server.dcim({"retention", "compress", "readings", "soon"}), 1);
  EXPECT_EQ(server.dcim({"retention", "compress", "sensors", "10"}), 1);
  EXPECT_EQ(database.number("SELECT count(compress_after_days) FROM retention"), 0);
  EXPECT_EQ(server.dcim({"retention", "compress", "readings", "30"}), 0);
  EXPECT_EQ(server.dcim({"retention", "compress", "readings_1h", "365"}), 0);
  EXPECT_EQ(server.dcim({"retention", "compress", "readings_1h", "never"}), 0);
  EXPECT_EQ(server.dcim({"retention", "set", "readings", "60"}), 0) << "of the other setting";
  EXPECT_EQ(database.number("SELECT compress_after_days FROM retention WHERE name = 'readings' AND keep_days = 60"), 30);
  EXPECT_EQ(database.number("SELECT count(compress_after_days) FROM retention"), 1);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action = 'retention.compress'"), 3);
  EXPECT_EQ(server.dcim({"retention", "list"}), 0);

  publish_to(1, {reading(now - 50 * 24h, 21), reading(now - 70 * 24h, 22)});  // one to be compressed, one to be dropped
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings_1d") == 2 && database.number(kBehind) == 0; }, 20s));
  server.stop();
  std::filesystem::resize_file(server.log(), 0);
  server.start();
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == 1; }, 20s)) << "the task goes on";
  const auto log = [&] {
    std::ifstream file(server.log());
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_TRUE(
      eventually([&] { return log().find("compression is not offered by this server (timescaledb.license = apache)") != std::string::npos; }));
  EXPECT_EQ(server.metric("dcim_compression_offered"), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM timescaledb_information.chunks WHERE is_compressed"), 0);
  EXPECT_EQ(log().find("\"level\":\"error\""), std::string::npos);
  EXPECT_EQ(log().find("retention: compression is not offered", log().find("retention: compression is not offered") + 1), std::string::npos);
}

TEST_F(RollupsTest, AQueryHoldsTheOpenPartToo) {
  ASSERT_EQ(server.dcim({"user", "add", "a@b.test", "--role", "admin", "--password-stdin"}, "a-long-password\n"), 0);
  std::vector<std::string> payloads;
  const base::Timestamp first = std::chrono::floor<std::chrono::hours>(now) - 26h;
  int sent = 0;
  for (auto ts = first; ts < now; ts += 60s, ++sent) payloads.push_back(reading(ts, 20 + sent % 10));
  publish_to(1, payloads);
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == sent && database.number(kBehind) == 0; }, 30s));
  Client client(server.port());
  client.login("a@b.test", "a-long-password");
  const auto id =
      database.number("SELECT s.id FROM sensors s JOIN devices d ON d.id = s.device_id WHERE s.kind = 'inlet-temperature' AND d.name LIKE 'R001%'");
  for (const char* interval : {"1m", "5m", "15m", "1h", "6h", "1d"}) {
    const auto answer =
        client.get("/api/sensors/" + std::to_string(id) + "/readings?interval=" + interval + "&from=" + base::to_rfc3339(first - 48h));
    ASSERT_EQ(answer.status, 200u) << answer.body;
    std::int64_t count = 0;
    double lowest = 1e9, highest = 0, weighted = 0;
    const auto json = answer.json();
    for (const auto& point : json.at("points").as_array()) {
      const auto& p = point.as_array();
      count += p.at(1).to_number<std::int64_t>();
      lowest = std::min(lowest, p.at(2).to_number<double>());
      weighted += p.at(3).to_number<double>() * p.at(1).to_number<double>();
      highest = std::max(highest, p.at(4).to_number<double>());
    }
    EXPECT_EQ(count, sent) << interval;
    EXPECT_EQ(lowest, 20) << interval;
    EXPECT_EQ(highest, 29) << interval;
    double sum = 0;
    for (int i = 0; i < sent; ++i) sum += 20 + i % 10;
    EXPECT_NEAR(weighted, sum, 1e-6) << interval;
  }

  // Several sensors at once, combined, with their gaps, and as CSV.
  publish_to(2, payloads);
  publish("dc/storm/r/rack-R001/power", {reading(first + 1h, 3), reading(first + 5h, 4)});
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == 2 * sent + 2 && database.number(kBehind) == 0; }, 30s));
  const auto since = "&from=" + base::to_rfc3339(first);
  const auto other =
      database.number("SELECT s.id FROM sensors s JOIN devices d ON d.id = s.device_id WHERE s.kind = 'inlet-temperature' AND d.name LIKE 'R002%'");
  const auto both = client.get("/api/readings?site=storm&interval=1h&sensors=" + std::to_string(id) + "," + std::to_string(other) + since);
  ASSERT_EQ(both.status, 200u) << both.body;
  EXPECT_EQ(both.json().at("series").as_array().size(), 2u);
  EXPECT_EQ(both.json().at("series").at(0).at("points"), both.json().at("series").at(1).at("points"));
  const auto sums = client.get("/api/readings?site=storm&kind=inlet-temperature&combine=sum&interval=1h" + since).json();
  EXPECT_EQ(sums.at("expected"), 2);
  for (const auto& point : sums.at("points").as_array()) {
    EXPECT_EQ(point.at(1), 2);
    EXPECT_NEAR(point.at(2).to_number<double>(), 49, 6);
  }
  const auto power =
      database.number("SELECT s.id FROM sensors s JOIN devices d ON d.id = s.device_id WHERE s.kind = 'rack-power' AND d.name LIKE 'R001%'");
  const auto gaps = client.get("/api/sensors/" + std::to_string(power) + "/readings?interval=1h" + since).json();
  ASSERT_EQ(gaps.at("gaps").as_array().size(), 2u) << boost::json::serialize(gaps);
  EXPECT_EQ(gaps.at("gaps").at(0).at(0), base::to_unix_ms(first + 2h));
  EXPECT_EQ(gaps.at("gaps").at(0).at(1), base::to_unix_ms(first + 5h));
  const auto csv = client.get("/api/sensors/" + std::to_string(power) + "/readings.csv?interval=raw" + since);
  EXPECT_THAT(csv.headers.at("content-type"), ::testing::StartsWith("text/csv"));
  EXPECT_EQ(csv.body, "sensor_id,ts,value,quality\r\n" + std::to_string(power) + "," + base::to_rfc3339(first + 1h) + ",3,good\r\n" +
                          std::to_string(power) + "," + base::to_rfc3339(first + 5h) + ",4,good\r\n");
  // A long one comes whole, in pieces; JSON of so many points is refused.
  database.query(
      "INSERT INTO readings (sensor_id, ts, value) SELECT $1::int, $2::timestamptz + make_interval(secs => n), n FROM generate_series(1, 70000) n",
      store::params(power, first - 24h * 30));
  const auto span = "interval=raw&from=" + base::to_rfc3339(first - 24h * 30) + "&to=" + base::to_rfc3339(first - 24h * 20);
  const auto path = "/api/sensors/" + std::to_string(power);
  EXPECT_EQ(client.get(path + "/readings?" + span).status, 400u);
  const auto whole = client.get(path + "/readings.csv?" + span);
  ASSERT_EQ(whole.status, 200u);
  EXPECT_EQ(whole.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(std::ranges::count(whole.body, '\n'), 70'001);
  EXPECT_THAT(whole.body, ::testing::EndsWith("," + base::to_rfc3339(first - 24h * 30 + 70'000s) + ",70000,good\r\n"));
  // The points wanted decide the interval.
  EXPECT_EQ(client.get("/api/sensors/" + std::to_string(id) + "/readings?points=30" + since).json().at("interval"), "1h");
  EXPECT_EQ(client.get("/api/sensors/" + std::to_string(id) + "/readings?points=9").status, 400u);
  EXPECT_EQ(client.get("/api/readings?site=storm").status, 400u);
  EXPECT_EQ(client.get("/api/readings?site=storm&sensors=99999").status, 404u);
  EXPECT_EQ(client.get("/api/readings?site=storm&kind=inlet-temperature&combine=median").status, 400u);
}

}  // namespace
}  // namespace dcim::tests
