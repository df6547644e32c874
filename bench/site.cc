#include "site.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cmath>
#include <random>
#include <thread>

#include "base/clock.h"
#include "measure.h"

namespace dcim::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using tests::Database;
using tests::Server;
using tests::Services;

constexpr const char* kPassword = "correct horse battery";

double seconds_since(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }
double rounded(double value) { return std::round(value * 100) / 100; }

std::string import_load_site(Server& server, const std::vector<std::string>& shape) {
  const auto file = (Services::get().folder() / "bench-site.toml").string();
  auto arguments = shape;
  arguments.insert(arguments.end(), {"--write-site", file});
  run_load(arguments, Services::get().mqtt_url("dcim-device"));
  if (server.dcim({"site", "import", file}) != 0) throw std::runtime_error("site import failed");
  return file;
}

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

}  // namespace

json::object run_large_site(const SiteOptions& options, const Check& check) {
  Server server;
  const std::vector<std::string> shape{"--sensors", std::to_string(options.sensors), "--fields", "10"};
  auto start = Steady::now();
  import_load_site(server, shape);
  const auto import_s = seconds_since(start);
  server.stop();
  server.start();  // so that it knows them all before the first message
  auto load = shape;
  load.insert(load.end(), {"--rate", "10000", "--duration", "5", "--qos", "1"});
  const auto sent = run_load(load, Services::get().mqtt_url("dcim-device"));
  const auto stored = [&] { return server.metric("dcim_ingest_readings_stored_total") >= sent.at("readings").to_number<double>(); };
  const bool all = tests::eventually(stored, 60s);
  server.stop();

  start = Steady::now();
  server.start();
  const auto start_s = seconds_since(start);
  const auto at_start = memory_mib(server.process().pid(), "VmHWM");
  run_load(load, Services::get().mqtt_url("dcim-device"));
  const bool all_again = tests::eventually(stored, 60s);
  const auto under_load = memory_mib(server.process().pid(), "VmHWM");
  const auto n = std::to_string(options.sensors) + " sensors: ";
  check("P6", n + "memory at most, 100,000 readings/s", rounded(under_load), "MiB", under_load < 250 && all && all_again);
  check("P6", n + "from start to serving", rounded(start_s), "s", start_s < 5);
  return {{"sensors", options.sensors},
          {"import_s", rounded(import_s)},
          {"start_s", rounded(start_s)},
          {"memory_at_start_mib", rounded(at_start)},
          {"memory_mib", rounded(under_load)}};
}

json::object run_history(const SiteOptions& options, const Check& check) {
  constexpr int kSensors = 5000, kMinutes = 365 * 1440;
  const auto full = static_cast<int>(std::clamp<std::int64_t>(options.history / kMinutes, 1, kSensors));
  Server server;
  import_load_site(server, {"--sensors", std::to_string(kSensors), "--fields", "10"});
  server.stop();
  Database database(server.database_url());
  database.query("SET statement_timeout = 0");
  const auto first = database.number("SELECT min(id) FROM sensors");
  auto start = Steady::now();
  database.query(
      "UPDATE rollup_state SET rolled_to = date_trunc('day', now()) - interval '365 days', open_from = date_trunc('day', now()) - interval "
      "'365 days'");
  // A day at a time, as it would have come in: sorted by sensor within each.
  for (int day = 365; day >= 0; --day) {
    database.query(
        "INSERT INTO readings (sensor_id, ts, value) SELECT s, t, 22 + 4 * sin(extract(epoch FROM t) / 13751 + s) FROM generate_series($1::int, "
        "$2::int) s, generate_series(date_trunc('day', now()) - make_interval(days => $3), least(date_trunc('day', now()) - make_interval(days => $3 "
        "- "
        "1), now()) - interval '1 minute', interval '1 minute') t",
        store::params(first, first + full - 1, day));
  }
  database.query(
      "INSERT INTO readings (sensor_id, ts, value) SELECT s, t, 22 + 4 * sin(extract(epoch FROM t) / 13751 + s) FROM generate_series($1::int, "
      "$2::int) s, "
      "generate_series(now() - interval '1 day', now(), interval '5 minutes') t",
      store::params(first + full, first + kSensors - 1));
  const auto readings = database.number("SELECT count(*) FROM readings");
  const auto insert_s = seconds_since(start);
  start = Steady::now();
  server.start();
  const auto start_s = seconds_since(start);
  while (server.metric("dcim_rollups_behind") != 0 || database.number("SELECT count(*) FROM rollup_state WHERE rolled_to < open_from") != 0 ||
         database.number("SELECT count(*) FROM rollup_state WHERE rolled_to < now() - interval '1 hour'") != 0) {
    std::this_thread::sleep_for(200ms);
  }
  const auto roll_up_s = seconds_since(start);
  database.query("ANALYZE");

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
  const auto what = " with " + std::to_string(readings / 1'000'000) + " million readings stored, p99";
  check("P5", "24 h chart (of the newest day)" + what, newest_day.at(0.99), "ms", newest_day.at(0.99) < 10);
  check("P5", "24 h chart (of any day)" + what, old_day.at(0.99), "ms", old_day.at(0.99) < 10);
  check("P5", "one year, 1,000 points" + what, year.at(0.99), "ms", year.at(0.99) < 20);
  check("P5", "5,000 latest values, p99", latest.at(0.99), "ms", latest.at(0.99) < 5);
  const auto bytes = database.number("SELECT pg_database_size(current_database())");
  const auto percentiles = [](Latencies& l) { return json::object{{"p50_ms", l.at(0.5)}, {"p99_ms", l.at(0.99)}, {"times", l.ms.size()}}; };
  json::object out{
      {"readings", readings},         {"insert_s", rounded(insert_s)},         {"start_s", rounded(start_s)},     {"roll_up_s", rounded(roll_up_s)},
      {"database_bytes", bytes},      {"newest_day", percentiles(newest_day)}, {"any_day", percentiles(old_day)}, {"year", percentiles(year)},
      {"latest", percentiles(latest)}};
  return out;
}

}  // namespace dcim::bench
