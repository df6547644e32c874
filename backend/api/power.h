// A site's power chain with what its sensors say now, for the handlers of power.
#pragma once

#include "api/handlers.h"
#include "core/power_failure.h"

namespace dcim::api {

struct PowerNow {
  core::PowerChain chain;
  core::LatestReadings latest;
  core::PowerSeen seen;
  core::PowerFlow flow;
  std::vector<core::ElementLoad> loads;
};
asio::awaitable<PowerNow> power_now(Call& call, store::Connection& connection);

}  // namespace dcim::api
