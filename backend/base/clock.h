// The only place that knows what time it is. Decisions take the time as an argument (event time); the edges ask a Clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace dcim::base {

/// A moment in UTC, to the microsecond, as PostgreSQL keeps it.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

/// Milliseconds since 1970, the stream's and the readings' form of a time.
inline std::int64_t to_unix_ms(Timestamp t) { return std::chrono::floor<std::chrono::milliseconds>(t).time_since_epoch().count(); }
inline Timestamp from_unix_us(std::int64_t us) { return Timestamp{std::chrono::microseconds{us}}; }

/// RFC 3339 in UTC: milliseconds, or microseconds where there are any, e.g. 2026-11-23T13:00:00.000Z.
std::string to_rfc3339(Timestamp t);
/// Takes any RFC 3339 time with "Z" or an offset and up to 9 digits of a second (finer than a microsecond is cut off).
Result<Timestamp> from_rfc3339(std::string_view text);

}  // namespace dcim::base
