// The server killed at random moments, again and again, while a device publishes: what the broker has accepted is stored, once, as it
// was said last, and all that is derived from it is right. `make test-kills KILLS=200` is the long form.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <iostream>
#include <iterator>
#include <thread>

#include "store/rollups.h"
#include "tests/support/plain_judgement.h"
#include "tests/support/publisher.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;

// `all`: with what is late, ahead, said twice and corrected. `steady`: those topics that only ever spoke of now, once.
struct Published {
  Ledger all, steady;
};

// The steady topics go up from 20 to 35 and fall back every second: worse, worse again, over.
const Rule kSteadyRule{{{"above", 28, 2}, {"above", 32, 4}}, 1, 0.1, 0.2, 0};
constexpr double kHold_s = 90;

// Every change of the steady sensors' alarms is in the journal once, and nothing else is.
Comparison compare_alarms(const Published& published, Database& database) {
  Comparison out;
  for (const auto& [topic, said] : published.steady) {
    std::vector<Value> values;
    for (const auto& [ts, value] : said) values.push_back({static_cast<double>(ts.time_since_epoch().count()) / 1e6, value, {}});
    auto expected = changes_of(kSteadyRule, values, kHold_s, topic, true);
    const auto rows = database.query(
        "SELECT (extract(epoch FROM j.ts) * 1000000)::bigint, replace(j.change, '-again', ''), j.severity FROM alarm_journal j JOIN alarms a ON "
        "a.id = j.alarm_id WHERE a.sensor_id = (SELECT id FROM sensors WHERE topic = $1) AND a.type = 0 ORDER BY j.id",
        store::params(topic));
    std::vector<std::string> told;
    for (std::size_t i = 0; i < rows.size(); ++i) told.push_back(topic + " " + rows.text(i, 0) + " " + rows.text(i, 1) + " " + rows.text(i, 2));
    std::ranges::sort(expected);
    std::ranges::sort(told);
    std::vector<std::string> missing, extra;
    std::ranges::set_difference(expected, told, std::back_inserter(missing));
    std::ranges::set_difference(told, expected, std::back_inserter(extra));
    out.expected += std::ssize(expected);
    out.stored += std::ssize(told);
    out.lost += std::ssize(missing);
    for (const auto& one : extra) ++(std::ranges::binary_search(expected, one) ? out.duplicate : out.wrong);
  }
  return out;
}

// A table that the batches write to, and how it is held against what was published. A feature that writes its rows in the transaction
// of the readings adds its own here.
struct Check {
  const char* table;
  std::function<Comparison(const Published&, Database&)> compare;
};
const std::vector<Check> kChecks{
    {"readings", [](const Published& published, Database& database) { return compare_readings(published.all, database); }},
    {"alarm_journal", compare_alarms}};

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text && *text ? std::atoi(text) : otherwise;
}

// Rolls up as far as the server would have twenty minutes from now, so that readings ahead of the clock have their buckets, too.
void roll_up_to_the_end(const std::string& url) {
  boost::asio::io_context io;
  store::Connection connection(io.get_executor(), url);
  auto roll = [](store::Connection& on) -> boost::asio::awaitable<void> {
    const auto then = base::SystemClock().now() + 20min;
    while (co_await store::roll_up(on, then)) {
    }
  };
  auto done = boost::asio::co_spawn(io, roll(connection), boost::asio::use_future);
  io.run();
  done.get();
}

TEST(KillsTest, AtRandomMomentsNothingIsLostNothingIsDoubleAndTheRollupsAreRight) {
  const int kills = from_environment("DCIM_TEST_KILLS", 20);
  const auto seed = static_cast<unsigned>(from_environment("DCIM_TEST_SEED", static_cast<int>(std::random_device{}() & 0xFFFF)));
  std::mt19937_64 random(seed);
  std::cout << "seed " << seed << std::endl;
  const auto moment = [&](int most_ms) { std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(0, most_ms)(random))); };

  Server server;
  Database database(server.database_url());
  ASSERT_EQ(server.dcim({"site", "import", site_file("kills", 10).string()}), 0);
  database.query(
      "INSERT INTO alarm_rules (name, type, kind, rack_id, levels, dead_band, on_delay_s, off_delay_s) SELECT 'steady', 'limits', "
      "'inlet-temperature', id, $1::jsonb, $2::float8, $3::float8, $4::float8 FROM racks WHERE name IN ('R009', 'R010')",
      store::params(R"([{"when":"above","limit":28,"severity":"minor"},{"when":"above","limit":32,"severity":"critical"}])", kSteadyRule.dead_band,
                    kSteadyRule.on_delay_s, kSteadyRule.off_delay_s));
  server.kill();
  server.launch();  // with these rules from the first reading on
  Publisher::Options options{.rate = 2000, .seed = seed};
  for (int i = 1; i <= 8; ++i) options.topics.push_back("dc/kills/r/rack-R00" + std::to_string(i) + "/temperature");
  // The server must know the topics, or it counts their readings as discovered and no more.
  ASSERT_TRUE(eventually([&] { return server.metric("dcim_ready{dependency=\"broker\"}") == 1; }));
  publish(options.topics[0], {R"({"value":20,"ts":"2026-01-01T00:00:00Z"})"});
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") == 1; }));
  database.query("DELETE FROM readings");

  Publisher publisher(options);
  Publisher steadily(
      {.topics = {"dc/kills/r/rack-R009/temperature", "dc/kills/r/rack-R010/temperature"}, .rate = 1000, .seed = seed + 1, .skewed = false});
  double memory_mib = 0;
  for (int kill = 1; kill <= kills; ++kill) {
    if (random() % 4) {  // one in four while it starts
      const auto before = database.number("SELECT count(*) FROM readings");
      ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") > before; }, 30s)) << "after " << kill - 1 << " kills";
    }
    moment(400);
    memory_mib = std::max(memory_mib, server.peak_memory_mib());
    server.kill();
    server.launch();
  }
  ASSERT_TRUE(eventually([&] { return server.ready(); }, 30s));
  ASSERT_TRUE(publisher.finish());
  ASSERT_TRUE(steadily.finish());
  ASSERT_GT(publisher.accepted(), 100 * kills);
  Published published{publisher.ledger(), steadily.ledger()};
  published.all.insert(published.steady.begin(), published.steady.end());
  for (const auto& check : kChecks) {
    Comparison result;
    EXPECT_TRUE(eventually([&] { return (result = check.compare(published, database)).good(); }, 30s)) << check.table << ": " << result;
    std::cout << "kills " << kills << ", " << check.table << ": " << result << "; messages " << publisher.accepted() + steadily.accepted()
              << ", most memory " << static_cast<int>(memory_mib) << " MiB" << std::endl;
  }
  if (!kSanitized) {
    EXPECT_LT(memory_mib, 200);
  }

  // Late, early, twice and corrected: each reading is in its bucket of each level, once.
  ASSERT_EQ(server.stop(), 0);
  EXPECT_EQ(server.dcim({"rollups", "verify"}), 0);
  roll_up_to_the_end(server.database_url());
  EXPECT_EQ(server.dcim({"rollups", "verify"}), 0);
  const auto stored = database.number("SELECT count(*) FROM readings");
  for (const char* table : {"readings_5m", "readings_1h", "readings_1d"})
    EXPECT_EQ(database.number(std::string("SELECT sum(count)::int8 FROM ") + table), stored) << table;
  EXPECT_GT(database.number("SELECT count(*) FROM readings WHERE ts > now() + interval '1 minute'"), 0) << "some are ahead of the clock";
}

}  // namespace
}  // namespace dcim::tests
