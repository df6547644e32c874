// Keeps children running: starts them in order, restarts what dies (with backoff, and says so), stops them in reverse.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "base/child_process.h"
#include "base/spawn.h"

namespace dcim::base {

struct Child {
  std::string name;
  Command command;
  int stage = 0;  // stop() ends higher stages first, all of one stage together
  int stop_signal = 15;
  std::chrono::seconds stop_timeout{10};  // then it is killed
  /// Asked every 50 ms after a start until it says true; empty: ready at once.
  std::function<bool()> ready = {};
  std::chrono::seconds ready_timeout{60};
};

/// Not thread-safe: use it on the executor given, which must be a strand or run by one thread.
class Supervisor {
 public:
  /// `say` gets one line for people whenever a child dies or comes back.
  Supervisor(asio::any_io_executor executor, std::function<void(const std::string&)> say);

  /// Ends when the child is ready. The error: it cannot be started, dies before it is ready three times, or takes too long.
  asio::awaitable<Result<void>> start(Child child);
  /// Ends when no child is left.
  asio::awaitable<void> stop();
  /// What is stopping is killed at once.
  void hurry();

  std::size_t running() const;
  /// 0 while it is not running.
  pid_t pid_of(const std::string& name) const;

 private:
  struct Entry {
    Entry(asio::any_io_executor executor, Child c) : child(std::move(c)), changed(executor) {
      changed.expires_at(asio::steady_timer::time_point::max());
    }
    Child child;
    std::optional<ChildProcess> process;
    bool stopping = false;
    bool ended = false;  // for good
    int deaths = 0;
    std::string last_end;
    asio::steady_timer changed;  // cancelled at every start and end
  };

  asio::awaitable<void> keep_running(std::shared_ptr<Entry> entry);
  asio::awaitable<void> stop_one(std::shared_ptr<Entry> entry);

  asio::any_io_executor executor_;
  std::function<void(const std::string&)> say_;
  std::list<std::shared_ptr<Entry>> entries_;  // in order of start
  bool hurry_ = false;
  TaskGroup tasks_;
};

}  // namespace dcim::base
