#include "core/overview.h"

#include <gtest/gtest.h>

namespace dcim::core {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kNow{std::chrono::seconds{1'763'900'000}};

// One site with two rooms of two racks each; every rack has an inlet sensor (id rack×10) and a PDU (id rack×10+1).
// A second site must never leak in.
class OverviewTest : public testing::Test {
 protected:
  OverviewTest() {
    std::vector<Site> sites{{SiteId{1}, "one", "One", "UTC"}, {SiteId{2}, "two", "Two", "UTC"}};
    std::vector<Room> rooms{{RoomId{1}, SiteId{1}, "r1", "Room 1"}, {RoomId{2}, SiteId{1}, "r2", "Room 2"}, {RoomId{3}, SiteId{2}, "r3", "Room 3"}};
    std::vector<Rack> racks;
    std::vector<Device> devices;
    std::vector<Sensor> sensors;
    for (int i = 1; i <= 5; ++i) {
      const RoomId room{(i + 1) / 2};
      const SiteId site{i == 5 ? 2 : 1};
      racks.push_back({RackId{i}, room, site, "A0" + std::to_string(i), 42, 10.0});
      devices.push_back({DeviceId{i}, site, room, RackId{i}, "device-" + std::to_string(i), "pdu", "t" + std::to_string(i)});
      Sensor sensor{SensorId{i * 10}, DeviceId{i}, site, room, RackId{i}, "device", "inlet", "inlet-temperature", "°C"};
      sensor.interval_s = 30;
      sensor.topic = "t" + std::to_string(i);
      sensors.push_back(sensor);
      sensor.id = SensorId{i * 10 + 1};
      sensor.kind = "rack-power";
      sensor.unit = "kW";
      sensor.name = "power";
      sensors.push_back(sensor);
    }
    inventory_ = Inventory(1, sites, rooms, racks, devices, sensors);
    for (int i = 1; i <= 5; ++i) {
      set(i * 10, 22.0 + i);
      set(i * 10 + 1, i);
    }
  }

  void set(int sensor, double value, std::chrono::seconds age = 5s, Quality quality = Quality::good) {
    latest_[SensorId{sensor}] = {SensorId{sensor}, kNow - age, value, quality};
  }
  Overview get() const { return overview(inventory_, SiteId{1}, latest_, alarms_, kNow); }
  void alarm(int sensor, Severity severity, double bound, RuleType type = RuleType::limits) {
    const auto& of = *inventory_.sensor(SensorId{sensor});
    StandingAlarm out;
    out.id = static_cast<int>(alarms_.size()) + 1;
    out.severity = severity;
    out.type = type;
    out.room = of.room_id;
    out.rack = of.rack_id;
    out.device = of.device_id;
    out.sensor = of.id;
    out.rule = "Some rule";
    out.level = {When::above, bound, severity};
    alarms_.push_back(out);
  }

