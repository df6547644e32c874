#include "core/alarm_past.h"

#include <gtest/gtest.h>

#include <vector>

namespace dcim::core {
namespace {

base::Timestamp at(int seconds) { return base::Timestamp{std::chrono::seconds(1'763'900'000 + seconds)}; }

TEST(AlarmPast, StandsAsItDidAtEachMoment) {
  using enum Severity;
  const std::vector<AlarmStep> journal{
      {at(0), "raised", minor},        {at(10), "notified", minor},        {at(20), "acknowledged", minor},     {at(30), "severity-raised", critical},
      {at(40), "noted", critical},     {at(50), "acknowledged", critical}, {at(60), "severity-lowered", major}, {at(70), "cleared", major},
      {at(80), "raised-again", minor}, {at(90), "cleared", minor},         {at(100), "acknowledged", minor},    {at(100), "resolved", minor}};
  const auto then = [&](int s) { return alarm_at(journal, at(s)); };
  EXPECT_EQ(then(-1), std::nullopt);
  EXPECT_EQ(then(0), (PastAlarm{minor, AlarmWorkflow::active}));
  EXPECT_EQ(then(25), (PastAlarm{minor, AlarmWorkflow::acknowledged}));
  EXPECT_EQ(then(45), (PastAlarm{critical, AlarmWorkflow::active}));
  EXPECT_EQ(then(65), (PastAlarm{major, AlarmWorkflow::acknowledged}));
  EXPECT_EQ(then(75), (PastAlarm{major, AlarmWorkflow::cleared}));
  EXPECT_EQ(then(85), (PastAlarm{minor, AlarmWorkflow::active}));
  EXPECT_EQ(then(95), (PastAlarm{minor, AlarmWorkflow::cleared}));
  EXPECT_EQ(then(100), std::nullopt);
  EXPECT_EQ(then(1000), std::nullopt);
}

TEST(AlarmPast, AnAcknowledgementAfterTheEndOpensNothing) {
  // Cleared by a reading of before, which came in after the acknowledgement.
  const std::vector<AlarmStep> journal{{at(0), "raised", Severity::minor},
                                       {at(10), "cleared", Severity::minor},
                                       {at(10), "resolved", Severity::minor},
                                       {at(20), "acknowledged", Severity::minor}};
  EXPECT_EQ(alarm_at(journal, at(5)), (PastAlarm{Severity::minor, AlarmWorkflow::active}));
  EXPECT_EQ(alarm_at(journal, at(30)), std::nullopt);
}

}  // namespace
}  // namespace dcim::core
