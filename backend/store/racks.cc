#include "store/racks.h"

#include <algorithm>
#include <boost/json/object.hpp>

#include "store/assets.h"

namespace dcim::store {
namespace {

namespace json = boost::json;
using base::Error;

constexpr const char* kReservation =
    "SELECT r.id, r.rack_id, r.kind = 'blocked', r.owner, r.reason, r.expires_at, r.created_by, r.created_at, lower(s.units), "
    "upper(s.units) - lower(s.units), lower(s.faces), upper(s.faces), lower(s.sides), upper(s.sides), r.device_type_id, r.power_w, r.weight_kg "
    "FROM rack_reservations r JOIN rack_slots s ON s.reservation_id = r.id ";

core::Reservation reservation_of(const Rows& rows, std::size_t i) {
  core::Reservation out;
  out.id = {rows.i32(i, 0)};
  out.rack = {rows.i32(i, 1)};
  out.blocked = rows.boolean(i, 2);
  out.owner = rows.text(i, 3);
  out.reason = rows.text(i, 4);
  if (!rows.null(i, 5)) out.expires_at = rows.time(i, 5);
  out.created_by = rows.text(i, 6);
  out.created_at = rows.time(i, 7);
  out.position = slot_of(rows, i, 8);
  if (!rows.null(i, 14)) out.type = core::DeviceTypeId{rows.i32(i, 14)};
  out.power_w = rows.maybe_f64(i, 15);
  out.weight_kg = rows.maybe_f64(i, 16);
  return out;
}

asio::awaitable<std::string> lock_rack(Connection& connection, core::RackId id) {
  const auto rows = co_await connection.query("SELECT name FROM racks WHERE id = $1 FOR NO KEY UPDATE", params(id));
  co_return rows.empty() ? std::string() : rows.text(0, 0);
}

}  // namespace

asio::awaitable<std::vector<RackRow>> racks(Connection& connection, core::SiteId site, std::optional<core::RoomId> room,
                                            std::optional<core::RackId> rack) {
  auto values = params(site, room, rack);
  const auto rows = co_await connection.query(
      "SELECT k.id, k.room_id, k.name, k.version, k.height_u, k.rated_power_kw, k.feed_rating_kw, k.weight_limit_kg, k.cooling_kw FROM racks k "
      "JOIN rooms m ON m.id = k.room_id WHERE m.site_id = $1 AND ($2::int IS NULL OR m.id = $2) AND ($3::int IS NULL OR k.id = $3) "
      "ORDER BY m.name, k.name",
      std::move(values));
  std::vector<RackRow> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({{rows.i32(i, 0)},
                   {rows.i32(i, 1)},
                   rows.text(i, 2),
                   rows.i32(i, 3),
                   {rows.i32(i, 4), rows.maybe_f64(i, 5), rows.maybe_f64(i, 6), rows.maybe_f64(i, 7), rows.maybe_f64(i, 8)}});
  }
  co_return out;
}

asio::awaitable<std::vector<core::Reservation>> reservations_in_racks(Connection& connection, std::vector<core::RackId> racks) {
  auto values = params(ids_param(racks));
  const auto rows = co_await connection.query(std::string(kReservation) +
                                                  "WHERE r.rack_id = ANY($1::int[]) AND (r.expires_at IS NULL OR r.expires_at > now()) "
                                                  "ORDER BY r.rack_id, lower(s.units) DESC, r.id",
                                              std::move(values));
  std::vector<core::Reservation> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(reservation_of(rows, i));
  co_return out;
}

asio::awaitable<void> hold_racks(Connection& connection, std::vector<core::RackId> racks) {
  auto values = params(ids_param(racks));
  co_await connection.query_prepared("SELECT FROM racks WHERE id = ANY($1::int[]) ORDER BY id FOR NO KEY UPDATE", std::move(values));
}

