#include "core/site_document.h"

#include <algorithm>
#include <limits>
#include <set>

#include "core/inventory.h"
#include "core/json_reader.h"

namespace dcim::core {
namespace {

using base::Error;

bool is_word(std::string_view text, std::string_view also, bool may_start_with_digit) {
  if (text.empty() || text.size() > 63) return false;
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!lower(text[0]) && !(may_start_with_digit && digit(text[0]))) return false;
  return std::ranges::all_of(text, [&](char c) { return lower(c) || digit(c) || also.find(c) != also.npos; });
}

std::string read_kind(const ObjectReader& from, std::string_view key) {
  auto text = from.text(key, 63);
  if (!is_word(text, "-", false)) throw Error::invalid(from.at(key), "may hold a-z, 0-9 and - only");
  return text;
}

std::string read_topic(const ObjectReader& from, const std::string& site_code) {
  auto text = from.text("topic", 512);
  if (!text.starts_with("dc/" + site_code + "/")) throw Error::invalid(from.at("topic"), "must start with dc/" + site_code + "/");
  const auto wrong = [](char c) { return c == '#' || c == '+' || static_cast<unsigned char>(c) < 0x20; };
  if (std::ranges::any_of(text, wrong)) throw Error::invalid(from.at("topic"), "must hold no wildcard and no control character");
  if (reserved_topic(text)) throw Error::invalid(from.at("topic"), "must not end with /availability, /set or /ack");
  return text;
}

// All but its topic.
SensorDocument read_sensor(const ObjectReader& from) {
  SensorDocument out;
  out.pointer = from.pointer();
  out.name = from.text("name", 200);
  out.kind = read_kind(from, "kind");
  out.unit = from.text("unit", 16, "");
  if (!from.find("unit")) throw Error::invalid(from.at("unit"), "is missing; \"\" for a figure without one");
  out.field = from.text("field", 256, "/value");
  if (!out.field.empty() && out.field[0] != '/') throw Error::invalid(from.at("field"), "must be a JSON Pointer such as /value, or empty");
  out.scale = from.number("scale").value_or(1);
  if (out.scale == 0) throw Error::invalid(from.at("scale"), "must not be 0");
  out.offset = from.number("offset").value_or(0);
  out.interval_s = from.positive("interval_s");
  return out;
}

class DocumentReader {
 public:
  SiteDocument read(const json::value& value) {
    const ObjectReader root(value, "", {"site", "device_types", "rooms", "devices", "power"});
    const auto* head = root.find("site");
    if (!head) throw Error::invalid("/site", "is missing");
    const ObjectReader site(*head, "/site", {"code", "name", "time_zone", "simulated"});
    SiteDocument out;
    out.code = code(site);
    out.name = site.text("name", 200);
    out.time_zone = time_zone(site);
    out.simulated = site.boolean("simulated", false);
    site_code_ = out.code;
    out.device_types = root.list("device_types", false, [&](const json::value& v, const std::string& at) {
      auto type = device_type_from_json(v, std::nullopt, at);
      if (!type) throw type.error();
      once(device_types_, type->name(), at + "/model");
      return std::move(*type);
    });
    out.rooms = root.list("rooms", true, [&](const json::value& v, std::string at) { return room(v, std::move(at)); });
    out.devices = devices(root);
    if (const auto* power = root.find("power")) out.power = read_power_documents(*power, "/power");
    return out;
  }

 private:
  static std::string code(const ObjectReader& from) {
    auto text = from.text("code", 63);
    if (!is_word(text, "-_", true)) throw Error::invalid(from.at("code"), "may hold a-z, 0-9, - and _ only");
    return text;
  }

  static std::string time_zone(const ObjectReader& site) {
    auto text = site.text("time_zone", 64);
    const auto ok = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '_' || c == '-' || c == '+'; };
    if (!std::ranges::all_of(text, ok)) throw Error::invalid(site.at("time_zone"), "must be an IANA time zone such as Europe/Berlin");
    return text;
  }

  static void once(std::set<std::string>& seen, const std::string& what, const std::string& pointer) {
    if (!seen.insert(what).second) throw Error::invalid(pointer, "\"" + what + "\" stands twice");
  }

