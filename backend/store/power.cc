#include "store/power.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "store/assets.h"
#include "store/racks.h"

namespace dcim::store {
namespace {

using base::Error;

// Of a device d of the type t. What passes power on draws what the others draw; what is planned or out of service draws nothing.
const std::string kDraws = "d.status = 'active' AND coalesce(t.power_typical_w, t.power_nameplate_w) > 0 AND " + std::string(kDrawsItself);

template <class IdType>
std::optional<IdType> maybe_id(const Rows& rows, std::size_t row, int column) {
  const auto id = rows.maybe_i32(row, column);
  return id ? std::optional(IdType{*id}) : std::nullopt;
}

core::PowerElement element_of(const Rows& rows, std::size_t i) {
  core::PowerElement out;
  out.id = {rows.i32(i, 0)};
  out.name = rows.text(i, 1);
  out.kind = core::element_kind_from(rows.view(i, 2)).value();
  out.room = maybe_id<core::RoomId>(rows, i, 3);
  out.rack = maybe_id<core::RackId>(rows, i, 4);
  if (!rows.null(i, 5)) out.side = core::feeds_of(rows.view(i, 5)).value();
  out.device = maybe_id<core::DeviceId>(rows, i, 6);
  out.phases = rows.i32(i, 7);
  out.voltage_v = rows.f64(i, 8);
  out.rated_kw = rows.maybe_f64(i, 9);
  out.breaker_a = rows.maybe_f64(i, 10);
  out.continuous = rows.f64(i, 11);
  if (!rows.null(i, 12)) out.losses = core::LossModel{rows.f64(i, 12), rows.f64(i, 13), rows.f64(i, 14)};
  if (!rows.null(i, 15)) out.load_kind = core::load_kind_from(rows.view(i, 15));
  out.version = rows.i32(i, 16);
  return out;
}

// By id.
asio::awaitable<std::vector<core::PowerElement>> elements_of(Connection& connection, core::SiteId site) {
  const auto rows = co_await connection.query_prepared(
      "SELECT id, name, kind, room_id, rack_id, side, device_id, phases, voltage_v, rated_kw, breaker_a, continuous, no_load_loss, "
      "proportional_loss, "
      "square_loss, load_kind, version FROM power_elements WHERE site_id = $1 ORDER BY id",
      params(site));
  std::vector<core::PowerElement> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(element_of(rows, i));
  const auto at = [&](std::int32_t id) { return std::ranges::lower_bound(out, core::PowerElementId{id}, {}, &core::PowerElement::id); };
  const auto inputs = co_await connection.query_prepared(
      "SELECT n.element_id, n.input_id FROM power_inputs n JOIN power_elements e ON e.id = n.element_id WHERE e.site_id = $1 "
      "ORDER BY n.element_id, n.priority",
      params(site));
  for (std::size_t i = 0; i < inputs.size(); ++i) at(inputs.i32(i, 0))->inputs.push_back({inputs.i32(i, 1)});
  const auto sensors = co_await connection.query_prepared(
      "SELECT s.element_id, s.measure, s.sensor_id FROM power_sensors s JOIN power_elements e ON e.id = s.element_id WHERE e.site_id = $1",
      params(site));
  for (std::size_t i = 0; i < sensors.size(); ++i) {
    const auto measure = std::ranges::find(core::kMeasures, sensors.view(i, 1), [](core::Measure each) { return core::name_of(each); });
    at(sensors.i32(i, 0))->sensors[static_cast<std::size_t>(measure - core::kMeasures.begin())] = core::SensorId{sensors.i32(i, 2)};
  }
  co_return out;
}

asio::awaitable<std::vector<core::RackCords>> cords_of(Connection& connection, core::SiteId site) {
  std::vector<core::RackCords> out;
  std::unordered_map<core::RackId, std::size_t> at;
  const auto found = co_await racks(connection, site, std::nullopt, std::nullopt);
  for (const auto& row : found) {
    core::RackCords rack;
    rack.rack = row.id;
    rack.name = row.name;
    rack.room = row.room;
    rack.rated_kw = row.limits.rated_power_kw;
    rack.feed_rating_kw = row.limits.feed_rating_kw;
    at.emplace(row.id, out.size());
    out.push_back(std::move(rack));
  }
  const auto devices = co_await connection.query_prepared(
      "SELECT d.rack_id, coalesce(d.feeds, ''), count(*)::int, coalesce(sum(coalesce(t.power_typical_w, t.power_nameplate_w)), 0) / 1000 "
      "FROM devices d LEFT JOIN device_types t ON t.id = d.device_type_id WHERE d.site_id = $1 AND d.rack_id IS NOT NULL AND " +
          kDraws + " GROUP BY 1, 2",
      params(site));
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const auto it = at.find({devices.i32(i, 0)});
    if (it == at.end()) continue;
    const auto feeds = static_cast<std::size_t>(core::feeds_of(devices.view(i, 1)).value_or(core::Feeds::unknown));
    out[it->second].devices[feeds] = devices.i32(i, 2);
    out[it->second].expected_kw[feeds] = devices.f64(i, 3);
  }
  const auto meters = co_await connection.query_prepared(
      "SELECT DISTINCT ON (d.rack_id) d.rack_id, s.id FROM sensors s JOIN devices d ON d.id = s.device_id WHERE d.site_id = $1 AND "
      "d.rack_id IS NOT NULL AND s.kind = 'rack-power' ORDER BY d.rack_id, s.id",
      params(site));
  for (std::size_t i = 0; i < meters.size(); ++i) {
    if (const auto it = at.find({meters.i32(i, 0)}); it != at.end()) out[it->second].power_sensor = core::SensorId{meters.i32(i, 1)};
  }
  co_return out;
}

Error at_fault(const Error& error, const std::vector<core::PowerElement>& elements) {
  // "3/inputs" is of the fourth.
  const auto slash = error.field.find('/');
  const auto index = static_cast<std::size_t>(std::atoi(error.field.c_str()));
  const auto name = index < elements.size() ? elements[index].name : std::string();
  return {base::ErrorCode::invalid, name.empty() || error.message.find(name) != error.message.npos ? error.message : name + " " + error.message,
          error.field.substr(slash == error.field.npos ? 0 : slash)};
}

std::vector<std::string> subjects_of(core::PowerElementId id) { return {"power-element:" + std::to_string(id.value)}; }

}  // namespace