asio::awaitable<base::Result<core::ReservationId>> insert_reservation(Connection& connection, core::Reservation reservation, std::string pointer) {
  const auto& p = reservation.position;
  co_await connection.query("DELETE FROM rack_reservations WHERE rack_id = $1 AND expires_at <= now()", params(reservation.rack));
  const auto meets = co_await connection.query(
      "SELECT coalesce(d.name, 'another reservation'), lower(s.units), upper(s.units) - lower(s.units), lower(s.faces), upper(s.faces), "
      "lower(s.sides), "
      "upper(s.sides) FROM rack_slots s LEFT JOIN devices d ON d.id = s.device_id WHERE s.rack_id = $1 AND s.units && $2::int4range AND "
      "s.faces && $3::int4range AND s.sides && $4::int4range ORDER BY lower(s.units) LIMIT 1",
      params(reservation.rack, units_range(p), faces_range(p), sides_range(p)));
  if (!meets.empty()) {
    const auto piece = core::shared_piece(p, slot_of(meets, 0, 1));
    co_return Error{base::ErrorCode::conflict, core::text_of(piece.value_or(p)) + ", is taken by " + meets.text(0, 0), pointer + "/u"};
  }
  const auto made = co_await connection.query(
      "INSERT INTO rack_reservations (rack_id, kind, owner, reason, expires_at, created_by, device_type_id, power_w, weight_kg) "
      "VALUES ($1, $2, $3, $4, $5, $6, (SELECT id FROM device_types WHERE id = $7), $8, $9) RETURNING id",
      params(reservation.rack, reservation.blocked ? "blocked" : "reserved", reservation.owner, reservation.reason, reservation.expires_at,
             reservation.created_by, reservation.type, reservation.power_w, reservation.weight_kg));
  const core::ReservationId id{made.i32(0, 0)};
  co_await connection.query("INSERT INTO rack_slots (rack_id, reservation_id, units, faces, sides) VALUES ($1, $2, $3, $4, $5)",
                            params(reservation.rack, id, units_range(p), faces_range(p), sides_range(p)));
  co_return id;
}

asio::awaitable<base::Result<void>> RackChanges::update(core::RackId id, std::optional<int> read, core::RackLimits limits) {
  const auto name = co_await lock_rack(db_, id);
  const auto found = co_await racks(db_, site_.id, std::nullopt, id);
  if (found.empty()) co_return Error::not_found("there is no rack " + std::to_string(id.value));
  const auto& before = found.front();
  if (read && before.version != *read) {
    co_return Error::conflict("somebody else has changed the rack meanwhile; it is version " + std::to_string(before.version));
  }
  if (before.limits == limits) co_return base::Result<void>();
  if (limits.height_u < before.limits.height_u) {
    const auto above = co_await db_.query(
        "SELECT coalesce(d.name, 'a reservation'), upper(s.units) - 1 FROM rack_slots s LEFT JOIN devices d ON d.id = s.device_id "
        "WHERE s.rack_id = $1 AND upper(s.units) > $2::int + 1 ORDER BY 2 DESC LIMIT 1",
        params(id, limits.height_u));
    if (!above.empty()) {
      co_return Error{base::ErrorCode::conflict, above.text(0, 0) + " reaches U " + above.text(0, 1) + ": move it first", "/height_u"};
    }
  }
  co_await db_.query(
      "UPDATE racks SET height_u = $2, rated_power_kw = $3, feed_rating_kw = $4, weight_limit_kg = $5, cooling_kw = $6, version = version + 1, "
      "updated_at = now() WHERE id = $1",
      params(id, limits.height_u, limits.rated_power_kw, limits.feed_rating_kw, limits.weight_limit_kg, limits.cooling_kw));
  co_await audit("rack.update", id, name, core::json_of(before.limits), core::json_of(limits), std::nullopt);
  co_return base::Result<void>();
}

