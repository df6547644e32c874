// What the handlers share: the services given to the server, and the API's own parts. Owned by Server; all thread-safe.
#pragma once

#include "api/metrics.h"
#include "api/pages.h"
#include "api/password.h"
#include "api/rate_limiter.h"
#include "api/services.h"
#include "api/sessions.h"
#include "api/stream.h"
#include "store/users.h"

namespace dcim::api {

struct Context {
  explicit Context(Services& s);

  Services& services;
  Metrics metrics;
  Sessions sessions;
  Streams streams;
  PasswordVerifier passwords;
  RateLimiter logins_by_address;
  RateLimiter unknown_logins;  // an address that is no user's is locked out like one that is, so that nobody learns which are
  Pages pages;
};

inline Context::Context(Services& s)
    : services(s),
      metrics(s.metrics),
      sessions(s.pool, s.clock),
      passwords(s.slow_threads, 32),
      logins_by_address(60, std::chrono::minutes(1), 10'000),
      unknown_logins(store::kFailuresToLockOut, store::kLockOut, 10'000),
      pages(s.settings.pages_dir) {}

}  // namespace dcim::api