asio::awaitable<core::PowerChain> power_chain(Connection& connection, core::SiteId site) {
  auto elements = co_await elements_of(connection, site);
  auto cords = co_await cords_of(connection, site);
  auto chain = core::PowerChain::build(std::move(elements), std::move(cords));
  // Every change is checked, so only a hand in the database can have done this.
  if (!chain) throw DatabaseError("DCIM1", "the power chain of site " + std::to_string(site.value) + " is none: " + chain.error().message);
  co_return std::move(*chain);
}

asio::awaitable<std::vector<CordedDevice>> corded_devices(Connection& connection, std::vector<core::RackId> racks) {
  auto values = params(ids_param(racks));
  const auto rows = co_await connection.query_prepared(
      "SELECT d.id, d.rack_id, d.name, coalesce(d.feeds, '') FROM devices d LEFT JOIN device_types t ON t.id = d.device_type_id "
      "WHERE d.rack_id = ANY($1::int[]) AND " +
          kDraws + " ORDER BY d.rack_id, d.name",
      std::move(values));
  std::vector<CordedDevice> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({{rows.i32(i, 0)}, {rows.i32(i, 1)}, rows.text(i, 2), core::feeds_of(rows.view(i, 3)).value_or(core::Feeds::unknown)});
  }
  co_return out;
}

asio::awaitable<void> PowerChanges::begin() {
  co_await db_.query("SELECT 1 FROM sites WHERE id = $1 FOR NO KEY UPDATE", params(site_.id));
  all_ = co_await elements_of(db_, site_.id);
  for (std::size_t i = 0; i < all_.size(); ++i) at_.emplace(all_[i].id, i);
}

core::PowerElement* PowerChanges::find(core::PowerElementId id) {
  const auto it = at_.find(id);
  return it == at_.end() ? nullptr : &all_[it->second];
}

base::Result<void> PowerChanges::check_inputs(const core::PowerElement& element) {
  for (std::size_t i = 0; i < element.inputs.size(); ++i) {
    if (element.inputs[i] != element.id && find(element.inputs[i])) continue;
    return Error::invalid("/inputs/" + std::to_string(i), "there is no other element " + std::to_string(element.inputs[i].value));
  }
  return {};
}

namespace {

Params values_of(const core::PowerElement& e) {
  const auto loss = [&](double core::LossModel::*part) { return e.losses ? std::optional((*e.losses).*part) : std::nullopt; };
  return params(e.name, core::name_of(e.kind), e.room, e.rack, e.side == core::Feeds::unknown ? std::nullopt : std::optional(core::name_of(e.side)),
                e.device, e.phases, e.voltage_v, e.rated_kw, e.breaker_a, e.continuous, loss(&core::LossModel::no_load),
                loss(&core::LossModel::proportional), loss(&core::LossModel::square),
                e.load_kind ? std::optional(core::name_of(*e.load_kind)) : std::nullopt);
}

Error taken(const core::PowerElement& element, const DatabaseError& error) {
  if (std::string_view(error.what()).find("power_elements_rack_feed") != std::string_view::npos) {
    return {base::ErrorCode::conflict, "the rack has a feed " + std::string(core::name_of(element.side)) + " already", "/side"};
  }
  return {base::ErrorCode::conflict, "there is an element \"" + element.name + "\" already", "/name"};
}

}  // namespace

