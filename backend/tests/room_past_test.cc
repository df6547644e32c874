// A room at 100 random moments of its past, as the API tells it, against a recomputation of its own from the raw rows; and how long a seek takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <random>
#include <set>

#include "base/clock.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto kDays = 12;

struct RoomPastTest : ::testing::Test {
  RoomPastTest() {
    EXPECT_EQ(server.dcim({"site", "import", site_file("past", kRacks).string()}), 0);
    EXPECT_EQ(server.dcim({"user", "add", "admin@test.test", "--role", "admin", "--password-stdin"}, "long enough"), 0);
    EXPECT_EQ(client.login("admin@test.test", "long enough").status, 200u);
    EXPECT_TRUE(eventually([&] { return client.get("/api/rooms?site=past").json().at("items").as_array().size() == 1; }));
    room = database.number("SELECT id FROM rooms WHERE code = 'r'");
  }

  std::string url(const std::string& what) const { return "/api/rooms/" + std::to_string(room) + "/" + what; }
  json::value get(const std::string& target) {
    const auto answer = client.get(target);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    return answer.json();
  }
  static std::int64_t ms(const json::value& time) { return base::to_unix_ms(base::from_rfc3339(std::string(time.as_string())).value()); }

  // --- The history that is asked about: readings with holes, alarms with every kind of entry, three versions of the plan ---
  void make_readings() {
    // Every 10 minutes (the sensors' interval is 30 s: the window is an hour), each sensor silent for hours now and then, some bad.
    database.query(
        "INSERT INTO readings (sensor_id, ts, value, quality) SELECT s.id, t + make_interval(secs => (s.id * 37) % 600), 20 + random() * 15, "
        "CASE WHEN random() < 0.02 THEN 2 ELSE 0 END FROM sensors s, generate_series($1::timestamptz, $2::timestamptz, interval '10 minutes') AS t "
        "WHERE (extract(epoch FROM t)::bigint / 7200 + s.id) % 5 <> 0",
        store::params(begin, end));
  }
  void make_alarms(std::mt19937_64& random) {
    const auto sensors = database.query("SELECT s.id, d.id, d.room_id, d.rack_id, d.site_id FROM sensors s JOIN devices d ON d.id = s.device_id");
    std::uniform_int_distribution<std::int64_t> when(0, (end - begin) / 1s);
    std::uniform_int_distribution<int> dice(0, 5), pick(0, static_cast<int>(sensors.size()) - 1), severity(1, 4), pause(30, 40'000);
    for (int i = 0; i < 300; ++i) {
      const auto row = static_cast<std::size_t>(pick(random));
      auto at = begin + std::chrono::seconds(when(random));
      const auto raised = at;
      struct Step {
        base::Timestamp ts;
        std::string change;
        int severity;
      };
      int level = severity(random);
      std::vector<Step> steps{{at, "raised", level}};
      const int length = dice(random) + dice(random);
      bool cleared = false, resolved = false;
      for (int k = 0; k < length && !resolved; ++k) {
        at += std::chrono::seconds(pause(random));
        switch (dice(random)) {
          case 0: steps.push_back({at, "acknowledged", level}); break;
          case 1: steps.push_back({at, "noted", level}); break;
          case 2:
            if (!cleared) steps.push_back({at, "severity-raised", level = 4});
            break;
          case 3:
            if (!cleared) steps.push_back({at, "severity-lowered", level = 1});
            break;
          case 4:
            steps.push_back({at, cleared ? "raised-again" : "cleared", level});
            cleared = !cleared;
            break;
          case 5:
            if (!cleared) steps.push_back({at, "cleared", level});
            steps.push_back({at, "resolved", level});
            cleared = resolved = true;
            break;
        }
      }
      // Resolved by the server's clock, a little after the readings'. Of a subject only one may be active: each has a subject of its own.
      const auto cleared_at = cleared ? std::optional(at) : std::nullopt;
      const auto resolved_at = resolved ? std::optional(at + 20s) : std::nullopt;
      const auto id =
          database
              .query(
                  "INSERT INTO alarms (site_id, subject, type, rule, instruction, kind, unit, system, room_id, room, rack_id, rack, device_id, "
                  "device, sensor_id, sensor, severity, level_when, level_limit, value, latching, ack_required, announced, raised_at, "
                  "changed_at, cleared_at, resolved_at) VALUES ($1, $2, 0, 'Rule', '', 'inlet-temperature', '', 0, $3, 'R', $4, 'K', $5, 'D', $6, "
                  "'S', $7, 0, 28, 30, false, true, true, $8, $9, $10, $11) RETURNING id",
                  store::params(sensors.i32(row, 4), 100'000 + i, sensors.i32(row, 2), sensors.i32(row, 3), sensors.i32(row, 1), sensors.i32(row, 0),
                                level, raised, at, cleared_at, resolved_at))
              .i32(0, 0);
      for (const auto& step : steps) {
        database.query("INSERT INTO alarm_journal (alarm_id, ts, change, severity) VALUES ($1, $2, $3, $4)",
                       store::params(id, step.ts, step.change, step.severity));
      }
    }
  }
  void make_plans() {
    const auto racks = database.query("SELECT id FROM racks ORDER BY id");
    for (int version = 1; version <= 3; ++version) {
      json::array placed;
      for (std::size_t i = 0; i < racks.size(); ++i) {
        placed.push_back(json::object{{"id", racks.i32(i, 0)},
                                      {"row", nullptr},
                                      {"placement", json::object{{"x_m", 1.0 + static_cast<double>(i)},
                                                                 {"y_m", static_cast<double>(version)},
                                                                 {"rotation_deg", 0},
                                                                 {"width_m", 0.6},
                                                                 {"depth_m", 1.2}}}});
      }
      const json::object document{{"width_m", 20},           {"depth_m", 20},   {"ashrae_class", "A1"},
                                  {"aisles", json::array()}, {"racks", placed}, {"units", json::array()}};
      database.query("INSERT INTO room_plans (room_id, version, valid_from, author, imported, document) VALUES ($1, $2, $3, 'test', false, $4)",
                     store::params(room, version, begin + 24h * (version * 3), json::serialize(document)));
    }
  }

  // --- The recomputation: all rows, one after the other ---
  struct Row {
    std::int64_t ts_ms;
    double value;
    int quality;
    // Boost.JSON reads a number with its last bit off at times: the answer's text is exact, the test's reading of it is not.
    bool operator==(const Row& other) const {
      return ts_ms == other.ts_ms && quality == other.quality && std::abs(value - other.value) <= 1e-14 * std::abs(value);
    }
  };
  std::map<std::int64_t, Row> readings_then(base::Timestamp at) const {
    std::map<std::int64_t, Row> out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const auto ts = raw.time(i, 1);
      if (ts <= at && ts > at - 1h) out[raw.i32(i, 0)] = {base::to_unix_ms(ts), raw.f64(i, 2), raw.i32(i, 3)};
    }
    return out;
  }
  std::map<std::int64_t, std::string> alarms_then(base::Timestamp at) const {
    std::map<std::int64_t, std::string> out;
    const std::vector<std::string> severities{"", "info", "minor", "major", "critical"};
    std::map<std::int64_t, std::pair<std::string, std::string>> standing;  // severity, state
    std::set<std::int64_t> over;
    for (std::size_t i = 0; i < journal.size(); ++i) {
      if (journal.time(i, 1) > at) continue;
      const auto id = journal.i32(i, 0);
      const auto change = journal.text(i, 2);
      if (change == "noted") continue;
      auto& [severity, state] = standing[id];
      severity = severities.at(static_cast<std::size_t>(journal.i32(i, 3)));
      if (change == "raised" || change == "raised-again" || (change == "severity-raised" && state == "acknowledged")) state = "active";
      if (change == "cleared") state = "cleared";
      if (change == "acknowledged" && state == "active") state = "acknowledged";
      if (change == "resolved") over.insert(id);
    }
    for (const auto& [id, s] : standing) {
      if (!over.contains(id)) out[id] = s.first + " " + s.second;
    }
    return out;
  }

