// What the server depends on goes wrong, one after the other, while a device publishes: nothing that the broker has accepted is lost or
// double, memory stays bounded, the server says what is missing, and is whole again by itself. docs/operations.md says the same in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <iostream>
#include <thread>

#include "ingest/mqtt_session.h"
#include "tests/support/proxy.h"
#include "tests/support/publisher.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;

constexpr double kMostMemoryMib = kSanitized ? 1000 : 200;

// In CI seconds; `make test-faults OUTAGE=300` is the long form.
std::chrono::seconds outage() {
  const char* text = std::getenv("DCIM_TEST_OUTAGE_S");
  return std::chrono::seconds(text && *text ? std::atoi(text) : 4);
}

struct FaultsTest : ::testing::Test {
  FaultsTest() {
    EXPECT_EQ(server.dcim({"site", "import", site_file("faults", 8).string()}), 0);
    EXPECT_EQ(server.dcim({"user", "add", "op@test.test", "--role", "operator", "--site", "faults", "--password-stdin"}, "long enough"), 0);
    EXPECT_TRUE(eventually([&] {
      client.login("op@test.test", "long enough");
      return client.get("/api/rooms?site=faults").status == 200;
    }));
    sensor_ = database.number("SELECT min(id) FROM sensors");
    for (int i = 1; i <= 8; ++i) options.topics.push_back("dc/faults/r/rack-R00" + std::to_string(i) + "/temperature");
    options.rate = 2000;
  }
  ~FaultsTest() override {
    database_proxy.pass();
    broker_proxy.pass();
  }

  std::int64_t stored() { return database.number("SELECT count(*) FROM readings"); }
  // What only the database knows.
  std::string history() { return "/api/sensors/" + std::to_string(sensor_) + "/readings?interval=raw"; }
  bool more_is_stored(std::chrono::seconds patience = 15s) {
    const auto before = stored();
    return eventually([&] { return stored() > before + 500; }, patience);
  }
  double dependency(const std::string& name) { return server.metric("dcim_ready{dependency=\"" + name + "\"}"); }
  bool says_missing(const std::string& name, std::chrono::seconds patience = 10s) {
    return eventually(
        [&] {
          const auto answer = client.get("/api/health/ready");
          return answer.status == 503 && answer.body.find("\"name\":\"" + name + "\",\"ready\":false") != answer.body.npos && dependency(name) == 0;
        },
        patience);
  }
  // All that was said is stored, and all is well again.
  void expect_whole(Publisher& publisher, std::chrono::seconds patience = 60s) {
    ASSERT_TRUE(publisher.finish(patience));
    Comparison result;
    EXPECT_TRUE(eventually([&] { return (result = compare_readings(publisher.ledger(), database)).good(); }, patience)) << result;
    EXPECT_TRUE(eventually([&] { return server.ready(); }));
    for (const auto* name : {"database", "schema", "broker", "ingest"}) EXPECT_EQ(dependency(name), 1) << name;
    EXPECT_TRUE(eventually([&] { return server.metric("dcim_ingest_waiting_readings") == 0; }));
    EXPECT_LT(server.peak_memory_mib(), kMostMemoryMib);
    std::cout << result << "; most memory " << static_cast<int>(server.peak_memory_mib()) << " MiB" << std::endl;
  }

  const std::string database_url = Services::get().new_database();
  TcpProxy database_proxy{database_socket(database_url)};
  TcpProxy broker_proxy{Services::get().mqtt_port()};
  Server server{{{"DCIM_DATABASE_URL", database_url_through(database_proxy, database_url)}, {"DCIM_MQTT_URL", broker_url()}}};
  Database database{database_url};
  Client client{server.port()};
  Publisher::Options options;

 private:
  std::int64_t sensor_ = 0;
  std::string broker_url() {
    const auto url = Services::get().mqtt_url("dcim-server");
    return url.substr(0, url.rfind(':') + 1) + std::to_string(broker_proxy.port());
  }
};

