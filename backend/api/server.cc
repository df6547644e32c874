#include "api/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <unordered_map>

#include "api/connection.h"
#include "base/log.h"

namespace dcim::api {
namespace {

using base::Error;
using namespace std::chrono_literals;
using asio::ip::tcp;

constexpr auto kSessionCheck = 5s;

constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 5\r\nConnection: close\r\n"
    "Content-Length: 99\r\n\r\n"
    R"({"type":"about:blank","title":"Service Unavailable","status":503,"detail":"too many connections"})";

}  // namespace

struct Server::State {
  State(asio::any_io_executor e, Services& services, ServerOptions o)
      : executor(e), options(std::move(o)), context(services), acceptor(e), tasks(e, "api"), connections(e, "connections") {}

  base::Result<void> prepare_tls();
  void start(tcp::socket socket);
  asio::awaitable<void> check_sessions();

  asio::any_io_executor executor;
  ServerOptions options;
  Context context;
  std::optional<asio::ssl::context> tls;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::atomic<bool> stopping = false;

  std::mutex mutex;  // guards open
  std::unordered_map<Connection*, std::pair<asio::any_io_executor, std::weak_ptr<Connection>>> open;

  base::TaskGroup tasks;
  base::TaskGroup connections;
};

Server::Server(asio::any_io_executor executor, Services& services, ServerOptions options)
    : state_(std::make_unique<State>(asio::make_strand(executor), services, std::move(options))) {
  state_->executor = std::move(executor);
}

Server::~Server() = default;

base::Result<void> Server::State::prepare_tls() {
  if (options.tls_certificate.empty() && options.tls_key.empty()) return {};
  if (options.tls_certificate.empty() || options.tls_key.empty()) {
    return Error::invalid("tls_certificate", "HTTPS takes both a certificate and a key");
  }
  tls.emplace(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 | asio::ssl::context::no_sslv3 |
                   asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  boost::system::error_code failed;
  tls->use_certificate_chain_file(options.tls_certificate, failed);
  if (failed) return Error::invalid("tls_certificate", "cannot use the certificate " + options.tls_certificate + ": " + failed.message());
  tls->use_private_key_file(options.tls_key, asio::ssl::context::pem, failed);
  if (failed) return Error::invalid("tls_key", "cannot use the key " + options.tls_key + ": " + failed.message());
  return {};
}

base::Result<void> Server::listen() {
  auto& s = *state_;
  if (auto prepared = s.prepare_tls(); !prepared) return prepared;
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(s.options.address, failed);
  if (failed) return Error::invalid("http.address", "'" + s.options.address + "' is not an IP address");
  const tcp::endpoint endpoint(address, s.options.port);
  s.acceptor.open(endpoint.protocol(), failed);
  if (!failed) s.acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) s.acceptor.bind(endpoint, failed);
  if (!failed) s.acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    const auto where = s.options.address + " port " + std::to_string(s.options.port);
    boost::system::error_code ignored;
    s.acceptor.close(ignored);
    if (failed == asio::error::address_in_use) {
      return Error{base::ErrorCode::conflict, "cannot listen on " + where + ": another program uses it; set DCIM_HTTP_PORT", "http.port"};
    }
    return Error{base::ErrorCode::unavailable, "cannot listen on " + where + ": " + failed.message(), "http.address"};
  }
  s.port = s.acceptor.local_endpoint(failed).port();
  return {};
}

std::uint16_t Server::port() const { return state_->port; }

void Server::State::start(tcp::socket socket) {
  const auto strand = socket.get_executor();
  boost::system::error_code ignored;
  if (connections.size() >= options.max_connections) {
    context.metrics.connections_refused.Increment();
    socket.non_blocking(true, ignored);
    if (!tls) socket.write_some(asio::buffer(kFull), ignored);
    return;
  }
  auto connection = make_connection(std::move(socket), tls ? &*tls : nullptr, context, stopping);
  {
    const std::scoped_lock lock(mutex);
    open[connection.get()] = {strand, connection};
  }
  context.metrics.connections.Increment();
  // Ends with the task, however it ends.
  std::shared_ptr<void> entry(nullptr, [this, key = connection.get()](void*) {
    const std::scoped_lock lock(mutex);
    open.erase(key);
    context.metrics.connections.Decrement();
  });
  connections.spawn(strand, "connection", [connection = std::move(connection), entry = std::move(entry)] { return connection->run(); });
}

asio::awaitable<void> Server::run() {
  auto& s = *state_;
  // On the acceptor's own strand, which stop() also uses.
  s.tasks.spawn(s.acceptor.get_executor(), "sessions", [&s] { return s.check_sessions(); });
  auto accept = [](State& state) -> asio::awaitable<void> {
    asio::steady_timer pause(state.acceptor.get_executor());
    while (!state.stopping) {
      tcp::socket socket(asio::make_strand(state.executor));
      const auto [failed] = co_await state.acceptor.async_accept(socket, asio::as_tuple(asio::use_awaitable));
      if (state.stopping || failed == asio::error::operation_aborted) break;
      if (failed) {  // out of file descriptors, say: wait until some are free
        spdlog::warn("cannot accept a connection: {}", failed.message());
        pause.expires_after(100ms);
        co_await pause.async_wait(asio::use_awaitable);
        continue;
      }
      state.start(std::move(socket));
    }
  };
  co_await asio::co_spawn(s.acceptor.get_executor(), accept(s), asio::use_awaitable);
}

asio::awaitable<void> Server::State::check_sessions() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    timer.expires_after(kSessionCheck);
    co_await timer.async_wait(asio::use_awaitable);
    const auto asked = context.streams.sessions();
    if (asked.empty()) continue;
    try {
      auto connection = co_await context.services.pool.acquire();
      const auto found = co_await store::find_sessions(*connection, asked, context.services.clock.now());
      context.streams.keep_only(asked, found);
    } catch (const store::DatabaseError& error) {
      spdlog::debug("sessions of streams not checked: {}", error.what());
    }
  }
}

asio::awaitable<void> Server::stop() {
  auto& s = *state_;
  s.stopping = true;
  asio::post(s.acceptor.get_executor(), [&s] {
    boost::system::error_code ignored;
    s.acceptor.close(ignored);
  });
  s.tasks.stop();
  co_await s.tasks.join();
  s.context.streams.close_all(websocket::close_reason(websocket::close_code::going_away, "the server stops"));
  {
    const std::scoped_lock lock(s.mutex);
    for (const auto& [_, entry] : s.open) {
      asio::post(entry.first, [weak = entry.second] {
        if (const auto connection = weak.lock()) connection->stop();
      });
    }
  }
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const auto deadline = std::chrono::steady_clock::now() + s.options.grace;
  while (s.connections.size() > 0 && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(20ms);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  s.connections.stop();
  co_await s.connections.join();
}

}  // namespace dcim::api
