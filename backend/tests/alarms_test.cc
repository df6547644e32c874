// Alarms on real parts: from a published reading to the database, the API and a browser's stream; and whatever breaks meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <mutex>
#include <random>
#include <set>

#include "base/clock.h"
#include "simulators/bots/mqtt_client.h"
#include "tests/support/stack.h"
#include "tests/support/stream_client.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

base::Timestamp now() { return base::SystemClock().now(); }
// To the millisecond, as devices tell it.
std::string sample(base::Timestamp ts, double value) {
  return R"({"ts":")" + base::to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(ts)) + R"(","value":)" + std::to_string(value) + "}";
}

struct AlarmsTest : ::testing::Test {
  AlarmsTest() {
    EXPECT_EQ(server.dcim({"site", "import", site_file("hall", 3).string()}), 0);
    for (const auto* role : {"admin", "operator", "site-manager", "viewer"}) {
      EXPECT_EQ(server.dcim({"user", "add", std::string(role) + "@test.test", "--role", role, "--site", "hall", "--password-stdin"}, "long enough"),
                0);
    }
    EXPECT_TRUE(eventually([&] { return client.login("operator@test.test", "long enough").status == 200; }));
    EXPECT_EQ(admin.login("admin@test.test", "long enough").status, 200u);
    EXPECT_TRUE(eventually([&] { return client.get("/api/rooms?site=hall").json().at("items").as_array().size() == 1; }));
  }

  static std::string topic(int rack) { return "dc/hall/r/rack-R00" + std::to_string(rack) + "/temperature"; }
  void read(int rack, std::chrono::seconds ago, double value) { publish(topic(rack), {sample(now() - ago, value)}); }

  boost::json::array alarms(const std::string& filter = "") {
    const auto answer = client.get("/api/alarms?site=hall" + filter);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    return answer.json().at("items").as_array();
  }
  // "critical active R001", the newest first.
  std::vector<std::string> shown(const std::string& filter = "") {
    std::vector<std::string> out;
    for (const auto& alarm : alarms(filter)) {
      out.push_back(text(alarm, "severity") + " " + text(alarm, "state") + " " + std::string(alarm.at("source").at("rack").as_string()));
    }
    return out;
  }
  static std::string text(const boost::json::value& object, const char* key) { return std::string(object.at(key).as_string()); }
  bool becomes(const std::vector<std::string>& wanted, const std::string& filter = "") {
    const bool there = eventually([&] { return shown(filter) == wanted; });
    EXPECT_EQ(shown(filter), wanted);
    return there;
  }
  std::vector<std::string> journal(std::int64_t id) {
    std::vector<std::string> out;
    const auto detail = client.get("/api/alarms/" + std::to_string(id) + "?site=hall").json();
    for (const auto& entry : detail.at("journal").as_array()) out.push_back(text(entry, "change"));
    return out;
  }
  Answer acknowledge(Client& who, const boost::json::array& ids, const std::string& note = "") {
    return who.post("/api/alarms/acknowledge?site=hall", boost::json::serialize(boost::json::object{{"ids", ids}, {"note", note}}));
  }

  Server server;
  Database database{server.database_url()};
  Client client{server.port()};  // the operator
  Client admin{server.port()};
};

TEST_F(AlarmsTest, WarningCriticalAcknowledgedClearedResolved) {
  read(1, 400s, 27.9);
  read(1, 360s, 28.2);
  ASSERT_TRUE(becomes({"minor active R001"}));
  read(1, 330s, 32.1);
  ASSERT_TRUE(becomes({"critical active R001"}));
  const auto id = alarms()[0].at("id").as_int64();
  const auto done = acknowledge(client, {id}, "on my way");
  ASSERT_EQ(done.status, 200u) << done.body;
  EXPECT_THAT(shown(), ElementsAre("critical acknowledged R001"));
  EXPECT_EQ(text(alarms()[0], "acknowledged_by"), "operator@test.test");
  // Two minutes well inside the limit end it, by the readings' own time.
  read(1, 300s, 24);
  read(1, 170s, 24);
  ASSERT_TRUE(becomes({}));
  EXPECT_THAT(shown("&state=all"), ElementsAre("critical resolved R001"));
  EXPECT_THAT(journal(id), ElementsAre("raised", "severity-raised", "acknowledged", "cleared", "resolved"));
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action = 'alarm.acknowledge' AND actor = 'operator@test.test'"), 1);
  EXPECT_THROW(database.query("DELETE FROM alarm_journal"), store::DatabaseError);
  EXPECT_THROW(database.query("UPDATE alarm_journal SET note = ''"), store::DatabaseError);
}

