// Racks as assets: their limits, and what is kept free in them. All functions throw DatabaseError.
#pragma once

#include "core/asset_history.h"
#include "core/assets.h"
#include "store/audit.h"

namespace dcim::store {

/// SQL: the device d hands no power on to others, as core::passes_power_on says.
inline constexpr const char* kDrawsItself = "d.type NOT IN ('pdu', 'ups', 'ats', 'rpp')";

struct RackRow {
  core::RackId id;
  core::RoomId room;
  std::string name;
  int version = 0;
  core::RackLimits limits;
};

/// By room and name; those of the site, of one room, or one of them.
asio::awaitable<std::vector<RackRow>> racks(Connection& connection, core::SiteId site, std::optional<core::RoomId> room,
                                            std::optional<core::RackId> rack);
/// Those that hold something now, of the racks, from the top of each down.
asio::awaitable<std::vector<core::Reservation>> reservations_in_racks(Connection& connection, std::vector<core::RackId> racks);

/// Holds the racks until the transaction ends, in the order of their ids: who changes a rack does so alone, and whoever changes many asks for all of
/// them first, after the devices.
asio::awaitable<void> hold_racks(Connection& connection, std::vector<core::RackId> racks);

/// Changes of racks and of what is held in them, in the caller's transaction, each with its audit row. What is refused is returned, and then nothing
/// of it may be committed.
class RackChanges {
 public:
  RackChanges(Connection& connection, core::Site site, AuditContext who, std::optional<std::int64_t> batch = std::nullopt)
      : db_(connection), site_(std::move(site)), who_(std::move(who)), batch_(batch) {}

  /// Nothing when they are the same. `conflict` when `read` is not the version any more, or something stands above the new height (field /height_u).
  asio::awaitable<base::Result<void>> update(core::RackId id, std::optional<int> read, core::RackLimits limits);
  /// `conflict` (field /u, after the reservation's own pointer) names who is there.
  asio::awaitable<base::Result<core::ReservationId>> reserve(core::Reservation reservation);
  asio::awaitable<base::Result<void>> release(core::ReservationId id);
  /// Puts back what the change of a rack or reservation has changed. Whether something later builds on it is the caller's to ask.
  asio::awaitable<base::Result<void>> undo(core::AssetChange change, std::int32_t id);
  /// The audit row of a rack that somebody else has made, or given other limits; none when they are the same.
  asio::awaitable<void> record(core::RackId id, std::string name, std::optional<core::RackLimits> before, core::RackLimits after);
  /// What the audit rows say was done, instead of update, reserve or release.
  void set_action(std::string action) { action_ = std::move(action); }
  /// The audit row of the last change; nullopt: nothing has changed.
  std::optional<std::int64_t> last_change() const { return last_change_; }

 private:
  asio::awaitable<void> audit(const char* action, core::RackId rack, std::string name, boost::json::value before, boost::json::value after,
                              std::optional<core::ReservationId> reservation);

  Connection& db_;
  core::Site site_;
  AuditContext who_;
  std::optional<std::int64_t> batch_, last_change_;
  std::string action_;
};

/// Without audit row: inserts it with its slot, or says who is there, with pointer + "/u" as field.
asio::awaitable<base::Result<core::ReservationId>> insert_reservation(Connection& connection, core::Reservation reservation,
                                                                      std::string pointer = {});

}  // namespace dcim::store
