// Sites, rooms, racks, devices, sensors: read as a whole, changed by import.
#pragma once

#include "core/inventory.h"
#include "core/site_document.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

/// The whole inventory, with its version. Throws DatabaseError.
asio::awaitable<core::InventoryPtr> load_inventory(Connection& connection);

struct ImportResult {
  std::string site;
  int created = 0, updated = 0, unchanged = 0;
};

/// Creates or updates what the document names, all or nothing, with its audit row. `conflict` (with the JSON Pointer in
/// field) when a topic already belongs to another device or site. Throws DatabaseError.
asio::awaitable<base::Result<ImportResult>> import_site(Connection& connection, core::SiteDocument document, AuditContext who);

}  // namespace dcim::store
