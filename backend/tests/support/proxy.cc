#include "tests/support/proxy.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <list>
#include <thread>

#include "base/spawn.h"

namespace dcim::tests {

namespace asio = boost::asio;
using Stream = asio::generic::stream_protocol;
using asio::ip::tcp;

namespace {

struct Link {
  explicit Link(const asio::any_io_executor& executor) : near(executor), far(executor) {}

  // With a reset, not an orderly end.
  void break_off() {
    for (auto* socket : {&near, &far}) {
      boost::system::error_code ignored;
      socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
    }
  }

  Stream::socket near, far;
};

}  // namespace

// One thread runs it all: no locks.
struct TcpProxy::State {
  explicit State(Stream::endpoint t) : target(std::move(t)), acceptor(io), changed(io) {
    changed.expires_at(asio::steady_timer::time_point::max());
    open();
    port = acceptor.local_endpoint().port();
    thread = std::thread([this] { io.run(); });
  }
  ~State() {
    call([this] {
      stopping = true;
      close();
      stalled = false;
      changed.cancel();
      tasks.stop();
    });
    auto join = [](base::TaskGroup& group) -> asio::awaitable<void> { co_await group.join(); };
    asio::co_spawn(io, join(tasks), asio::use_future).get();
    work.reset();
    thread.join();
  }

  void open() {
    if (acceptor.is_open()) return;
    acceptor.open(tcp::v4());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind({asio::ip::address_v4::loopback(), port});
    acceptor.listen();
    tasks.spawn(io.get_executor(), "accept", [this] { return accept(); });
  }
  void break_all() {
    for (const auto& link : links) link->break_off();
    links.clear();
  }
  void close() {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    break_all();
  }

  template <class Fn>
  void call(Fn fn) {
    asio::post(io, asio::use_future(fn)).get();
  }

  asio::awaitable<void> accept() {
    while (acceptor.is_open()) {
      auto link = std::make_shared<Link>(io.get_executor());
      tcp::socket socket(io);
      const auto [failed] = co_await acceptor.async_accept(socket, asio::as_tuple(asio::use_awaitable));
      if (failed) co_return;
      ++taken;
      socket.set_option(tcp::no_delay(true));
      link->near = Stream::socket(std::move(socket));
      links.push_back(link);
      tasks.spawn(io.get_executor(), "connect", [this, link] { return connect(link); });
    }
  }

  asio::awaitable<void> connect(std::shared_ptr<Link> link) {
    const auto [failed] = co_await link->far.async_connect(target, asio::as_tuple(asio::use_awaitable));
    if (failed) {
      link->break_off();
      co_return;
    }
    if (target.protocol().family() == AF_INET) link->far.set_option(tcp::no_delay(true));
    tasks.spawn(io.get_executor(), "there", [this, link] { return pump(link, link->near, link->far); });
    co_await pump(link, link->far, link->near);
    links.remove(link);
  }

  asio::awaitable<void> pump(std::shared_ptr<Link> /*keeps the sockets*/, Stream::socket& from, Stream::socket& to) {
    std::array<char, 16 * 1024> piece;
    asio::steady_timer timer(io);
    while (true) {
      const auto buffer = asio::buffer(piece);
      const auto [failed, n] = co_await from.async_read_some(buffer, asio::as_tuple(asio::use_awaitable));
      if (failed) break;
      while (stalled) co_await changed.async_wait(asio::as_tuple(asio::use_awaitable));
      if (delay.count() > 0) {
        timer.expires_after(delay);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
      }
      const auto filled = asio::buffer(piece.data(), n);
      const auto [refused, written] = co_await asio::async_write(to, filled, asio::as_tuple(asio::use_awaitable));
      if (refused) break;
    }
    boost::system::error_code ignored;
    to.shutdown(asio::socket_base::shutdown_send, ignored);
  }

  Stream::endpoint target;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::atomic<std::size_t> taken = 0;
  bool stalled = false, stopping = false;
  std::chrono::milliseconds delay{0};
  asio::steady_timer changed;  // cancelled when it no longer stalls
  std::list<std::shared_ptr<Link>> links;
  base::TaskGroup tasks{io.get_executor(), "proxy"};
  std::thread thread;
};

TcpProxy::TcpProxy(std::uint16_t target) : state_(std::make_unique<State>(tcp::endpoint(asio::ip::address_v4::loopback(), target))) {}
TcpProxy::TcpProxy(const std::string& socket_path) : state_(std::make_unique<State>(asio::local::stream_protocol::endpoint(socket_path))) {}
TcpProxy::~TcpProxy() = default;

std::uint16_t TcpProxy::port() const { return state_->port; }
std::size_t TcpProxy::taken() const { return state_->taken; }

void TcpProxy::pass() {
  state_->call([&s = *state_] {
    s.stalled = false;
    s.delay = {};
    s.changed.cancel();
    s.open();
  });
}
void TcpProxy::stall() {
  state_->call([&s = *state_] { s.stalled = true; });
}
void TcpProxy::slow(std::chrono::milliseconds delay) {
  state_->call([&s = *state_, delay] { s.delay = delay; });
}
void TcpProxy::reset() {
  state_->call([&s = *state_] { s.break_all(); });
}
void TcpProxy::cut() {
  state_->call([&s = *state_] { s.close(); });
}

std::string database_socket(const std::string& url) { return url.substr(url.find("?host=") + 6) + "/.s.PGSQL.5432"; }

std::string database_url_through(const TcpProxy& proxy, const std::string& url) {
  const auto database = url.substr(0, url.find("?host="));
  const auto at = database.find("@/");
  return database.substr(0, at) + "@127.0.0.1:" + std::to_string(proxy.port()) + database.substr(at + 1);
}

}  // namespace dcim::tests
