// What a device publishes: a topic that nobody listens to becomes its sensors, and its history shows them. Throws DatabaseError.
#pragma once

#include <boost/json/object.hpp>

#include "core/site_document.h"
#include "store/audit.h"

namespace dcim::store {

/// Within the caller's transaction, with its audit row device.adopt. A device without a topic gets this one. Errors: `invalid` (/topic) when nobody
/// has published on it; `conflict` when it, a field of it or a sensor's name is taken.
asio::awaitable<base::Result<void>> adopt_topic(Connection& connection, core::Site site, core::DeviceId device, std::string topic,
                                                std::vector<core::SensorDocument> sensors, AuditContext who);

/// As a device's history shows it: "topic" and "interval_s" where they are given, and each sensor under "sensor NAME".
boost::json::object publishing_json(const std::string& topic, std::optional<double> interval_s, const std::vector<core::SensorDocument>& sensors);

/// The audit row of a change of what a device publishes. It has only what differs; there is none where nothing does.
struct PublishingChange {
  const char* action;
  core::DeviceId device;
  std::string name;
  boost::json::object before, after;
  std::optional<std::int64_t> batch = {};
};
asio::awaitable<void> record_publishing(Connection& connection, core::Site site, PublishingChange change, AuditContext who);

}  // namespace dcim::store
