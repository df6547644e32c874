#include "base/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>

namespace dcim::base {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

struct SupervisorTest : ::testing::Test {
  Child shell(const std::string& name, const std::string& script) {
    Child child;
    child.name = name;
    child.command.program = "/bin/sh";
    child.command.arguments = {"-c", script};
    return child;
  }
  template <class T>
  T run(asio::awaitable<T> task) {
    auto future = asio::co_spawn(io, std::move(task), asio::use_future);
    until([&] { return future.wait_for(0s) == std::future_status::ready; });
    return future.get();
  }
  template <class Done>
  void until(Done done) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    io.restart();
    while (!done() && std::chrono::steady_clock::now() < deadline) io.run_one_for(100ms);
    ASSERT_TRUE(done());
  }

  asio::io_context io{1};
  std::vector<std::string> said;
  Supervisor supervisor{io.get_executor(), [this](const std::string& line) { said.push_back(line); }};
};

TEST_F(SupervisorTest, RestartsWhatDiesAndSaysSo) {
  ASSERT_TRUE(run(supervisor.start(shell("worker", "exec sleep 60"))).has_value());
  const auto first = supervisor.pid_of("worker");
  kill(first, SIGKILL);
  until([&] { return supervisor.pid_of("worker") != 0 && supervisor.pid_of("worker") != first; });
  EXPECT_THAT(said, Contains(HasSubstr("worker was killed by signal 9; starting it again in 0.2 s")));
  const auto second = supervisor.pid_of("worker");
  run(supervisor.stop());
  EXPECT_EQ(supervisor.running(), 0u);
  EXPECT_EQ(kill(second, 0), -1);
}

TEST_F(SupervisorTest, WhatNeverComesUpIsAnError) {
  const auto failed = run(supervisor.start([&] {
    auto child = shell("broken", "exit 3");
    child.ready = [] { return false; };
    return child;
  }()));
  ASSERT_FALSE(failed.has_value());
  EXPECT_THAT(failed.error().message, HasSubstr("broken does not stay up: it exited with 3"));
  Child missing;
  missing.name = "missing";
  missing.command.program = "/no/such/program";
  missing.ready = [] { return false; };
  EXPECT_THAT(run(supervisor.start(missing)).error().message, HasSubstr("cannot run /no/such/program"));
  run(supervisor.stop());
}

TEST_F(SupervisorTest, WhoIgnoresTheSignalIsKilled) {
  auto deaf = shell("deaf", "trap '' TERM; while :; do sleep 0.05; done");
  deaf.stop_timeout = 1s;
  ASSERT_TRUE(run(supervisor.start(deaf)).has_value());
  io.run_for(100ms);
  run(supervisor.stop());
  EXPECT_THAT(said, Contains("deaf does not stop; killing it"));
}

TEST_F(SupervisorTest, StopsHigherStagesFirst) {
  const auto log = ::testing::TempDir() + "stages.log";
  std::remove(log.c_str());
  for (int stage = 0; stage < 3; ++stage) {
    auto child = shell(std::to_string(stage), "trap 'echo " + std::to_string(stage) + " >> " + log + "; exit 0' TERM; echo up >> " + log +
                                                  ".up; while :; do sleep 0.02; done");
    child.stage = stage;
    ASSERT_TRUE(run(supervisor.start(child)).has_value());
  }
  until([&] {
    std::ifstream up(log + ".up");
    return std::count(std::istreambuf_iterator<char>(up), {}, '\n') >= 3;
  });
  run(supervisor.stop());
  std::ifstream file(log);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "2\n1\n0\n");
  std::remove((log + ".up").c_str());
}

TEST(RunToEnd, GivesWhatAFailedCommandSaid) {
  Command command{.program = "/bin/sh", .arguments = {"-c", "echo no luck >&2; exit 1"}};
  EXPECT_EQ(run_to_end(command, "trying").error().message, "trying failed: no luck");
  command.arguments = {"-c", "test \"$SECRET\" = x"};
  command.environment["SECRET"] = "x";
  EXPECT_TRUE(run_to_end(command, "checking").has_value());
}

}  // namespace
}  // namespace dcim::base
