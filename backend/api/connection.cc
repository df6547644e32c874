#include "api/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <ctime>

#include "api/errors.h"
#include "api/router.h"
#include "api/stream_socket.h"
#include "base/log.h"

namespace dcim::api {
namespace {

namespace beast = boost::beast;
using namespace std::chrono_literals;

constexpr auto kIdle = 75s;
constexpr auto kHandshake = 10s;
constexpr auto kHead = 10s;
constexpr auto kBody = 60s;
constexpr auto kWrite = 60s;
constexpr std::uint32_t kLongestHead = 16 << 10;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

std::string http_date(base::Timestamp now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return text;
}

bool is_page(std::string_view content_type) { return content_type.starts_with("text/html"); }

template <class Body>
void fill_head(http::response<Body>& out, const Response& response, const Context& context, const std::string& request_id, bool tls) {
  out.result(response.status);
  out.set(http::field::date, http_date(context.services.clock.now()));
  if (!response.content_type.empty()) out.set(http::field::content_type, response.content_type);
  out.set("X-Content-Type-Options", "nosniff");
  out.set("Referrer-Policy", "same-origin");
  out.set("X-Frame-Options", "DENY");
  out.set("Cross-Origin-Opener-Policy", "same-origin");
  out.set("Cross-Origin-Resource-Policy", "same-origin");
  out.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  out.set("Content-Security-Policy",
          is_page(response.content_type) ? context.pages.content_security_policy() : "default-src 'none'; frame-ancestors 'none'");
  if (tls) out.set(http::field::strict_transport_security, "max-age=31536000");
  if (!request_id.empty()) {
    out.set("X-Request-Id", request_id);
    out.set(http::field::cache_control, "no-store");
  }
  for (const auto& [name, value] : response.headers) out.set(name, value);
}

template <class Socket>
class ConnectionOn final : public Connection, public std::enable_shared_from_this<ConnectionOn<Socket>> {
 public:
  static constexpr bool kTls = !std::is_same_v<Socket, beast::tcp_stream>;
  using Parser = http::request_parser<http::string_body>;

  ConnectionOn(Socket socket, asio::ip::address peer, Context& context, const std::atomic<bool>& stopping)
      : socket_(std::move(socket)), peer_(std::move(peer)), context_(context), stopping_(stopping) {}

  asio::awaitable<void> run() override {
    if constexpr (kTls) {
      lowest().expires_after(kHandshake);
      const auto [failed] = co_await socket_.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
      if (failed) co_return;
    }
    while (!stopping_ && co_await serve_one()) {
    }
    if constexpr (kTls) {
      if (lowest().socket().is_open()) {
        lowest().expires_after(2s);
        co_await socket_.async_shutdown(asio::as_tuple(asio::use_awaitable));
      }
    }
    beast::error_code ignored;
    lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    lowest().close();
  }

  void stop() override {
    if (idle_) lowest().close();
  }

 private:
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(socket_); }

  // Waits for the first byte of a request; false when the client left or nothing came.
  asio::awaitable<bool> wait_for_request() {
    if (buffer_.size() > 0) co_return true;
    lowest().expires_after(kIdle);
    idle_ = true;
    const auto room = buffer_.prepare(4096);
    const auto [failed, size] = co_await socket_.async_read_some(room, asio::as_tuple(asio::use_awaitable));
    idle_ = false;
    buffer_.commit(size);
    co_return !failed;
  }

