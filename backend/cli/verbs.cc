#include "cli/verbs.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdio>
#include <map>
#include <sstream>

#include "base/spawn.h"
#include "cli/data_folder.h"
#include "cli/private_postgres.h"
#include "ingest/mqtt_session.h"
#include "store/compression.h"
#include "store/migrate.h"

namespace dcim::cli {

int fail(const std::string& sentence) {
  std::fprintf(stderr, "dcim: %s\n", sentence.c_str());
  return 1;
}

int fail(const base::Error& error) { return fail(error.field.empty() ? error.message : error.field + " " + error.message); }

base::Result<app::Options> options_for_verbs(const std::optional<std::filesystem::path>& config) {
  const auto environment = app::process_environment();
  std::map<std::string, std::string> access;
  std::istringstream lines(read_file(data_folder_path(environment) / "access.env"));
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find("='");
    if (equals != line.npos && line.ends_with('\'')) access[line.substr(0, equals)] = line.substr(equals + 2, line.size() - equals - 3);
  }
  return app::load_options(config, [&](const std::string& name) -> std::optional<std::string> {
    if (auto value = environment(name)) return value;
    const auto it = access.find(name);
    return it == access.end() || environment(name + "_FILE") ? std::nullopt : std::optional(it->second);
  });
}

int with_database(const app::Options& options, const std::function<boost::asio::awaitable<int>(store::Connection&)>& work,
                  std::chrono::seconds statement_timeout) {
  if (options.database_url.empty()) return fail("DCIM_DATABASE_URL is not set, and no dcim up has left an access.env in the data folder");
  boost::asio::io_context io(1);
  store::Connection connection(io.get_executor(), options.database_url, statement_timeout);
  base::TaskGroup tasks(io.get_executor(), "dcim");
  int code = 1;
  auto guarded = [&]() -> boost::asio::awaitable<void> {
    try {
      code = co_await work(connection);
    } catch (const store::DatabaseError& error) {
      code = fail(std::string("the database: ") + error.what());
    }
    connection.close();
  };
  tasks.spawn("work", guarded);
  io.run();
  return code;
}

int migrate(const app::Options& options) {
  return with_database(options, [](store::Connection& connection) -> boost::asio::awaitable<int> {
    const auto applied = co_await store::migrate(connection);
    if (!applied) co_return fail(applied.error());
    std::printf("schema %d, %d migrations applied\n", store::newest_migration(), *applied);
    co_return 0;
  });
}

namespace {

bool report(bool good, const std::string& what, const std::string& detail) {
  std::printf("%s  %-12s %s\n", good ? "ok " : "BAD", what.c_str(), detail.c_str());
  return good;
}

bool check_broker(const std::string& url) {
  const auto address = ingest::parse_broker_url(url);
  if (!address) return report(false, "broker", address.error().message);
  boost::asio::io_context io;
  boost::asio::ip::tcp::resolver resolver(io);
  boost::asio::ip::tcp::socket socket(io);
  boost::system::error_code failed;
  boost::asio::connect(socket, resolver.resolve(address->host, address->port, failed), failed);
  return report(!failed, "broker", address->host + ":" + address->port + (failed ? ": " + failed.message() : " answers"));
}

}  // namespace

int doctor(const app::Options& options) {
  bool good = true;
  const auto postgres = PrivatePostgres::programs();
  good &=
      report(!postgres.empty(), "PostgreSQL", postgres.empty() ? "no version with TimescaleDB is installed: run infra/setup.sh" : postgres.string());
  const bool mosquitto = std::filesystem::exists("/usr/sbin/mosquitto");
  good &= report(mosquitto, "Mosquitto", mosquitto ? "/usr/sbin/mosquitto" : "is not installed: run infra/setup.sh");
  const bool pages = std::filesystem::exists(options.pages_dir / "index.html");
  good &= report(pages, "pages", options.pages_dir.string() + (pages ? "" : " holds none: make build, or set DCIM_PAGES_DIR"));
  const auto folder = data_folder_path(app::process_environment());
  std::error_code failed;
  const auto space = std::filesystem::space(std::filesystem::exists(folder) ? folder : folder.parent_path(), failed);
  const auto gib = failed ? 0 : space.available >> 30;
  good &= report(gib >= 1, "disk", std::to_string(gib) + " GiB free in " + folder.string());
  if (options.database_url.empty()) {
    report(true, "database", "no URL given; `dcim up` brings its own");
  } else {
    good &= with_database(options, [](store::Connection& connection) -> boost::asio::awaitable<int> {
              const auto version = co_await connection.query(
                  "SELECT current_setting('server_version'), coalesce((SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'), '')");
              const int schema = co_await store::schema_version(connection);
              const bool extension = !version.text(0, 1).empty();
              report(extension, "database",
                     "PostgreSQL " + version.text(0, 0) + ", TimescaleDB " + (extension ? version.text(0, 1) : "missing") + ", schema " +
                         std::to_string(schema));
              const auto license = co_await store::license(connection);
              report(true, "compression",
                     (license.offers_compression() ? "offered" : "not offered by this server") + std::string(" (timescaledb.license = ") +
                         license.name + ")");
              co_return extension&& schema <= store::newest_migration() ? 0 : 1;
            }) == 0;
  }
  if (options.mqtt_url.empty()) {
    report(true, "broker", "no URL given; `dcim up` brings its own");
  } else {
    good &= check_broker(options.mqtt_url);
  }
  return good ? 0 : 1;
}

}  // namespace dcim::cli
