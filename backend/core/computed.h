// Sensors whose readings the server computes itself: they are stored, shown and judged like all others, but they are nothing that could fall silent.
#pragma once

#include "core/inventory.h"

namespace dcim::core {

/// Their topics lie outside of dc/, where no device can publish.
inline constexpr std::string_view kComputedTopics = "computed/";
inline bool computed(const Sensor& sensor) { return std::string_view(sensor.topic).starts_with(kComputedTopics); }

}  // namespace dcim::core
