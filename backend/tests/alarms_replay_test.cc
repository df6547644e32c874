// A week of simulated history, through broker and server: the journal must be what a plain second judgement of the stored readings says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <iterator>
#include <map>
#include <random>
#include <sstream>

#include "base/clock.h"
#include "core/alarm_engine.h"
#include "tests/support/plain_judgement.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;

const std::string kEdge = DCIM_SOURCE_DIR "/simulators/sites/edge-site.toml";

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

double middle_of(std::vector<double> values) {
  std::ranges::sort(values);
  const auto n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double deviation(double x, double from, bool in_kelvin) { return in_kelvin ? x - from : 100 * (x - from) / std::abs(from); }

// What each of the siblings deviates by, at the end of every second in which any of them said something.
std::vector<std::vector<Value>> deviations_of(const std::vector<const std::vector<Value>*>& siblings, double hold_s, bool in_kelvin) {
  std::map<std::int64_t, double> seconds;  // each with its newest moment
  for (const auto* values : siblings) {
    for (const auto& [t, x, _] : *values)
      seconds[static_cast<std::int64_t>(std::floor(t))] = std::max(seconds[static_cast<std::int64_t>(std::floor(t))], t);
  }
  std::vector<std::vector<Value>> out(siblings.size());
  std::vector<std::size_t> next(siblings.size());
  // Of the last second nobody knows whether it is over.
  for (auto it = seconds.begin(); it != seconds.end() && std::next(it) != seconds.end(); ++it) {
    const auto t = it->second;
    const auto next_second = static_cast<double>(std::next(it)->first);  // until somebody speaks again, this counts
    std::vector<std::pair<std::size_t, Value>> fresh;
    std::vector<double> values;
    for (std::size_t i = 0; i < siblings.size(); ++i) {
      while (next[i] < siblings[i]->size() && (*siblings[i])[next[i]].t <= t) ++next[i];
      if (next[i] == 0 || t - (*siblings[i])[next[i] - 1].t > hold_s) continue;
      fresh.emplace_back(i, (*siblings[i])[next[i] - 1]);
      values.push_back(fresh.back().second.x);
    }
    if (fresh.size() < 3) continue;
    const auto median = middle_of(values);
    for (const auto& [i, said] : fresh) out[i].push_back({t, deviation(said.x, median, in_kelvin), std::min(next_second, said.t + hold_s)});
  }
  return out;
}

// From the median of the means of the days before.
std::vector<Value> unusual_of(const std::vector<Value>& values, bool in_kelvin) {
  std::map<std::int64_t, std::pair<double, double>> days;
  const auto day_of = [](double t) { return static_cast<std::int64_t>(std::floor(t / 86'400)); };
  for (const auto& [t, x, _] : values) {
    days[day_of(t)].first += x;
    ++days[day_of(t)].second;
  }
  std::vector<Value> out;
  for (const auto& [t, x, _] : values) {
    std::vector<double> means;
    for (const auto& [day, sum] : days) {
      if (day < day_of(t) && day >= day_of(t) - 30) means.push_back(sum.first / sum.second);
    }
    if (means.size() >= 3) out.push_back({t, deviation(x, middle_of(means), in_kelvin)});
  }
  return out;
}

// Random siblings with gaps, silence and clocks of their own, without a server: many more cases than a week has. (A history comes hour by
// hour of each device: of a room's siblings, which are several devices, it is not in the order of time.)
TEST(AlarmsReplay, OfRandomSiblingsTheEngineSaysWhatAPlainJudgementSays) {
  const base::Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1}};
  std::size_t changes = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const auto count = 3 + random() % 4;
    std::vector<core::Device> devices(count);
    std::vector<core::Sensor> sensors(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto id = static_cast<std::int32_t>(i) + 1;
      devices[i].id = {id};
      devices[i].site_id = {1};
      sensors[i].id = {id};
      sensors[i].device_id = {id};
      sensors[i].site_id = {1};
      sensors[i].room_id = core::RoomId{1};
      sensors[i].kind = "aisle";
      sensors[i].unit = seed % 2 ? "°C" : "kW";
      sensors[i].interval_s = 30;
    }
    core::AlarmRule rule;
    rule.id = {1};
    rule.type = core::RuleType::deviation;
    rule.baseline = core::Baseline::room;
    rule.kind = "aisle";
    rule.levels = {{core::When::above, 1, core::Severity::minor},
                   {core::When::above, 2, core::Severity::major},
                   {core::When::below, -1.5, core::Severity::minor}};
    rule.dead_band = 0.3;
    rule.on_delay_s = static_cast<double>(random() % 3) * 40;
    rule.off_delay_s = static_cast<double>(random() % 3) * 35;
    std::vector<core::Site> sites{{{1}, "a", "A", "UTC", true}};
    std::vector<core::Room> rooms{{{1}, {1}, "r", "R"}};
    core::AlarmEngine engine;
    engine.set(std::make_shared<const core::Inventory>(1, sites, rooms, std::vector<core::Rack>{}, devices, sensors),
               std::make_shared<const core::AlarmRules>(1, std::vector<core::AlarmRule>{rule}), start);

    std::vector<std::vector<Value>> values(count);
    std::vector<double> x(count, 24);
    auto ts = start;
    for (int k = 0; k < 4000; ++k) {
      ts += random() % 2 ? 200ms : std::chrono::milliseconds(1 + random() % 20'000);
      if (random() % 300 == 0) ts += 200s;
      const auto i = random() % 4 ? random() % count : 0;
      x[i] += std::normal_distribution<>(0, 0.5)(random) + (24 - x[i]) * 0.05;
      const core::Reading reading{{static_cast<std::int32_t>(i) + 1}, ts, x[i], core::Quality::good};
      engine.apply(std::span(&reading, 1), ts);
      values[i].push_back({static_cast<double>(ts.time_since_epoch().count()) / 1e6, x[i], {}});
    }
    std::vector<std::string> told, expected;
    const auto output = engine.take();
    for (const auto& t : output.transitions) {
      told.push_back(std::to_string(t.subject.value) + " " + std::to_string(t.ts.time_since_epoch().count()) + " " + std::string(name_of(t.change)) +
                     " " + std::to_string(static_cast<int>(t.level.severity)));
    }
    std::vector<const std::vector<Value>*> siblings;
    for (const auto& each : values) siblings.push_back(&each);
    const auto deviations = deviations_of(siblings, 90, seed % 2 != 0);
    const Rule plain{{{"above", 1, 2}, {"above", 2, 3}, {"below", -1.5, 2}}, rule.dead_band, rule.on_delay_s, rule.off_delay_s, 0};
    for (std::size_t i = 0; i < count; ++i) {
      const auto of = changes_of(plain, deviations[i], 90, std::to_string(i + 1), true);
      expected.insert(expected.end(), of.begin(), of.end());
    }
    std::ranges::sort(told);
    std::ranges::sort(expected);
    changes += expected.size();
    ASSERT_EQ(told, expected) << "seed " << seed;
  }
  EXPECT_GT(changes, 10'000u);
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
  database.query(
      "INSERT INTO alarm_rules (name, type, kind, baseline, site_id, levels, dead_band, on_delay_s, off_delay_s) SELECT kind, 'deviation', kind, "
      "baseline, (SELECT id FROM sites WHERE code = 'edge'), levels::jsonb, dead_band, on_delay_s, off_delay_s FROM (VALUES "
      R"(('block-temperature', 'device', '[{"when":"above","limit":0.5,"severity":"minor"},{"when":"above","limit":0.7,"severity":"major"},)"
      R"({"when":"below","limit":-0.5,"severity":"minor"}]', 0.1, 0, 300), )"
      R"(('block-voltage', 'device', '[{"when":"above","limit":0.1,"severity":"minor"},{"when":"below","limit":-0.15,"severity":"minor"}]', 0.02, 120, 60), )"
      R"(('cold-aisle-temperature', 'own', '[{"when":"above","limit":0.4,"severity":"minor"}]', 0.1, 60, 60)) )"
      "AS v (kind, baseline, levels, dead_band, on_delay_s, off_delay_s)");
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
      "r.window_s, coalesce(r.baseline, ''), s.unit = '°C', (SELECT string_agg(o.id::text, ' ' ORDER BY o.id) FROM sensors o JOIN devices e ON "
      "e.id = o.device_id WHERE o.kind = s.kind AND CASE r.baseline WHEN 'device' THEN e.id = d.id WHEN 'room' THEN e.room_id = d.room_id END) "
      "FROM sensors s JOIN devices d ON d.id = s.device_id JOIN alarm_rules r ON r.kind = s.kind AND (r.site_id IS NULL OR r.site_id = d.site_id) "
      "ORDER BY s.id, r.type, r.site_id NULLS LAST");
  std::map<std::string, std::vector<Value>> stored;
  const auto values_of = [&](const std::string& id) -> const std::vector<Value>& {
    const auto [it, is_new] = stored.try_emplace(id);
    if (!is_new) return it->second;
    const auto rows =
        database.query("SELECT extract(epoch FROM ts), value FROM readings WHERE sensor_id = $1 AND quality <> 2 ORDER BY ts", store::params(id));
    for (std::size_t k = 0; k < rows.size(); ++k) it->second.push_back({rows.f64(k, 0), rows.f64(k, 1), {}});
    return it->second;
  };
  std::map<std::string, std::vector<std::vector<Value>>> compared;  // by the siblings' ids
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
    const auto id = bound.text(i, 0), type = bound.text(i, 1), baseline = bound.text(i, 8);
    const auto hold_s = std::max(3 * bound.f64(i, 2), 90.0);
    const auto judged = [&]() -> std::vector<Value> {
      if (type == "rate") return rates_of(values_of(id), rule.window_s);
      if (baseline == "own") return unusual_of(values_of(id), bound.boolean(i, 9));
      if (baseline.empty()) return values_of(id);
      std::istringstream words(bound.text(i, 10));
      const std::vector<std::string> ids{std::istream_iterator<std::string>(words), {}};
      auto [it, is_new] = compared.try_emplace(bound.text(i, 10));
      if (is_new) {
        std::vector<const std::vector<Value>*> siblings;
        for (const auto& each : ids) siblings.push_back(&values_of(each));
        it->second = deviations_of(siblings, hold_s, bound.boolean(i, 9));
      }
      return it->second[static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin())];
    };
    const auto changes = changes_of(rule, judged(), hold_s, id + " " + type, baseline == "device" || baseline == "room");
    expected.insert(expected.end(), changes.begin(), changes.end());
  }
  const auto rows = database.query(
      "SELECT a.subject, (ARRAY['limits', 'state', 'rate', 'no-data', 'deviation'])[a.type + 1], (extract(epoch FROM j.ts) * 1000000)::bigint, "
      "replace(j.change, '-again', ''), j.severity FROM alarm_journal j JOIN alarms a ON a.id = j.alarm_id WHERE j.change <> 'resolved' "
      "ORDER BY a.subject, 2, j.ts, j.id");
  std::vector<std::string> told;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    told.push_back(rows.text(i, 0) + " " + rows.text(i, 1) + " " + rows.text(i, 2) + " " + rows.text(i, 3) + " " + rows.text(i, 4));
  }
  EXPECT_GT(expected.size(), 200u);
  EXPECT_EQ(database.number("SELECT count(*) FROM alarms a JOIN alarm_rules r ON r.id = a.rule_id WHERE r.site_id IS NULL"), 0)
      << "in normal operation what holds out of the box is quiet";
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