TEST_F(FaultsTest, ADatabaseThatIsDownForAWhileLosesNothing) {
  Publisher publisher(options);
  ASSERT_TRUE(more_is_stored());
  const auto before = server.peak_memory_mib();
  database_proxy.cut();
  Services::get().crash_database();
  EXPECT_TRUE(says_missing("database"));
  EXPECT_TRUE(says_missing("ingest"));
  const auto end = std::chrono::steady_clock::now() + outage();
  while (std::chrono::steady_clock::now() < end) {
    EXPECT_EQ(client.get("/api/health/live").status, 200u);
    const auto asked = std::chrono::steady_clock::now();
    EXPECT_EQ(client.get(history()).status, 503u);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 8s);
    std::this_thread::sleep_for(200ms);
  }
  EXPECT_GT(server.metric("dcim_ingest_store_failures_total"), 1);
  EXPECT_GT(server.metric("dcim_ingest_waiting_readings"), 0);
  EXPECT_LT(server.peak_memory_mib(), before + 100) << "what comes in meanwhile waits in the broker";
  database_proxy.pass();
  EXPECT_TRUE(eventually([&] { return server.ready(); }, 30s));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.get(history()).status, 200u) << "no request meets a connection from before";
  EXPECT_TRUE(more_is_stored());
  expect_whole(publisher);
}

TEST_F(FaultsTest, ConnectionsThatBreakAtAnyMomentLoseNothing) {
  Publisher publisher(options);
  std::mt19937_64 random(7);
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(more_is_stored(30s)) << i;
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 100));
    (i % 2 ? broker_proxy : database_proxy).reset();
  }
  EXPECT_TRUE(more_is_stored(30s));
  EXPECT_TRUE(eventually([&] { return broker_proxy.taken() >= 7; })) << broker_proxy.taken();  // what was on its way was stored before
  expect_whole(publisher);
}

TEST_F(FaultsTest, ANetworkThatIsCutAndStandsStillLosesNothing) {
  Publisher publisher(options);
  ASSERT_TRUE(more_is_stored());
  broker_proxy.cut();
  EXPECT_TRUE(says_missing("broker"));
  broker_proxy.pass();
  EXPECT_TRUE(more_is_stored(30s));
  for (auto* proxy : {&broker_proxy, &database_proxy}) {
    proxy->stall();
    if (proxy == &database_proxy) {
      EXPECT_TRUE(says_missing("database"));
    }
    std::this_thread::sleep_for(outage());
    EXPECT_EQ(client.get("/api/health/live").status, 200u);
    proxy->pass();
    EXPECT_TRUE(more_is_stored(90s));
  }
  expect_whole(publisher, 120s);
}

TEST_F(FaultsTest, AStatementWithoutAnAnswerIsGivenUp) {
  boost::asio::io_context io;
  store::Connection connection(io.get_executor(), database_url_through(database_proxy, database_url), 1s);
  const auto query = [&](const std::string& sql) {
    auto answer = boost::asio::co_spawn(io, connection.query(sql), boost::asio::use_future);
    io.restart();
    io.run();
    return answer.get().i64(0, 0);
  };
  EXPECT_EQ(query("SELECT 1"), 1);
  EXPECT_THROW(query("SELECT 1 FROM pg_sleep(10)"), store::DatabaseError) << "the server ends what takes too long";
  EXPECT_EQ(query("SELECT 2"), 2);
  database_proxy.stall();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(query("SELECT 3"), store::DatabaseError);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s + store::Connection::kGrace + 2s);
  database_proxy.pass();
  EXPECT_EQ(query("SELECT 4"), 4) << "on a new connection";
}

TEST_F(FaultsTest, ASlowDatabaseIsWaitedFor) {
  database_proxy.slow(60ms);
  options.rate = 4000;
  Publisher publisher(options);
  ASSERT_TRUE(more_is_stored(30s));
  EXPECT_TRUE(more_is_stored(30s));
  EXPECT_TRUE(server.ready()) << "slow is not away";
  EXPECT_EQ(server.metric("dcim_ingest_store_failures_total"), 0);
  EXPECT_TRUE(publisher.finish());
  EXPECT_TRUE(eventually([&] { return server.metric("dcim_ingest_waiting_readings") == 0; }, 60s));
  database_proxy.pass();
  expect_whole(publisher);
}

