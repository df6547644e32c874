// The server's own MQTT session with a real broker, through a network that can stand still.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include "base/spawn.h"
#include "ingest/mqtt_session.h"
#include "tests/support/proxy.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

struct NoHandler final : ingest::MessageHandler {
  void on_message(const ingest::Publish&, ingest::ConnectionNumber) override {}
  void on_messages_end() override {}
  asio::awaitable<void> wait_for_room() override { co_return; }
};

// Nobody speaks but the broker itself, when it is asked whether it lives. A device must not be blamed for a broker that stands still,
// also before it is given up.
TEST(BrokerSession, ABrokerThatStandsStillIsNotReceivedFromWhileItIsStillConnected) {
  TcpProxy network(Services::get().mqtt_port());
  asio::io_context io;
  const auto strand = asio::make_strand(io.get_executor());
  ingest::MqttSession::Options options;
  options.broker = *ingest::parse_broker_url(Services::get().mqtt_url("dcim-server"));
  options.broker.port = std::to_string(network.port());
  options.client_id = "session-test";
  options.topic_filter = "dc/nobody/#";
  options.keep_alive_s = 3;
  NoHandler handler;
  ingest::MqttSession session(strand, options, handler);
  base::TaskGroup tasks(io.get_executor(), "session test");
  tasks.spawn(strand, "session", [&] { return session.run(); });
  const auto comes = [&](auto condition) {
    for (const auto end = std::chrono::steady_clock::now() + 15s; !condition() && std::chrono::steady_clock::now() < end;) io.run_one_for(50ms);
    return condition();
  };

  ASSERT_TRUE(comes([&] { return session.receiving(); })) << session.problem();
  const auto connection = session.connection();
  network.stall();
  ASSERT_TRUE(comes([&] { return !session.receiving(); }));
  EXPECT_TRUE(session.connected());
  network.pass();
  EXPECT_TRUE(comes([&] { return session.receiving(); }));
  EXPECT_EQ(session.connection(), connection);
  network.stall();
  EXPECT_TRUE(comes([&] { return !session.connected(); }));
  EXPECT_EQ(session.problem(), "the broker is silent");
  tasks.stop();
  EXPECT_TRUE(comes([&] { return tasks.size() == 0; }));
}

}  // namespace
}  // namespace dcim::tests
