#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <random>
#include <thread>

#include "base/clock.h"
#include "measure.h"
#include "site.h"

namespace dcim::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using tests::Database;
using tests::Server;

constexpr const char* kPassword = "correct horse battery";
constexpr int kSensors = 5000, kDays = 365;

// One connection, kept alive, as a browser has it.
class Browser {
 public:
  Browser(Server& server, const std::string& site) : socket_(io_) {
    server.dcim({"user", "add", "bench@bench.test", "--role", "viewer", "--site", site, "--password-stdin"}, kPassword);
    tests::Client client(server.port());
    if (client.login("bench@bench.test", kPassword).status != 200) throw std::runtime_error("cannot log in");
    cookie_ = "dcim_session=" + client.cookie();
    socket_.connect({asio::ip::address_v4::loopback(), server.port()});
    socket_.set_option(asio::ip::tcp::no_delay(true));
  }

  // Milliseconds until the whole answer is there.
  double get(const std::string& target) {
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::cookie, cookie_);
    const auto start = Steady::now();
    http::write(socket_, request);
    http::response_parser<http::string_body> answer;
    answer.body_limit(64 << 20);
    http::read(socket_, buffer_, answer);
    const auto ms = seconds_since(start) * 1000;
    if (answer.get().result() != http::status::ok) throw std::runtime_error(target + ": " + answer.get().body());
    bytes = answer.get().body().size();
    return ms;
  }
  std::size_t bytes = 0;  // of the last answer

 private:
  asio::io_context io_;
  asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::string cookie_;
};

struct Latencies {
  std::vector<double> ms;
  double at(double share) {
    std::ranges::sort(ms);
    return rounded(ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))]);
  }
};

template <class Ask>
Latencies ask(int times, Ask one) {
  Latencies out;
  for (int i = 0; i < times / 10; ++i) one(i);  // the first ones open connections and warm caches
  for (int i = 0; i < times; ++i) out.ms.push_back(one(i));
  return out;
}

// Minutes go by until all is filled: says what each took.
class Stages {
 public:
  void done(const char* name) {
    const auto s = rounded(seconds_since(std::exchange(start_, Steady::now())));
    std::printf("    history: %-40s %8.1f s\n", name, s);
    std::fflush(stdout);
    seconds_[name] = s;
  }
  const json::object& json() const { return seconds_; }

 private:
  Steady::time_point start_ = Steady::now();
  json::object seconds_;
};

// A year of `full` sensors, one a minute, and a day of the others. Minute by minute, as it would have come in: what a chart of one sensor reads lies
// apart. The unique index is made afterwards, which takes a third of the time.
void fill(Database& database, std::int64_t first, int full) {
  database.query("DROP INDEX readings_sensor_ts");
  database.query(
      "UPDATE rollup_state SET rolled_to = date_trunc('day', now()) - make_interval(days => $1), open_from = date_trunc('day', now()) - "
      "make_interval(days => $1)",
      store::params(kDays));
  const std::string values = "SELECT s, t, 22 + 4 * sin(extract(epoch FROM t)::float8 / 13751 + s) FROM ";
  for (int day = kDays; day >= 0; --day) {
    database.query(
        "INSERT INTO readings (sensor_id, ts, value) " + values +
            "generate_series(date_trunc('day', now()) - make_interval(days => $3), least(date_trunc('day', now()) - make_interval(days => $3 "
            "- 1), now()) - interval '1 minute', interval '1 minute') t, generate_series($1::int, $2::int) s ORDER BY t, s",
        store::params(first, first + full - 1, day));
  }
  database.query("INSERT INTO readings (sensor_id, ts, value) " + values +
                     "generate_series(now() - interval '1 day', now(), interval '5 minutes') t, generate_series($1::int, $2::int) s",
                 store::params(first + full, first + kSensors - 1));
  database.query("SET maintenance_work_mem = '512MB'");
  database.query("CREATE UNIQUE INDEX readings_sensor_ts ON readings (sensor_id, ts)");
}

