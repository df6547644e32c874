// A message's way: sensors by topic, readings by payload, live at once, stored in batches, acknowledged once stored.
// While batches commit the next one fills; when that is full too, the session stops reading and the broker holds back.
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

/// Owner: app. Strand: live's. Bounds: kLargestBatch readings fill while twice as many commit; live::kKeptRejections and
/// kKeptDiscoveries a batch are kept, the rest is counted only.
class Pipeline final : public MessageHandler {
 public:
  static constexpr std::size_t kLargestBatch = 100'000;  // readings, or messages
  static constexpr std::size_t kKeptDiscoveries = 500;

  Pipeline(live::Live& live, live::BatchSink& sink, const base::Clock& clock, prometheus::Registry& metrics);

  /// Must be set before the session runs.
  void set_acknowledger(Acknowledger& acknowledger) { acknowledger_ = &acknowledger; }

  void on_message(const Publish& message, ConnectionNumber connection) override;
  void on_messages_end() override;
  asio::awaitable<void> wait_for_room() override;

  /// Readings that the server itself computes. While a batch is full they are left out and counted: the next ones come soon.
  void take_computed(std::span<const core::Reading> readings);

  /// The clock's tick, for the alarms: every second. `receiving_since`: as Live::tick.
  void tick(std::optional<base::Timestamp> receiving_since);

  /// Stores batch after batch, two at once, until cancelled. A batch that cannot be stored is tried again, 0.2 s … 5 s apart.
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
    std::size_t late = 0;                                     // readings that were not newer than what live knew
    std::unordered_map<std::string, std::size_t> discovered;  // topic → position in batch.discovered
    std::chrono::steady_clock::time_point since;

    bool empty() const { return messages == 0 && batch.readings.empty(); }
    /// Must be stored after all before it, and before all after it: a reading may be of a moment that is in one of them, or there is more
    /// than readings (live/sink.h says why, of alarms).
    bool in_order() const { return late > 0 || !batch.readings_only(); }
  };

  void take_readings(const Publish& message, std::span<const std::uint32_t> sensors, base::Timestamp arrival);
  void take_availability(const Publish& message, const core::Device& device, base::Timestamp arrival);
  void discover(const Publish& message, base::Timestamp arrival);
  void reject(const Publish& message, base::Timestamp arrival, live::RejectReason reason, std::string detail);
  bool full() const { return filling_.batch.readings.size() >= kLargestBatch || filling_.messages >= kLargestBatch; }
  bool ready() const;
  void wake();
  bool idle() const { return done_ == taken_ && filling_.empty(); }
  Filling take();
  asio::awaitable<void> keep_storing(asio::steady_timer& arrived);
  asio::awaitable<void> wait_for_turn(std::uint64_t turn);
  asio::awaitable<void> store(live::Batch& batch);

  live::Live& live_;
  live::BatchSink& sink_;
  const base::Clock& clock_;
  Acknowledger* acknowledger_ = nullptr;
  PayloadParser parser_;
  core::InventoryPtr inventory_;  // of the messages of one read
  Filling filling_;
  std::size_t told_ = 0;        // readings in filling_ that live knows
  base::Timestamp arrival_;     // of the messages of one read
  bool reading_ = false;        // between the first message of a read and its end
  std::size_t counted_ = 0;     // messages in filling_ that are in the counter
  std::size_t committing_ = 0;  // readings
  // Batches are numbered as they are taken, and acknowledged in that order.
  std::uint64_t taken_ = 0, done_ = 0;
  std::uint64_t barrier_ = 0;  // the batches before this number must be done before any after it is stored
  // Cancelled, each, when what its name says happens.
  std::array<asio::steady_timer, live::kConcurrentBatches> arrived_;
  asio::steady_timer room_, turn_, drained_;
  bool storing_ = true;

  prometheus::Counter& messages_;
  prometheus::Counter& readings_;
  prometheus::Counter& stored_;
  prometheus::Counter& unknown_topics_;
  std::array<prometheus::Counter*, live::kRejectReasons> rejected_;
  prometheus::Counter& batches_;
  prometheus::Counter& store_failures_;
  prometheus::Counter& pauses_;
  prometheus::Counter& computed_left_out_;
  prometheus::Gauge& waiting_;
  prometheus::Histogram& commit_seconds_;
};

}  // namespace dcim::ingest
