// The one table from error codes to HTTP: problem+json (RFC 9457).
#pragma once

#include <functional>

#include "api/http.h"
#include "base/error.h"

namespace dcim::api {

unsigned status_of(base::ErrorCode code);
std::string_view title_of(unsigned status);

Response problem(const base::Error& error, std::string_view request_id);
/// With a status of HTTP's own: 405, 408, 413, 431 …; and with members of its own, which `more` writes.
Response problem(unsigned status, const base::Error& error, std::string_view request_id, const std::function<void(JsonWriter&)>& more = {});
/// 429 with Retry-After.
Response rate_limited(std::string detail, std::int64_t retry_after_s, std::string_view request_id);

}  // namespace dcim::api
