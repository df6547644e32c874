#include "simulators/bots/site_model.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <sstream>

namespace dcim::bots {
namespace {

using base::Error;
using base::Result;

struct TypeName {
  BotType type;
  std::string_view bot, device;  // on the command line, and in the site's document
};
constexpr std::array kTypes{
    TypeName{BotType::temperature, "temperature", "temperature-sensor"},
    TypeName{BotType::pdu, "pdu", "pdu"},
    TypeName{BotType::ups, "ups", "ups"},
    TypeName{BotType::battery, "battery", "battery-monitor"},
    TypeName{BotType::crac, "crac", "crac"},
    TypeName{BotType::leak, "leak", "leak-sensor"},
    TypeName{BotType::meter, "meter", "power-meter"},
    TypeName{BotType::weather, "weather", "weather-station"},
};

struct KindName {
  ElementKind kind;
  std::string_view name;
};
constexpr std::array kElementKinds{
    KindName{ElementKind::source, "source"},
    KindName{ElementKind::generator, "generator"},
    KindName{ElementKind::switchboard, "switchboard"},
    KindName{ElementKind::transformer, "transformer"},
    KindName{ElementKind::transfer_switch, "transfer-switch"},
    KindName{ElementKind::ups, "ups"},
    KindName{ElementKind::panel, "panel"},
    KindName{ElementKind::rack_feed, "rack-feed"},
    KindName{ElementKind::load, "load"},
};
// What devices of these roles take they hand on.
constexpr std::array<std::string_view, 4> kPassPowerOn{"pdu", "ups", "ats", "rpp"};

// The first thing that is wrong is thrown to read_site, its only caller.
std::string text(const toml::table& table, const char* key, const std::string& where, std::optional<std::string> otherwise = {}) {
  if (const auto value = table[key].value<std::string>(); value && !value->empty()) return *value;
  if (otherwise && !table.contains(key)) return *otherwise;
  throw Error::invalid(where + "/" + key, "must be a string");
}

template <class Each>
void each(const toml::table& table, const char* key, const std::string& where, Each each_one) {
  const auto* node = table.get(key);
  if (!node) return;
  const auto* list = node->as_array();
  if (!list) throw Error::invalid(where + "/" + key, "must be a list of tables");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto* element = (*list)[i].as_table();
    const auto at = where + "/" + key + "/" + std::to_string(i);
    if (!element) throw Error::invalid(at, "must be a table");
    each_one(*element, at);
  }
}

class SiteReader {
 public:
  SiteModel read(const toml::table& root) {
    const auto* site = root["site"].as_table();
    if (!site) throw Error::invalid("/site", "is missing");
    out_.code = text(*site, "code", "/site");
    out_.time_zone = text(*site, "time_zone", "/site", "UTC");
    each(root, "device_types", "", [&](const toml::table& type, const std::string& at) {
      auto& typical_w = typical_w_[text(type, "manufacturer", at) + " " + text(type, "model", at)];
      typical_w = type["power_typical_w"].value<double>().value_or(type["power_nameplate_w"].value_or(0.0));
    });
    devices(root, "", "", "");
    each(root, "rooms", "", [&](const toml::table& room, const std::string& at) {
      const auto code = text(room, "code", at);
      devices(room, at, code, "");
      each(room, "racks", at,
           [&](const toml::table& rack, const std::string& rack_at) { devices(rack, rack_at, code, text(rack, "name", rack_at)); });
    });
    power(root);
    wire(out_);
    return std::move(out_);
  }

 private:
  void devices(const toml::table& parent, const std::string& where, const std::string& room, const std::string& rack) {
    const auto first = out_.units.size();
    double drawn_w = 0, a_only_w = 0, b_only_w = 0;
    each(parent, "devices", where, [&](const toml::table& device, const std::string& at) {
      const auto role = text(device, "type", at);
      const double typical_w = drawn_by(device, role);
      const auto feeds = device["feeds"].value_or<std::string_view>("AB");
      drawn_w += typical_w;
      if (feeds == "A") a_only_w += typical_w;
      if (feeds == "B") b_only_w += typical_w;
      const auto type = std::ranges::find(kTypes, role, &TypeName::device);
      if (type == kTypes.end() || !device.contains("topic")) return;  // no bot plays it
      UnitConfig unit{type->type, text(device, "name", at), text(device, "topic", at), device["interval_s"].value_or(60.0), room, rack, {}, {}};
      if (unit.interval_s <= 0) throw Error::invalid(at + "/interval_s", "must be greater than 0");
      out_.units.push_back(std::move(unit));
    });
    for (auto i = first; i < out_.units.size() && drawn_w > 0; ++i) out_.units[i].cords = {a_only_w / drawn_w, b_only_w / drawn_w};
  }