  static constexpr int kRacks = 8;
  Server server;
  Database database{server.database_url()};
  Client client{server.port()};
  std::int64_t room = 0;
  base::Timestamp end = std::chrono::floor<std::chrono::hours>(base::SystemClock().now());
  base::Timestamp begin = end - 24h * kDays;
  store::Rows raw, journal;
};

TEST_F(RoomPastTest, AtAHundredRandomMomentsItIsWhatTheRawRowsSay) {
  std::mt19937_64 random(std::getenv("DCIM_TEST_SEED") ? std::stoull(std::getenv("DCIM_TEST_SEED")) : 5);
  make_readings();
  make_alarms(random);
  make_plans();
  raw = database.query("SELECT sensor_id, ts, value, quality FROM readings ORDER BY ts");
  journal = database.query("SELECT alarm_id, ts, change, severity FROM alarm_journal ORDER BY alarm_id, ts, id");
  std::uniform_int_distribution<std::int64_t> when(-2 * 3600, (end - begin) / 1s + 3600);
  std::size_t open = 0, rows = 0;
  std::set<std::int64_t> versions;
  for (int i = 0; i < 100; ++i) {
    const auto at = begin + std::chrono::seconds(when(random));
    const auto name = base::to_rfc3339(at);
    const auto state = get(url("state?at=" + name));
    std::map<std::int64_t, Row> readings;
    for (const auto& row : state.at("readings").as_array()) {
      readings[row.at(0).as_int64()] = {row.at(1).as_int64(), row.at(2).to_number<double>(), row.at(3).to_number<int>()};
    }
    ASSERT_EQ(readings, readings_then(at)) << name;
    std::map<std::int64_t, std::string> alarms;
    for (const auto& alarm : state.at("alarms").as_array()) {
      alarms[alarm.at("id").as_int64()] = std::string(alarm.at("severity").as_string()) + " " + std::string(alarm.at("state").as_string());
    }
    ASSERT_EQ(alarms, alarms_then(at)) << name;
    const auto version = at >= begin + 24h * 9 ? 3 : at >= begin + 24h * 6 ? 2 : 1;
    ASSERT_EQ(state.at("plan_version").as_int64(), version) << name;
    const auto plan = get(url("plan?at=" + name));
    ASSERT_EQ(plan.at("racks").at(kRacks - 1).at("placement").at("y_m").to_number<double>(), version) << name;
    open += alarms.size();
    rows += readings.size();
    versions.insert(version);
  }
  EXPECT_GT(open, 200u);
  EXPECT_GT(rows, 500u);
  EXPECT_EQ(versions.size(), 3u);
}

