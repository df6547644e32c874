#include "store/site_import.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <unordered_map>

#include "store/arrays.h"
#include "store/asset_changes.h"
#include "store/assets.h"
#include "store/device_types.h"
#include "store/inventory.h"
#include "store/onboarding.h"
#include "store/power.h"
#include "store/racks.h"
#include "store/room_plans.h"
#include "store/said_anew.h"

namespace dcim::store {
namespace {

namespace json = boost::json;
using base::Error;

constexpr std::int64_t kImportLock = 7'446'921'004;  // any number that no other lock has
constexpr const char* kAction = "site.import";       // in every row of the audit log

// One import, in one transaction. What is refused is thrown as Error to import_site, its only caller.
class Importer {
 public:
  Importer(Connection& connection, const core::SiteDocument& document, AuditContext who)
      : db_(connection), document_(document), who_(std::move(who)) {
    result_.site = document.code;
  }

  asio::awaitable<ImportResult> run() {
    co_await hold_all();
    const auto id =
        co_await upsert("/site/name",
                        "INSERT INTO sites AS t (code, name, time_zone, simulated) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO UPDATE "
                        "SET name = $2, time_zone = $3, simulated = $4, version = t.version + 1, updated_at = now() "
                        "WHERE (t.name, t.time_zone, t.simulated) IS DISTINCT FROM ($2, $3, $4) RETURNING id, xmax = 0",
                        "SELECT id FROM sites WHERE code = $1", params(document_.code, document_.name, document_.time_zone, document_.simulated), 1);
    site_ = {{id}, document_.code, document_.name, document_.time_zone, document_.simulated};
    for (std::size_t i = 0; i < document_.rooms.size(); ++i) co_await room(document_.rooms[i], "/rooms/" + std::to_string(i));
    for (std::size_t i = 0; i < document_.device_types.size(); ++i) {
      co_await device_type(document_.device_types[i], "/device_types/" + std::to_string(i));
    }
    inventory_ =
        std::make_shared<const core::Inventory>(0, std::vector{site_}, rooms_, racks_, std::vector<core::Device>(), std::vector<core::Sensor>());
    catalogue_ = co_await load_catalogue(db_);
    co_await devices();
    for (std::size_t i = 0; i < document_.rooms.size(); ++i) {
      const auto& room = document_.rooms[i];
      if (core::has_plan(room)) co_await plan(room, "/rooms/" + std::to_string(i), room_of(room.code).id);
    }
    if (!document_.power.empty()) co_await power();
    co_return result_;
  }

 private:
  // Devices before racks, in the order of their ids, as all who change many do; and before all else that is written.
  asio::awaitable<void> hold_all() {
    TextArray names;
    each_device([&](const core::DeviceDocument& device, auto, auto) { names.add(device.name); });
    auto values = params(document_.code, names.done());
    co_await db_.query(
        "SELECT FROM devices d JOIN sites s ON s.id = d.site_id WHERE s.code = $1 AND d.name = ANY($2::text[]) ORDER BY d.id FOR UPDATE OF d",
        std::move(values));
    co_await db_.query(
        "SELECT FROM racks k JOIN rooms m ON m.id = k.room_id JOIN sites s ON s.id = m.site_id WHERE s.code = $1 ORDER BY k.id FOR NO KEY UPDATE OF "
        "k",
        params(document_.code));
  }

