#include "ingest/mqtt_session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/url/parse.hpp>
#include <charconv>
#include <cstring>
#include <random>

#include "base/log.h"
#include "ingest/payload.h"

namespace dcim::ingest {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::uint32_t kLargestPacket = 1 << 20;
// Dense traffic is gathered: waking up for each message costs more than all the work on it.
constexpr auto kDense = 500us;  // a read that ends so soon after the one before is one of dense traffic
constexpr int kDenseReads = 4;
constexpr auto kGather = 1ms;
constexpr auto kOpenTimeout = 10s;
// Where Mosquitto tells of itself: what it could not queue, for any of its clients, since it started.
constexpr std::string_view kDroppedTopic = "$SYS/broker/publish/messages/dropped";
constexpr auto kFirstBackoff = 200ms;
constexpr auto kLongestBackoff = 10s;

struct BrokerProblem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// CONNACK reason codes that an operator can do something about (MQTT 5, §3.2.2.2).
std::string refusal(const ConnAck& ack) {
  switch (ack.reason) {
    case 0x86:
    case 0x87: return "the broker refuses our user name or password";
    case 0x88: return "the broker is unavailable";
    case 0x89: return "the broker is busy";
    case 0x84: return "the broker does not speak MQTT 5";
    default: return "the broker refuses the connection, reason " + std::to_string(ack.reason) + " " + ack.reason_text;
  }
}

}  // namespace

base::Result<BrokerAddress> parse_broker_url(std::string_view text) {
  const auto url = boost::urls::parse_uri({text.data(), text.size()});
  if (!url) return base::Error::invalid("DCIM_MQTT_URL", "is not a URL such as mqtt://user:password@host:1883");
  BrokerAddress out;
  const std::string scheme = url->scheme();
  if (scheme != "mqtt" && scheme != "mqtts") return base::Error::invalid("DCIM_MQTT_URL", "must start with mqtt:// or mqtts://");
  out.tls = scheme == "mqtts";
  out.host = std::string(url->encoded_host_address().decode());
  out.port = url->has_port() && !url->port().empty() ? std::string(url->port()) : (out.tls ? "8883" : "1883");
  out.username = url->user();
  out.password = url->password();
  if (out.host.empty()) return base::Error::invalid("DCIM_MQTT_URL", "names no host");
  return out;
}

// A TCP stream, or TLS over one.
struct MqttSession::Transport {
  explicit Transport(Strand strand) : resolver(strand), plain(strand) {}

  asio::awaitable<std::size_t> read_some(asio::mutable_buffer to) {
    if (tls) co_return co_await tls->async_read_some(to, asio::use_awaitable);
    co_return co_await plain.async_read_some(to, asio::use_awaitable);
  }
  /// What has come, at once; 0 when nothing has. Not over TLS.
  std::size_t read_what_is_there(asio::mutable_buffer to) {
    boost::system::error_code error;
    const auto n = plain.read_some(to, error);
    if (error && error != asio::error::would_block) throw boost::system::system_error(error);
    return n;
  }
  /// Less than this much does not wake us up.
  void wake_at(int bytes) { plain.set_option(asio::socket_base::receive_low_watermark(bytes)); }

  asio::awaitable<void> write(asio::const_buffer from) {
    if (tls) {
      co_await asio::async_write(*tls, from, asio::use_awaitable);
    } else {
      co_await asio::async_write(plain, from, asio::use_awaitable);
    }
  }

  asio::ip::tcp::resolver resolver;
  asio::ip::tcp::socket plain;
  std::optional<asio::ssl::context> context;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls;
};

MqttSession::MqttSession(Strand strand, Options options, MessageHandler& handler)
    : strand_(strand), options_(std::move(options)), handler_(handler), out_ready_(strand) {
  in_.resize(kReadSize + kPayloadPadding);
}

MqttSession::~MqttSession() = default;

asio::awaitable<void> MqttSession::run() {
  std::minstd_rand random{std::random_device{}()};
  asio::steady_timer timer(strand_);
  std::chrono::milliseconds backoff = kFirstBackoff;
  while (true) {
    std::string problem;
    try {
      co_await connect_and_read();
    } catch (const BrokerProblem& e) {
      problem = e.what();
    } catch (const boost::system::system_error& e) {
      problem = e.code() == asio::error::eof ? "the broker closed the connection" : e.code().message();
    }
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    if (was_connected_) backoff = kFirstBackoff;
    connected_ = false;
    was_connected_ = false;
    transport_.reset();
    if (cancelled != asio::cancellation_type::none) throw boost::system::system_error(asio::error::operation_aborted);
    problem_ = std::move(problem);
    const auto pause = backoff / 2 + std::chrono::milliseconds(random() % (backoff.count() / 2 + 1));
    spdlog::warn("broker {}:{}: {}; again in {} ms", options_.broker.host, options_.broker.port, problem_, pause.count());
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
    backoff = std::min<std::chrono::milliseconds>(backoff * 2, kLongestBackoff);
  }
}

