// Which simulated devices there are and how they hang together: read from the site's document, or from the usual naming.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace dcim::bots {

enum class BotType { temperature, pdu, ups, battery, crac, leak, meter, weather };
base::Result<BotType> bot_type_from(const std::string& name);
std::string_view name_of(BotType type);

struct UnitConfig {
  BotType type = BotType::temperature;
  std::string name;   // unique on the site
  std::string topic;  // the device's: {topic}/availability is its birth and last will
  double interval_s = 60;
  std::string room, rack;  // empty: none
  /// The topic's segment that names the unit: "ups-01" of dc/demo/power/ups-01/battery.
  std::string unit() const;
};

struct SiteModel {
  std::string code;
  std::string time_zone = "UTC";
  std::vector<UnitConfig> units;

  const UnitConfig* find(BotType type, const std::string& name) const;
  std::vector<const UnitConfig*> all(BotType type) const;
  std::vector<const UnitConfig*> in_room(BotType type, const std::string& room) const;
  /// A rack's device of the type, or nullptr.
  const UnitConfig* of_rack(BotType type, const std::string& room, const std::string& rack) const;

  /// A room's cooling units split its racks between them, in the document's order: the zone (0 …) of a rack.
  int zone_of_rack(const std::string& room, const std::string& rack) const;
  std::vector<std::string> racks_of(const std::string& room) const;
};

/// Every device of the site document (TOML, as for `dcim site import`) that there is a bot for. The error names the line or the key.
base::Result<SiteModel> read_site(const std::filesystem::path& file);

/// One rack of the usual naming, dc/{site}/{room}/rack-{rack}/…, and the unit that is asked for.
SiteModel usual_site(BotType type, const std::string& site, const std::string& room, const std::string& rack, const std::string& unit);

}  // namespace dcim::bots
