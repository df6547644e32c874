#include "base/spawn.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace dcim::base {
namespace {

asio::awaitable<void> wait_for_ever(std::atomic<int>& started) {
  asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  ++started;
  co_await timer.async_wait(asio::use_awaitable);
}

TEST(TaskGroup, StopEndsEveryTaskAndJoinWaitsForThem) {
  asio::thread_pool pool(2);
  TaskGroup group(pool.get_executor(), "test");
  std::atomic<int> started = 0;
  for (int i = 0; i < 100; ++i) group.spawn("waiter", [&] { return wait_for_ever(started); });
  group.spawn("thrower", []() -> asio::awaitable<void> {
    throw std::runtime_error("on purpose");
    co_return;
  });
  group.stop();
  group.spawn("late", [&] { return wait_for_ever(started); });
  asio::co_spawn(pool, group.join(), asio::use_future).get();
  EXPECT_EQ(group.size(), 0u);
  EXPECT_LE(started, 101);
}

}  // namespace
}  // namespace dcim::base
