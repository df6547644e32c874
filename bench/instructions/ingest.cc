// How many instructions the server spends on 1,000 readings from packet to COPY: `.ci/instructions` runs it under callgrind, which counts
// what runs below measured(). The same work each time: no network, no database, a clock that stands.
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>

#include "base/spawn.h"
#include "ingest/pipeline.h"
#include "store/readings.h"

namespace {

using namespace dcim;

constexpr std::int32_t kSensors = 1'000;
constexpr int kMessages = 1'000;  // at once, which is what makes a batch ready
constexpr int kRounds = 20;

struct StandingClock final : base::Clock {
  base::Timestamp now() const override { return *base::from_rfc3339("2026-11-23T13:00:00Z"); }
};

// As the store does it, up to the connection.
struct NullSink final : live::BatchSink {
  boost::asio::awaitable<void> store(live::Batch& batch) override {
    stored += batch.readings.size();
    store::sort_and_deduplicate(batch.readings);
    store::encode_copy(batch.readings, copy);
    co_return;
  }
  std::string copy;
  std::size_t stored = 0;
};

struct NullAcknowledger final : ingest::Acknowledger {
  void acknowledge(ingest::ConnectionNumber, std::span<const std::uint16_t>) override {}
};

core::InventoryPtr inventory() {
  std::vector<core::Device> devices;
  std::vector<core::Sensor> sensors;
  for (std::int32_t i = 1; i <= kSensors; ++i) {
    const auto topic = "dc/site/room-1/rack-R" + std::to_string(i) + "/temperature";
    devices.push_back({.id = {i}, .site_id = {1}, .name = "d" + std::to_string(i), .type = "temperature-sensor", .topic = topic});
    sensors.push_back({.id = {i}, .device_id = {i}, .site_id = {1}, .kind = "inlet-temperature", .unit = "°C", .topic = topic, .field = "/value"});
  }
  return std::make_shared<const core::Inventory>(1, std::vector<core::Site>{{{1}, "site", "S", "UTC"}}, std::vector<core::Room>{},
                                                 std::vector<core::Rack>{}, std::move(devices), std::move(sensors));
}

// PUBLISH packets, as they lie in the session's buffer; sensors in no order.
std::string packets(int round) {
  std::string out;
  for (int i = 0; i < kMessages; ++i) {
    const auto topic = "dc/site/room-1/rack-R" + std::to_string((i * 7 + round) % kSensors + 1) + "/temperature";
    char payload[128];
    const int length = std::snprintf(payload, sizeof payload, R"({"ts":"2026-11-23T12:59:%02d.%03dZ","value":%d.%d,"unit":"°C"})", round, i % 1000,
                                     20 + i % 10, i % 7);
    const auto body = 2 + topic.size() + 2 + 1 + static_cast<std::size_t>(length);
    out += '\x32';
    if (body >= 128) out += static_cast<char>(body % 128 | 128);
    out += static_cast<char>(body >= 128 ? body / 128 : body);
    out += static_cast<char>(topic.size() >> 8);
    out += static_cast<char>(topic.size() & 0xFF);
    out += topic;
    out += static_cast<char>((i + 1) >> 8);
    out += static_cast<char>((i + 1) & 0xFF);
    out += '\0';
    out.append(payload, static_cast<std::size_t>(length));
  }
  out.append(ingest::kPayloadPadding, '\0');
  return out;
}

}  // namespace

extern "C" __attribute__((noinline)) void measured(boost::asio::io_context& io, ingest::Pipeline& pipeline, std::string_view bytes) {
  while (true) {
    const auto packet = ingest::next_packet(bytes, 1 << 20);
    if (!packet || !*packet || (*packet)->type != ingest::PacketType::publish) break;
    pipeline.on_message(ingest::parse_publish(**packet).value(), 1);
    bytes.remove_prefix((*packet)->size);
  }
  pipeline.on_messages_end();
  io.restart();
  io.poll();
}

int main() {
  // The parser would choose by the processor, and the count with it.
  if (const auto* portable = simdjson::get_available_implementations()["westmere"]) simdjson::get_active_implementation() = portable;
  boost::asio::io_context io{1};
  StandingClock clock;
  prometheus::Registry metrics;
  NullSink sink;
  NullAcknowledger acknowledger;
  live::Live live(io.get_executor(), clock);
  live.set_inventory(inventory());
  ingest::Pipeline pipeline(live, sink, clock, metrics);
  pipeline.set_acknowledger(acknowledger);
  base::TaskGroup tasks(io.get_executor(), "bench");
  tasks.spawn(live.strand(), "pipeline", [&] { return pipeline.run(); });
  io.poll();
  for (int round = 0; round < kRounds; ++round) {
    const auto bytes = packets(round);
    measured(io, pipeline, bytes);
  }
  tasks.stop();
  io.restart();
  io.poll();
  const bool all = sink.stored == static_cast<std::size_t>(kRounds) * kMessages;
  std::printf("readings %zu\n", sink.stored);
  return all ? 0 : 1;
}
