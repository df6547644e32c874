// Numbers in what people are told: reasons, verdicts.
#pragma once

#include <cstdio>
#include <string>

namespace dcim::core {

/// A measured value, with one digit: "28.4".
inline std::string measured_text(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

/// A limit, as somebody would write it: "28", "0.5".
inline std::string limit_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace dcim::core
