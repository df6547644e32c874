#include "core/alarm_rules.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace dcim::core {
namespace {

Inventory inventory() {
  std::vector<Site> sites{{{1}, "demo", "Demo", "UTC", true}, {{2}, "other", "Other", "UTC", false}};
  std::vector<Room> rooms{{{1}, {1}, "r1", "Room 1"}, {{2}, {1}, "r2", "Room 2"}, {{3}, {2}, "r1", "Hall"}};
  std::vector<Rack> racks{{{1}, {1}, {1}, "A01", 42, {}}, {{2}, {1}, {1}, "A02", 42, {}}};
  std::vector<Sensor> sensors;
  for (int i = 1; i <= 2; ++i) {
    Sensor s;
    s.id = {i};
    s.site_id = {1};
    s.room_id = RoomId{1};
    s.rack_id = RackId{i};
    s.kind = "inlet-temperature";
    sensors.push_back(s);
  }
  return {1, sites, rooms, racks, {}, sensors};
}

AlarmRule rule(int id, RuleScope scope, RuleType type = RuleType::limits, std::string kind = "inlet-temperature") {
  AlarmRule out;
  out.id = {id};
  out.type = type;
  out.kind = std::move(kind);
  out.scope = scope;
  out.levels = {{When::above, 28, Severity::minor}};
  return out;
}

std::string refusal(std::string_view text) {
  const auto result = rule_from_json(boost::json::parse(text), inventory());
  return result ? "" : result.error().field + " " + result.error().message;
}

TEST(AlarmRules, TheMostSpecificHolds) {
  const auto inventory = core::inventory();
  const AlarmRules rules(
      1, {rule(1, {}), rule(2, {.site = SiteId{2}}), rule(3, {.room = RoomId{1}}), rule(4, {.rack = RackId{2}}), rule(5, {}, RuleType::rate)});
  EXPECT_EQ(rules.rule_for(RuleType::limits, inventory.sensors()[0])->id, RuleId{3});
  EXPECT_EQ(rules.rule_for(RuleType::limits, inventory.sensors()[1])->id, RuleId{4});
  EXPECT_EQ(rules.rule_for(RuleType::rate, inventory.sensors()[1])->id, RuleId{5});
  EXPECT_EQ(rules.rule_for(RuleType::state, inventory.sensors()[1]), nullptr);
}

TEST(AlarmRules, OfADeviceItsTypeGoesBeforeAll) {
  const AlarmRules rules(1, {rule(1, {.site = SiteId{1}}, RuleType::no_data, "*"), rule(2, {}, RuleType::no_data, "ups")});
  Device device;
  device.site_id = {1};
  device.type = "pdu";
  EXPECT_EQ(rules.rule_for(device)->id, RuleId{1});
  device.type = "ups";
  EXPECT_EQ(rules.rule_for(device)->id, RuleId{2});
}

TEST(AlarmRules, ReadsARule) {
  const auto result = rule_from_json(boost::json::parse(R"({"name":"Inlet","type":"limits","kind":"inlet-temperature","scope":{"rack_id":2},
    "levels":[{"when":"above","limit":28,"severity":"minor"},{"when":"above","limit":32,"severity":"critical"}],"dead_band":1,"off_delay_s":120})"),
                                     inventory());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->scope.rack, RackId{2});
  EXPECT_EQ(result->levels[1], (RuleLevel{When::above, 32, Severity::critical}));
  EXPECT_EQ(result->off_delay_s, 120);
  EXPECT_TRUE(result->ack_required);
  EXPECT_EQ(label_of(result->scope, inventory()), "Room 1 › A02");
  EXPECT_EQ(levels_from_json(json_of(result->levels), RuleType::limits).value(), result->levels);
}

TEST(AlarmRules, NamesWhatIsWrong) {
  const auto with = [](std::string_view members) { return R"({"name":"x","kind":"inlet-temperature",)" + std::string(members) + "}"; };
  const std::string level = R"("levels":[{"when":"above","limit":28,"severity":"minor"}])";
  EXPECT_EQ(refusal(with(R"("type":"limits")")), "/levels is missing");
  EXPECT_EQ(refusal(with(R"("type":"limit",)" + level)), "/type must be limits, state, rate, deviation or no-data");
  EXPECT_EQ(refusal(with(R"("type":"state",)" + level)), "/levels/0/when must be equals");
  EXPECT_EQ(refusal(with(R"("type":"rate",)" + level)), "/window_s is missing");
  EXPECT_EQ(refusal(with(R"("type":"deviation",)" + level)), "/baseline is missing");
  EXPECT_EQ(refusal(with(R"("type":"deviation","baseline":"moon",)" + level)), "/baseline must be device, room or own");
  EXPECT_EQ(refusal(with(R"("type":"limits","baseline":"own",)" + level)), "/baseline goes with deviation");
  EXPECT_EQ(refusal(with(R"("type":"limits","scope":{"rack_id":9},)" + level)), "/scope/rack_id there is no such rack");
  EXPECT_EQ(refusal(with(R"("type":"limits","scope":{"rack_id":1,"room_id":1},)" + level)), "/scope must name one of site, room, rack or sensor");
  EXPECT_EQ(refusal(with(R"("type":"limits","colour":"red",)" + level)), "/colour unknown key");
  EXPECT_EQ(
      refusal(with(R"("type":"limits","levels":[{"when":"above","limit":28,"severity":"critical"},{"when":"above","limit":32,"severity":"minor"}])")),
      "/levels/1/limit the worse the severity, the farther out the limit");
  EXPECT_EQ(
      refusal(with(R"("type":"limits","levels":[{"when":"above","limit":20,"severity":"minor"},{"when":"below","limit":25,"severity":"minor"}])")),
      "/levels a limit below must lie under the limits above");
}

}  // namespace
}  // namespace dcim::core