  asio::awaitable<void> room(const core::RoomDocument& room, std::string pointer) {
    const auto id =
        co_await upsert(pointer + "/name",
                        "INSERT INTO rooms AS t (site_id, code, name) VALUES ($1, $2, $3) ON CONFLICT (site_id, code) DO UPDATE "
                        "SET name = $3, version = t.version + 1, updated_at = now() WHERE t.name IS DISTINCT FROM $3 RETURNING id, xmax = 0",
                        "SELECT id FROM rooms WHERE site_id = $1 AND code = $2", params(site_.id, room.code, room.name), 2);
    rooms_.push_back({{id}, site_.id, room.code, room.name});
    const auto rows = co_await db_.query(
        "SELECT id, name, height_u, rated_power_kw, feed_rating_kw, weight_limit_kg, cooling_kw, imported FROM racks WHERE room_id = $1", params(id));
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < rows.size(); ++i) known.emplace(rows.text(i, 1), i);
    for (const auto& rack : room.racks) {
      auto said = core::json_of(rack.limits);
      said["reservations"] = rack.reservations;
      const auto it = known.find(rack.name);
      if (it == known.end()) {
        const auto made = co_await write_rack(
            "INSERT INTO racks (height_u, rated_power_kw, feed_rating_kw, weight_limit_kg, cooling_kw, imported, room_id, name) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            rack, rack.limits, said, params(id, rack.name));
        rack_made(rack, {made}, {id}, std::nullopt, rack.limits);
        ++result_.created;
        continue;
      }
      const auto i = it->second;
      const core::RackLimits before{rows.i32(i, 2), rows.maybe_f64(i, 3), rows.maybe_f64(i, 4), rows.maybe_f64(i, 5), rows.maybe_f64(i, 6)};
      const auto last = object_in(rows, i, 7);
      auto anew = said_anew(said, last);
      const core::RackId rack_id{rows.i32(i, 0)};
      if (anew.empty()) {
        racks_.push_back({rack_id, {id}, site_.id, rack.name, before.height_u, before.rated_power_kw});
        ++result_.unchanged;
        continue;
      }
      anew.erase("reservations");
      const auto limits = core::rack_limits_from_json(anew, before);
      if (!limits) throw limits.error();
      co_await write_rack(
          "UPDATE racks SET height_u = $1, rated_power_kw = $2, feed_rating_kw = $3, weight_limit_kg = $4, cooling_kw = $5, imported = $6, "
          "version = version + 1, updated_at = now() WHERE id = $7 RETURNING id",
          rack, *limits, said, params(rack_id));
      const auto* kept = last.if_contains("reservations");
      rack_made(rack, rack_id, {id}, before, *limits, kept && kept->is_array() ? kept->get_array() : json::array());
      ++result_.updated;
    }
  }

  // `kept`: reservations that the last document had already, so that people have released them or left them there.
  void rack_made(const core::RackDocument& rack, core::RackId id, core::RoomId room, const std::optional<core::RackLimits>& before,
                 const core::RackLimits& limits, const json::array& kept = {}) {
    rack_changes_.push_back({id, rack.name, before, limits});
    racks_.push_back({id, room, site_.id, rack.name, limits.height_u, limits.rated_power_kw});
    for (std::size_t i = 0; i < rack.reservations.size(); ++i) {
      if (std::ranges::any_of(kept, [&](const auto& each) { return same_json(each, rack.reservations[i]); })) continue;
      reservations_.push_back({id, limits.height_u, &rack.reservations[i], rack.pointer + "/reservations/" + std::to_string(i)});
    }
  }

  asio::awaitable<int> write_rack(std::string sql, const core::RackDocument& rack, core::RackLimits limits, json::object said, Params more) {
    auto values =
        params(limits.height_u, limits.rated_power_kw, limits.feed_rating_kw, limits.weight_limit_kg, limits.cooling_kw, json::serialize(said));
    values.insert(values.end(), more.begin(), more.end());
    try {
      const auto rows = co_await db_.query_prepared(std::move(sql), std::move(values));
      co_return rows.i32(0, 0);
    } catch (const DatabaseError& error) {
      if (error.sqlstate() == "23514")
        throw Error{base::ErrorCode::conflict, "something stands above U " + std::to_string(limits.height_u), rack.pointer + "/height_u"};
      throw;
    }
  }

  asio::awaitable<void> device_type(const core::DeviceType& type, std::string pointer) {
    const auto said = core::json_of(type);
    const auto rows =
        co_await db_.query("SELECT id, imported FROM device_types WHERE manufacturer = $1 AND model = $2", params(type.manufacturer, type.model));
    auto anew = said_anew(said, rows.empty() ? json::object() : object_in(rows, 0, 1));
    if (!rows.empty() && anew.empty()) {
      ++result_.unchanged;
      co_return;
    }
    auto merged = type;
    AuditRow row;
    row.action = kAction;
    if (!rows.empty()) {
      std::optional wanted = std::vector{core::DeviceTypeId{rows.i32(0, 0)}};
      const auto there = co_await load_catalogue(db_, std::move(wanted));
      const auto changed = core::device_type_from_json(anew, there.types().front(), std::move(pointer));
      if (!changed) throw changed.error();
      merged = *changed;
      row.before = core::json_of(there.types().front());
    }
    const auto done = co_await upsert_device_type(db_, merged);
    co_await db_.query("UPDATE device_types SET imported = $2 WHERE id = $1", params(done.id, json::serialize(said)));
    ++(done.created ? result_.created : result_.updated);
    row.object = "device type " + std::to_string(done.id.value) + " (" + merged.name() + ")";
    row.site = site_.code;
    row.after = core::json_of(merged);
    row.subjects = {"device-type:" + std::to_string(done.id.value)};
    if (row.before != row.after) co_await write_audit(db_, who_, std::move(row));
  }

