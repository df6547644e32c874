// Readings: kept in batches by binary COPY, and the newest of each sensor at start.
#pragma once

#include <memory>
#include <span>

#include "live/sink.h"
#include "store/pool.h"

namespace dcim::store {

/// Owner: app. A connection and a strand of its own for each batch under way, so that nothing here holds up the live strand. A batch is
/// one transaction.
class BatchStore final : public live::BatchSink {
 public:
  /// At most this many discovered topics are remembered in all, and this many rejected messages.
  static constexpr std::int64_t kMostDiscovered = 10'000;
  static constexpr std::int64_t kMostRejected = 100'000;

  BatchStore(const asio::any_io_executor& executor, const std::string& url, const base::Clock& clock);
  ~BatchStore() override;

  asio::awaitable<void> store(live::Batch& batch) override;

 private:
  class Lane;
  std::vector<std::unique_ptr<Lane>> lanes_;
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
