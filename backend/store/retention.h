// How long readings and rollups are kept and when they are compressed, and dropping what is older.
#pragma once

#include <optional>
#include <vector>

#include "store/audit.h"

namespace dcim::store {

struct Retention {
  std::string table;                       // readings, readings_5m, readings_1h, readings_1d: from fine to coarse
  std::optional<int> keep_days;            // nothing: for ever
  std::optional<int> compress_after_days;  // nothing: never
};
asio::awaitable<std::vector<Retention>> list_retention(Connection& connection);

/// `invalid` for an unknown table, days out of 1 … 36,500, or a coarser table that would be kept shorter than a finer one. Audited.
asio::awaitable<base::Result<void>> set_retention(Connection& connection, std::string table, std::optional<int> keep_days, AuditContext who);
/// `invalid` for an unknown table, days out of 1 … 36,500, or so many that its rows are dropped before. Audited.
asio::awaitable<base::Result<void>> set_compression(Connection& connection, std::string table, std::optional<int> compress_after_days,
                                                    AuditContext who);

/// Drops the chunks that are wholly older than their table is kept; raw readings only when all of them are rolled up. Gives what was
/// dropped, for the log.
asio::awaitable<std::vector<std::string>> apply_retention(Connection& connection, base::Timestamp now);

}  // namespace dcim::store