  struct Known {
    AssetRow row;
    json::object last;
    std::string topic;
    double interval_s = 60;
    std::vector<core::SensorDocument> sensors = {};
  };

  asio::awaitable<void> devices() {
    TextArray names;
    each_device([&](const core::DeviceDocument& device, auto, auto) { names.add(device.name); });
    auto wanted = names.done();
    auto values = params(site_.id, wanted);
    const auto rows = co_await db_.query(
        std::string(kAssetColumns) + ", d.imported, d.topic, d.interval_s" + kAssetTables + "WHERE d.site_id = $1 AND d.name = ANY($2::text[])",
        values);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Known known{asset_of(rows, i), object_in(rows, i, 44), rows.maybe_text(i, 45).value_or(""), rows.f64(i, 46)};
      known_.emplace(known.row.asset.name, std::move(known));
    }
    co_await sensors_of_known(values);
    const auto earlier = co_await db_.query("SELECT unnest(imported_devices) FROM sites WHERE id = $1", params(site_.id));
    for (std::size_t i = 0; i < earlier.size(); ++i) earlier_.insert(earlier.text(i, 0));

    changes_.emplace(db_, site_, inventory_, catalogue_, who_);
    changes_->set_action(kAction);
    co_await changes_->begin(true);
    racks_in_.emplace(db_, site_, who_, changes_->batch());
    racks_in_->set_action(kAction);
    for (const auto& each : rack_changes_) co_await racks_in_->record(each.id, each.name, each.before, each.after);
    std::vector<std::tuple<const core::DeviceDocument*, const core::RoomDocument*, const core::RackDocument*>> all;
    each_device([&](const auto& device, const auto* room, const auto* rack) { all.emplace_back(&device, room, rack); });
    for (const auto& [device, room, rack] : all) co_await this->device(*device, room, rack);
    for (const auto& each : reservations_) co_await reservation(each);
    const auto fits = co_await changes_->check();
    if (!fits) throw Error{fits.error().code, fits.error().message, core::pointer_in_document(fits.error().field)};
    co_await db_.query("UPDATE sites SET imported_devices = $2 WHERE id = $1 AND imported_devices <> $2::text[]", params(site_.id, wanted));
  }

  asio::awaitable<void> sensors_of_known(Params site_and_names) {
    const auto rows = co_await db_.query(
        "SELECT d.name, s.name, s.kind, s.unit, s.topic, s.field, s.scale, s.value_offset, s.interval_s FROM sensors s "
        "JOIN devices d ON d.id = s.device_id WHERE d.site_id = $1 AND d.name = ANY($2::text[])",
        std::move(site_and_names));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto& sensors = known_.at(rows.text(i, 0)).sensors;
      sensors.push_back({rows.text(i, 1),
                         rows.text(i, 2),
                         rows.text(i, 3),
                         rows.text(i, 4),
                         rows.text(i, 5),
                         rows.f64(i, 6),
                         rows.f64(i, 7),
                         rows.maybe_f64(i, 8),
                         {}});
    }
  }

  template <class Fn>
  void each_device(Fn fn) const {
    const core::RoomDocument* no_room = nullptr;
    const core::RackDocument* no_rack = nullptr;
    for (const auto& room : document_.rooms) {
      for (const auto& rack : room.racks) {
        for (const auto& device : rack.devices) fn(device, &room, &rack);
      }
      for (const auto& device : room.devices) fn(device, &room, no_rack);
    }
    for (const auto& device : document_.devices) fn(device, no_room, no_rack);
  }

