// What a move would have racks carry that they cannot: said, and not forbidden, for the rack may be about to be changed too.
#include "api/assets.h"
#include "api/capacity.h"

namespace dcim::api {

asio::awaitable<RackWarnings> rack_warnings(Call& call, store::Connection& connection, std::vector<core::RackId> racks) {
  RackWarnings out;
  if (racks.empty()) co_return out;
  const auto measured = co_await measured_racks(call, connection, std::move(racks));
  for (const auto& rack : measured.racks) {
    auto& warnings = out[rack.id];
    const auto capacity = core::capacity_of(rack, measured.yardstick);
    const auto say = [&](core::Limit limit, const char* about, const std::string& what) {
      if (!capacity.is_over(limit)) return;
      const auto most = *core::rating(capacity, limit);
      const auto now = most - *core::headroom(capacity, limit);
      warnings.try_emplace(about, "rack " + rack.name + what + core::amount_text(now, limit) + " of " + core::amount_text(most, limit));
    };
    say(core::Limit::power, "power", " would draw ");
    say(core::Limit::cooling, "power", " would give off more heat than is carried away: ");
    say(core::Limit::weight, "weight", " would carry ");
    say(core::Limit::surviving_feed, "feeds", ": when one feed is lost, the other would carry ");
  }
  co_return out;
}

}  // namespace dcim::api
