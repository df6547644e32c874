// Arbitrary bytes as a sensor's payload: whatever comes, the readings that leave the parser are fit to be stored.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/utf8.h"
#include "ingest/payload.h"

namespace {

using namespace dcim;

void require(bool holds) {
  if (!holds) std::abort();
}

const core::Inventory& inventory() {
  static const core::Inventory all(1, {}, {}, {}, {},
                                   {{.id = {1}, .kind = "inlet-temperature", .unit = "°C", .field = "/value"},
                                    {.id = {2}, .kind = "inlet-humidity", .unit = "%RH", .field = ""},
                                    {.id = {3}, .kind = "volts", .unit = "V", .field = "/phases/1/volts", .scale = 0.1, .offset = 1},
                                    {.id = {4}, .kind = "rack-power", .unit = "kW", .field = "/a~1b/~0", .scale = 1e300}});
  return all;
}

}  // namespace

// The first byte chooses the sensors that listen and whether the message is a replay; the rest is the payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const auto arrival = base::from_rfc3339("2026-11-23T13:00:00Z").value();
  static const auto oldest = base::from_rfc3339("2000-01-01T00:00:00Z").value();
  static ingest::PayloadParser parser;
  std::vector<std::uint32_t> sensors;
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (data[0] >> i & 1) sensors.push_back(i);
  }
  const bool replayed = data[0] & 16;
  // Of exactly the size that is promised, so that a read beyond it is seen.
  std::vector<char> bytes(data + 1, data + size);
  bytes.resize(size - 1 + ingest::kPayloadPadding, '"');
  std::vector<core::Reading> out;
  const auto rejection = parser.parse({bytes.data(), size - 1}, sensors, inventory(), arrival, replayed, out);
  for (const auto& reading : out) {
    require(std::isfinite(reading.value));
    require(reading.ts >= oldest && reading.ts <= arrival + core::kMaximumClockSkew);
    require(reading.sensor_id.value >= 1 && reading.sensor_id.value <= 4);
    require(static_cast<unsigned>(reading.quality) <= 2);
  }
  if (rejection) {
    require(!live::name_of(rejection->reason).empty());
    const auto text = base::valid_utf8(rejection->detail);
    require(text.size() < 400 && base::valid_utf8(text) == text && text.find('\0') == text.npos);
  }
  return 0;
}
