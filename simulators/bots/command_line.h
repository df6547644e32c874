// What the command line says, made into a bot or a site of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace dcim::bots {

struct Arguments {
  std::string log_level = "info";
  std::string type, config, id, journal, mqtt_url;
  std::string site = "demo", room = "room-1", rack = "A01";
  std::uint64_t seed = 1;
  double speed = 1;
  std::optional<double> interval_s;
};

int bot_command(Arguments arguments);
int run_command(Arguments arguments);

}  // namespace dcim::bots
