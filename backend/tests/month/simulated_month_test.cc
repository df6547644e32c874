// The demo site's bots, server and broker over many simulated days: does all stay in its bands, does the PUE follow weather and load,
// does everything run through? DCIM_TEST_DAYS says how many; `make test-month` takes 30, in 12 minutes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "simulators/bots/site_model.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const std::string kDemo = DCIM_SOURCE_DIR "/simulators/sites/demo-site.toml";
constexpr double kSpeed = 3600;  // an hour in a second
constexpr double kUsualDays = 1;
constexpr double kFullDays = 7;  // from here on there are days enough for statistics of the weather

double days() {
  const char* text = std::getenv("DCIM_TEST_DAYS");
  return text ? std::max(kUsualDays, std::atof(text)) : kUsualDays;
}

std::set<int> children_of(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
  return {std::istream_iterator<int>(in), {}};
}

// One model hour of the site.
struct Hour {
  double it_kwh, cooling_kwh, main_kwh, outdoor_c;
  double pue() const { return main_kwh / it_kwh; }
};

// y = b0 + b1·x1 + b2·x2 by least squares.
struct Fit {
  double b0 = 0, b1 = 0, b2 = 0, r2 = 0;
};
template <class Y>
Fit fit(const std::vector<Hour>& hours, Y y) {
  std::array<std::array<double, 4>, 3> m{};
  double mean = 0;
  for (const auto& h : hours) {
    const std::array<double, 3> x{1, h.it_kwh, h.outdoor_c};
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) m[i][j] += x[i] * x[j];
      m[i][3] += x[i] * y(h);
    }
    mean += y(h) / static_cast<double>(hours.size());
  }
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      if (k == i) continue;
      const double factor = m[k][i] / m[i][i];
      for (std::size_t j = i; j < 4; ++j) m[k][j] -= factor * m[i][j];
    }
  }
  Fit out{m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2], 0};
  double left = 0, all = 0;
  for (const auto& h : hours) {
    left += std::pow(y(h) - out.b0 - out.b1 * h.it_kwh - out.b2 * h.outdoor_c, 2);
    all += std::pow(y(h) - mean, 2);
  }
  out.r2 = 1 - left / all;
  return out;
}

