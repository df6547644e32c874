#include "core/alarm_scenario.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "core/alarm_engine.h"

namespace dcim::core {
namespace {

using base::Error;
using base::Timestamp;
using namespace std::chrono_literals;

// Any moment will do: a scenario's times count from here.
constexpr Timestamp kStart{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
constexpr auto kTick = 1s;

struct Line {
  int number = 0;
  std::vector<std::string_view> words;
};

[[noreturn]] void refuse(const Line& line, const std::string& what) { throw Error::invalid("line " + std::to_string(line.number), what); }

double number_of(const Line& line, std::string_view text) {
  double out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc() || end != text.data() + text.size()) refuse(line, "\"" + std::string(text) + "\" is not a number");
  return out;
}

// 90s, 2m, 1h30m, 1d; a bare number is seconds.
std::chrono::microseconds time_of(const Line& line, std::string_view text) {
  double total_s = 0;
  for (auto rest = text; !rest.empty();) {
    const auto digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    const auto number = number_of(line, rest.substr(0, digits));
    rest.remove_prefix(digits);
    double unit_s = 1;
    if (!rest.empty()) {
      switch (rest.front()) {
        case 's': unit_s = 1; break;
        case 'm': unit_s = 60; break;
        case 'h': unit_s = 3600; break;
        case 'd': unit_s = 86'400; break;
        default: refuse(line, "\"" + std::string(text) + "\" is not a time such as 90s, 2m or 1h30m");
      }
      rest.remove_prefix(1);
    }
    total_s += number * unit_s;
  }
  return std::chrono::microseconds(static_cast<std::int64_t>(total_s * 1e6));
}
double seconds_of(const Line& line, std::string_view text) { return static_cast<double>(time_of(line, text).count()) / 1e6; }

std::string text_of(Timestamp t) {
  auto s = std::chrono::duration_cast<std::chrono::seconds>(t - kStart).count();
  std::string out;
  for (const auto& [unit_s, name] : {std::pair<std::int64_t, const char*>{86'400, "d"}, {3600, "h"}, {60, "m"}}) {
    if (s >= unit_s) out += std::to_string(s / unit_s) + name;
    s %= unit_s;
  }
  return s > 0 || out.empty() ? out + std::to_string(s) + "s" : out;
}

class Scenario {
 public:
  explicit Scenario(std::string_view text) {
    for (int number = 1; !text.empty(); ++number) {
      const auto end = std::min(text.find('\n'), text.size());
      read({number, words_of(text.substr(0, end))});
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  ScenarioResult run() {
    play();
    check();
    return std::move(result_);
  }

 private:
  struct Point {
    std::size_t sensor = 0;  // position in sensors_
    Timestamp ts;
    double value = 0;
    Quality quality = Quality::good;
  };
  struct Expectation {
    Line line;
    Timestamp ts;
  };

  static std::vector<std::string_view> words_of(std::string_view text) {
    text = text.substr(0, text.find('#'));
    std::vector<std::string_view> out;
    while (true) {
      const auto begin = text.find_first_not_of(" \t\r");
      if (begin == text.npos) return out;
      text.remove_prefix(begin);
      const auto end = std::min(text.find_first_of(" \t\r"), text.size());
      out.push_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  }

  void read(const Line& line) {
    if (line.words.empty()) return;
    const auto verb = line.words.front();
    if (verb == "rule") return read_rule(line);
    if (verb == "sensor") return read_sensor(line);
    if (verb == "reading") return read_readings(line);
    if (verb == "until") {
      until_ = kStart + time_of(line, word(line, 1));
      return;
    }
    if (verb == "expect") {
      if (line.words.size() < 3) refuse(line, "expect TIME nothing, or expect TIME CHANGE SENSOR [RULE] [SEVERITY]");
      expected_.push_back({line, kStart + time_of(line, line.words[1])});
      return;
    }
    refuse(line, "must begin with rule, sensor, reading, until or expect");
  }

  static std::string_view word(const Line& line, std::size_t at) {
    if (at >= line.words.size()) refuse(line, "something is missing at the end");
    return line.words[at];
  }

  void read_rule(const Line& line) {
    AlarmRule rule;
    rule.id = {static_cast<std::int32_t>(rules_.size()) + 1};
    rule.name = word(line, 1);
    rule.kind = word(line, 2);
    bool rate = false;
    std::optional<double> clear;
    for (std::size_t i = 3; i < line.words.size(); ++i) {
      const auto& w = line.words[i];
      const auto next = [&] { return word(line, ++i); };
      if (w == ">" || w == "<" || w == "=" || w == "silent") {
        RuleLevel level;
        level.when = w == ">" ? When::above : w == "<" ? When::below : w == "=" ? When::equals : When::silent;
        level.limit = number_of(line, next());
        level.severity = Severity::major;
        if (i + 1 < line.words.size()) {
          if (const auto severity = severity_from(line.words[i + 1])) {
            level.severity = *severity;
            ++i;
          }
        }
        rule.levels.push_back(level);
      } else if (w == "rate") {
        rate = true;
      } else if (w == "deviation") {
        const auto baseline = baseline_from(next());
        if (!baseline) refuse(line, "deviation device, deviation room or deviation own");
        rule.baseline = *baseline;
      } else if (w == "for") {
        rule.on_delay_s = seconds_of(line, next());
      } else if (w == "off") {
        rule.off_delay_s = seconds_of(line, next());
      } else if (w == "window") {
        rule.window_s = seconds_of(line, next());
      } else if (w == "dead-band") {
        rule.dead_band = number_of(line, next());
      } else if (w == "clear") {
        clear = number_of(line, next());
      } else {
        refuse(line, "\"" + std::string(w) + "\": expected >, <, =, silent, rate, deviation, for, off, window, dead-band or clear");
      }
    }
    if (rule.levels.empty() || rule.levels.size() > kMostLevels) refuse(line, "a rule has 1 to 8 levels, such as > 32 critical");
    if (clear) {
      if (rule.levels.size() != 1) refuse(line, "clear goes with one level; use dead-band");
      rule.dead_band = rule.levels[0].when == When::below ? *clear - rule.levels[0].limit : rule.levels[0].limit - *clear;
      if (rule.dead_band < 0) refuse(line, "clear must lie inside the limit");
    }
    rule.type = rate                                  ? RuleType::rate
                : rule.baseline != Baseline::none     ? RuleType::deviation
                : rule.levels[0].when == When::equals ? RuleType::state
                : rule.levels[0].when == When::silent ? RuleType::no_data
                                                      : RuleType::limits;
    if (rate && rule.window_s <= 0) refuse(line, "a rate needs a window, such as window 15m");
    if (rule.type == RuleType::no_data) rule.kind = "*";
    rules_.push_back(std::move(rule));
  }

  // sensor NAME KIND [every TIME] [of DEVICE]
  void read_sensor(const Line& line) {
    const auto at = sensor(line, word(line, 1));
    sensors_[at].kind = word(line, 2);
    if (sensors_[at].kind.ends_with("-temperature")) sensors_[at].unit = "°C";
    for (std::size_t i = 3; i < line.words.size(); i += 2) {
      if (line.words[i] == "every") {
        sensors_[at].interval_s = seconds_of(line, word(line, i + 1));
      } else if (line.words[i] == "of") {
        sensors_[at].device = word(line, i + 1);
      } else {
        refuse(line, "sensor NAME KIND every TIME of DEVICE");
      }
    }
  }

  std::size_t sensor(const Line& line, std::string_view name) {
    const auto it = names_.find(std::string(name));
    if (it != names_.end()) return it->second;
    if (rules_.empty()) refuse(line, "a rule must come before the first sensor");
    const auto at = sensors_.size();
    Sensor out;
    out.id = {static_cast<std::int32_t>(at) + 1};
    out.site_id = {1};
    out.room_id = RoomId{1};
    out.device = name;
    out.name = name;
    out.kind = rules_.front().kind;
    out.interval_s = 60;
    sensors_.push_back(out);
    names_.emplace(name, at);
    return at;
  }

  // reading NAME TIME=VALUE …; VALUE may be bad(VALUE)
  void read_readings(const Line& line) {
    const auto at = sensor(line, word(line, 1));
    for (std::size_t i = 2; i < line.words.size(); ++i) {
      const auto w = line.words[i];
      const auto equals = w.find('=');
      if (equals == w.npos) refuse(line, "\"" + std::string(w) + "\" is not TIME=VALUE");
      auto value = w.substr(equals + 1);
      Point point{at, kStart + time_of(line, w.substr(0, equals)), 0, Quality::good};
      if (value.starts_with("bad(") && value.ends_with(")")) {
        point.quality = Quality::bad;
        value = value.substr(4, value.size() - 5);
      }
      point.value = number_of(line, value);
      points_.push_back(point);
    }
  }

  // In the order of time, with the clock ticking between.
  void play() {
    AlarmEngine engine;
    std::vector<Device> devices;
    for (auto& s : sensors_) {
      const auto known = std::ranges::find(devices, s.device, &Device::name);
      s.device_id = {static_cast<std::int32_t>(known - devices.begin()) + 1};
      if (known != devices.end()) continue;
      Device device;
      device.id = s.device_id;
      device.site_id = s.site_id;
      device.room_id = s.room_id;
      device.name = s.device;
      devices.push_back(device);
    }
    std::vector<Site> sites{{{1}, "scenario", "scenario", "UTC", true}};
    std::vector<Room> rooms{{{1}, {1}, "room", "room"}};
    engine.set(std::make_shared<const Inventory>(1, sites, rooms, std::vector<Rack>{}, devices, sensors_),
               std::make_shared<const AlarmRules>(1, rules_), kStart);
    std::ranges::stable_sort(points_, {}, &Point::ts);
    auto end = until_;
    if (!points_.empty()) end = std::max(end, points_.back().ts);
    for (const auto& expectation : expected_) end = std::max(end, expectation.ts);
    auto clock = kStart;
    const auto tick_to = [&](Timestamp to) {
      for (; clock <= to; clock += kTick) engine.tick(clock, kStart - 1h);
    };
    for (const auto& point : points_) {
      tick_to(point.ts);
      const Reading reading{sensors_[point.sensor].id, point.ts, point.value, point.quality};
      engine.apply(std::span(&reading, 1), point.ts);
    }
    tick_to(end + 5s);  // the clock ends a delay some seconds late, so that a reading on its way is not overtaken
    for (auto& transition : engine.take().transitions) {
      if (transition.ts <= end) happened_.push_back(std::move(transition));
    }
    std::ranges::stable_sort(happened_, {}, &AlarmTransition::ts);
  }

  // A sensor's name; of a silent device its own.
  static const std::string& name_in(const AlarmTransition& t) { return t.source.sensor_id ? t.source.sensor : t.source.device; }

  std::string told(const AlarmTransition& t) const {
    auto out = text_of(t.ts) + " " + std::string(name_of(t.change)) + " " + name_in(t) + " " + t.rule;
    if (t.change != AlarmChange::cleared) out += " " + std::string(name_of(t.level.severity));
    return out;
  }

  bool matches(const Expectation& expected, const AlarmTransition& t) const {
    const auto& words = expected.line.words;
    if (std::chrono::floor<std::chrono::seconds>(t.ts) != std::chrono::floor<std::chrono::seconds>(expected.ts)) return false;
    if (words[2] != name_of(t.change)) return false;
    if (words.size() > 3 && words[3] != name_in(t)) return false;
    for (std::size_t i = 4; i < words.size(); ++i) {
      if (words[i] != t.rule && words[i] != name_of(t.level.severity)) return false;
    }
    return true;
  }

  void check() {
    std::size_t next = 0;
    for (const auto& expected : expected_) {
      ++result_.expectations;
      const auto at = "line " + std::to_string(expected.line.number) + ": ";
      if (expected.line.words[2] == "nothing") {
        for (; next < happened_.size() && happened_[next].ts <= expected.ts; ++next) {
          result_.failures.push_back(at + "expected nothing, but there was " + told(happened_[next]));
        }
        continue;
      }
      if (next == happened_.size()) {
        result_.failures.push_back(at + "expected a change, but there was none");
      } else {
        if (!matches(expected, happened_[next])) result_.failures.push_back(at + "there was " + told(happened_[next]));
        ++next;
      }
    }
    for (; next < happened_.size(); ++next) result_.failures.push_back("at the end: nobody expected " + told(happened_[next]));
  }

  std::vector<AlarmRule> rules_;
  std::vector<Sensor> sensors_;
  std::map<std::string, std::size_t> names_;
  std::vector<Point> points_;
  std::vector<Expectation> expected_;
  Timestamp until_ = kStart;
  std::vector<AlarmTransition> happened_;
  ScenarioResult result_;
};

}  // namespace

base::Result<ScenarioResult> run_scenario(std::string_view text) {
  try {
    return Scenario(text).run();
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dcim::core
