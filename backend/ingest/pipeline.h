// A message's way: sensors by topic, readings by payload, live at once, stored in batches, acknowledged once stored.
// While one batch commits the next one fills; when that is full too, the session stops reading and the broker holds back.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <unordered_map>

#include "base/clock.h"
#include "ingest/mqtt_session.h"
#include "ingest/payload.h"
#include "live/live.h"
#include "live/sink.h"

namespace dcim::ingest {

/// Owner: app. Strand: live's. Bounds: kLargestBatch readings fill while as many commit; kKeptRejections and
/// kKeptDiscoveries a batch are kept, the rest is counted only.
class Pipeline final : public MessageHandler {
 public:
  static constexpr std::size_t kLargestBatch = 20'000;  // readings, or messages
  static constexpr std::size_t kKeptRejections = 200;
  static constexpr std::size_t kKeptDiscoveries = 500;

  Pipeline(live::Live& live, live::BatchSink& sink, const base::Clock& clock, prometheus::Registry& metrics);

  /// Must be set before the session runs.
  void set_acknowledger(Acknowledger& acknowledger) { acknowledger_ = &acknowledger; }

  void on_message(const Publish& message, ConnectionNumber connection) override;
  void on_messages_end() override;
  asio::awaitable<void> wait_for_room() override;

  /// The clock's tick, for the alarms: every second. `receiving_since`: as Live::tick.
  void tick(std::optional<base::Timestamp> receiving_since);

  /// Stores batch after batch, until cancelled. A batch that cannot be stored is tried again, 0.2 s … 5 s apart.
  asio::awaitable<void> run();

  /// Ends when nothing is left to store, or after `timeout`. For an orderly stop, when the session has ended already.
  asio::awaitable<void> drain(std::chrono::seconds timeout);

  /// False while the last attempt to store failed.
  bool storing() const { return storing_; }

 private:
  struct Filling {
    live::Batch batch;
    std::vector<std::uint16_t> packet_ids;
    ConnectionNumber connection = 0;
    std::size_t messages = 0;
    std::unordered_map<std::string, std::size_t> discovered;  // topic → position in batch.discovered
    std::chrono::steady_clock::time_point since;

    bool empty() const { return messages == 0; }
  };

  void take_readings(const Publish& message, std::span<const std::uint32_t> sensors, base::Timestamp arrival);
  void take_availability(const Publish& message, const core::Device& device, base::Timestamp arrival);
  void discover(const Publish& message, base::Timestamp arrival);
  bool full() const { return filling_.batch.readings.size() >= kLargestBatch || filling_.messages >= kLargestBatch; }
  asio::awaitable<void> wait_for_batch();
  asio::awaitable<void> store(live::Batch& batch);

  live::Live& live_;
  live::BatchSink& sink_;
  const base::Clock& clock_;
  Acknowledger* acknowledger_ = nullptr;
  PayloadParser parser_;
  core::InventoryPtr inventory_;  // of the messages of one read
  Filling filling_;
  std::size_t told_ = 0;        // readings in filling_ that live knows
  asio::steady_timer arrived_;  // cancelled when there is something to store
  asio::steady_timer room_;     // cancelled when there is room
  asio::steady_timer idle_;     // cancelled when a batch is done
  bool committing_ = false;
  bool storing_ = true;

  prometheus::Counter& messages_;
  prometheus::Counter& readings_;
  prometheus::Counter& stored_;
  prometheus::Counter& unknown_topics_;
  std::array<prometheus::Counter*, live::kRejectReasons> rejected_;
  prometheus::Counter& batches_;
  prometheus::Counter& store_failures_;
  prometheus::Counter& pauses_;
  prometheus::Gauge& waiting_;
  prometheus::Histogram& commit_seconds_;
};

}  // namespace dcim::ingest
