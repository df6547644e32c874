#include "store/rollups.h"

#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>

#include "cli/verbs.h"

namespace dcim::cli {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kShown = 20;

// Says how far it is: on a terminal in one line, elsewhere every ten seconds.
class Progress {
 public:
  explicit Progress(const char* what) : what_(what) {}
  void at(base::Timestamp day, std::size_t done, std::size_t all) {
    if (!terminal_ && Steady::now() < next_) return;
    next_ = Steady::now() + std::chrono::seconds(10);
    const auto text = base::to_rfc3339(day).substr(0, 10);
    std::fprintf(stderr, terminal_ ? "\r%s %s, %zu of %zu days" : "%s %s, %zu of %zu days\n", what_, text.c_str(), done, all);
    open_ = terminal_;
  }
  void end() {
    if (std::exchange(open_, false)) std::fputc('\n', stderr);
  }

 private:
  const char* what_;
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
  bool open_ = false;  // the line on the terminal
  Steady::time_point next_ = Steady::now() + std::chrono::seconds(10);
};

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
  auto verify = [](store::Connection& connection) -> asio::awaitable<int> {
    co_await finish(connection);
    std::vector<store::RollupDifference> differences;
    const auto days = co_await store::rollup_days(connection);
    Progress progress("verifying");
    for (std::size_t i = 0; i < days.size() && differences.size() < kShown; ++i) {
      progress.at(days[i], i + 1, days.size());
      const auto found = co_await store::verify_rollups(connection, days[i], static_cast<int>(kShown - differences.size()));
      differences.insert(differences.end(), found.begin(), found.end());
    }
    progress.end();
    for (const auto& d : differences) {
      std::printf("%s sensor %d %s: %s\n", d.table.c_str(), d.sensor.value, base::to_rfc3339(d.ts).c_str(), d.what.c_str());
    }
    const auto state = co_await store::rollup_state(connection);
    std::printf("%s until %s\n", differences.empty() ? "the rollups are what the readings say," : "the rollups differ,",
                base::to_rfc3339(state.rolled_to).c_str());
    co_return differences.empty() ? 0 : 1;
  };
  return with_database(options, verify, store::kMaintenanceTimeout);
}

int rebuild_rollups(const app::Options& options) {
  auto rebuild = [](store::Connection& connection) -> asio::awaitable<int> {
    base::SystemClock clock;
    const auto days = co_await store::rollup_days(connection);
    Progress progress("rolling up");
    for (std::size_t i = 0; i < days.size(); ++i) {
      progress.at(days[i], i + 1, days.size());
      co_await store::rebuild_rollups(connection, days[i]);
      co_await store::roll_up(connection, clock.now());  // what comes in meanwhile, which the server is kept from
    }
    progress.end();
    co_await finish(connection);
    std::printf("%zu days are rolled up anew\n", days.size());
    co_return 0;
  };
  return with_database(options, rebuild, store::kMaintenanceTimeout);
}

}  // namespace dcim::cli
