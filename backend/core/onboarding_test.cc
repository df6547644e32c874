#include "core/onboarding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dcim::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> said(std::string_view topic, std::string_view payload) {
  std::vector<std::string> out;
  for (const auto& s : guess_topic(topic, payload).sensors) out.push_back(s.field + " " + s.name + " " + s.kind + " " + s.unit);
  return out;
}

TEST(Onboarding, AValueWithItsUnitIsWhatItsTopicIsCalled) {
  EXPECT_THAT(said("dc/demo/room-1/rack-A01/temperature", R"({"ts":"2026-01-01T00:00:00Z","value":23.5,"unit":"C"})"),
              ElementsAre("/value temperature inlet-temperature °C"));
  EXPECT_THAT(said("dc/demo/room-1/rack-A01/humidity", R"({"value":45})"), ElementsAre("/value humidity inlet-humidity %RH"));
  EXPECT_THAT(said("dc/demo/room-1/rack-A01/power", R"({"value":2100,"unit":"W"})"), ElementsAre("/value power rack-power W"));
  EXPECT_THAT(said("dc/demo/power/meter-main/status", R"({"power":210,"voltage":400.2})"),
              ElementsAre("/power power facility-power kW", "/voltage voltage line-voltage V"));
  EXPECT_THAT(said("dc/demo/room-1/rack-A01/temperature", "23.5"), ElementsAre(" temperature inlet-temperature °C"));
}

TEST(Onboarding, SeveralFieldsAreSeveralSensors) {
  EXPECT_THAT(said("dc/demo/power/ups-01/status",
                   R"({"ts":1,"quality":"good","input_voltage":400,"load":40,"battery_soh":98,"temperature":25,"mode":"x","ok":true})"),
              ElementsAre("/input_voltage input voltage input-voltage V", "/load load ups-load %", "/battery_soh battery soh battery-soh %",
                          "/temperature temperature ups-temperature °C"));
  EXPECT_THAT(said("dc/demo/cooling/crac-09/status", R"({"supply_temperature":18,"fan_speed":70,"setpoint":20,"state":1})"),
              ElementsAre("/supply_temperature supply temperature supply-temperature °C", "/fan_speed fan speed fan-speed %",
                          "/setpoint setpoint temperature-setpoint °C", "/state state crac-state "));
  EXPECT_THAT(said("dc/demo/x/pdu", R"([{"feed_a_l1_current":3,"feed_a_power":1.2,"power_factor":0.98}])"),
              ElementsAre("/feed_a_l1_current feed a l1 current phase-current A", "/feed_a_power feed a power feed-power kW",
                          "/power_factor power factor power-factor "));
}

TEST(Onboarding, NestedFieldsAndOddNamesArePointers) {
  EXPECT_THAT(said("dc/demo/lab/probe", R"({"a/b":{"value":3,"unit":"V"},"c~":{"level":1},"l1":{"volts":230},"l2":{"volts":231}})"),
              ElementsAre("/a~1b/value a b line-voltage V", "/c~0/level level level ", "/l1/volts l1 volts volts ", "/l2/volts l2 volts volts "));
  EXPECT_THAT(said("dc/demo/lab/probe", R"({"9 Lives!":3})"), ElementsAre("/9 Lives! 9 Lives! lives "));
}

TEST(Onboarding, AUnitThatIsNotTheKindsIsNotTakenForIt) {
  EXPECT_THAT(said("dc/demo/room-1/rack-A01/temperature", R"({"value":45,"unit":"%RH"})"), ElementsAre("/value temperature humidity %RH"));
  EXPECT_THAT(said("dc/demo/room-1/rack-A01/thing", R"({"value":4,"unit":"furlong"})"), ElementsAre("/value thing thing furlong"));
}

TEST(Onboarding, TheTopicSaysWhereItIsAndWhatItIs) {
  auto guess = guess_topic("dc/demo/room-1/rack-A01/temperature", "");
  EXPECT_EQ(guess.name, "A01 temperature");
  EXPECT_EQ(guess.role, "temperature-sensor");
  EXPECT_EQ(guess.room, "room-1");
  EXPECT_EQ(guess.rack, "A01");
  guess = guess_topic("dc/demo/power/ups-07/status", "");
  EXPECT_EQ(guess.name, "ups-07");
  EXPECT_EQ(guess.role, "ups");
  EXPECT_FALSE(guess.rack);
  EXPECT_EQ(guess_topic("dc/demo/power/ups-07/battery", "").role, "battery-monitor");
  EXPECT_EQ(guess_topic("dc/demo/room-2/leak-01/status", "").role, "leak-sensor");
  EXPECT_EQ(guess_topic("dc/demo/room-2/rack-B01/power", "").role, "pdu");
}

TEST(Onboarding, WhatIsNotUnderstoodHasNoSensors) {
  for (const auto* payload : {"", "{", R"({"value":"warm"})", "\"text\"", "[]", "null", "{\"value\":1e999}", "\xff\xfe"}) {
    EXPECT_THAT(said("dc/demo/x/y", payload), IsEmpty()) << payload;
  }
  std::string many = "{";
  for (int i = 0; i < 500; ++i) many += (i ? ",\"f" : "\"f") + std::to_string(i) + "\":1";
  EXPECT_EQ(said("dc/demo/x/y", many + "}").size(), kMostGuesses);
  EXPECT_THAT(said("", "1"), ElementsAre("  value "));
}

}  // namespace
}  // namespace dcim::core
