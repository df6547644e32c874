// A week of simulated history, through broker and server: the journal must be what a plain second judgement of the stored readings says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>

#include "base/clock.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;

const std::string kEdge = DCIM_SOURCE_DIR "/simulators/sites/edge-site.toml";

struct Level {
  std::string when;
  double limit = 0;
  int severity = 0;
};
struct Rule {
  std::vector<Level> levels;
  double dead_band = 0, on_delay_s = 0, off_delay_s = 0, window_s = 0;
};
struct Value {
  double t, x;  // seconds since 1970
};

int severity_of(const std::string& name) { return name == "critical" ? 4 : name == "major" ? 3 : name == "minor" ? 2 : 1; }

// When one level is set and ended, and how: on its own, reading by reading.
std::vector<std::pair<double, bool>> flips_of(const Level& level, const Rule& rule, const std::vector<Value>& values, double hold_s) {
  std::vector<std::pair<double, bool>> out;
  bool set = false;
  std::optional<double> since;
  double last = 0;
  const auto flip = [&](double t) {
    set = !set;
    since.reset();
    out.emplace_back(t, set);
  };
  for (const auto& [t, x] : values) {
    const auto due = [&] { return *since + (set ? rule.off_delay_s : rule.on_delay_s); };
    if (since && due() <= std::min(t, last + hold_s)) flip(due());
    const bool beyond = level.when == "above" ? x >= level.limit : level.when == "below" ? x <= level.limit : x == level.limit;
    const bool inside = level.when == "above" ? x < level.limit - rule.dead_band : level.when == "below" ? x > level.limit + rule.dead_band : !beyond;
    if (set ? inside : beyond) {
      if (!since) since = t;
      if (t >= due()) flip(t);
    } else {
      since.reset();
    }
    last = t;
  }
  return out;
}

// Of several levels the worst is the alarm.
std::vector<std::string> changes_of(const Rule& rule, const std::vector<Value>& values, double hold_s, const std::string& name) {
  std::map<double, std::vector<std::pair<std::size_t, bool>>> flips;
  for (std::size_t i = 0; i < rule.levels.size(); ++i) {
    for (const auto& [t, set] : flips_of(rule.levels[i], rule, values, hold_s)) flips[t].emplace_back(i, set);
  }
  std::vector<bool> set(rule.levels.size());
  const auto worst = [&] {
    int out = -1;
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (set[i] && (out < 0 || rule.levels[i].severity > rule.levels[static_cast<std::size_t>(out)].severity)) out = static_cast<int>(i);
    }
    return out;
  };
  const auto severity = [&](int level) { return level < 0 ? 0 : rule.levels[static_cast<std::size_t>(level)].severity; };
  std::vector<std::string> out;
  for (const auto& [t, list] : flips) {
    const auto before = worst();
    for (const auto& [level, on] : list) set[level] = on;
    const auto after = worst();
    if (before == after) continue;
    const auto tell = [&](const char* change, int s) {
      out.push_back(name + " " + std::to_string(static_cast<std::int64_t>(std::llround(t * 1000))) + " " + change + " " + std::to_string(s));
    };
    if (before < 0) {
      tell("raised", severity(after));
    } else if (after < 0) {
      tell("cleared", severity(before));
    } else if (severity(before) != severity(after)) {
      tell(severity(after) > severity(before) ? "severity-raised" : "severity-lowered", severity(after));
    } else {
      tell("cleared", severity(before));
      tell("raised", severity(after));
    }
  }
  return out;
}

// The change within the window before each value, where there is a value a window old and no gap so long.
std::vector<Value> rates_of(const std::vector<Value>& values, double window_s) {
  std::vector<Value> out;
  std::size_t begin = 0, old = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && values[i].t - values[i - 1].t > window_s) begin = old = i;
    while (old + 1 < i && values[old + 1].t <= values[i].t - window_s) ++old;
    if (old >= begin && values[old].t <= values[i].t - window_s) {
      out.push_back({values[i].t, (values[i].x - values[old].x) / ((values[i].t - values[old].t) / window_s)});
    }
  }
  return out;
}

