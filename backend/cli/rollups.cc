#include "store/rollups.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>

#include "cli/verbs.h"

namespace dcim::cli {
namespace {

namespace asio = boost::asio;

constexpr int kShown = 20;

// Until nothing waits; a server that does the same takes its share.
asio::awaitable<void> finish(store::Connection& connection) {
  base::SystemClock clock;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    const bool more = co_await store::roll_up(connection, clock.now());
    const auto state = co_await store::rollup_state(connection);
    if (!more && state.late_hours == 0 && state.rolled_to == state.open_from) co_return;
    timer.expires_after(std::chrono::milliseconds(more ? 0 : 50));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace

int verify_rollups(const app::Options& options) {
  return with_database(options, [](store::Connection& connection) -> asio::awaitable<int> {
    co_await finish(connection);
    const auto differences = co_await store::verify_rollups(connection, kShown);
    for (const auto& d : differences) {
      std::printf("%s sensor %d %s: %s\n", d.table.c_str(), d.sensor.value, base::to_rfc3339(d.ts).c_str(), d.what.c_str());
    }
    const auto state = co_await store::rollup_state(connection);
    std::printf("%s until %s\n", differences.empty() ? "the rollups are what the readings say," : "the rollups differ,",
                base::to_rfc3339(state.rolled_to).c_str());
    co_return differences.empty() ? 0 : 1;
  });
}

int rebuild_rollups(const app::Options& options) {
  return with_database(options, [](store::Connection& connection) -> asio::awaitable<int> {
    const auto hours = co_await store::rebuild_rollups(connection);
    co_await finish(connection);
    std::printf("%lld hours of sensors are rolled up again\n", static_cast<long long>(hours));
    co_return 0;
  });
}

}  // namespace dcim::cli
