// Walks the route table with every role, on a granted and on a foreign site; and the audit log of what was changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/router.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

using namespace std::chrono_literals;
using api::SiteScope;

const std::string kPassword = "long enough";

std::string document(const std::string& site) {
  return R"({"site":{"code":")" + site + R"(","name":")" + site + R"(","time_zone":"UTC"},"rooms":[]})";
}

struct AccessTest : ::testing::Test {
  AccessTest() {
    for (const auto* site : {"mine", "foreign"}) EXPECT_EQ(server.dcim({"site", "import", site_file(site, 1).string()}), 0);
    for (const auto role : core::kRoles) {
      const std::string name(core::name_of(role));
      EXPECT_EQ(server.dcim({"user", "add", name + "@test.test", "--role", name, "--site", "mine", "--password-stdin"}, kPassword), 0);
    }
  }

  std::int64_t sensor_of(const std::string& site) {
    return database
        .query("SELECT s.id FROM sensors s JOIN devices d ON d.id = s.device_id JOIN sites t ON t.id = d.site_id WHERE t.code = $1 LIMIT 1",
               store::params(site))
        .i64(0, 0);
  }

  std::int64_t room_of(const std::string& site) {
    return database.query("SELECT r.id FROM rooms r JOIN sites t ON t.id = r.site_id WHERE t.code = $1 LIMIT 1", store::params(site)).i64(0, 0);
  }

  std::int64_t device_of(const std::string& site) {
    return database.query("SELECT d.id FROM devices d JOIN sites t ON t.id = d.site_id WHERE t.code = $1 LIMIT 1", store::params(site)).i64(0, 0);
  }

  std::int64_t rack_of(const std::string& site) {
    return database
        .query("SELECT k.id FROM racks k JOIN rooms r ON r.id = k.room_id JOIN sites t ON t.id = r.site_id WHERE t.code = $1 LIMIT 1",
               store::params(site))
        .i64(0, 0);
  }

  // A new one each time: who may removes it.
  std::int64_t reservation_of(const std::string& site) {
    const auto rack = store::params(rack_of(site));
    database.query("DELETE FROM rack_reservations WHERE rack_id = $1", rack);
    return database
        .query(
            "WITH made AS (INSERT INTO rack_reservations (rack_id, kind, owner, reason, created_by) VALUES ($1, 'blocked', '', '', 'test') RETURNING "
            "id) "
            "INSERT INTO rack_slots (rack_id, reservation_id, units, faces, sides) SELECT $1, id, '[1,2)', '[0,2)', '[0,2)' FROM made "
            "RETURNING reservation_id",
            rack)
        .i64(0, 0);
  }

  std::int64_t id_for(const api::Route& route, const std::string& site) {
    switch (route.scope) {
      case SiteScope::room: return room_of(site);
      case SiteScope::rack: return rack_of(site);
      case SiteScope::device: return device_of(site);
      case SiteScope::reservation: return reservation_of(site);
      default: return sensor_of(site);
    }
  }

  Answer call(Client& client, const api::Route& route, const std::string& site) {
    std::string target(route.path);
    if (const auto at = target.find("{id}"); at != target.npos) target.replace(at, 4, std::to_string(id_for(route, site)));
    if (route.scope == SiteScope::query) target += "?site=" + site;
    if (route.path == "/api/readings") target += "&kind=inlet-temperature";
    if (route.path == "/api/power/explain") target += "&figure=pue";
    const std::string method(api::http::to_string(route.method));
    if (route.method == api::http::verb::get) return client.get(target);
    return client.request(method, target, route.scope == SiteScope::document ? document(site) : "{}", {{"X-CSRF-Token", client.csrf_token()}});
  }

  // What one who may is told of an empty body, and of an object that is there or not: it was his to ask.
  static ::testing::Matcher<unsigned> admitted(const api::Route& route) {
    // The site's first device has sensors, so that it stays.
    if (route.path.find("{id}") != route.path.npos && route.scope != SiteScope::sensor) return ::testing::AnyOf(200u, 201u, 204u, 400u, 404u, 409u);
    if (route.path == "/api/power/what-if") return 400u;  // there is no element to lose
    if (route.method == api::http::verb::get || route.scope == SiteScope::document) return 200u;
    return 400u;
  }

  Server server;
  Database database{server.database_url()};
};

// The table says who may; the answers must say the same, and say of a foreign site no more than of one that is not there.
TEST_F(AccessTest, EveryRouteHoldsToTheTableForEveryRoleAndSite) {
  for (const auto role : core::kRoles) {
    Client client(server.port());
    ASSERT_EQ(client.login(std::string(core::name_of(role)) + "@test.test", kPassword).status, 200u);
    for (const auto& route : api::routes()) {
      if (route.kind == api::Kind::stream || route.path.starts_with("/api/auth/")) continue;
      for (const std::string site : {"mine", "foreign"}) {
        const bool allowed = core::allows(role, route.permission) || route.permission == core::Permission::open || route.open_on_loopback;
        const bool sees = site == "mine" || role == core::Role::admin || route.scope == SiteScope::none;
        const auto status = call(client, route, site).status;
        const auto what = std::string(core::name_of(role)) + " " + std::string(route.path) + " on " + site;
        if (allowed && sees) {
          EXPECT_THAT(status, admitted(route)) << what;
        } else {
          EXPECT_THAT(status, ::testing::AnyOf(403u, 404u)) << what;
          if (allowed && !sees && route.scope != SiteScope::document) {
            EXPECT_EQ(status, 404u) << what;
          }
          if (!allowed && sees) {
            EXPECT_EQ(status, 403u) << what;
          }
        }
      }
    }
  }
}

