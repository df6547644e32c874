// Hardware comes: what publishes unknown is adopted, and has an account of its own at the real broker that may do nothing else.
#include <gmock/gmock.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <signal.h>

#include <condition_variable>
#include <mutex>

#include "tests/support/assets.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// A device with its own account. Speaks MQTT 5, so that it is told what it may not.
class Hardware {
 public:
  Hardware(const std::string& username, const std::string& password) {
    client_ = mosquitto_new(("hardware-" + username).c_str(), true, this);
    mosquitto_int_option(client_, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_username_pw_set(client_, username.c_str(), password.c_str());
    mosquitto_reconnect_delay_set(client_, 3600, 3600, false);  // whoever is thrown out stays out
    mosquitto_connect_v5_callback_set(client_, [](mosquitto*, void* self, int reason, int, const mosquitto_property*) {
      static_cast<Hardware*>(self)->tell([&](Hardware& h) { h.connected_ = reason; });
    });
    mosquitto_disconnect_v5_callback_set(client_, [](mosquitto*, void* self, int, const mosquitto_property*) {
      static_cast<Hardware*>(self)->tell([](Hardware& h) { h.gone_ = true; });
    });
    mosquitto_publish_v5_callback_set(client_, [](mosquitto*, void* self, int, int reason, const mosquitto_property*) {
      static_cast<Hardware*>(self)->tell([&](Hardware& h) { h.published_ = reason; });
    });
    mosquitto_subscribe_v5_callback_set(client_, [](mosquitto*, void* self, int, int, const int* granted, const mosquitto_property*) {
      static_cast<Hardware*>(self)->tell([&](Hardware& h) { h.subscribed_ = granted[0]; });
    });
    mosquitto_connect(client_, "127.0.0.1", Services::get().mqtt_port(), 30);
    mosquitto_loop_start(client_);
    await([this] { return connected_ || gone_; });
  }
  ~Hardware() {
    mosquitto_disconnect(client_);
    mosquitto_loop_stop(client_, false);  // forced, it may end the thread with a lock in its hands
    mosquitto_destroy(client_);
  }

  bool accepted() { return connected_ == 0; }
  /// The broker's reason code: 0 or 16 (nobody listens) when it took it, 135 when the account may not.
  int publish(const std::string& topic, const std::string& payload) {
    published_.reset();
    mosquitto_publish_v5(client_, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), 1, false, nullptr);
    await([this] { return published_.has_value(); });
    return published_.value_or(-1);
  }
  int subscribe(const std::string& topic) {
    subscribed_.reset();
    mosquitto_subscribe(client_, nullptr, topic.c_str(), 1);
    await([this] { return subscribed_.has_value(); });
    return subscribed_.value_or(-1);
  }
  bool thrown_out() {
    return await([this] { return gone_; });
  }

 private:
  template <class Fn>
  void tell(Fn fn) {
    const std::scoped_lock lock(mutex_);
    fn(*this);
    changed_.notify_all();
  }
  template <class Condition>
  bool await(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 15s, condition);
  }

  mosquitto* client_ = nullptr;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<int> connected_, published_, subscribed_;
  bool gone_ = false;
};

constexpr int kNotAuthorized = 135;

struct OnboardingTest : AssetsFixture {
  // Each test has a topic of its own: the broker is shared.
  std::string topic(const std::string& name) { return "dc/assets/r/rack-R001/" + name; }

  json::value discovered(const std::string& name) {
    json::value found;
    EXPECT_TRUE(eventually([&] {
      const auto all = admin.get("/api/discovered-topics?site=assets").json();
      for (const auto& item : all.at("items").as_array()) {
        if (item.at("topic").as_string() == topic(name).c_str()) found = item;
      }
      return !found.is_null();
    })) << name;
    return found;
  }

  json::value adopt(const std::string& name) {
    publish(topic(name), {R"({"value":21.5,"unit":"°C"})"});
    discovered(name);
    const auto answer = admin.post("/api/discovered-topics/adopt?site=assets",
                                   R"({"topic":")" + topic(name) + R"(","device":{"name":")" + name + R"(","role":"temperature-sensor","rack_id":)" +
                                       rack("R001") + R"(},"sensors":[{"field":"/value","name":"inlet","kind":"inlet-temperature","unit":"°C"}]})");
    EXPECT_EQ(answer.status, 201u) << answer.body;
    // From now on it is listened to.
    EXPECT_TRUE(eventually(
        [&] { return server.metric("dcim_inventory_version") >= static_cast<double>(database.number("SELECT version FROM inventory_version")); }));
    return answer.json();
  }
  std::string credentials(const json::value& device) { return path(device) + "/credentials"; }
  Answer revoke(const json::value& device) { return admin.request("DELETE", credentials(device), "", token()); }
  std::int64_t readings(const std::string& name) {
    return database.query("SELECT count(*) FROM readings r JOIN sensors s ON s.id = r.sensor_id WHERE s.topic = $1", store::params(topic(name)))
        .i64(0, 0);
  }
};

