// Drives one WebSocket for a Stream: reads, writes, and a watch for clients that stall. Any of the three ending ends all.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "api/stream.h"
#include "base/log.h"

namespace dcim::api {

inline constexpr std::size_t kLongestStreamMessage = 4096;
inline constexpr std::chrono::seconds kStreamStalled{20};
/// Between two messages of one browser: a subscription costs a snapshot.
inline constexpr std::chrono::milliseconds kStreamPause{50};

/// What the three coroutines share; lives in serve_stream's frame, on the strand.
struct StreamProgress {
  explicit StreamProgress(asio::any_io_executor executor) : watch(executor), pause(executor) {}
  asio::steady_timer watch, pause;
  std::optional<asio::steady_timer::time_point> writing_since;
  bool done = false;

  template <class Ws>
  void finish(Ws& ws, Stream& stream) {
    done = true;
    watch.cancel();
    pause.cancel();
    stream.leave();
    boost::beast::get_lowest_layer(ws).close();
  }
};

template <class Ws>
asio::awaitable<void> read_stream(Ws& ws, Stream& stream, StreamProgress& progress) {
  boost::beast::flat_buffer buffer;
  while (!progress.done) {
    const auto [failed, size] = co_await ws.async_read(buffer, asio::as_tuple(asio::use_awaitable));
    if (failed) {
      stream.leave();  // the writer ends with a close, which does nothing when the socket is closed already
      co_return;
    }
    if (!ws.got_text()) {
      stream.close(websocket::close_reason(websocket::close_code::unknown_data, "not text"));
      continue;
    }
    std::string text(static_cast<const char*>(buffer.cdata().data()), buffer.size());
    buffer.consume(buffer.size());
    co_await stream.receive(std::move(text));
    progress.pause.expires_after(kStreamPause);
    co_await progress.pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

template <class Ws>
asio::awaitable<void> write_stream(Ws& ws, Stream& stream, StreamProgress& progress) {
  while (true) {
    const auto message = co_await stream.next();
    if (!message) break;
    progress.writing_since = asio::steady_timer::clock_type::now();
    const auto [failed, size] = co_await ws.async_write(asio::buffer(*message), asio::as_tuple(asio::use_awaitable));
    progress.writing_since.reset();
    if (failed) break;
  }
  if (ws.is_open()) co_await ws.async_close(stream.reason(), asio::as_tuple(asio::use_awaitable));
  progress.finish(ws, stream);
}

template <class Ws>
asio::awaitable<void> watch_stream(Ws& ws, Stream& stream, StreamProgress& progress, Metrics& metrics) {
  while (!progress.done) {
    progress.watch.expires_after(kStreamStalled / 8);
    co_await progress.watch.async_wait(asio::as_tuple(asio::use_awaitable));
    if (progress.done || !progress.writing_since) continue;
    if (asio::steady_timer::clock_type::now() - *progress.writing_since < kStreamStalled) continue;
    spdlog::info("stream of {} closed: it takes nothing", stream.session().principal.email);
    metrics.streams_stalled.Increment();
    progress.finish(ws, stream);
  }
}

/// `ws` has shaken hands. Ends when the stream does; the socket is closed then.
template <class Ws>
asio::awaitable<void> serve_stream(Ws& ws, std::shared_ptr<Stream> stream, Metrics& metrics) {
  using namespace asio::experimental::awaitable_operators;
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = std::chrono::seconds(5);  // also how long the answer to a close frame is waited for
  timeout.idle_timeout = kStreamStalled;
  timeout.keep_alive_pings = true;
  ws.set_option(timeout);
  ws.read_message_max(kLongestStreamMessage);
  ws.auto_fragment(false);
  ws.text(true);
  StreamProgress progress(co_await asio::this_coro::executor);
  try {
    co_await (read_stream(ws, *stream, progress) && write_stream(ws, *stream, progress) && watch_stream(ws, *stream, progress, metrics));
  } catch (...) {
    progress.finish(ws, *stream);
    throw;
  }
}

}  // namespace dcim::api
