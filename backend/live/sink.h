// What the ingest hands over to be kept, in one piece: stored whole, or not at all.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "core/readings.h"
#include "live/live.h"

namespace dcim::live {

/// Why a message was refused. The names stand in rejected_messages, /metrics and the API.
enum class RejectReason {
  malformed_json,
  missing_field,
  not_a_number,
  bad_timestamp,
  future_timestamp,
  unit_mismatch,
  too_large,
  refused_by_database
};
inline constexpr std::size_t kRejectReasons = 8;
constexpr std::string_view name_of(RejectReason reason) {
  constexpr std::string_view kNames[kRejectReasons] = {"malformed_json",   "missing_field", "not_a_number", "bad_timestamp",
                                                       "future_timestamp", "unit_mismatch", "too_large",    "refused_by_database"};
  return kNames[static_cast<std::size_t>(reason)];
}

/// How much of a refused payload is kept for people to look at.
inline constexpr std::size_t kKeptPayload = 256;
/// And of one on a topic that nobody listens to: all its fields are wanted, to make sensors of them.
inline constexpr std::size_t kDiscoveredPayload = 8192;
/// So many refused messages of a batch are kept; the rest is counted only.
inline constexpr std::size_t kKeptRejections = 200;

struct RejectedMessage {
  base::Timestamp ts;  // of arrival
  std::string topic;
  RejectReason reason;
  std::string detail;
  std::string payload;  // at most kKeptPayload bytes, not necessarily text
};

struct DiscoveredTopic {
  std::string topic;
  base::Timestamp first_seen, last_seen;
  std::int64_t messages = 0;
  std::string last_payload;  // at most kDiscoveredPayload bytes
};

struct DeviceAvailability {
  core::DeviceId device;
  Availability availability;
};

struct Batch {
  std::vector<core::Reading> readings;  // in order of arrival; the sink may reorder them
  std::vector<RejectedMessage> rejected;
  std::vector<DiscoveredTopic> discovered;
  std::vector<DeviceAvailability> availability;
  core::AlarmOutput alarms;  // that these readings, and the clock, have brought about
  // Filled by the sink:
  std::vector<core::Alarm> changed_alarms;  // as they are stored now
  std::size_t refused_readings = 0;         // left out: the database will never take them
  std::size_t refused_others = 0;           // likewise

  bool empty() const { return readings.empty() && readings_only(); }
  bool readings_only() const { return rejected.empty() && discovered.empty() && availability.empty() && alarms.empty(); }
};

/// The site's code in dc/{site}/…; empty when there is none.
constexpr std::string_view site_of_topic(std::string_view topic) {
  if (!topic.starts_with("dc/")) return {};
  topic.remove_prefix(3);
  const auto end = topic.find('/');
  return end == topic.npos ? std::string_view{} : topic.substr(0, end);
}
/// No sensor's topic is longer (512 characters, in bytes). One that is cannot be looked up in an index.
inline constexpr std::size_t kLongestTopic = 2048;

/// So many batches are stored at the same time, at most.
inline constexpr std::size_t kConcurrentBatches = 2;

/// The order of batches with alarms matters: after a crash, readings that were not stored come again, and those older than their sensor's newest
/// raise nothing. So a batch with alarms is stored after all before it, and none after it is stored before it.
class BatchSink {
 public:
  virtual ~BatchSink() = default;
  /// Ends when the batch is durable, but for what will be refused for ever: that is left out, and said in the batch. Throws when it is not, and may
  /// then be called with the same batch again: what was stored before is not doubled; of two values of one sensor and moment the last wins. Called on
  /// the live strand, also while others are being stored: then all have nothing but readings, and no moment of a sensor in common.
  virtual asio::awaitable<void> store(Batch& batch) = 0;
};

}  // namespace dcim::live