  asio::awaitable<void> device(const core::DeviceDocument& device, const core::RoomDocument* room, const core::RackDocument* rack) {
    auto said = device.asset;
    said["role"] = device.type;
    said["room"] = room ? json::value(room->code) : json::value(nullptr);
    said["rack"] = rack ? json::value(rack->name) : json::value(nullptr);
    if (!said.contains("position")) said["position"] = nullptr;
    if (!device.topic.empty()) {
      said["topic"] = device.topic;
      said["interval_s"] = device.interval_s;
    }
    const auto it = known_.find(device.name);
    if (it == known_.end() && earlier_.contains(device.name)) {
      ++result_.unchanged;  // people have removed or renamed it since
      co_return;
    }
    core::DeviceId id;
    auto topic = device.topic;
    auto interval_s = device.interval_s;
    bool power_sensor_anew = said.contains("power_sensor");
    if (it == known_.end()) {
      auto asked = with_ids(said, said, device.pointer);
      asked["name"] = device.name;
      auto asset = core::asset_from_json(asked, site_.id, std::nullopt, *inventory_, catalogue_, device.pointer);
      if (!asset) throw Error{asset.error().code, asset.error().message, core::pointer_in_document(asset.error().field)};
      const auto made = co_await changes_->create(std::move(*asset), device.pointer);
      if (!made) throw made.error();
      id = *made;
      co_await remember(device, id, device.topic, device.interval_s, said);
      ++result_.created;
    } else {
      const auto& known = it->second;
      id = known.row.asset.id;
      const auto anew = said_anew(said, known.last);
      if (device.topic.empty() && anew.contains("topic") && known.row.sensors > 0) {
        throw Error{base::ErrorCode::conflict, "is missing: the sensors of " + device.name + " listen to it", device.pointer + "/topic"};
      }
      power_sensor_anew = anew.contains("power_sensor");
      topic = anew.contains("topic") ? device.topic : known.topic;
      interval_s = anew.contains("interval_s") ? device.interval_s : known.interval_s;
      if (anew.empty()) {
        ++result_.unchanged;
      } else {
        auto after = core::asset_from_json(with_ids(anew, said, device.pointer), site_.id, known.row.asset, *inventory_, catalogue_, device.pointer);
        if (!after) throw Error{after.error().code, after.error().message, core::pointer_in_document(after.error().field)};
        const auto done = co_await changes_->update(known.row.asset, std::move(*after), device.pointer);
        if (!done) throw done.error();
        co_await remember(device, id, topic, interval_s, said);
        ++result_.updated;
      }
    }
    for (const auto& sensor : device.sensors) co_await this->sensor(sensor, id);
    co_await publishing(device, id, std::move(topic), interval_s, it == known_.end() ? nullptr : &it->second);
    if (power_sensor_anew) co_await power_sensor(device, id);
  }

  // By the name of one of its own, which is there by now.
  asio::awaitable<void> power_sensor(const core::DeviceDocument& device, core::DeviceId id) {
    const auto before = co_await changes_->lock(id, std::nullopt);
    auto after = *before;
    const auto* name = device.asset.if_contains("power_sensor");
    after.power_sensor.reset();
    if (name) {
      const auto rows = co_await db_.query_prepared("SELECT id FROM sensors WHERE device_id = $1 AND name = $2",
                                                    params(id, std::string(name->get_string().c_str())));
      after.power_sensor = core::SensorId{rows.i32(0, 0)};
    }
    const auto done = co_await changes_->update(*before, std::move(after), device.pointer);
    if (!done) throw done.error();
  }

  // A sensor that the document does not name stays.
  asio::awaitable<void> publishing(const core::DeviceDocument& device, core::DeviceId id, std::string topic, double interval_s, const Known* known) {
    PublishingChange change{kAction, id, device.name, {}, {}, changes_->batch()};
    auto sensors = known ? known->sensors : device.sensors;
    if (known) change.before = publishing_json(known->topic, known->interval_s, sensors);
    for (const auto& said : device.sensors) {
      const auto it = std::ranges::find_if(sensors, [&](const auto& each) { return each.topic == said.topic && each.field == said.field; });
      if (it == sensors.end()) {
        sensors.push_back(said);
      } else {
        *it = said;
      }
    }
    if (known || !topic.empty()) change.after = publishing_json(topic, interval_s, sensors);
    co_await record_publishing(db_, site_, std::move(change), who_);
  }

