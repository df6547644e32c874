// Our own MQTT 5 session with the broker: bytes ↔ packets over TCP or TLS, resumed after every break. Unlike the usual
// clients it reads many messages at once, acknowledges only when told, and stops reading while nobody has room.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "ingest/mqtt_packet.h"

namespace dcim::ingest {

namespace asio = boost::asio;

struct BrokerAddress {
  std::string host;
  std::string port = "1883";
  bool tls = false;
  std::string username, password;
};
/// mqtt://user:password@host:port, or mqtts://…; percent-encoding as in any URL. The error says what is wrong with it.
base::Result<BrokerAddress> parse_broker_url(std::string_view url);

/// Which connection a packet id belongs to: an id means nothing on the next one.
using ConnectionNumber = std::uint64_t;

/// What the session feeds. Called on the session's strand.
class MessageHandler {
 public:
  virtual ~MessageHandler() = default;
  /// The views live until the call returns; kPayloadPadding readable bytes follow the payload.
  virtual void on_message(const Publish& message, ConnectionNumber connection) = 0;
  /// After all whole messages of one read.
  virtual void on_messages_end() = 0;
  /// Ends when there is room for more; the session reads nothing until then, so that the broker holds back.
  virtual asio::awaitable<void> wait_for_room() = 0;
};

/// Where stored messages are acknowledged.
class Acknowledger {
 public:
  virtual ~Acknowledger() = default;
  /// Sends the PUBACKs in one write. Those of an earlier connection are left out: the broker sends those messages again.
  virtual void acknowledge(ConnectionNumber connection, std::span<const std::uint16_t> packet_ids) = 0;
};

/// Owner: app. Strand: the one given. When the broker is gone it reconnects, 0.2 s … 10 s apart, for ever.
class MqttSession final : public Acknowledger {
 public:
  using Strand = asio::strand<asio::any_io_executor>;

  struct Options {
    BrokerAddress broker;
    std::string client_id = "dcim-server";
    std::string topic_filter = "dc/#";
    std::uint16_t receive_maximum = 2000;
    std::uint16_t keep_alive_s = 30;
    std::uint32_t session_expiry_s = 0xFFFFFFFF;  // the broker keeps what comes while we are away, for ever; 0: nothing
  };

  MqttSession(Strand strand, Options options, MessageHandler& handler);
  ~MqttSession() override;

  /// Until cancelled.
  asio::awaitable<void> run();

  void acknowledge(ConnectionNumber connection, std::span<const std::uint16_t> packet_ids) override;

  /// At QoS 0: lost with the connection. From on_messages_end() on, which first comes when the subscription stands.
  void publish(std::string_view topic, std::string_view payload);

  /// Subscribed and alive.
  bool connected() const { return connected_; }
  /// Connected, and the broker was heard within its keep-alive: what devices say would come in. One that stands still is given up only after twice
  /// that.
  bool receiving() const { return connected_ && std::chrono::steady_clock::now() - last_received_ <= std::chrono::seconds(keep_alive_s_); }
  /// Why not, for people.
  const std::string& problem() const { return problem_; }
  ConnectionNumber connection() const { return connection_; }
  /// Messages that the broker says it has dropped since it started, for whomever they were; nothing when it does not say.
  std::optional<std::int64_t> dropped() const { return dropped_; }

 private:
  struct Transport;

  asio::awaitable<void> connect_and_read();
  asio::awaitable<void> open();
  asio::awaitable<void> handshake();
  asio::awaitable<bool> subscribe(std::uint16_t packet_id, std::string_view topic_filter, std::uint8_t qos);
  asio::awaitable<Packet> expect(PacketType type);
  asio::awaitable<void> read_more();
  asio::awaitable<std::size_t> gather(asio::mutable_buffer room);
  asio::awaitable<void> read_loop();
  asio::awaitable<void> write_loop();
  asio::awaitable<void> keep_alive_loop();
  void take_packets();
  void take_packet(const Packet& packet);
  void take_dropped(std::string_view payload);
  void send(std::string_view bytes);

  Strand strand_;
  Options options_;
  MessageHandler& handler_;
  std::unique_ptr<Transport> transport_;
  std::string in_;            // received, with room for the parser's padding behind
  std::size_t in_begin_ = 0;  // of what is not yet taken
  std::size_t in_end_ = 0;
  int quick_reads_ = 0;      // in a row, each soon after the one before
  bool gathering_ = false;   // traffic is dense: the socket is read every millisecond
  bool more_waits_ = false;  // the last read filled the buffer
  std::string out_;          // to be sent; bounded: acknowledgements of at most receive_maximum messages, pings, and what publish() was given
  asio::steady_timer out_ready_;
  ConnectionNumber connection_ = 0;
  bool connected_ = false;
  bool was_connected_ = false;
  std::uint16_t keep_alive_s_ = 30;
  std::chrono::steady_clock::time_point last_received_;
  std::string problem_ = "not yet connected";
  std::optional<std::int64_t> dropped_;
};

}  // namespace dcim::ingest
