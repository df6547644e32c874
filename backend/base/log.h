// The log: one JSON object a line on standard error. Everywhere else: spdlog::info("…", …).
#pragma once

#include <spdlog/spdlog.h>

#include <string>

namespace dcim::base {

/// Level: trace, debug, info, warn, error. `program` stands in every line.
void start_log(const std::string& program, const std::string& level);

/// The text as the inside of a JSON string.
std::string json_escaped(std::string_view text);

}  // namespace dcim::base
