#include "simulators/bots/control.h"

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "base/clock.h"
#include "simulators/bots/message.h"

namespace dcim::bots {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 5s;

std::string target_text(const Scenario& s) { return !s.rack.empty() ? "rack-" + s.rack : !s.unit.empty() ? "unit-" + s.unit : "site"; }

int fail(const std::string& sentence) {
  std::fprintf(stderr, "dcim-sim: %s\n", sentence.c_str());
  return 1;
}

// One connection to the control plane; what is heard is collected.
class Control {
 public:
  explicit Control(const ScenarioCommand& command) : site_(command.site), who_("scenario " + std::to_string(::getpid())) {
    MqttClient::Options options;
    options.broker = command.broker;
    options.client_id = "dcim-sim " + who_;
    options.topics = {all_scenarios_topic(site_), heard_topic(site_, "+"), sync_topic(site_, who_)};
    options.hear = [this](std::string topic, std::string payload) { hear(topic, payload); };
    options.connected = [this] { client_->publish_control(sync_topic(site_, who_), "1", false); };
    client_ = std::make_unique<MqttClient>(std::move(options));
    client_->start();
  }

  // False when the broker does not answer, or does not let us hear the control plane.
  bool ready() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return synced_; });
  }

  std::vector<ScenarioNews> active() {
    const std::scoped_lock lock(mutex_);
    return active_;
  }

  void say(const Scenario& scenario, bool on) {
    base::SystemClock clock;
    const auto payload = on ? "{\"started_ms\":" + std::to_string(base::to_unix_ms(clock.now())) + "}" : std::string();
    client_->publish_control(scenario_topic(site_, scenario), payload, true);
  }

  // The units that say that they have heard; waits a little for the first.
  std::vector<std::string> heard_by(const Scenario& scenario, bool on) {
    const auto wanted = scenario.name + " " + target_text(scenario) + (on ? " on" : " off");
    std::unique_lock lock(mutex_);
    const auto any = [&] { return std::ranges::any_of(heard_, [&](const auto& h) { return h.second == wanted; }); };
    if (changed_.wait_for(lock, kPatience, any)) changed_.wait_for(lock, 300ms, [] { return false; });
    std::vector<std::string> out;
    for (const auto& [unit, text] : heard_) {
      if (text == wanted) out.push_back(unit);
    }
    heard_.clear();
    return out;
  }

  void stop() { client_->stop(2s); }

 private:
  void hear(const std::string& topic, const std::string& payload) {
    const std::scoped_lock lock(mutex_);
    const auto heard = heard_topic(site_, "");
    if (topic == sync_topic(site_, who_)) {
      synced_ = true;
    } else if (topic.starts_with(heard)) {
      heard_.emplace_back(topic.substr(heard.size()), payload);
    } else if (const auto news = scenario_news(site_, topic, payload)) {
      std::erase_if(active_, [&](const auto& other) { return other.scenario.same(news->scenario); });
      if (news->started_ms > 0) active_.push_back(*news);
    }
    changed_.notify_all();
  }

  std::string site_, who_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool synced_ = false;
  std::vector<ScenarioNews> active_;
  std::vector<std::pair<std::string, std::string>> heard_;
  std::unique_ptr<MqttClient> client_;
};

int list() {
  for (const auto& kind : scenario_catalogue()) {
    const char* target = kind.target == TargetKind::rack           ? "--rack A01"
                         : kind.target == TargetKind::unit         ? "--unit NAME"
                         : kind.target == TargetKind::element      ? "--unit ELEMENT"
                         : kind.target == TargetKind::unit_or_site ? "[--unit NAME]"
                                                                   : "--rack A01 | --unit NAME";
    std::printf("%-17s %-24s %s\n", std::string(kind.name).c_str(), target, std::string(kind.summary).c_str());
  }
  return 0;
}

int status(Control& control) {
  const auto active = control.active();
  if (active.empty()) std::printf("no scenario is active\n");
  for (const auto& [scenario, started_ms] : active) {
    std::printf("%-17s %-20s since %s\n", scenario.name.c_str(), target_text(scenario).c_str(),
                base::to_rfc3339(base::from_unix_us(started_ms * 1000)).c_str());
  }
  return 0;
}

int set(Control& control, const Scenario& scenario, bool on) {
  control.say(scenario, on);
  const auto units = control.heard_by(scenario, on);
  std::string names;
  for (const auto& unit : units) names += (names.empty() ? "" : ", ") + unit;
  if (units.empty()) {
    if (on) control.say(scenario, false);  // nothing is changed
    return fail(scenario.name + ": no running bot of " + target_text(scenario) + " has answered: is that its name, and do the simulators run?");
  }
  std::printf("%s %s: %s\n", scenario.name.c_str(), on ? "runs" : "has ended", names.c_str());
  std::fflush(stdout);
  return 0;
}