// A killed broker loses what it had accepted and neither saved nor forwarded, and this test measures it: once with a server that takes
// what comes, once with a server that is away.
TEST_F(FaultsTest, ABrokerThatIsKilledLosesAtMostWhatItHadNeitherSavedNorForwarded) {
  const auto saves = [] {
    std::ifstream conf(DCIM_SOURCE_DIR "/infra/mosquitto.conf");
    for (std::string line; std::getline(conf, line);) {
      if (line.starts_with("autosave_interval ")) return std::chrono::seconds(std::stoi(line.substr(18)));
    }
    return 0s;
  }();
  ASSERT_GT(saves.count(), 0);
  std::this_thread::sleep_for(saves + 2s);  // the broker has saved the server's session
  for (const bool away : {false, true}) {
    options.seed = away ? 2 : 1;
    options.skewed = false;
    Publisher publisher(options);
    ASSERT_TRUE(more_is_stored(30s));
    if (away) {
      ASSERT_EQ(server.stop(), 0);
      std::this_thread::sleep_for(saves + 2s);
    }
    const auto accepted = publisher.accepted();
    Services::get().restart_broker(true);
    if (away) server.start();
    EXPECT_TRUE(more_is_stored(30s));
    ASSERT_TRUE(publisher.finish());
    EXPECT_TRUE(eventually([&] { return server.metric("dcim_ingest_waiting_readings") == 0 && dependency("broker") == 1; }));
    publish(options.topics[0], {R"({"value":19,"ts":"2026-01-01T00:00:00Z"})"});  // behind all others
    EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings WHERE ts < now() - interval '1 hour'") == 1; }, 60s));
    database.query("DELETE FROM readings WHERE ts < now() - interval '1 hour'");
    const auto result = compare_readings(publisher.ledger(), database);
    const auto at_stake = away ? static_cast<std::int64_t>(options.rate * static_cast<double>(saves.count() + 1)) : 1000;
    std::cout << "broker killed while the server is " << (away ? "away" : "there") << ", " << accepted << " accepted until then: " << result
              << std::endl;
    EXPECT_LE(result.lost, at_stake);
    EXPECT_EQ(result.duplicate, 0);
    EXPECT_EQ(result.wrong, 0);
    database.query("DELETE FROM readings");
  }
}

// A broker of its own, with a short queue, which the server has joined and left.
TEST_F(FaultsTest, WhatTheBrokerDropsIsCounted) {
  const auto folder = Services::get().folder() / "short-queue";
  std::filesystem::create_directory(folder);
  const auto port = free_port();
  const auto url = [&](const std::string& account) {
    const auto shared = Services::get().mqtt_url(account);
    return shared.substr(0, shared.rfind(':') + 1) + std::to_string(port);
  };
  {
    std::ifstream shared(Services::get().folder() / "data/mosquitto/mosquitto.conf");
    std::ofstream mine(folder / "mosquitto.conf");
    for (std::string line; std::getline(shared, line);) {
      if (line.starts_with("listener ")) line = "listener " + std::to_string(port) + " 127.0.0.1";
      if (line.starts_with("persistence_location ")) line = "persistence_location " + folder.string() + "/";
      if (line.starts_with("max_queued_messages ")) line = "max_queued_messages 1000";
      mine << line << '\n';
    }
    mine << "sys_interval 1\nuser root\n";
  }
  const std::vector<std::string> command{"/usr/sbin/mosquitto", "-c", (folder / "mosquitto.conf").string()};
  std::optional<Process> broker(std::in_place, command, std::map<std::string, std::string>{}, folder / "log");
  Server other({{"DCIM_DATABASE_URL", database_url}, {"DCIM_MQTT_URL", url("dcim-server")}});
  const auto dropped = [&] { return other.metric("dcim_broker_dropped_total"); };
  EXPECT_TRUE(eventually([&] { return dropped() == 0; })) << "it says so, too, when it has dropped nothing";
  ASSERT_EQ(other.stop(), 0);
  server.stop();

  options.port = port;
  options.skewed = false;
  Publisher publisher(options);
  EXPECT_TRUE(eventually([&] { return publisher.accepted() > 2500; }));
  ASSERT_TRUE(publisher.finish());
  other.start();
  EXPECT_TRUE(eventually([&] { return stored() == 1000; })) << stored();
  const auto accepted = static_cast<double>(publisher.accepted());
  EXPECT_TRUE(eventually([&] { return dropped() == accepted - 1000; })) << dropped() << " of " << accepted;
  EXPECT_TRUE(other.ready()) << "it is over";

  // Its own count begins at nought after a restart; ours goes on.
  broker.reset();
  broker.emplace(command, std::map<std::string, std::string>{}, folder / "log");
  EXPECT_TRUE(eventually([&] { return other.ready(); }, 30s));
  EXPECT_EQ(dropped(), accepted - 1000);
}