TEST(SimulatedMonth, StaysInItsBandsFollowsWeatherAndLoadAndRunsThrough) {
  Server server;
  ASSERT_EQ(server.dcim({"site", "import", kDemo}), 0);
  Database database(server.database_url());
  const auto log = Services::get().folder() / "month.log";
  const auto real_s = [] { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); };
  const double epoch_s = std::floor(real_s()) + 1;
  Process site(
      {DCIM_BIN_DIR "/dcim-sim", "run", "--config", kDemo, "--speed", "3600", "--begin", "2026-07-01T00:00:00Z", "--epoch", std::to_string(epoch_s)},
      {{"DCIM_SIM_MQTT_URL", Services::get().mqtt_url("dcim-sim")}}, log);
  const auto bots = bots::read_site(kDemo).value().units.size();
  ASSERT_TRUE(eventually([&] { return children_of(site.pid()).size() == bots; }));
  // Of what bots publish: the server computes more of it.
  const std::string published = "s.topic NOT LIKE 'computed/%'";
  const auto sensors = database.number("SELECT count(*) FROM sensors s WHERE " + published);
  ASSERT_TRUE(eventually(
      [&] {
        return database.number("SELECT count(DISTINCT r.sensor_id) FROM readings r JOIN sensors s ON s.id = r.sensor_id WHERE " + published) ==
               sensors;
      },
      60s));
  const auto started = children_of(site.pid());
  // Whole days after the first two hours, in which all have come up.
  const double from_s = std::ceil(real_s() - epoch_s) + 2, until_s = from_s + days() * 86400 / kSpeed;
  const auto patience = std::chrono::seconds(static_cast<int>(2 * until_s) + 60);
  ASSERT_TRUE(eventually([&] { return real_s() - epoch_s > until_s; }, patience));
  EXPECT_EQ(children_of(site.pid()), started) << "every bot is the process that it was";
  site.signal(SIGTERM);
  EXPECT_EQ(site.wait(), 0);
  std::int64_t stored = -1;
  ASSERT_TRUE(eventually([&] {
    const auto before = std::exchange(stored, database.number("SELECT count(*) FROM readings"));
    return before == stored;
  }));

  const auto during =
      "r.ts >= to_timestamp(" + std::to_string(epoch_s + from_s) + ") AND r.ts < to_timestamp(" + std::to_string(epoch_s + until_s) + ")";
  const std::string readings = " FROM readings r JOIN sensors s ON s.id = r.sensor_id JOIN devices d ON d.id = s.device_id WHERE " + during + " ";
  std::ostringstream said;
  said << std::ifstream(log).rdbuf();
  EXPECT_THAT(said.str(), ::testing::Not(::testing::HasSubstr("starting it again")));
  EXPECT_EQ(database.number("SELECT count(*) FROM rejected_messages"), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM discovered_topics"), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM device_availability WHERE online"), 0) << "they have said that they leave";
  // On a busy machine some turns are left out, but nobody falls silent.
  const auto rarest = database.query(
      "SELECT (1.0 * count(r.ts) * coalesce(s.interval_s, d.interval_s) / " + std::to_string(days() * 86400) +
      ")::float8, d.name || ' ' || s.name FROM sensors s JOIN devices d ON d.id = s.device_id LEFT JOIN readings r ON r.sensor_id = s.id AND " +
      during + " WHERE " + published + " GROUP BY s.id, d.id ORDER BY 1.0 * count(r.ts) * coalesce(s.interval_s, d.interval_s) LIMIT 1");
  EXPECT_GT(rarest.f64(0, 0), 0.4) << rarest.text(0, 1);

  // Nearly all readings, and all. On a busy machine a bot may stand still for a moment, which is an hour of the model's, in which the
  // others work with what they last heard of it.
  struct Band {
    const char* kind;
    double low, high, lowest, highest;
  };
  for (const auto& band : {Band{"inlet-temperature", 22, 26, 20, 27}, Band{"inlet-humidity", 40, 55, 35, 60}, Band{"rack-power", 2, 8, 2, 8},
                           Band{"supply-temperature", 21, 23, 14, 28}, Band{"ups-state", 1, 1, 1, 1}, Band{"battery-charge", 100, 100, 100, 100},
                           Band{"crac-state", 1, 1, 1, 1}, Band{"leak", 0, 0, 0, 0}}) {
    SCOPED_TRACE(band.kind);
    const auto row = database.query(
        "SELECT min(r.value), percentile_disc(0.005) WITHIN GROUP (ORDER BY r.value), avg(r.value),"
        " percentile_disc(0.995) WITHIN GROUP (ORDER BY r.value), max(r.value)" +
        readings + "AND s.kind = '" + band.kind + "'");
    ASSERT_FALSE(row.null(0, 0));
    std::printf("%-20s mean %6.2f, 99 %% of %6.2f to %6.2f, all of %6.2f to %6.2f\n", band.kind, row.f64(0, 2), row.f64(0, 1), row.f64(0, 3),
                row.f64(0, 0), row.f64(0, 4));
    EXPECT_GE(row.f64(0, 1), band.low);
    EXPECT_LE(row.f64(0, 3), band.high);
    EXPECT_GE(row.f64(0, 0), band.lowest);
    EXPECT_LE(row.f64(0, 4), band.highest);
  }

  // A second of real time is an hour of the model's.
  std::vector<Hour> hours;
  const auto rows = database.query(
      "SELECT (max(kwh) FILTER (WHERE name = 'meter-it'))::float8, (max(kwh) FILTER (WHERE name = 'meter-cooling'))::float8,"
      " (max(kwh) FILTER (WHERE name = 'meter-main'))::float8, (max(mean) FILTER (WHERE name = 'weather station'))::float8 FROM ("
      "SELECT time_bucket('1 second', r.ts) AS hour, d.name, avg(r.value) AS mean,"
      " (last(r.value, r.ts) - first(r.value, r.ts)) / nullif(extract(epoch FROM max(r.ts) - min(r.ts)), 0) AS kwh" +
      readings +
      "AND (d.type = 'power-meter' AND s.name = 'energy' OR s.name = 'outdoor temperature') GROUP BY 1, 2) AS of_hour GROUP BY hour ORDER BY hour");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.null(i, 0) || rows.null(i, 1) || rows.null(i, 2) || rows.null(i, 3)) continue;
    hours.push_back({rows.f64(i, 0), rows.f64(i, 1), rows.f64(i, 2), rows.f64(i, 3)});
  }
  ASSERT_GT(hours.size(), 0.9 * days() * 24);
  Hour sum{};
  double low = 9, high = 0;
  for (const auto& h : hours) {
    sum.it_kwh += h.it_kwh, sum.main_kwh += h.main_kwh;
    low = std::min(low, h.pue()), high = std::max(high, h.pue());
  }
  const auto cooling = fit(hours, [](const Hour& h) { return h.cooling_kwh; });
  const auto pue = fit(hours, [](const Hour& h) { return h.pue(); });
  std::printf("%zu hours: PUE %.3f, by the hour %.3f to %.3f\n", hours.size(), sum.pue(), low, high);
  std::printf("cooling kW = %.2f %+.4f·IT kW %+.4f·outdoor °C, R² %.3f\n", cooling.b0, cooling.b1, cooling.b2, cooling.r2);
  std::printf("PUE        = %.3f %+.6f·IT kW %+.6f·outdoor °C, R² %.3f\n", pue.b0, pue.b1, pue.b2, pue.r2);
  EXPECT_GT(low, 1.2);
  EXPECT_LT(high, 1.8);
  EXPECT_GT(cooling.b1, 0.1) << "more heat, more cooling";
  EXPECT_GT(cooling.r2, 0.8);
  if (days() >= kFullDays) {
    EXPECT_GT(cooling.b2, 0.05) << "warmer outside, more work for the compressors";
    EXPECT_GT(pue.b2, 0.0005);
    EXPECT_GT(pue.r2, 0.5);
  }
}

}  // namespace
}  // namespace dcim::tests
