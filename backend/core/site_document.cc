#include "core/site_document.h"

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

class DocumentReader {
 public:
  SiteDocument read(const json::value& value) {
    const ObjectReader root(value, "", {"site", "rooms", "devices"});
    const auto* head = root.find("site");
    if (!head) throw Error::invalid("/site", "is missing");
    const ObjectReader site(*head, "/site", {"code", "name", "time_zone", "simulated"});
    SiteDocument out;
    out.code = code(site);
    out.name = site.text("name", 200);
    out.time_zone = time_zone(site);
    out.simulated = site.boolean("simulated", false);
    site_code_ = out.code;
    out.rooms = root.list("rooms", true, [&](const json::value& v, std::string at) { return room(v, std::move(at)); });
    out.devices = devices(root);
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
    const ObjectReader from(value, std::move(pointer), {"code", "name", "racks", "devices"});
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
    out.devices = devices(from);
    return out;
  }

  RackDocument rack(const json::value& value, std::string pointer) {
    const ObjectReader from(value, std::move(pointer), {"name", "height_u", "rated_power_kw", "devices"});
    RackDocument out;
    out.name = from.text("name", 100);
    out.height_u = from.integer("height_u", 1, 100, 42);
    out.rated_power_kw = from.positive("rated_power_kw");
    out.devices = devices(from);
    return out;
  }

  std::vector<DeviceDocument> devices(const ObjectReader& parent) {
    return parent.list("devices", false, [&](const json::value& v, std::string at) { return device(v, std::move(at)); });
  }

  DeviceDocument device(const json::value& value, std::string pointer) {
    const ObjectReader from(value, std::move(pointer), {"name", "type", "topic", "interval_s", "sensors"});
    DeviceDocument out;
    out.pointer = from.pointer();
    out.name = from.text("name", 200);
    once(device_names_, out.name, from.at("name"));
    out.type = kind(from, "type");
    out.topic = topic(from, {});
    once(device_topics_, out.topic, from.at("topic"));
    out.interval_s = from.positive("interval_s").value_or(60);
    std::set<std::string> names;
    out.sensors = from.list("sensors", true, [&](const json::value& v, std::string at) {
      auto sensor = this->sensor(v, at, out);
      once(names, sensor.name, at + "/name");
      return sensor;
    });
    return out;
  }

  SensorDocument sensor(const json::value& value, std::string pointer, const DeviceDocument& device) {
    const ObjectReader from(value, std::move(pointer), {"name", "kind", "unit", "topic", "field", "scale", "offset", "interval_s"});
    SensorDocument out;
    out.pointer = from.pointer();
    out.name = from.text("name", 200);
    out.kind = kind(from, "kind");
    out.unit = from.text("unit", 16, "");
    if (!from.find("unit")) throw Error::invalid(from.at("unit"), "is missing; \"\" for a figure without one");
    out.topic = topic(from, device.topic);
    out.field = from.text("field", 256, "/value");
    if (!out.field.empty() && out.field[0] != '/') throw Error::invalid(from.at("field"), "must be a JSON Pointer such as /value, or empty");
    out.scale = from.number("scale").value_or(1);
    if (out.scale == 0) throw Error::invalid(from.at("scale"), "must not be 0");
    out.offset = from.number("offset").value_or(0);
    out.interval_s = from.positive("interval_s");
    once(fields_, out.topic + " " + out.field, from.pointer());
    return out;
  }

  static std::string kind(const ObjectReader& from, std::string_view key) {
    auto text = from.text(key, 63);
    if (!is_word(text, "-", false)) throw Error::invalid(from.at(key), "may hold a-z, 0-9 and - only");
    return text;
  }

  std::string topic(const ObjectReader& from, std::optional<std::string> otherwise) const {
    if (!from.find("topic") && otherwise) return *otherwise;
    auto text = from.text("topic", 512);
    if (!text.starts_with("dc/" + site_code_ + "/")) throw Error::invalid(from.at("topic"), "must start with dc/" + site_code_ + "/");
    const auto wrong = [](char c) { return c == '#' || c == '+' || static_cast<unsigned char>(c) < 0x20; };
    if (std::ranges::any_of(text, wrong)) throw Error::invalid(from.at("topic"), "must hold no wildcard and no control character");
    if (reserved_topic(text)) throw Error::invalid(from.at("topic"), "must not end with /availability, /set or /ack");
    return text;
  }

  std::string site_code_;
  std::set<std::string> room_codes_, room_names_, device_names_, device_topics_, fields_;
};

}  // namespace

base::Result<SiteDocument> parse_site_document(const json::value& value) {
  try {
    return DocumentReader().read(value);
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dcim::core
