#include "api/errors.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace dcim::api {
namespace {

TEST(Errors, EveryCodeHasItsStatus) {
  using enum base::ErrorCode;
  const std::pair<base::ErrorCode, unsigned> table[] = {{invalid, 400},  {unauthenticated, 401}, {forbidden, 403},   {not_found, 404},
                                                        {conflict, 409}, {rate_limited, 429},    {unavailable, 503}, {internal, 500}};
  for (const auto& [code, status] : table) EXPECT_EQ(problem({code, "x", ""}, "").status, status);
}

TEST(Errors, AProblemNamesFieldAndRequest) {
  const auto response = problem(base::Error::invalid("from", "is no time"), "r1");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Bad Request","status":400,"code":"invalid","detail":"is no time","field":"from","request_id":"r1"})");
}

TEST(Errors, RateLimitedSaysWhenToComeBack) {
  const auto response = rate_limited("slow down", 0, "");
  EXPECT_EQ(response.status, 429U);
  EXPECT_EQ(response.headers.at(0), std::pair(std::string("Retry-After"), std::string("1")));
}

}  // namespace
}  // namespace dcim::api
