#include "ingest/mqtt_packet.h"

namespace dcim::ingest {
namespace {

base::Error malformed(const char* what) { return base::Error::invalid("", std::string("malformed MQTT packet: ") + what); }

// Reads big-endian fields; after a read past the end ok() is false and all reads give zero.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t n) {
    if (n > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const auto out = bytes_.substr(0, n);
    bytes_.remove_prefix(n);
    return out;
  }
  std::uint8_t u8() {
    const auto b = take(1);
    return b.empty() ? 0 : static_cast<std::uint8_t>(b[0]);
  }
  std::uint16_t u16() {
    const auto b = take(2);
    return b.empty() ? 0 : static_cast<std::uint16_t>(static_cast<std::uint8_t>(b[0]) << 8 | static_cast<std::uint8_t>(b[1]));
  }
  std::string_view text() { return take(u16()); }
  std::uint32_t varint() {
    std::uint32_t value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      const auto b = u8();
      value |= static_cast<std::uint32_t>(b & 0x7F) << shift;
      if (!(b & 0x80)) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string_view rest() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

void put_u16(std::string& out, std::uint16_t v) {
  out += static_cast<char>(v >> 8);
  out += static_cast<char>(v & 0xFF);
}
void put_u32(std::string& out, std::uint32_t v) {
  put_u16(out, static_cast<std::uint16_t>(v >> 16));
  put_u16(out, static_cast<std::uint16_t>(v & 0xFFFF));
}
void put_text(std::string& out, std::string_view text) {
  put_u16(out, static_cast<std::uint16_t>(text.size()));
  out += text;
}
void put_varint(std::string& out, std::uint32_t v) {
  do {
    std::uint8_t b = v & 0x7F;
    v >>= 7;
    if (v) b |= 0x80;
    out += static_cast<char>(b);
  } while (v);
}

std::string packet(PacketType type, std::uint8_t flags, std::string_view body) {
  std::string out;
  out += static_cast<char>(static_cast<std::uint8_t>(type) << 4 | flags);
  put_varint(out, static_cast<std::uint32_t>(body.size()));
  out += body;
  return out;
}

// Skips the value of a property; only those that may stand in CONNACK are told apart by their form (MQTT 5, §2.2.2.2).
void skip_property(Reader& properties, std::uint8_t id) {
  switch (id) {
    case 0x24:
    case 0x25:
    case 0x28:
    case 0x29:
    case 0x2A: properties.u8(); break;
    case 0x21:
    case 0x22:
    case 0x13: properties.u16(); break;
    case 0x11:
    case 0x27: properties.take(4); break;
    case 0x12:
    case 0x1A:
    case 0x1C:
    case 0x15:
    case 0x16:
    case 0x1F: properties.text(); break;
    case 0x26:
      properties.text();
      properties.text();
      break;
    default: properties.take(properties.rest().size() + 1);  // unknown: malformed
  }
}

}  // namespace

base::Result<std::optional<Packet>> next_packet(std::string_view bytes, std::size_t largest) {
  if (bytes.size() < 2) return std::optional<Packet>();
  std::size_t length = 0, at = 1;
  for (int shift = 0;; shift += 7, ++at) {
    if (shift == 28) return malformed("length");
    if (at == bytes.size()) return std::optional<Packet>();
    const auto b = static_cast<std::uint8_t>(bytes[at]);
    length |= static_cast<std::size_t>(b & 0x7F) << shift;
    if (!(b & 0x80)) break;
  }
  ++at;
  if (at + length > largest) return malformed("larger than we said we take");
  if (bytes.size() < at + length) return std::optional<Packet>();
  const auto head = static_cast<std::uint8_t>(bytes[0]);
  return std::optional(Packet{static_cast<PacketType>(head >> 4), static_cast<std::uint8_t>(head & 0x0F), bytes.substr(at, length), at + length});
}

base::Result<Publish> parse_publish(const Packet& packet) {
  Reader in(packet.body);
  Publish out;
  out.qos = packet.flags >> 1 & 3;
  out.retained = packet.flags & 1;
  if (out.qos == 3) return malformed("QoS 3");
  out.topic = in.text();
  if (out.qos) {
    out.packet_id = in.u16();
    if (out.packet_id == 0) return malformed("packet id 0");
  }
  in.take(in.varint());
  if (!in.ok() || out.topic.empty()) return malformed("PUBLISH");
  out.payload = in.rest();
  return out;
}

base::Result<ConnAck> parse_connack(const Packet& packet) {
  Reader in(packet.body);
  ConnAck out;
  out.session_present = in.u8() & 1;
  out.reason = in.u8();
  Reader properties(in.take(in.varint()));
  while (in.ok() && properties.ok() && !properties.empty()) {
    const auto id = properties.u8();
    if (id == 0x13) {
      out.server_keep_alive_s = properties.u16();
    } else if (id == 0x1F) {
      out.reason_text = properties.text();
    } else {
      skip_property(properties, id);
    }
  }
  if (!in.ok() || !properties.ok()) return malformed("CONNACK");
  return out;
}

base::Result<std::uint8_t> parse_suback(const Packet& packet) {
  Reader in(packet.body);
  in.u16();
  in.take(in.varint());
  const auto reason = in.u8();
  if (!in.ok()) return malformed("SUBACK");
  return reason;
}

std::uint8_t parse_disconnect(const Packet& packet) { return packet.body.empty() ? 0 : static_cast<std::uint8_t>(packet.body[0]); }

std::string encode_connect(const ConnectOptions& options) {
  std::string properties;
  properties += '\x11';
  put_u32(properties, options.session_expiry_s);
  properties += '\x21';
  put_u16(properties, options.receive_maximum);
  properties += '\x27';
  put_u32(properties, options.maximum_packet_size);

  std::string body;
  put_text(body, "MQTT");
  body += '\x05';
  std::uint8_t flags = 0;
  if (!options.username.empty()) flags |= 0x80;
  if (!options.password.empty()) flags |= 0x40;
  body += static_cast<char>(flags);
  put_u16(body, options.keep_alive_s);
  put_varint(body, static_cast<std::uint32_t>(properties.size()));
  body += properties;
  put_text(body, options.client_id);
  if (!options.username.empty()) put_text(body, options.username);
  if (!options.password.empty()) put_text(body, options.password);
  return packet(PacketType::connect, 0, body);
}

std::string encode_subscribe(std::uint16_t packet_id, std::string_view topic_filter, std::uint8_t qos) {
  std::string body;
  put_u16(body, packet_id);
  put_varint(body, 0);
  put_text(body, topic_filter);
  body += static_cast<char>(qos);  // retained messages at every subscribe; "retain" cleared on what is just published
  return packet(PacketType::subscribe, 2, body);
}

void append_puback(std::string& out, std::uint16_t packet_id) {
  out += '\x40';
  out += '\x02';
  put_u16(out, packet_id);
}

void append_publish(std::string& out, std::string_view topic, std::string_view payload) {
  std::string body;
  put_text(body, topic);
  put_varint(body, 0);
  body += payload;
  out += packet(PacketType::publish, 0, body);
}

std::string encode_pingreq() { return packet(PacketType::pingreq, 0, ""); }
std::string encode_disconnect() { return packet(PacketType::disconnect, 0, ""); }

}  // namespace dcim::ingest
