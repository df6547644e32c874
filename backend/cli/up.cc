#include "cli/up.h"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdio>
#include <sstream>

#include "api/password.h"
#include "base/log.h"
#include "base/supervisor.h"
#include "cli/private_broker.h"
#include "cli/private_postgres.h"
#include "cli/site.h"
#include "cli/verbs.h"
#include "store/migrate.h"
#include "store/users.h"

namespace dcim::cli {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using base::Error;
using base::Result;

constexpr auto kDemoPassword = "dcim-demo";
constexpr std::uint16_t kDefaultMqttPort = 1883;
constexpr double kDefaultHistoryDays = 7;

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

fs::path own_program() { return fs::read_symlink("/proc/self/exe"); }

// In the build tree beside the sources, or where it was installed.
fs::path demo_sites_folder() {
  const auto folder = own_program().parent_path();
  for (const auto& candidate : {folder / "../../../simulators/sites", folder / "../share/dcim/sites"}) {
    if (fs::exists(candidate / "demo-site.toml")) return fs::canonical(candidate);
  }
  return {};
}

// A demo site's document, and what happens in its history.
struct DemoSite {
  const char* file;
  const char* timeline;
  bool for_all;  // every demo account is granted it; otherwise the administrator and the manager
};
constexpr DemoSite kDemoSites[] = {{"demo-site.toml", "demo-history.toml", true}, {"edge-site.toml", nullptr, false}};

// Days of history that a new demo begins with; 0: none.
Result<double> history_days() {
  const auto text = app::process_environment()("DCIM_DEMO_DAYS");
  if (!text) return kDefaultHistoryDays;
  double days = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), days);
  if (failed != std::errc{} || end != text->data() + text->size() || !(days >= 0 && days <= 400)) {
    return Error::invalid("DCIM_DEMO_DAYS", "must be a number of days from 0 to 400, not \"" + *text + "\"");
  }
  return days;
}

Result<std::uint16_t> mqtt_port() {
  const auto text = app::process_environment()("DCIM_MQTT_PORT");
  if (!text) return kDefaultMqttPort;
  unsigned port = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), port);
  if (failed != std::errc{} || end != text->data() + text->size() || port == 0 || port > 65535) {
    return Error::invalid("DCIM_MQTT_PORT", "must be a port from 1 to 65535, not \"" + *text + "\"");
  }
  return static_cast<std::uint16_t>(port);
}

Result<void> check_free(const std::string& address, std::uint16_t port, const char* variable) {
  asio::io_context io;
  boost::system::error_code failed;
  const auto ip = asio::ip::make_address(address, failed);
  if (failed) return Error::invalid("DCIM_HTTP_ADDRESS", "'" + address + "' is not an IP address");
  asio::ip::tcp::acceptor acceptor(io);
  const asio::ip::tcp::endpoint endpoint(ip, port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(asio::ip::tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint, failed);
  if (!failed) return {};
  return Error::conflict("port " + std::to_string(port) + " on " + address + " is in use by another program: set " + variable + " to a free one");
}

bool loopback(const std::string& address) {
  boost::system::error_code failed;
  const auto ip = asio::ip::make_address(address, failed);
  return !failed && ip.is_loopback();
}

// GET /api/health/ready answers 200. Short and local: it may block the supervisor for a moment.
bool answers_ready(const std::string& address, std::uint16_t port) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  boost::system::error_code failed;
  auto ip = asio::ip::make_address(address, failed);
  if (ip.is_unspecified()) ip = asio::ip::address_v4::loopback();
  socket.connect({ip, port}, failed);
  if (failed) return false;
  const timeval second{1, 0};
  setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
  asio::write(socket, asio::buffer(std::string("GET /api/health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n")), failed);
  char answer[12] = {};
  const auto n = ::recv(socket.native_handle(), answer, sizeof answer, MSG_WAITALL);
  return n == sizeof answer && std::string_view(answer + 9, 3) == "200";
}

class Up {
 public:
  Up(app::Options options, bool demo) : options_(std::move(options)), demo_(demo) {}

  int run() {
    signals_.async_wait([this](boost::system::error_code failed, int) { on_signal(failed); });
    work_.spawn(executor_, "up", [this] { return work(); });
    io_.run();
    if (error_) return fail(*error_);
    return 0;
  }

 private:
  void on_signal(boost::system::error_code failed) {
    if (failed) return;
    if (stopping_) {
      supervisor_.hurry();
    } else {
      say("stopping …");
      end();
    }
    signals_.async_wait([this](boost::system::error_code again, int) { on_signal(again); });
  }

