// One client's connection, plain or TLS: reads requests, has them answered, writes the answers, and becomes a stream when
// asked. Everything in it happens on the connection's own strand.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "api/context.h"

namespace dcim::api {

class Connection {
 public:
  virtual ~Connection() = default;
  /// Until the client leaves, stalls, or the server stops.
  virtual asio::awaitable<void> run() = 0;
  /// On the strand: an idle connection is closed; a busy one after its answer.
  virtual void stop() = 0;
};

/// The socket is bound to the connection's strand. `tls` null: plain. `stopping` is the server's.
std::shared_ptr<Connection> make_connection(asio::ip::tcp::socket socket, asio::ssl::context* tls, Context& context,
                                            const std::atomic<bool>& stopping);

}  // namespace dcim::api
