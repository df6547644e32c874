// A whole site of bots: one process for each device, restarted when it dies.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dcim::bots {

/// `bot_arguments` are passed to every bot (seed, speed, epoch, interval); the broker's URL reaches them by the environment. Until
/// SIGTERM or SIGINT. Gives the exit code.
int run_site(const std::filesystem::path& site_file, const std::string& mqtt_url, const std::vector<std::string>& bot_arguments);

}  // namespace dcim::bots
