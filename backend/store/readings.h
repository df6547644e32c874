// Readings: kept in batches by binary COPY, and the newest of each sensor at start.
#pragma once

#include <span>

#include "live/sink.h"
#include "store/pool.h"

namespace dcim::store {

/// Owner: app. One connection of its own, used from the live strand. A batch is one transaction.
class BatchStore final : public live::BatchSink {
 public:
  /// At most this many discovered topics are remembered in all, and this many rejected messages.
  static constexpr std::int64_t kMostDiscovered = 10'000;
  static constexpr std::int64_t kMostRejected = 100'000;

  BatchStore(asio::any_io_executor executor, std::string url, const base::Clock& clock)
      : connection_(std::move(executor), std::move(url)), clock_(clock) {}

  asio::awaitable<void> store(live::Batch& batch) override;

 private:
  asio::awaitable<void> store_readings(std::span<const core::Reading> readings);
  asio::awaitable<void> store_rest(live::Batch& batch);
  asio::awaitable<void> store_discovered(std::span<const live::DiscoveredTopic> topics);
  asio::awaitable<void> store_rejected(std::span<const live::RejectedMessage> messages);

  Connection connection_;
  const base::Clock& clock_;
  std::string copy_;  // the binary COPY of a batch
};

/// Sorted by sensor and time; of one sensor's values for one moment the last that came stays.
void sort_and_deduplicate(std::vector<core::Reading>& readings);

/// `readings` as PostgreSQL's binary COPY of (sensor_id int4, ts timestamptz, value float8, quality int2).
void encode_copy(std::span<const core::Reading> readings, std::string& out);

/// The newest reading of every sensor within `within`, as of now.
asio::awaitable<std::vector<core::Reading>> newest_readings(Connection& connection, std::chrono::hours within);

/// What every device last said of itself.
asio::awaitable<std::vector<live::DeviceAvailability>> device_availability(Connection& connection);

}  // namespace dcim::store
