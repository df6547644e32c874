#include "core/device_type_yaml.h"

#include <yaml-cpp/yaml.h>

#include <boost/json/object.hpp>
#include <cmath>

namespace dcim::core {
namespace {

using base::Error;

// One text or number of the file; the error names it.
template <class T>
std::optional<T> value_of(const YAML::Node& from, const char* key, const char* what) {
  const auto node = from[key];
  if (!node || node.IsNull()) return std::nullopt;
  try {
    return node.as<T>();
  } catch (const YAML::Exception&) {
    throw Error::invalid(std::string("/") + key, std::string("must be ") + what);
  }
}

double kilograms(double weight, const std::string& unit) {
  if (unit == "kg") return weight;
  if (unit == "g") return weight / 1000;
  if (unit == "lb") return weight * 0.45359237;
  if (unit == "oz") return weight * 0.028349523125;
  throw Error::invalid("/weight_unit", "must be kg, g, lb or oz");
}

std::optional<std::string> airflow_of(const std::string& text) {
  if (text == "front-to-rear" || text == "rear-to-front" || text == "passive") return text;
  if (text == "left-to-right" || text == "right-to-left") return "side-to-side";
  return std::nullopt;
}

std::size_t count(const YAML::Node& root, const char* key) { return root[key] && root[key].IsSequence() ? root[key].size() : 0; }

std::string role_of(const YAML::Node& root) {
  if (count(root, "power-outlets") > 0) return "pdu";
  if (count(root, "power-ports") == 0 && count(root, "front-ports") > 0) return "patch-panel";
  if (count(root, "console-server-ports") > 0) return "console";
  if (count(root, "module-bays") + count(root, "device-bays") >= 4 && count(root, "interfaces") < 8) return "chassis";
  return count(root, "interfaces") >= 12 ? "switch" : "server";
}

void read_power(const YAML::Node& root, boost::json::object& out) {
  const auto ports = root["power-ports"];
  if (!ports || ports.IsNull()) return;
  if (!ports.IsSequence()) throw Error::invalid("/power-ports", "must be a list");
  out["inlets"] = ports.size();
  std::optional<double> most, usual;
  for (const auto& port : ports) {
    if (!port.IsMap()) throw Error::invalid("/power-ports", "must be a list of ports");
    if (const auto draw = value_of<double>(port, "maximum_draw", "a number of W")) most = most.value_or(0) + *draw;
    if (const auto draw = value_of<double>(port, "allocated_draw", "a number of W")) usual = usual.value_or(0) + *draw;
  }
  if (most) out["power_nameplate_w"] = *most;
  if (usual) out["power_typical_w"] = *usual;
}

}  // namespace

base::Result<DeviceType> device_type_from_yaml(const std::string& text) {
  try {
    const auto root = YAML::Load(text);
    if (!root.IsMap()) return Error::invalid("", "must be a device type: manufacturer, model, u_height …");
    boost::json::object out;
    for (const auto* key : {"manufacturer", "model", "part_number"}) {
      if (const auto value = value_of<std::string>(root, key, "a text")) out[key] = *value;
    }
    out["role"] = role_of(root);
    const auto height = value_of<double>(root, "u_height", "a number of U").value_or(1);
    if (!(height >= 0 && height <= 60)) throw Error::invalid("/u_height", "must be from 0 to 60");
    out["height_u"] = static_cast<int>(std::ceil(height));
    out["full_depth"] = value_of<bool>(root, "is_full_depth", "true or false").value_or(true);
    if (const auto airflow = value_of<std::string>(root, "airflow", "a text")) {
      if (const auto ours = airflow_of(*airflow)) out["airflow"] = *ours;
    }
    if (const auto weight = value_of<double>(root, "weight", "a number")) {
      out["weight_kg"] = std::round(kilograms(*weight, value_of<std::string>(root, "weight_unit", "a text").value_or("kg")) * 1000) / 1000;
    }
    read_power(root, out);
    return device_type_from_json(out, std::nullopt);
  } catch (const YAML::Exception& error) {
    return Error::invalid("", "line " + std::to_string(error.mark.line + 1) + ": " + error.msg);
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dcim::core
