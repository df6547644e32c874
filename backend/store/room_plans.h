// The versions of the rooms' plans. All functions throw DatabaseError.
#pragma once

#include "core/room_plan.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

struct RoomPlanVersion {
  core::RoomId room;
  int version = 0;
  base::Timestamp valid_from;
  core::RoomPlan plan;
};

/// The plan of now, or of a past moment; of a moment before the first version the first: nothing older is known. nullopt when nobody has drawn one.
asio::awaitable<std::optional<RoomPlanVersion>> room_plan(Connection& connection, core::RoomId room, std::optional<base::Timestamp> at);
/// The newest of each room of the site that has one.
asio::awaitable<std::vector<RoomPlanVersion>> room_plans_of_site(Connection& connection, core::SiteId site);

struct RoomPlanEntry {
  int version = 0;
  base::Timestamp valid_from;
};
/// Oldest first; the newest `limit` of them.
asio::awaitable<std::vector<RoomPlanEntry>> room_plan_versions(Connection& connection, core::RoomId room, int limit);

/// Saves version `read` + 1, which holds from `now` on; `conflict` when `read` is not the newest any more. Writes room-plan.update.
asio::awaitable<base::Result<int>> save_room_plan(Connection& connection, const core::Site& site, const core::Room& room, core::RoomPlan plan,
                                                  int read, base::Timestamp now, AuditContext who);

/// What the import of a site document needs; within its transaction.
asio::awaitable<std::optional<RoomPlanVersion>> imported_room_plan(Connection& connection, core::RoomId room);
asio::awaitable<void> insert_room_plan(Connection& connection, core::RoomId room, const core::RoomPlan& plan, int version,
                                       std::optional<base::Timestamp> now, const std::string& author, bool imported);

}  // namespace dcim::store