TEST_F(AlarmsTest, AClearedAlarmStaysUntilSomebodyHasSeenItAndComesBackAsTheSame) {
  read(1, 600s, 29);
  read(1, 570s, 20);
  read(1, 440s, 20);
  ASSERT_TRUE(becomes({"minor cleared R001"}));
  read(1, 400s, 29);
  ASSERT_TRUE(becomes({"minor active R001"}));
  EXPECT_EQ(alarms()[0].at("occurrences").as_int64(), 2);
  read(1, 390s, 33);
  ASSERT_TRUE(becomes({"critical active R001"}));
  ASSERT_EQ(acknowledge(client, {alarms()[0].at("id").as_int64()}).status, 200u);
  // A rise in severity announces anew: the acknowledgement was of less.
  read(1, 380s, 30);
  read(1, 250s, 30);
  ASSERT_TRUE(becomes({"minor acknowledged R001"}));
  read(1, 240s, 33);
  ASSERT_TRUE(becomes({"critical active R001"}));
}

TEST_F(AlarmsTest, OfTwoOperatorsOneWinsAndTheOtherIsToldWho) {
  read(1, 60s, 33);
  read(2, 60s, 33);
  ASSERT_TRUE(eventually([&] { return alarms().size() == 2; }));
  const auto list = alarms();
  const boost::json::array both{list[0].at("id"), list[1].at("id")};
  ASSERT_EQ(acknowledge(admin, {both[0]}).status, 200u);
  const auto second = acknowledge(client, both).json();
  EXPECT_EQ(second.at("acknowledged").as_array().size(), 1u);
  ASSERT_EQ(second.at("already").as_array().size(), 1u);
  EXPECT_EQ(text(second.at("already").as_array()[0], "acknowledged_by"), "admin@test.test");
  EXPECT_EQ(acknowledge(client, {both[0], 999'999}).status, 404u);
  Client viewer(server.port());
  ASSERT_EQ(viewer.login("viewer@test.test", "long enough").status, 200u);
  EXPECT_EQ(acknowledge(viewer, both).status, 403u);
  EXPECT_EQ(client.post("/api/alarms/acknowledge?site=hall", R"({"ids":[]})").json().at("field").as_string(), "/ids");
  EXPECT_EQ(client.post("/api/alarms/acknowledge?site=hall", R"({"ids":[1],"colour":1})").json().at("field").as_string(), "/colour");
}

TEST_F(AlarmsTest, ARuleHoldsFromTheNextReadingOnAndWhatStandsIsJudgedAnew) {
  read(1, 60s, 29);
  ASSERT_TRUE(becomes({"minor active R001"}));
  const std::string rule = R"({"name":"R1 is warm by design","type":"limits","kind":"inlet-temperature","scope":{"rack_id":)" +
                           std::to_string(database.number("SELECT id FROM racks WHERE name = 'R001'")) +
                           R"(},"levels":[{"when":"above","limit":31,"severity":"major"}],"dead_band":1})";
  EXPECT_EQ(client.post("/api/alarm-rules?site=hall", rule).status, 403u);
  const auto made = admin.post("/api/alarm-rules?site=hall", rule);
  ASSERT_EQ(made.status, 201u) << made.body;
  ASSERT_TRUE(becomes({"minor cleared R001"}));
  read(1, 30s, 31.5);
  ASSERT_TRUE(becomes({"major active R001"}));
  EXPECT_EQ(admin.post("/api/alarm-rules?site=hall", rule).status, 409u);
  // Edited by two: the second is told.
  const auto target = "/api/alarm-rules/" + std::to_string(made.json().at("id").as_int64()) + "?site=hall";
  auto changed = rule;
  changed.replace(changed.find("31"), 2, "35");
  const auto put = [&](const char* version) {
    return admin.request("PUT", target, changed, {{"X-CSRF-Token", admin.csrf_token()}, {"If-Match", version}}).status;
  };
  EXPECT_EQ(put("\"1\""), 200u);
  EXPECT_EQ(put("\"1\""), 409u);
  ASSERT_TRUE(becomes({"major cleared R001"}));
  EXPECT_EQ(admin.request("DELETE", target, "", {{"X-CSRF-Token", admin.csrf_token()}, {"If-Match", "\"2\""}}).status, 204u);
  ASSERT_TRUE(becomes({"minor active R001"}));
  // A site manager edits in his site, not for all.
  Client manager(server.port());
  ASSERT_EQ(manager.login("site-manager@test.test", "long enough").status, 200u);
  EXPECT_EQ(manager.post("/api/alarm-rules?site=hall", rule).status, 201u);
  EXPECT_EQ(
      manager
          .post("/api/alarm-rules?site=hall", R"({"name":"x","type":"limits","kind":"x","levels":[{"when":"above","limit":1,"severity":"minor"}]})")
          .status,
      403u);
}

TEST_F(AlarmsTest, ADraftFiresInItsTrialAsItWouldHaveFiredLive) {
  std::vector<std::string> samples;
  const auto begin = now() - 6h;
  for (int i = 0; i < 600; ++i) samples.push_back(sample(begin + i * 30s, 26 + 4 * std::sin(i / 20.0)));
  publish(topic(1), samples);
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == 600; }));
  ASSERT_TRUE(eventually([&] { return alarms("&state=all").size() == 5; })) << boost::json::serialize(alarms("&state=all"));
  const std::string rule =
      R"({"name":"inlet","type":"limits","kind":"inlet-temperature","levels":[{"when":"below","limit":15,"severity":"critical"},)"
      R"({"when":"below","limit":18,"severity":"minor"},{"when":"above","limit":28,"severity":"minor"},{"when":"above","limit":32,"severity":"critical"}],)"
      R"("dead_band":1,"off_delay_s":120})";
  const auto answer = admin.post("/api/alarm-rules/test?site=hall", R"({"rule":)" + rule + "}");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  EXPECT_EQ(answer.json().at("total").as_int64(), 5);
  EXPECT_EQ(answer.json().at("readings").as_int64(), 600);
  std::vector<std::string> tried, live;
  const auto body = answer.json();
  for (const auto& firing : body.at("firings").as_array()) tried.push_back(text(firing, "raised_at") + " " + text(firing, "cleared_at"));
  const auto list = alarms("&state=all");
  for (auto it = list.rbegin(); it != list.rend(); ++it) live.push_back(text(*it, "raised_at") + " " + text(*it, "cleared_at"));
  EXPECT_EQ(tried, live);
  // From history: nobody was called, and there is nothing left to do.
  EXPECT_THAT(alarms(), IsEmpty());
  EXPECT_EQ(client.get("/api/alarms/counts?site=hall").json().at("unacknowledged").at("minor").as_int64(), 0);
}

