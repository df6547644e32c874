// Changes of devices: one or many as one, all or nothing, each with its audit row. The caller owns the transaction; what is refused is
// returned, and then nothing of it may be committed. All functions throw DatabaseError.
#pragma once

#include <map>
#include <span>

#include "core/assets.h"
#include "store/audit.h"

namespace dcim::store {

/// What a device was given and another has already.
struct Clash {
  core::DeviceId device;
  const char* field = "position";  // or name, asset_tag
  std::string text;                // "U 12 to 13 of rack A01, front, is taken by srv-17"
};

class AssetChanges {
 public:
  AssetChanges(Connection& connection, core::Site site, core::InventoryPtr inventory, const core::Catalogue& catalogue, AuditContext who)
      : db_(connection), site_(std::move(site)), inventory_(std::move(inventory)), catalogue_(catalogue), who_(std::move(who)) {}

  /// First, in a transaction. Two that change places may then overlap until check(); `batch`: many that are undone as one, which may also change
  /// names and asset tags among each other.
  asio::awaitable<void> begin(bool batch);
  /// Before the first of many changes: all the devices that they read, and then all racks that they put something into. In the order of their ids,
  /// so that two that change many at once never wait for each other.
  asio::awaitable<void> hold(std::vector<core::DeviceId> devices);
  asio::awaitable<void> hold_racks_of(std::span<const core::Asset> after);
  /// The device as it is, held until the transaction ends; `conflict` when its version is not `read`, not_found when the site has none.
  asio::awaitable<base::Result<core::Asset>> lock(core::DeviceId id, std::optional<int> read, std::string pointer = {});
  /// With an id: one that was there before.
  asio::awaitable<base::Result<core::DeviceId>> create(core::Asset asset, std::string pointer = {});
  /// Nothing, and no audit row, when both are the same. Tells whether they are not.
  asio::awaitable<base::Result<bool>> update(core::Asset before, core::Asset after, std::string pointer = {});
  /// `conflict` while sensors are in it.
  asio::awaitable<base::Result<void>> remove(core::Asset before, std::string pointer = {});
  /// Places, and in a batch names and asset tags, that were given to devices here and that others have.
  asio::awaitable<std::vector<Clash>> clashes();
  /// Last, before COMMIT: the first clash as `conflict`, with the device's pointer + "/" + its field.
  asio::awaitable<base::Result<void>> check();

  /// What the audit rows say was done, instead of create, update, move or delete.
  void set_action(std::string action) { action_ = std::move(action); }
  std::optional<std::int64_t> batch() const { return batch_; }
  /// The audit row of the last change; nullopt: nothing has changed.
  std::optional<std::int64_t> last_change() const { return last_change_; }
  const std::vector<core::DeviceId>& changed() const { return changed_; }

 private:
  asio::awaitable<base::Result<std::int32_t>> write(std::string sql, core::Asset asset, std::string pointer);
  asio::awaitable<void> place(core::Asset asset);
  asio::awaitable<void> claim_name(core::DeviceId id);
  asio::awaitable<void> audit(std::string action, core::DeviceId id, const core::Asset* before, const core::Asset* after);

  Connection& db_;
  core::Site site_;
  core::InventoryPtr inventory_;
  const core::Catalogue& catalogue_;
  AuditContext who_;
  std::string action_;
  std::optional<std::int64_t> batch_, last_change_;
  std::vector<core::DeviceId> changed_, placed_, named_;
  std::map<core::DeviceId, std::string> pointers_;
};

}  // namespace dcim::store