TEST_F(RoomPastTest, TheTimelineTellsAlarmsPlansAndTheFirstReading) {
  EXPECT_TRUE(get(url("timeline")).at("earliest").is_null());
  EXPECT_TRUE(get(url("state?at=2001-01-01T00:00:00Z")).at("readings").as_array().empty());
  std::mt19937_64 random(7);
  make_readings();
  make_alarms(random);
  make_plans();
  const auto from = begin + 24h * 4, to = begin + 24h * 6;
  const auto timeline = get(url("timeline?from=" + base::to_rfc3339(from) + "&to=" + base::to_rfc3339(to)));
  EXPECT_EQ(ms(timeline.at("earliest")), base::to_unix_ms(database.query("SELECT min(ts) FROM readings").time(0, 0)));
  EXPECT_EQ(static_cast<std::int64_t>(timeline.at("alarms").as_array().size()),
            database.query("SELECT count(*) FROM alarms WHERE raised_at < $2 AND coalesce(cleared_at, 'infinity') >= $1", store::params(from, to))
                .i64(0, 0));
  std::int64_t last = 0;
  for (const auto& alarm : timeline.at("alarms").as_array()) {
    EXPECT_GE(ms(alarm.at("raised_at")), last) << "oldest first";
    last = ms(alarm.at("raised_at"));
  }
  EXPECT_FALSE(timeline.at("truncated").as_bool());
  EXPECT_EQ(timeline.at("plans").as_array().size(), 3u);
  EXPECT_EQ(client.get(url("timeline?from=" + base::to_rfc3339(to) + "&to=" + base::to_rfc3339(from))).status, 400u);
  EXPECT_EQ(client.get(url("state")).json().at("field").as_string(), "at");
}

