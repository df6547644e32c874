// Notifications on real parts: an SMTP server with STARTTLS and AUTH, an HTTP receiver, the real database; and a server that is killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "cli/private_broker.h"
#include "notify/delivery.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace asio = boost::asio;

std::string text_of(const boost::json::value& value) { return {value.as_string().data(), value.as_string().size()}; }

// Runs while it lives.
class MailServer {
 public:
  MailServer() : port_(free_port()) {
    const auto folder = Services::get().folder();
    const auto name = (folder / ("smtp-" + std::to_string(port_))).string();
    certificate_ = name + ".pem";
    mails_ = name + ".jsonl";
    const auto command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout " + name +
                         ".key -out " + certificate_ + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl req failed");
    const std::vector<std::string> program{
        "/usr/bin/python3", DCIM_SOURCE_DIR "/backend/tests/support/smtp_server.py", std::to_string(port_), certificate_, name + ".key", mails_};
    process_ = std::make_unique<Process>(program, std::map<std::string, std::string>{}, name + ".log");
    if (!eventually([&] { return cli::listens(port_); })) throw std::runtime_error("the SMTP server does not start: " + name + ".log");
  }
  std::map<std::string, std::string> environment(const std::string& password = "mail-pass%3Aword") const {
    return {{"DCIM_SMTP_URL", "smtp://dcim:" + password + "@127.0.0.1:" + std::to_string(port_) + "?starttls=required"},
            {"DCIM_SMTP_FROM", "Hall 1 <dcim@example.test>"},
            {"DCIM_SMTP_CA", certificate_},
            {"DCIM_PUBLIC_URL", "https://dcim.example.test"}};
  }
  std::vector<boost::json::value> mails() const {
    std::vector<boost::json::value> out;
    std::ifstream lines(mails_);
    for (std::string line; std::getline(lines, line);) out.push_back(boost::json::parse(line));
    return out;
  }
  std::vector<std::string> subjects() const {
    std::vector<std::string> out;
    for (const auto& mail : mails()) out.push_back(text_of(mail.at("subject")));
    return out;
  }

 private:
  std::uint16_t port_;
  std::string certificate_, mails_;
  std::unique_ptr<Process> process_;
};

// An HTTP server that answers with what it is told to; 0: it says nothing and holds the line.
class Receiver {
 public:
  struct Request {
    std::map<std::string, std::string> headers;
    std::string body;
  };
  explicit Receiver(std::uint16_t port, unsigned status = 200) : status_(status), acceptor_(io_, {asio::ip::address_v4::loopback(), port}) {
    thread_ = std::thread([this] { serve(); });
  }
  ~Receiver() {
    stopping_ = true;
    boost::system::error_code ignored;
    asio::ip::tcp::socket wake(io_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  void answer(unsigned status) { status_ = status; }
  std::vector<Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    std::vector<asio::ip::tcp::iostream> held;
    while (true) {
      asio::ip::tcp::iostream stream(acceptor_.accept());
      if (stopping_) return;
      Request request;
      std::string line;
      std::getline(stream, line);
      while (std::getline(stream, line) && line != "\r") {
        const auto colon = line.find(':');
        auto name = line.substr(0, colon);
        for (auto& c : name) c = static_cast<char>(std::tolower(c));
        request.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
      }
      request.body.resize(std::stoul(request.headers["content-length"]));
      stream.read(request.body.data(), static_cast<std::streamsize>(request.body.size()));
      const auto status = status_.load();
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
      }
      if (status == 0) {
        held.push_back(std::move(stream));
        continue;
      }
      stream << "HTTP/1.1 " << status << " X\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" << std::flush;
    }
  }

  asio::io_context io_;
  std::atomic<unsigned> status_;
  std::atomic<bool> stopping_ = false;
  asio::ip::tcp::acceptor acceptor_;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

struct NotificationsTest : ::testing::Test {
  NotificationsTest() {
    EXPECT_EQ(server.dcim({"site", "import", site_file("tell", 2).string()}), 0);
    EXPECT_EQ(server.dcim({"user", "add", "chief@test.test", "--role", "site-manager", "--site", "tell", "--password-stdin"}, "long enough"), 0);
    EXPECT_TRUE(eventually([&] {
      client.login("chief@test.test", "long enough");
      return client.get("/api/rooms?site=tell").status == 200;
    }));
  }

