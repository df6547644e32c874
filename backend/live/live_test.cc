#include "live/live.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace dcim::live {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

struct FixedClock final : base::Clock {
  base::Timestamp now() const override { return base::Timestamp{1000s}; }
};

struct Browser final : Watcher {
  bool deliver(const Message& message) override {
    if (full) return false;
    messages.push_back(*message);
    return true;
  }
  void deliver_always(const Message& message) override { messages.push_back(*message); }
  bool full = false;
  std::vector<std::string> messages;
};

core::InventoryPtr two_sites(std::int64_t version) {
  std::vector<core::Site> sites{{{1}, "east", "East", "UTC"}, {{2}, "west", "West", "UTC"}};
  std::vector<core::Device> devices{{.id = {1}, .site_id = {1}, .name = "d", .type = "meter", .topic = "dc/east/d"}};
  std::vector<core::Sensor> sensors{{.id = {10}, .device_id = {1}, .site_id = {1}, .topic = "dc/east/d"},
                                    {.id = {20}, .device_id = {1}, .site_id = {2}, .topic = "dc/west/d"}};
  return std::make_shared<const core::Inventory>(version, sites, std::vector<core::Room>{}, std::vector<core::Rack>{}, devices, sensors);
}

struct LiveTest : ::testing::Test {
  LiveTest() { live.set_inventory(two_sites(1)); }

  void apply(int sensor, int second, double value) {
    const core::Reading reading{{sensor}, base::Timestamp{std::chrono::seconds{second}}, value, core::Quality::good};
    live.apply({&reading, 1});
  }
  // Runs the sender long enough for one flush.
  void flush() {
    base::TaskGroup group(io.get_executor(), "test");
    group.spawn(live.strand(), "run", [this] { return live.run(); });
    io.run_for(150ms);
    group.stop();
    io.run_for(50ms);
  }

  asio::io_context io;
  FixedClock clock;
  Live live{io.get_executor(), clock};
  std::shared_ptr<Browser> browser = std::make_shared<Browser>();
};

TEST_F(LiveTest, JoinGivesTheSnapshotAndThenOnlyNewestReadingsOfTheSite) {
  apply(10, 5, 21.5);
  live.subscribe({1}, browser);
  EXPECT_THAT(browser->messages,
              ElementsAre(StartsWith(R"({"type":"snapshot","site":"east","ts":1000000,"readings":[[10,5000,21.5,0]],"alarm_counts":{)")));
  browser->messages.clear();
  apply(10, 6, 22);
  apply(10, 7, 23);
  apply(20, 7, 99);
  flush();
  EXPECT_THAT(browser->messages, ElementsAre(R"({"type":"readings","readings":[[10,7000,23,0]]})"));
}

TEST_F(LiveTest, AReadingOlderThanTheNewestChangesNothing) {
  apply(10, 7, 23);
  apply(10, 6, 50);
  EXPECT_EQ(live.latest({10})->value, 23);
  apply(10, 7, 24);  // a correction of the same moment
  EXPECT_EQ(live.latest({10})->value, 24);
}

TEST_F(LiveTest, ASlowBrowserGetsNothingUntilItHasCaughtUpAndThenTheNewest) {
  live.subscribe({1}, browser);
  browser->full = true;
  apply(10, 5, 1);
  flush();
  browser->full = false;
  browser->messages.clear();
  apply(10, 6, 2);
  flush();
  EXPECT_TRUE(browser->messages.empty());
  live.resync(*browser);
  EXPECT_THAT(browser->messages, ElementsAre(HasSubstr("[[10,6000,2,0]]"), StartsWith(R"({"type":"inventory")")));
}

TEST_F(LiveTest, AnOlderInventoryIsIgnoredAndANewerOneIsTold) {
  live.subscribe({1}, browser);
  browser->messages.clear();
  live.set_inventory(two_sites(0));
  EXPECT_TRUE(browser->messages.empty());
  live.set_inventory(two_sites(2));
  EXPECT_THAT(browser->messages, ElementsAre(R"({"type":"inventory","site":"east"})"));
}

TEST_F(LiveTest, TellsWhichDevicesWentOffline) {
  live.subscribe({1}, browser);
  browser->messages.clear();
  live.apply_availability({1}, {false, base::Timestamp{9s}});
  flush();
  EXPECT_THAT(browser->messages, ElementsAre(R"({"type":"devices","devices":[[1,"offline",9000]]})"));
}

TEST_F(LiveTest, AfterLeavingNothingComes) {
  live.subscribe({1}, browser);
  browser->messages.clear();
  live.unsubscribe(*browser);
  apply(10, 5, 1);
  flush();
  EXPECT_TRUE(browser->messages.empty());
  EXPECT_EQ(live.watchers(), 0u);
}

}  // namespace
}  // namespace dcim::live
