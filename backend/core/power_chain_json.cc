// Elements of the power chain as people write them: to the API with ids, in site documents with names.
#include <algorithm>
#include <boost/json/value_from.hpp>
#include <limits>
#include <set>

#include "core/json_reader.h"
#include "core/power_chain.h"

namespace dcim::core {
namespace {

using base::Error;
namespace json = boost::json;

constexpr int kMostId = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t kMostInputs = 8, kMostElements = 50'000;

std::string list_of(auto names) {
  std::string out;
  for (const auto name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

LossModel read_losses(const json::value& value, std::string pointer) {
  const ObjectReader from(value, std::move(pointer), {"no_load", "proportional", "square"});
  LossModel out;
  for (const auto& [key, to] : {std::pair{"no_load", &out.no_load}, {"proportional", &out.proportional}, {"square", &out.square}}) {
    *to = from.number(key).value_or(0);
    if (*to < 0 || *to > 0.5) throw Error::invalid(from.at(key), "must be a share of the rating from 0 to 0.5");
  }
  return out;
}

template <class IdType, class Find>
std::optional<IdType> read_id(const ObjectReader& from, std::string_view key, SiteId site, const char* what, Find find) {
  if (!from.find(key)) return std::nullopt;
  const IdType id{from.integer(key, 1, kMostId, 0)};
  const auto* found = find(id);
  if (!found || found->site_id != site) throw Error::invalid(from.at(key), std::string("there is no ") + what + " " + std::to_string(id.value));
  return id;
}

// What people say only in part is completed by what was there before.
json::object with_before(const json::value& value, const std::optional<PowerElement>& before, const std::string& pointer) {
  const auto* said = value.if_object();
  if (!said) throw Error::invalid(pointer, "must be an object");
  if (!before) return *said;
  auto out = json_of(*before);
  for (const auto& [key, member] : *said) out[key] = member;
  return out;
}

void check_place(const PowerElement& element, const ObjectReader& from, const Inventory& inventory) {
  const bool feed = element.kind == ElementKind::rack_feed;
  if (feed && !element.rack) throw Error::invalid(from.at("rack_id"), "is required: the rack that it feeds");
  if (feed && element.side == Feeds::unknown) throw Error::invalid(from.at("side"), "is required of a rack feed: A or B");
  if (element.rack && element.room && inventory.rack(*element.rack)->room_id != *element.room) {
    throw Error::invalid(from.at("rack_id"), "does not stand in that room");
  }
  const bool root = element.kind == ElementKind::source || element.kind == ElementKind::generator;
  if (root && !element.inputs.empty())
    throw Error::invalid(from.at("inputs"), "must be empty: a " + std::string(name_of(element.kind)) + " draws from nothing");
  if ((element.kind == ElementKind::load) != element.load_kind.has_value()) {
    throw Error::invalid(from.at("load_kind"), element.load_kind
                                                   ? "goes with a load"
                                                   : "is required of a load: " + list_of(std::array{"it", "cooling", "lighting", "other"}));
  }
}

PowerElement read_element(const json::object& object, SiteId site, const Inventory& inventory, std::string pointer) {
  const json::value value(object);
  const ObjectReader from(value, std::move(pointer),
                          {"name", "kind", "room_id", "rack_id", "side", "inputs", "device_id", "phases", "voltage_v", "rated_kw", "breaker_a",
                           "continuous", "losses", "load_kind", "sensors"});
  PowerElement out;
  out.name = from.text("name", 100);
  const auto kind = element_kind_from(from.text("kind", 63));
  if (!kind) {
    std::vector<std::string_view> names;
    names.reserve(kElementKinds.size());
    for (const auto each : kElementKinds) names.push_back(name_of(each));
    throw Error::invalid(from.at("kind"), "must be one of " + list_of(names));
  }
  out.kind = *kind;
  out.rack = read_id<RackId>(from, "rack_id", site, "rack", [&](RackId id) { return inventory.rack(id); });
  out.room = read_id<RoomId>(from, "room_id", site, "room", [&](RoomId id) { return inventory.room(id); });
  if (out.rack && !out.room) out.room = inventory.rack(*out.rack)->room_id;
  if (from.find("side")) {
    out.side = feeds_of(from.text("side", 2)).value_or(Feeds::ab);
    if (out.side != Feeds::a && out.side != Feeds::b) throw Error::invalid(from.at("side"), "must be A or B");
  }
  std::set<std::int32_t> seen;
  out.inputs = from.list("inputs", false, [&](const json::value& each, const std::string& at) {
    const auto* id = each.if_int64();
    if (!id || *id < 1 || *id > kMostId) throw Error::invalid(at, "must be an element's id");
    if (!seen.insert(static_cast<std::int32_t>(*id)).second) throw Error::invalid(at, "is twice in the list");
    return PowerElementId{static_cast<std::int32_t>(*id)};
  });
  if (out.inputs.size() > kMostInputs) throw Error::invalid(from.at("inputs"), "at most " + std::to_string(kMostInputs));
  out.device = read_id<DeviceId>(from, "device_id", site, "device that publishes", [&](DeviceId id) { return inventory.device(id); });
  out.phases = from.integer("phases", 1, 3, 3);
  if (out.phases == 2) throw Error::invalid(from.at("phases"), "must be 1 or 3");
  out.voltage_v = from.positive("voltage_v").value_or(230);
  out.rated_kw = from.positive("rated_kw");
  out.breaker_a = from.positive("breaker_a");
  out.continuous = from.positive("continuous").value_or(0.8);
  if (out.continuous > 1) throw Error::invalid(from.at("continuous"), "must be a share of the rating, at most 1");
  if (const auto* losses = from.find("losses")) out.losses = read_losses(*losses, from.at("losses"));
  if (from.find("load_kind")) {
    out.load_kind = load_kind_from(from.text("load_kind", 20));
    if (!out.load_kind) throw Error::invalid(from.at("load_kind"), "must be one of " + list_of(std::array{"it", "cooling", "lighting", "other"}));
  }
  if (const auto* sensors = from.find("sensors")) {
    const ObjectReader measures(*sensors, from.at("sensors"), {"power", "input_power", "energy", "current_l1", "current_l2", "current_l3"});
    for (const auto measure : kMeasures) {
      out.sensors[static_cast<std::size_t>(measure)] =
          read_id<SensorId>(measures, name_of(measure), site, "sensor", [&](SensorId id) { return inventory.sensor(id); });
    }
  }
  check_place(out, from, inventory);
  return out;
}

std::vector<std::string> names_in(const ObjectReader& from, std::string_view key) {
  return from.list(key, false, [&](const json::value& each, const std::string& at) {
    const auto* text = each.if_string();
    if (!text || text->empty()) throw Error::invalid(at, "must be the name of an element");
    return std::string(text->data(), text->size());
  });
}

}  // namespace

base::Result<PowerElement> power_element_from_json(const json::value& value, SiteId site, const Inventory& inventory,
                                                   const std::optional<PowerElement>& before, std::string pointer) {
  try {
    auto out = read_element(with_before(value, before, pointer), site, inventory, pointer);
    if (before) {
      out.id = before->id;
      out.version = before->version;
    }
    return out;
  } catch (const Error& error) {
    return error;
  }
}

json::object json_of(const PowerElement& element) {
  json::object out;
  const auto id = [](const auto& maybe) { return maybe ? json::value(maybe->value) : json::value(nullptr); };
  const auto number = [](std::optional<double> maybe) { return maybe ? json::value(*maybe) : json::value(nullptr); };
  out["name"] = element.name;
  out["kind"] = name_of(element.kind);
  out["room_id"] = id(element.room);
  out["rack_id"] = id(element.rack);
  out["side"] = element.side == Feeds::unknown ? json::value(nullptr) : json::value(name_of(element.side));
  json::array inputs;
  for (const auto input : element.inputs) inputs.emplace_back(input.value);
  out["inputs"] = std::move(inputs);
  out["device_id"] = id(element.device);
  out["phases"] = element.phases;
  out["voltage_v"] = element.voltage_v;
  out["rated_kw"] = number(element.rated_kw);
  out["breaker_a"] = number(element.breaker_a);
  out["continuous"] = element.continuous;
  out["losses"] = element.losses
                      ? json::value(json::object{
                            {"no_load", element.losses->no_load}, {"proportional", element.losses->proportional}, {"square", element.losses->square}})
                      : json::value(nullptr);
  out["load_kind"] = element.load_kind ? json::value(name_of(*element.load_kind)) : json::value(nullptr);
  json::object sensors;
  for (const auto measure : kMeasures) {
    if (element.sensor(measure)) sensors[name_of(measure)] = element.sensor(measure)->value;
  }
  out["sensors"] = std::move(sensors);
  return out;
}

std::vector<PowerElementDocument> read_power_documents(const json::value& list, const std::string& pointer) {
  const auto* array = list.if_array();
  if (!array) throw Error::invalid(pointer, "must be a list");
  if (array->size() > kMostElements) throw Error::invalid(pointer, "at most " + std::to_string(kMostElements) + " elements");
  std::vector<PowerElementDocument> out;
  std::set<std::string> names;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const ObjectReader from((*array)[i], pointer + "/" + std::to_string(i),
                            {"name", "kind", "room", "rack", "side", "inputs", "device", "phases", "voltage_v", "rated_kw", "breaker_a", "continuous",
                             "losses", "load_kind", "sensors"});
    PowerElementDocument element;
    element.pointer = from.pointer();
    element.name = from.text("name", 100);
    if (!names.insert(element.name).second) throw Error::invalid(from.at("name"), "\"" + element.name + "\" stands twice");
    const auto maybe = [&](std::string_view key) { return from.find(key) ? std::optional(from.text(key, 200)) : std::nullopt; };
    element.room = maybe("room");
    element.rack = maybe("rack");
    if (element.rack && !element.room) throw Error::invalid(from.at("room"), "is required: the room that the rack stands in");
    element.device = maybe("device");
    element.inputs = names_in(from, "inputs");
    if (const auto* sensors = from.find("sensors")) {
      if (!element.device) throw Error::invalid(from.at("device"), "is required: the device that the sensors belong to");
      const ObjectReader measures(*sensors, from.at("sensors"), {"power", "input_power", "energy", "current_l1", "current_l2", "current_l3"});
      for (const auto measure : kMeasures) {
        const std::string key(name_of(measure));
        if (measures.find(key)) element.sensors.emplace(key, measures.text(key, 200));
      }
    }
    for (const auto& [key, value] : (*array)[i].get_object()) {
      const std::string_view name(key.data(), key.size());
      const auto named = {"room", "rack", "device", "inputs", "sensors"};
      if (std::ranges::find(named, name) == named.end()) element.rest[key] = value;
    }
    out.push_back(std::move(element));
  }
  for (const auto& element : out) {
    for (std::size_t i = 0; i < element.inputs.size(); ++i) {
      if (!names.contains(element.inputs[i])) {
        throw Error::invalid(element.pointer + "/inputs/" + std::to_string(i), "there is no element \"" + element.inputs[i] + "\" in this document");
      }
    }
  }
  return out;
}

}  // namespace dcim::core
