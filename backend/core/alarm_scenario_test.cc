#include "core/alarm_scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace dcim::core {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

TEST(AlarmScenario, TheFilesHold) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DCIM_SCENARIOS_DIR)) {
    const auto result = run_scenario(read(entry.path()));
    ASSERT_TRUE(result) << entry.path() << ": " << result.error().field << " " << result.error().message;
    EXPECT_THAT(result->failures, ::testing::IsEmpty()) << entry.path();
    EXPECT_GT(result->expectations, 0) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 6);
}

TEST(AlarmScenario, SaysWhatWasNotAsExpected) {
  const std::string rule = "rule hot t > 32 for 2m\nreading A 0m=33 1m=33 2m=33\n";
  EXPECT_THAT(run_scenario(rule + "expect 2m nothing")->failures,
              ::testing::ElementsAre("line 3: expected nothing, but there was 2m raised A hot major"));
  EXPECT_THAT(run_scenario(rule + "expect 1m raised A")->failures, ::testing::ElementsAre("line 3: there was 2m raised A hot major"));
  EXPECT_THAT(run_scenario(rule)->failures, ::testing::ElementsAre("at the end: nobody expected 2m raised A hot major"));
  EXPECT_THAT(run_scenario(rule + "expect 2m raised A minor")->failures, ::testing::SizeIs(1));
}

TEST(AlarmScenario, NamesTheLineThatCannotBeRead) {
  EXPECT_EQ(run_scenario("rule hot t > much").error().field, "line 1");
  EXPECT_EQ(run_scenario("\nreading A 0m=1").error().field, "line 2");
  EXPECT_EQ(run_scenario("rule hot t > 3\nreading A 0x=1").error().field, "line 2");
  EXPECT_EQ(run_scenario("alarm").error().field, "line 1");
}

}  // namespace
}  // namespace dcim::core
