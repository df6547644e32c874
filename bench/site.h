// Blocks about size: a site of very many sensors (memory, start), and questions to a long history.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/stack.h"

namespace dcim::bench {

struct SiteOptions {
  int sensors = 100'000;
  std::int64_t history = 5'000'000;
};
/// Goal, what, value, unit, whether it is met.
using Check = std::function<void(const char*, const std::string&, double, const char*, bool)>;

/// So many sensors, each with a reading: how long the server takes from its start until it serves, and what memory it needs then.
boost::json::object run_large_site(const SiteOptions& options, const Check& check);

/// A year of some sensors' readings, one a minute, and a day of 5,000 others, on disk in the order of time, as they would have come in; then charts
/// and latest values are asked for over HTTP.
boost::json::object run_history(const SiteOptions& options, const Check& check);

/// The site that `dcim-sim load` with these arguments publishes for.
void import_load_site(tests::Server& server, const std::vector<std::string>& shape);
double seconds_since(std::chrono::steady_clock::time_point start);
double rounded(double value);  // to hundredths

}  // namespace dcim::bench
