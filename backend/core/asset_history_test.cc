#include "core/asset_history.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace dcim::core {
namespace {

namespace json = boost::json;

AssetChange change(std::int64_t id, const std::string& before, const std::string& after, const std::string& subject = "device:1") {
  AssetChange out;
  out.id = id;
  out.actor = "ann";
  out.action = "device.update";
  out.object = "device 1 (srv)";
  out.before = json::parse(before);
  out.after = json::parse(after);
  for (auto* each : {&out.before, &out.after}) {
    if (each->is_object()) each->get_object()["role"] = "server";
  }
  out.subjects = {subject, "rack:5"};
  return out;
}

TEST(AssetHistoryTest, FieldsAreTheOnesThatPeopleSee) {
  const auto fields = field_changes(
      json::parse(R"({"rack_id":1,"rack":"A01","position":{"mount":"rack","u":3,"height_u":2,"face":"both","side":"full"},"serial":"S","tags":[]})"),
      json::parse(R"({"rack_id":2,"rack":"A02","position":null,"serial":"S","tags":["x"]})"));
  ASSERT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields[0].field, "rack");
  EXPECT_EQ(fields[1].before, json::value("U 3 to 4, both faces"));
  EXPECT_TRUE(fields[1].after.is_null());
  EXPECT_EQ(fields[2].after, json::array({"x"}));
  const auto made = field_changes(nullptr, json::parse(R"({"name":"a","serial":null,"tags":[],"device_type_id":4,"device_type":"M X"})"));
  ASSERT_EQ(made.size(), 2u) << "what says something";
  EXPECT_EQ(made[1].field, "device_type");
}

TEST(AssetHistoryTest, AChangeIsUndoneUnlessALaterOneBuildsOnIt) {
  const auto owner = change(1, R"({"owner":null,"serial":"S"})", R"({"owner":"Web","serial":"S"})");
  EXPECT_FALSE(why_not_undone(owner, {owner}));
  EXPECT_FALSE(why_not_undone(owner, {change(2, R"({"serial":"S"})", R"({"serial":"T"})")})) << "another field";
  EXPECT_FALSE(why_not_undone(owner, {change(2, R"({"owner":"Web"})", "null", "device:2")})) << "another device";
  EXPECT_EQ(why_not_undone(owner, {change(2, R"({"owner":"Web"})", R"({"owner":"DB"})")}),
            "device 1 (srv) has been changed since, by ann (change 2, device.update)");
  EXPECT_TRUE(why_not_undone(owner, {change(2, R"({"serial":"S"})", "null")})) << "removed";
  const auto made = change(1, "null", R"({"owner":null})");
  EXPECT_TRUE(why_not_undone(made, {change(2, R"({"serial":"S"})", R"({"serial":"T"})")})) << "what was made is something else by now";
  // Where it stands is one thing.
  const auto moved = change(1, R"({"rack_id":1,"position":{"u":3}})", R"({"rack_id":2,"position":{"u":3}})");
  EXPECT_TRUE(why_not_undone(moved, {change(2, R"({"rack_id":2,"position":{"u":3}})", R"({"rack_id":2,"position":{"u":4}})")}));
  EXPECT_EQ(undoing(moved), json::parse(R"({"rack_id":1,"position":{"u":3}})"));
  EXPECT_EQ(undoing(owner), json::parse(R"({"owner":null})"));
  EXPECT_TRUE(why_not_undone(change(1, "null", R"({"height_u":42})", "rack:5"), {})) << "a rack stays";
  EXPECT_FALSE(why_not_undone(change(1, R"({"height_u":42})", R"({"height_u":40})", "rack:5"), {}));
  // What it publishes, and its account, are in its history and no fields of it.
  auto published = owner;
  published.id = 2;
  published.before = nullptr;
  published.after = json::parse(R"({"topic":"dc/a"})");
  EXPECT_TRUE(why_not_undone(published, {}));
  EXPECT_FALSE(why_not_undone(owner, {published}));
  EXPECT_TRUE(why_not_undone(made, {published})) << "something else by now";
  auto type = owner;
  type.subjects = {"device-type:1"};
  EXPECT_TRUE(why_not_undone(type, {}));
}

}  // namespace
}  // namespace dcim::core
