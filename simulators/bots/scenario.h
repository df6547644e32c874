// What can go wrong on demand: the catalogue of scenarios, which unit each concerns, and timelines of them as files.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "simulators/bots/site_model.h"

namespace dcim::bots {

/// What a scenario must be told. A sensor fault takes a rack (its temperature sensor) or any unit; an element is one of the power chain.
enum class TargetKind { rack, unit, unit_or_site, rack_or_unit, element };

struct ScenarioKind {
  std::string_view name;
  std::optional<BotType> type;  // that it concerns; nothing: any, or those that feel the element
  TargetKind target;
  std::string_view summary;
};
std::span<const ScenarioKind> scenario_catalogue();
const ScenarioKind* scenario_kind(std::string_view name);

struct Scenario {
  std::string name;
  std::string rack, unit;  // one of them, or none for the whole site
  double started_s = 0;    // in the model's time

  const std::string& target() const { return rack.empty() ? unit : rack; }
  bool same(const Scenario& other) const { return name == other.name && rack == other.rack && unit == other.unit; }
};
bool concerns(const Scenario& scenario, const UnitConfig& unit);

/// The error names the option that is wrong: an unknown name, a missing target, a target that the site does not have (when it is known).
base::Result<Scenario> make_scenario(const std::string& name, const std::string& rack, const std::string& unit, const SiteModel* site = nullptr);

/// One start or stop of a timeline.
struct TimelineEvent {
  double at_min = 0;  // after the beginning
  bool start = true;
  Scenario scenario;
};
/// TOML: [[events]] with at_min, start = NAME or stop = NAME, rack or unit, and for_min for a start that ends by itself. Sorted by time.
base::Result<std::vector<TimelineEvent>> read_timeline(const std::filesystem::path& file, const SiteModel* site = nullptr);

}  // namespace dcim::bots
