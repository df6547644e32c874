#include "api/rate_limiter.h"

#include <gtest/gtest.h>

namespace dcim::api {
namespace {

using namespace std::chrono_literals;
constexpr base::Timestamp kNow{std::chrono::seconds{1'763'900'000}};

TEST(RateLimiter, BlocksAfterTheLimitUntilTheWindowEnds) {
  RateLimiter limiter(3, 60s, 100);
  EXPECT_FALSE(limiter.count("a", kNow));
  EXPECT_FALSE(limiter.count("a", kNow));
  EXPECT_EQ(limiter.blocked("a", kNow), std::nullopt);
  EXPECT_TRUE(limiter.count("a", kNow + 10s));
  EXPECT_EQ(limiter.blocked("a", kNow + 20s), 50);
  EXPECT_EQ(limiter.blocked("b", kNow), std::nullopt);
  EXPECT_EQ(limiter.blocked("a", kNow + 70s), std::nullopt);
  EXPECT_FALSE(limiter.count("a", kNow + 70s));
}

TEST(RateLimiter, ForgetsOnRequestAndNeverHoldsMoreThanItsBound) {
  RateLimiter limiter(1, 60s, 2);
  limiter.count("a", kNow);
  EXPECT_TRUE(limiter.blocked("a", kNow));
  limiter.forget("a");
  EXPECT_FALSE(limiter.blocked("a", kNow));
  limiter.count("a", kNow);
  limiter.count("b", kNow + 1s);
  limiter.count("c", kNow + 2s);
  EXPECT_FALSE(limiter.blocked("a", kNow + 2s));
  EXPECT_TRUE(limiter.blocked("b", kNow + 2s));
  EXPECT_TRUE(limiter.blocked("c", kNow + 2s));
}

}  // namespace
}  // namespace dcim::api