TEST_F(AlarmsTest, ThePagesOfTheHistoryLeaveNothingOutAndTheFiltersHold) {
  for (int rack = 1; rack <= 3; ++rack) read(rack, 60s, rack == 2 ? 33 : 29);
  ASSERT_TRUE(eventually([&] { return alarms().size() == 3; }));
  std::set<std::int64_t> seen;
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    const auto answer = client.get("/api/alarms?site=hall&order=severity&limit=1" + cursor).json();
    EXPECT_EQ(answer.at("total").as_int64(), 3);
    if (page == 0) {
      EXPECT_EQ(text(answer.at("items").as_array().at(0), "severity"), "critical");
    }
    seen.insert(answer.at("items").as_array().at(0).at("id").as_int64());
    cursor = page == 2 ? "" : "&cursor=" + text(answer, "next_cursor");
    if (page == 2) {
      EXPECT_TRUE(answer.at("next_cursor").is_null());
    }
  }
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_THAT(shown("&severity=critical,major"), ElementsAre("critical active R002"));
  EXPECT_THAT(shown("&search=R003"), ElementsAre("minor active R003"));
  EXPECT_THAT(shown("&search=%25"), IsEmpty());
  EXPECT_THAT(shown("&system=power"), IsEmpty());
  const auto ids = std::to_string(*seen.begin()) + "," + std::to_string(*seen.rbegin());
  EXPECT_EQ(client.get("/api/alarms?site=hall&state=all&ids=" + ids).json().at("total").as_int64(), 2);
  EXPECT_EQ(client.get("/api/alarms?site=hall&ids=1,x").json().at("field").as_string(), "ids");
  EXPECT_EQ(client.get("/api/alarms?site=hall&cursor=1.2.3x").json().at("field").as_string(), "cursor");
  EXPECT_EQ(client.get("/api/alarms?site=hall&severity=red").json().at("field").as_string(), "severity");
  EXPECT_THAT(client.get("/api/alarms.csv?site=hall").body, ::testing::HasSubstr("\"R002\""));
  const auto id = alarms()[0].at("id").as_int64();
  EXPECT_EQ(client.post("/api/alarms/" + std::to_string(id) + "/notes?site=hall", R"({"note":"fan \"2\" is loud"})").status, 200u);
  EXPECT_EQ(alarms("&search=is%20loud").size(), 1u);
  EXPECT_EQ(client.post("/api/alarms/" + std::to_string(id) + "/reset?site=hall").status, 409u);
}

