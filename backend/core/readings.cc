#include "core/readings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dcim::core {
namespace {

struct Range {
  std::string_view kind;
  double low, high;
};

// Kind → what a working sensor can report, in the kind's own unit (°C, %RH, kW, V, …).
constexpr std::array kPlausible{
    Range{"inlet-temperature", -40, 100},
    Range{"outlet-temperature", -40, 120},
    Range{"supply-temperature", -40, 100},
    Range{"return-temperature", -40, 120},
    Range{"inlet-humidity", 0, 100},
    Range{"rack-power", 0, 200},
    Range{"cold-aisle-temperature", -40, 100},
    Range{"hot-aisle-temperature", -40, 120},
    Range{"temperature-setpoint", 0, 60},
    Range{"fan-speed", 0, 110},
    Range{"cooling-output", 0, 110},
    Range{"airflow", 0, 1000},
    Range{"aisle-pressure", -500, 500},
    Range{"feed-power", 0, 200},
    Range{"phase-current", 0, 400},
    Range{"line-voltage", 0, 1000},
    Range{"power-factor", -1, 1},
    Range{"input-voltage", 0, 1000},
    Range{"output-voltage", 0, 1000},
    Range{"input-frequency", 0, 100},
    Range{"ups-load", 0, 300},
    Range{"battery-charge", 0, 100},
    Range{"battery-runtime", 0, 100000},
    Range{"battery-soh", 0, 110},
    Range{"string-soh", 0, 110},
    Range{"battery-temperature", -40, 120},
    Range{"block-temperature", -40, 120},
    Range{"block-voltage", 0, 30},
    Range{"block-resistance", 0, 1000},
    Range{"outdoor-temperature", -60, 70},
    Range{"outdoor-humidity", 0, 100},
    Range{"leak", 0, 1},
};

struct Alias {
  std::string_view given, unit;
};
constexpr std::array kAliases{Alias{"C", "°C"},    Alias{"degC", "°C"}, Alias{"celsius", "°C"}, Alias{"%", "%RH"},
                              Alias{"%rh", "%RH"}, Alias{"RH", "%RH"},  Alias{"kw", "kW"},      Alias{"KW", "kW"}};

std::string_view canonical(std::string_view unit) {
  const auto it = std::ranges::find(kAliases, unit, &Alias::given);
  return it == kAliases.end() ? unit : it->unit;
}

}  // namespace

std::string_view name_of(Quality quality) {
  switch (quality) {
    case Quality::good: return "good";
    case Quality::uncertain: return "uncertain";
    case Quality::bad: return "bad";
  }
  return "bad";
}

// Of no quantity; and a rollup's sum of such would be no number.
constexpr double kBeyondAnything = 1e100;

bool plausible(std::string_view kind, double value) {
  if (std::abs(value) > kBeyondAnything) return false;
  const auto it = std::ranges::find(kPlausible, kind, &Range::kind);
  return it == kPlausible.end() || (value >= it->low && value <= it->high);
}

bool stale(const Sensor& sensor, base::Timestamp newest, base::Timestamp now) {
  return std::chrono::duration<double>(now - newest).count() > 2 * sensor.interval_s;
}

const Reading* usable(const LatestReadings& latest, const Sensor& sensor, base::Timestamp now) {
  const auto it = latest.find(sensor.id);
  if (it == latest.end() || it->second.quality == Quality::bad || stale(sensor, it->second.ts, now)) return nullptr;
  return &it->second;
}

double in_kw(const Sensor& sensor, double value) { return sensor.unit == "W" ? value / 1000 : value; }

bool same_unit(std::string_view expected, std::string_view given) {
  return given.empty() || expected.empty() || expected == given || canonical(expected) == canonical(given);
}

}  // namespace dcim::core