TEST_F(OnboardingTest, WhatIsDiscoveredIsUnderstoodAndAdopted) {
  std::string fields;
  for (int i = 0; i < 40; ++i) fields += ",\"block_" + std::to_string(i) + "_voltage\":13.5";
  publish(topic("temperature-2"), {R"({"ts":"2026-01-01T00:00:00Z","value":21.5,"unit":"C"})"});
  publish(topic("battery"), {"{\"soh\":98" + fields + "}"});
  const auto guess = discovered("temperature-2").at("guess");
  EXPECT_EQ(guess.at("role").as_string(), "temperature-sensor");
  EXPECT_EQ(guess.at("room_id").as_int64(), database.number("SELECT id FROM rooms"));
  EXPECT_EQ(std::to_string(guess.at("rack_id").as_int64()), rack("R001"));
  ASSERT_EQ(guess.at("sensors").as_array().size(), 1u);
  EXPECT_EQ(guess.at("sensors").at(0),
            json::parse(R"({"field":"/value","value":21.5,"name":"temperature 2","kind":"inlet-temperature","unit":"°C"})"));
  EXPECT_EQ(discovered("battery").at("guess").at("sensors").as_array().size(), 41u) << "a long message is kept whole";

  const auto device = adopt("temperature-2");
  EXPECT_TRUE(device.at("monitored").as_bool());
  EXPECT_EQ(device.at("sensors").as_int64(), 1);
  EXPECT_EQ(device.at("rack").as_string(), "R001");
  publish(topic("temperature-2"), {R"({"value":22.5,"unit":"°C"})"});
  EXPECT_TRUE(eventually([&] { return readings("temperature-2") == 1; }));
  EXPECT_EQ(database.number("SELECT count(*) FROM discovered_topics WHERE topic LIKE '%temperature-2'"), 0);
  const auto audit =
      database.query("SELECT action, actor, after->>'topic' FROM audit_log WHERE subjects @> ARRAY['device:" + id_of(device) + "'] ORDER BY id");
  ASSERT_EQ(audit.size(), 2u);
  EXPECT_EQ(audit.text(0, 0), "device.create");
  EXPECT_EQ(audit.text(1, 0), "device.adopt");
  EXPECT_EQ(audit.text(1, 2), topic("temperature-2"));
}

TEST_F(OnboardingTest, AnAdoptionThatIsRefusedChangesNothing) {
  publish(topic("probe"), {R"({"a":1,"b":2})"});
  discovered("probe");
  const auto refused = [&](const std::string& body, unsigned status, const std::string& field) {
    const auto answer = admin.post("/api/discovered-topics/adopt?site=assets", body);
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.json().at("field").as_string(), field) << answer.body;
  };
  const auto sensors = R"("sensors":[{"field":"/a","name":"a","kind":"voltage","unit":"V"}])";
  const auto body = [&](const std::string& of, const std::string& device) { return R"({"topic":")" + of + R"(",)" + device + "," + sensors + "}"; };
  refused(body(topic("nobody"), R"("device":{"name":"p","role":"sensor"})"), 400, "/topic");
  refused(body("dc/other/x", R"("device":{"name":"p","role":"sensor"})"), 400, "/topic");
  refused(body(topic("probe"), R"("device":{"name":"p","role":"sensor","status":"lost"})"), 400, "/device/status");
  refused(body(topic("probe"), R"("device":{"name":"R001 PDU","role":"pdu"})"), 409, "/device/name");
  refused(body(topic("probe"), R"("device_id":999999)"), 400, "/device_id");
  refused(
      R"({"topic":")" + topic("probe") + R"(","device":{"name":"p","role":"sensor"},"sensors":[{"field":"/a","name":"a","kind":"Volt","unit":"V"}]})",
      400, "/sensors/0/kind");
  EXPECT_EQ(database.number("SELECT count(*) FROM devices WHERE name = 'p'"), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action IN ('device.create', 'device.adopt')"), 0);
  discovered("probe");

  // A silent device that is there gets the topic as its own; one that publishes already gets the sensors.
  const auto silent = create(R"({"name":"silent","role":"sensor"})");
  const auto first = admin.post("/api/discovered-topics/adopt?site=assets", body(topic("probe"), "\"device_id\":" + id_of(silent)));
  ASSERT_EQ(first.status, 201u) << first.body;
  EXPECT_EQ(database.query("SELECT topic FROM devices WHERE name = 'silent'").text(0, 0), topic("probe"));
  publish(topic("second"), {"5"});
  discovered("second");
  const auto again = admin.post("/api/discovered-topics/adopt?site=assets", body(topic("second"), "\"device_id\":" + id_of(silent)));
  EXPECT_EQ(again.status, 409u) << "it has a sensor of that name";
  EXPECT_EQ(again.json().at("field").as_string(), "/sensors/0/name");
}

