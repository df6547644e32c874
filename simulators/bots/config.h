// Which device a bot is: its topics, units and interval, from the site's document or from the usual naming.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace dcim::bots {

enum class BotType { temperature, pdu };
base::Result<BotType> bot_type_from(const std::string& name);

struct Channel {
  std::string kind;  // inlet-temperature, inlet-humidity, rack-power
  std::string topic;
  std::string unit;
};

struct BotConfig {
  BotType type = BotType::temperature;
  std::string id;     // unique on the site; also the MQTT client's
  std::string topic;  // the device's: {topic}/availability is its birth and last will
  std::vector<Channel> channels;
  double interval_s = 30;
  std::string time_zone = "UTC";
};

/// The topics of architecture: dc/{site}/{room}/rack-{rack}/temperature|humidity|power.
BotConfig usual_config(BotType type, const std::string& site, const std::string& room, const std::string& rack);

/// Every device of the site document (TOML, as for `dcim site import`) that there is a bot for. The error names the line or the key.
base::Result<std::vector<BotConfig>> read_site(const std::filesystem::path& file);

}  // namespace dcim::bots