TEST_F(AccessTest, WhoIsNotSignedInGetsNothing) {
  Client stranger(server.port());
  for (const auto& route : api::routes()) {
    if (route.permission == core::Permission::open || route.open_on_loopback) continue;
    EXPECT_EQ(call(stranger, route, "mine").status, 401u) << route.path;
  }
}

TEST_F(AccessTest, EveryChangeNeedsTheTokenAndWritesItsAuditRow) {
  Client admin(server.port());
  ASSERT_EQ(admin.login("admin@test.test", kPassword).status, 200u);
  for (const auto& route : api::routes()) {
    if (route.method == api::http::verb::get || route.kind == api::Kind::stream) continue;
    // A draft rule that is tried, and a place that is looked for, change nothing.
    EXPECT_EQ(route.action.empty(), route.path == "/api/alarm-rules/test" || route.path == "/api/capacity/fit") << route.path;
    if (route.path != "/api/auth/login") {
      EXPECT_TRUE(route.csrf) << route.path;
    }
  }
  EXPECT_EQ(admin.request("POST", "/api/sites/import", document("new")).status, 403u);
  EXPECT_EQ(admin.request("POST", "/api/sites/import", document("new"), {{"X-CSRF-Token", "guessed"}}).status, 403u);
  EXPECT_EQ(admin.post("/api/sites/import", document("new")).status, 200u);
  EXPECT_EQ(admin.post("/api/auth/logout").status, 204u);
  const auto rows = database.query("SELECT action, actor, origin FROM audit_log WHERE actor = 'admin@test.test' ORDER BY id");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows.text(0, 0), "auth.login");
  EXPECT_EQ(rows.text(1, 0), "site.import");
  EXPECT_EQ(rows.text(2, 0), "auth.logout");
  EXPECT_EQ(rows.text(1, 2), "127.0.0.1");
  EXPECT_THROW(database.query("DELETE FROM audit_log"), store::DatabaseError);
}

TEST_F(AccessTest, FiveWrongPasswordsLockTheAccountAndAChangeOfPasswordUnlocksIt) {
  Client client(server.port());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.login("viewer@test.test", "wrong one").status, 401u);
  const auto locked = client.login("viewer@test.test", kPassword);
  EXPECT_EQ(locked.status, 429u);
  EXPECT_TRUE(locked.headers.contains("retry-after"));
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action = 'auth.lockout'"), 1);
  EXPECT_EQ(server.dcim({"user", "passwd", "viewer@test.test", "--password-stdin"}, "another one"), 0);
  EXPECT_EQ(client.login("viewer@test.test", "another one").status, 200u);
}

TEST_F(AccessTest, APasswordChangeEndsTheSessions) {
  Client client(server.port());
  ASSERT_EQ(client.login("viewer@test.test", kPassword).status, 200u);
  ASSERT_EQ(client.get("/api/auth/me").status, 200u);
  EXPECT_EQ(server.dcim({"user", "passwd", "viewer@test.test", "--password-stdin"}, "another one"), 0);
  EXPECT_TRUE(eventually([&] { return client.get("/api/auth/me").status == 401; }));
}

TEST_F(AccessTest, ALoginFromAForeignPageIsRefused) {
  Client client(server.port());
  const auto body = R"({"email":"viewer@test.test","password":")" + kPassword + "\"}";
  EXPECT_EQ(client.request("POST", "/api/auth/login", body, {{"Origin", "http://elsewhere.invalid"}}).status, 403u);
  EXPECT_EQ(client.request("POST", "/api/auth/login", body, {{"Origin", "http://127.0.0.1:" + std::to_string(server.port())}}).status, 200u);
}

TEST_F(AccessTest, TheSameDocumentTwiceChangesNothingAndATakenTopicIsRefused) {
  EXPECT_EQ(server.dcim({"site", "import", site_file("mine", 1).string()}), 0);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit_log WHERE action = 'site.import' AND object LIKE 'site %'"), 2);
  Client admin(server.port());
  ASSERT_EQ(admin.login("admin@test.test", kPassword).status, 200u);
  const auto answer = admin.post("/api/sites/import", R"({"site":{"code":"mine","name":"mine","time_zone":"UTC"},"rooms":[],"devices":[
    {"name":"thief","type":"meter","topic":"dc/mine/thief","sensors":[{"name":"x","kind":"power","unit":"kW","topic":"dc/mine/r/rack-R001/power"}]}]})");
  EXPECT_EQ(answer.status, 409u);
  EXPECT_EQ(answer.json().at("field").as_string(), "/devices/0/sensors/0");
  EXPECT_EQ(database.number("SELECT count(*) FROM devices WHERE name = 'thief'"), 0);
}

}  // namespace
}  // namespace dcim::tests
