#include "api/device_accounts.h"

#include "store/device_credentials.h"

namespace dcim::api {

// As when it is issued, the broker is told before the database commits: when that fails, the account is only outdated.
asio::awaitable<base::Result<void>> renew_account(store::Connection& connection, DeviceAccounts& accounts, core::Site site, core::DeviceId device,
                                                  store::AuditContext who) {
  auto transaction = co_await store::Transaction::begin(connection);
  auto before = co_await store::device_credentials(connection, device, true);
  base::Result<void> told;
  if (before) {
    auto now = *before;
    now.topics = co_await store::topics_of_device(connection, device);
    if (now.topics != before->topics) {
      told = co_await accounts.put(now.username, std::string(), now.topics);
      if (told) co_await store::save_credentials(connection, std::move(site), device, std::move(before), std::move(now), std::move(who));
    }
  }
  if (told) {
    co_await transaction.commit();
  } else {
    co_await transaction.rollback();
  }
  co_return told;
}

}  // namespace dcim::api