asio::awaitable<base::Result<core::ReservationId>> RackChanges::reserve(core::Reservation reservation) {
  const auto name = co_await lock_rack(db_, reservation.rack);
  reservation.created_by = who_.actor;
  const auto made = co_await insert_reservation(db_, reservation, reservation.pointer);
  if (made) co_await audit("rack.reserve", reservation.rack, name, nullptr, core::json_of(reservation), *made);
  co_return made;
}

asio::awaitable<base::Result<void>> RackChanges::release(core::ReservationId id) {
  // Its rack before itself, as who puts something into the rack.
  const auto of = co_await db_.query("SELECT rack_id FROM rack_reservations WHERE id = $1", params(id));
  const core::RackId rack{of.empty() ? 0 : of.i32(0, 0)};
  const auto name = co_await lock_rack(db_, rack);
  const auto rows = co_await db_.query(std::string(kReservation) + "WHERE r.id = $1 FOR UPDATE OF r", params(id));
  if (rows.empty()) co_return Error::not_found("there is no reservation " + std::to_string(id.value));
  const auto before = reservation_of(rows, 0);
  co_await db_.query("DELETE FROM rack_reservations WHERE id = $1", params(id));
  co_await audit("rack.release", before.rack, name, core::json_of(before), nullptr, id);
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> RackChanges::undo(core::AssetChange change, std::int32_t id) {
  set_action("change.undo");
  if (change.subject().starts_with("reservation:")) {
    if (!change.before.is_object()) co_return co_await release(core::ReservationId{id});
    const auto it = std::ranges::find_if(change.subjects, [](const auto& each) { return each.starts_with("rack:"); });
    if (it == change.subjects.end()) co_return Error::conflict("nobody knows in which rack it was");
    const core::RackId rack{std::atoi(it->c_str() + 5)};
    const auto found = co_await racks(db_, site_.id, std::nullopt, rack);
    if (found.empty()) co_return Error::conflict("its rack is no longer there");
    auto again = core::reservation_from_json(core::without_names(change.before), found.front().limits.height_u, base::Timestamp::min());
    if (!again) co_return Error::conflict(again.error().message);
    again->rack = rack;
    const auto made = co_await reserve(std::move(*again));
    if (!made) co_return Error::conflict(made.error().message);
    co_return base::Result<void>();
  }
  const core::RackId rack{id};
  const auto found = co_await racks(db_, site_.id, std::nullopt, rack);
  if (found.empty()) co_return Error::conflict("the rack is no longer there");
  const auto limits = core::rack_limits_from_json(core::undoing(change), found.front().limits);
  if (!limits) co_return Error::conflict(limits.error().message);
  const auto done = co_await update(rack, std::nullopt, *limits);
  if (!done) co_return Error::conflict(done.error().message);
  co_return base::Result<void>();
}

asio::awaitable<void> RackChanges::record(core::RackId id, std::string name, std::optional<core::RackLimits> before, core::RackLimits after) {
  if (before == after) co_return;
  auto was = before ? json::value(core::json_of(*before)) : json::value(nullptr);
  co_await audit(before ? "rack.update" : "rack.create", id, std::move(name), std::move(was), core::json_of(after), std::nullopt);
}

asio::awaitable<void> RackChanges::audit(const char* action, core::RackId rack, std::string name, json::value before, json::value after,
                                         std::optional<core::ReservationId> reservation) {
  AuditRow row;
  row.action = action_.empty() ? action : action_;
  row.object = "rack " + std::to_string(rack.value) + " (" + name + ")";
  row.site = site_.code;
  row.before = std::move(before);
  row.after = std::move(after);
  row.subjects = {"rack:" + std::to_string(rack.value)};
  if (reservation) row.subjects.push_back("reservation:" + std::to_string(reservation->value));
  row.batch = batch_;
  auto who = who_;
  last_change_ = co_await write_audit(db_, std::move(who), std::move(row));
}

}  // namespace dcim::store
