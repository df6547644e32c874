// dcim up as a newcomer runs it: ready, whole again after a child dies, and nothing left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <sstream>

#include "cli/private_broker.h"
#include "store/migrate.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct UpTest : ::testing::Test {
  UpTest() {
    std::string name = (fs::temp_directory_path() / "dcim-up-XXXXXX").string();
    folder = mkdtemp(name.data());
    fs::permissions(folder, fs::perms::others_exec | fs::perms::group_exec, fs::perm_options::add);
    environment = {{"DCIM_DATA_DIR", (folder / "data").string()},
                   {"DCIM_HTTP_PORT", std::to_string(port)},
                   {"DCIM_MQTT_PORT", std::to_string(mqtt_port)},
                   {"DCIM_DEMO_DAYS", "0.05"}};
  }
  ~UpTest() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  std::unique_ptr<Process> up(std::vector<std::string> more = {}) {
    std::vector<std::string> command{DCIM_BIN_DIR "/dcim", "up"};
    command.insert(command.end(), more.begin(), more.end());
    return std::make_unique<Process>(command, environment, output);
  }
  bool ready() {
    return eventually([&] { return text_of(output).find("DCIM is ready: http://127.0.0.1:" + std::to_string(port)) != std::string::npos; }, 60s);
  }
  bool serving() { return Client(port).get("/api/health/ready").status == 200; }
  // Processes of our data folder whose command line holds the text.
  std::vector<int> pids(const std::string& text) const {
    std::vector<int> out;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != name.npos) continue;
      auto command = text_of(entry.path() / "cmdline");
      std::ranges::replace(command, '\0', ' ');
      const bool ours = command.find(folder.string()) != command.npos || text_of(entry.path() / "environ").find(folder.string()) != std::string::npos;
      if (ours && command.find(text) != command.npos && std::stoi(name) != getpid()) out.push_back(std::stoi(name));
    }
    return out;
  }

  fs::path folder;
  std::uint16_t port = free_port(), mqtt_port = free_port();
  std::map<std::string, std::string> environment;
  fs::path output = fs::temp_directory_path() / ("dcim-up-" + std::to_string(getpid()) + ".out");
};

TEST_F(UpTest, ADemoRunsHealsItselfAndLeavesNothingBehind) {
  std::remove(output.c_str());
  auto all = up({"--demo"});
  ASSERT_TRUE(ready()) << text_of(output);
  struct stat info {};
  ASSERT_EQ(stat((folder / "data/access.env").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_THAT(text_of(folder / "data/access.env"), ::testing::AllOf(HasSubstr("DCIM_DATABASE_URL="), HasSubstr("DCIM_MQTT_URL="),
                                                                    HasSubstr("DCIM_MQTT_DEVICE_URL="), HasSubstr("DCIM_SIM_MQTT_URL=")));
  EXPECT_THAT(text_of(output), ::testing::AllOf(HasSubstr("demo history"), HasSubstr("edge history")));
  Client client(port);
  for (const auto* account : {"admin", "manager", "operator", "viewer"})
    EXPECT_EQ(client.login(std::string(account) + "@demo.test", "dcim-demo").status, 200u);
  EXPECT_TRUE(eventually(
      [&] { return client.get("/api/overview?site=demo").body.find("\"sensors_reporting\":601,\"sensors_total\":601") != std::string::npos; }, 30s));

  for (const auto* child : {"postgres -D", "mosquitto -c", "dcim serve"}) {
    const auto victims = pids(child);
    ASSERT_FALSE(victims.empty()) << child;
    kill(victims.front(), SIGKILL);
    const auto replaced = [&] {
      const auto now = pids(child);
      return !now.empty() && now.front() != victims.front() && serving();
    };
    EXPECT_TRUE(eventually(replaced, 30s)) << child;
  }
  EXPECT_THAT(text_of(output), HasSubstr("starting it again"));

  all->signal(SIGTERM);
  EXPECT_EQ(all->wait(), 0);
  EXPECT_TRUE(pids("").empty());

  // Again on the same folder; and without --demo its accounts are gone.
  std::remove(output.c_str());
  auto again = up();
  ASSERT_TRUE(ready()) << text_of(output);
  EXPECT_EQ(Client(port).login("admin@demo.test", "dcim-demo").status, 401u);
  // A second one on the same folder is refused in one sentence.
  environment["DCIM_HTTP_PORT"] = std::to_string(free_port());
  const auto first = output;
  output += ".second";
  EXPECT_EQ(up()->wait(), 1);
  EXPECT_THAT(text_of(output), HasSubstr("is in use by another dcim up"));
  output = first;
  again->signal(SIGINT);
  EXPECT_EQ(again->wait(), 0);
}

TEST_F(UpTest, WhatIsWrongIsOneSentence) {
  const auto sentence = [&](std::vector<std::string> more = {}) {
    std::remove(output.c_str());
    EXPECT_EQ(up(more)->wait(), 1);
    const auto said = text_of(output);
    EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
    return said;
  };
  boost::asio::io_context io;
  {
    boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), port});
    EXPECT_THAT(sentence(), HasSubstr("set DCIM_HTTP_PORT"));
  }
  {
    boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), mqtt_port});
    EXPECT_THAT(sentence(), HasSubstr("set DCIM_MQTT_PORT"));
  }
  environment["DCIM_HTTP_ADDRESS"] = "0.0.0.0";
  EXPECT_THAT(sentence({"--demo"}), HasSubstr("loopback only"));
  environment.erase("DCIM_HTTP_ADDRESS");
  environment["DCIM_HTTP_PORT"] = "http";
  EXPECT_THAT(sentence(), HasSubstr("DCIM_HTTP_PORT must be a port"));
  environment["DCIM_HTTP_PORT"] = std::to_string(port);
  std::ofstream(folder / "file") << "x";
  environment["DCIM_DATA_DIR"] = (folder / "file").string();
  EXPECT_THAT(sentence(), HasSubstr("cannot use the data folder"));
}

TEST_F(UpTest, ANewerSchemaIsRefused) {
  std::remove(output.c_str());
  auto first = up();
  ASSERT_TRUE(ready()) << text_of(output);
  const auto access = text_of(folder / "data/access.env");
  const auto begin = access.find("DATABASE_URL='") + 14;
  Database(access.substr(begin, access.find('\'', begin) - begin))
      .query("INSERT INTO schema_migrations (version, name) VALUES (9999, 'from the future')");
  first->signal(SIGTERM);
  EXPECT_EQ(first->wait(), 0);
  std::remove(output.c_str());
  EXPECT_EQ(up()->wait(), 1);
  EXPECT_THAT(text_of(output), HasSubstr("newer than this program"));
  EXPECT_TRUE(pids("").empty());
}

}  // namespace
}  // namespace dcim::tests
