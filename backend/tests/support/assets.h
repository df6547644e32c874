// A small site with device types, for tests of assets.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/support/stack.h"
#include "tests/support/stream_client.h"

namespace dcim::tests {

namespace json = boost::json;

struct AssetsFixture : ::testing::Test {
  AssetsFixture() {
    EXPECT_EQ(server.dcim({"site", "import", site_file("assets", 3).string()}), 0);
    EXPECT_EQ(server.dcim({"user", "add", "admin@test.test", "--role", "admin", "--password-stdin"}, "long enough"), 0);
    EXPECT_EQ(admin.login("admin@test.test", "long enough").status, 200u);
    EXPECT_TRUE(eventually([&] { return admin.get("/api/rooms?site=assets").status == 200; }));
    for (const auto* text :
         {R"({"manufacturer":"Maker","model":"Two","height_u":2,"weight_kg":30,"power_typical_w":350,"power_nameplate_w":750,"inlets":2})",
          R"({"manufacturer":"Maker","model":"Panel","role":"patch-panel","full_depth":false})",
          R"({"manufacturer":"Maker","model":"Half","role":"console","full_depth":false,"width":"half","power_typical_w":20})",
          R"({"manufacturer":"Maker","model":"Strip","role":"pdu","height_u":0,"full_depth":false})"}) {
      EXPECT_EQ(admin.post("/api/device-types", text).status, 201u) << text;
    }
  }

  std::string rack(const std::string& name) { return database.query("SELECT id FROM racks WHERE name = $1", store::params(name)).text(0, 0); }
  std::string type(const std::string& model) {
    return database.query("SELECT id FROM device_types WHERE model = $1", store::params(model)).text(0, 0);
  }
  static std::string id_of(const json::value& thing) { return std::to_string(thing.at("id").as_int64()); }
  static std::string path(const json::value& device) { return "/api/devices/" + id_of(device); }

  std::string in_rack(const std::string& name, const std::string& model, const std::string& in, const std::string& position) {
    return R"({"name":")" + name + R"(","device_type_id":)" + type(model) + R"(,"rack_id":)" + rack(in) + R"(,"position":)" + position + "}";
  }
  json::value create(const std::string& body) {
    const auto answer = admin.post("/api/devices?site=assets", body);
    EXPECT_EQ(answer.status, 201u) << answer.body;
    return answer.json();
  }
  json::value get(const json::value& device) { return admin.get(path(device)).json(); }
  std::map<std::string, std::string> token(std::int64_t version = 0) {
    return {{"X-CSRF-Token", admin.csrf_token()}, {"If-Match", "\"" + std::to_string(version) + "\""}};
  }
  Answer patch(const json::value& device, const std::string& body) {
    return admin.request("PATCH", path(device), body, token(device.at("version").as_int64()));
  }
  Answer remove(const json::value& device) { return admin.request("DELETE", path(device), "", token()); }

  Server server;
  Database database{server.database_url()};
  Client admin{server.port()};
};

}  // namespace dcim::tests