  // What a device draws on an ordinary day.
  double drawn_by(const toml::table& device, const std::string& role) const {
    if (device["status"].value_or<std::string_view>("active") != "active" || std::ranges::find(kPassPowerOn, role) != kPassPowerOn.end()) return 0;
    const auto typical = typical_w_.find(device["device_type"].value_or(std::string()));
    return typical == typical_w_.end() ? 0 : typical->second;
  }

  struct Listed {
    PowerElement element;
    std::vector<std::string> inputs;
    std::string at;
    enum { unseen, open, placed } state = unseen;
    std::size_t index = 0;  // once it is placed
  };

  void power(const toml::table& root) {
    std::vector<Listed> listed;
    each(root, "power", "", [&](const toml::table& table, const std::string& at) {
      auto& [element, inputs, where, state, index] = listed.emplace_back();
      where = at;
      element.name = text(table, "name", at);
      if (std::ranges::count(listed, element.name, [](const auto& one) { return one.element.name; }) > 1)
        throw Error::invalid(at + "/name", "\"" + element.name + "\" is another element's already");
      const auto kind = std::ranges::find(kElementKinds, text(table, "kind", at), &KindName::name);
      if (kind == kElementKinds.end()) throw Error::invalid(at + "/kind", "\"" + text(table, "kind", at) + "\" is no kind of element");
      element.kind = kind->kind;
      element.room = text(table, "room", at, "");
      element.rack = text(table, "rack", at, "");
      element.device = text(table, "device", at, "");
      element.rated_kw = table["rated_kw"].value<double>();
      if (element.rated_kw && *element.rated_kw <= 0) throw Error::invalid(at + "/rated_kw", "must be greater than 0");
      if (element.kind == ElementKind::rack_feed) {
        const auto side = text(table, "side", at);
        if (side != "A" && side != "B") throw Error::invalid(at + "/side", "must be A or B");
        if (element.room.empty() || element.rack.empty()) throw Error::invalid(at + "/rack", "and room are needed for a rack-feed");
        element.side = side[0];
      }
      const auto* from = table.get("inputs");
      if (from && !from->is_array()) throw Error::invalid(at + "/inputs", "must be a list of names");
      for (std::size_t i = 0; from && i < from->as_array()->size(); ++i) {
        const auto name = (*from->as_array())[i].value<std::string>();
        if (!name) throw Error::invalid(at + "/inputs/" + std::to_string(i), "must be a string");
        inputs.push_back(*name);
      }
    });
    for (auto& one : listed) place(one, listed);
  }

  // Those that it draws from first: the list is in the order of the power.
  std::size_t place(Listed& one, std::vector<Listed>& all) {
    if (one.state == Listed::placed) return one.index;
    if (one.state == Listed::open) throw Error::invalid(one.at + "/inputs", "lead back to \"" + one.element.name + "\"");
    one.state = Listed::open;
    for (std::size_t i = 0; i < one.inputs.size(); ++i) {
      const auto from = std::ranges::find(all, one.inputs[i], [](const auto& other) { return other.element.name; });
      if (from == all.end()) throw Error::invalid(one.at + "/inputs/" + std::to_string(i), "\"" + one.inputs[i] + "\" is no element");
      one.element.inputs.push_back(place(*from, all));
    }
    one.state = Listed::placed;
    one.index = out_.power.size();
    out_.power.push_back(one.element);
    return one.index;
  }

  SiteModel out_;
  std::map<std::string, double> typical_w_;  // by the device type's name
};

}  // namespace

std::string_view name_of(BotType type) { return std::ranges::find(kTypes, type, &TypeName::type)->bot; }

