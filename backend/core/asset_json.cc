// Assets as the audit log keeps them, and as the API shows parts of them.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

#include "core/assets.h"

namespace dcim::core {

namespace json = boost::json;

namespace {

template <class T>
json::value maybe(const std::optional<T>& value) {
  return value ? json::value_from(*value) : json::value(nullptr);
}
template <class Tag>
json::value maybe(const std::optional<base::Id<Tag>>& id) {
  return id ? json::value(id->value) : json::value(nullptr);
}

json::string text(std::string_view s) { return json::string(s.data(), s.size()); }

}  // namespace

json::object json_of(const Position& p) {
  json::object out;
  out["mount"] = text(name_of(p.mount));
  if (p.takes_units()) {
    out["u"] = p.u;
    out["height_u"] = p.height_u;
  }
  out["face"] = text(name_of(p.face));
  out["side"] = text(name_of(p.side));
  return out;
}

Position position_of(const json::object& object) {
  const auto text_at = [&](const char* key) {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string().c_str()) : std::string();
  };
  const auto number_at = [&](const char* key) {
    const auto* value = object.if_contains(key);
    return value && value->is_number() ? value->to_number<int>() : 0;
  };
  const auto one_of = [](auto first, int count, const std::string& name) {
    for (int i = 0; i < count; ++i) {
      if (const auto each = static_cast<decltype(first)>(i); name_of(each) == name) return each;
    }
    return first;
  };
  return {one_of(Mount::rack, 3, text_at("mount")), number_at("u"), number_at("height_u"), one_of(Face::front, 3, text_at("face")),
          one_of(Side::left, 3, text_at("side"))};
}

json::object json_of(const Asset& asset, const Inventory& inventory, const Catalogue& catalogue) {
  json::object out;
  const auto* type = asset.type ? catalogue.find(*asset.type) : nullptr;
  const auto* room = asset.room ? inventory.room(*asset.room) : nullptr;
  const auto* rack = asset.rack ? inventory.rack(*asset.rack) : nullptr;
  out["name"] = asset.name;
  out["role"] = asset.role;
  out["device_type_id"] = maybe(asset.type);
  out["device_type"] = type ? json::value(type->name()) : json::value(nullptr);
  out["room_id"] = maybe(asset.room);
  out["room"] = room ? json::value(room->name) : json::value(nullptr);
  out["rack_id"] = maybe(asset.rack);
  out["rack"] = rack ? json::value(rack->name) : json::value(nullptr);
  out["position"] = asset.position ? json::value(json_of(*asset.position)) : json::value(nullptr);
  out["serial"] = maybe(asset.serial);
  out["asset_tag"] = maybe(asset.asset_tag);
  out["ip"] = maybe(asset.ip);
  out["status"] = asset.status;
  out["install_date"] = maybe(asset.install_date);
  out["owner"] = maybe(asset.owner);
  out["warranty_until"] = maybe(asset.warranty_until);
  out["notes"] = maybe(asset.notes);
  out["tags"] = json::value_from(asset.tags);
  out["feeds"] = maybe(asset.feeds);
  out["power_sensor_id"] = maybe(asset.power_sensor);
  return out;
}

json::object json_of(const DeviceType& type) {
  json::object out;
  out["manufacturer"] = type.manufacturer;
  out["model"] = type.model;
  out["role"] = type.role;
  out["height_u"] = type.height_u;
  out["full_depth"] = type.full_depth;
  out["width"] = type.half_width ? "half" : "full";
  out["airflow"] = maybe(type.airflow);
  out["weight_kg"] = maybe(type.weight_kg);
  out["power_nameplate_w"] = maybe(type.power_nameplate_w);
  out["power_typical_w"] = maybe(type.power_typical_w);
  out["inlets"] = type.inlets;
  out["part_number"] = maybe(type.part_number);
  return out;
}

json::object json_of(const RackLimits& limits) {
  json::object out;
  out["height_u"] = limits.height_u;
  out["rated_power_kw"] = maybe(limits.rated_power_kw);
  out["feed_rating_kw"] = maybe(limits.feed_rating_kw);
  out["weight_limit_kg"] = maybe(limits.weight_limit_kg);
  out["cooling_kw"] = maybe(limits.cooling_kw);
  return out;
}

json::object json_of(const Reservation& reservation) {
  auto out = json_of(reservation.position);
  out.erase("mount");
  out["kind"] = reservation.blocked ? "blocked" : "reserved";
  out["owner"] = reservation.owner;
  out["reason"] = reservation.reason;
  out["expires_at"] = reservation.expires_at ? json::value(base::to_rfc3339(*reservation.expires_at)) : json::value(nullptr);
  out["device_type_id"] = maybe(reservation.type);
  out["power_w"] = maybe(reservation.power_w);
  out["weight_kg"] = maybe(reservation.weight_kg);
  return out;
}

}  // namespace dcim::core
