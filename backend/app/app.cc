#include "app/app.h"

#include <sys/resource.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <thread>

#include "api/device_accounts.h"
#include "api/server.h"
#include "app/broker_drops.h"
#include "app/device_accounts.h"
#include "app/gauges.h"
#include "app/notifier.h"
#include "app/power_watch.h"
#include "app/readiness.h"
#include "base/log.h"
#include "base/spawn.h"
#include "ingest/mqtt_session.h"
#include "ingest/pipeline.h"
#include "store/alarm_rules.h"
#include "store/alarms.h"
#include "store/compression.h"
#include "store/device_credentials.h"
#include "store/inventory.h"
#include "store/migrate.h"
#include "store/readings.h"
#include "store/rollups.h"
#include "store/users.h"

namespace dcim::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr int kIoThreads = 2;
constexpr std::size_t kDatabaseConnections = 8;
constexpr auto kRetry = 2s;
constexpr auto kTick = 1s;
constexpr auto kDatabaseAnswers = 3s;
constexpr auto kRetentionEvery = 1h;
constexpr auto kAccountsEvery = 10s;
constexpr auto kDrainTimeout = 10s;
constexpr std::chrono::hours kLatestWithin{24 * 7};

class App {
 public:
  App(const Options& options, ingest::BrokerAddress broker, std::optional<notify::SmtpSettings> smtp)
      : options_(options),
        pool_(io_.get_executor(), options.database_url, kDatabaseConnections),
        listener_(io_.get_executor(), options.database_url),
        roller_(io_.get_executor(), options.database_url, store::kMaintenanceTimeout),
        keeper_(io_.get_executor(), options.database_url, store::kMaintenanceTimeout),
        live_(io_.get_executor(), clock_),
        batches_(io_.get_executor(), options.database_url, clock_),
        pipeline_(live_, batches_, clock_, metrics_),
        session_(live_.strand(), session_options(broker), pipeline_),
        device_accounts_(io_.get_executor(), std::move(broker)),
        notifier_(io_.get_executor(), pool_, clock_, metrics_, std::move(smtp), options.public_url),
        services_{pool_, live_, clock_, metrics_, readiness_, notifier_, device_accounts_, slow_.get_executor(), api_settings(options)},
        server_(io_.get_executor(), services_, server_options(options)) {
    pipeline_.set_acknowledger(session_);
    for (const auto* name : {"database", "schema", "broker", "ingest"}) report(name, false, "starting");
  }

