// One child process: started with what it needs, watched through its pidfd, ended by signal. Dies with its parent.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace dcim::base {

struct Command {
  std::filesystem::path program;
  std::vector<std::string> arguments;              // without the program itself
  std::map<std::string, std::string> environment;  // added to our own; secrets go here, never into arguments
  std::string user;                                // a system user to run as; only root may
  std::filesystem::path log_file;                  // standard output and error are appended to it; empty: as ours
  bool quiet = false;                              // standard output and error are thrown away
};

struct ExitStatus {
  int code = 0;
  int signal = 0;  // that ended it; 0: it exited
  bool ok() const { return code == 0 && signal == 0; }
  /// "exited with 1", "was killed by signal 9".
  std::string text() const;
};

/// Not thread-safe: use it on the executor given. Destroyed while it runs, the child is killed.
class ChildProcess {
 public:
  /// The error says what could not be done: no such program, no such user, no such folder for the log.
  static Result<ChildProcess> start(boost::asio::any_io_executor executor, const Command& command);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  void signal(int number);
  /// Ends with the child. Only once.
  boost::asio::awaitable<ExitStatus> wait();

 private:
  ChildProcess(pid_t pid, boost::asio::posix::stream_descriptor pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  pid_t pid_;
  boost::asio::posix::stream_descriptor pidfd_;
};

/// Runs it to its end; the error holds what it wrote when it failed. For short commands only.
Result<void> run_to_end(const Command& command, const std::string& what);

}  // namespace dcim::base
