#include "core/room_plan.h"

#include <array>
#include <limits>
#include <set>
#include <unordered_map>

#include "core/json_reader.h"

namespace dcim::core {
namespace {

using base::Error;

constexpr double kLargestRoom_m = 1000;
constexpr double kLargestFootprint_m = 50;
constexpr std::size_t kMostAisles = 500;
constexpr std::size_t kLongestName = 100, kLongestRow = 100;

double within(const ObjectReader& reader, std::string_view key, double low, double high) {
  const auto value = reader.number(key);
  if (!value) throw Error::invalid(reader.at(key), "is missing");
  if (*value < low || *value > high) {
    throw Error::invalid(reader.at(key), "must be from " + std::to_string(static_cast<int>(low)) + " to " + std::to_string(static_cast<int>(high)));
  }
  return *value;
}

double size(const ObjectReader& reader, std::string_view key, double largest, std::optional<double> otherwise = {}) {
  const auto value = reader.positive(key);
  if (!value && otherwise) return *otherwise;
  if (!value) throw Error::invalid(reader.at(key), "is missing");
  if (*value > largest) throw Error::invalid(reader.at(key), "must be at most " + std::to_string(static_cast<int>(largest)) + " m");
  return *value;
}

template <class Id>
Id read_id(const ObjectReader& reader, std::string_view key) {
  if (!reader.find(key)) throw Error::invalid(reader.at(key), "is missing");
  return Id{reader.integer(key, 1, std::numeric_limits<std::int32_t>::max(), 0)};
}

std::optional<Placement> maybe_placement(const ObjectReader& reader) {
  const auto* value = reader.find("placement");
  if (!value) return std::nullopt;
  return read_placement(*value, reader.at("placement"), {});
}

PlanRack read_rack(const json::value& value, std::string pointer) {
  const ObjectReader reader(value, std::move(pointer), {"id", "row", "placement"});
  return {read_id<RackId>(reader, "id"), read_row(reader), maybe_placement(reader), reader.pointer()};
}

PlanUnit read_unit(const json::value& value, std::string pointer) {
  const ObjectReader reader(value, std::move(pointer), {"device_id", "placement", "serves"});
  PlanUnit out{read_id<DeviceId>(reader, "device_id"), maybe_placement(reader), {}, reader.pointer()};
  out.serves = reader.list("serves", false, [](const json::value& id, const std::string& at) {
    json::error_code failed;
    const auto number = id.to_number<std::int32_t>(failed);
    if (failed || number < 1) throw Error::invalid(at, "must be a rack's id");
    return RackId{number};
  });
  return out;
}

RoomPlan read_plan(const json::value& value) {
  const ObjectReader reader(value, "", {"width_m", "depth_m", "ashrae_class", "aisles", "racks", "units"});
  RoomPlan out;
  out.width_m = size(reader, "width_m", kLargestRoom_m);
  out.depth_m = size(reader, "depth_m", kLargestRoom_m);
  out.ashrae_class = read_ashrae_class(reader, AshraeClass::a1);
  out.aisles = read_aisles(reader);
  out.racks = reader.list("racks", true, read_rack);
  out.units = reader.list("units", true, read_unit);
  return out;
}

void check_ids(const RoomPlan& plan, const RoomContents& contents) {
  std::set<RackId> known_racks, racks;
  std::set<DeviceId> known_units, units;
  for (const auto& rack : contents.racks) known_racks.insert(rack.id);
  for (const auto& unit : contents.units) known_units.insert(unit.id);
  for (const auto& rack : plan.racks) {
    if (!known_racks.contains(rack.id)) throw Error::invalid(rack.pointer + "/id", "is no rack of this room");
    if (!racks.insert(rack.id).second) throw Error::invalid(rack.pointer + "/id", "stands twice");
  }
  for (const auto& unit : plan.units) {
    if (!known_units.contains(unit.id)) throw Error::invalid(unit.pointer + "/device_id", "is no device that stands in this room itself");
    if (!units.insert(unit.id).second) throw Error::invalid(unit.pointer + "/device_id", "stands twice");
    for (std::size_t i = 0; i < unit.serves.size(); ++i) {
      if (!known_racks.contains(unit.serves[i])) {
        throw Error::invalid(unit.pointer + "/serves/" + std::to_string(i), "is no rack of this room");
      }
    }
  }
}

json::value json_of(const std::optional<Placement>& p) {
  if (!p) return nullptr;
  return json::object{{"x_m", p->x_m}, {"y_m", p->y_m}, {"rotation_deg", p->rotation_deg}, {"width_m", p->width_m}, {"depth_m", p->depth_m}};
}

json::string text(std::string_view s) { return json::string(s.data(), s.size()); }

}  // namespace

std::string_view name_of(AisleType type) { return type == AisleType::hot ? "hot" : "cold"; }

const PlanRack* RoomPlan::rack(RackId id) const {
  const auto it = std::ranges::find(racks, id, &PlanRack::id);
  return it == racks.end() ? nullptr : &*it;
}

const PlanUnit* RoomPlan::unit(DeviceId id) const {
  const auto it = std::ranges::find(units, id, &PlanUnit::id);
  return it == units.end() ? nullptr : &*it;
}

RoomContents contents_of(const Inventory& inventory, RoomId room) {
  RoomContents out;
  for (const auto& rack : inventory.racks()) {
    if (rack.room_id == room) out.racks.push_back({rack.id, rack.name, {}});
  }
  for (const auto& device : inventory.devices()) {
    if (device.room_id == room && !device.rack_id) out.units.push_back({device.id, device.name, device.type});
  }
  return out;
}

RoomPlan completed(RoomPlan plan, const RoomContents& contents) {
  std::unordered_map<RackId, PlanRack> racks;
  std::unordered_map<DeviceId, PlanUnit> units;
  for (auto& rack : plan.racks) racks.emplace(rack.id, std::move(rack));
  for (auto& unit : plan.units) units.emplace(unit.id, std::move(unit));
  plan.racks.clear();
  plan.units.clear();
  for (const auto& rack : contents.racks) {
    const auto it = racks.find(rack.id);
    plan.racks.push_back(it == racks.end() ? PlanRack{rack.id, rack.row, {}, {}} : std::move(it->second));
  }
  for (const auto& unit : contents.units) {
    const auto it = units.find(unit.id);
    plan.units.push_back(it == units.end() ? PlanUnit{unit.id, {}, {}, {}} : std::move(it->second));
    std::erase_if(plan.units.back().serves,
                  [&](RackId id) { return std::ranges::find(contents.racks, id, &RoomContents::Rack::id) == contents.racks.end(); });
  }
  return plan;
}

Placement read_placement(const json::value& value, std::string pointer, const Placement& usual) {
  const ObjectReader reader(value, std::move(pointer), {"x_m", "y_m", "rotation_deg", "width_m", "depth_m"});
  Placement out;
  out.x_m = within(reader, "x_m", 0, kLargestRoom_m);
  out.y_m = within(reader, "y_m", 0, kLargestRoom_m);
  out.rotation_deg = reader.number("rotation_deg").value_or(0);
  if (out.rotation_deg < 0 || out.rotation_deg >= 360) throw Error::invalid(reader.at("rotation_deg"), "must be from 0 to below 360");
  const auto otherwise = [](double length) { return length > 0 ? std::optional(length) : std::nullopt; };
  out.width_m = size(reader, "width_m", kLargestFootprint_m, otherwise(usual.width_m));
  out.depth_m = size(reader, "depth_m", kLargestFootprint_m, otherwise(usual.depth_m));
  return out;
}

std::vector<Aisle> read_aisles(const ObjectReader& from) {
  std::set<std::string> names;
  auto out = from.list("aisles", false, [&](const json::value& value, std::string pointer) {
    const ObjectReader reader(value, std::move(pointer), {"name", "type", "x_m", "y_m", "width_m", "depth_m"});
    Aisle aisle;
    aisle.name = reader.text("name", kLongestName);
    if (!names.insert(aisle.name).second) throw Error::invalid(reader.at("name"), "\"" + aisle.name + "\" stands twice");
    const auto type = reader.text("type", 10);
    if (type != "hot" && type != "cold") throw Error::invalid(reader.at("type"), "must be hot or cold");
    aisle.type = type == "hot" ? AisleType::hot : AisleType::cold;
    aisle.x_m = within(reader, "x_m", 0, kLargestRoom_m);
    aisle.y_m = within(reader, "y_m", 0, kLargestRoom_m);
    aisle.width_m = size(reader, "width_m", kLargestRoom_m);
    aisle.depth_m = size(reader, "depth_m", kLargestRoom_m);
    return aisle;
  });
  if (out.size() > kMostAisles) throw Error::invalid(from.at("aisles"), "must be at most " + std::to_string(kMostAisles));
  return out;
}

std::optional<double> read_room_size(const ObjectReader& from, std::string_view key) {
  if (!from.find(key)) return std::nullopt;
  return size(from, key, kLargestRoom_m);
}

AshraeClass read_ashrae_class(const ObjectReader& from, AshraeClass otherwise) {
  if (!from.find("ashrae_class")) return otherwise;
  const auto out = ashrae_class_from(from.text("ashrae_class", 10));
  if (!out) throw Error::invalid(from.at("ashrae_class"), "must be A1, A2, A3, A4 or H1");
  return *out;
}

std::optional<std::string> read_row(const ObjectReader& from) {
  auto row = from.text("row", kLongestRow, "");
  return row.empty() ? std::nullopt : std::optional(std::move(row));
}

base::Result<RoomPlan> room_plan_from_json(const json::value& value, const RoomContents& contents) {
  try {
    auto plan = read_plan(value);
    check_ids(plan, contents);
    const auto possible = check_geometry(plan, contents, "");
    if (!possible) return possible.error();
    return plan;
  } catch (const Error& error) {
    return error;
  }
}

base::Result<RoomPlan> stored_room_plan(const json::value& value) {
  try {
    return read_plan(value);
  } catch (const Error& error) {
    return error;
  }
}

json::value json_of(const RoomPlan& plan) {
  json::object out{{"width_m", plan.width_m}, {"depth_m", plan.depth_m}, {"ashrae_class", text(name_of(plan.ashrae_class))}};
  json::array aisles, racks, units;
  for (const auto& a : plan.aisles) {
    aisles.push_back(json::object{
        {"name", text(a.name)}, {"type", text(name_of(a.type))}, {"x_m", a.x_m}, {"y_m", a.y_m}, {"width_m", a.width_m}, {"depth_m", a.depth_m}});
  }
  for (const auto& rack : plan.racks) {
    json::value row;
    if (rack.row) row = text(*rack.row);
    racks.push_back(json::object{{"id", rack.id.value}, {"row", std::move(row)}, {"placement", json_of(rack.placement)}});
  }
  for (const auto& unit : plan.units) {
    json::array serves;
    for (const auto id : unit.serves) serves.push_back(id.value);
    units.push_back(json::object{{"device_id", unit.id.value}, {"placement", json_of(unit.placement)}, {"serves", std::move(serves)}});
  }
  out["aisles"] = std::move(aisles);
  out["racks"] = std::move(racks);
  out["units"] = std::move(units);
  return out;
}

}  // namespace dcim::core