asio::awaitable<void> MqttSession::connect_and_read() {
  transport_ = std::make_unique<Transport>(strand_);
  in_begin_ = in_end_ = 0;
  quick_reads_ = 0;
  gathering_ = more_waits_ = false;
  out_.clear();
  ++connection_;
  // Of what is joined by ||, the first that ends, ends the others; the failure that ended it is thrown on.
  std::exception_ptr failure;
  auto guarded = [&failure](asio::awaitable<void> part) -> asio::awaitable<void> {
    try {
      co_await std::move(part);
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  };
  asio::steady_timer deadline(strand_, kOpenTimeout);
  const auto opened = co_await (guarded(open()) || deadline.async_wait(asio::use_awaitable));
  if (opened.index() == 1) throw BrokerProblem("no answer within 10 s");
  if (failure) std::rethrow_exception(failure);
  connected_ = was_connected_ = true;
  problem_.clear();
  spdlog::info("broker {}:{}: connected", options_.broker.host, options_.broker.port);
  co_await (guarded(read_loop()) || guarded(write_loop()) || guarded(keep_alive_loop()));
  if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> MqttSession::open() {
  auto& t = *transport_;
  const auto addresses = co_await t.resolver.async_resolve(options_.broker.host, options_.broker.port, asio::use_awaitable);
  co_await asio::async_connect(t.plain, addresses, asio::use_awaitable);
  t.plain.set_option(asio::ip::tcp::no_delay(true));
  t.plain.set_option(asio::socket_base::keep_alive(true));
  t.plain.non_blocking(true);
  if (options_.broker.tls) {
    t.context.emplace(asio::ssl::context::tls_client);
    t.context->set_default_verify_paths();
    t.tls.emplace(t.plain, *t.context);
    t.tls->set_verify_mode(asio::ssl::verify_peer);
    t.tls->set_verify_callback(asio::ssl::host_name_verification(options_.broker.host));
    SSL_set_tlsext_host_name(t.tls->native_handle(), options_.broker.host.c_str());
    co_await t.tls->async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  }
  co_await handshake();
}

asio::awaitable<void> MqttSession::handshake() {
  ConnectOptions options;
  options.client_id = options_.client_id;
  options.username = options_.broker.username;
  options.password = options_.broker.password;
  options.keep_alive_s = options_.keep_alive_s;
  options.receive_maximum = options_.receive_maximum;
  options.maximum_packet_size = kLargestPacket;
  options.session_expiry_s = options_.session_expiry_s;
  const auto connect = encode_connect(options);
  co_await transport_->write(asio::buffer(connect));
  const auto connack = co_await expect(PacketType::connack);
  const auto ack = parse_connack(connack);
  if (!ack) throw BrokerProblem(ack.error().message);
  if (ack->reason != 0) throw BrokerProblem(refusal(*ack));
  keep_alive_s_ = ack->server_keep_alive_s.value_or(options_.keep_alive_s);
  in_begin_ += connack.size;

  if (!co_await subscribe(1, options_.topic_filter, 1)) {
    throw BrokerProblem("the broker refuses the subscription to " + options_.topic_filter + ": check its ACL");
  }
  if (!co_await subscribe(2, kDroppedTopic, 0)) spdlog::info("broker: it does not tell us what it drops ({})", kDroppedTopic);
  take_packets();
  handler_.on_messages_end();
}

// False when the broker refuses. A resumed session's messages may come before its answer.
asio::awaitable<bool> MqttSession::subscribe(std::uint16_t packet_id, std::string_view topic_filter, std::uint8_t qos) {
  const auto request = encode_subscribe(packet_id, topic_filter, qos);
  co_await transport_->write(asio::buffer(request));
  const auto suback = co_await expect(PacketType::suback);
  const auto granted = parse_suback(suback);
  if (!granted) throw BrokerProblem(granted.error().message);
  in_begin_ += suback.size;
  co_return *granted < 0x80;
}

// Reads until a packet of that type is first in the buffer; messages before it are taken.
asio::awaitable<Packet> MqttSession::expect(PacketType type) {
  while (true) {
    const auto packet = next_packet({in_.data() + in_begin_, in_end_ - in_begin_}, kLargestPacket);
    if (!packet) throw BrokerProblem(packet.error().message);
    if (!*packet) {
      co_await read_more();
      continue;
    }
    if ((*packet)->type == type) co_return **packet;
    take_packet(**packet);
    in_begin_ += (*packet)->size;
  }
}

asio::awaitable<void> MqttSession::read_more() {
  if (in_begin_ > 0) {
    std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
    in_end_ -= in_begin_;
    in_begin_ = 0;
  }
  if (in_end_ + kPayloadPadding >= in_.size()) in_.resize(in_.size() * 2);  // a packet larger than the buffer; bounded by kLargestPacket
  const auto room = asio::buffer(in_.data() + in_end_, in_.size() - kPayloadPadding - in_end_);
  auto n = co_await gather(room);
  if (n == 0) n = co_await transport_->read_some(room);
  in_end_ += n;
  const auto now = Steady::now();
  quick_reads_ = now - last_received_ < kDense ? quick_reads_ + 1 : 0;
  more_waits_ = n == room.size();
  last_received_ = now;
}

// While traffic is dense: lets it come for a moment, unwoken, and takes it all. Gives 0 when it is dense no more.
asio::awaitable<std::size_t> MqttSession::gather(asio::mutable_buffer room) {
  if (!gathering_) {
    if (options_.broker.tls || quick_reads_ < kDenseReads) co_return 0;
    gathering_ = true;
    transport_->wake_at(kReadSize / 2);
  }
  if (!more_waits_) {
    asio::steady_timer timer(strand_, kGather);
    co_await timer.async_wait(asio::use_awaitable);
  }
  const auto n = transport_->read_what_is_there(room);
  if (n > 0) co_return n;
  gathering_ = false;
  quick_reads_ = 0;
  transport_->wake_at(1);
  co_return 0;
}

asio::awaitable<void> MqttSession::read_loop() {
  while (true) {
    co_await handler_.wait_for_room();
    co_await read_more();
    take_packets();
    handler_.on_messages_end();
  }
}

void MqttSession::take_packets() {
  while (true) {
    const auto packet = next_packet({in_.data() + in_begin_, in_end_ - in_begin_}, kLargestPacket);
    if (!packet) throw BrokerProblem(packet.error().message);
    if (!*packet) return;
    take_packet(**packet);
    in_begin_ += (*packet)->size;
  }
}

void MqttSession::take_packet(const Packet& packet) {
  switch (packet.type) {
    case PacketType::publish: {
      const auto publish = parse_publish(packet);
      if (!publish) throw BrokerProblem(publish.error().message);
      if (publish->topic == kDroppedTopic) return take_dropped(publish->payload);
      handler_.on_message(*publish, connection_);
      return;
    }
    case PacketType::pingresp: return;
    case PacketType::disconnect: {
      const auto reason = parse_disconnect(packet);
      throw BrokerProblem(reason == 0x8E ? "another client took over our session: is a second server running?"
                                         : "the broker disconnected us, reason " + std::to_string(reason));
    }
    default: throw BrokerProblem("unexpected packet type " + std::to_string(static_cast<int>(packet.type)));
  }
}

void MqttSession::take_dropped(std::string_view payload) {
  std::int64_t now = 0;
  const auto [end, failed] = std::from_chars(payload.data(), payload.data() + payload.size(), now);
  if (failed == std::errc{} && end == payload.data() + payload.size() && now >= 0) dropped_ = now;
}

asio::awaitable<void> MqttSession::write_loop() {
  std::string sending;
  while (true) {
    if (out_.empty()) {
      out_ready_.expires_at(asio::steady_timer::time_point::max());
      co_await out_ready_.async_wait(asio::as_tuple(asio::use_awaitable));
      const auto state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) co_return;
      continue;
    }
    sending.clear();
    sending.swap(out_);
    co_await transport_->write(asio::buffer(sending));
  }
}

asio::awaitable<void> MqttSession::keep_alive_loop() {
  if (keep_alive_s_ == 0) keep_alive_s_ = options_.keep_alive_s;
  asio::steady_timer timer(strand_);
  last_received_ = Steady::now();
  while (true) {
    timer.expires_after(std::chrono::seconds(keep_alive_s_) / 2);
    co_await timer.async_wait(asio::use_awaitable);
    send(encode_pingreq());
    // While we hold back (no room), its answer waits unread: only silence in spite of reading is a dead broker.
    const auto silence = Steady::now() - last_received_;
    if (silence > 2 * std::chrono::seconds(keep_alive_s_) && transport_->plain.available() == 0) {
      throw BrokerProblem("the broker is silent");
    }
  }
}

void MqttSession::acknowledge(ConnectionNumber connection, std::span<const std::uint16_t> packet_ids) {
  if (connection != connection_) return;  // before the handshake ends they wait in out_
  std::string acks;
  acks.reserve(packet_ids.size() * 4);
  for (const auto id : packet_ids) append_puback(acks, id);
  send(acks);
}

void MqttSession::publish(std::string_view topic, std::string_view payload) {
  std::string message;
  append_publish(message, topic, payload);
  send(message);
}

void MqttSession::send(std::string_view bytes) {
  out_ += bytes;
  out_ready_.cancel();
}

}  // namespace dcim::ingest
