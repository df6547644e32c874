#include "simulators/bots/config.h"

#include <toml++/toml.h>

#include <optional>
#include <sstream>

namespace dcim::bots {
namespace {

using base::Error;
using base::Result;

std::optional<BotType> type_of_device(const std::string& type) {
  if (type == "temperature-sensor") return BotType::temperature;
  if (type == "pdu") return BotType::pdu;
  return {};
}

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
  std::vector<BotConfig> read(const toml::table& root) {
    const auto* site = root["site"].as_table();
    if (!site) throw Error::invalid("/site", "is missing");
    time_zone_ = text(*site, "time_zone", "/site", "UTC");
    devices(root, "");
    each(root, "rooms", "", [&](const toml::table& room, const std::string& at) {
      devices(room, at);
      each(room, "racks", at, [&](const toml::table& rack, const std::string& rack_at) { devices(rack, rack_at); });
    });
    return std::move(bots_);
  }

 private:
  void devices(const toml::table& parent, const std::string& where) {
    each(parent, "devices", where, [&](const toml::table& device, const std::string& at) {
      const auto type = type_of_device(text(device, "type", at));
      if (!type) return;
      BotConfig bot;
      bot.type = *type;
      bot.id = text(device, "name", at);
      bot.topic = text(device, "topic", at);
      bot.time_zone = time_zone_;
      bot.interval_s = device["interval_s"].value_or(60.0);
      if (bot.interval_s <= 0) throw Error::invalid(at + "/interval_s", "must be greater than 0");
      each(device, "sensors", at, [&](const toml::table& sensor, const std::string& sensor_at) {
        bot.channels.push_back({text(sensor, "kind", sensor_at), text(sensor, "topic", sensor_at, bot.topic), text(sensor, "unit", sensor_at)});
      });
      bots_.push_back(std::move(bot));
    });
  }

  std::string time_zone_;
  std::vector<BotConfig> bots_;
};

}  // namespace

Result<BotType> bot_type_from(const std::string& name) {
  if (name == "temperature") return BotType::temperature;
  if (name == "pdu") return BotType::pdu;
  return Error::invalid("type", "must be temperature or pdu, not \"" + name + "\"");
}

BotConfig usual_config(BotType type, const std::string& site, const std::string& room, const std::string& rack) {
  const auto base = "dc/" + site + "/" + room + "/rack-" + rack;
  BotConfig out;
  out.type = type;
  if (type == BotType::temperature) {
    out.id = rack + " climate";
    out.topic = base + "/temperature";
    out.channels = {{"inlet-temperature", out.topic, "°C"}, {"inlet-humidity", base + "/humidity", "%RH"}};
    out.interval_s = 30;
  } else {
    out.id = rack + " PDU";
    out.topic = base + "/power";
    out.channels = {{"rack-power", out.topic, "kW"}};
    out.interval_s = 60;
  }
  return out;
}

Result<std::vector<BotConfig>> read_site(const std::filesystem::path& file) {
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

}  // namespace dcim::bots