Result<BotType> bot_type_from(const std::string& name) {
  const auto it = std::ranges::find(kTypes, name, &TypeName::bot);
  if (it != kTypes.end()) return it->type;
  std::string all;
  for (const auto& type : kTypes) all += (all.empty() ? "" : ", ") + std::string(type.bot);
  return Error::invalid("type", "must be one of " + all + ", not \"" + name + "\"");
}

std::string UnitConfig::unit() const {
  const auto last = topic.rfind('/');
  const auto before = topic.rfind('/', last - 1);
  return topic.substr(before + 1, last - before - 1);
}

const UnitConfig* SiteModel::find(BotType type, const std::string& name) const {
  const auto it = std::ranges::find_if(units, [&](const auto& unit) { return unit.type == type && (unit.name == name || unit.unit() == name); });
  return it == units.end() ? nullptr : &*it;
}

std::vector<const UnitConfig*> SiteModel::all(BotType type) const {
  std::vector<const UnitConfig*> out;
  for (const auto& unit : units) {
    if (unit.type == type) out.push_back(&unit);
  }
  return out;
}

std::vector<const UnitConfig*> SiteModel::in_room(BotType type, const std::string& room) const {
  auto out = all(type);
  std::erase_if(out, [&](const auto* unit) { return unit->room != room; });
  return out;
}

const UnitConfig* SiteModel::of_rack(BotType type, const std::string& room, const std::string& rack) const {
  for (const auto& unit : units) {
    if (unit.type == type && unit.room == room && unit.rack == rack) return &unit;
  }
  return nullptr;
}

std::vector<std::string> SiteModel::racks_of(const std::string& room) const {
  std::vector<std::string> out;
  for (const auto& unit : units) {
    if (unit.room == room && !unit.rack.empty() && std::ranges::find(out, unit.rack) == out.end()) out.push_back(unit.rack);
  }
  return out;
}

int SiteModel::zone_of_rack(const std::string& room, const std::string& rack) const {
  const auto racks = racks_of(room);
  const auto zones = std::max<std::size_t>(1, in_room(BotType::crac, room).size());
  const auto index = static_cast<std::size_t>(std::ranges::find(racks, rack) - racks.begin());
  return racks.empty() ? 0 : static_cast<int>(std::min(zones - 1, index * zones / racks.size()));
}

Result<SiteModel> read_site(const std::filesystem::path& file) {
  try {
    return SiteReader().read(toml::parse_file(file.string()));
  } catch (const Error& error) {
    return Error::invalid(file.string() + ": " + error.field, error.message);
  } catch (const toml::parse_error& error) {
    std::ostringstream what;
    what << "line " << error.source().begin.line << ": " << error.description();
    return Error::invalid(file.string(), what.str());
  }
}

SiteModel usual_site(BotType type, const std::string& site, const std::string& room, const std::string& rack, const std::string& unit) {
  const auto dc = "dc/" + site + "/";
  const auto in_rack = dc + room + "/rack-" + rack + "/";
  const auto named = [&](const char* usual) { return unit.empty() ? std::string(usual) : unit; };
  SiteModel out;
  out.code = site;
  out.units = {{BotType::temperature, rack + " climate", in_rack + "temperature", 30, room, rack},
               {BotType::pdu, rack + " PDU", in_rack + "power", 60, room, rack}};
  if (type == BotType::ups || type == BotType::battery) {
    out.units.push_back({BotType::ups, named("ups-01"), dc + "power/" + named("ups-01") + "/status", 60, "", ""});
    out.units.push_back({BotType::battery, named("ups-01") + " battery", dc + "power/" + named("ups-01") + "/battery", 300, "", ""});
  }
  if (type == BotType::crac) out.units.push_back({type, named("crac-01"), dc + "cooling/" + named("crac-01") + "/status", 60, room, ""});
  if (type == BotType::leak) out.units.push_back({type, named("leak-01"), dc + room + "/" + named("leak-01") + "/status", 300, room, ""});
  if (type == BotType::meter) out.units.push_back({type, named("meter-main"), dc + "power/" + named("meter-main") + "/status", 60, "", ""});
  if (type == BotType::weather) out.units.push_back({type, named("weather"), dc + "weather/" + named("station-01") + "/status", 300, "", ""});
  wire(out);
  return out;
}

}  // namespace dcim::bots
