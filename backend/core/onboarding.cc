#include "core/onboarding.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/string.hpp>
#include <cctype>
#include <cmath>
#include <map>

#include "core/readings.h"

namespace dcim::core {
namespace {

namespace json = boost::json;

enum class Place : std::uint8_t { any, rack, ups, battery, cooling, meter, outdoor };

// A field whose name holds both words, on such a topic, is of the kind. The first that fits; so what is special stands before what is general.
struct Rule {
  std::string_view word, and_word;
  Place place;
  std::string_view kind, unit;
};
constexpr std::array kRules{
    Rule{"cold_aisle", "temp", Place::any, "cold-aisle-temperature", "°C"},
    Rule{"hot_aisle", "temp", Place::any, "hot-aisle-temperature", "°C"},
    Rule{"supply", "temp", Place::any, "supply-temperature", "°C"},
    Rule{"return", "temp", Place::any, "return-temperature", "°C"},
    Rule{"exhaust", "", Place::any, "outlet-temperature", "°C"},
    Rule{"outlet", "temp", Place::any, "outlet-temperature", "°C"},
    Rule{"inlet", "temp", Place::any, "inlet-temperature", "°C"},
    Rule{"dew_point", "", Place::outdoor, "outdoor-dew-point", "°C"},
    Rule{"setpoint", "", Place::cooling, "temperature-setpoint", "°C"},
    Rule{"block", "temp", Place::any, "block-temperature", "°C"},
    Rule{"block", "voltage", Place::any, "block-voltage", "V"},
    Rule{"block", "resistance", Place::any, "block-resistance", "mΩ"},
    Rule{"string", "voltage", Place::any, "string-voltage", "V"},
    Rule{"string", "current", Place::any, "string-current", "A"},
    Rule{"battery", "voltage", Place::any, "battery-voltage", "V"},
    Rule{"battery", "current", Place::any, "battery-current", "A"},
    Rule{"battery", "charge", Place::any, "battery-charge", "%"},
    Rule{"battery", "runtime", Place::any, "battery-runtime", "min"},
    Rule{"soh", "", Place::battery, "string-soh", "%"},
    Rule{"soh", "", Place::any, "battery-soh", "%"},
    Rule{"power_factor", "", Place::any, "power-factor", ""},
    Rule{"feed", "power", Place::any, "feed-power", "kW"},
    Rule{"_l1_", "current", Place::any, "phase-current", "A"},
    Rule{"_l2_", "current", Place::any, "phase-current", "A"},
    Rule{"_l3_", "current", Place::any, "phase-current", "A"},
    Rule{"input", "voltage", Place::any, "input-voltage", "V"},
    Rule{"output", "voltage", Place::any, "output-voltage", "V"},
    Rule{"input", "power", Place::any, "input-power", "kW"},
    Rule{"output", "power", Place::any, "output-power", "kW"},
    Rule{"loss", "", Place::ups, "ups-loss", "kW"},
    Rule{"load", "", Place::ups, "ups-load", "%"},
    Rule{"frequency", "", Place::any, "input-frequency", "Hz"},
    Rule{"fan_speed", "", Place::any, "fan-speed", "%"},
    Rule{"cooling_output", "", Place::any, "cooling-output", "%"},
    Rule{"compressor", "", Place::any, "compressor-stages", ""},
    Rule{"airflow", "", Place::any, "airflow", "m³/s"},
    Rule{"aisle", "pressure", Place::any, "aisle-pressure", "Pa"},
    Rule{"leak", "", Place::any, "leak", ""},
    Rule{"humid", "", Place::rack, "inlet-humidity", "%RH"},
    Rule{"humid", "", Place::outdoor, "outdoor-humidity", "%RH"},
    Rule{"humid", "", Place::any, "humidity", "%RH"},
    Rule{"temp", "", Place::rack, "inlet-temperature", "°C"},
    Rule{"temp", "", Place::ups, "ups-temperature", "°C"},
    Rule{"temp", "", Place::battery, "battery-temperature", "°C"},
    Rule{"temp", "", Place::outdoor, "outdoor-temperature", "°C"},
    Rule{"temp", "", Place::any, "temperature", "°C"},
    Rule{"power", "", Place::rack, "rack-power", "kW"},
    Rule{"power", "", Place::cooling, "cooling-power", "kW"},
    Rule{"power", "", Place::meter, "facility-power", "kW"},
    Rule{"power", "", Place::any, "power", "kW"},
    Rule{"energy", "", Place::rack, "rack-energy", "kWh"},
    Rule{"energy", "", Place::cooling, "cooling-energy", "kWh"},
    Rule{"energy", "", Place::ups, "input-energy", "kWh"},
    Rule{"energy", "", Place::meter, "facility-energy", "kWh"},
    Rule{"energy", "", Place::any, "energy", "kWh"},
    Rule{"voltage", "", Place::any, "line-voltage", "V"},
    Rule{"current", "", Place::any, "current", "A"},
    Rule{"state", "", Place::ups, "ups-state", ""},
    Rule{"state", "", Place::cooling, "crac-state", ""},
};
// What a unit alone tells, where the name tells nothing.
struct UnitRule {
  std::string_view unit, kind;
};
constexpr std::array kUnits{UnitRule{"°C", "temperature"}, UnitRule{"%RH", "humidity"},   UnitRule{"kW", "power"},  UnitRule{"W", "power"},
                            UnitRule{"kWh", "energy"},     UnitRule{"V", "line-voltage"}, UnitRule{"A", "current"}, UnitRule{"Pa", "pressure"}};
constexpr std::array<std::string_view, 4> kNoQuantity{"ts", "quality", "unit", "seq"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool holds(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

std::vector<std::string> parts_of(std::string_view topic) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= topic.size();) {
    const auto end = std::min(topic.find('/', at), topic.size());
    out.emplace_back(topic.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Place place_of(const std::string& topic) {
  if (holds(topic, "/rack-")) return Place::rack;
  if (holds(topic, "battery")) return Place::battery;
  if (holds(topic, "ups")) return Place::ups;
  if (holds(topic, "cooling") || holds(topic, "crac") || holds(topic, "crah")) return Place::cooling;
  if (holds(topic, "meter")) return Place::meter;
  if (holds(topic, "weather") || holds(topic, "outdoor")) return Place::outdoor;
  return Place::any;
}

std::string role_of(Place place, const std::string& topic) {
  switch (place) {
    case Place::ups: return "ups";
    case Place::battery: return "battery-monitor";
    case Place::cooling: return "crac";
    case Place::meter: return "power-meter";
    case Place::outdoor: return "weather-station";
    case Place::rack:
    case Place::any: break;
  }
  if (holds(topic, "leak")) return "leak-sensor";
  if (holds(topic, "power") || holds(topic, "pdu")) return "pdu";
  if (holds(topic, "temp") || holds(topic, "humid") || holds(topic, "climate")) return "temperature-sensor";
  return "sensor";
}

// "block 01 voltage" of "block_01_voltage" or "block01.Voltage" alike, as far as people read them.
std::string words_of(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == '_' || c == '-' || c == '.' || c == '/' ? ' ' : c;
  return out;
}

// What may be a kind: a-z, 0-9 and -, a letter first.
std::string as_kind(std::string_view name) {
  std::string out;
  for (const char c : lower(name)) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && !out.empty());
    if (fine) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "value" : out.substr(0, 63);
}

class Guesser {
 public:
  explicit Guesser(std::string_view topic) : topic_(lower(topic)), parts_(parts_of(topic)), place_(place_of(topic_)) {
    // The last part that names something: …/rack-A01/temperature is of a temperature, …/ups-01/status of a UPS.
    quantity_ = parts_.back();
    const auto last = lower(quantity_);
    if ((last == "status" || last == "state" || last == "data" || last == "value") && parts_.size() > 1) quantity_ = parts_[parts_.size() - 2];
  }

  TopicGuess guess(std::string_view payload) {
    TopicGuess out;
    out.role = role_of(place_, topic_);
    for (std::size_t i = 2; i < parts_.size(); ++i) {
      if (!parts_[i].starts_with("rack-") || parts_[i].size() == 5) continue;
      out.rack = parts_[i].substr(5);
      if (i > 2) out.room = parts_[i - 1];
      break;
    }
    out.name = out.rack ? *out.rack + (quantity_.starts_with("rack-") ? "" : " " + words_of(quantity_)) : quantity_;
    json::error_code failed;
    auto value = json::parse({payload.data(), payload.size()}, failed);
    if (failed) return out;
    if (value.is_array() && !value.as_array().empty()) value = json::value(value.as_array().front());
    if (value.is_object()) {
      walk(value.as_object(), "", quantity_, out.sensors);
    } else if (value.is_number()) {
      out.sensors.push_back(sensor("", quantity_, value.to_number<double>(), ""));
    }
    // Two of one name cannot be of one device: those have their whole path.
    std::map<std::string, int> names;
    for (const auto& one : out.sensors) ++names[one.name];
    for (auto& one : out.sensors) {
      if (names[one.name] > 1) one.name = words_of(std::string_view(one.field).substr(1));
    }
    return out;
  }

 private:
  // `name`: of what the object tells.
  void walk(const json::object& object, const std::string& pointer, const std::string& name, std::vector<SensorGuess>& out) const {
    const auto* unit = object.if_contains("unit");
    for (const auto& member : object) {
      if (out.size() == kMostGuesses) return;
      const std::string key(member.key().data(), member.key().size());
      if (pointer.empty() && std::ranges::find(kNoQuantity, std::string_view(key)) != kNoQuantity.end()) continue;
      auto at = pointer + "/";
      for (const char c : key) at += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
      if (at.size() > 256) continue;
      const auto& value = member.value();
      if (value.is_object()) {
        walk(value.as_object(), at, key, out);
      } else if (value.is_number()) {
        const bool is_value = key == "value";
        const std::string given = is_value && unit && unit->is_string() ? std::string(unit->as_string().data(), unit->as_string().size()) : "";
        const auto number = value.to_number<double>();
        if (std::isfinite(number)) out.push_back(sensor(at, is_value ? name : key, number, given));
      }
    }
  }

  SensorGuess sensor(std::string field, const std::string& name, double value, const std::string& unit) const {
    SensorGuess out{std::move(field), value, words_of(name), "", unit};
    const auto low = "_" + [&] {
      auto text = lower(name);
      std::ranges::replace(text, '-', '_');
      return text;
    }() + "_";
    for (const auto& rule : kRules) {
      if (!holds(low, rule.word) || !holds(low, rule.and_word) || (rule.place != Place::any && rule.place != place_)) continue;
      if (!unit.empty() && rule.unit != "kW" && !same_unit(rule.unit, unit)) continue;
      out.kind = rule.kind;
      if (unit.empty() || (rule.unit != "kW" && !rule.unit.empty())) out.unit = rule.unit;
      return out;
    }
    for (const auto& rule : kUnits) {
      if (unit.empty() || !same_unit(rule.unit, unit)) continue;
      out.kind = rule.kind;
      return out;
    }
    out.kind = as_kind(name);
    return out;
  }

  std::string topic_;
  std::vector<std::string> parts_;
  Place place_;
  std::string quantity_;
};

}  // namespace

TopicGuess guess_topic(std::string_view topic, std::string_view payload) { return Guesser(topic).guess(payload); }

}  // namespace dcim::core