  Answer send(const std::string& method, const std::string& path, const std::string& body = "", const std::string& version = "") {
    std::map<std::string, std::string> headers{{"X-CSRF-Token", client.csrf_token()}};
    if (!version.empty()) headers["If-Match"] = version;
    return client.request(method, "/api/" + path + "?site=tell", body, headers);
  }
  int create(const std::string& what, const std::string& body) {
    const auto answer = send("POST", what, body);
    EXPECT_EQ(answer.status, 201u) << answer.body;
    return static_cast<int>(answer.json().at("id").as_int64());
  }
  int webhook(std::uint16_t port) {
    return create("notification-channels",
                  R"({"name":"hook","type":"webhook","secret":"0123456789abcdef","url":"http://127.0.0.1:)" + std::to_string(port) + R"(/alarms"})");
  }
  int email(const std::string& addresses = R"("on-call@example.test")") {
    return create("notification-channels", R"({"name":"on-call","type":"email","addresses":[)" + addresses + "]}");
  }
  int route(int channel, const std::string& more = "") {
    return create("notification-routes", R"({"name":"to )" + std::to_string(channel) + R"(","channel_id":)" + std::to_string(channel) + more + "}");
  }
  // Raised in the database, as the engine does; gives the last one's id.
  int raise(int n = 1, int severity = 3) {
    database.query(
        "WITH new AS (INSERT INTO alarms (site_id, subject, type, rule, instruction, kind, unit, system, room_id, room, rack, device_id, "
        "device, sensor, severity, level_when, level_limit, value, latching, ack_required, announced, raised_at, changed_at) "
        "SELECT s.id, 1000000 + nextval(pg_get_serial_sequence('alarms', 'id')), 0, 'Rack inlet temperature', 'Look.', "
        "'inlet-temperature', '°C', 0, r.id, r.name, 'R001', 1, 'R001 climate', 'inlet', $2, 0, 28, 29.5, false, true, true, now(), now() "
        "FROM sites s JOIN rooms r ON r.site_id = s.id, generate_series(1, $1) WHERE s.code = 'tell' RETURNING *) "
        "INSERT INTO alarm_journal (alarm_id, ts, change, severity, value, level_limit) "
        "SELECT id, raised_at, 'raised', severity, value, level_limit FROM new",
        store::params(n, severity));
    return static_cast<int>(database.number("SELECT max(id) FROM alarms"));
  }
  void clear(int alarm) {
    database.query("UPDATE alarms SET cleared_at = now(), changed_at = now(), revision = revision + 1 WHERE id = $1", store::params(alarm));
    database.query("INSERT INTO alarm_journal (alarm_id, ts, change, severity) SELECT id, now(), 'cleared', severity FROM alarms WHERE id = $1",
                   store::params(alarm));
  }
  std::int64_t count(const std::string& state) {
    return database.query("SELECT count(*) FROM notifications WHERE state = $1", store::params(state)).i64(0, 0);
  }
  void make_due() { database.query("UPDATE notifications SET due_at = now() WHERE state = 'pending'"); }
  std::vector<std::string> notes(int alarm) {
    const auto rows = database.query("SELECT note FROM alarm_journal WHERE alarm_id = $1 AND change = 'notified' AND actor IS NULL ORDER BY id",
                                     store::params(alarm));
    std::vector<std::string> out;
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(rows.text(i, 0));
    return out;
  }

  MailServer mail;
  Server server{mail.environment()};
  Database database{server.database_url()};
  Client client{server.port()};
};

TEST_F(NotificationsTest, AnAlarmIsMailedOnceInTextAndHtmlOverTlsWithAPassword) {
  route(email());
  publish("dc/tell/r/rack-R001/temperature", {R"({"ts":")" + base::to_rfc3339(base::SystemClock().now()) + R"(","value":33.5,"unit":"°C"})"});
  ASSERT_TRUE(eventually([&] { return count("sent") == 1; }));
  ASSERT_EQ(mail.mails().size(), 1u);
  const auto first = mail.mails()[0];
  EXPECT_TRUE(first.at("tls").as_bool());
  EXPECT_TRUE(first.at("authenticated").as_bool());
  EXPECT_EQ(first.at("from").as_string(), "dcim@example.test");
  EXPECT_EQ(first.at("to").at(0).as_string(), "on-call@example.test");
  EXPECT_EQ(first.at("type").as_string(), "multipart/alternative");
  EXPECT_EQ(first.at("subject").as_string(), "[CRITICAL] tell: R001, Rack inlet temperature, 33.5 °C, above 32 °C");
  EXPECT_THAT(text_of(first.at("text")), HasSubstr("https://dcim.example.test/alarms/?site=tell&alarm="));
  EXPECT_THAT(text_of(first.at("html")), HasSubstr("Rack inlet temperature"));
  const auto alarm = static_cast<int>(database.number("SELECT id FROM alarms"));
  EXPECT_THAT(notes(alarm), ElementsAre("E-mail to on-call: delivered"));
  EXPECT_EQ(server.metric("dcim_notifications_sent_total"), 1);

  EXPECT_EQ(server.stop(), 0);
  server.start();
  clear(alarm);
  ASSERT_TRUE(eventually([&] { return count("sent") == 2; }));
  EXPECT_THAT(mail.subjects(), ElementsAre(StartsWith("[CRITICAL]"), StartsWith("[CLEARED] ")));
  EXPECT_NE(mail.mails()[0].at("message_id"), mail.mails()[1].at("message_id"));
}

TEST_F(NotificationsTest, OneAddressThatIsRefusedKeepsNobodyElseFromBeingTold) {
  route(email(R"("refused@example.test","second@example.test")"));
  const auto alarm = raise();
  ASSERT_TRUE(eventually([&] { return count("sent") == 1; }));
  EXPECT_EQ(mail.mails()[0].at("to"), boost::json::parse(R"(["second@example.test"])"));
  EXPECT_THAT(notes(alarm).at(0), HasSubstr("refused@example.test (550 5.1.1 there is nobody of this name)"));
}

TEST_F(NotificationsTest, ATestTellsHowItWent) {
  const auto channel = email();
  const auto path = "notification-channels/" + std::to_string(channel);
  auto outcome = send("POST", path + "/test", "").json();
  EXPECT_TRUE(outcome.at("delivered").as_bool()) << outcome.at("detail");
  EXPECT_THAT(text_of(outcome.at("detail")), HasSubstr("250 2.0.0 taken"));
  EXPECT_THAT(mail.subjects(), ElementsAre("[TEST] tell: notifications to on-call arrive"));
  ASSERT_EQ(send("PUT", path, R"({"name":"on-call","type":"email","addresses":["refused@example.test"]})", "\"1\"").status, 200u);
  outcome = send("POST", path + "/test", "").json();
  EXPECT_FALSE(outcome.at("delivered").as_bool());
  EXPECT_THAT(text_of(outcome.at("detail")), HasSubstr("550 5.1.1"));
  EXPECT_EQ(count("dead"), 1) << "a test is not tried again";
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action = 'notification-channel.test'"), 2);
}

TEST_F(NotificationsTest, AWebhookIsSignedAndTriedAgainUntilItIsTakenOrDead) {
  const auto port = free_port();
  const auto channel = webhook(port);
  route(channel);
  const auto alarm = raise();
  const auto failed = [&](const std::string& error) {
    return eventually([&] { return database.number("SELECT count(*) FROM notifications WHERE last_error LIKE '%" + error + "%' AND attempts > 0"); });
  };
  ASSERT_TRUE(failed("connect")) << "nobody listens";
  Receiver receiver(port, 500);
  make_due();
  ASSERT_TRUE(failed("HTTP 500"));
  receiver.answer(302);
  make_due();
  ASSERT_TRUE(failed("HTTP 302")) << "a redirect is not followed";
  EXPECT_GE(database.number("SELECT extract(epoch FROM due_at - now())::int FROM notifications"), 60) << "farther apart";
  receiver.answer(204);
  make_due();
  ASSERT_TRUE(eventually([&] { return count("sent") == 1; }));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 3u);
  for (const auto& request : requests) {
    EXPECT_EQ(request.headers.at("x-dcim-signature"), notify::signature("0123456789abcdef", request.body));
    EXPECT_EQ(request.headers.at("x-dcim-delivery"), requests[0].headers.at("x-dcim-delivery")) << "the same in every attempt";
    EXPECT_EQ(request.body, requests[0].body);
  }
  EXPECT_EQ(boost::json::parse(requests[0].body).at("alarms").at(0).at("alarm").at("id").as_int64(), alarm);

