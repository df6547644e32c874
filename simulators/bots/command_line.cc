#include "simulators/bots/command_line.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "simulators/bots/backfill.h"
#include "simulators/bots/bot.h"
#include "simulators/bots/control.h"
#include "simulators/bots/outcome.h"
#include "simulators/bots/site.h"

namespace dcim::bots {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Result;

int fail(const std::string& sentence) {
  std::fprintf(stderr, "dcim-sim: %s\n", sentence.c_str());
  return 1;
}
int fail(const Error& error) { return fail(error.field.empty() ? error.message : error.field + " " + error.message); }

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string line_of(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

// access.env of a `dcim up` on this machine: KEY='value' lines.
std::string from_access_file(const std::string& key) {
  fs::path folder = environment("DCIM_DATA_DIR");
  if (folder.empty()) {
    const auto state = environment("XDG_STATE_HOME");
    folder =
        ::geteuid() == 0 ? fs::path("/var/lib/dcim") : (state.empty() ? fs::path(environment("HOME")) / ".local/state" : fs::path(state)) / "dcim";
  }
  std::ifstream in(folder / "access.env");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key + "='") && line.ends_with('\'')) return line.substr(key.size() + 2, line.size() - key.size() - 3);
  }
  return {};
}

std::string mqtt_url(const Arguments& arguments) {
  if (!arguments.mqtt_url.empty()) return arguments.mqtt_url;
  for (const char* name : {"DCIM_SIM_MQTT_URL", "DCIM_MQTT_URL"}) {
    if (auto url = environment(name); !url.empty()) return url;
  }
  if (const auto file = environment("DCIM_MQTT_URL_FILE"); !file.empty()) return line_of(file);
  return from_access_file("DCIM_SIM_MQTT_URL");
}

Result<BrokerUrl> broker_of(const Arguments& arguments) {
  const auto url = mqtt_url(arguments);
  if (url.empty()) return Error::invalid("--mqtt", "is needed: no DCIM_MQTT_URL is set, and there is no access.env of a running demo");
  auto broker = parse_url(url);
  if (!broker) return Error::invalid("--mqtt (or DCIM_MQTT_URL)", broker.error().message);
  return broker;
}

// Seconds since 1970; 0 when nothing is said.
Result<double> time_of(const std::string& text, const char* option) {
  if (text.empty()) return 0.0;
  const auto time = base::from_rfc3339(text);
  if (!time) return Error::invalid(option, "must be a time such as 2026-11-24T00:00:00Z");
  return static_cast<double>(base::to_unix_ms(*time)) / 1000;
}

}  // namespace

int bot_command(Arguments a) {
  const auto type = bot_type_from(a.type);
  if (!type) return fail(type.error());
  BotOptions options;
  if (a.config.empty()) {
    const auto rack = a.rack.empty() ? std::string("A01") : a.rack;
    options.site = usual_site(*type, a.site, a.room, rack, a.unit);
    options.unit = *options.site.all(*type).at(0);
    if (!a.id.empty()) options.unit.name = a.id;
  } else {
    auto site = read_site(a.config);
    if (!site) return fail(site.error());
    const auto* unit = site->find(*type, a.id);
    if (!unit) return fail("--id: " + a.config + " has no " + a.type + " device \"" + a.id + "\"");
    options.unit = *unit;
    options.site = std::move(*site);
  }
  const auto broker = broker_of(a);
  if (!broker) return fail(broker.error());
  const auto begin_s = time_of(a.begin, "--begin");
  if (!begin_s) return fail(begin_s.error());
  options.begin_s = *begin_s;
  options.seed = a.seed;
  options.speed = a.speed;
  options.epoch_s = a.epoch_s;
  options.interval_s = a.interval_s;
  options.mqtt.broker = *broker;
  options.mqtt.client_id = "sim " + options.unit.topic;
  options.mqtt.availability_topic = options.unit.topic + "/availability";
  options.mqtt.journal = a.journal;
  return run_bot(options);
}

int run_command(Arguments a) {
  const auto broker = broker_of(a);
  if (!broker) return fail(broker.error());
  // All bots share one clock of the model's time.
  base::SystemClock clock;
  const double epoch_s = a.epoch_s > 0 ? a.epoch_s : static_cast<double>(base::to_unix_ms(clock.now())) / 1000;
  std::vector<std::string> passed{"--seed", std::to_string(a.seed), "--speed", std::to_string(a.speed), "--epoch", std::to_string(epoch_s)};
  if (const auto begin_s = time_of(a.begin, "--begin"); !begin_s) return fail(begin_s.error());
  if (!a.begin.empty()) passed.insert(passed.end(), {"--begin", a.begin});
  if (a.interval_s) passed.insert(passed.end(), {"--interval", std::to_string(*a.interval_s)});
  return run_site(a.config, mqtt_url(a), passed);
}

int scenario_command(Arguments a) {
  ScenarioCommand command;
  command.what = a.what;
  command.argument = a.argument;
  command.rack = a.rack;
  command.unit = a.unit;
  command.site = a.site;
  command.speed = a.speed;
  if (!a.config.empty()) {
    auto site = read_site(a.config);
    if (!site) return fail(site.error());
    command.site = site->code;
    command.model = std::move(*site);
  }
  if (command.what != "list") {
    const auto broker = broker_of(a);
    if (!broker) return fail(broker.error());
    command.broker = *broker;
  }
  return scenario_command(command);
}

int backfill_command(Arguments a) {
  auto site = read_site(a.config);
  if (!site) return fail(site.error());
  const auto broker = broker_of(a);
  if (!broker) return fail(broker.error());
  BackfillOptions options;
  options.seed = a.seed;
  options.days = a.days;
  options.rate = a.rate;
  options.progress_file = a.progress;
  options.broker = *broker;
  const auto until_s = time_of(a.until, "--until");
  if (!until_s) return fail(until_s.error());
  options.until_s = *until_s;
  if (!a.timeline.empty()) {
    auto timeline = read_timeline(a.timeline, &*site);
    if (!timeline) return fail(timeline.error());
    options.timeline = std::move(*timeline);
  }
  options.site = std::move(*site);
  return run_backfill(options);
}

int outcome_command(Arguments a) {
  const auto site = read_site(a.config);
  if (!site) return fail(site.error());
  OutcomeOptions options;
  for (const auto& name : a.failed) {
    const auto scenario = make_scenario("ELEMENT_FAILURE", "", name, &*site);
    if (!scenario) return fail(Error::invalid("--fail", scenario.error().message));
    options.scenarios.push_back(*scenario);
  }
  const auto begin_s = time_of(a.begin, "--begin");
  if (!begin_s) return fail(begin_s.error());
  base::SystemClock clock;
  options.begin_s = *begin_s > 0 ? *begin_s : std::floor(static_cast<double>(base::to_unix_ms(clock.now())) / 1000);
  options.seed = a.seed;
  options.at_min = a.at_min;
  options.after_min = a.after_min;
  setenv("TZ", site->time_zone.c_str(), 1);
  tzset();
  std::printf("%s\n", to_json(*site, options, outcome_of(*site, options)).c_str());
  return 0;
}

int load_command(Arguments a) {
  if (!a.write_site.empty()) {
    std::ofstream out(a.write_site);
    out << load_site(a.load);
    return out.flush() ? 0 : fail("--write-site: " + a.write_site + " cannot be written");
  }
  const auto broker = broker_of(a);
  if (!broker) return fail(broker.error());
  a.load.broker = *broker;
  return run_load(a.load);
}

}  // namespace dcim::bots
