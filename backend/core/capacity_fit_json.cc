// Reads what is asked for, and which place is to be kept free.
#include "core/capacity_fit.h"
#include "core/json_reader.h"

namespace dcim::core {
namespace {

using base::Error;

template <class Enum>
Enum named(const ObjectReader& from, std::string_view key, std::initializer_list<Enum> values, const char* which) {
  const auto text = from.text(key, 10);
  for (const auto value : values) {
    if (text == name_of(value)) return value;
  }
  throw Error::invalid(from.at(key), std::string("must be ") + which);
}

struct Shape {
  FitRequest request;
  std::optional<DeviceTypeId> type;
};

std::optional<double> amount(const ObjectReader& from, std::string_view key) {
  const auto value = from.number(key);
  if (value && *value < 0) throw Error::invalid(from.at(key), "must not be negative");
  return value;
}

// By its type, or as it is described; what a type says of power and weight may be put right.
Shape read_shape(const ObjectReader& from, const Catalogue& catalogue) {
  Shape out;
  auto& r = out.request;
  if (from.find("device_type_id")) {
    const DeviceTypeId id{from.integer("device_type_id", 1, std::numeric_limits<std::int32_t>::max(), 0)};
    const auto* type = catalogue.find(id);
    if (!type) throw Error::invalid(from.at("device_type_id"), "there is no device type " + std::to_string(id.value));
    for (const auto* key : {"height_u", "width", "full_depth"}) {
      if (from.find(key)) throw Error::invalid(from.at(key), "is the device type's: give one or the other");
    }
    if (type->height_u == 0) throw Error::invalid(from.at("device_type_id"), type->name() + " takes no U: it is mounted at the side of any rack");
    out.type = id;
    r.height_u = type->height_u;
    r.half_width = type->half_width;
    r.full_depth = type->full_depth;
    r.power_w = type->power_typical_w ? type->power_typical_w : type->power_nameplate_w;
    r.weight_kg = type->weight_kg;
  } else {
    if (!from.find("height_u")) throw Error::invalid(from.at("height_u"), "is missing, or a device_type_id");
    r.height_u = from.integer("height_u", 1, kTallestRackU, 1);
    if (from.find("width")) {
      const auto width = from.text("width", 10);
      if (width != "full" && width != "half") throw Error::invalid(from.at("width"), "must be full or half");
      r.half_width = width == "half";
    }
    r.full_depth = from.boolean("full_depth", true);
  }
  if (const auto watts = amount(from, "power_w")) r.power_w = watts;
  if (const auto kg = amount(from, "weight_kg")) r.weight_kg = kg;
  return out;
}

Slot read_slot(const json::value& value, std::string pointer, const Shape& shape, int rack_height_u) {
  const ObjectReader from(value, std::move(pointer), {"u", "height_u", "face", "side"});
  if (!from.find("u")) throw Error::invalid(from.at("u"), "is missing: the lowest U");
  Slot out{from.integer("u", 1, kTallestRackU, 1), from.integer("height_u", 1, kTallestRackU, shape.request.height_u)};
  if (from.find("face")) out.face = named(from, "face", {Face::front, Face::rear, Face::both}, "front, rear or both");
  if (from.find("side")) out.side = named(from, "side", {Side::left, Side::right, Side::full}, "left, right or full");
  if (out.u + out.height_u - 1 > rack_height_u)
    throw Error::invalid(from.at("u"), "reaches above the rack, which has " + std::to_string(rack_height_u) + " U");
  return out;
}

}  // namespace

base::Result<FitRequest> fit_request_from_json(const json::value& value, const Catalogue& catalogue, const Inventory& inventory, SiteId site) {
  try {
    const ObjectReader from(
        value, "",
        {"device_type_id", "height_u", "width", "full_depth", "power_w", "weight_kg", "count", "room_id", "feeds", "contiguous", "spread", "face"});
    auto out = read_shape(from, catalogue).request;
    out.count = from.integer("count", 1, kMostToFit, 1);
    if (from.find("room_id")) {
      const RoomId id{from.integer("room_id", 1, std::numeric_limits<std::int32_t>::max(), 0)};
      const auto* room = inventory.room(id);
      if (!room || room->site_id != site) throw Error::invalid(from.at("room_id"), "there is no room " + std::to_string(id.value) + " at this site");
      out.room = id;
    }
    if (from.find("feeds")) out.feeds = named(from, "feeds", {Feeds::a, Feeds::b, Feeds::ab}, "A, B or AB");
    out.contiguous = from.boolean("contiguous", false);
    out.spread = from.boolean("spread", false);
    if (out.contiguous && out.spread) throw Error::invalid(from.at("spread"), "cannot be together with contiguous");
    if (from.find("face")) {
      out.face = named(from, "face", {Face::front, Face::rear}, "front or rear");
      if (out.full_depth) throw Error::invalid(from.at("face"), "is for what is not of full depth");
    }
    return out;
  } catch (const Error& error) {
    return error;
  }
}

base::Result<std::vector<Reservation>> reservations_from_json(const json::value& value, const Catalogue& catalogue, const Inventory& inventory,
                                                              SiteId site, base::Timestamp now) {
  try {
    const ObjectReader from(value, "",
                            {"device_type_id", "height_u", "width", "full_depth", "power_w", "weight_kg", "racks", "owner", "reason", "expires_at"});
    const auto shape = read_shape(from, catalogue);
    Reservation common;
    common.type = shape.type;
    common.power_w = shape.request.power_w;
    common.weight_kg = shape.request.weight_kg;
    common.owner = from.text("owner", 100);
    common.reason = from.text("reason", 500, "");
    if (from.find("expires_at")) {
      const auto time = base::from_rfc3339(from.text("expires_at", 40));
      if (!time) throw Error::invalid(from.at("expires_at"), time.error().message);
      if (*time <= now) throw Error::invalid(from.at("expires_at"), "must lie ahead");
      common.expires_at = *time;
    }
    std::vector<Reservation> out;
    from.list("racks", true, [&](const json::value& one, const std::string& at) {
      const ObjectReader rack(one, at, {"rack_id", "slots"});
      const RackId id{rack.integer("rack_id", 1, std::numeric_limits<std::int32_t>::max(), 0)};
      const auto* found = inventory.rack(id);
      if (!found || found->site_id != site)
        throw Error::invalid(rack.at("rack_id"), "there is no rack " + std::to_string(id.value) + " at this site");
      rack.list("slots", true, [&](const json::value& slot, std::string pointer) {
        const auto read = read_slot(slot, pointer, shape, found->height_u);
        auto one = common;
        one.rack = id;
        one.position = {Mount::rack, read.u, read.height_u, read.face, read.side};
        one.pointer = std::move(pointer);
        out.push_back(std::move(one));
        return true;
      });
      return true;
    });
    if (out.empty()) throw Error::invalid(from.at("racks"), "names no slot");
    if (out.size() > static_cast<std::size_t>(kMostToFit)) throw Error::invalid(from.at("racks"), "at most " + std::to_string(kMostToFit) + " slots");
    return out;
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dcim::core