  RoomDocument room(const json::value& value, std::string pointer) {
    const ObjectReader from(value, std::move(pointer), {"code", "name", "racks", "devices", "plan"});
    RoomDocument out;
    out.code = code(from);
    out.name = from.text("name", 200);
    once(room_codes_, out.code, from.at("code"));
    once(room_names_, out.name, from.at("name"));
    std::set<std::string> names;
    out.racks = from.list("racks", false, [&](const json::value& v, std::string at) {
      auto rack = this->rack(v, at);
      once(names, rack.name, at + "/name");
      return rack;
    });
    out.devices = devices(from, &names);
    if (const auto* plan = from.find("plan")) out.plan = read_plan(*plan, from.at("plan"));
    return out;
  }

  static PlanDocument read_plan(const json::value& value, std::string pointer) {
    const ObjectReader from(value, std::move(pointer), {"width_m", "depth_m", "ashrae_class", "aisles"});
    PlanDocument out;
    out.pointer = from.pointer();
    out.width_m = read_room_size(from, "width_m");
    out.depth_m = read_room_size(from, "depth_m");
    if (from.find("ashrae_class")) out.ashrae_class = read_ashrae_class(from, AshraeClass::a1);
    if (from.find("aisles")) out.aisles = read_aisles(from);
    return out;
  }

  RackDocument rack(const json::value& value, std::string pointer) {
    const ObjectReader from(
        value, std::move(pointer),
        {"name", "height_u", "rated_power_kw", "feed_rating_kw", "weight_limit_kg", "cooling_kw", "reservations", "devices", "row", "placement"});
    RackDocument out;
    out.pointer = from.pointer();
    out.name = from.text("name", 100);
    out.limits = {from.integer("height_u", 1, 100, 42), from.positive("rated_power_kw"), from.positive("feed_rating_kw"),
                  from.positive("weight_limit_kg"), from.positive("cooling_kw")};
    from.list("reservations", false, [&](const json::value& v, const std::string&) { return out.reservations.emplace_back(v).is_object(); });
    out.row = read_row(from);
    if (const auto* placement = from.find("placement")) {
      out.placement = read_placement(*placement, from.at("placement"), {0, 0, 0, kRackWidth_m, kRackDepth_m});
    }
    in_rack_ = true;
    out.devices = devices(from);
    in_rack_ = false;
    return out;
  }

  // `racks`: those of the room that the devices stand in themselves; null for devices that stand in a rack, or in no room.
  std::vector<DeviceDocument> devices(const ObjectReader& parent, const std::set<std::string>* racks = nullptr) {
    return parent.list("devices", false, [&](const json::value& v, std::string at) { return device(v, std::move(at), racks); });
  }

  DeviceDocument device(const json::value& value, std::string pointer, const std::set<std::string>* racks) {
    const ObjectReader from(value, std::move(pointer),
                            {"name",   "type",      "topic", "interval_s", "sensors",      "placement", "serves",         "device_type",
                             "serial", "asset_tag", "ip",    "status",     "install_date", "owner",     "warranty_until", "notes",
                             "tags",   "feeds",     "mount", "u",          "height_u",     "face",      "side",           "power_sensor"});
    DeviceDocument out;
    out.pointer = from.pointer();
    out.name = from.text("name", 200);
    once(device_names_, out.name, from.at("name"));
    out.type = read_kind(from, "type");
    if (from.find("topic")) {
      out.topic = topic(from, {});
      once(device_topics_, out.topic, from.at("topic"));
    }
    read_asset(from, out);
    out.interval_s = from.positive("interval_s").value_or(60);
    read_place(from, racks, out);
    std::set<std::string> names;
    out.sensors = from.list("sensors", !out.topic.empty(), [&](const json::value& v, std::string at) {
      auto sensor = this->sensor(v, at, out);
      once(names, sensor.name, at + "/name");
      return sensor;
    });
    if (from.find("power_sensor")) {
      const auto name = from.text("power_sensor", 200);
      const auto it = std::ranges::find(out.sensors, name, &SensorDocument::name);
      if (it == out.sensors.end()) throw Error::invalid(from.at("power_sensor"), "there is no such sensor in this device");
      if (it->unit != "W" && it->unit != "kW") throw Error::invalid(from.at("power_sensor"), "must measure in W or kW, not in \"" + it->unit + "\"");
      out.asset["power_sensor"] = name;
    }
    if (out.topic.empty() && !out.sensors.empty()) throw Error::invalid(from.at("topic"), "is missing: what it publishes on");
    return out;
  }

