// A site document made true in the database.
#pragma once

#include "core/site_document.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

struct ImportResult {
  std::string site;
  int created = 0, updated = 0, unchanged = 0;
};

/// Creates or updates what the document names, all or nothing, with its audit row. Of what is there already it changes only what the document
/// says anew: what people have edited, renamed or removed since the last document stays as they left it. `conflict` (with the JSON Pointer in
/// field) when a topic already belongs to another device or site, or a place in a rack is taken. Throws DatabaseError.
asio::awaitable<base::Result<ImportResult>> import_site(Connection& connection, core::SiteDocument document, AuditContext who);

}  // namespace dcim::store
