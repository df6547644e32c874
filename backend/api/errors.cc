#include "api/errors.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>

#include "base/json.h"

namespace dcim::api {

unsigned status_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::invalid: return 400;
    case base::ErrorCode::unauthenticated: return 401;
    case base::ErrorCode::forbidden: return 403;
    case base::ErrorCode::not_found: return 404;
    case base::ErrorCode::conflict: return 409;
    case base::ErrorCode::rate_limited: return 429;
    case base::ErrorCode::unavailable: return 503;
    case base::ErrorCode::internal: return 500;
  }
  return 500;
}

std::string_view title_of(unsigned status) {
  const auto reason = http::obsolete_reason(http::int_to_status(status));
  return {reason.data(), reason.size()};
}

Response problem(const base::Error& error, std::string_view request_id) { return problem(status_of(error.code), error, request_id); }

Response problem(unsigned status, const base::Error& error, std::string_view request_id, const std::function<void(JsonWriter&)>& more) {
  JsonWriter json;
  json.begin_object().member("type", "about:blank").member("title", title_of(status)).member("status", status);
  json.member("code", base::name_of(error.code)).member("detail", valid_utf8(error.message));
  if (!error.field.empty()) json.member("field", valid_utf8(error.field));
  if (!request_id.empty()) json.member("request_id", request_id);
  if (more) more(json);
  json.end_object();
  auto response = json_response(json.take(), status);
  response.content_type = "application/problem+json";
  return response;
}

Response rate_limited(std::string detail, std::int64_t retry_after_s, std::string_view request_id) {
  auto response = problem({base::ErrorCode::rate_limited, std::move(detail), {}}, request_id);
  response.headers.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(1, retry_after_s)));
  return response;
}

}  // namespace dcim::api
