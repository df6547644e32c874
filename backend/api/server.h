// The HTTP server: listens, gives each connection a strand and a task, answers by router and pages, and stops gracefully.
//
//   api::Services services{pool, live, clock, registry, readiness, notifications, slow_threads.get_executor(), {.demo = …, .pages_dir = …}};
//   api::Server server(io.get_executor(), services, {.address = "127.0.0.1", .port = 8080});
//   if (auto listening = server.listen(); !listening) …   // one clear sentence in listening.error().message
//   group.spawn("api", [&server] { return server.run(); });   // until stop()
//   co_await server.stop();                                   // before live, pool and the executor go
#pragma once

#include <memory>

#include "api/services.h"
#include "base/error.h"

namespace dcim::api {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;    // 0: any free one
  std::string tls_certificate;  // PEM files; with both, HTTPS only
  std::string tls_key;
  std::size_t max_connections = 2000;  // one more is answered 503 and closed
  std::chrono::seconds grace{5};       // that stop() gives requests under way
};

/// Thread-safe. `services` and all that it names must outlive the server; stop() must have ended before it is destroyed.
class Server {
 public:
  Server(asio::any_io_executor executor, Services& services, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds. `conflict` when the port is in use, `invalid` for an address, certificate or key that is none.
  base::Result<void> listen();
  /// The port that it listens on.
  std::uint16_t port() const;
  /// Accepts connections until stop() or cancelled.
  asio::awaitable<void> run();
  /// Accepts no more, closes streams with 1001 and idle connections, lets requests end for `grace`, then cuts what is left.
  asio::awaitable<void> stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dcim::api
