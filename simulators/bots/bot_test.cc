#include "simulators/bots/bot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "simulators/physics/random.h"

namespace dcim::bots {
namespace {

using ::testing::HasSubstr;

std::filesystem::path file_with(const std::string& text) {
  const auto path =
      std::filesystem::path(::testing::TempDir()) / (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".toml");
  std::ofstream(path) << text;
  return path;
}

TEST(Bot, PayloadIsWhatHardwareSends) {
  const auto ts = base::from_rfc3339("2026-11-23T13:00:00.250Z").value();
  EXPECT_EQ(payload(ts, 23.4, "°C"), R"({"ts":"2026-11-23T13:00:00.250Z","value":23.4,"unit":"°C"})");
  EXPECT_EQ(payload(ts, 24, "°C"), R"({"ts":"2026-11-23T13:00:00.250Z","value":24,"unit":"°C"})");
  EXPECT_EQ(payload(ts, 0.1 + 0.2, "kW"), R"({"ts":"2026-11-23T13:00:00.250Z","value":0.3,"unit":"kW"})");
}

TEST(Bot, SameSeedSameReadings) {
  for (const auto type : {BotType::temperature, BotType::pdu}) {
    const auto a = make_device(type, 5), b = make_device(type, 5), other = make_device(type, 6);
    const std::string kind = type == BotType::pdu ? "rack-power" : "inlet-temperature";
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
      for (const auto* device : {&a, &b, &other}) (*device)->step(30, 12);
      EXPECT_EQ(a->read(kind), b->read(kind));
      differs = differs || a->read(kind) != other->read(kind);
    }
    EXPECT_TRUE(differs);
    EXPECT_FALSE(a->read("fan-speed").has_value());
  }
}

TEST(Bot, PhasesSpreadOverTheInterval) {
  double low = 1, high = 0;
  for (int i = 0; i < 40; ++i) {
    const double phase = phase_of(physics::mix(1, "rack " + std::to_string(i)));
    low = std::min(low, phase);
    high = std::max(high, phase);
  }
  EXPECT_LT(low, 0.2);
  EXPECT_GT(high, 0.8);
  EXPECT_LT(high, 1);
}

TEST(BotConfig, UsualTopics) {
  const auto config = usual_config(BotType::temperature, "demo", "room-1", "A01");
  EXPECT_EQ(config.topic, "dc/demo/room-1/rack-A01/temperature");
  EXPECT_EQ(config.channels.at(1).topic, "dc/demo/room-1/rack-A01/humidity");
  EXPECT_EQ(usual_config(BotType::pdu, "demo", "room-1", "A01").channels.at(0).topic, "dc/demo/room-1/rack-A01/power");
}

TEST(BotConfig, ReadsTheDevicesThatThereIsABotFor) {
  const auto file = file_with(R"([site]
code = "s"
time_zone = "Europe/Berlin"
[[rooms]]
code = "r"
[[rooms.racks]]
name = "A"
[[rooms.racks.devices]]
name = "A climate"
type = "temperature-sensor"
topic = "dc/s/r/t"
interval_s = 15
sensors = [{ name = "i", kind = "inlet-temperature", unit = "°C" }, { name = "h", kind = "inlet-humidity", unit = "%RH", topic = "dc/s/r/h" }]
[[rooms.racks.devices]]
name = "camera"
type = "camera"
topic = "dc/s/r/c"
sensors = []
)");
  const auto bots = read_site(file).value();
  ASSERT_EQ(bots.size(), 1u);
  EXPECT_EQ(bots[0].id, "A climate");
  EXPECT_EQ(bots[0].interval_s, 15);
  EXPECT_EQ(bots[0].time_zone, "Europe/Berlin");
  EXPECT_EQ(bots[0].channels.at(0).topic, "dc/s/r/t");
  EXPECT_EQ(bots[0].channels.at(1).topic, "dc/s/r/h");
}

TEST(BotConfig, NamesTheKeyThatIsWrong) {
  EXPECT_THAT(read_site(file_with("x = 1\n")).error().field, HasSubstr("/site"));
  EXPECT_THAT(read_site(file_with("[site\n")).error().message, HasSubstr("line 1"));
  const auto device = "[site]\ncode = \"s\"\n[[devices]]\nname = \"d\"\ntype = \"pdu\"\n";
  EXPECT_THAT(read_site(file_with(device)).error().field, HasSubstr("/devices/0/topic"));
  EXPECT_THAT(read_site(file_with(device + std::string("topic = \"t\"\ninterval_s = -1\n"))).error().field, HasSubstr("/devices/0/interval_s"));
  EXPECT_FALSE(bot_type_from("toaster").has_value());
}

TEST(MqttUrl, IsTakenApart) {
  const auto url = parse_url("mqtt://dcim-sim:p%40ss@example.test:1884").value();
  EXPECT_EQ(url.host, "example.test");
  EXPECT_EQ(url.port, 1884);
  EXPECT_EQ(url.username, "dcim-sim");
  EXPECT_EQ(url.password, "p@ss");
  EXPECT_EQ(parse_url("mqtt://localhost").value().port, 1883);
  EXPECT_FALSE(parse_url("http://localhost").has_value());
  EXPECT_FALSE(parse_url("").has_value());
}

}  // namespace
}  // namespace dcim::bots