  // One request and its answer; false when no other can follow.
  asio::awaitable<bool> serve_one() {
    if (!co_await wait_for_request()) co_return false;
    Parser parser;
    parser.header_limit(kLongestHead);
    parser.body_limit(boost::none);
    lowest().expires_after(kHead);
    const auto [failed, size] = co_await http::async_read_header(socket_, buffer_, parser, asio::as_tuple(asio::use_awaitable));
    if (failed) co_return co_await refuse(failed);
    lowest().expires_never();

    const auto began = std::chrono::steady_clock::now();
    const Head& head = parser.get();
    Call call{context_, head};
    call.tls = kTls;
    call.peer = peer_;
    call.origin = origin_of(head, peer_, context_.services.settings);
    auto target = parse_target(view(head.target()));
    Response response;
    std::string_view route = "pages";
    bool keep = parser.keep_alive();
    if (!target) {
      response = problem(target.error(), "");
      route = "none";
    } else if (call.target = std::move(*target); !Router::owns(call.target.path)) {
      response = context_.pages.serve(head.method(), call.target.path, head);
    } else {
      call.request_id = request_id_of(head);
      auto refused = co_await Router::admit(call);
      route = call.route ? call.route->path : "none";
      if (!refused && call.route->kind == Kind::stream) {
        if (websocket::is_upgrade(head)) {
          co_await become_stream(parser, call);
          co_return false;
        }
        refused = problem(426, base::Error::invalid("Upgrade", "this is a WebSocket"), call.request_id);
      }
      if (!refused) refused = co_await read_body(parser, call);
      if (refused) {
        response = std::move(*refused);
      } else {
        response = co_await Router::handle(call);  // not in a ?: (GCC 12 destroys what a co_await in it made twice)
      }
    }
    keep = keep && parser.is_done() && !stopping_;  // a body that was not read stands where the next head should
    const auto method = view(head.method_string());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    context_.metrics.request(head.method() == http::verb::unknown ? "other" : method, route, response.status, took);
    spdlog::debug("{} {} {} {} {} bytes {:.1f} ms from {} for {}", call.request_id, method, call.target.path, response.status,
                  response.bytes().size(), took.count() * 1000, call.origin, call.session ? call.session->principal.email : "-");
    co_return co_await write(response, call.request_id, head.version(), head.method() == http::verb::head, keep) && keep;
  }

  // Into call.body. Gives the answer when the body is too large, or does not come.
  asio::awaitable<std::optional<Response>> read_body(Parser& parser, Call& call) {
    if (parser.is_done()) co_return std::nullopt;
    const auto limit = call.route->body_limit;
    const auto length = parser.content_length();
    if (length && *length > limit) co_return too_large(limit, call);
    parser.body_limit(limit);
    lowest().expires_after(kBody);
    if (beast::iequals(call.head[http::field::expect], "100-continue")) {
      http::response<http::empty_body> go_on(http::status::continue_, 11);
      const auto [failed, size] = co_await http::async_write(socket_, go_on, asio::as_tuple(asio::use_awaitable));
      if (failed) throw boost::system::system_error(failed);
    }
    const auto [failed, size] = co_await http::async_read(socket_, buffer_, parser, asio::as_tuple(asio::use_awaitable));
    lowest().expires_never();
    if (failed == http::error::body_limit) co_return too_large(limit, call);
    if (failed == beast::error::timeout) co_return problem(408, base::Error::invalid("", "the body did not come in time"), call.request_id);
    if (failed) co_return problem(base::Error::invalid("", "the request is not HTTP: " + failed.message()), call.request_id);
    call.body = std::move(parser.get().body());
    co_return std::nullopt;
  }

  static Response too_large(std::size_t limit, const Call& call) {
    return problem(413, base::Error::invalid("", "the body may have at most " + std::to_string(limit) + " bytes"), call.request_id);
  }

  // After a head that could not be read.
  asio::awaitable<bool> refuse(beast::error_code failed) {
    const bool gone = failed == http::error::end_of_stream || failed == beast::error::timeout || failed == asio::error::operation_aborted ||
                      failed.category() != http::make_error_code(http::error::end_of_stream).category();
    if (gone) co_return false;
    const bool long_head = failed == http::error::header_limit;
    const auto error = base::Error::invalid("", long_head ? "the request's head is too long" : "the request is not HTTP: " + failed.message());
    const auto response = problem(long_head ? 431 : 400, error, "");
    co_return co_await write(response, "", 11, false, false);
  }

  asio::awaitable<bool> write(const Response& response, const std::string& request_id, unsigned version, bool head_only, bool keep) {
    lowest().expires_after(kWrite);
    const auto bytes = response.bytes();
    const bool no_body = head_only || response.status == 204 || response.status == 304;
    beast::error_code failed;
    if (response.more && !no_body) {
      co_return co_await write_pieces(response, request_id, version, keep);
    } else if (no_body) {
      http::response<http::empty_body> out;
      fill_head(out, response, context_, request_id, kTls);
      out.version(version);
      out.keep_alive(keep);
      if (head_only && !response.more) out.content_length(bytes.size());
      const auto [ec, size] = co_await http::async_write(socket_, out, asio::as_tuple(asio::use_awaitable));
      failed = ec;
    } else {
      http::response<http::span_body<const char>> out;
      fill_head(out, response, context_, request_id, kTls);
      out.body() = {bytes.data(), bytes.size()};
      out.version(version);
      out.keep_alive(keep);
      out.content_length(bytes.size());
      const auto [ec, size] = co_await http::async_write(socket_, out, asio::as_tuple(asio::use_awaitable));
      failed = ec;
    }
    lowest().expires_never();
    co_return !failed;
  }

