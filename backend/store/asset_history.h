// The audit log as the history of devices, racks and reservations. All functions throw DatabaseError.
#pragma once

#include "core/asset_history.h"
#include "core/inventory.h"
#include "store/pool.h"

namespace dcim::store {

/// Of the subject, such as "device:12", newest first. With the later changes of everything else that these rows changed, which say what can be
/// undone.
struct AssetHistory {
  std::vector<core::AssetChange> items;
  std::vector<core::AssetChange> later;
};
asio::awaitable<AssetHistory> asset_history(Connection& connection, const core::Site& site, std::string subject, int limit);

/// One change, or those of a batch, oldest first; and all that came after them of the same things. Empty when the site has none.
asio::awaitable<AssetHistory> asset_change(Connection& connection, const core::Site& site, std::int64_t id);
asio::awaitable<AssetHistory> asset_batch(Connection& connection, const core::Site& site, std::int64_t batch);

}  // namespace dcim::store