  // Checked when it is imported, where racks and device types are known.
  void read_asset(const ObjectReader& from, DeviceDocument& out) const {
    if (from.find("device_type")) from.text("device_type", 201);
    for (const auto* key :
         {"device_type", "serial", "asset_tag", "ip", "status", "install_date", "owner", "warranty_until", "notes", "tags", "feeds"}) {
      if (const auto* value = from.find(key)) out.asset[key] = *value;
    }
    json::object position;
    for (const auto* key : {"mount", "u", "height_u", "face", "side"}) {
      const auto* value = from.find(key);
      if (!value) continue;
      if (!in_rack_) throw Error::invalid(from.at(key), "goes with a device that stands in a rack");
      position[key] = *value;
    }
    if (!position.empty()) out.asset["position"] = std::move(position);
  }

  static void read_place(const ObjectReader& from, const std::set<std::string>* racks, DeviceDocument& out) {
    for (const auto* key : {"placement", "serves"}) {
      if (from.find(key) && (!racks || out.topic.empty())) {
        throw Error::invalid(from.at(key), "goes with a device that publishes and stands in a room, outside of racks");
      }
    }
    if (const auto* placement = from.find("placement")) out.placement = read_placement(*placement, from.at("placement"), usual_size(out.type));
    out.serves = from.list("serves", false, [&](const json::value& v, const std::string& at) {
      if (!v.is_string()) throw Error::invalid(at, "must be a rack's name");
      std::string name(v.get_string().data(), v.get_string().size());
      if (!racks->contains(name)) throw Error::invalid(at, "there is no rack " + name + " in this room's document");
      return name;
    });
  }

  SensorDocument sensor(const json::value& value, std::string pointer, const DeviceDocument& device) {
    const ObjectReader from(value, std::move(pointer), {"name", "kind", "unit", "topic", "field", "scale", "offset", "interval_s"});
    auto out = read_sensor(from);
    out.topic = topic(from, device.topic);
    once(fields_, out.topic + " " + out.field, from.pointer());
    return out;
  }

  std::string topic(const ObjectReader& from, std::optional<std::string> otherwise) const {
    if (!from.find("topic") && otherwise) return *otherwise;
    return read_topic(from, site_code_);
  }

  std::string site_code_;
  bool in_rack_ = false;
  std::set<std::string> room_codes_, room_names_, device_types_, device_names_, device_topics_, fields_;
};

// The plan's part for a rack or unit, put there when it has none yet.
template <class Part, class Id>
Part& part_of(std::vector<Part>& parts, Id id) {
  const auto it = std::ranges::find(parts, id, &Part::id);
  if (it != parts.end()) return *it;
  parts.push_back({});
  parts.back().id = id;
  return parts.back();
}

// Null for one that people have renamed or taken elsewhere since.
template <class Thing>
const Thing* named(const std::vector<Thing>& things, const std::string& name) {
  const auto it = std::ranges::find(things, name, &Thing::name);
  return it == things.end() ? nullptr : &*it;
}

void put_in(const PlanDocument& said, RoomPlan& plan) {
  plan.width_m = said.width_m.value_or(plan.width_m);
  plan.depth_m = said.depth_m.value_or(plan.depth_m);
  plan.ashrae_class = said.ashrae_class.value_or(plan.ashrae_class);
  if (said.aisles) plan.aisles = *said.aisles;
}

bool places_something(const RoomDocument& room) {
  const auto placed = [](const auto& part) { return part.placement.has_value(); };
  return std::ranges::any_of(room.racks, placed) || std::ranges::any_of(room.devices, placed);
}

}  // namespace

