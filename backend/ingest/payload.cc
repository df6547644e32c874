#include "ingest/payload.h"

#include <algorithm>
#include <cmath>

namespace dcim::ingest {
namespace {

using live::RejectReason;
using simdjson::dom::element;

// Before this no reading can have been taken: a clock that was never set.
constexpr base::Timestamp kOldest{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};

constexpr std::int64_t kYear9999Ms = 253'402'300'800'000;

// One message: what holds for all its samples and sensors.
struct Message {
  std::span<const std::uint32_t> sensors;
  const core::Inventory& inventory;
  base::Timestamp arrival;
  bool replayed;
  std::vector<core::Reading>& out;
  std::optional<Rejection> rejection;  // the first

  void reject(RejectReason reason, std::string detail) {
    if (!rejection) rejection = Rejection{reason, std::move(detail)};
  }

  void reject_timestamp(base::Timestamp ts) {
    if (ts < kOldest) {
      reject(RejectReason::bad_timestamp, "ts is before 2000: " + base::to_rfc3339(ts));
    } else {
      reject(RejectReason::future_timestamp, "ts is more than 5 minutes ahead of the server: " + base::to_rfc3339(ts));
    }
  }

  void add(const core::Sensor& sensor, base::Timestamp ts, double raw, core::Quality quality) {
    const double value = raw * sensor.scale + sensor.offset;
    if (!std::isfinite(value)) return reject(RejectReason::not_a_number, "the value is not a finite number");
    if (!core::plausible(sensor.kind, value)) quality = core::Quality::bad;
    out.push_back({sensor.id, ts, value, quality});
  }
};

core::Quality quality_of(const element& sample) {
  element value;
  if (sample["quality"].get(value)) return core::Quality::good;
  std::string_view name;
  std::int64_t number = 0;
  if (!value.get(name)) {
    for (const auto q : {core::Quality::good, core::Quality::uncertain, core::Quality::bad}) {
      if (core::name_of(q) == name) return q;
    }
    return core::Quality::uncertain;
  }
  if (!value.get(number) && number >= 0 && number <= 2) return static_cast<core::Quality>(number);
  return core::Quality::uncertain;
}

// The sample's time; nothing when it cannot be used (and the message is told why) or must not be (a replay without one).
std::optional<base::Timestamp> time_of(const element& sample, Message& message) {
  element value;
  if (sample["ts"].get(value)) {
    if (message.replayed) return {};
    return message.arrival;
  }
  std::string_view text;
  std::int64_t ms = 0;
  base::Timestamp ts;
  if (!value.get(text)) {
    const auto parsed = base::from_rfc3339(text);
    if (!parsed) {
      message.reject(RejectReason::bad_timestamp, "ts is " + parsed.error().message);
      return {};
    }
    ts = *parsed;
  } else if (!value.get(ms) && ms > -kYear9999Ms && ms < kYear9999Ms) {
    ts = base::from_unix_us(ms * 1000);
  } else {
    message.reject(RejectReason::bad_timestamp, "ts is neither an RFC 3339 time nor milliseconds since 1970");
    return {};
  }
  if (ts < kOldest || ts > message.arrival + core::kMaximumClockSkew) {
    message.reject_timestamp(ts);
    return {};
  }
  return ts;
}

void read_sample(const element& sample, Message& message) {
  const auto ts = time_of(sample, message);
  if (!ts) return;
  const auto quality = quality_of(sample);
  for (const auto position : message.sensors) {
    const auto& sensor = message.inventory.sensors()[position];
    element value;
    if (sample.at_pointer(sensor.field).get(value)) {
      message.reject(RejectReason::missing_field, "no " + (sensor.field.empty() ? std::string("bare number") : sensor.field));
      continue;
    }
    double number = 0;
    if (value.get(number)) {
      message.reject(RejectReason::not_a_number, (sensor.field.empty() ? std::string("the payload") : sensor.field) + " is not a number");
      continue;
    }
    std::string_view unit;
    if (sensor.field == "/value" && !sample["unit"].get(unit) && !core::same_unit(sensor.unit, unit)) {
      message.reject(RejectReason::unit_mismatch, "unit is " + std::string(unit.substr(0, 32)) + ", not " + sensor.unit);
      continue;
    }
    message.add(sensor, *ts, number, quality);
  }
}

// A bare number is for the sensor whose field is empty.
void read_number(double number, Message& message) {
  if (message.replayed) return;
  bool used = false;
  for (const auto position : message.sensors) {
    const auto& sensor = message.inventory.sensors()[position];
    if (!sensor.field.empty()) continue;
    message.add(sensor, message.arrival, number, core::Quality::good);
    used = true;
  }
  if (!used) message.reject(RejectReason::missing_field, "a bare number, but the sensor reads a field");
}

// What JSON has no word for, but sensors send when they have no value.
bool mentions_not_a_number(std::string_view payload) {
  std::string lower(payload);
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view word : {"nan", "inf", "-inf", "infinity", "-infinity"}) {
    for (auto at = lower.find(word); at != lower.npos; at = lower.find(word, at + 1)) {
      const auto before = lower.find_last_not_of(" \t\r\n", at ? at - 1 : lower.npos);
      const bool starts = at == 0 || before == lower.npos || lower[before] == ':' || lower[before] == ',' || lower[before] == '[';
      if (starts) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<Rejection> PayloadParser::parse(std::string_view payload, std::span<const std::uint32_t> sensors, const core::Inventory& inventory,
                                              base::Timestamp arrival, bool replayed, std::vector<core::Reading>& out) {
  Message message{sensors, inventory, arrival, replayed, out, {}};
  if (payload.size() > kLargestPayload) {
    return Rejection{RejectReason::too_large, std::to_string(payload.size()) + " bytes, more than " + std::to_string(kLargestPayload)};
  }
  element root;
  if (parser_.parse(payload.data(), payload.size(), false).get(root)) {
    if (mentions_not_a_number(payload)) return Rejection{RejectReason::not_a_number, "the value is not a number"};
    return Rejection{RejectReason::malformed_json, payload.empty() ? "the payload is empty" : "not JSON"};
  }
  double number = 0;
  simdjson::dom::array samples;
  if (root.is_object()) {
    read_sample(root, message);
  } else if (!root.get(number)) {
    read_number(number, message);
  } else if (!root.get(samples)) {
    for (const auto sample : samples) {
      if (sample.is_object()) {
        read_sample(sample, message);
      } else {
        message.reject(RejectReason::malformed_json, "an array must hold objects");
      }
    }
  } else {
    message.reject(RejectReason::not_a_number, "neither a number, an object nor an array");
  }
  return message.rejection;
}

}  // namespace dcim::ingest
