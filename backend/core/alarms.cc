#include "core/alarms.h"

#include <algorithm>
#include <cmath>

namespace dcim::core {
namespace {

using base::Timestamp;

constexpr Timestamp kNotPending{};
constexpr int kGrid = 32;  // samples in a window

std::chrono::microseconds delay(double seconds) { return std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)); }

bool beyond(const RuleLevel& level, double x) {
  switch (level.when) {
    case When::above:
    case When::silent: return x >= level.limit;
    case When::below: return x <= level.limit;
    case When::equals: return x == level.limit;
  }
  return false;
}

// Not yet far enough back inside for what holds to end.
bool held(const RuleLevel& level, double dead_band, double x) {
  switch (level.when) {
    case When::above:
    case When::silent: return x >= level.limit - dead_band;
    case When::below: return x <= level.limit + dead_band;
    case When::equals: return x == level.limit;
  }
  return false;
}

bool is_set(const AlarmState& state, std::size_t level) { return (state.set >> level & 1) != 0; }

void flip(AlarmState& state, std::size_t level) {
  state.set = static_cast<std::uint8_t>(state.set ^ 1U << level);
  state.since[level] = kNotPending;
}

// What has become of the alarm as a whole, `before` having been its worst level.
void tell(const AlarmRule& rule, const AlarmState& state, std::optional<std::size_t> before, Timestamp ts, double x, std::vector<LevelChange>& out) {
  const auto after = worst_level(rule, state);
  if (after == before) return;
  if (!before) {
    out.push_back({AlarmChange::raised, ts, *after, x});
  } else if (!after) {
    out.push_back({AlarmChange::cleared, ts, *before, x});
  } else if (rule.levels[*after].severity > rule.levels[*before].severity) {
    out.push_back({AlarmChange::severity_raised, ts, *after, x});
  } else if (rule.levels[*after].severity < rule.levels[*before].severity) {
    out.push_back({AlarmChange::severity_lowered, ts, *after, x});
  } else {  // from too high to too low, say: another alarm
    out.push_back({AlarmChange::cleared, ts, *before, x});
    out.push_back({AlarmChange::raised, ts, *after, x});
  }
}

}  // namespace

std::string_view name_of(AlarmChange change) {
  switch (change) {
    case AlarmChange::raised: return "raised";
    case AlarmChange::severity_raised: return "severity-raised";
    case AlarmChange::severity_lowered: return "severity-lowered";
    case AlarmChange::cleared: return "cleared";
    case AlarmChange::announced: return "announced";
  }
  return "";
}

bool AlarmState::quiet() const {
  return set == 0 && std::ranges::all_of(since, [](Timestamp t) { return t == kNotPending; });
}

std::optional<std::size_t> worst_level(const AlarmRule& rule, const AlarmState& state) {
  std::optional<std::size_t> out;
  for (std::size_t i = 0; i < rule.levels.size(); ++i) {
    if (is_set(state, i) && (!out || rule.levels[i].severity > rule.levels[*out].severity)) out = i;
  }
  return out;
}

bool violates(const AlarmRule& rule, double x) {
  for (const auto& level : rule.levels) {
    if (beyond(level, x)) return true;
  }
  return false;
}

void advance(const AlarmRule& rule, AlarmState& state, double x, Timestamp last, std::chrono::microseconds hold, Timestamp to,
             std::vector<LevelChange>& out) {
  const auto until = std::min(to, last + hold);
  while (true) {
    // The earliest first: each change is told at its own moment.
    std::optional<Timestamp> next;
    for (std::size_t i = 0; i < rule.levels.size(); ++i) {
      if (state.since[i] == kNotPending) continue;
      const auto deadline = state.since[i] + delay(is_set(state, i) ? rule.off_delay_s : rule.on_delay_s);
      if (deadline <= until && (!next || deadline < *next)) next = deadline;
    }
    if (!next) return;
    const auto before = worst_level(rule, state);
    for (std::size_t i = 0; i < rule.levels.size(); ++i) {
      if (state.since[i] == kNotPending) continue;
      if (state.since[i] + delay(is_set(state, i) ? rule.off_delay_s : rule.on_delay_s) == *next) flip(state, i);
    }
    tell(rule, state, before, *next, x, out);
  }
}

void evaluate(const AlarmRule& rule, AlarmState& state, double x, Timestamp ts, std::vector<LevelChange>& out) {
  const auto before = worst_level(rule, state);
  for (std::size_t i = 0; i < rule.levels.size(); ++i) {
    const bool set = is_set(state, i);
    const bool changing = set ? !held(rule.levels[i], rule.dead_band, x) : beyond(rule.levels[i], x);
    auto& since = state.since[i];
    if (!changing) {
      since = kNotPending;
      continue;
    }
    if (since == kNotPending) since = ts;
    if (ts - since >= delay(set ? rule.off_delay_s : rule.on_delay_s)) flip(state, i);
  }
  tell(rule, state, before, ts, x, out);
}

void judge_anew(const AlarmRule& rule, AlarmState& state, std::optional<Severity> before, double x, Timestamp ts, std::vector<LevelChange>& out) {
  const bool stood = before.has_value();
  const bool announced = state.announced;
  state = {};
  state.announced = announced;
  if (!stood) return evaluate(rule, state, x, ts, out);
  for (std::size_t i = 0; i < rule.levels.size(); ++i) {
    if (held(rule.levels[i], rule.dead_band, x)) flip(state, i);
  }
  const auto after = worst_level(rule, state);
  if (!after) {
    out.push_back({AlarmChange::cleared, ts, 0, x});
  } else if (rule.levels[*after].severity != *before) {
    out.push_back({rule.levels[*after].severity > *before ? AlarmChange::severity_raised : AlarmChange::severity_lowered, ts, *after, x});
  }
}

std::optional<double> RateWindow::push(Timestamp ts, double value) {
  if (!samples_.empty() && ts - samples_.back().ts > window_) samples_.clear();
  // The newest value that is a window old; what is older than that one is of no more use.
  while (samples_.size() > 1 && samples_[1].ts <= ts - window_) samples_.pop_front();
  std::optional<double> out;
  if (!samples_.empty() && samples_.front().ts <= ts - window_) {
    const auto span = std::chrono::duration<double>(ts - samples_.front().ts) / std::chrono::duration<double>(window_);
    out = (value - samples_.front().value) / span;
  }
  const auto cell = [&](Timestamp t) { return t.time_since_epoch() / (window_ / kGrid); };
  if (samples_.empty() || cell(samples_.back().ts) != cell(ts)) samples_.push_back({ts, value});
  return out;
}

}  // namespace dcim::core