TEST_F(AlarmsTest, TheClockEndsADelayBetweenTwoReadings) {
  const std::string rule = R"({"name":"slow","type":"limits","kind":"inlet-temperature","scope":{"site":"hall"},)"
                           R"("levels":[{"when":"above","limit":28,"severity":"major"}],"on_delay_s":2})";
  ASSERT_EQ(admin.post("/api/alarm-rules?site=hall", rule).status, 201u);
  const auto at = now();
  publish(topic(1), {sample(at, 29)});
  ASSERT_TRUE(eventually([&] { return shown() == std::vector<std::string>{"major active R001"}; }, 30s));
  EXPECT_EQ(text(alarms()[0], "raised_at"), base::to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(at) + 2s));
}

// Killed at random moments: the journal is what one engine that never stops would have written.
TEST_F(AlarmsTest, AServerThatIsKilledNeitherLosesNorRepeatsATransition) {
  std::mt19937 random(11);
  const auto begin = std::chrono::floor<std::chrono::seconds>(now() - 90min);
  double value = 27;
  int readings = 0;
  std::vector<double> values;
  for (int round = 0; round < 12; ++round) {
    std::vector<std::string> samples;
    for (int i = 0; i < 40; ++i, ++readings) {
      value += std::normal_distribution<>(0, 1.5)(random) + (28 - value) * 0.1;
      values.push_back(value);
      samples.push_back(sample(begin + readings * 10s, value));
    }
    publish(topic(1), samples);
    if (random() % 2 == 0) {
      server.kill();
      server.start();
    }
  }
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == readings; }, 30s));
  // An independent, plain judgement of the same values: limits 28 and 32, dead-band 1, no on-delay, 120 s off-delay; and 18, 15 below.
  std::vector<std::string> expected;
  struct Level {
    double limit;
    bool high;
    int severity;
    bool set = false;
    int safe_since = -1;
  };
  std::vector<Level> levels{{15, false, 4}, {18, false, 2}, {28, true, 2}, {32, true, 4}};
  const auto worst = [&] {
    int out = 0;
    for (const auto& l : levels) out = l.set ? std::max(out, l.severity) : out;
    return out;
  };
  for (int t = 0; t < readings; ++t) {
    const int before = worst();
    for (auto& l : levels) {
      const double x = std::stod(std::to_string(values[static_cast<std::size_t>(t)]));
      const bool beyond = l.high ? x >= l.limit : x <= l.limit;
      const bool safe = l.high ? x < l.limit - 1 : x > l.limit + 1;
      if (!l.set) {
        l.set = beyond;
        l.safe_since = -1;
      } else if (!safe) {
        l.safe_since = -1;
      } else {
        if (l.safe_since < 0) l.safe_since = t;
        if (10 * (t - l.safe_since) >= 120) l = {l.limit, l.high, l.severity};
      }
    }
    const int after = worst();
    if (before == after) continue;
    expected.push_back((before == 0      ? "raised "
                        : after == 0     ? "cleared "
                        : after > before ? "severity-raised "
                                         : "severity-lowered ") +
                       std::to_string(10 * t));
  }
  ASSERT_GT(expected.size(), 10u);
  const auto told = [&] {
    const auto rows = database.query(
        "SELECT CASE change WHEN 'raised-again' THEN 'raised' ELSE change END, extract(epoch FROM ts - $1::timestamptz)::int "
        "FROM alarm_journal j JOIN alarms a ON a.id = j.alarm_id WHERE change NOT IN ('resolved', 'announced') AND a.type = 0 ORDER BY ts, j.id",
        store::params(begin));
    std::vector<std::string> out;
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(rows.text(i, 0) + " " + rows.text(i, 1));
    return out;
  };
  EXPECT_TRUE(eventually([&] { return told() == expected; }, 5s));
  EXPECT_EQ(told(), expected);
}

