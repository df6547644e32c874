// Power Usage Effectiveness of this moment: what the incomer takes over what IT gets, by the meters that a site has. Never a made-up
// value: without one of the meters there is none, and the note says why. Categories as ISO/IEC 30134-2; docs/environment.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/readings.h"

namespace dcim::core {

/// Where IT power is measured, and by which sensors; empty when nowhere.
struct ItPower {
  int category = 0;   // 1 UPS output, 2 PDU output
  std::string where;  // "PDU output, by meter"
  std::vector<const Sensor*> sensors;
};
/// The ways in which the site measures IT power, the best first.
std::vector<ItPower> it_power_of(const Inventory& inventory, SiteId site);
/// All sensors of the site of a kind.
std::vector<const Sensor*> sensors_of_kind(const Inventory& inventory, SiteId site, std::string_view kind);

struct Pue {
  std::optional<double> value;
  std::string method;
  std::optional<int> category;
  std::optional<double> facility_kw, it_kw;  // each where all of its meters report
  std::optional<base::Timestamp> ts;         // of the oldest reading in it
  int reporting = 0;
  int expected = 0;
  std::optional<std::string> note;  // why there is no value, or not the usual one
};
Pue pue(const Inventory& inventory, SiteId site, const LatestReadings& latest, base::Timestamp now);

}  // namespace dcim::core