TEST(AlarmsReplay, AWeekOfHistoryMakesTheAlarmsThatAPlainJudgementMakes) {
  Server server;
  Database database(server.database_url());
  ASSERT_EQ(server.dcim({"site", "import", kEdge}), 0);
  // Tight limits beside those that hold out of the box, so that there is something to compare.
  database.query(
      "INSERT INTO alarm_rules (name, type, kind, site_id, levels, dead_band, on_delay_s, off_delay_s, window_s) SELECT name, type, kind, "
      "(SELECT id FROM sites WHERE code = 'edge'), levels::jsonb, dead_band, on_delay_s, off_delay_s, window_s FROM (VALUES "
      R"(('t', 'limits', 'inlet-temperature', '[{"when":"above","limit":23.8,"severity":"minor"},{"when":"above","limit":24.6,"severity":"critical"},)"
      R"({"when":"below","limit":22.2,"severity":"major"}]', 0.2, 45, 100, 0), )"
      R"(('p', 'limits', 'rack-power', '[{"when":"above","limit":4.5,"severity":"minor"},{"when":"above","limit":5.5,"severity":"major"}]', 0.1, 120, 60, 0), )"
      R"(('r', 'rate', 'cold-aisle-temperature', '[{"when":"above","limit":0.3,"severity":"minor"},{"when":"below","limit":-0.3,"severity":"info"}]', )"
      R"(0.1, 0, 90, 900), ('s', 'state', 'compressor-stages', '[{"when":"equals","limit":3,"severity":"info"}]', 0, 90, 30, 0)) )"
      "AS v (name, type, kind, levels, dead_band, on_delay_s, off_delay_s, window_s)");
  const auto until = base::to_rfc3339(std::chrono::floor<std::chrono::seconds>(base::SystemClock().now()) - 1h);
  Process history({DCIM_BIN_DIR "/dcim-sim", "backfill", "--config", kEdge, "--days", "7", "--until", until, "--seed", "3", "--progress",
                   (Services::get().folder() / "replay-history").string()},
                  {{"DCIM_SIM_MQTT_URL", Services::get().mqtt_url("dcim-sim")}}, Services::get().folder() / "replay.log");
  ASSERT_EQ(history.wait(), 0);
  ASSERT_TRUE(eventually(
      [&] { return server.metric("dcim_ingest_waiting_readings") == 0 && database.number("SELECT count(*) FROM readings") > 1'000'000; }, 60s));

  std::vector<std::string> expected;
  const auto bound = database.query(
      "SELECT DISTINCT ON (s.id, r.type) s.id, r.type, coalesce(s.interval_s, d.interval_s), r.levels, r.dead_band, r.on_delay_s, r.off_delay_s, "
      "r.window_s "
      "FROM sensors s JOIN devices d ON d.id = s.device_id JOIN alarm_rules r ON r.kind = s.kind AND (r.site_id IS NULL OR r.site_id = d.site_id) "
      "ORDER BY s.id, r.type, r.site_id NULLS LAST");
  for (std::size_t i = 0; i < bound.size(); ++i) {
    Rule rule;
    const auto levels = boost::json::parse(bound.view(i, 3));
    for (const auto& level : levels.as_array()) {
      rule.levels.push_back({std::string(level.at("when").as_string()), level.at("limit").to_number<double>(),
                             severity_of(std::string(level.at("severity").as_string()))});
    }
    rule.dead_band = bound.f64(i, 4);
    rule.on_delay_s = bound.f64(i, 5);
    rule.off_delay_s = bound.f64(i, 6);
    rule.window_s = bound.f64(i, 7);
    const auto rows = database.query("SELECT extract(epoch FROM ts), value FROM readings WHERE sensor_id = $1 AND quality <> 2 ORDER BY ts",
                                     store::params(bound.text(i, 0)));
    std::vector<Value> values;
    values.reserve(rows.size());
    for (std::size_t k = 0; k < rows.size(); ++k) values.push_back({rows.f64(k, 0), rows.f64(k, 1)});
    const auto type = bound.text(i, 1);
    const auto hold_s = std::max(3 * bound.f64(i, 2), 90.0);
    const auto changes = changes_of(rule, type == "rate" ? rates_of(values, rule.window_s) : values, hold_s, bound.text(i, 0) + " " + type);
    expected.insert(expected.end(), changes.begin(), changes.end());
  }
  const auto rows = database.query(
      "SELECT a.subject, (ARRAY['limits', 'state', 'rate', 'no-data'])[a.type + 1], (extract(epoch FROM j.ts) * 1000)::bigint, "
      "replace(j.change, '-again', ''), j.severity FROM alarm_journal j JOIN alarms a ON a.id = j.alarm_id WHERE j.change <> 'resolved' "
      "ORDER BY a.subject, 2, j.ts, j.id");
  std::vector<std::string> told;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    told.push_back(rows.text(i, 0) + " " + rows.text(i, 1) + " " + rows.text(i, 2) + " " + rows.text(i, 3) + " " + rows.text(i, 4));
  }
  EXPECT_GT(expected.size(), 200u);
  std::ranges::sort(expected);
  std::ranges::sort(told);
  std::vector<std::string> missing, extra;
  std::ranges::set_difference(expected, told, std::back_inserter(missing));
  std::ranges::set_difference(told, expected, std::back_inserter(extra));
  EXPECT_THAT(missing, ::testing::IsEmpty());
  EXPECT_THAT(extra, ::testing::IsEmpty());
  std::printf("replay: %zu changes of %zu rules on %lld readings, %zu missing, %zu extra\n", expected.size(), bound.size(),
              static_cast<long long>(database.number("SELECT count(*) FROM readings")), missing.size(), extra.size());
}

}  // namespace
}  // namespace dcim::tests