  // Once: what is under way is cancelled, then the children are stopped in reverse order.
  void end() {
    if (std::exchange(stopping_, true)) return;
    work_.stop();
    ender_.spawn(executor_, "end", [this]() -> asio::awaitable<void> {
      co_await work_.join();
      co_await supervisor_.stop();
      signals_.cancel();
    });
  }

  asio::awaitable<void> work() {
    try {
      const auto started = co_await start();
      if (started) {
        announce();
        co_return;  // the children keep running until a signal
      }
      error_ = started.error();
    } catch (const store::DatabaseError& error) {
      error_ = Error::unavailable(std::string("the database: ") + error.what());
    }
    asio::post(executor_, [this] { end(); });
  }

  asio::awaitable<Result<void>> start() {
    if (demo_ && !loopback(options_.http_address)) {
      co_return Error::invalid("DCIM_HTTP_ADDRESS", "is " + options_.http_address + ": --demo has known passwords and serves loopback only");
    }
    const auto port = mqtt_port();
    if (!port) co_return port.error();
    auto folder = DataFolder::open(data_folder_path(app::process_environment()));
    if (!folder) co_return folder.error();
    folder_.emplace(std::move(*folder));
    if (auto free = check_free(options_.http_address, options_.http_port, "DCIM_HTTP_PORT"); !free) co_return free;
    if (options_.mqtt_url.empty()) {
      if (auto free = check_free("127.0.0.1", *port, "DCIM_MQTT_PORT"); !free) co_return free;
    }
    if (auto done = co_await start_database(); !done) co_return done;
    if (auto done = co_await start_broker(*port); !done) co_return done;
    if (auto done = co_await start_server(); !done) co_return done;
    if (demo_) co_return co_await start_demo();
    co_return Result<void>();
  }

  asio::awaitable<Result<void>> start_database() {
    if (options_.database_url.empty()) {
      auto postgres = PrivatePostgres::prepare(*folder_);
      if (!postgres) co_return postgres.error();
      const auto started = co_await supervisor_.start(postgres->child());
      if (!started) co_return look_in("postgres.log", started.error());
      co_await postgres->create_database();
      options_.database_url = postgres->url();
    }
    store::Connection connection(executor_, options_.database_url);
    const int version = co_await store::schema_version(connection);
    if (version > store::newest_migration()) {
      co_return Error::conflict("the data folder's schema is " + std::to_string(version) + ", newer than this program's " +
                                std::to_string(store::newest_migration()) + ": use the newer program");
    }
    co_return Result<void>();
  }

  asio::awaitable<Result<void>> start_broker(std::uint16_t port) {
    std::string access = "DCIM_DATABASE_URL='" + options_.database_url + "'\n";
    if (options_.mqtt_url.empty()) {
      auto broker = PrivateBroker::prepare(*folder_, port);
      if (!broker) co_return broker.error();
      const auto started = co_await supervisor_.start(broker->child());
      if (!started) co_return look_in("broker.log", started.error());
      options_.mqtt_url = broker->url("dcim-server");
      simulators_url_ = broker->url("dcim-sim");
      access += "DCIM_MQTT_DEVICE_URL='" + broker->url("dcim-device") + "'\n";
      if (demo_) access += "DCIM_SIM_MQTT_URL='" + simulators_url_ + "'\n";
    } else {
      simulators_url_ = options_.mqtt_url;
    }
    access += "DCIM_MQTT_URL='" + options_.mqtt_url + "'\n";
    co_return write_file(folder_->root() / "access.env", access, 0600);
  }

  asio::awaitable<Result<void>> start_server() {
    base::Child server;
    server.name = "the server";
    server.command.program = own_program();
    server.command.arguments = {"serve"};
    server.command.environment = {{"DCIM_DATABASE_URL", options_.database_url},    {"DCIM_MQTT_URL", options_.mqtt_url},
                                  {"DCIM_HTTP_ADDRESS", options_.http_address},    {"DCIM_HTTP_PORT", std::to_string(options_.http_port)},
                                  {"DCIM_PAGES_DIR", options_.pages_dir.string()}, {"DCIM_LOG_LEVEL", options_.log_level},
                                  {"DCIM_PUBLIC_URL", options_.public_url},        {"DCIM_SMTP_URL", options_.smtp_url},
                                  {"DCIM_SMTP_FROM", options_.smtp_from},          {"DCIM_SMTP_CA", options_.smtp_ca},
                                  {"DCIM_DEMO", demo_ ? "true" : "false"}};
    server.command.log_file = folder_->log("server.log");
    server.stage = 2;
    server.stop_timeout = std::chrono::seconds(20);
    server.ready = [this] {
      return options_.tls_certificate.empty() ? answers_ready(options_.http_address, options_.http_port) : listens(options_.http_port);
    };
    const auto started = co_await supervisor_.start(server);
    if (!started) co_return look_in("server.log", started.error());
    co_return started;
  }