  // An answer whose length nobody knows yet; a client that takes it slowly holds up itself alone. HTTP/1.0 has no chunks: there the end is
  // the connection's.
  asio::awaitable<bool> write_pieces(const Response& response, const std::string& request_id, unsigned version, bool keep) {
    const bool chunked = version >= 11;
    http::response<http::empty_body> head;
    fill_head(head, response, context_, request_id, kTls);
    head.version(version);
    head.keep_alive(keep && chunked);
    head.chunked(chunked);
    http::response_serializer<http::empty_body> serializer(head);
    const auto [failed, size] = co_await http::async_write_header(socket_, serializer, asio::as_tuple(asio::use_awaitable));
    if (failed) co_return false;
    try {
      std::string piece = response.body;
      while (!piece.empty()) {
        lowest().expires_after(kWrite);
        const auto bytes = asio::buffer(piece);
        beast::error_code broken;
        if (chunked) {
          const auto chunk = http::make_chunk(bytes);
          const auto [ec, n] = co_await asio::async_write(socket_, chunk, asio::as_tuple(asio::use_awaitable));
          broken = ec;
        } else {
          const auto [ec, n] = co_await asio::async_write(socket_, bytes, asio::as_tuple(asio::use_awaitable));
          broken = ec;
        }
        if (broken) co_return false;
        lowest().expires_never();
        piece = co_await response.more();
      }
    } catch (const std::exception& error) {
      spdlog::warn("{} an answer was broken off: {}", request_id, error.what());
      co_return false;
    }
    if (!chunked) co_return false;
    const auto last = http::make_chunk_last();
    const auto [broken, n] = co_await asio::async_write(socket_, last, asio::as_tuple(asio::use_awaitable));
    co_return !broken;
  }

  asio::awaitable<void> become_stream(Parser& parser, Call& call) {
    auto request = parser.release();
    websocket::stream<Socket, false> ws(std::move(socket_));
    lowest_of(ws).expires_after(kHandshake);
    ws.set_option(websocket::stream_base::decorator([&](websocket::response_type& response) { response.set("X-Request-Id", call.request_id); }));
    const auto [failed] = co_await ws.async_accept(request, asio::as_tuple(asio::use_awaitable));
    lowest_of(ws).expires_never();
    if (!failed) {
      auto stream = std::make_shared<Stream>(co_await asio::this_coro::executor, context_.services.live, context_.metrics, call.session);
      const Joined joined(context_, stream);
      if (stopping_) stream->close(websocket::close_code::going_away);
      spdlog::debug("{} stream of {} from {}", call.request_id, call.session->principal.email, call.origin);
      co_await serve_stream(ws, stream, context_.metrics);
    }
    lowest_of(ws).close();
  }

  template <class Ws>
  static beast::tcp_stream& lowest_of(Ws& ws) {
    return beast::get_lowest_layer(ws);
  }

  // A stream among the server's, for as long as this lives.
  struct Joined {
    Joined(Context& c, std::shared_ptr<Stream> s) : context(c), stream(std::move(s)) {
      context.streams.add(stream);
      context.metrics.streams.Increment();
    }
    ~Joined() {
      context.streams.remove(*stream);
      context.metrics.streams.Decrement();
    }
    Joined(const Joined&) = delete;
    Joined& operator=(const Joined&) = delete;
    Context& context;
    std::shared_ptr<Stream> stream;
  };

  Socket socket_;
  asio::ip::address peer_;
  Context& context_;
  const std::atomic<bool>& stopping_;
  beast::flat_buffer buffer_;
  bool idle_ = false;
};

}  // namespace

std::shared_ptr<Connection> make_connection(asio::ip::tcp::socket socket, asio::ssl::context* tls, Context& context,
                                            const std::atomic<bool>& stopping) {
  beast::error_code ignored;
  auto peer = socket.remote_endpoint(ignored).address();
  if (peer.is_v6() && peer.to_v6().is_v4_mapped()) peer = asio::ip::make_address_v4(asio::ip::v4_mapped, peer.to_v6());
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  beast::tcp_stream stream(std::move(socket));
  if (!tls) return std::make_shared<ConnectionOn<beast::tcp_stream>>(std::move(stream), peer, context, stopping);
  using Tls = beast::ssl_stream<beast::tcp_stream>;
  return std::make_shared<ConnectionOn<Tls>>(Tls(std::move(stream), *tls), peer, context, stopping);
}

}  // namespace dcim::api
