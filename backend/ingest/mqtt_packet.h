// MQTT 5 packets (OASIS Standard, 7 March 2019), as far as a subscriber needs them: bytes ↔ packets, nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace dcim::ingest {

enum class PacketType : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  subscribe = 8,
  suback = 9,
  pingreq = 12,
  pingresp = 13,
  disconnect = 14
};

/// One whole packet in a buffer of received bytes; `body` points into it.
struct Packet {
  PacketType type;
  std::uint8_t flags = 0;
  std::string_view body;
  std::size_t size = 0;  // of the packet with its header
};

/// The first packet in `bytes`; nothing while it is not yet whole. An error is a malformed length or a packet above `largest`.
base::Result<std::optional<Packet>> next_packet(std::string_view bytes, std::size_t largest);

struct Publish {
  std::string_view topic;
  std::string_view payload;
  std::uint16_t packet_id = 0;  // 0 at QoS 0
  std::uint8_t qos = 0;
  bool retained = false;  // sent because we subscribed, not because it was just published
};
base::Result<Publish> parse_publish(const Packet& packet);

struct ConnAck {
  bool session_present = false;
  std::uint8_t reason = 0;  // 0 is success
  std::optional<std::uint16_t> server_keep_alive_s;
  std::string reason_text;
};
base::Result<ConnAck> parse_connack(const Packet& packet);

/// The reason code of the only topic filter that we subscribe to; 0x80 and above is failure.
base::Result<std::uint8_t> parse_suback(const Packet& packet);
/// The reason code of a DISCONNECT from the broker.
std::uint8_t parse_disconnect(const Packet& packet);

struct ConnectOptions {
  std::string client_id, username, password;
  std::uint16_t keep_alive_s = 30;
  std::uint16_t receive_maximum = 2000;
  std::uint32_t maximum_packet_size = 1 << 20;
  std::uint32_t session_expiry_s = 0xFFFFFFFF;  // the broker keeps the session, and what arrives meanwhile, for ever
};
/// Clean start off: the session is resumed.
std::string encode_connect(const ConnectOptions& options);
std::string encode_subscribe(std::uint16_t packet_id, std::string_view topic_filter, std::uint8_t qos);
void append_puback(std::string& out, std::uint16_t packet_id);
/// At QoS 0: sent once, and answered by nobody.
void append_publish(std::string& out, std::string_view topic, std::string_view payload);
std::string encode_pingreq();
std::string encode_disconnect();

}  // namespace dcim::ingest
