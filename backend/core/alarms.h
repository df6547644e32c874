// One rule on one sensor (or device): a comparator with dead-band and delays for each level, in event time. Pure: what comes
// out depends on the readings alone, so that a replay in order makes exactly the alarms that were made live.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <vector>

#include "core/alarm_rules.h"

namespace dcim::core {

enum class AlarmChange : std::int16_t { raised, severity_raised, severity_lowered, cleared, announced };
std::string_view name_of(AlarmChange change);

/// What one rule knows of one subject. Quiet when nothing is set and nothing pends: then it need not be kept.
struct AlarmState {
  std::uint8_t set = 0;                              // bit i: level i holds
  std::array<base::Timestamp, kMostLevels> since{};  // level i is about to change, since then; the epoch: it is not
  bool announced = true;                             // false: raised from history, and nobody has been told
  bool operator==(const AlarmState&) const = default;

  bool quiet() const;
  bool active() const { return set != 0; }
};

/// The most severe level that holds; nullopt when none does. Of equal ones the first.
std::optional<std::size_t> worst_level(const AlarmRule& rule, const AlarmState& state);
/// Whether any level is beyond its limit at `x`: the fast answer for what is quiet.
bool violates(const AlarmRule& rule, double x);

struct LevelChange {
  AlarmChange change;
  base::Timestamp ts;
  std::size_t level;  // that holds now; of `cleared`, the one that held
  double value;
};

/// Delays that have run out by `to`, while the last value (of `last`) still counts, that is for `hold` after it. `x` is that value.
void advance(const AlarmRule& rule, AlarmState& state, double x, base::Timestamp last, std::chrono::microseconds hold, base::Timestamp to,
             std::vector<LevelChange>& out);
/// A new value. Call advance() up to `ts` first.
void evaluate(const AlarmRule& rule, AlarmState& state, double x, base::Timestamp ts, std::vector<LevelChange>& out);
/// The rule has changed: what stands is judged by the new one at once (it stands while it is inside the dead-band), delays begin anew.
/// `before`: the severity that stood, if any.
void judge_anew(const AlarmRule& rule, AlarmState& state, std::optional<Severity> before, double x, base::Timestamp ts,
                std::vector<LevelChange>& out);

/// The change of a value over a window. Keeps at most 34 samples, on a grid of time, so that it is the same however long it has run.
class RateWindow {
 public:
  explicit RateWindow(double window_s) : window_(static_cast<std::int64_t>(window_s * 1e6)) {}
  /// The change per window at `ts`; nullopt until there is a value a window old, or after a gap of more than a window.
  std::optional<double> push(base::Timestamp ts, double value);

 private:
  struct Sample {
    base::Timestamp ts;
    double value;
  };
  std::chrono::microseconds window_;
  std::deque<Sample> samples_;
};

}  // namespace dcim::core
