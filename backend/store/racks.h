// Racks as assets: their limits, and what is kept free in them. All functions throw DatabaseError.
#pragma once

#include "core/assets.h"
#include "store/audit.h"

namespace dcim::store {

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

/// The audit row's id; nullopt when nothing has changed. `conflict` when `read` is not the version any more, or something stands above the new
/// height.
asio::awaitable<base::Result<std::optional<std::int64_t>>> update_rack(Connection& connection, const core::Site& site, core::RackId id, int read,
                                                                       core::RackLimits limits, AuditContext who);

struct Reserved {
  core::ReservationId id;
  std::int64_t change = 0;
};
/// `conflict` (field /u) names who is there.
asio::awaitable<base::Result<Reserved>> create_reservation(Connection& connection, const core::Site& site, core::Reservation reservation,
                                                           AuditContext who);
/// The audit row's id.
asio::awaitable<base::Result<std::int64_t>> delete_reservation(Connection& connection, const core::Site& site, core::ReservationId id,
                                                               AuditContext who);

/// Within the caller's transaction: inserts it with its slot, or says who is there.
asio::awaitable<base::Result<core::ReservationId>> insert_reservation(Connection& connection, core::Reservation reservation,
                                                                      std::string pointer = {});

}  // namespace dcim::store