  receiver.answer(500);
  const auto second = raise();
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM notifications WHERE state = 'pending' AND last_error IS NOT NULL"); }));
  database.query("UPDATE notifications SET due_at = now(), give_up_at = now() WHERE state = 'pending'");
  ASSERT_TRUE(eventually([&] { return count("dead") == 1; }));
  EXPECT_THAT(notes(second), ElementsAre("Webhook hook: could not be delivered: HTTP 500"));
  EXPECT_EQ(server.metric("dcim_notifications_dead_total"), 1);
  receiver.answer(200);
  const auto dead = client.get("/api/notifications?site=tell&state=dead").json().at("items").as_array();
  ASSERT_EQ(dead.size(), 1u);
  const auto retry = "notifications/" + std::to_string(dead[0].at("id").as_int64()) + "/retry";
  EXPECT_EQ(send("POST", retry).json().at("state").as_string(), "pending");
  ASSERT_TRUE(eventually([&] { return count("sent") == 2; }));
  EXPECT_EQ(send("POST", retry).status, 409u);
}

TEST_F(NotificationsTest, AServerKilledWhileItSendsSendsTheSameAgain) {
  const auto port = free_port();
  route(webhook(port));
  std::string delivery;
  {
    Receiver silent(port, 0);
    raise();
    ASSERT_TRUE(eventually([&] { return silent.requests().size() == 1; }));
    delivery = silent.requests()[0].headers.at("x-dcim-delivery");
    server.kill();
    EXPECT_EQ(database.number("SELECT attempts FROM notifications WHERE state = 'pending'"), 1) << "marked before it is sent";
    EXPECT_GT(database.number("SELECT extract(epoch FROM due_at - now())::int FROM notifications"), 30) << "nobody else takes it meanwhile";
  }
  raise();  // while no server runs
  Receiver receiver(port);
  make_due();
  server.start();
  ASSERT_TRUE(eventually([&] { return count("sent") == 2; }));
  std::vector<std::string> deliveries;
  for (const auto& request : receiver.requests()) deliveries.push_back(request.headers.at("x-dcim-delivery"));
  EXPECT_EQ(deliveries.size(), 2u);
  EXPECT_THAT(deliveries, ::testing::Contains(delivery).Times(1));
}

TEST_F(NotificationsTest, WhoDoesNotAnswerIsFollowedByTheNextUntilSomebodyAcknowledges) {
  route(email(), R"(,"after_min":15,"repeat_min":30)");
  const auto alarm = raise();
  const auto waits = [&](int told) {
    return eventually([&] {
      return database.query("SELECT count(*) FROM notification_follow_ups WHERE told = $1 AND due_at > now()", store::params(told)).i64(0, 0) == 1;
    });
  };
  const auto let_time_pass = [&] { database.query("UPDATE notification_follow_ups SET due_at = now()"); };
  ASSERT_TRUE(waits(0));
  EXPECT_EQ(database.number("SELECT count(*) FROM notifications"), 0);
  let_time_pass();
  ASSERT_TRUE(waits(1));
  let_time_pass();
  ASSERT_TRUE(waits(2));
  ASSERT_TRUE(eventually([&] { return count("sent") == 2; }));
  EXPECT_THAT(mail.subjects(), ElementsAre(StartsWith("[MAJOR, not acknowledged]"), StartsWith("[MAJOR, still not acknowledged]")));
  const auto acknowledged = client.post("/api/alarms/acknowledge?site=tell", R"({"ids":[)" + std::to_string(alarm) + "]}");
  ASSERT_EQ(acknowledged.status, 200u) << acknowledged.body;
  let_time_pass();
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM notification_follow_ups WHERE due_at IS NULL") == 1; }));
  EXPECT_EQ(database.number("SELECT count(*) FROM notifications"), 2);
  clear(alarm);
  ASSERT_TRUE(eventually([&] { return count("sent") == 3; }));
  EXPECT_THAT(mail.subjects().back(), StartsWith("[CLEARED]"));
  EXPECT_EQ(database.number("SELECT count(*) FROM notification_follow_ups"), 0);
}

TEST_F(NotificationsTest, AFloodIsADigest) {
  route(email());
  raise(1000);
  const auto last = raise(1, 4);
  ASSERT_TRUE(eventually([&] { return count("sent") == 1; }));
  EXPECT_THAT(mail.subjects(), ElementsAre("[CRITICAL] tell: 1001 alarms (1 critical, 1000 major)"));
  EXPECT_THAT(text_of(mail.mails()[0].at("text")), HasSubstr("… and 951 more."));
  EXPECT_THAT(notes(last), ElementsAre("E-mail to on-call: delivered"));
  EXPECT_EQ(client.get("/api/notifications?site=tell").json().at("items").at(0).at("alarms").as_int64(), 1001);
  // Ten thousand more gather until the next digest is due, twenty seconds after the first: here, now.
  raise(10'000, 4);
  ASSERT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM notification_items") == 10'000; }));
  database.query("UPDATE notifications SET created_at = created_at - interval '1 minute'");
  ASSERT_TRUE(eventually([&] { return count("sent") == 2; }));
  EXPECT_THAT(mail.subjects().back(), HasSubstr("10000 alarms"));
  EXPECT_EQ(database.number("SELECT count(*) FROM alarm_announcements"), 0);
}

TEST_F(NotificationsTest, ChannelsAndRoutesAreEditedWithCare) {
  const auto channel = webhook(9);
  const auto path = "notification-channels/" + std::to_string(channel);
  const auto document = [](const std::string& more) { return R"({"name":"hook","type":"webhook","url":"http://127.0.0.1:9/new")" + more + "}"; };
  EXPECT_EQ(send("PUT", path, document("")).status, 400u) << "without If-Match";
  EXPECT_EQ(send("PUT", path, document(""), "\"7\"").status, 409u);
  const auto changed = send("PUT", path, document(R"(,"enabled":false)"), "\"1\"");
  ASSERT_EQ(changed.status, 200u) << changed.body;
  EXPECT_EQ(changed.json().at("version").as_int64(), 2);
  EXPECT_TRUE(changed.json().at("signed").as_bool()) << "a secret that is left out stays";
  EXPECT_EQ(send("PUT", path, R"({"name":"hook","type":"email","addresses":["a@b.test"]})", "\"2\"").json().at("field").as_string(), "/type");
  EXPECT_EQ(send("POST", "notification-channels", document("")).status, 409u) << "the name is taken";

  const auto to = route(channel);
  EXPECT_EQ(send("DELETE", path, "", "\"2\"").status, 409u) << "a route leads to it";
  EXPECT_EQ(send("POST", "notification-routes", R"({"name":"x","channel_id":999999})").json().at("field").as_string(), "/channel_id");
  EXPECT_EQ(send("POST", "notification-routes", R"({"name":"x","channel_id":)" + std::to_string(channel) + R"(,"room_id":999999})")
                .json()
                .at("field")
                .as_string(),
            "/room_id");
  EXPECT_EQ(send("DELETE", "notification-routes/" + std::to_string(to), "", "\"1\"").status, 204u);
  EXPECT_EQ(send("DELETE", path, "", "\"2\"").status, 204u);
  EXPECT_EQ(send("DELETE", path, "", "\"2\"").status, 404u);
  const auto list = client.get("/api/notification-channels?site=tell");
  EXPECT_EQ(list.json(), boost::json::parse(R"({"items":[],"smtp":true})"));
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action LIKE 'notification-%'"), 5);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE concat(before, after) LIKE '%0123456789abcdef%'"), 0) << "secrets are kept";
}

TEST(NotificationSettings, AWrongPasswordAndAMissingServerAreSaidPlainly) {
  MailServer mail;
  Server server(mail.environment("wrong"));
  Database database(server.database_url());
  ASSERT_EQ(server.dcim({"site", "import", site_file("tell", 1).string()}), 0);
  ASSERT_EQ(server.dcim({"user", "add", "admin@test.test", "--role", "admin", "--password-stdin"}, "long enough"), 0);
  Client client(server.port());
  ASSERT_EQ(client.login("admin@test.test", "long enough").status, 200u);
  const auto made = client.post("/api/notification-channels?site=tell", R"({"name":"a","type":"email","addresses":["a@example.test"]})");
  ASSERT_EQ(made.status, 201u) << made.body;
  const auto path = "/api/notification-channels/" + std::to_string(made.json().at("id").as_int64()) + "/test?site=tell";
  const auto outcome = client.post(path).json();
  EXPECT_FALSE(outcome.at("delivered").as_bool());
  EXPECT_THAT(text_of(outcome.at("detail")), HasSubstr("535"));
  EXPECT_TRUE(mail.mails().empty());
}

}  // namespace
}  // namespace dcim::tests
