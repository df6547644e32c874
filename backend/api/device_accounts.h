// A device's account at the broker follows the device's topics.
#pragma once

#include "api/services.h"
#include "store/audit.h"

namespace dcim::api {

/// Tells the broker what the device's account may publish on now, and remembers it: nothing when it has none, or the right one. `unavailable`: the
/// broker could not be told, and the account stays outdated. Throws DatabaseError.
asio::awaitable<base::Result<void>> renew_account(store::Connection& connection, DeviceAccounts& accounts, core::Site site, core::DeviceId device,
                                                  store::AuditContext who);

}  // namespace dcim::api
