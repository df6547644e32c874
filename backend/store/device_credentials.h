// Which devices have an account of their own at the broker. The password is the broker's alone. All functions throw DatabaseError.
#pragma once

#include "core/inventory.h"
#include "store/audit.h"

namespace dcim::store {

struct DeviceCredentials {
  std::string username;
  std::vector<std::string> topics;  // that it may publish on, and below them
  std::string issued_by;
  base::Timestamp issued_at;
};

/// What the device publishes on: its own topic, and those of its sensors that are not below it. Sorted; empty when it has none.
asio::awaitable<std::vector<std::string>> topics_of_device(Connection& connection, core::DeviceId device);
/// `lock`: nobody else issues or revokes until the transaction ends.
asio::awaitable<std::optional<DeviceCredentials>> device_credentials(Connection& connection, core::DeviceId device, bool lock = false);

/// Within the caller's transaction, with its audit row: device.credentials or device.revoke. The broker is the caller's to tell before it commits.
asio::awaitable<void> save_credentials(Connection& connection, core::Site site, core::DeviceId device, std::optional<DeviceCredentials> before,
                                       DeviceCredentials credentials, AuditContext who);
asio::awaitable<void> delete_credentials(Connection& connection, core::Site site, core::DeviceId device, DeviceCredentials before, AuditContext who);

/// Devices whose account may publish on other topics than they do now, with their site's code; some at a time.
struct OutdatedAccount {
  core::DeviceId device;
  std::string site;
};
asio::awaitable<std::vector<OutdatedAccount>> outdated_accounts(Connection& connection);

/// Accounts whose device is gone, and one of them forgotten once the broker has.
asio::awaitable<std::vector<std::string>> credentials_without_device(Connection& connection);
asio::awaitable<void> forget_credentials(Connection& connection, std::string username);

}  // namespace dcim::store
