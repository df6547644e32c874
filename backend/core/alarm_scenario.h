// Alarm rules tried on a timeline, as text that a facility engineer can read and write:
//
//   rule     rack-inlet-hot  inlet-temperature > 32 critical for 2m clear 30
//   reading  A01/inlet       0m=31 1m=33 2m=33 3m=33 9m=29
//   expect   2m nothing
//   expect   3m raised A01/inlet rack-inlet-hot
//   expect   9m cleared A01/inlet
//
// docs/alarms.md has the whole language. Run by `dcim alarms test FILE` and by the tests, on the engine of the server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace dcim::core {

struct ScenarioResult {
  int expectations = 0;
  std::vector<std::string> failures;  // "line 7: …", in the file's order
  bool passed() const { return failures.empty(); }
};

/// The error names the line that cannot be read.
base::Result<ScenarioResult> run_scenario(std::string_view text);

}  // namespace dcim::core