TEST_F(OnboardingTest, ADevicesAccountMayPublishOnItsOwnTopicsAndNothingElse) {
  const auto device = adopt("own");
  EXPECT_TRUE(admin.get(credentials(device)).json().at("credentials").is_null());
  const auto issued = admin.post(credentials(device));
  ASSERT_EQ(issued.status, 201u) << issued.body;
  EXPECT_EQ(issued.headers.at("cache-control"), "no-store");
  const std::string username = issued.json().at("username").as_string().c_str(), password = issued.json().at("password").as_string().c_str();
  EXPECT_EQ(issued.json().at("topics"), json::value(json::array{topic("own")}));
  EXPECT_GE(password.size(), 24u);

  Hardware hardware(username, password);
  ASSERT_TRUE(hardware.accepted());
  EXPECT_LT(hardware.publish(topic("own"), R"({"value":22,"unit":"°C"})"), 128);
  EXPECT_LT(hardware.publish(topic("own") + "/availability", "online"), 128);
  EXPECT_TRUE(eventually([&] { return readings("own") == 1; }));
  for (const auto& other : {topic("own2"), topic("temperature"), std::string("dc/assets/cooling/crac-01/set"),
                            std::string("$CONTROL/dynamic-security/v1"), std::string("dcim-sim/run")}) {
    EXPECT_EQ(hardware.publish(other, R"({"value":99,"unit":"°C"})"), kNotAuthorized) << other;
  }
  EXPECT_LT(hardware.subscribe(topic("own") + "/set"), 128) << "commands to itself";
  EXPECT_GE(hardware.subscribe("$SYS/#"), 128);
  EXPECT_GE(hardware.subscribe("dc/#"), 128);
  EXPECT_GE(hardware.subscribe(topic("temperature")), 128);
  EXPECT_FALSE(Hardware(username, "guessed").accepted());
  // The accounts that were there before are as they were.
  publish(topic("temperature"), {R"({"value":23,"unit":"°C"})"});
  EXPECT_TRUE(eventually([&] { return readings("temperature") == 1; }));

  // The password is in no table, no log and no answer but the first.
  EXPECT_THAT(admin.get(credentials(device)).body, ::testing::Not(HasSubstr(password)));
  EXPECT_EQ(database.query("SELECT count(*) FROM audit_log WHERE before::text LIKE $1 OR after::text LIKE $1", store::params("%" + password + "%"))
                .i64(0, 0),
            0);
}

TEST_F(OnboardingTest, RotatedAndRevokedAccountsAreCutOffAtOnce) {
  const auto device = adopt("rotated");
  const auto issue = [&] { return admin.post(credentials(device)).json(); };
  const auto secret = [](const json::value& issued) { return std::string(issued.at("password").as_string().c_str()); };
  const auto first = issue();
  const std::string username = first.at("username").as_string().c_str();
  Hardware before(username, secret(first));
  ASSERT_TRUE(before.accepted());
  const auto second = issue();
  EXPECT_TRUE(before.thrown_out()) << "who has the old password";
  EXPECT_FALSE(Hardware(username, secret(first)).accepted());

  // The broker keeps it through a restart.
  Services::get().restart_broker(false);
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  Hardware hardware(username, secret(second));
  ASSERT_TRUE(hardware.accepted());
  EXPECT_LT(hardware.publish(topic("rotated"), R"({"value":22,"unit":"°C"})"), 128);

  EXPECT_EQ(revoke(device).status, 204u);
  EXPECT_TRUE(hardware.thrown_out());
  EXPECT_FALSE(Hardware(username, secret(second)).accepted());
  EXPECT_EQ(revoke(device).status, 404u);
  EXPECT_TRUE(admin.get(credentials(device)).json().at("credentials").is_null());
  const auto audit =
      database.query("SELECT action FROM audit_log WHERE subjects @> ARRAY['device:" + id_of(device) + "'] AND action LIKE 'device.%' ORDER BY id");
  std::vector<std::string> actions;
  for (std::size_t i = 0; i < audit.size(); ++i) actions.push_back(audit.text(i, 0));
  EXPECT_THAT(actions, ::testing::ElementsAre("device.create", "device.adopt", "device.credentials", "device.credentials", "device.revoke"));
}