TEST_F(RoomPastTest, TheFirstReadingIsFoundAlsoWhenItIsRolledUp) {
  make_readings();
  EXPECT_EQ(server.dcim({"rollups", "rebuild"}), 0);
  EXPECT_GT(database.number("SELECT count(*) FROM readings_1d"), 0);
  EXPECT_EQ(ms(get(url("timeline")).at("earliest")), base::to_unix_ms(database.query("SELECT min(ts) FROM readings").time(0, 0)));
}

int from_environment(const char* name, int otherwise) { return std::getenv(name) ? std::stoi(std::getenv(name)) : otherwise; }

// 90 days. In CI small; DCIM_TEST_SEEK_RACKS=1000 DCIM_TEST_SEEK_MINUTES=15 is a hall.
TEST(RoomPastSpeed, ASeekOverNinetyDaysTakesLessThanASecond) {
  const int racks = from_environment("DCIM_TEST_SEEK_RACKS", 50), minutes = from_environment("DCIM_TEST_SEEK_MINUTES", 15);
  Server server;
  Database database{server.database_url()};
  ASSERT_EQ(server.dcim({"site", "import", site_file("seek", racks).string()}), 0);
  ASSERT_EQ(server.dcim({"user", "add", "admin@test.test", "--role", "admin", "--password-stdin"}, "long enough"), 0);
  Client client{server.port()};
  ASSERT_EQ(client.login("admin@test.test", "long enough").status, 200u);
  const auto room = database.number("SELECT id FROM rooms");
  const auto end = base::SystemClock().now(), begin = end - 24h * 90;
  for (auto day = begin; day < end; day += 24h) {  // a statement may take a minute
    database.query(
        "INSERT INTO readings (sensor_id, ts, value) SELECT s.id, t, 20 + random() * 10 FROM sensors s, "
        "generate_series($1::timestamptz, $1::timestamptz + interval '1 day' - interval '1 second', make_interval(mins => $2::int)) AS t",
        store::params(day, minutes));
  }
  database.query("ANALYZE");
  const auto rows = database.number("SELECT count(*) FROM readings");
  std::mt19937_64 random(3);
  std::uniform_int_distribution<std::int64_t> when(3600, (end - begin) / 1s);
  std::vector<double> ms;
  std::size_t bytes = 0;
  for (int i = 0; i < 60; ++i) {
    const auto at = base::to_rfc3339(begin + std::chrono::seconds(when(random)));
    const auto start = std::chrono::steady_clock::now();
    const auto answer = client.get("/api/rooms/" + std::to_string(room) + "/state?at=" + at);
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    ASSERT_EQ(answer.status, 200u) << answer.body;
    ASSERT_EQ(answer.json().at("readings").as_array().size(), static_cast<std::size_t>(racks) * 2);
    bytes = answer.body.size();
  }
  std::ranges::sort(ms);
  std::printf("seek: %d sensors, %lld readings in 90 days: p50 %.1f ms, p95 %.1f ms, worst %.1f ms, %zu bytes\n", racks * 2,
              static_cast<long long>(rows), ms[30], ms[57], ms.back(), bytes);
  EXPECT_LT(ms[57], 1000);
}

}  // namespace
}  // namespace dcim::tests
