#include "tests/support/stream_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/parse.hpp>

namespace dcim::tests {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;

struct StreamClient::Socket {
  asio::io_context io;
  websocket::stream<asio::ip::tcp::socket> stream{io};
};

StreamClient::StreamClient(std::uint16_t port, const std::string& cookie, const std::string& site, Listener listener)
    : socket_(std::make_unique<Socket>()), listener_(std::move(listener)) {
  auto& stream = socket_->stream;
  stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
  const auto host = "127.0.0.1:" + std::to_string(port);
  stream.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set(boost::beast::http::field::cookie, cookie);
    request.set(boost::beast::http::field::origin, "http://" + host);
  }));
  stream.read_message_max(64 << 20);
  stream.handshake(host, "/api/stream");
  stream.write(asio::buffer(R"({"type":"subscribe","site":")" + site + "\"}"));
  thread_ = std::thread([this] { read(); });
  std::unique_lock lock(mutex_);
  joined_.wait(lock, [this] { return has_joined_ || !open_; });
}

StreamClient::~StreamClient() {
  boost::system::error_code ignored;
  socket_->stream.next_layer().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  thread_.join();
}

bool StreamClient::open() const {
  const std::scoped_lock lock(mutex_);
  return open_;
}

void StreamClient::read() {
  boost::beast::flat_buffer buffer;
  boost::system::error_code failed;
  while (true) {
    buffer.clear();
    socket_->stream.read(buffer, failed);
    if (failed) break;
    const auto message = boost::json::parse({static_cast<const char*>(buffer.data().data()), buffer.size()}).as_object();
    if (listener_) listener_(message);
    if (message.at("type") == "snapshot") {
      const std::scoped_lock lock(mutex_);
      has_joined_ = true;
      joined_.notify_all();
    }
  }
  const std::scoped_lock lock(mutex_);
  open_ = false;
  joined_.notify_all();
}

}  // namespace dcim::tests
