#include <CLI/CLI.hpp>

#include "base/log.h"
#include "simulators/bots/command_line.h"
#include "simulators/bots/site.h"

using namespace dcim;

int main(int argc, char** argv) {
  CLI::App app("Simulated devices of a data centre: they publish over MQTT exactly as hardware would");
  app.set_version_flag("--version", DCIM_VERSION);
  app.require_subcommand(1);
  bots::Arguments a;
  app.add_option("--log-level", a.log_level)->capture_default_str();

  auto* bot = app.add_subcommand("bot", "One device, one process");
  bot->add_option("TYPE", a.type, "temperature or pdu")->required();
  bot->add_option("--config", a.config, "The site's document (TOML); with --id");
  bot->add_option("--id", a.id, "The device's name in it");
  bot->add_option("--site", a.site)->capture_default_str();
  bot->add_option("--room", a.room)->capture_default_str();
  bot->add_option("--rack", a.rack)->capture_default_str();
  bot->add_option("--journal", a.journal, "File that gets a line for every acknowledged reading");
  auto* run = app.add_subcommand("run", "All devices of a site, each restarted when it dies");
  run->add_option("--config", a.config, "The site's document (TOML)")->required();
  for (auto* verb : {bot, run}) {
    verb->add_option("--mqtt", a.mqtt_url, "mqtt://user:password@host:port; default: DCIM_MQTT_URL, or the file DCIM_MQTT_URL_FILE");
    verb->add_option("--seed", a.seed, "The same seed gives the same values")->capture_default_str();
    verb->add_option("--speed", a.speed, "How many times faster the model's time runs")->check(CLI::Range(0.1, 3600.0))->capture_default_str();
    verb->add_option("--interval", a.interval_s, "Seconds between readings, instead of the configured")->check(CLI::Range(0.01, 86400.0));
  }
  CLI11_PARSE(app, argc, argv);
  base::start_log("dcim-sim", a.log_level);
  return *bot ? bots::bot_command(a) : bots::run_command(a);
}
