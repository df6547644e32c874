// The catalogue of device types. All functions throw DatabaseError.
#pragma once

#include "core/assets.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

/// All of them by manufacturer and model, or those with these ids.
asio::awaitable<core::Catalogue> load_catalogue(Connection& connection, std::optional<std::vector<core::DeviceTypeId>> ids = std::nullopt);
/// How many devices are of each type that has any, of the sites that are given; of all sites without.
asio::awaitable<std::unordered_map<core::DeviceTypeId, int>> devices_by_type(Connection& connection, std::optional<std::vector<core::SiteId>> sites);

/// `conflict` (field /model) when there is one of this manufacturer and model.
asio::awaitable<base::Result<core::DeviceTypeId>> create_device_type(Connection& connection, core::DeviceType type, AuditContext who);
/// The type's id and version say which, and what was read; `conflict` when it has changed since.
asio::awaitable<base::Result<void>> update_device_type(Connection& connection, core::DeviceType type, AuditContext who);
/// `conflict` while devices are of it.
asio::awaitable<base::Result<void>> delete_device_type(Connection& connection, core::DeviceTypeId id, int version, AuditContext who);

/// Within a transaction, without audit row: inserts it, or makes the one of this name the same. Tells whether anything changed.
struct Upserted {
  core::DeviceTypeId id;
  bool created = false, updated = false;
};
asio::awaitable<Upserted> upsert_device_type(Connection& connection, const core::DeviceType& type);

}  // namespace dcim::store
