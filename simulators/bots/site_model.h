// Which simulated devices there are and how they hang together: read from the site's document, or from the usual naming.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "simulators/physics/power.h"
#include "simulators/physics/power_chain.h"

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
  physics::Cords cords;    // of a rack's PDU
  /// The elements of the power chain whose failure it feels, by name.
  std::vector<std::string> power_path;
  /// The topic's segment that names the unit: "ups-01" of dc/demo/power/ups-01/battery.
  std::string unit() const;
};

enum class ElementKind { source, generator, switchboard, transformer, transfer_switch, ups, panel, rack_feed, load };

/// An element of the power chain. Its inputs come before it in the site's list.
struct PowerElement {
  std::string name;
  ElementKind kind = ElementKind::panel;
  std::vector<std::size_t> inputs;  // by preference
  std::string room, rack;
  char side = 0;       // 'A' or 'B' of a rack feed
  std::string device;  // the name of what it is, or of what measures it
  std::optional<double> rated_kw;
};

/// What draws power and says so, and the element on which it hangs; nothing: on what the document does not tell.
struct Draw {
  std::string topic, field;
  double usual_kw = 0;
  std::optional<std::size_t> element;
};

struct SiteModel {
  std::string code;
  std::string time_zone = "UTC";
  std::vector<UnitConfig> units;
  std::vector<PowerElement> power;

  const UnitConfig* find(BotType type, const std::string& name) const;
  std::vector<const UnitConfig*> all(BotType type) const;
  std::vector<const UnitConfig*> in_room(BotType type, const std::string& room) const;
  /// A rack's device of the type, or nullptr.
  const UnitConfig* of_rack(BotType type, const std::string& room, const std::string& rack) const;

  /// A room's cooling units split its racks between them, in the document's order: the zone (0 …) of a rack.
  int zone_of_rack(const std::string& room, const std::string& rack) const;
  std::vector<std::string> racks_of(const std::string& room) const;

  physics::PowerChain power_chain() const;
  /// The UPS that the unit is, or the load that a cooling unit or meter is.
  std::optional<std::size_t> element_of(const UnitConfig& unit) const;
  std::optional<std::size_t> rack_feed(const UnitConfig& pdu, char side) const;
  std::vector<Draw> draws() const;
  /// Those before the element, by any of its inputs, as far as the next UPS and with it.
  std::vector<std::size_t> before(std::size_t element) const;
  /// Some way from the element to where its power comes from leads through no UPS.
  bool can_do_without_ups(std::optional<std::size_t> element) const;
};

/// Gives a site without a power chain the usual one, feed A of every rack from the first UPS and feed B from the second (or the same when there is
/// one), and tells each unit which elements it depends on.
void wire(SiteModel& site);

/// Not one of meter-it, meter-cooling, meter-ups-loss and meter-lighting: it counts all that the site draws.
bool is_incomer(const UnitConfig& meter);

/// Every device of the site document (TOML, as for `dcim site import`) that there is a bot for. The error names the line or the key.
base::Result<SiteModel> read_site(const std::filesystem::path& file);

/// One rack of the usual naming, dc/{site}/{room}/rack-{rack}/…, and the unit that is asked for.
SiteModel usual_site(BotType type, const std::string& site, const std::string& room, const std::string& rack, const std::string& unit);

}  // namespace dcim::bots
