// What a move would have racks carry that they cannot: said, and not forbidden, for the rack may be about to be changed too.
#include <algorithm>
#include <cstdio>

#include "api/assets.h"

namespace dcim::api {
namespace {

std::string amount(double value, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.4g %s", value, unit);
  return text;
}

}  // namespace

asio::awaitable<RackWarnings> rack_warnings(Call&, store::Connection& connection, std::vector<core::RackId> racks) {
  RackWarnings out;
  if (racks.empty()) co_return out;
  const auto loads = co_await store::rack_loads(connection, std::move(racks));
  for (const auto& load : loads) {
    auto& warnings = out[load.id];
    const auto say = [&](const char* about, double value, std::optional<double> limit, const char* unit, const std::string& what) {
      if (limit && value > *limit) warnings[about] = "rack " + load.name + what + amount(value, unit) + " of " + amount(*limit, unit);
    };
    say("power", load.typical_kw, load.rated_kw, "kW", " would draw ");
    say("weight", load.weight_kg, load.weight_limit_kg, "kg", " would carry ");
    say("feeds", load.on_one_feed_kw, load.feed_rating_kw, "kW", ": when one feed is lost, the other would carry ");
  }
  co_return out;
}

}  // namespace dcim::api
