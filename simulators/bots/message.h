// What a device says: named numbers at a moment, and their form on the wire.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace dcim::bots {

/// In the payload's order.
using Fields = std::vector<std::pair<std::string, double>>;
std::optional<double> find(const Fields& fields, std::string_view name);
double find_or(const Fields& fields, std::string_view name, double otherwise);

struct Message {
  std::string topic;
  Fields fields;
  std::string unit;  // of the field "value"; empty: not said
};

/// {"ts":"2026-11-23T13:00:00.000Z","value":23.4,"unit":"°C"}, at most three digits after the point.
std::string payload(base::Timestamp ts, const Fields& fields, const std::string& unit);
/// The numeric members of a JSON object; nothing when it is none.
std::optional<Fields> parse_payload(std::string_view text);

}  // namespace dcim::bots
