// The document that describes a whole site (SiteDocument in api/openapi.yaml): read from JSON, checked completely, and
// only then used. Also what `dcim site import` reads, written as TOML.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace dcim::core {

struct SensorDocument {
  std::string name, kind, unit, topic, field = "/value";
  double scale = 1, offset = 0;
  std::optional<double> interval_s;
  std::string pointer;  // where it stands in the document
};

struct DeviceDocument {
  std::string name, type, topic;
  double interval_s = 60;
  std::vector<SensorDocument> sensors;
  std::string pointer;
};

struct RackDocument {
  std::string name;
  int height_u = 42;
  std::optional<double> rated_power_kw;
  std::vector<DeviceDocument> devices;
};

struct RoomDocument {
  std::string code, name;
  std::vector<RackDocument> racks;
  std::vector<DeviceDocument> devices;
};

struct SiteDocument {
  std::string code, name, time_zone;
  bool simulated = false;
  std::vector<RoomDocument> rooms;
  std::vector<DeviceDocument> devices;
};

/// The error's field is the JSON Pointer of the first thing that is wrong: missing, unknown or of the wrong type, a name or
/// (topic, field) twice, a topic outside dc/{code}/ or with a wildcard.
base::Result<SiteDocument> parse_site_document(const boost::json::value& json);

}  // namespace dcim::core