TEST_F(FaultsTest, ABrokerThatIsRestartedInOrderLosesNothing) {
  Publisher publisher(options);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(more_is_stored(30s)) << i;
    Services::get().restart_broker(false);
  }
  EXPECT_TRUE(more_is_stored(30s));
  expect_whole(publisher);
}

// Clients that come, half of them without a word, and go without a good-bye.
class Storm {
 public:
  using Visit = std::function<void(boost::asio::ip::tcp::socket&, std::mt19937_64&)>;
  Storm(std::uint16_t port, int threads, Visit visit) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this, port, visit, i] {
        std::mt19937_64 random(static_cast<unsigned>(i));
        boost::asio::io_context io;
        while (!over_) {
          boost::asio::ip::tcp::socket socket(io);
          boost::system::error_code failed;
          socket.connect({boost::asio::ip::address_v4::loopback(), port}, failed);
          if (failed) continue;
          ++visits_;
          if (random() % 2) visit(socket, random);
          socket.set_option(boost::asio::socket_base::linger(random() % 2 == 0, 0), failed);
        }
      });
    }
  }
  ~Storm() {
    over_ = true;
    for (auto& thread : threads_) thread.join();
  }
  int visits() const { return visits_; }

 private:
  std::atomic<bool> over_ = false;
  std::atomic<int> visits_ = 0;
  std::vector<std::thread> threads_;
};

TEST_F(FaultsTest, StormsOfConnectionsDisturbNobody) {
  Publisher publisher(options);
  ASSERT_TRUE(more_is_stored());
  const auto open_files = [&] {
    return std::distance(std::filesystem::directory_iterator("/proc/" + std::to_string(server.process().pid()) + "/fd"), {});
  };
  const auto files_before = open_files();
  const std::string stream = "GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                             "\r\nOrigin: http://127.0.0.1:" + std::to_string(server.port()) + "\r\nCookie: dcim_session=" + client.cookie() +
                             "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  const std::string live = "GET /api/health/live HTTP/1.1\r\nHost: x\r\n\r\n";
  std::atomic<int> streams = 0;
  {
    Storm browsers(server.port(), 3, [&](boost::asio::ip::tcp::socket& socket, std::mt19937_64& random) {
      boost::system::error_code failed;
      const auto& request = random() % 2 ? stream : live;
      boost::asio::write(socket, boost::asio::buffer(request), failed);
      char answer[64];
      const auto n = random() % 2 ? socket.read_some(boost::asio::buffer(answer), failed) : 0;
      if (std::string_view(answer, n).starts_with("HTTP/1.1 101")) ++streams;
    });
    ingest::ConnectOptions device{.client_id = "storm"};
    const auto account = ingest::parse_broker_url(Services::get().mqtt_url("dcim-device")).value();
    device.username = account.username;
    device.password = account.password;
    Storm devices(Services::get().mqtt_port(), 1, [&](boost::asio::ip::tcp::socket& socket, std::mt19937_64& random) {
      auto mine = device;
      mine.client_id += std::to_string(random() % 100);
      const auto hello = ingest::encode_connect(mine);
      boost::system::error_code failed;
      boost::asio::write(socket, boost::asio::buffer(hello), failed);
    });
    EXPECT_TRUE(eventually([&] { return browsers.visits() > 3000 && devices.visits() > 500 && streams > 200; }, 60s));
    EXPECT_TRUE(more_is_stored()) << "in the midst of it";
    EXPECT_TRUE(server.ready());
    std::cout << "browsers " << browsers.visits() << ", streams opened " << streams << ", devices " << devices.visits() << std::endl;
  }
  // More than it takes, at once and silent: the rest is refused, and all is free again when they are gone.
  {
    boost::asio::io_context io;
    std::vector<boost::asio::ip::tcp::socket> crowd;
    for (int i = 0; i < 2100; ++i) {
      crowd.emplace_back(io);
      crowd.back().connect({boost::asio::ip::address_v4::loopback(), server.port()});
    }
    EXPECT_TRUE(eventually([&] { return client.get("/api/health/live").status == 503; }));
    EXPECT_TRUE(more_is_stored());
  }
  EXPECT_TRUE(eventually([&] { return server.metric("dcim_http_connections_refused_total") > 0; }));
  EXPECT_TRUE(eventually([&] { return server.metric("dcim_http_connections") <= 1 && server.metric("dcim_stream_clients") == 0; }, 60s));
  EXPECT_TRUE(eventually([&] { return open_files() <= files_before + 8; })) << open_files() << " files open, before the storm " << files_before;
  expect_whole(publisher);
}

