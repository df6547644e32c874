// A browser on /api/stream for tests and benches: joins a site and keeps what it is told.
#pragma once

#include <boost/json/object.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace dcim::tests {

/// Reads in a thread of its own until it goes out of scope.
class StreamClient {
 public:
  /// Called in the thread, with each message.
  using Listener = std::function<void(const boost::json::object&)>;

  /// `cookie`: the session's, as Client::cookie() gives it. Returns once the snapshot is there.
  StreamClient(std::uint16_t port, const std::string& cookie, const std::string& site, Listener listener);
  ~StreamClient();
  StreamClient(const StreamClient&) = delete;
  StreamClient& operator=(const StreamClient&) = delete;

  /// False when the server has closed the stream.
  bool open() const;

 private:
  struct Socket;
  void read();

  std::unique_ptr<Socket> socket_;
  Listener listener_;
  mutable std::mutex mutex_;
  std::condition_variable joined_;
  bool has_joined_ = false, open_ = true;
  std::thread thread_;
};

}  // namespace dcim::tests
