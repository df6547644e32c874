// The power chain as it is stored, and changes of it. All functions throw DatabaseError.
#pragma once

#include "core/power_chain.h"
#include "core/site_document.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

/// With what hangs on the racks' feeds.
asio::awaitable<core::PowerChain> power_chain(Connection& connection, core::SiteId site);

/// Devices that hang on what is dark, those of the racks: at most `limit` each. Which feeds: as core::Feeds counts them.
struct CordedDevice {
  core::DeviceId id;
  core::RackId rack;
  std::string name;
  core::Feeds feeds = core::Feeds::unknown;
};
asio::awaitable<std::vector<CordedDevice>> corded_devices(Connection& connection, std::vector<core::RackId> racks);

/// Changes of the chain in the caller's transaction, each with its audit row; a change that leaves no possible chain is refused, and then nothing of
/// it may be committed. Holds the site's chain until the transaction ends.
class PowerChanges {
 public:
  PowerChanges(Connection& connection, core::Site site, AuditContext who) : db_(connection), site_(std::move(site)), who_(std::move(who)) {}

  /// First of all: waits for who is changing it, and reads it.
  asio::awaitable<void> begin();
  /// The elements as they are in the transaction.
  const std::vector<core::PowerElement>& elements() const { return all_; }
  /// `conflict` when the name is taken (/name), or the version is not the element's any more.
  asio::awaitable<base::Result<core::PowerElementId>> create(core::PowerElement element);
  asio::awaitable<base::Result<void>> update(core::PowerElement element);
  /// `conflict` when others draw from it.
  asio::awaitable<base::Result<void>> remove(core::PowerElementId id, int version);
  /// Last of all: whether what is there now is a chain, and the sensors that are computed for it. The error's field is of the element that was
  /// changed.
  asio::awaitable<base::Result<void>> finish();

 private:
  core::PowerElement* find(core::PowerElementId id);
  /// What it draws from must be of the site before it is written down: a foreign one would be seen there.
  base::Result<void> check_inputs(const core::PowerElement& element);
  asio::awaitable<void> write_links(const core::PowerElement& element);
  asio::awaitable<void> audit(const char* action, const core::PowerElement& element, boost::json::value before, boost::json::value after);

  Connection& db_;
  core::Site site_;
  AuditContext who_;
  std::vector<core::PowerElement> all_;
  std::unordered_map<core::PowerElementId, std::size_t> at_;  // positions in all_
};

struct PowerImport {
  int created = 0, updated = 0, unchanged = 0;
};
/// The `power` of a site document, in the import's transaction, after its devices. What people have changed since the last document stays.
asio::awaitable<base::Result<PowerImport>> import_power(Connection& connection, core::Site site, std::vector<core::PowerElementDocument> documents,
                                                        core::InventoryPtr inventory, AuditContext who);

}  // namespace dcim::store
