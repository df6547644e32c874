// The alarms that readings make, by a second, plain judgement that shares nothing with the engine: what tests hold its journal against.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dcim::tests {

struct Level {
  std::string when;
  double limit = 0;
  int severity = 0;
};
struct Rule {
  std::vector<Level> levels;
  double dead_band = 0, on_delay_s = 0, off_delay_s = 0, window_s = 0;
};
struct Value {
  double t, x;                  // seconds since 1970
  std::optional<double> until;  // how long it counts, if nothing newer comes; otherwise the hold
};

int severity_of(const std::string& name);

/// "NAME MICROSECONDS CHANGE SEVERITY" of every change, of several levels the worst being the alarm. A value counts for `hold_s`;
/// `to_the_end`: also the last one, so that delays may run out after it.
std::vector<std::string> changes_of(const Rule& rule, const std::vector<Value>& values, double hold_s, const std::string& name, bool to_the_end);

}  // namespace dcim::tests