TEST_F(OnboardingTest, AnAccountFollowsTheTopicsOfItsDevice) {
  const auto device = adopt("follows");
  const auto issued = admin.post(credentials(device)).json();
  const std::string username = issued.at("username").as_string().c_str(), password = issued.at("password").as_string().c_str();
  EXPECT_EQ(Hardware(username, password).publish(topic("more"), "1"), kNotAuthorized);
  const auto seen = [&](const std::string& name) {
    publish(topic(name), {"5"});
    discovered(name);
  };
  const auto add = [&](const std::string& name) {
    return admin.post("/api/discovered-topics/adopt?site=assets", R"({"topic":")" + topic(name) + R"(","device_id":)" + id_of(device) +
                                                                      R"(,"sensors":[{"field":"","name":")" + name +
                                                                      R"(","kind":"voltage","unit":"V"}]})");
  };
  const auto account = [&] { return admin.get(credentials(device)).json().at("credentials"); };
  seen("more");
  const auto added = add("more");
  ASSERT_EQ(added.status, 201u) << added.body;
  EXPECT_FALSE(added.json().as_object().contains("account_warning"));
  EXPECT_FALSE(account().at("outdated").as_bool());
  EXPECT_EQ(account().at("issued_at"), issued.at("issued_at"));
  Hardware hardware(username, password);
  ASSERT_TRUE(hardware.accepted()) << "by the password that it has";
  EXPECT_LT(hardware.publish(topic("more"), "6"), 128);
  EXPECT_LT(hardware.publish(topic("follows"), R"({"value":22,"unit":"°C"})"), 128);

  // While the broker stands still the device is changed all the same, and its account is outdated until the broker can be told.
  seen("third");
  const auto broker = Services::get().pid_of("Mosquitto");
  ::kill(broker, SIGSTOP);
  const auto warned = add("third");
  const auto then = account();
  ::kill(broker, SIGCONT);
  ASSERT_EQ(warned.status, 201u) << warned.body;
  EXPECT_THAT(warned.body, HasSubstr("its account may not publish on the topic yet: the broker cannot be told"));
  EXPECT_TRUE(then.at("outdated").as_bool());
  EXPECT_TRUE(eventually([&] { return !account().at("outdated").as_bool(); }, 40s));
  Hardware again(username, password);
  EXPECT_LT(again.publish(topic("third"), "6"), 128);
}

TEST_F(OnboardingTest, TheAccountOfADeviceThatIsGoneGoesToo) {
  const auto device = adopt("gone");
  const auto issued = admin.post(credentials(device)).json();
  Hardware hardware(issued.at("username").as_string().c_str(), issued.at("password").as_string().c_str());
  ASSERT_TRUE(hardware.accepted());
  database.query("DELETE FROM devices WHERE name = 'gone'");
  EXPECT_TRUE(hardware.thrown_out());
  EXPECT_TRUE(eventually([&] { return database.number("SELECT count(*) FROM device_credentials") == 0; }));
}

TEST_F(OnboardingTest, WithoutATopicOrABrokerThereIsNoAccount) {
  const auto silent = create(R"({"name":"no topic","role":"sensor"})");
  EXPECT_EQ(admin.post(credentials(silent)).status, 409u);
  const auto device = adopt("unreachable");
  const auto issued = admin.post(credentials(device)).json();
  const auto changes = database.number("SELECT count(*) FROM audit_log");
  const auto broker = Services::get().pid_of("Mosquitto");
  ::kill(broker, SIGSTOP);
  const auto rotated = admin.post(credentials(device));
  const auto revoked = revoke(device);
  ::kill(broker, SIGCONT);
  EXPECT_EQ(rotated.status, 503u) << rotated.body;
  EXPECT_EQ(revoked.status, 503u) << revoked.body;
  EXPECT_THAT(rotated.body, HasSubstr("the broker cannot be told"));
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log"), changes) << "nothing has changed";
  EXPECT_EQ(admin.get(credentials(device)).json().at("credentials").at("issued_at"), issued.at("issued_at"));
}

}  // namespace
}  // namespace dcim::tests
