// Untrusted bytes → readings. Never throws, never trusts: what it cannot use it names.
#pragma once

#include <simdjson.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/inventory.h"
#include "core/readings.h"
#include "live/sink.h"

namespace dcim::ingest {

struct Rejection {
  live::RejectReason reason;
  std::string detail;
};

/// Payloads above this are refused as too_large.
inline constexpr std::size_t kLargestPayload = 64 * 1024;
/// Readable bytes (of any content) that must follow the payload: the JSON parser reads in blocks.
inline constexpr std::size_t kPayloadPadding = simdjson::SIMDJSON_PADDING;

class PayloadParser {
 public:
  /// Appends to `out` the readings that the sensors (positions in inventory.sensors()) find in the payload. `arrival` is the
  /// time of a payload without `ts`; one that is `replayed` (retained by the broker from earlier) without `ts` gives none.
  /// Returns the first thing that could not be used; the rest of the message is still taken.
  std::optional<Rejection> parse(std::string_view payload, std::span<const std::uint32_t> sensors, const core::Inventory& inventory,
                                 base::Timestamp arrival, bool replayed, std::vector<core::Reading>& out);

 private:
  simdjson::dom::parser parser_;
};

}  // namespace dcim::ingest
