#include "store/asset_changes.h"

#include <algorithm>
#include <boost/json/object.hpp>

#include "store/arrays.h"
#include "store/assets.h"
#include "store/racks.h"

namespace dcim::store {
namespace {

using base::Error;

constexpr int kNamesLock = 744'692;  // with the site's id; any number that no other lock has

// Of an INSERT or UPDATE of devices, from $1 on.
Params values_of(const core::Asset& a) {
  TextArray tags;
  for (const auto& tag : a.tags) tags.add(tag);
  const bool side = a.position && !a.position->takes_units();
  std::optional<std::string> mount, face, of;
  if (a.position) mount = core::name_of(a.position->mount);
  if (side) face = core::name_of(a.position->face);
  if (side) of = core::name_of(a.position->side);
  return params(a.site, a.room, a.rack, a.name, a.role, a.type, a.serial, a.asset_tag, a.ip, a.status, a.install_date, a.owner, a.warranty_until,
                a.notes, tags.done(), a.feeds, a.power_sensor, mount, face, of);
}

// In any language of the database's messages the constraint's name stands in it.
std::optional<Error> taken(const DatabaseError& error, const core::Asset& asset, const std::string& pointer) {
  if (error.sqlstate() != "23505") return std::nullopt;
  const std::string_view what(error.what());
  if (what.find("devices_asset_tag") != what.npos) {
    return Error{base::ErrorCode::conflict, "another device of the site has the asset tag " + asset.asset_tag.value_or(""), pointer + "/asset_tag"};
  }
  return Error{base::ErrorCode::conflict, "another device of the site is called " + asset.name, pointer + "/name"};
}

bool same_place(const core::Asset& a, const core::Asset& b) { return a.rack == b.rack && a.position == b.position; }

// Whether two differ in where they stand alone.
bool only_moved(core::Asset a, const core::Asset& b) {
  if (same_place(a, b) && a.room == b.room) return false;
  a.room = b.room;
  a.rack = b.rack;
  a.position = b.position;
  return a == b;
}

}  // namespace

asio::awaitable<void> AssetChanges::begin(bool batch) {
  co_await db_.query("SET CONSTRAINTS rack_slots_overlap DEFERRED");
  if (!batch) co_return;
  co_await db_.query("SET CONSTRAINTS devices_name, devices_asset_tag DEFERRED");
  batch_ = co_await next_batch(db_);
}

asio::awaitable<void> AssetChanges::hold(std::vector<core::DeviceId> devices) {
  auto values = params(ids_param(devices), site_.id);
  co_await db_.query_prepared("SELECT FROM devices WHERE id = ANY($1::int[]) AND site_id = $2 ORDER BY id FOR UPDATE", std::move(values));
}

asio::awaitable<void> AssetChanges::hold_racks_of(std::span<const core::Asset> after) {
  std::vector<core::RackId> racks;
  for (const auto& asset : after) {
    if (asset.rack && asset.position && asset.position->takes_units()) racks.push_back(*asset.rack);
  }
  if (!racks.empty()) co_await hold_racks(db_, std::move(racks));
}

asio::awaitable<base::Result<core::Asset>> AssetChanges::lock(core::DeviceId id, std::optional<int> read, std::string pointer) {
  const auto locked = co_await db_.query_prepared("SELECT FROM devices WHERE id = $1 AND site_id = $2 FOR UPDATE", params(id, site_.id));
  if (locked.empty()) {
    co_return Error{base::ErrorCode::not_found, "there is no device " + std::to_string(id.value), pointer.empty() ? pointer : pointer + "/id"};
  }
  auto row = co_await asset(db_, id);
  if (read && row->asset.version != *read) {
    co_return Error{base::ErrorCode::conflict,
                    "somebody else has changed " + row->asset.name + " meanwhile; it is version " + std::to_string(row->asset.version),
                    std::move(pointer)};
  }
  co_return std::move(row->asset);
}

asio::awaitable<base::Result<core::DeviceId>> AssetChanges::create(core::Asset asset, std::string pointer) {
  // One that is put back has its number, and so its history.
  const bool again = asset.id.value > 0;
  co_await hold_racks_of(std::span(&asset, 1));
  auto written = co_await write(
      std::string("INSERT INTO devices (site_id, room_id, rack_id, name, type, device_type_id, serial, asset_tag, ip, status, install_date, owner, "
                  "warranty_until, notes, tags, feeds, power_sensor_id, mount, side_face, side_of") +
          (again ? ", id) OVERRIDING SYSTEM VALUE" : ")") +
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20" + (again ? ", $21" : "") +
          ") RETURNING id",
      asset, pointer);
  if (!written) co_return written.error();
  asset.id = {*written};
  pointers_[asset.id] = std::move(pointer);
  co_await claim_name(asset.id);
  co_await place(asset);
  co_await audit("device.create", asset.id, nullptr, &asset);
  co_return asset.id;
}

asio::awaitable<base::Result<bool>> AssetChanges::update(core::Asset before, core::Asset after, std::string pointer) {
  if (before == after) co_return false;
  after.id = before.id;
  const bool moves = !same_place(before, after);
  // Before anything is written, also by triggers. Then its slot: it names the rack that the device is about to leave.
  if (moves) co_await hold_racks_of(std::span(&after, 1));
  if (moves) co_await db_.query_prepared("DELETE FROM rack_slots WHERE device_id = $1", params(before.id));
  auto written = co_await write(
      "UPDATE devices SET site_id = $1, room_id = $2, rack_id = $3, name = $4, type = $5, device_type_id = $6, serial = $7, asset_tag = $8, ip = $9, "
      "status = $10, install_date = $11, owner = $12, warranty_until = $13, notes = $14, tags = $15, feeds = $16, power_sensor_id = $17, mount = "
      "$18, "
      "side_face = $19, side_of = $20, version = version + 1, updated_at = now() WHERE id = $21 RETURNING id",
      after, pointer);
  if (!written) co_return written.error();
  pointers_[after.id] = std::move(pointer);
  if (before.name != after.name || before.asset_tag != after.asset_tag) co_await claim_name(after.id);
  if (moves) co_await place(after);
  co_await audit(only_moved(before, after) ? "device.move" : "device.update", after.id, &before, &after);
  co_return true;
}

asio::awaitable<base::Result<void>> AssetChanges::remove(core::Asset before, std::string pointer) {
  const auto sensors = co_await db_.query_prepared("SELECT count(*) FROM sensors WHERE device_id = $1", params(before.id));
  if (const auto count = sensors.i64(0, 0); count > 0) {
    co_return Error{base::ErrorCode::conflict,
                    before.name + " has " + std::to_string(count) + (count == 1 ? " sensor" : " sensors") +
                        ", whose readings would be left without a source: set its status to decommissioned instead",
                    std::move(pointer)};
  }
  co_await db_.query_prepared("DELETE FROM devices WHERE id = $1", params(before.id));
  co_await audit("device.delete", before.id, &before, nullptr);
  co_return base::Result<void>();
}

asio::awaitable<base::Result<std::int32_t>> AssetChanges::write(std::string sql, core::Asset asset, std::string pointer) {
  auto values = values_of(asset);
  if (asset.id.value > 0) values.push_back(param(asset.id));
  try {
    const auto rows = co_await db_.query_prepared(std::move(sql), std::move(values));
    co_return rows.i32(0, 0);
  } catch (const DatabaseError& error) {
    if (auto refused = taken(error, asset, pointer)) co_return std::move(*refused);
    throw;
  }
}

asio::awaitable<void> AssetChanges::place(core::Asset asset) {
  placed_.push_back(asset.id);
  if (!asset.position || !asset.position->takes_units()) co_return;
  // What has run out gives way.
  co_await db_.query_prepared("DELETE FROM rack_reservations WHERE rack_id = $1 AND expires_at <= now()", params(asset.rack));
  const auto& p = *asset.position;
  auto values = params(asset.rack, asset.id, units_range(p), faces_range(p), sides_range(p));
  co_await db_.query_prepared("INSERT INTO rack_slots (rack_id, device_id, units, faces, sides) VALUES ($1, $2, $3, $4, $5)", std::move(values));
}

// Of a batch, which is told at its end who has them. One batch at a time: two that want each other's would wait for each other then.
asio::awaitable<void> AssetChanges::claim_name(core::DeviceId id) {
  if (!batch_) co_return;
  if (named_.empty()) co_await db_.query("SELECT pg_advisory_xact_lock($1, $2)", params(kNamesLock, site_.id));
  named_.push_back(id);
}

asio::awaitable<void> AssetChanges::audit(std::string action, core::DeviceId id, const core::Asset* before, const core::Asset* after) {
  if (changed_.empty() || changed_.back() != id) changed_.push_back(id);
  const auto& named = after ? *after : *before;
  AuditRow row;
  row.action = action_.empty() ? std::move(action) : action_;
  row.object = "device " + std::to_string(id.value) + " (" + named.name + ")";
  row.site = site_.code;
  row.subjects.push_back("device:" + std::to_string(id.value));
  for (const auto* each : {before, after}) {
    if (!each) continue;
    (each == before ? row.before : row.after) = core::json_of(*each, *inventory_, catalogue_);
    if (!each->rack) continue;
    auto rack = "rack:" + std::to_string(each->rack->value);
    if (row.subjects.back() != rack) row.subjects.push_back(std::move(rack));
  }
  row.batch = batch_;
  auto who = who_;
  last_change_ = co_await write_audit(db_, std::move(who), std::move(row));
}

asio::awaitable<std::vector<Clash>> AssetChanges::clashes() {
  std::vector<Clash> out;
  if (!named_.empty()) {
    auto of = params(ids_param(named_));
    const auto taken = co_await db_.query(
        "SELECT a.id, b.name = a.name, b.name, b.asset_tag FROM devices a JOIN devices b ON b.site_id = a.site_id AND b.id <> a.id AND "
        "(b.name = a.name OR b.asset_tag = a.asset_tag) WHERE a.id = ANY($1::int[]) ORDER BY array_position($1::int[], a.id)",
        std::move(of));
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const bool name = taken.boolean(i, 1);
      out.push_back(
          {{taken.i32(i, 0)},
           name ? "name" : "asset_tag",
           name ? "another device of the site is called " + taken.text(i, 2) : taken.text(i, 2) + " has the asset tag " + taken.text(i, 3)});
    }
  }
  auto values = params(ids_param(placed_));
  const auto rows = co_await db_.query(
      "SELECT a.device_id, k.name, coalesce(d.name, CASE WHEN r.kind = 'blocked' THEN 'a blocked place' ELSE 'a reservation for ' || r.owner END || "
      "CASE WHEN r.reason = '' THEN '' ELSE ' (' || r.reason || ')' END), "
      "lower(a.units), upper(a.units) - lower(a.units), lower(a.faces), upper(a.faces), lower(a.sides), upper(a.sides), "
      "lower(b.units), upper(b.units) - lower(b.units), lower(b.faces), upper(b.faces), lower(b.sides), upper(b.sides) "
      "FROM rack_slots a JOIN rack_slots b ON b.rack_id = a.rack_id AND b.units && a.units AND b.faces && a.faces AND b.sides && a.sides AND "
      "b.device_id IS DISTINCT FROM a.device_id JOIN racks k ON k.id = a.rack_id LEFT JOIN devices d ON d.id = b.device_id "
      "LEFT JOIN rack_reservations r ON r.id = b.reservation_id WHERE a.device_id = ANY($1::int[]) "
      "ORDER BY array_position($1::int[], a.device_id), lower(b.units)",
      std::move(values));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto piece = core::shared_piece(slot_of(rows, i, 3), slot_of(rows, i, 9));
    auto where = core::text_of(piece.value_or(slot_of(rows, i, 3)));
    where.insert(std::min(where.find(','), where.size()), " of rack " + rows.text(i, 1));
    out.push_back({{rows.i32(i, 0)}, "position", where + ", is taken by " + rows.text(i, 2)});
  }
  co_return out;
}

asio::awaitable<base::Result<void>> AssetChanges::check() {
  const auto found = co_await clashes();
  if (!found.empty()) {
    const auto it = pointers_.find(found.front().device);
    co_return Error{base::ErrorCode::conflict, found.front().text, (it == pointers_.end() ? "" : it->second) + "/" + found.front().field};
  }
  try {
    co_await db_.query("SET CONSTRAINTS ALL IMMEDIATE");
  } catch (const DatabaseError& error) {
    if (error.sqlstate() != "23505") throw;
    co_return Error::conflict("somebody else has just taken a name or an asset tag that is given here");
  }
  co_return base::Result<void>();
}

}  // namespace dcim::store
