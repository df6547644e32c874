// What the command line says, made into a bot, a site of them, a scenario, a history or a load.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulators/bots/load.h"

namespace dcim::bots {

struct Arguments {
  std::string log_level = "info";
  std::string type, config, id, journal, mqtt_url;
  std::string site = "demo", room = "room-1", rack, unit;
  std::uint64_t seed = 1;
  double speed = 1, epoch_s = 0;
  std::string begin;
  std::optional<double> interval_s;
  // scenario
  std::string what, argument;
  // backfill
  double days = 7, rate = 250'000;
  std::string until, timeline, progress;
  // outcome
  std::vector<std::string> failed;
  double at_min = 30, after_min = 5;
  // load
  LoadOptions load;
  std::string write_site;
};

int bot_command(Arguments arguments);
int run_command(Arguments arguments);
int scenario_command(Arguments arguments);
int backfill_command(Arguments arguments);
int outcome_command(Arguments arguments);
int load_command(Arguments arguments);

}  // namespace dcim::bots