int stop(Control& control, const ScenarioCommand& command) {
  int ended = 0, failed = 0;
  for (const auto& [scenario, started] : control.active()) {
    if (!command.argument.empty() && scenario.name != command.argument) continue;
    if (!command.rack.empty() && scenario.rack != command.rack) continue;
    if (!command.unit.empty() && scenario.unit != command.unit) continue;
    failed += set(control, scenario, false) != 0;
    ++ended;
  }
  if (ended == 0) std::printf("no such scenario is active\n");
  return failed > 0;
}

// Plays a timeline in real time; SIGINT and SIGTERM end it, and what it had started.
int play(Control& control, const ScenarioCommand& command) {
  const auto events = read_timeline(command.argument, command.model ? &*command.model : nullptr);
  if (!events) return fail(events.error().field + " " + events.error().message);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  const auto start = std::chrono::steady_clock::now();
  std::vector<Scenario> started;
  int failed = 0;
  for (const auto& event : *events) {
    const auto due = start + std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(event.at_min * 60 / command.speed));
    const auto left = std::max(0ns, std::chrono::duration_cast<std::chrono::nanoseconds>(due - std::chrono::steady_clock::now()));
    const timespec wait{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    if (sigtimedwait(&ends, nullptr, &wait) > 0) break;
    failed += set(control, event.scenario, event.start) != 0;
    std::erase_if(started, [&](const auto& other) { return other.same(event.scenario); });
    if (event.start) started.push_back(event.scenario);
  }
  for (const auto& scenario : started) failed += set(control, scenario, false) != 0;
  return failed > 0;
}

}  // namespace

std::string all_scenarios_topic(const std::string& site) { return "dcim-sim/" + site + "/scenario/+/+"; }
std::string scenario_topic(const std::string& site, const Scenario& s) { return "dcim-sim/" + site + "/scenario/" + s.name + "/" + target_text(s); }
std::string state_topic(const std::string& site, const std::string& unit) { return "dcim-sim/" + site + "/state/" + unit; }
std::string heard_topic(const std::string& site, const std::string& unit) { return "dcim-sim/" + site + "/heard/" + unit; }
std::string sync_topic(const std::string& site, const std::string& who) { return "dcim-sim/" + site + "/sync/" + who; }

std::optional<ScenarioNews> scenario_news(const std::string& site, const std::string& topic, const std::string& payload) {
  const auto start = "dcim-sim/" + site + "/scenario/";
  if (!topic.starts_with(start)) return {};
  const auto slash = topic.find('/', start.size());
  if (slash == topic.npos) return {};
  ScenarioNews out;
  out.scenario.name = topic.substr(start.size(), slash - start.size());
  const auto target = topic.substr(slash + 1);
  if (!scenario_kind(out.scenario.name)) return {};
  if (target.starts_with("rack-")) {
    out.scenario.rack = target.substr(5);
  } else if (target.starts_with("unit-")) {
    out.scenario.unit = target.substr(5);
  } else if (target != "site") {
    return {};
  }
  if (payload.empty()) return out;
  const auto fields = parse_payload(payload);
  const auto started = fields ? find(*fields, "started_ms") : std::nullopt;
  if (!started || *started <= 0) return {};
  out.started_ms = static_cast<std::int64_t>(*started);
  return out;
}

int scenario_command(const ScenarioCommand& command) {
  if (command.what == "list") return list();
  std::optional<Scenario> scenario;
  const bool verb = command.what == "status" || command.what == "stop" || command.what == "run";
  if (!verb) {
    const auto made = make_scenario(command.what, command.rack, command.unit, command.model ? &*command.model : nullptr);
    if (!made) return fail(made.error().field + " " + made.error().message);
    scenario = *made;
  }
  if (command.what == "run" && command.argument.empty()) return fail("scenario run needs the file of a timeline");
  // Before any thread starts: all of them leave these two to play().
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  if (command.what == "run") pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  Control control(command);
  if (!control.ready()) {
    control.stop();
    return fail("the broker at " + command.broker.host + ":" + std::to_string(command.broker.port) +
                " does not let us steer the simulators (is it up, and is this the simulators' account?)");
  }
  const int code = scenario                   ? set(control, *scenario, true)
                   : command.what == "status" ? status(control)
                   : command.what == "stop"   ? stop(control, command)
                                              : play(control, command);
  control.stop();
  return code;
}

}  // namespace dcim::bots
