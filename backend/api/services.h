// What the API is given by its owner (app): the rooms below it, and how it is to behave.
#pragma once

#include <prometheus/registry.h>
#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/notifications.h"
#include "live/live.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::api {

namespace asio = boost::asio;

struct Dependency {
  std::string name;  // database, broker, schema
  bool ready = false;
  std::string detail;
};

/// What GET /api/health/ready tells. Called from any thread; must not block.
class Readiness {
 public:
  virtual ~Readiness() = default;
  virtual std::vector<Dependency> dependencies() const = 0;
};

/// Who sends notifications, for the test button. Called from any thread.
class Notifications {
 public:
  struct Outcome {
    bool delivered = false;
    std::string detail;
  };
  virtual ~Notifications() = default;
  virtual bool has_smtp() const = 0;
  /// Sends one now; writes the audit row. Throws DatabaseError.
  virtual asio::awaitable<Outcome> test(core::Site site, core::NotificationChannel channel, store::AuditContext who) = 0;
};

/// Accounts of single devices at the broker. Called from any thread.
class DeviceAccounts {
 public:
  virtual ~DeviceAccounts() = default;
  /// The account that may publish on these topics and below them, hears commands on theirs, and nothing else; made anew: who was connected by it is
  /// cut off. Without a password it is there and keeps its own. `unavailable` says why the broker cannot be told.
  virtual asio::awaitable<base::Result<void>> put(std::string username, std::string password, std::vector<std::string> topics) = 0;
  /// Also of one that is not there. Who is connected by it is cut off.
  virtual asio::awaitable<base::Result<void>> remove(std::string username) = 0;
};

struct Settings {
  bool demo = false;       // told to the pages, which then show the demo accounts
  std::string public_url;  // how browsers reach the server when a proxy stands before it; empty: directly
  std::filesystem::path pages_dir;
  std::string version = DCIM_VERSION;
};

struct Services {
  store::Pool& pool;
  live::Live& live;
  const base::Clock& clock;
  prometheus::Registry& metrics;
  const Readiness& readiness;
  Notifications& notifications;
  DeviceAccounts& device_accounts;
  asio::any_io_executor slow_threads;  // a small thread pool's, for what takes long: a password's hash 70 ms, the sums of a large site more
  Settings settings;
};

}  // namespace dcim::api
