// A reading, its quality, and the rules every reading meets: what is plausible for its kind, when a sensor is stale.
#pragma once

#include <chrono>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "core/inventory.h"

namespace dcim::core {

/// As stored. Bad: outside what is physically plausible for the kind; kept, but in no figure.
enum class Quality : std::int16_t { good = 0, uncertain = 1, bad = 2 };
std::string_view name_of(Quality quality);

struct Reading {
  SensorId sensor_id;
  base::Timestamp ts;
  double value = 0;
  Quality quality = Quality::good;
  bool operator==(const Reading&) const = default;
};

/// The newest of each sensor that has one.
using LatestReadings = std::unordered_map<SensorId, Reading>;

/// How far ahead of the server's clock a reading may be.
inline constexpr std::chrono::minutes kMaximumClockSkew{5};

/// False when the value cannot be true for a sensor of this kind (a temperature of 300 °C: a broken probe).
/// Ranges: the measuring ranges of common data-centre sensors; a kind without an entry takes any finite value.
bool plausible(std::string_view kind, double value);

/// No reading for more than twice the expected interval.
bool stale(const Sensor& sensor, base::Timestamp newest, base::Timestamp now);

/// The sensor's newest reading, when it may be used in a figure: neither stale nor bad. nullptr otherwise.
const Reading* usable(const LatestReadings& latest, const Sensor& sensor, base::Timestamp now);
/// A power reading in kW, of a sensor in W or kW.
double in_kw(const Sensor& sensor, double value);

/// "°C" is "C" is "degC"; "%" is "%RH". False when both are known and differ. An empty `given` matches.
bool same_unit(std::string_view expected, std::string_view given);

}  // namespace dcim::core