  // As asset_from_json takes it. Where one of room, rack and position is said anew, all three are meant.
  json::object with_ids(const json::object& some, const json::object& said, const std::string& pointer) const {
    json::object out;
    bool place = false;
    for (const auto& [key, value] : some) {
      if (key == "topic" || key == "interval_s" || key == "power_sensor") continue;
      if (key == "room" || key == "rack" || key == "position") {
        place = true;
      } else if (key == "device_type") {
        out["device_type_id"] = nullptr;
        if (value.is_null()) continue;
        const auto* type = catalogue_.find(std::string(value.get_string().c_str()));
        if (!type) throw Error::invalid(pointer + "/device_type", "there is no device type " + std::string(value.get_string().c_str()));
        out["device_type_id"] = type->id.value;
      } else {
        out[key] = value;
      }
    }
    if (!place) return out;
    const auto& room = said.at("room");
    const auto& rack = said.at("rack");
    const core::Room* in = room.is_null() ? nullptr : &room_of(room.get_string().c_str());
    out["rack_id"] = nullptr;
    if (!rack.is_null()) {
      const std::string name(rack.get_string().c_str());
      const auto it = std::ranges::find_if(racks_, [&](const core::Rack& each) { return each.room_id == in->id && each.name == name; });
      out["rack_id"] = it->id.value;
    }
    out["room_id"] = in ? json::value(in->id.value) : json::value(nullptr);
    out["position"] = said.at("position");
    return out;
  }

  const core::Room& room_of(std::string_view code) const { return *std::ranges::find(rooms_, code, &core::Room::code); }

  asio::awaitable<void> remember(const core::DeviceDocument& device, core::DeviceId id, std::string topic, double interval_s, json::object said) {
    try {
      co_await db_.query_prepared("UPDATE devices SET topic = nullif($2, ''), interval_s = $3, imported = $4 WHERE id = $1",
                                  params(id, topic, interval_s, json::serialize(said)));
    } catch (const DatabaseError& error) {
      if (error.sqlstate() == "23505") throw Error{base::ErrorCode::conflict, "is already in use elsewhere", device.pointer + "/topic"};
      throw;
    }
  }

  asio::awaitable<void> sensor(const core::SensorDocument& sensor, core::DeviceId device) {
    // A sensor is found by (topic, field); one of another device is never taken over.
    const auto owner =
        co_await db_.query_prepared("SELECT device_id FROM sensors WHERE topic = $1 AND field = $2", params(sensor.topic, sensor.field));
    if (!owner.empty() && owner.i32(0, 0) != device.value) {
      throw Error{base::ErrorCode::conflict, "another device already has a sensor on " + sensor.topic + " " + sensor.field, sensor.pointer};
    }
    co_await upsert(sensor.pointer + "/name",
                    "INSERT INTO sensors AS t (topic, field, device_id, name, kind, unit, scale, value_offset, interval_s) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (topic, field) DO UPDATE SET name = $4, kind = $5, unit = $6, "
                    "scale = $7, value_offset = $8, interval_s = $9, version = t.version + 1, updated_at = now() "
                    "WHERE (t.name, t.kind, t.unit, t.scale, t.value_offset, t.interval_s) IS DISTINCT FROM "
                    "($4, $5, $6, $7::float8, $8::float8, $9::float8) RETURNING id, xmax = 0",
                    "SELECT id FROM sensors WHERE topic = $1 AND field = $2",
                    params(sensor.topic, sensor.field, device, sensor.name, sensor.kind, sensor.unit, sensor.scale, sensor.offset, sensor.interval_s),
                    2);
  }

  struct NewReservation {
    core::RackId rack;
    int height_u = 42;
    const json::value* said = nullptr;
    std::string pointer;
  };

  struct RackChange {
    core::RackId id;
    std::string name;
    std::optional<core::RackLimits> before;
    core::RackLimits after;
  };

  asio::awaitable<void> reservation(const NewReservation& each) {
    auto made = core::reservation_from_json(*each.said, each.height_u, base::Timestamp::min(), each.pointer);
    if (!made) throw made.error();
    made->rack = each.rack;
    made->pointer = each.pointer;
    const auto id = co_await racks_in_->reserve(std::move(*made));
    if (!id) throw id.error();
  }

