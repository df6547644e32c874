// What capacity is reckoned from: the racks of a site with all that stands and is held in them, and how that came to be. All functions throw
// DatabaseError.
#pragma once

#include "core/capacity.h"
#include "core/capacity_history.h"
#include "store/audit.h"

namespace dcim::store {

/// By room and name; those that are given, or all of the site. Not yet measured (core::measure).
asio::awaitable<std::vector<core::RackContents>> rack_contents(Connection& connection, core::SiteId site,
                                                               std::optional<std::vector<core::RackId>> racks = std::nullopt);
/// What a U takes at the site, by the catalogue.
asio::awaitable<core::Yardstick> yardstick(Connection& connection, core::SiteId site);

struct SlotHistory {
  std::map<core::DeviceId, core::RackSlot> now;
  std::vector<core::SlotChange> changes;  // newest first, since `from`
  base::Timestamp begins;                 // of the site: nothing older is known
};
asio::awaitable<SlotHistory> slot_history(Connection& connection, core::Site site, base::Timestamp from);

}  // namespace dcim::store
