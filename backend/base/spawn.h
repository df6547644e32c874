// Every coroutine starts here: it has a name, its failure is logged, it is counted, cancelled and joined at stop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

namespace dcim::base {

namespace asio = boost::asio;

/// A group of coroutines that stop together. Thread-safe. The group must outlive its tasks: stop() and join() it first.
class TaskGroup {
 public:
  TaskGroup(asio::any_io_executor executor, std::string name);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Runs the coroutine on the group's executor (or `on`, a strand, say). What it throws is logged; being cancelled is not an error.
  void spawn(std::string name, std::function<asio::awaitable<void>()> task);
  void spawn(asio::any_io_executor on, std::string name, std::function<asio::awaitable<void>()> task);

  /// Asks all tasks to end: whatever they wait for ends with operation_aborted. Tasks spawned later are cancelled at once.
  void stop();

  /// Ends when no task is left.
  asio::awaitable<void> join();

  std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace dcim::base