// Rolled up in one go, a sensor's buckets lie side by side; day by day they would have been written as time went on.
void put_in_order_of_time(Database& database, const std::string& table) {
  database.query("CREATE TEMP TABLE all_of_it AS SELECT * FROM " + table);
  database.query("TRUNCATE " + table);
  database.query("DROP INDEX " + table + "_sensor_ts");
  database.query("INSERT INTO " + table + " SELECT * FROM all_of_it ORDER BY ts, sensor_id");
  database.query("CREATE UNIQUE INDEX " + table + "_sensor_ts ON " + table + " (sensor_id, ts)");
  database.query("DROP TABLE all_of_it");
}

void wait_until_rolled_up(Server& server, Database& database) {
  const auto behind = [&] {
    return server.metric("dcim_rollups_behind") != 0 ||
           database.number("SELECT count(*) FROM rollup_state WHERE rolled_to < open_from OR rolled_to < now() - interval '1 hour'") != 0;
  };
  while (behind()) std::this_thread::sleep_for(200ms);
}

}  // namespace

json::object run_history(const SiteOptions& options, const Check& check) {
  const auto full = static_cast<int>(std::clamp<std::int64_t>(options.history / (kDays * 1440), 1, kSensors));
  Server server;
  import_load_site(server, {"--sensors", std::to_string(kSensors), "--fields", "10"});
  server.stop();
  Database database(server.database_url(), 1h);
  const auto first = database.number("SELECT min(id) FROM sensors");
  Stages stages;
  fill(database, first, full);
  stages.done("fill");
  const auto readings = database.number("SELECT count(*) FROM readings");
  stages.done("count");
  server.start();
  stages.done("start with all of it to be rolled up");
  wait_until_rolled_up(server, database);
  stages.done("roll up");
  server.stop();
  for (const auto* table : {"readings_5m", "readings_1h", "readings_1d"}) put_in_order_of_time(database, table);
  database.query("VACUUM ANALYZE");
  stages.done("rollups in the order of time");
  const bool right = server.dcim({"rollups", "verify"}) == 0;
  stages.done("dcim rollups verify");
  auto start = Steady::now();
  server.start();
  const auto start_s = seconds_since(start);
  wait_until_rolled_up(server, database);

  Browser browser(server, "load");
  std::mt19937 random(7);
  std::uniform_int_distribution<int> sensor(0, full - 1), day(1, 363);
  const auto now = base::SystemClock().now();
  const auto span = [](base::Timestamp from, base::Timestamp to) {
    return "readings?from=" + base::to_rfc3339(from) + "&to=" + base::to_rfc3339(to);
  };
  const auto of_sensor = [&] { return "/api/sensors/" + std::to_string(first + sensor(random)) + "/"; };
  auto newest_day = ask(500, [&](int) { return browser.get(of_sensor() + span(now - 24h, now)); });
  auto old_day = ask(500, [&](int) {
    const auto to = now - 24h * day(random);
    return browser.get(of_sensor() + span(to - 24h, to));
  });
  auto year = ask(300, [&](int) { return browser.get(of_sensor() + span(now - 24h * 364, now) + "&points=1000"); });
  auto latest = ask(200, [&](int) { return browser.get("/api/latest?site=load"); });
  const auto verified = [&](bool met) { return met && right; };
  const auto what = " with " + std::to_string(readings / 1'000'000) + " million readings stored, p99";
  check("P5", "24 h chart (of the newest day)" + what, newest_day.at(0.99), "ms", verified(newest_day.at(0.99) < 10));
  check("P5", "24 h chart (of any day)" + what, old_day.at(0.99), "ms", verified(old_day.at(0.99) < 10));
  check("P5", "one year, 1,000 points" + what, year.at(0.99), "ms", verified(year.at(0.99) < 20));
  check("P5", "5,000 latest values, p99", latest.at(0.99), "ms", verified(latest.at(0.99) < 5));
  const auto bytes = database.number("SELECT pg_database_size(current_database())");
  const auto percentiles = [](Latencies& l) { return json::object{{"p50_ms", l.at(0.5)}, {"p99_ms", l.at(0.99)}, {"times", l.ms.size()}}; };
  json::object out{{"readings", readings},
                   {"stages_s", stages.json()},
                   {"rollups_verified", right},
                   {"start_s", rounded(start_s)},
                   {"database_bytes", bytes},
                   {"newest_day", percentiles(newest_day)},
                   {"any_day", percentiles(old_day)},
                   {"year", percentiles(year)},
                   {"latest", percentiles(latest)}};
  return out;
}

}  // namespace dcim::bench
