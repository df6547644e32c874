#include "store/room_plans.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.h"

namespace dcim::store {
namespace {

using base::Error;

constexpr const char* kColumns = "SELECT room_id, version, valid_from, document FROM room_plans ";

// Nothing for one that cannot be read: what is in the database was checked when it came in.
std::optional<RoomPlanVersion> plan_of(const Rows& rows, std::size_t i) {
  boost::system::error_code failed;
  const auto json = boost::json::parse(rows.view(i, 3), failed);
  auto plan = core::stored_room_plan(json);
  if (failed || !plan) {
    spdlog::error("version {} of the plan of room {} cannot be read: {}", rows.i32(i, 1), rows.i32(i, 0),
                  failed ? failed.message() : plan.error().field + " " + plan.error().message);
    return std::nullopt;
  }
  return RoomPlanVersion{{rows.i32(i, 0)}, rows.i32(i, 1), rows.time(i, 2), std::move(*plan)};
}

asio::awaitable<std::optional<RoomPlanVersion>> first_of(Connection& connection, std::string sql, Params values) {
  const auto rows = co_await connection.query(std::move(sql), std::move(values));
  if (rows.empty()) co_return std::nullopt;
  co_return plan_of(rows, 0);
}

}  // namespace

asio::awaitable<std::optional<RoomPlanVersion>> room_plan(Connection& connection, core::RoomId room, std::optional<base::Timestamp> at) {
  auto sql = std::string(kColumns) + "WHERE room_id = $1 ORDER BY valid_from <= coalesce($2::timestamptz, 'infinity') DESC, " +
             "CASE WHEN valid_from <= coalesce($2::timestamptz, 'infinity') THEN -version ELSE version END LIMIT 1";
  auto values = params(room, at);
  co_return co_await first_of(connection, std::move(sql), std::move(values));
}

asio::awaitable<std::vector<RoomPlanVersion>> room_plans_of_site(Connection& connection, core::SiteId site) {
  const auto rows = co_await connection.query(
      "SELECT DISTINCT ON (p.room_id) p.room_id, p.version, p.valid_from, p.document FROM room_plans p JOIN rooms r ON r.id = p.room_id "
      "WHERE r.site_id = $1 ORDER BY p.room_id, p.version DESC",
      params(site));
  std::vector<RoomPlanVersion> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (auto plan = plan_of(rows, i)) out.push_back(std::move(*plan));
  }
  co_return out;
}

asio::awaitable<std::vector<RoomPlanEntry>> room_plan_versions(Connection& connection, core::RoomId room, int limit) {
  const auto rows = co_await connection.query(
      "SELECT version, valid_from FROM (SELECT version, valid_from FROM room_plans WHERE room_id = $1 ORDER BY version DESC LIMIT $2) newest "
      "ORDER BY version",
      params(room, limit));
  std::vector<RoomPlanEntry> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows.i32(i, 0), rows.time(i, 1)});
  co_return out;
}

asio::awaitable<std::optional<RoomPlanVersion>> imported_room_plan(Connection& connection, core::RoomId room) {
  auto sql = std::string(kColumns) + "WHERE room_id = $1 AND imported ORDER BY version DESC LIMIT 1";
  auto values = params(room);
  co_return co_await first_of(connection, std::move(sql), std::move(values));
}

asio::awaitable<void> insert_room_plan(Connection& connection, core::RoomId room, const core::RoomPlan& plan, int version,
                                       std::optional<base::Timestamp> now, const std::string& author, bool imported) {
  // A clock that has been put back must not make a version hold before the one it replaces.
  co_await connection.query(
      "INSERT INTO room_plans (room_id, version, valid_from, author, imported, document) SELECT $1, $2, "
      "greatest(coalesce($3::timestamptz, now()), (SELECT max(valid_from) + interval '1 microsecond' FROM room_plans WHERE room_id = $1)), $4, $5, "
      "$6",
      params(room, version, now, author, imported, boost::json::serialize(core::json_of(plan))));
}

asio::awaitable<base::Result<int>> save_room_plan(Connection& connection, const core::Site& site, const core::Room& room, core::RoomPlan plan,
                                                  int read, base::Timestamp now, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto locked = co_await connection.query("SELECT FROM rooms WHERE id = $1 FOR UPDATE", params(room.id));
  const auto before = co_await room_plan(connection, room.id, std::nullopt);
  const int newest = before ? before->version : 0;
  if (locked.empty() || newest != read) {
    co_await transaction.rollback();
    co_return Error::conflict(locked.empty() ? "the room has been removed meanwhile"
                                             : "somebody else has changed the plan meanwhile; it is version " + std::to_string(newest));
  }
  const int version = newest + 1;
  co_await insert_room_plan(connection, room.id, plan, version, now, who.actor, false);
  AuditRow row{"room-plan.update", "plan of room " + std::to_string(room.id.value) + " (" + room.name + ")", site.code, nullptr, core::json_of(plan)};
  if (before) row.before = core::json_of(before->plan);
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return version;
}

}  // namespace dcim::store