  asio::awaitable<void> plan(const core::RoomDocument& room, std::string pointer, core::RoomId id) {
    core::RoomContents contents;
    const auto racks = co_await db_.query("SELECT id, name FROM racks WHERE room_id = $1 ORDER BY name", params(id));
    for (std::size_t i = 0; i < racks.size(); ++i) contents.racks.push_back({{racks.i32(i, 0)}, racks.text(i, 1), {}});
    const auto units = co_await db_.query(
        "SELECT id, name, type FROM devices WHERE room_id = $1 AND rack_id IS NULL AND topic IS NOT NULL ORDER BY name", params(id));
    for (std::size_t i = 0; i < units.size(); ++i) contents.units.push_back({{units.i32(i, 0)}, units.text(i, 1), units.text(i, 2)});

    const auto newest = co_await room_plan(db_, id, std::nullopt);
    const auto imported = co_await imported_room_plan(db_, id);
    if (imported) {
      // The same document again, whatever people have edited since: theirs stays.
      const auto again = core::plan_with(room, pointer, imported->plan, contents);
      if (again && core::json_of(*again) == core::json_of(imported->plan)) {
        ++result_.unchanged;
        co_return;
      }
    }
    const auto plan = core::plan_with(room, pointer, newest ? std::optional(newest->plan) : std::nullopt, contents);
    if (!plan) throw plan.error();
    co_await insert_room_plan(db_, id, *plan, newest ? newest->version + 1 : 1, std::nullopt, who_.actor, true);
    ++(newest ? result_.updated : result_.created);
  }

  asio::awaitable<void> power() {
    const auto now = co_await inventory_of(db_);
    const auto done = co_await import_power(db_, site_, document_.power, now, who_);
    if (!done) throw done.error();
    result_.created += done->created;
    result_.updated += done->updated;
    result_.unchanged += done->unchanged;
  }

  // The upsert returns nothing when the row is as it should be already; then `find`, with the first `keys` parameters, gives its id.
  asio::awaitable<int> upsert(std::string pointer, std::string sql, std::string find, Params values, std::size_t keys) {
    try {
      const auto rows = co_await db_.query_prepared(std::move(sql), values);
      if (!rows.empty()) {
        ++(rows.boolean(0, 1) ? result_.created : result_.updated);
        co_return rows.i32(0, 0);
      }
    } catch (const DatabaseError& error) {
      if (error.sqlstate() == "23505") throw Error{base::ErrorCode::conflict, "is already in use elsewhere", std::move(pointer)};
      throw;
    }
    ++result_.unchanged;
    values.resize(keys);
    const auto rows = co_await db_.query_prepared(std::move(find), std::move(values));
    co_return rows.i32(0, 0);
  }

  Connection& db_;
  const core::SiteDocument& document_;
  AuditContext who_;
  ImportResult result_;
  core::Site site_;
  std::vector<core::Room> rooms_;
  std::vector<core::Rack> racks_;
  std::vector<RackChange> rack_changes_;
  std::vector<NewReservation> reservations_;
  core::InventoryPtr inventory_;
  core::Catalogue catalogue_;
  std::optional<AssetChanges> changes_;
  std::optional<RackChanges> racks_in_;
  std::unordered_map<std::string, Known> known_;
  std::set<std::string> earlier_;  // the devices of the last document
};

}  // namespace

asio::awaitable<base::Result<ImportResult>> import_site(Connection& connection, core::SiteDocument document, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  // One at a time: two documents may name the same device types.
  co_await connection.query("SELECT pg_advisory_xact_lock($1)", params(kImportLock));
  std::optional<Error> refused;
  try {
    Importer importer(connection, document, who);
    const auto result = co_await importer.run();
    if (result.created + result.updated == 0) {
      co_await transaction.rollback();  // so that nobody reloads what has not changed
      co_return result;
    }
    AuditRow row;
    row.action = kAction;
    row.object = "site " + document.code;
    row.site = document.code;
    row.after = json::object{{"created", result.created}, {"updated", result.updated}, {"unchanged", result.unchanged}};
    co_await write_audit(connection, std::move(who), std::move(row));
    co_await transaction.commit();
    co_return result;
  } catch (const Error& error) {
    refused = error;
  }
  co_await transaction.rollback();
  co_return *refused;
}

}  // namespace dcim::store
