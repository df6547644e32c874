// `dcim alarms test FILE …`: rules tried on a timeline, before they meet a hall.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "cli/verbs.h"
#include "core/alarm_scenario.h"

namespace dcim::cli {

int test_alarm_scenarios(const std::vector<std::filesystem::path>& files) {
  int failed = 0;
  for (const auto& file : files) {
    std::ifstream in(file);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) return fail(file.string() + " cannot be read");
    const auto result = core::run_scenario(text.str());
    if (!result) return fail(file.string() + ", " + result.error().field + ": " + result.error().message);
    for (const auto& failure : result->failures) std::printf("%s: %s\n", file.c_str(), failure.c_str());
    std::printf("%s: %s, %d expectations\n", file.c_str(), result->passed() ? "holds" : "does NOT hold", result->expectations);
    failed += !result->passed();
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace dcim::cli