asio::awaitable<void> PowerChanges::write_links(const core::PowerElement& element) {
  co_await db_.query_prepared("DELETE FROM power_inputs WHERE element_id = $1", params(element.id));
  co_await db_.query_prepared("DELETE FROM power_sensors WHERE element_id = $1", params(element.id));
  for (std::size_t i = 0; i < element.inputs.size(); ++i) {
    // One that is not there is no error of the database's: finish() names it.
    co_await db_.query_prepared("INSERT INTO power_inputs (element_id, priority, input_id) SELECT $1, $2, id FROM power_elements WHERE id = $3",
                                params(element.id, static_cast<int>(i) + 1, element.inputs[i]));
  }
  for (const auto measure : core::kMeasures) {
    if (!element.sensor(measure)) continue;
    co_await db_.query_prepared("INSERT INTO power_sensors (element_id, measure, sensor_id) VALUES ($1, $2, $3)",
                                params(element.id, core::name_of(measure), *element.sensor(measure)));
  }
}

asio::awaitable<void> PowerChanges::audit(const char* action, const core::PowerElement& element, boost::json::value before,
                                          boost::json::value after) {
  AuditRow row;
  row.action = action;
  row.object = "power element " + std::to_string(element.id.value) + " (" + element.name + ")";
  row.site = site_.code;
  row.before = std::move(before);
  row.after = std::move(after);
  row.subjects = subjects_of(element.id);
  co_await write_audit(db_, who_, std::move(row));
}

asio::awaitable<base::Result<core::PowerElementId>> PowerChanges::create(core::PowerElement element) {
  const auto possible = check_inputs(element);
  if (!possible) co_return possible.error();
  auto values = values_of(element);
  values.push_back(param(site_.id));
  std::optional<Error> refused;
  try {
    const auto rows = co_await db_.query_prepared(
        "INSERT INTO power_elements (name, kind, room_id, rack_id, side, device_id, phases, voltage_v, rated_kw, breaker_a, continuous, "
        "no_load_loss, "
        "proportional_loss, square_loss, load_kind, site_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
        "RETURNING id",
        std::move(values));
    element.id = {rows.i32(0, 0)};
  } catch (const DatabaseError& error) {
    if (error.sqlstate() != "23505") throw;
    refused = taken(element, error);
  }
  if (refused) co_return *refused;
  co_await write_links(element);
  co_await audit("power-element.create", element, nullptr, core::json_of(element));
  const auto id = element.id;
  at_.emplace(id, all_.size());
  all_.push_back(std::move(element));
  co_return id;
}

asio::awaitable<base::Result<void>> PowerChanges::update(core::PowerElement element) {
  auto* before = find(element.id);
  if (!before) co_return Error::not_found("there is no power element " + std::to_string(element.id.value));
  if (before->version != element.version) {
    co_return Error::conflict("somebody else has changed the element meanwhile; it is version " + std::to_string(before->version));
  }
  const auto possible = check_inputs(element);
  if (!possible) co_return possible.error();
  if (*before == element) co_return base::Result<void>();
  auto values = values_of(element);
  values.push_back(param(element.id));
  std::optional<Error> refused;
  try {
    co_await db_.query_prepared(
        "UPDATE power_elements SET name = $1, kind = $2, room_id = $3, rack_id = $4, side = $5, device_id = $6, phases = $7, voltage_v = $8, "
        "rated_kw = $9, breaker_a = $10, continuous = $11, no_load_loss = $12, proportional_loss = $13, square_loss = $14, load_kind = $15, "
        "version = version + 1, updated_at = now() WHERE id = $16",
        std::move(values));
  } catch (const DatabaseError& error) {
    if (error.sqlstate() != "23505") throw;
    refused = taken(element, error);
  }
  if (refused) co_return *refused;
  co_await write_links(element);
  co_await audit("power-element.update", element, core::json_of(*before), core::json_of(element));
  *before = std::move(element);
  ++before->version;
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> PowerChanges::remove(core::PowerElementId id, int version) {
  const auto* before = find(id);
  if (!before) co_return Error::not_found("there is no power element " + std::to_string(id.value));
  if (before->version != version) {
    co_return Error::conflict("somebody else has changed the element meanwhile; it is version " + std::to_string(before->version));
  }
  const auto below = std::ranges::find_if(all_, [&](const auto& each) { return std::ranges::find(each.inputs, id) != each.inputs.end(); });
  if (below != all_.end()) co_return Error::conflict(below->name + " draws from it: give that another input first");
  co_await db_.query_prepared("DELETE FROM power_elements WHERE id = $1", params(id));
  co_await audit("power-element.delete", *before, core::json_of(*before), nullptr);
  all_.erase(all_.begin() + (before - all_.data()));
  at_.clear();
  for (std::size_t i = 0; i < all_.size(); ++i) at_.emplace(all_[i].id, i);
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> PowerChanges::finish() {
  auto cords = co_await cords_of(db_, site_.id);
  const auto chain = core::PowerChain::build(all_, std::move(cords));
  if (!chain) co_return at_fault(chain.error(), all_);
  co_await db_.query("SELECT make_computed_sensors($1)", params(site_.id));
  co_return base::Result<void>();
}

}  // namespace dcim::store