  Inventory inventory_;
  LatestReadings latest_;
  std::vector<StandingAlarm> alarms_;
};

TEST_F(OverviewTest, FiguresOfAHealthySite) {
  set(11, 1, 20s);
  const auto o = get();
  EXPECT_DOUBLE_EQ(*o.total_power.value, 1 + 2 + 3 + 4);
  EXPECT_EQ(o.total_power.unit, "kW");
  EXPECT_EQ(o.total_power.ts, kNow - 20s);
  EXPECT_EQ(o.total_power.reporting, 4);
  EXPECT_EQ(o.total_power.expected, 4);
  EXPECT_DOUBLE_EQ(*o.average_inlet.value, 24.5);
  EXPECT_DOUBLE_EQ(*o.maximum_inlet.value, 26);
  EXPECT_EQ(o.maximum_inlet_rack, RackId{4});
  EXPECT_EQ(o.sensors_reporting, 8);
  EXPECT_EQ(o.sensors_total, 8);
  ASSERT_EQ(o.rooms.size(), 2U);
  EXPECT_EQ(o.rooms[0].status, RoomStatus::green);
  EXPECT_TRUE(o.rooms[0].reasons.empty());
  EXPECT_EQ(o.rooms[0].racks, 2);
}

TEST_F(OverviewTest, NoDataIsGreyAndTheFigureIsNothing) {
  latest_.clear();
  const auto o = get();
  EXPECT_FALSE(o.total_power.value);
  EXPECT_FALSE(o.total_power.ts);
  EXPECT_EQ(o.total_power.expected, 4);
  EXPECT_EQ(o.rooms[0].status, RoomStatus::grey);
  EXPECT_EQ(o.rooms[0].reasons, std::vector<std::string>{"no sensor reports"});
}

TEST_F(OverviewTest, StaleReadingsAreInNoFigureAndMakeTheRoomAmber) {
  set(10, 50, 61s);
  const auto o = get();
  EXPECT_EQ(o.average_inlet.reporting, 3);
  EXPECT_EQ(o.average_inlet.expected, 4);
  EXPECT_DOUBLE_EQ(*o.maximum_inlet.value, 26);
  EXPECT_EQ(o.rooms[0].status, RoomStatus::amber);
  EXPECT_EQ(o.rooms[0].reasons, std::vector<std::string>{"1 of 4 sensors is silent"});
  EXPECT_EQ(o.rooms[1].status, RoomStatus::green);
}

TEST_F(OverviewTest, BadReadingsAreInNoFigureButTheSensorReports) {
  set(10, 300, 5s, Quality::bad);
  const auto o = get();
  EXPECT_EQ(o.average_inlet.reporting, 3);
  EXPECT_EQ(o.sensors_reporting, 8);
  EXPECT_EQ(o.rooms[0].status, RoomStatus::amber);
  EXPECT_EQ(o.rooms[0].reasons, std::vector<std::string>{"1 sensor reports implausible values"});
}

TEST_F(OverviewTest, AlarmsColourTheRoomAndTheWorstReasonIsFirst) {
  set(10, 40);
  EXPECT_EQ(get().rooms[0].status, RoomStatus::green) << "limits are the rules' alone";
  set(10, 28);
  alarm(10, Severity::minor, 28);
  EXPECT_EQ(get().rooms[0].status, RoomStatus::amber);
  EXPECT_EQ(get().rooms[0].reasons.at(0), "A01 inlet is 28.0 °C (minor above 28 °C)");
  EXPECT_EQ(get().rooms[1].status, RoomStatus::green);
  set(20, 33.25);
  alarm(20, Severity::critical, 32);
  EXPECT_EQ(get().rooms[0].status, RoomStatus::red);
  EXPECT_EQ(get().rooms[0].reasons.at(0), "A02 inlet is 33.2 °C (critical above 32 °C)");
  EXPECT_EQ(get().rooms[0].reasons.size(), 2U);
  alarms_.clear();
  alarm(10, Severity::info, 20);
  EXPECT_EQ(get().rooms[0].status, RoomStatus::green);
}

TEST_F(OverviewTest, AFigureIsAsBadAsTheWorstAlarmOnItsSensors) {
  EXPECT_EQ(get().total_power.status, FigureStatus::ok);
  alarm(11, Severity::major, 9);
  EXPECT_EQ(get().total_power.status, FigureStatus::warning);
  EXPECT_EQ(get().rooms[0].power.status, FigureStatus::warning);
  EXPECT_EQ(get().rooms[1].power.status, FigureStatus::ok);
  EXPECT_EQ(get().maximum_inlet.status, FigureStatus::ok);
  alarm(30, Severity::critical, 32);
  EXPECT_EQ(get().maximum_inlet.status, FigureStatus::critical);
  latest_.clear();
  EXPECT_EQ(get().maximum_inlet.status, FigureStatus::unknown);
}

TEST_F(OverviewTest, AlarmsSpeakOfTheirSource) {
  alarm(10, Severity::major, 0, RuleType::state);
  alarm(10, Severity::minor, 3, RuleType::rate);
  alarms_.back().value = 4.25;
  alarm(10, Severity::major, 0, RuleType::no_data);
  alarms_.back().sensor.reset();
  const auto sentence = [&](std::size_t i) { return sentence_of(alarms_[i], inventory_, latest_); };
  EXPECT_EQ(sentence(0), "A01: Some rule (major)");
  EXPECT_EQ(sentence(1), "A01 inlet changed by 4.2 °C (minor above 3 °C)");
  EXPECT_EQ(sentence(2), "device-1 is silent (major)");
  alarm(10, Severity::minor, 28);
  alarms_.back().value = 28.6;
  set(10, 29.5);
  EXPECT_EQ(sentence(3), "A01 inlet is 29.5 °C (minor above 28 °C)");
  set(10, 24.6);
  EXPECT_EQ(sentence(3), "A01 inlet was 28.6 °C, is 24.6 °C (minor above 28 °C)");
}

}  // namespace
}  // namespace dcim::core
