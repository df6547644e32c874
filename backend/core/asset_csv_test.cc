#include "core/asset_csv.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace dcim::core {
namespace {

namespace json = boost::json;

constexpr SiteId kSite{1};

struct AssetCsvTest : ::testing::Test {
  Inventory inventory{1,
                      {{kSite, "demo", "Demo", "UTC"}},
                      {{{1}, kSite, "r1", "Room 1"}, {{2}, kSite, "r2", "Room 2"}},
                      {{{1}, {1}, kSite, "A01", 42}, {{2}, {2}, kSite, "A01", 42}, {{3}, {2}, kSite, "B01", 42}},
                      {},
                      {}};
  Catalogue catalogue{{DeviceType{{1}, 1, "Maker", "Two", "server", 2}}};

  json::object change(const std::string& text, std::string* field = nullptr) {
    const auto csv = AssetCsv::parse(text);
    EXPECT_TRUE(csv) << csv.error().field << csv.error().message;
    const auto out = csv->change(0, kSite, inventory, catalogue);
    if (field) *field = out ? "" : out.error().field;
    if (!field) {
      EXPECT_TRUE(out) << out.error().field << " " << out.error().message;
    }
    return out ? *out : json::object();
  }
};

TEST_F(AssetCsvTest, ALineIsReadAsAChangeOfWhatItsColumnsSay) {
  EXPECT_EQ(change("name,owner\na,\n"), json::parse(R"({"name":"a","owner":null})"));
  EXPECT_EQ(change("name,device_type,rack,u,tags\na,Maker Two,B01,3,x; y\n"),
            json::parse(R"({"name":"a","device_type_id":1,"tags":["x","y"],"rack_id":3,"position":{"u":3}})"));
  EXPECT_EQ(change("name,room,rack,u\na,Room 2,A01,\n"), json::parse(R"({"name":"a","rack_id":2,"position":null})"));
  EXPECT_EQ(change("name,room,rack\na,r1,\n"), json::parse(R"({"name":"a","rack_id":null,"room_id":1})"));
}

TEST_F(AssetCsvTest, WhatIsWrongIsNamedByItsColumn) {
  std::string field;
  for (const auto& [text, column] : {std::pair("name,rack\na,A01\n", "rack"),
                                     {"name,rack\na,Z\n", "rack"},
                                     {"name,room\na,Z\n", "room"},
                                     {"name,u\na,x\n", "u"},
                                     {"name,device_type\na,Z\n", "device_type"},
                                     {"name\na,b\n", "name"}}) {
    change(text, &field);
    EXPECT_EQ(field, column) << text;
  }
  EXPECT_EQ(AssetCsv::parse("name,colour\n").error().field, "colour");
  EXPECT_EQ(AssetCsv::parse("name,name\n").error().field, "name");
  EXPECT_FALSE(AssetCsv::parse("serial\n"));
  EXPECT_FALSE(AssetCsv::parse(""));
}

TEST_F(AssetCsvTest, WhatIsWrittenIsReadAsTheSame) {
  auto before =
      asset_from_json(json::parse(R"({"name":"a;b","device_type_id":1,"rack_id":2,"position":{"u":7},"notes":" one\n\"two\" ","tags":["x, y","z"],
                                               "owner":"Web","ip":"::1","serial":"1","asset_tag":"T","feeds":"AB","status":"planned","install_date":"2024-02-29"})"),
                      kSite, std::nullopt, inventory, catalogue);
  ASSERT_TRUE(before) << before.error().message;
  before->id = {9};
  auto text = asset_csv_header();
  append_asset_csv(text, *before, "Maker Two", "Room 2", "A01");
  const auto after = asset_from_json(change(text), kSite, *before, inventory, catalogue);
  ASSERT_TRUE(after) << after.error().field;
  EXPECT_EQ(*after, *before);
}

}  // namespace
}  // namespace dcim::core