bool has_plan(const RoomDocument& room) {
  return room.plan || places_something(room) || std::ranges::any_of(room.racks, [](const auto& rack) { return rack.row.has_value(); }) ||
         std::ranges::any_of(room.devices, [](const auto& device) { return !device.serves.empty(); });
}

base::Result<RoomPlan> plan_with(const RoomDocument& room, const std::string& room_pointer, std::optional<RoomPlan> before, RoomContents contents) {
  const auto pointer = room.plan ? room.plan->pointer : room_pointer + "/plan";
  RoomPlan plan;
  if (before) {
    plan = std::move(*before);
    for (auto& rack : plan.racks) rack.pointer.clear();
    for (auto& unit : plan.units) unit.pointer.clear();
  } else if (!places_something(room)) {
    for (const auto& rack : room.racks) std::ranges::find(contents.racks, rack.name, &RoomContents::Rack::name)->row = rack.row;
    plan = automatic_plan(contents);
  } else if (!room.plan || !room.plan->width_m || !room.plan->depth_m) {
    return Error::invalid(pointer, "must have width_m and depth_m: racks are placed in the room");
  }
  if (room.plan) put_in(*room.plan, plan);
  for (const auto& rack : room.racks) {
    auto& part = part_of(plan.racks, named(contents.racks, rack.name)->id);
    part.pointer = rack.pointer;
    if (rack.row) part.row = rack.row;
    if (rack.placement) part.placement = rack.placement;
  }
  for (const auto& device : room.devices) {
    const auto* unit = named(contents.units, device.name);
    if (!unit) continue;
    auto& part = part_of(plan.units, unit->id);
    part.pointer = device.pointer;
    if (device.placement) part.placement = device.placement;
    if (device.serves.empty()) continue;
    part.serves.clear();
    for (const auto& rack : device.serves) part.serves.push_back(named(contents.racks, rack)->id);
  }
  plan = completed(std::move(plan), contents);
  const auto possible = check_geometry(plan, contents, pointer);
  if (!possible) return possible.error();
  return plan;
}

std::string pointer_in_document(std::string pointer) {
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>("/position/", "/"), {"/position", "/u"}, {"/device_type_id", "/device_type"}, {"/role", "/type"}}) {
    const auto at = pointer.rfind(from);
    if (at != pointer.npos && (from.back() == '/' || at + from.size() == pointer.size())) return pointer.replace(at, from.size(), to);
  }
  return pointer;
}

base::Result<SiteDocument> parse_site_document(const json::value& value) {
  try {
    return DocumentReader().read(value);
  } catch (const Error& error) {
    return error;
  }
}

base::Result<Adoption> adoption_from_json(const json::value& value, const std::string& site_code) {
  try {
    const ObjectReader from(value, "", {"topic", "device", "device_id", "sensors"});
    Adoption out;
    out.topic = read_topic(from, site_code);
    const auto* device = from.find("device");
    if (static_cast<bool>(device) == static_cast<bool>(from.find("device_id"))) {
      throw Error::invalid(from.at("device"), "give a new device, or the device_id of one that is there");
    }
    if (device) {
      out.new_device = *device;
    } else {
      out.device = DeviceId{from.integer("device_id", 1, std::numeric_limits<std::int32_t>::max(), 0)};
    }
    std::set<std::string> fields, names;
    out.sensors = from.list("sensors", true, [&](const json::value& one, std::string at) {
      const ObjectReader sensor(one, std::move(at), {"field", "name", "kind", "unit", "scale", "offset", "interval_s"});
      auto read = read_sensor(sensor);
      read.topic = out.topic;
      if (!fields.insert(read.field).second) throw Error::invalid(sensor.at("field"), "is twice in the list");
      if (!names.insert(read.name).second) throw Error::invalid(sensor.at("name"), "is twice in the list");
      return read;
    });
    if (out.sensors.empty()) throw Error::invalid(from.at("sensors"), "must name at least one");
    if (out.sensors.size() > 500) throw Error::invalid(from.at("sensors"), "at most 500");
    return out;
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dcim::core
