#include "ingest/mqtt_packet.h"

#include <gtest/gtest.h>

namespace dcim::ingest {
namespace {

using namespace std::string_literals;

Packet whole(std::string_view bytes) {
  const auto packet = next_packet(bytes, 1 << 20);
  EXPECT_TRUE(packet.has_value() && packet->has_value());
  return **packet;
}

// PUBLISH, QoS 1, topic a/b, packet id 10, no properties, payload "hi".
const std::string kPublish =
    "\x32\x0A\x00\x03"
    "a/b\x00\x0A\x00hi"s;

TEST(MqttPacket, IsFoundOnlyWhenWhole) {
  for (std::size_t n = 0; n < kPublish.size(); ++n) EXPECT_FALSE(next_packet(kPublish.substr(0, n), 1 << 20)->has_value()) << n;
  const auto bytes = kPublish + "more";
  const auto packet = whole(bytes);
  EXPECT_EQ(packet.size, kPublish.size());
  const auto publish = parse_publish(packet).value();
  EXPECT_EQ(publish.topic, "a/b");
  EXPECT_EQ(publish.payload, "hi");
  EXPECT_EQ(publish.packet_id, 10);
  EXPECT_EQ(publish.qos, 1);
  EXPECT_FALSE(publish.retained);
}

TEST(MqttPacket, LengthsAboveTheLimitOrWithoutEndAreErrors) {
  EXPECT_FALSE(next_packet("\x30\xFF\xFF\xFF\xFF\x01"s, 1 << 28).has_value());
  EXPECT_FALSE(next_packet("\x30\x80\x80\x01"s, 1000).has_value());
}

TEST(MqttPacket, ATruncatedPublishIsAnError) {
  for (std::size_t n = 0; n + 2 < kPublish.size() - 2; ++n) {
    const Packet packet{PacketType::publish, 2, std::string_view(kPublish).substr(2, n), n + 2};
    EXPECT_FALSE(parse_publish(packet).has_value()) << n;
  }
  EXPECT_FALSE(parse_publish({PacketType::publish, 6,
                              "\x00\x01"
                              "a\x00\x01\x00"s,
                              8})
                   .has_value());
  EXPECT_FALSE(parse_publish({PacketType::publish, 2,
                              "\x00\x01"
                              "a\x00\x00\x00"s,
                              8})
                   .has_value());
}

TEST(MqttPacket, ConnackTellsTheSessionAndTheKeepAlive) {
  const auto ack = parse_connack(whole("\x20\x09\x01\x00\x06\x13\x00\x14\x21\x07\xD0"s)).value();
  EXPECT_TRUE(ack.session_present);
  EXPECT_EQ(ack.reason, 0);
  EXPECT_EQ(ack.server_keep_alive_s, 20);
  EXPECT_EQ(parse_connack(whole("\x20\x03\x00\x87\x00"s))->reason, 0x87);
  EXPECT_FALSE(parse_connack(whole("\x20\x04\x00\x00\x01\x7F"s)).has_value());
}

TEST(MqttPacket, WritesWhatTheStandardSays) {
  ConnectOptions options;
  options.client_id = "c";
  options.username = "u";
  options.password = "p";
  options.keep_alive_s = 30;
  options.receive_maximum = 2000;
  options.maximum_packet_size = 0x100000;
  EXPECT_EQ(encode_connect(options),
            "\x10\x21\x00\x04MQTT\x05\xC0\x00\x1E\x0D\x11\xFF\xFF\xFF\xFF\x21\x07\xD0\x27\x00\x10\x00\x00\x00\x01"
            "c\x00\x01u\x00\x01p"s);
  EXPECT_EQ(encode_subscribe(1, "dc/#", 1),
            "\x82\x0A\x00\x01\x00\x00\x04"
            "dc/#\x01"s);
  std::string acks;
  append_puback(acks, 0x0102);
  append_puback(acks, 3);
  EXPECT_EQ(acks, "\x40\x02\x01\x02\x40\x02\x00\x03"s);
  EXPECT_EQ(encode_pingreq(), "\xC0\x00"s);
  EXPECT_EQ(encode_disconnect(), "\xE0\x00"s);
}

}  // namespace
}  // namespace dcim::ingest
