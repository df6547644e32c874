#include "tests/support/plain_judgement.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>

namespace dcim::tests {

int severity_of(const std::string& name) { return name == "critical" ? 4 : name == "major" ? 3 : name == "minor" ? 2 : 1; }

namespace {

// When one level is set and ended, and how: on its own, reading by reading.
std::vector<std::pair<double, bool>> flips_of(const Level& level, const Rule& rule, const std::vector<Value>& values, double hold_s,
                                              bool to_the_end) {
  std::vector<std::pair<double, bool>> out;
  bool set = false;
  std::optional<double> since;
  double counts = 0;
  const auto flip = [&](double t) {
    set = !set;
    since.reset();
    out.emplace_back(t, set);
  };
  const auto due = [&] { return *since + (set ? rule.off_delay_s : rule.on_delay_s); };
  for (const auto& [t, x, until] : values) {
    if (since && due() <= std::min(t, counts)) flip(due());
    const bool beyond = level.when == "above" ? x >= level.limit : level.when == "below" ? x <= level.limit : x == level.limit;
    const bool inside = level.when == "above" ? x < level.limit - rule.dead_band : level.when == "below" ? x > level.limit + rule.dead_band : !beyond;
    if (set ? inside : beyond) {
      if (!since) since = t;
      if (t >= due()) flip(t);
    } else {
      since.reset();
    }
    counts = until.value_or(t + hold_s);
  }
  if (to_the_end && since && due() <= counts) flip(due());
  return out;
}

}  // namespace

std::vector<std::string> changes_of(const Rule& rule, const std::vector<Value>& values, double hold_s, const std::string& name, bool to_the_end) {
  std::map<double, std::vector<std::pair<std::size_t, bool>>> flips;
  for (std::size_t i = 0; i < rule.levels.size(); ++i) {
    for (const auto& [t, set] : flips_of(rule.levels[i], rule, values, hold_s, to_the_end)) flips[t].emplace_back(i, set);
  }
  std::vector<bool> set(rule.levels.size());
  const auto worst = [&] {
    int out = -1;
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (set[i] && (out < 0 || rule.levels[i].severity > rule.levels[static_cast<std::size_t>(out)].severity)) out = static_cast<int>(i);
    }
    return out;
  };
  const auto severity = [&](int level) { return level < 0 ? 0 : rule.levels[static_cast<std::size_t>(level)].severity; };
  std::vector<std::string> out;
  for (const auto& [t, list] : flips) {
    const auto before = worst();
    for (const auto& [level, on] : list) set[level] = on;
    const auto after = worst();
    if (before == after) continue;
    const auto tell = [&](const char* change, int s) {
      out.push_back(name + " " + std::to_string(static_cast<std::int64_t>(std::llround(t * 1e6))) + " " + change + " " + std::to_string(s));
    };
    if (before < 0) {
      tell("raised", severity(after));
    } else if (after < 0) {
      tell("cleared", severity(before));
    } else if (severity(before) != severity(after)) {
      tell(severity(after) > severity(before) ? "severity-raised" : "severity-lowered", severity(after));
    } else {
      tell("cleared", severity(before));
      tell("raised", severity(after));
    }
  }
  return out;
}

}  // namespace dcim::tests
