#include <CLI/CLI.hpp>

#include "base/log.h"
#include "simulators/bots/command_line.h"

using namespace dcim;

int main(int argc, char** argv) {
  CLI::App app("Simulated devices of a data centre: they publish over MQTT exactly as hardware would");
  app.set_version_flag("--version", DCIM_VERSION);
  app.require_subcommand(1);
  bots::Arguments a;
  app.add_option("--log-level", a.log_level)->capture_default_str();

  auto* bot = app.add_subcommand("bot", "One device, one process");
  bot->add_option("TYPE", a.type, "temperature, pdu, ups, battery, crac, leak, meter or weather")->required();
  bot->add_option("--config", a.config, "The site's document (TOML); with --id");
  bot->add_option("--id", a.id, "The device's name in it");
  bot->add_option("--room", a.room)->capture_default_str();
  bot->add_option("--journal", a.journal, "File that gets a line for every acknowledged reading");
  auto* run = app.add_subcommand("run", "All devices of a site, each restarted when it dies");
  run->add_option("--config", a.config, "The site's document (TOML)")->required();
  auto* scenario = app.add_subcommand("scenario", "Starts, lists and stops what can go wrong");
  scenario->add_option("WHAT", a.what, "A scenario's name, or list, status, stop, run")->required();
  scenario->add_option("ARGUMENT", a.argument, "stop: only this scenario; run: the file of a timeline");
  scenario->add_option("--config", a.config, "The site's document (TOML): targets are checked against it");
  auto* backfill = app.add_subcommand("backfill", "History of a site, through MQTT as all readings");
  backfill->add_option("--config", a.config, "The site's document (TOML)")->required();
  backfill->add_option("--days", a.days)->check(CLI::Range(0.01, 3660.0))->capture_default_str();
  backfill->add_option("--until", a.until, "Its end (RFC 3339); default: now");
  backfill->add_option("--timeline", a.timeline, "Scenarios in it (TOML), in minutes after its beginning");
  backfill->add_option("--progress", a.progress, "File that says what is done: run once, and carried on after a break");
  backfill->add_option("--rate", a.rate, "At most so many readings a second")->check(CLI::Range(100.0, 1e8))->capture_default_str();
  auto* outcome = app.add_subcommand("outcome", "What a failure in the power chain would do, in virtual time; prints one line of JSON");
  outcome->add_option("--config", a.config, "The site's document (TOML)")->required();
  outcome->add_option("--fail", a.failed, "Names of elements of the power chain")->required();
  outcome->add_option("--at", a.at_min, "Minutes after the beginning at which they fail")->check(CLI::Range(1.0, 1e5))->capture_default_str();
  outcome->add_option("--after", a.after_min, "Minutes after the failure at which the site is seen")
      ->check(CLI::Range(0.0, 1e5))
      ->capture_default_str();
  auto* load = app.add_subcommand("load", "Load for benchmarks; prints one line of JSON");
  load->add_option("--sensors", a.load.sensors)->check(CLI::Range(1, 10'000'000))->capture_default_str();
  load->add_option("--rate", a.load.rate, "Messages a second; 0: as fast as possible")->check(CLI::Range(0.0, 1e8))->capture_default_str();
  load->add_option("--fields", a.load.fields, "Readings in each message")->check(CLI::Range(1, 1000))->capture_default_str();
  load->add_option("--qos", a.load.qos)->check(CLI::Range(0, 1))->capture_default_str();
  load->add_option("--clients", a.load.clients)->check(CLI::Range(1, 64))->capture_default_str();
  load->add_option("--window", a.load.window, "QoS 1: messages in flight of each client")->check(CLI::Range(1, 65535))->capture_default_str();
  load->add_option("--duration", a.load.duration_s, "Seconds")->check(CLI::Range(0.1, 86400.0))->capture_default_str();
  load->add_option("--site", a.load.site)->capture_default_str();
  load->add_option("--report", a.load.report, "Writes topic, field, count and sum of what was sent for each sensor");
  load->add_option("--write-site", a.write_site, "Writes the site document (TOML) of this load, and sends nothing");
  for (auto* verb : {bot, scenario}) {
    verb->add_option("--site", a.site)->capture_default_str();
    verb->add_option("--rack", a.rack);
    verb->add_option("--unit", a.unit, "Such as ups-01, crac-02, leak-01");
  }
  for (auto* verb : {bot, run, scenario, backfill, load}) {
    verb->add_option(
        "--mqtt", a.mqtt_url,
        "mqtt://user:password@host:port; default: DCIM_SIM_MQTT_URL, DCIM_MQTT_URL, the file DCIM_MQTT_URL_FILE, or access.env of the data folder");
  }
  for (auto* verb : {bot, run, backfill, outcome}) verb->add_option("--seed", a.seed, "The same seed gives the same values")->capture_default_str();
  for (auto* verb : {bot, run, scenario}) {
    verb->add_option("--speed", a.speed, "How many times faster the model's time runs")->check(CLI::Range(0.1, 3600.0))->capture_default_str();
  }
  for (auto* verb : {bot, run, outcome}) {
    verb->add_option("--begin", a.begin, "The model's time at the start (RFC 3339), for another season or the same run again; default: now");
  }
  for (auto* verb : {bot, run}) {
    verb->add_option("--epoch", a.epoch_s, "Unix time at which the model's time is that of --begin; default: now");
    verb->add_option("--interval", a.interval_s, "Seconds between readings, instead of the configured")->check(CLI::Range(0.01, 86400.0));
  }
  CLI11_PARSE(app, argc, argv);
  base::start_log("dcim-sim", a.log_level);
  if (*bot) return bots::bot_command(a);
  if (*run) return bots::run_command(a);
  if (*scenario) return bots::scenario_command(a);
  if (*backfill) return bots::backfill_command(a);
  if (*outcome) return bots::outcome_command(a);
  return bots::load_command(a);
}
