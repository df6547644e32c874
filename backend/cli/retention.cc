#include "store/retention.h"

#include <charconv>
#include <cstdio>

#include "cli/verbs.h"

namespace dcim::cli {

namespace asio = boost::asio;

int list_retention(const app::Options& options) {
  return with_database(options, [](store::Connection& connection) -> asio::awaitable<int> {
    const auto policies = co_await store::list_retention(connection);
    for (const auto& policy : policies) {
      std::printf("%-12s %s\n", policy.table.c_str(), policy.keep_days ? (std::to_string(*policy.keep_days) + " days").c_str() : "forever");
    }
    co_return 0;
  });
}

int set_retention(const app::Options& options, const std::string& table, const std::string& days) {
  store::Retention wanted{table, {}};
  if (days != "forever") {
    int number = 0;
    const auto [end, failed] = std::from_chars(days.data(), days.data() + days.size(), number);
    if (failed != std::errc{} || end != days.data() + days.size()) return fail("days must be a number, or forever, not \"" + days + "\"");
    wanted.keep_days = number;
  }
  return with_database(options, [&](store::Connection& connection) -> asio::awaitable<int> {
    const store::AuditContext who{"cli", "local"};
    const auto done = co_await store::set_retention(connection, wanted, who);
    if (!done) co_return fail(done.error());
    std::printf("%s: kept %s\n", table.c_str(), wanted.keep_days ? ("for " + days + " days").c_str() : "forever");
    co_return 0;
  });
}

}  // namespace dcim::cli
