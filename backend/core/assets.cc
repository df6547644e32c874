#include "core/assets.h"

#include <array>
#include <limits>
#include <span>

#include "core/json_reader.h"

namespace dcim::core {
namespace {

using base::Error;

constexpr std::array<std::string_view, 4> kStatuses{"planned", "active", "offline", "decommissioned"};
constexpr std::array<std::string_view, 3> kFeeds{"A", "B", "AB"};
constexpr std::array<std::string_view, 4> kAirflows{"front-to-rear", "rear-to-front", "side-to-side", "passive"};
constexpr std::array<std::string_view, 3> kMounts{"rack", "side", "shelf"};
constexpr std::array<std::string_view, 3> kFaces{"front", "rear", "both"};
constexpr std::array<std::string_view, 3> kSides{"left", "right", "full"};
constexpr std::array<std::string_view, 2> kWidths{"full", "half"};
constexpr std::array<std::string_view, 2> kReservationKinds{"reserved", "blocked"};

bool has_control(std::string_view text, bool lines_allowed) {
  return std::ranges::any_of(text,
                             [&](unsigned char c) { return (c < 0x20 && !(lines_allowed && (c == '\n' || c == '\r' || c == '\t'))) || c == 0x7f; });
}

// One line of text, without blanks around it.
std::string line(const ObjectReader& from, std::string_view key, std::size_t longest, std::optional<std::string> otherwise = {}) {
  auto text = from.text(key, longest, otherwise);
  if (has_control(text, false)) throw Error::invalid(from.at(key), "must be one line without control characters");
  const auto first = text.find_first_not_of(' ');
  text = first == text.npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
  if (text.empty() && !otherwise) throw Error::invalid(from.at(key), "must not be empty");
  return text;
}

// An empty one is none.
std::optional<std::string> maybe_line(const ObjectReader& from, std::string_view key, std::size_t longest) {
  auto text = line(from, key, longest, "");
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

std::string one_of(const ObjectReader& from, std::string_view key, std::span<const std::string_view> names) {
  auto text = from.text(key, 40);
  if (std::ranges::find(names, text) == names.end()) throw Error::invalid(from.at(key), "must be " + listed(names));
  return text;
}

template <class Enum>
Enum enum_of(const ObjectReader& from, std::string_view key, std::span<const std::string_view> names) {
  const auto text = one_of(from, key, names);
  return static_cast<Enum>(std::ranges::find(names, text) - names.begin());
}

std::string role_of(const ObjectReader& from, std::string_view key) {
  auto text = from.text(key, 63);
  const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (text[0] < 'a' || text[0] > 'z' || !std::ranges::all_of(text, word)) {
    throw Error::invalid(from.at(key), "must be a word such as server: a-z, 0-9 and -");
  }
  return text;
}

std::optional<double> amount(const ObjectReader& from, std::string_view key) {
  const auto value = from.number(key);
  if (value && (*value < 0 || *value > 1e9)) throw Error::invalid(from.at(key), "must be from 0 to 1,000,000,000");
  return value;
}

template <class Id>
std::optional<Id> id_in(const ObjectReader& from, std::string_view key) {
  if (!from.find(key)) return std::nullopt;
  return Id{from.integer(key, 1, 2'147'483'647, 0)};
}

std::optional<std::string> date(const ObjectReader& from, std::string_view key) {
  auto text = maybe_line(from, key, 10);
  if (text && !is_date(*text)) throw Error::invalid(from.at(key), "must be a day such as 2026-11-25");
  return text;
}

std::vector<std::string> tags(const ObjectReader& from) {
  auto out = from.list("tags", false, [](const json::value& value, const std::string& at) {
    const auto* text = value.if_string();
    if (!text || text->empty() || text->size() > 50 || has_control({text->data(), text->size()}, false) || text->find(';') != text->npos) {
      throw Error::invalid(at, "must be a text of 1 to 50 characters, without ;");
    }
    return std::string(text->data(), text->size());
  });
  if (out.size() > 50) throw Error::invalid(from.at("tags"), "must be at most 50");
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// What is said of a position; a height of 0 and a face or side that is not said are completed afterwards.
struct SaidPosition {
  Mount mount = Mount::rack;
  int u = 0, height_u = 0;
  std::optional<Face> face;
  std::optional<Side> side;
};

SaidPosition said_position(const json::value& value, const std::string& pointer) {
  const ObjectReader from(value, pointer, {"mount", "u", "height_u", "face", "side"});
  SaidPosition out;
  if (from.find("mount")) out.mount = enum_of<Mount>(from, "mount", kMounts);
  if (from.find("face")) out.face = enum_of<Face>(from, "face", kFaces);
  if (from.find("side")) out.side = enum_of<Side>(from, "side", kSides);
  if (out.mount == Mount::side) {
    if (from.find("u")) throw Error::invalid(from.at("u"), "what hangs at the side has no U");
    if (out.face == Face::both) throw Error::invalid(from.at("face"), "must be front or rear at the side");
    if (!out.side || *out.side == Side::full) throw Error::invalid(from.at("side"), "must be left or right at the side");
    return out;
  }
  if (!from.find("u")) throw Error::invalid(from.at("u"), "is missing: the lowest U");
  out.u = from.integer("u", 1, 100, 1);
  out.height_u = from.integer("height_u", 1, 60, 0);
  return out;
}

Position completed(const SaidPosition& said, const DeviceType* type, const std::string& pointer) {
  Position out{said.mount, said.u, said.height_u, said.face.value_or(said.mount == Mount::side ? Face::rear : Face::front),
               said.side.value_or(Side::full)};
  if (said.mount == Mount::side) return out;
  const bool in_rails = said.mount == Mount::rack && type;
  if (in_rails && type->height_u == 0) throw Error::invalid(pointer + "/mount", "its type " + type->name() + " takes no U: it hangs at the side");
  if (out.height_u == 0) out.height_u = type && type->height_u > 0 ? type->height_u : 1;
  if (in_rails && out.height_u != type->height_u) {
    throw Error::invalid(pointer + "/height_u", "its type " + type->name() + " takes " + std::to_string(type->height_u) + " U");
  }
  if (in_rails && type->full_depth) out.face = Face::both;
  if (in_rails && type->half_width && out.side == Side::full) {
    if (said.side) throw Error::invalid(pointer + "/side", "its type " + type->name() + " takes half the width: left or right");
    out.side = Side::left;
  }
  if (in_rails && !type->half_width && out.side != Side::full) {
    throw Error::invalid(pointer + "/side", "its type " + type->name() + " takes the full width");
  }
  return out;
}

void check_height(const Position& position, int height_u, const std::string& rack, const std::string& pointer) {
  if (position.takes_units() && position.top_u() > height_u) {
    throw Error::invalid(pointer + "/u", "reaches U " + std::to_string(position.top_u()) + "; " + rack + " has " + std::to_string(height_u));
  }
}

// Reads one device; what the JSON does not name stays.
class AssetReader {
 public:
  AssetReader(const Inventory& inventory, const Catalogue& catalogue) : inventory_(inventory), catalogue_(catalogue) {}

  void read(const json::value& value, std::string pointer, Asset& asset, bool is_new) const {
    const ObjectReader from(value, std::move(pointer),
                            {"name", "role", "device_type_id", "rack_id", "room_id", "position", "serial", "asset_tag", "ip", "status",
                             "install_date", "owner", "warranty_until", "notes", "tags", "feeds", "power_sensor_id"});
    if (is_new || from.has("name")) asset.name = line(from, "name", 200);
    const auto* before = type_of(asset);
    if (from.has("device_type_id")) asset.type = id_in<DeviceTypeId>(from, "device_type_id");
    const auto* type = type_of(asset);
    if (asset.type && !type) throw Error::invalid(from.at("device_type_id"), "there is no such device type");
    if (from.find("role")) {
      asset.role = role_of(from, "role");
    } else if (is_new || from.has("role")) {
      if (!type) throw Error::invalid(from.at("role"), "is missing: what it does, such as server; a device type says it too");
      asset.role = type->role;
    }
    if (from.has("serial")) asset.serial = maybe_line(from, "serial", 100);
    if (from.has("asset_tag")) asset.asset_tag = maybe_line(from, "asset_tag", 100);
    if (from.has("ip")) asset.ip = ip(from);
    if (from.has("status")) asset.status = from.find("status") ? one_of(from, "status", kStatuses) : "active";
    if (from.has("install_date")) asset.install_date = date(from, "install_date");
    if (from.has("warranty_until")) asset.warranty_until = date(from, "warranty_until");
    if (from.has("owner")) asset.owner = maybe_line(from, "owner", 100);
    if (from.has("notes")) asset.notes = notes(from);
    if (from.has("tags")) asset.tags = tags(from);
    if (from.has("feeds")) asset.feeds = from.find("feeds") ? std::optional(one_of(from, "feeds", kFeeds)) : std::nullopt;
    if (from.has("power_sensor_id")) asset.power_sensor = power_sensor(from, asset.site);
    read_place(from, asset, type, type != before);
  }

  // `said` null: nothing is said of the position.
  void place(Asset& asset, const json::value* said, const DeviceType* type, bool new_type, const std::string& pointer) const {
    if (said && !said->is_null()) {
      if (!asset.rack) throw Error::invalid(pointer, "needs a rack: rack_id");
      asset.position = completed(said_position(*said, pointer), type, pointer);
    } else if (said) {
      asset.position.reset();
    } else if (asset.position && new_type && asset.position->mount == Mount::rack) {
      SaidPosition again{
          Mount::rack, asset.position->u, 0, asset.position->face == Face::both ? std::nullopt : std::optional(asset.position->face), {}};
      if (type && type->half_width && asset.position->side != Side::full) again.side = asset.position->side;
      asset.position = completed(again, type, pointer);
    }
    if (asset.position) {
      const auto* rack = inventory_.rack(*asset.rack);
      if (rack) check_height(*asset.position, rack->height_u, "rack " + rack->name, pointer);
    }
  }

  void put_in_rack(Asset& asset, std::optional<RackId> id, const std::string& pointer) const {
    if (id == asset.rack) return;
    asset.rack = id;
    asset.position.reset();
    if (!id) return;
    const auto* rack = inventory_.rack(*id);
    if (!rack || rack->site_id != asset.site) throw Error::invalid(pointer, "there is no rack " + std::to_string(id->value) + " in this site");
    asset.room = rack->room_id;
  }

  const DeviceType* type_of(const Asset& asset) const { return asset.type ? catalogue_.find(*asset.type) : nullptr; }

 private:
  void read_place(const ObjectReader& from, Asset& asset, const DeviceType* type, bool new_type) const {
    if (from.has("rack_id")) put_in_rack(asset, id_in<RackId>(from, "rack_id"), from.at("rack_id"));
    if (from.has("room_id")) {
      const auto room = id_in<RoomId>(from, "room_id");
      const auto* known = room ? inventory_.room(*room) : nullptr;
      if (room && (!known || known->site_id != asset.site)) {
        throw Error::invalid(from.at("room_id"), "there is no room " + std::to_string(room->value) + " in this site");
      }
      if (asset.rack && room != asset.room)
        throw Error::invalid(from.at("room_id"), "is not where its rack stands: take it out of the rack (rack_id null)");
      asset.room = room;
    }
    const json::value none;
    const auto* said = from.has("position") ? (from.find("position") ? from.find("position") : &none) : nullptr;
    place(asset, said, type, new_type, from.at("position"));
  }

  static std::optional<std::string> ip(const ObjectReader& from) {
    const auto text = maybe_line(from, "ip", 64);
    if (!text) return std::nullopt;
    auto address = ip_address(*text);
    if (!address) throw Error::invalid(from.at("ip"), "must be an IPv4 or IPv6 address");
    return address;
  }

  static std::optional<std::string> notes(const ObjectReader& from) {
    auto text = from.text("notes", 4000, "");
    if (has_control(text, true)) throw Error::invalid(from.at("notes"), "must hold no control characters");
    return text.empty() ? std::nullopt : std::optional(std::move(text));
  }

  std::optional<SensorId> power_sensor(const ObjectReader& from, SiteId site) const {
    const auto id = id_in<SensorId>(from, "power_sensor_id");
    if (!id) return id;
    const auto* sensor = inventory_.sensor(*id);
    if (!sensor || sensor->site_id != site) throw Error::invalid(from.at("power_sensor_id"), "there is no such sensor in this site");
    if (sensor->unit != "W" && sensor->unit != "kW")
      throw Error::invalid(from.at("power_sensor_id"), "must measure in W or kW, not in \"" + sensor->unit + "\"");
    return id;
  }

  const Inventory& inventory_;
  const Catalogue& catalogue_;
};

}  // namespace

std::string_view name_of(Mount mount) { return kMounts.at(static_cast<std::size_t>(mount)); }
std::string_view name_of(Face face) { return kFaces.at(static_cast<std::size_t>(face)); }
std::string_view name_of(Side side) { return kSides.at(static_cast<std::size_t>(side)); }

std::string text_of(const Position& p) {
  if (p.mount == Mount::side) return "at the side, " + std::string(name_of(p.face)) + " " + std::string(name_of(p.side));
  auto out = "U " + std::to_string(p.u);
  if (p.height_u > 1) out += " to " + std::to_string(p.top_u());
  out += p.face == Face::both ? ", both faces" : ", " + std::string(name_of(p.face));
  if (p.side != Side::full) out += ", " + std::string(name_of(p.side)) + " half";
  if (p.mount == Mount::shelf) out += ", on a shelf";
  return out;
}

std::optional<Position> shared_piece(const Position& a, const Position& b) {
  const int from = std::max(a.u, b.u), to = std::min(a.top_u(), b.top_u());
  if (!a.takes_units() || !b.takes_units() || from > to) return std::nullopt;
  if (a.face != b.face && a.face != Face::both && b.face != Face::both) return std::nullopt;
  if (a.side != b.side && a.side != Side::full && b.side != Side::full) return std::nullopt;
  return Position{Mount::rack, from, to - from + 1, a.face == Face::both ? b.face : a.face, a.side == Side::full ? b.side : a.side};
}

Catalogue::Catalogue(std::vector<DeviceType> types) : types_(std::move(types)) {
  for (std::size_t i = 0; i < types_.size(); ++i) {
    by_id_.emplace(types_[i].id, i);
    by_name_.emplace(types_[i].name(), i);
  }
}

const DeviceType* Catalogue::find(DeviceTypeId id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &types_[it->second];
}

const DeviceType* Catalogue::find(const std::string& name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : &types_[it->second];
}

base::Result<DeviceType> device_type_from_json(const json::value& json, std::optional<DeviceType> before, std::string pointer) {
  try {
    const ObjectReader from(json, std::move(pointer),
                            {"manufacturer", "model", "role", "height_u", "full_depth", "width", "airflow", "weight_kg", "power_nameplate_w",
                             "power_typical_w", "inlets", "part_number"});
    auto type = before.value_or(DeviceType{});
    if (!before || from.has("manufacturer")) type.manufacturer = line(from, "manufacturer", 100);
    if (!before || from.has("model")) type.model = line(from, "model", 100);
    if (from.find("role")) type.role = role_of(from, "role");
    type.height_u = from.integer("height_u", 0, 60, type.height_u);
    type.full_depth = from.boolean("full_depth", type.full_depth);
    if (from.find("width")) type.half_width = one_of(from, "width", kWidths) == "half";
    if (from.has("airflow")) type.airflow = from.find("airflow") ? std::optional(one_of(from, "airflow", kAirflows)) : std::nullopt;
    if (from.has("weight_kg")) type.weight_kg = amount(from, "weight_kg");
    if (from.has("power_nameplate_w")) type.power_nameplate_w = amount(from, "power_nameplate_w");
    if (from.has("power_typical_w")) type.power_typical_w = amount(from, "power_typical_w");
    if (type.power_nameplate_w && type.power_typical_w && *type.power_typical_w > *type.power_nameplate_w) {
      throw Error::invalid(from.at("power_typical_w"), "must not be more than power_nameplate_w");
    }
    type.inlets = from.integer("inlets", 0, 8, type.inlets);
    if (from.has("part_number")) type.part_number = maybe_line(from, "part_number", 100);
    return type;
  } catch (const Error& error) {
    return error;
  }
}

base::Result<Asset> asset_from_json(const json::value& json, SiteId site, std::optional<Asset> before, const Inventory& inventory,
                                    const Catalogue& catalogue, std::string pointer) {
  try {
    auto asset = before.value_or(Asset{});
    asset.site = site;
    AssetReader(inventory, catalogue).read(json, std::move(pointer), asset, !before);
    return asset;
  } catch (const Error& error) {
    return error;
  }
}

base::Result<Asset> moved(Asset asset, std::optional<RackId> rack, const json::value& position, const Inventory& inventory,
                          const Catalogue& catalogue, std::string pointer) {
  try {
    const AssetReader reader(inventory, catalogue);
    reader.put_in_rack(asset, rack, pointer + "/rack_id");
    reader.place(asset, &position, reader.type_of(asset), false, pointer + "/position");
    return asset;
  } catch (const Error& error) {
    return error;
  }
}

std::optional<DeviceTypeId> named_type(const json::value& json) {
  const auto* object = json.if_object();
  const auto* id = object ? object->if_contains("device_type_id") : nullptr;
  if (!id || !id->is_int64() || id->get_int64() < 1 || id->get_int64() > 2'147'483'647) return std::nullopt;
  return DeviceTypeId{static_cast<std::int32_t>(id->get_int64())};
}

base::Result<RackLimits> rack_limits_from_json(const json::value& json, RackLimits limits) {
  try {
    const ObjectReader from(json, "", {"height_u", "rated_power_kw", "feed_rating_kw", "weight_limit_kg", "cooling_kw"});
    limits.height_u = from.integer("height_u", 1, 100, limits.height_u);
    if (from.has("rated_power_kw")) limits.rated_power_kw = from.positive("rated_power_kw");
    if (from.has("feed_rating_kw")) limits.feed_rating_kw = from.positive("feed_rating_kw");
    if (from.has("weight_limit_kg")) limits.weight_limit_kg = from.positive("weight_limit_kg");
    if (from.has("cooling_kw")) limits.cooling_kw = from.positive("cooling_kw");
    return limits;
  } catch (const Error& error) {
    return error;
  }
}

base::Result<Reservation> reservation_from_json(const json::value& json, int rack_height_u, base::Timestamp now, std::string pointer) {
  try {
    const ObjectReader from(json, std::move(pointer),
                            {"u", "height_u", "face", "side", "kind", "owner", "reason", "expires_at", "device_type_id", "power_w", "weight_kg"});
    Reservation out;
    if (!from.find("u")) throw Error::invalid(from.at("u"), "is missing: the lowest U");
    out.position.u = from.integer("u", 1, 100, 1);
    out.position.height_u = from.integer("height_u", 1, 100, 1);
    out.position.face = from.find("face") ? enum_of<Face>(from, "face", kFaces) : Face::both;
    out.position.side = from.find("side") ? enum_of<Side>(from, "side", kSides) : Side::full;
    check_height(out.position, rack_height_u, "the rack", from.pointer());
    out.blocked = from.find("kind") && one_of(from, "kind", kReservationKinds) == "blocked";
    out.owner = line(from, "owner", 100, "");
    if (!out.blocked && out.owner.empty()) throw Error::invalid(from.at("owner"), "is missing: for whom it is kept free");
    out.reason = line(from, "reason", 500, "");
    if (from.find("expires_at")) {
      const auto time = base::from_rfc3339(from.text("expires_at", 40));
      if (!time) throw Error::invalid(from.at("expires_at"), time.error().message);
      if (*time <= now) throw Error::invalid(from.at("expires_at"), "must lie ahead");
      out.expires_at = *time;
    }
    if (from.find("device_type_id")) out.type = DeviceTypeId{from.integer("device_type_id", 1, std::numeric_limits<std::int32_t>::max(), 0)};
    for (const auto& [key, amount] : {std::pair("power_w", &out.power_w), {"weight_kg", &out.weight_kg}}) {
      *amount = from.number(key);
      if (*amount && **amount < 0) throw Error::invalid(from.at(key), "must not be negative");
    }
    return out;
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dcim::core