// The folder of database and broker on a disk of its own, which another program fills to the last byte.
struct SmallDisk {
  SmallDisk() {
    std::string name = (std::filesystem::temp_directory_path() / "dcim-disk-XXXXXX").string();
    folder = mkdtemp(name.data());
    std::filesystem::permissions(folder, std::filesystem::perms::others_exec | std::filesystem::perms::group_exec,
                                 std::filesystem::perm_options::add);
    mounted = mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=220m,mode=0711") == 0;
    if (mounted) setenv("TMPDIR", folder.c_str(), 1);
  }
  ~SmallDisk() {
    if (mounted) umount2(folder.c_str(), MNT_DETACH);
    std::error_code ignored;
    std::filesystem::remove(folder, ignored);
  }
  void fill() {
    std::ofstream ballast(folder / "ballast", std::ios::binary | std::ios::app);
    for (std::size_t piece = 1 << 20; piece > 0;) {
      const std::string bytes(piece, 'x');
      ballast.clear();
      if (!ballast.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) piece /= 16;
    }
  }
  void free() { std::filesystem::remove(folder / "ballast"); }

  std::filesystem::path folder;
  bool mounted = false;
};

TEST(DiskFullTest, TheServerWaitsUntilThereIsRoomAgain) {
  SmallDisk disk;
  if (!disk.mounted) GTEST_SKIP() << "may not mount a small disk here";
  Server server;
  Database database(server.database_url());
  ASSERT_EQ(server.dcim({"site", "import", site_file("disk", 1).string()}), 0);
  ASSERT_TRUE(eventually([&] { return Client(server.port()).get("/api/health/ready").status == 200; }));
  // The server must know the topic, or it counts its readings as discovered and no more.
  ASSERT_TRUE(eventually([&] {
    publish("dc/disk/r/rack-R001/temperature", {R"({"value":20,"ts":"2026-01-01T00:00:00Z"})"});
    return database.number("SELECT count(*) FROM readings") == 1;
  }));
  database.query("DELETE FROM readings");
  Publisher::Options options{.topics = {"dc/disk/r/rack-R001/temperature"}, .rate = 2000};
  Publisher publisher(options);
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM readings") > 1000; }));
  // Until it does not help any more that the database has some room in its own files.
  EXPECT_TRUE(eventually(
      [&] {
        disk.fill();
        return server.metric("dcim_ready{dependency=\"ingest\"}") == 0 && Client(server.port()).get("/api/health/ready").status == 503;
      },
      120s));
  EXPECT_GT(server.metric("dcim_ingest_store_failures_total"), 0);
  std::this_thread::sleep_for(2s);
  EXPECT_EQ(Client(server.port()).get("/api/health/live").status, 200u);
  disk.free();
  EXPECT_TRUE(eventually([&] { return server.ready(); }, 90s));
  ASSERT_TRUE(publisher.finish());
  Comparison result;
  EXPECT_TRUE(eventually([&] { return (result = compare_readings(publisher.ledger(), database)).good(); }, 60s)) << result;
  EXPECT_LT(server.peak_memory_mib(), kMostMemoryMib);
  std::cout << result << "; most memory " << static_cast<int>(server.peak_memory_mib()) << " MiB" << std::endl;
}

}  // namespace
}  // namespace dcim::tests
