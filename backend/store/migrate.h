// Brings the schema to what this program knows: embedded files, in order, once each, under an advisory lock.
#pragma once

#include "base/error.h"
#include "store/pool.h"

namespace dcim::store {

/// The newest migration in this program.
int newest_migration();
/// The newest migration in the database; 0 when it is empty.
asio::awaitable<int> schema_version(Connection& connection);
/// Applies what is missing, each migration in its own transaction; gives how many. `conflict` when the database is newer
/// than this program. Throws DatabaseError.
asio::awaitable<base::Result<int>> migrate(Connection& connection);

}  // namespace dcim::store