  // Accounts, sites and history are made once; what is there already stays as it is.
  asio::awaitable<Result<void>> start_demo() {
    const auto days = history_days();
    if (!days) co_return days.error();
    const auto sites = demo_sites_folder();
    if (sites.empty()) co_return Error::unavailable("the demo sites' files are missing beside " + own_program().string());
    store::Connection connection(executor_, options_.database_url);
    std::vector<std::string> all, common;
    for (const auto& site : kDemoSites) {
      const auto imported = co_await import_site_file(connection, sites / site.file);
      if (!imported) co_return Error::invalid(imported.error().field, std::string(site.file) + ": " + imported.error().message);
      all.push_back(imported->site);
      if (site.for_all) common.push_back(imported->site);
    }
    for (const auto role : core::kRoles) {
      std::string account(core::name_of(role));
      if (role == core::Role::site_manager) account = "manager";
      const auto known = co_await store::find_user(connection, account + "@demo.test");
      if (known) continue;
      store::NewUser user;
      user.email = account + "@demo.test";
      user.name = "Demo " + account;
      user.role = role;
      user.password_hash = api::hash_password(kDemoPassword);
      user.demo = true;
      if (role == core::Role::site_manager) {
        user.sites = all;
      } else if (role != core::Role::admin) {
        user.sites = common;
      }
      store::AuditContext who{"cli", "local"};
      const auto created = co_await store::create_user(connection, user, who);
      if (!created) co_return created.error();
    }
    for (const auto& site : kDemoSites) {
      if (*days > 0) co_await make_history(sites, site, *days);
    }
    for (const auto& site : kDemoSites) {
      base::Child simulators;
      simulators.name = std::string("the simulators of ") + site.file;
      simulators.command = simulator_command({"run", "--config", (sites / site.file).string()});
      simulators.command.log_file = folder_->log("simulators.log");
      simulators.stage = 3;
      const auto started = co_await supervisor_.start(simulators);
      if (!started) co_return look_in("simulators.log", started.error());
    }
    co_return Result<void>();
  }

  base::Command simulator_command(std::vector<std::string> arguments) const {
    base::Command out;
    out.program = own_program().parent_path() / "dcim-sim";
    out.arguments = std::move(arguments);
    out.environment = {{"DCIM_SIM_MQTT_URL", simulators_url_}};
    return out;
  }

  // Once for the data folder; broken off, the next start carries on. A demo without it is a demo still.
  asio::awaitable<void> make_history(fs::path sites, DemoSite site, double days) {
    std::vector<std::string> arguments{"backfill", "--config", (sites / site.file).string(), "--days", std::to_string(days)};
    const auto progress = folder_->root() / (fs::path(site.file).stem().string() + "-history");
    arguments.insert(arguments.end(), {"--progress", progress.string()});
    if (site.timeline && days >= 7) arguments.insert(arguments.end(), {"--timeline", (sites / site.timeline).string()});
    auto child = base::ChildProcess::start(executor_, simulator_command(std::move(arguments)));
    if (!child) {
      say("no history: " + child.error().message);
      co_return;
    }
    const auto ended = co_await child->wait();
    if (!ended.ok()) say("the history is not complete: dcim-sim backfill " + ended.text() + "; the next start carries on");
  }

  Error look_in(const std::string& log, Error error) const {
    error.message += "; see " + folder_->log(log).string();
    return error;
  }

  void announce() const {
    const std::string scheme = options_.tls_certificate.empty() ? "http" : "https";
    const auto host = options_.http_address.find(':') == std::string::npos ? options_.http_address : "[" + options_.http_address + "]";
    say("DCIM is ready: " + scheme + "://" + host + ":" + std::to_string(options_.http_port));
    if (demo_) say(std::string("  sign in as admin@demo.test, manager@demo.test, operator@demo.test or viewer@demo.test, password ") + kDemoPassword);
    say("  data, logs and access.env: " + folder_->root().string());
    say("  Ctrl-C stops everything");
  }

  app::Options options_;
  bool demo_;
  asio::io_context io_{1};
  asio::any_io_executor executor_ = io_.get_executor();
  std::optional<DataFolder> folder_;
  std::string simulators_url_;
  base::Supervisor supervisor_{executor_, say};
  base::TaskGroup work_{executor_, "up"};
  base::TaskGroup ender_{executor_, "end"};
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
  bool stopping_ = false;
  std::optional<Error> error_;
};

}  // namespace

int up(app::Options options, bool demo) {
  Up everything(std::move(options), demo);
  return everything.run();
}

}  // namespace dcim::cli
