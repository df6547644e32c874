// One browser on /api/stream (api/stream.md): its bounded queue, what it asks, and when it is closed. The socket itself is
// driven by serve_stream (stream_socket.h), on the connection's strand.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "api/metrics.h"
#include "api/services.h"
#include "api/sessions.h"

namespace dcim::api {

namespace websocket = boost::beast::websocket;

/// Full: deliver() refuses, and once the queue is empty live is asked for a new snapshot.
class Stream final : public live::Watcher, public std::enable_shared_from_this<Stream> {
 public:
  static constexpr std::size_t kQueueLength = 8;
  /// With what must not be left out; one more closes the stream.
  static constexpr std::size_t kLongestQueue = 1000;

  Stream(asio::any_io_executor strand, live::Live& live, Metrics& metrics, SessionPtr session)
      : strand_(std::move(strand)), live_(live), metrics_(metrics), session_(std::move(session)), wake_(strand_) {
    wake_.expires_at(asio::steady_timer::time_point::max());
  }

  // --- Thread-safe ---
  bool deliver(const live::Message& message) override;
  void deliver_always(const live::Message& message) override;
  /// The first reason counts. Messages still queued are not sent.
  void close(websocket::close_reason reason);
  const store::Session& session() const { return *session_; }

  // --- On the strand ---
  /// The next message to write; null: write the close frame.
  asio::awaitable<live::Message> next();
  /// What the browser sent, as text.
  asio::awaitable<void> receive(std::string text);
  websocket::close_reason reason() const;
  /// No more messages: live forgets it.
  void leave();

 private:
  void refuse(base::Error error);
  void wake();

  asio::any_io_executor strand_;
  live::Live& live_;
  Metrics& metrics_;
  SessionPtr session_;
  asio::steady_timer wake_;  // never expires; cancelled when there is something to do

  mutable std::mutex mutex_;  // guards what follows
  std::deque<live::Message> queue_;
  bool behind_ = false;
  std::optional<websocket::close_reason> closing_;
};

/// All open streams of the server. Thread-safe.
class Streams {
 public:
  void add(const std::shared_ptr<Stream>& stream);
  void remove(const Stream& stream);
  void close_all(websocket::close_reason reason);
  void close_session(const std::string& token_hash, websocket::close_reason reason);
  /// Token hashes of the sessions that have streams.
  std::vector<std::string> sessions() const;
  /// Closes the streams of sessions that are not in `open`, or are there with other rights.
  void keep_only(const std::vector<std::string>& asked, const std::vector<store::Session>& open);

 private:
  std::vector<std::shared_ptr<Stream>> all() const;

  mutable std::mutex mutex_;  // guards streams_
  std::unordered_map<const Stream*, std::weak_ptr<Stream>> streams_;
};

}  // namespace dcim::api
