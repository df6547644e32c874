#include "store/retention.h"

#include <charconv>
#include <cstdio>

#include "cli/verbs.h"
#include "store/compression.h"

namespace dcim::cli {
namespace {

namespace asio = boost::asio;

constexpr const char* kNotOffered = " (not offered by this server)";

// A number, or the word that stands for nothing.
base::Result<std::optional<int>> parse_days(const std::string& text, const char* nothing) {
  if (text == nothing) return std::optional<int>();
  int number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed == std::errc{} && end == text.data() + text.size()) return std::optional(number);
  return base::Error::invalid("days", std::string("must be a number, or ") + nothing + ", not \"" + text + "\"");
}

}  // namespace

int list_retention(const app::Options& options) {
  return with_database(options, [](store::Connection& connection) -> asio::awaitable<int> {
    const auto policies = co_await store::list_retention(connection);
    const auto license = co_await store::license(connection);
    for (const auto& [table, keep, compress] : policies) {
      const auto kept = keep ? std::to_string(*keep) + " days" : "forever";
      const auto compressed = compress ? ", compressed after " + std::to_string(*compress) + " days" : "";
      std::printf("%-12s %s%s%s\n", table.c_str(), kept.c_str(), compressed.c_str(), compress && !license.offers_compression() ? kNotOffered : "");
    }
    co_return 0;
  });
}

int set_retention(const app::Options& options, const std::string& table, const std::string& days) {
  const auto wanted = parse_days(days, "forever");
  if (!wanted) return fail(wanted.error());
  return with_database(options, [&](store::Connection& connection) -> asio::awaitable<int> {
    const store::AuditContext who{"cli", "local"};
    const auto done = co_await store::set_retention(connection, table, *wanted, who);
    if (!done) co_return fail(done.error());
    std::printf("%s: kept %s\n", table.c_str(), *wanted ? ("for " + days + " days").c_str() : "forever");
    co_return 0;
  });
}

int set_compression(const app::Options& options, const std::string& table, const std::string& days) {
  const auto wanted = parse_days(days, "never");
  if (!wanted) return fail(wanted.error());
  return with_database(options, [&](store::Connection& connection) -> asio::awaitable<int> {
    const store::AuditContext who{"cli", "local"};
    const auto done = co_await store::set_compression(connection, table, *wanted, who);
    if (!done) co_return fail(done.error());
    const auto license = co_await store::license(connection);
    std::printf("%s: %s%s\n", table.c_str(), *wanted ? ("compressed after " + days + " days").c_str() : "not compressed",
                *wanted && !license.offers_compression() ? kNotOffered : "");
    co_return 0;
  });
}

}  // namespace dcim::cli
