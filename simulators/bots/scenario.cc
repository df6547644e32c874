#include "simulators/bots/scenario.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace dcim::bots {
namespace {

using base::Error;
using base::Result;

constexpr std::array kCatalogue{
    ScenarioKind{"COOLING_FAILURE", BotType::temperature, TargetKind::rack,
                 "the rack's cold air is shut off bit by bit: its inlet warms by 0.3 °C/min, to 34 °C"},
    ScenarioKind{"POWER_SPIKE", BotType::pdu, TargetKind::rack, "the rack draws 40 % more, at once"},
    ScenarioKind{"MAINS_FAILURE", BotType::ups, TargetKind::unit_or_site,
                 "no mains at the UPS (without --unit: at every UPS): battery, then recharge"},
    ScenarioKind{"UNIT_FAULT", BotType::crac, TargetKind::unit, "the cooling unit trips: no air from it, its zone warms, the others work harder"},
    ScenarioKind{"LEAK_DETECTED", BotType::leak, TargetKind::unit, "water at the leak sensor, at once"},
    ScenarioKind{"CELL_DEGRADATION", BotType::battery, TargetKind::unit,
                 "one block's resistance rises by 2 % a minute, to +80 %; the string's SOH falls"},
    ScenarioKind{"ELEMENT_FAILURE",
                 {},
                 TargetKind::element,
                 "the element of the power chain of that name gives nothing on: what hangs on it moves over, runs on batteries, or is off"},
    ScenarioKind{"SENSOR_STUCK", {}, TargetKind::rack_or_unit, "the device repeats its last values"},
    ScenarioKind{"SENSOR_DRIFT", {}, TargetKind::rack_or_unit, "the device's first value drifts up: 0.05 °C, or 0.1 % of the value, a minute"},
    ScenarioKind{"SENSOR_SILENT", {}, TargetKind::rack_or_unit, "the device publishes nothing, though it is connected"},
};

bool matches(const UnitConfig& unit, const std::string& name) { return unit.name == name || unit.unit() == name; }

}  // namespace

std::span<const ScenarioKind> scenario_catalogue() { return kCatalogue; }

const ScenarioKind* scenario_kind(std::string_view name) {
  const auto it = std::ranges::find(kCatalogue, name, &ScenarioKind::name);
  return it == kCatalogue.end() ? nullptr : &*it;
}

bool concerns(const Scenario& scenario, const UnitConfig& unit) {
  const auto* kind = scenario_kind(scenario.name);
  if (!kind) return false;
  if (kind->target == TargetKind::element) return std::ranges::find(unit.power_path, scenario.unit) != unit.power_path.end();
  if (kind->type && *kind->type != unit.type) return false;
  if (!scenario.rack.empty()) return unit.rack == scenario.rack && (kind->type || unit.type == BotType::temperature);
  if (!scenario.unit.empty()) return matches(unit, scenario.unit);
  return kind->target == TargetKind::unit_or_site;
}

Result<Scenario> make_scenario(const std::string& name, const std::string& rack, const std::string& unit, const SiteModel* site) {
  const auto* kind = scenario_kind(name);
  if (!kind) {
    std::string all;
    for (const auto& one : kCatalogue) all += (all.empty() ? "" : ", ") + std::string(one.name);
    return Error::invalid("NAME", "\"" + name + "\" is none of " + all);
  }
  if (!rack.empty() && !unit.empty()) return Error::invalid("--unit", "and --rack exclude each other");
  const bool takes_rack = kind->target == TargetKind::rack || kind->target == TargetKind::rack_or_unit;
  const bool takes_unit = kind->target != TargetKind::rack;
  if (!rack.empty() && !takes_rack) return Error::invalid("--rack", name + " is for a unit: use --unit");
  if (!unit.empty() && !takes_unit) return Error::invalid("--unit", name + " is for a rack: use --rack");
  if (rack.empty() && unit.empty() && kind->target != TargetKind::unit_or_site) {
    return Error::invalid(takes_rack ? "--rack" : "--unit", "is needed for " + name);
  }
  for (const char c : rack + unit) {
    if (c == '/' || c == '+' || c == '#') return Error::invalid(rack.empty() ? "--unit" : "--rack", "must hold no /, + and #");
  }
  Scenario out{name, rack, unit, 0};
  if (site && kind->target == TargetKind::element && std::ranges::find(site->power, unit, &PowerElement::name) == site->power.end()) {
    return Error::invalid("--unit", "\"" + unit + "\" is no element of the site's power chain");
  }
  if (site && std::ranges::none_of(site->units, [&](const auto& one) { return concerns(out, one); })) {
    return Error::invalid(rack.empty() ? "--unit" : "--rack", "\"" + out.target() + "\": the site has nothing that " + name + " could concern");
  }
  return out;
}

Result<std::vector<TimelineEvent>> read_timeline(const std::filesystem::path& file, const SiteModel* site) {
  std::vector<TimelineEvent> out;
  try {
    const auto root = toml::parse_file(file.string());
    const auto* events = root["events"].as_array();
    if (!events) return Error::invalid(file.string() + ": /events", "is missing");
    for (std::size_t i = 0; i < events->size(); ++i) {
      const auto where = file.string() + ": /events/" + std::to_string(i);
      const auto* event = (*events)[i].as_table();
      if (!event) return Error::invalid(where, "must be a table");
      const auto at = (*event)["at_min"].value<double>();
      const auto start = (*event)["start"].value<std::string>(), stop = (*event)["stop"].value<std::string>();
      const auto lasts = (*event)["for_min"].value<double>();
      if (!at || *at < 0) return Error::invalid(where + "/at_min", "must be a number of minutes, 0 or more");
      if (start.has_value() == stop.has_value()) return Error::invalid(where, "must have either start or stop");
      if (lasts && (stop || *lasts <= 0)) return Error::invalid(where + "/for_min", "must be greater than 0, and goes with start");
      const auto scenario =
          make_scenario(start ? *start : *stop, (*event)["rack"].value_or(std::string()), (*event)["unit"].value_or(std::string()), site);
      if (!scenario) return Error::invalid(where + ": " + scenario.error().field, scenario.error().message);
      out.push_back({*at, start.has_value(), *scenario});
      if (lasts) out.push_back({*at + *lasts, false, *scenario});
    }
  } catch (const toml::parse_error& error) {
    std::ostringstream what;
    what << "line " << error.source().begin.line << ": " << error.description();
    return Error::invalid(file.string(), what.str());
  }
  std::ranges::stable_sort(out, {}, &TimelineEvent::at_min);
  return out;
}

}  // namespace dcim::bots
