// Sites, rooms, racks, the devices that publish, and their sensors: read as a whole.
#pragma once

#include "core/inventory.h"
#include "store/pool.h"

namespace dcim::store {

/// The whole inventory, with its version. Throws DatabaseError.
asio::awaitable<core::InventoryPtr> load_inventory(Connection& connection);
/// As it is in the caller's transaction.
asio::awaitable<core::InventoryPtr> inventory_of(Connection& connection);

}  // namespace dcim::store
