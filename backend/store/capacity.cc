#include "store/capacity.h"

#include <unordered_map>

#include "store/assets.h"
#include "store/racks.h"
#include "store/room_plans.h"

namespace dcim::store {
namespace {

core::Slot slot_from(const core::Position& position) { return {position.u, position.height_u, position.face, position.side}; }

}  // namespace

asio::awaitable<std::vector<core::RackContents>> rack_contents(Connection& connection, core::SiteId site,
                                                               std::optional<std::vector<core::RackId>> wanted) {
  std::vector<core::RackContents> out;
  std::unordered_map<core::RackId, std::size_t> at;
  std::vector<core::RackId> ids;
  const auto found = co_await racks(connection, site, std::nullopt, std::nullopt);
  for (const auto& row : found) {
    if (wanted && std::find(wanted->begin(), wanted->end(), row.id) == wanted->end()) continue;
    core::RackContents rack;
    rack.id = row.id;
    rack.room_id = row.room;
    rack.name = row.name;
    rack.height_u = row.limits.height_u;
    rack.rated_kw = row.limits.rated_power_kw;
    rack.feed_rating_kw = row.limits.feed_rating_kw;
    rack.weight_limit_kg = row.limits.weight_limit_kg;
    rack.cooling_kw = row.limits.cooling_kw;
    at.emplace(row.id, out.size());
    ids.push_back(row.id);
    out.push_back(std::move(rack));
  }
  const auto plans = co_await room_plans_of_site(connection, site);
  for (const auto& plan : plans) {
    for (const auto& rack : plan.plan.racks) {
      if (const auto it = at.find(rack.id); it != at.end()) out[it->second].row = rack.row;
    }
  }

  // What is out of service draws nothing any more, but stands there until somebody takes it away.
  auto values = params(site, ids_param(ids));
  const auto devices = co_await connection.query(
      "SELECT d.rack_id, d.type, d.feeds, d.status, d.power_sensor_id, t.power_typical_w, t.power_nameplate_w, t.weight_kg, "
      "lower(s.units), upper(s.units) - lower(s.units), lower(s.faces), upper(s.faces), lower(s.sides), upper(s.sides) "
      "FROM devices d LEFT JOIN rack_slots s ON s.device_id = d.id LEFT JOIN device_types t ON t.id = d.device_type_id "
      "WHERE d.site_id = $1 AND d.rack_id = ANY($2::int[]) AND (d.status <> 'decommissioned' OR d.mount IS NOT NULL)",
      values);
  for (std::size_t i = 0; i < devices.size(); ++i) {
    core::RackOccupant device;
    device.passes_on = core::passes_power_on(devices.view(i, 1));
    device.feeds = core::feeds_of(devices.view(i, 2)).value_or(core::Feeds::unknown);
    device.planned = devices.view(i, 3) == "planned";
    device.weight_kg = devices.maybe_f64(i, 7);
    if (devices.view(i, 3) != "decommissioned") {
      if (!devices.null(i, 4)) device.power_sensor = core::SensorId{devices.i32(i, 4)};
      device.typical_w = devices.maybe_f64(i, 5);
      device.nameplate_w = devices.maybe_f64(i, 6);
    }
    if (!devices.null(i, 8)) device.slot = slot_from(slot_of(devices, i, 8));
    out[at.at({devices.i32(i, 0)})].occupants.push_back(device);
  }

  const auto reservations = co_await reservations_in_racks(connection, std::move(ids));
  for (const auto& reservation : reservations) {
    out[at.at(reservation.rack)].holds.push_back({slot_from(reservation.position), reservation.blocked, reservation.power_w, reservation.weight_kg});
  }
  co_return out;
}

asio::awaitable<core::Yardstick> yardstick(Connection& connection, core::SiteId site) {
  const auto rows = co_await connection.query(
      "SELECT sum(t.watts * n.devices) / nullif(sum(t.height_u * n.devices) FILTER (WHERE t.watts > 0), 0) / 1000, "
      "sum(t.weight_kg * n.devices) / nullif(sum(t.height_u * n.devices) FILTER (WHERE t.weight_kg > 0), 0) "
      "FROM (SELECT device_type_id, count(*) AS devices FROM devices d WHERE site_id = $1 AND " +
          std::string(kDrawsItself) +
          " GROUP BY 1) n "
          "JOIN (SELECT id, height_u, weight_kg, coalesce(power_typical_w, power_nameplate_w) AS watts FROM device_types WHERE height_u > 0) t "
          "ON t.id = n.device_type_id",
      params(site));
  co_return core::Yardstick{rows.maybe_f64(0, 0), rows.maybe_f64(0, 1)};
}

asio::awaitable<SlotHistory> slot_history(Connection& connection, core::Site site, base::Timestamp from) {
  SlotHistory out;
  const auto begins = co_await connection.query("SELECT created_at FROM sites WHERE id = $1", params(site.id));
  if (!begins.empty()) out.begins = begins.time(0, 0);
  const auto slots = co_await connection.query(
      "SELECT s.device_id, s.rack_id, lower(s.units), upper(s.units) - lower(s.units), lower(s.faces), upper(s.faces), lower(s.sides), "
      "upper(s.sides) "
      "FROM rack_slots s JOIN devices d ON d.id = s.device_id WHERE d.site_id = $1",
      params(site.id));
  for (std::size_t i = 0; i < slots.size(); ++i) {
    out.now.insert({core::DeviceId{slots.i32(i, 0)}, {core::RackId{slots.i32(i, 1)}, slot_from(slot_of(slots, i, 2))}});
  }
  // Also what has no row of its own in the audit log, such as a device of an older site document, was not there before it was created.
  const auto changes = co_await connection.query(
      "SELECT ts, device, before ->> 'rack_id', before -> 'position' ->> 'u', before -> 'position' ->> 'height_u', before -> 'position' ->> 'face', "
      "before -> 'position' ->> 'side' FROM ("
      "SELECT a.ts, a.id, substr(s.subject, 8)::int AS device, a.before FROM audit_log a, unnest(a.subjects) s (subject) "
      "WHERE a.ts >= $2 AND a.site = $3 AND s.subject LIKE 'device:%' AND "
      "(a.before -> 'position', a.before -> 'rack_id') IS DISTINCT FROM (a.after -> 'position', a.after -> 'rack_id') "
      "UNION ALL SELECT created_at, 0, id, NULL FROM devices WHERE site_id = $1 AND created_at >= $2) c ORDER BY ts DESC, id DESC",
      params(site.id, from, site.code));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    core::SlotChange change{changes.time(i, 0), core::DeviceId{changes.i32(i, 1)}, std::nullopt};
    if (!changes.null(i, 2) && !changes.null(i, 3) && !changes.null(i, 4)) {
      core::Slot slot{changes.i32(i, 3), changes.i32(i, 4)};
      for (const auto face : {core::Face::front, core::Face::rear, core::Face::both}) {
        if (changes.view(i, 5) == core::name_of(face)) slot.face = face;
      }
      for (const auto side : {core::Side::left, core::Side::right, core::Side::full}) {
        if (changes.view(i, 6) == core::name_of(side)) slot.side = side;
      }
      change.before = core::RackSlot{core::RackId{changes.i32(i, 2)}, slot};
    }
    out.changes.push_back(change);
  }
  co_return out;
}

}  // namespace dcim::store