  int run() {
    if (const auto listening = server_.listen(); !listening) {
      spdlog::critical("{}", listening.error().message);
      return 1;
    }
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (!error) stop("signal " + std::to_string(signal));
    });
    supervisor_.spawn("start", [this] { return start(); });
    std::vector<std::thread> threads;
    for (int i = 1; i < kIoThreads; ++i) threads.emplace_back([this] { io_.run(); });
    io_.run();
    for (auto& thread : threads) thread.join();
    slow_.join();
    spdlog::info("server: stopped");
    return exit_code_;
  }

 private:
  static ingest::MqttSession::Options session_options(ingest::BrokerAddress broker) {
    ingest::MqttSession::Options out;
    out.broker = std::move(broker);
    return out;
  }

  static api::ServerOptions server_options(const Options& options) {
    api::ServerOptions out;
    out.address = options.http_address;
    out.port = options.http_port;
    out.tls_certificate = options.tls_certificate;
    out.tls_key = options.tls_key;
    return out;
  }

  static api::Settings api_settings(const Options& options) {
    api::Settings out;
    out.demo = options.demo;
    out.public_url = options.public_url;
    out.pages_dir = options.pages_dir;
    return out;
  }

  // Browsers are answered from the first moment (503 until the database is there); then the schema, what is known, the
  // broker. Everything that is missing is waited for.
  asio::awaitable<void> start() {
    tasks_.spawn("http", [this] { return server_.run(); });
    tasks_.spawn("readiness", [this] { return watch_readiness(); });
    if (!co_await migrate()) co_return;
    co_await restore();
    tasks_.spawn(live_.strand(), "live", [this] { return vital("live", live_.run()); });
    tasks_.spawn("inventory", [this] { return vital("inventory", follow_inventory()); });
    tasks_.spawn("rollups", [this] { return vital("rollups", keep_rolling_up()); });
    tasks_.spawn("revoking", [this] { return vital("revoking", keep_accounts()); });
    tasks_.spawn("retention", [this] { return vital("retention", keep_dropping()); });
    telling_.spawn("notifier", [this] { return vital("notifier", notifier_.run()); });
    storing_.spawn(live_.strand(), "pipeline", [this] { return vital("pipeline", pipeline_.run()); });
    computing_.spawn("power", [this] { return vital("power", power_.run()); });
    storing_.spawn(live_.strand(), "ticks", [this] { return vital("ticks", keep_ticking()); });
    receiving_.spawn(live_.strand(), "broker", [this] { return vital("broker", session_.run()); });
  }

  // Without these there is no server: what they do not expect ends it, so that who supervises it starts it anew.
  asio::awaitable<void> vital(const char* name, asio::awaitable<void> task) {
    try {
      co_await std::move(task);
    } catch (const boost::system::system_error& error) {
      if (error.code() == asio::error::operation_aborted) throw;
      fail(name, error.what());
    } catch (const std::exception& error) {
      fail(name, error.what());
    }
  }

  void fail(const char* name, const char* why) {
    spdlog::critical("{} has failed: {}", name, why);
    exit_code_ = 1;
    stop(std::string(name) + " has failed");
  }

  asio::awaitable<bool> migrate() {
    while (true) {
      std::string problem;
      try {
        const auto connection = co_await pool_.acquire();
        const auto applied = co_await store::migrate(*connection);
        if (applied) {
          migrated_ = true;
          co_return true;
        }
        spdlog::critical("{}", applied.error().message);
        exit_code_ = 1;
        stop("the schema is newer");
        co_return false;
      } catch (const store::DatabaseError& error) {
        problem = error.what();
      }
      spdlog::warn("database: {}; again in 2 s", problem);
      co_await pause();
    }
  }

  asio::awaitable<void> restore() {
    while (true) {
      try {
        const auto connection = co_await pool_.acquire();
        if (!options_.demo) co_await store::end_demo_sessions(*connection);
        const auto inventory = co_await store::load_inventory(*connection);
        const auto rules = co_await store::load_alarm_rules(*connection);
        const auto watched = co_await live_.read([&](live::Live& live) {
          live.set_inventory(inventory);
          live.set_alarm_rules(rules);
          tell_versions();
          return std::pair(live.alarms().rate_sensors(), live.alarms().longest_window_s());
        });
        live::Live::Stored stored;
        stored.newest = co_await store::newest_readings(*connection, kLatestWithin);
        stored.standings = co_await store::alarm_standings(*connection);
        stored.open_alarms = co_await store::open_alarms(*connection);
        const auto since = clock_.now() - std::chrono::seconds(static_cast<std::int64_t>(watched.second));
        if (!watched.first.empty()) stored.windows = co_await store::readings_since(*connection, watched.first, since);
        const auto availability = co_await store::device_availability(*connection);
        co_await fill_days(*connection);
        co_await live_.read([&](live::Live& live) {
          live.restore(stored);
          for (const auto& device : availability) live.apply_availability(device.device, device.availability);
          return true;
        });
        spdlog::info("server: {} sites, {} sensors, {} of them with a reading, {} open alarms", inventory->sites().size(),
                     inventory->sensors().size(), stored.newest.size(), stored.open_alarms.size());
        co_return;
      } catch (const store::DatabaseError& error) {
        spdlog::warn("database: {}; again in 2 s", error.what());
      }
      co_await pause();
    }
  }

  // What sensors usually say, of those that are judged by it and of which it is not known yet.
  asio::awaitable<void> fill_days(store::Connection& connection) {
    auto sensors = co_await live_.read([](live::Live& live) { return live.alarms().sensors_without_days(); });
    if (sensors.empty()) co_return;
    const auto days = co_await store::daily_sums(connection, std::move(sensors), clock_.now());
    co_await live_.read([&](live::Live& live) {
      live.fill_days(days);
      return true;
    });
  }

  // Reloads inventory and rules whenever the database tells of a change, and after every break of that connection.
  asio::awaitable<void> follow_inventory() {
    while (true) {
      try {
        co_await listener_.query("LISTEN inventory_changed");
        co_await listener_.query("LISTEN alarm_rules_changed");
        co_await listener_.query("LISTEN assets_changed");
        co_await tell_assets_changed(std::nullopt);  // nobody knows what has changed while nobody listened
        while (true) {
          const auto inventory = co_await store::load_inventory(listener_);
          const auto rules = co_await store::load_alarm_rules(listener_);
          co_await live_.read([&](live::Live& live) {
            if (live.inventory()->version() != inventory->version()) live.set_inventory(inventory);
            live.set_alarm_rules(rules);
            tell_versions();
            return true;
          });
          co_await fill_days(listener_);
          // Silent devices, positions and reservations are no part of the inventory: whoever shows them asks again.
          auto news = co_await listener_.wait_notification();
          while (news.channel == "assets_changed") {
            const std::optional site = core::SiteId{std::atoi(news.payload.c_str())};
            co_await tell_assets_changed(site);
            news = co_await listener_.wait_notification();
          }
        }
      } catch (const store::DatabaseError& error) {
        spdlog::warn("database: {}; listening again in 2 s", error.what());
        listener_.close();
      }
      co_await pause();
    }
  }

  // Of one site, or of all.
  asio::awaitable<void> tell_assets_changed(std::optional<core::SiteId> site) {
    co_await live_.read([&](live::Live& live) {
      live.tell_assets_changed(site);
      return true;
    });
  }

  // Of what is in force: whoever has changed something sees when it is. On the live strand.
  void tell_versions() {
    gauges_.inventory_version.Set(static_cast<double>(live_.inventory()->version()));
    gauges_.alarm_rules_version.Set(static_cast<double>(live_.alarms().rules()->version()));
  }

  // The alarms' clock, on the live strand. While the broker is away or stands still no device is to blame for its silence.
  asio::awaitable<void> keep_ticking() {
    std::optional<base::Timestamp> receiving_since;
    while (true) {
      if (!session_.receiving()) {
        receiving_since.reset();
      } else if (!receiving_since) {
        receiving_since = clock_.now();
      }
      pipeline_.tick(receiving_since);
      if (const auto dropped = drops_.take(session_.dropped()); dropped > 0) {
        spdlog::error("broker: it has dropped {} messages that it had accepted: the queue of a client was full", dropped);
      }
      gauges_.alarms_standing.Set(static_cast<double>(live_.alarms().standing()));
      co_await delay(kTick);
    }
  }

  asio::awaitable<void> keep_rolling_up() {
    while (true) {
      bool more = false;
      try {
        more = co_await store::roll_up(roller_, clock_.now());
        gauges_.rollups_behind.Set(more ? 1 : 0);
      } catch (const store::DatabaseError& error) {
        spdlog::warn("database: {}; rolling up again in 2 s", error.what());
        roller_.close();
      }
      if (!more) co_await pause();
    }
  }

  // Drops what is older than it is kept, and compresses what is left, where that is offered.
  asio::awaitable<void> keep_dropping() {
    bool told = false;
    while (true) {
      try {
        const auto dropped = co_await store::apply_retention(keeper_, clock_.now());
        for (const auto& what : dropped) spdlog::info("retention: dropped {}", what);
        const auto license = co_await store::license(keeper_);
        gauges_.compression_offered.Set(license.offers_compression() ? 1 : 0);
        if (!license.offers_compression() && !std::exchange(told, true)) {
          spdlog::info("retention: compression is not offered by this server (timescaledb.license = {}); settings for it are kept", license.name);
        }
        const auto compressed = co_await store::apply_compression(keeper_, license, clock_.now());
        for (const auto& what : compressed) spdlog::info("retention: {}", what);
      } catch (const store::DatabaseError& error) {
        spdlog::warn("retention: {}; again in an hour", error.what());
        keeper_.close();
      }
      co_await delay(kRetentionEvery);
    }
  }

  // The accounts of devices that are gone, however they went, and of those whose topics have changed, by a site document or while the broker was
  // away.
  asio::awaitable<void> keep_accounts() {
    while (true) {
      try {
        const auto connection = co_await pool_.acquire();
        const auto left = co_await store::credentials_without_device(*connection);
        for (const auto& username : left) {
          const auto removed = co_await device_accounts_.remove(username);
          if (!removed) {
            spdlog::warn("account {}: its device is gone, but {}; again in 10 s", username, removed.error().message);
            break;
          }
          co_await store::forget_credentials(*connection, username);
          spdlog::info("account {}: revoked, its device is gone", username);
        }
        const auto outdated = co_await store::outdated_accounts(*connection);
        for (const auto& each : outdated) {
          core::Site site;
          site.code = each.site;
          store::AuditContext who{"server", "local"};
          const auto renewed = co_await api::renew_account(*connection, device_accounts_, std::move(site), each.device, std::move(who));
          if (!renewed) {
            spdlog::warn("account of device {}: its topics have changed, but {}; again in 10 s", each.device.value, renewed.error().message);
            break;
          }
        }
      } catch (const store::DatabaseError& error) {
        spdlog::warn("database: {}; looking after accounts again in 10 s", error.what());
      }
      co_await delay(kAccountsEvery);
    }
  }

  asio::awaitable<void> watch_readiness() {
    while (true) {
      // One that stands still is no better than one that is away.
      auto asked = co_await (ask_database() || delay(kDatabaseAnswers));
      std::string problem = asked.index() == 0 ? std::get<0>(std::move(asked)) : "does not answer";
      const bool database = problem.empty();
      report("database", database, std::move(problem));
      report("schema", migrated_, migrated_ ? "" : "not yet migrated");
      co_await live_.read([this](live::Live&) {
        report("broker", session_.connected(), session_.connected() ? "" : session_.problem());
        report("ingest", pipeline_.storing(), pipeline_.storing() ? "" : "readings cannot be stored");
        return true;
      });
      co_await delay(1s);
    }
  }

  void report(const char* dependency, bool ready, std::string problem) {
    readiness_.set({dependency, ready, std::move(problem)});
    gauges_.ready.Add({{"dependency", dependency}}).Set(ready ? 1 : 0);
  }

  // Gives what is wrong; empty when it answers.
  asio::awaitable<std::string> ask_database() {
    try {
      const auto connection = co_await pool_.acquire();
      co_await connection->query("SELECT 1");
    } catch (const store::DatabaseError& error) {
      co_return error.what();
    }
    co_return std::string();
  }

  static asio::awaitable<void> delay(std::chrono::steady_clock::duration time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
  }

  static asio::awaitable<void> pause() { return delay(kRetry); }

  // Thread-safe; the first call counts.
  void stop(const std::string& why) {
    if (stopping_.exchange(true)) return;
    spdlog::info("server: stopping, {}", why);
    stopper_.spawn("stop", [this] { return stop_in_order(); });
  }

  // In reverse: no new messages, store what has arrived, then the browsers, then the rest.
  asio::awaitable<void> stop_in_order() {
    supervisor_.stop();
    co_await supervisor_.join();
    receiving_.stop();
    computing_.stop();
    co_await receiving_.join();
    co_await computing_.join();
    co_await pipeline_.drain(kDrainTimeout);
    storing_.stop();
    co_await storing_.join();
    telling_.stop();
    co_await telling_.join();
    co_await server_.stop();
    co_await notifier_.stop();
    tasks_.stop();
    co_await tasks_.join();
    slow_.stop();
    io_.stop();
  }

  const Options& options_;
  asio::io_context io_{kIoThreads};
  asio::thread_pool slow_{1};  // argon2 and the sums of large sites must not hold up I/O
  base::SystemClock clock_;
  prometheus::Registry metrics_;
  ReadinessBoard readiness_;
  store::Pool pool_;
  store::Connection listener_, roller_, keeper_;
  live::Live live_;
  store::BatchStore batches_;
  ingest::Pipeline pipeline_;
  ingest::MqttSession session_;
  PowerWatch power_{slow_.get_executor(), pool_, live_, pipeline_, clock_, metrics_};
  DeviceAccounts device_accounts_;
  Gauges gauges_{metrics_};
  BrokerDrops drops_{metrics_};
  Notifier notifier_;
  api::Services services_;
  api::Server server_;
  base::TaskGroup supervisor_{io_.get_executor(), "start"};
  base::TaskGroup stopper_{io_.get_executor(), "stop"};
  base::TaskGroup tasks_{io_.get_executor(), "server"};
  base::TaskGroup telling_{io_.get_executor(), "telling"};
  base::TaskGroup storing_{io_.get_executor(), "storing"};
  base::TaskGroup computing_{io_.get_executor(), "computing"};
  base::TaskGroup receiving_{io_.get_executor(), "receiving"};
  asio::signal_set signals_{io_, SIGTERM, SIGINT};
  std::atomic<bool> migrated_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> exit_code_ = 0;
};

}  // namespace

int serve(const Options& options) {
  auto broker = ingest::parse_broker_url(options.mqtt_url);
  if (options.database_url.empty()) {
    spdlog::critical("DCIM_DATABASE_URL is not set: `dcim serve` needs a database, `dcim up` brings its own");
    return 1;
  }
  if (!broker) {
    spdlog::critical("{} {}", broker.error().field, options.mqtt_url.empty() ? "is not set" : broker.error().message);
    return 1;
  }
  std::optional<notify::SmtpSettings> smtp;
  if (!options.smtp_url.empty()) {
    const auto settings = notify::smtp_settings(options.smtp_url, options.smtp_from, options.smtp_ca);
    if (!settings) {
      spdlog::critical("{} {}", settings.error().field, settings.error().message);
      return 1;
    }
    smtp = *settings;
  }
  // All the connections that the API takes are more than the 1,024 descriptors that most systems start a program with.
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 && descriptors.rlim_cur < descriptors.rlim_max) {
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  App app(options, *broker, std::move(smtp));
  return app.run();
}

}  // namespace dcim::app