// One device that speaks for many.
void publish_each(const std::vector<std::pair<std::string, std::string>>& messages) {
  bots::MqttClient::Options options;
  options.broker = bots::parse_url(Services::get().mqtt_url("dcim-device")).value();
  options.client_id = "flood";
  options.availability_topic = "dc/flood/publisher/availability";
  bots::MqttClient client(std::move(options));
  client.start();
  for (const auto& [topic, payload] : messages) {
    client.publish(topic, payload);
    EXPECT_TRUE(client.wait_for_room(10s));
  }
  EXPECT_TRUE(client.wait_until_empty(10s));
  EXPECT_EQ(client.dropped(), 0u);
  client.stop(5s);
}

// A site-wide event: ten thousand racks at once. Every browser hears of every alarm, and the list answers meanwhile.
TEST(AlarmFlood, TenThousandAlarmsAtOnceLeaveTheListAndTheStreamUsable) {
  constexpr int kRacks = 10'000;
  Server server;
  Database database(server.database_url());
  ASSERT_EQ(server.dcim({"site", "import", site_file("flood", kRacks).string()}), 0);
  ASSERT_EQ(server.dcim({"user", "add", "op@test.test", "--role", "operator", "--site", "flood", "--password-stdin"}, "long enough"), 0);
  Client client(server.port());
  ASSERT_TRUE(eventually([&] { return client.login("op@test.test", "long enough").status == 200; }));
  ASSERT_TRUE(eventually([&] { return client.get("/api/alarms/counts?site=flood").status == 200; }));
  std::mutex guard;  // the stream is heard on a thread of its own
  std::set<std::int64_t> heard;
  std::int64_t counted = 0;
  StreamClient browser(server.port(), "dcim_session=" + client.cookie(), "flood", [&](const boost::json::object& message) {
    if (message.at("type") != "alarms") return;
    const std::lock_guard lock(guard);
    for (const auto& alarm : message.at("alarms").as_array()) heard.insert(alarm.at("id").as_int64());
    counted = message.at("alarm_counts").at("unacknowledged").at("critical").as_int64();
  });
  // One publisher, all racks hot.
  const auto at = now();
  std::vector<std::pair<std::string, std::string>> hot;
  for (int i = 1; i <= kRacks; ++i) {
    char rack[16];
    std::snprintf(rack, sizeof rack, "R%03d", i);
    hot.emplace_back("dc/flood/r/rack-" + std::string(rack) + "/temperature", sample(at, 35));
  }
  publish_each(hot);
  int answered = 0;
  ASSERT_TRUE(eventually(
      [&] {
        answered += client.get("/api/alarms?site=flood&limit=100").status == 200;
        return database.number("SELECT count(*) FROM alarms") == kRacks;
      },
      60s));
  EXPECT_GT(answered, 0);
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(guard);
    return heard.size() == kRacks && counted == kRacks;
  }));
  EXPECT_TRUE(browser.open());
  const auto page = client.get("/api/alarms?site=flood&limit=1000").json();
  EXPECT_EQ(page.at("total").as_int64(), kRacks);
  boost::json::array ids;
  for (const auto& alarm : page.at("items").as_array()) ids.push_back(alarm.at("id"));
  const auto done = client.post("/api/alarms/acknowledge?site=flood", boost::json::serialize(boost::json::object{{"ids", ids}}));
  EXPECT_EQ(done.json().at("acknowledged").as_array().size(), 1000u);
  EXPECT_EQ(client.get("/api/alarms/counts?site=flood").json().at("unacknowledged").at("critical").as_int64(), kRacks - 1000);
}

}  // namespace
}  // namespace dcim::tests
