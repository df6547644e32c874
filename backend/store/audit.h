// The audit log: one row per state change, written in the change's own transaction.
#pragma once

#include <boost/json/value.hpp>

#include "store/pool.h"

namespace dcim::store {

/// Who asks, and from where: an e-mail address or "cli"; a network address or "local".
struct AuditContext {
  std::string actor;
  std::string origin;
};

struct AuditRow {
  std::string action;                      // e.g. "site.import"
  std::string object;                      // e.g. "site demo"
  std::optional<std::string> site;         // code
  boost::json::value before;               // null: there was none
  boost::json::value after;                // null: there is none
  std::vector<std::string> subjects = {};  // whose history it belongs to: "device:12", "rack:5"
  std::optional<std::int64_t> batch = {};  // the changes that were made as one; of next_batch()
};

/// Must be called inside the change's transaction. Gives the row's id. Throws DatabaseError.
asio::awaitable<std::int64_t> write_audit(Connection& connection, AuditContext who, AuditRow row);

/// The number of a batch that begins. Throws DatabaseError.
asio::awaitable<std::int64_t> next_batch(Connection& connection);

struct AuditEntry {
  std::int64_t id = 0;
  base::Timestamp ts;
  AuditContext who;
  AuditRow row;
};

/// Newest first. Throws DatabaseError.
asio::awaitable<std::vector<AuditEntry>> list_audit(Connection& connection, int limit);

}  // namespace dcim::store
