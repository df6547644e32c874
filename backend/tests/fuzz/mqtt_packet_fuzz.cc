// Arbitrary bytes from a broker, taken packet by packet as the session takes them: what is found lies within what was received.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ingest/mqtt_packet.h"

namespace {

using namespace dcim::ingest;

constexpr std::size_t kLargest = 1 << 12;

void require(bool holds) {
  if (!holds) std::abort();
}

bool within(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void take(const Packet& packet) {
  if (const auto publish = parse_publish(packet)) {
    require(within(publish->topic, packet.body) && within(publish->payload, packet.body));
    require(!publish->topic.empty() && publish->qos <= 2 && (publish->qos == 0) == (publish->packet_id == 0));
    require(publish->topic.size() + publish->payload.size() < packet.size);
  }
  if (const auto ack = parse_connack(packet)) require(ack->reason_text.size() < packet.size);
  (void)parse_suback(packet);
  parse_disconnect(packet);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);  // on the heap at its exact size
  std::string_view rest = bytes;
  while (true) {
    const auto packet = next_packet(rest, kLargest);
    if (!packet || !*packet) return 0;
    const auto& found = **packet;
    require(found.size >= 2 && found.size <= rest.size() && found.size <= kLargest && within(found.body, rest));
    // Cut off by a byte it is not yet there, however it is cut.
    const auto cut = next_packet(rest.substr(0, found.size - 1), kLargest);
    require(cut && !*cut);
    take(found);
    rest.remove_prefix(found.size);
  }
}
