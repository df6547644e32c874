#include "api/http.h"

#include <gtest/gtest.h>

namespace dcim::api {
namespace {

TEST(Http, SplitsTheTarget) {
  const auto target = parse_target("/api/sensors/7/readings?from=2026-11-23T13%3A00%3A00Z&interval=raw&x");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/api/sensors/7/readings");
  ASSERT_EQ(target->query.size(), 3U);
  EXPECT_EQ(target->query[0], (std::pair<std::string, std::string>("from", "2026-11-23T13:00:00Z")));
  EXPECT_EQ(target->query[2].first, "x");
  for (const auto* bad : {"", "*", "http://host/path", "/%zz", "/a%00b", "/a b"}) EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Http, FindsACookie) {
  Head head;
  EXPECT_EQ(cookie(head, "s"), std::nullopt);
  head.set(http::field::cookie, "ss=1; s=two; t=3");
  EXPECT_EQ(cookie(head, "s"), "two");
  EXPECT_EQ(cookie(head, "x"), std::nullopt);
}

TEST(Http, ListsTokens) {
  EXPECT_TRUE(lists_token("gzip, deflate, br", "br"));
  EXPECT_TRUE(lists_token("gzip;q=0.5", "GZIP"));
  EXPECT_FALSE(lists_token("gzip;q=0, br;q=0.0", "gzip"));
  EXPECT_FALSE(lists_token("gzip, br;q=0.000", "br"));
  EXPECT_FALSE(lists_token("brotli", "br"));
}

TEST(Http, OriginIsOwnHostOrPublicUrl) {
  Head head;
  head.set(http::field::host, "127.0.0.1:8080");
  EXPECT_TRUE(own_origin(head, false, ""));
  head.set(http::field::origin, "http://127.0.0.1:8080");
  EXPECT_TRUE(own_origin(head, false, ""));
  EXPECT_FALSE(own_origin(head, true, ""));
  head.set(http::field::origin, "https://dcim.example");
  EXPECT_FALSE(own_origin(head, false, ""));
  EXPECT_TRUE(own_origin(head, false, "https://dcim.example/"));
  head.set(http::field::origin, "null");
  EXPECT_FALSE(own_origin(head, false, ""));
}

}  // namespace
}  // namespace dcim::api
