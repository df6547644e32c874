// A topic that nobody listens to becomes a device's sensors. Throws DatabaseError.
#pragma once

#include "core/site_document.h"
#include "store/audit.h"

namespace dcim::store {

/// Within the caller's transaction, with its audit row device.adopt. A device without a topic gets this one. Errors: `invalid` (/topic) when nobody
/// has published on it; `conflict` when it, a field of it or a sensor's name is taken.
asio::awaitable<base::Result<void>> adopt_topic(Connection& connection, core::Site site, core::DeviceId device, std::string topic,
                                                std::vector<core::SensorDocument> sensors, AuditContext who);

}  // namespace dcim::store
