// Real parts for integration tests: a private PostgreSQL with TimescaleDB and a private Mosquitto, started once for the
// test program on free ports in a folder of its own, and the real `dcim serve` in front of a fresh database.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/pool.h"

namespace dcim::tests {

/// What watches memory and threads takes a lot of both itself, and keeps for a while what was freed: nothing can be measured under it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// A port that is free now.
std::uint16_t free_port();

/// Asks every 10 ms until it is true; false after `patience`.
bool eventually(const std::function<bool()>& is_true, std::chrono::seconds patience = std::chrono::seconds(15));

/// A program under test. Ended (SIGTERM, then SIGKILL) when it goes out of scope.
class Process {
 public:
  Process(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment, const std::filesystem::path& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  void signal(int number) const;
  /// Waits for its end; the exit code, or -signal.
  int wait();
  int pid() const { return pid_; }
  bool running();

 private:
  int pid_ = 0;
  std::optional<int> ended_;
};

/// One for the test program. Made when first asked for, gone when the program ends.
class Services {
 public:
  static Services& get();
  ~Services();

  const std::filesystem::path& folder() const { return folder_; }
  std::string mqtt_url(const std::string& account) const;
  std::uint16_t mqtt_port() const;
  /// A new, empty database with TimescaleDB in it; its libpq URI.
  std::string new_database();
  /// The process "PostgreSQL" or "Mosquitto".
  int pid_of(const std::string& name) const;
  /// Ends and starts the broker in an orderly way; or kills it.
  void restart_broker(bool kill);
  /// Stops the database's processes where they stand, or lets them go on.
  void freeze_database(bool frozen);
  /// Ends the database as a crash does, without a checkpoint; ends when it has recovered.
  void crash_database();

 private:
  Services();
  struct Parts;
  std::filesystem::path folder_;
  std::unique_ptr<Parts> parts_;
};

/// Runs statements on a database, synchronously.
class Database {
 public:
  explicit Database(const std::string& url, std::chrono::seconds statement_timeout = store::kStatementTimeout);
  store::Rows query(const std::string& sql, store::Params params = {});
  std::int64_t number(const std::string& sql) { return query(sql).i64(0, 0); }

 private:
  boost::asio::io_context io_;
  store::Connection connection_;
};

struct Answer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  boost::json::value json() const;
};

/// A browser without pages: keeps the session's cookie and CSRF token.
class Client {
 public:
  explicit Client(std::uint16_t port) : port_(port) {}
  Answer request(const std::string& method, const std::string& target, const std::string& body = {},
                 const std::map<std::string, std::string>& headers = {});
  Answer get(const std::string& target) { return request("GET", target); }
  /// With the CSRF token.
  Answer post(const std::string& target, const std::string& body = {});
  Answer login(const std::string& email, const std::string& password);
  const std::string& cookie() const { return cookie_; }
  const std::string& csrf_token() const { return csrf_token_; }

 private:
  std::uint16_t port_;
  std::string cookie_, csrf_token_;
};

/// `dcim serve` on a free port, against a database of its own (unless `environment` names one) and the shared broker. Each has topics
/// of its own: use a site code of your own in each test.
class Server {
 public:
  explicit Server(std::map<std::string, std::string> environment = {});
  /// Starts it (again); waits until it is ready.
  void start();
  /// Starts it (again), without waiting.
  void launch();
  bool ready() const { return Client(port_).get("/api/health/ready").status == 200; }
  /// The most memory that it has held so far (VmHWM), in MiB.
  double peak_memory_mib() const;
  void kill();
  int stop();
  std::uint16_t port() const { return port_; }
  const std::string& database_url() const { return database_url_; }
  Process& process() { return *process_; }
  std::filesystem::path log() const { return log_; }
  /// Runs `dcim ARGUMENTS…` against its database; gives the exit code.
  int dcim(const std::vector<std::string>& arguments, const std::string& input = {});
  /// The value of a metric, as /metrics gives it.
  double metric(const std::string& name_and_labels);

 private:
  std::map<std::string, std::string> environment_;
  std::string database_url_;
  std::uint16_t port_;
  std::filesystem::path log_;
  std::unique_ptr<Process> process_;
};

/// A site document (TOML) with one room and `racks` racks R001…, each with inlet temperature and power.
std::filesystem::path site_file(const std::string& code, int racks, double interval_s = 30);

/// Publishes at QoS 1 as a device does, and waits for the acknowledgements.
void publish(const std::string& topic, const std::vector<std::string>& payloads, bool retain = false);

}  // namespace dcim::tests
