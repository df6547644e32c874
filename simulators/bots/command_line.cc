#include "simulators/bots/command_line.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "simulators/bots/bot.h"
#include "simulators/bots/site.h"

namespace dcim::bots {
namespace {

int fail(const std::string& sentence) {
  std::fprintf(stderr, "dcim-sim: %s\n", sentence.c_str());
  return 1;
}

std::string mqtt_url(const Arguments& arguments) {
  if (!arguments.mqtt_url.empty()) return arguments.mqtt_url;
  if (const char* url = std::getenv("DCIM_MQTT_URL")) return url;
  std::string url;
  if (const char* file = std::getenv("DCIM_MQTT_URL_FILE")) {
    std::ifstream in(file);
    std::getline(in, url);
  }
  return url;
}

base::Result<BotConfig> config_of(const Arguments& arguments) {
  const auto type = bot_type_from(arguments.type);
  if (!type) return type.error();
  if (arguments.config.empty()) {
    auto config = usual_config(*type, arguments.site, arguments.room, arguments.rack);
    if (!arguments.id.empty()) config.id = arguments.id;
    return config;
  }
  auto site = read_site(arguments.config);
  if (!site) return site.error();
  const auto it = std::ranges::find_if(*site, [&](const auto& bot) { return bot.id == arguments.id && bot.type == *type; });
  if (it == site->end())
    return base::Error::not_found("--id: " + arguments.config + " has no " + arguments.type + " device \"" + arguments.id + "\"");
  return std::move(*it);
}

}  // namespace

int bot_command(Arguments arguments) {
  auto config = config_of(arguments);
  if (!config) return fail(config.error().field.empty() ? config.error().message : config.error().field + " " + config.error().message);
  const auto broker = parse_url(mqtt_url(arguments));
  if (!broker) return fail("--mqtt (or DCIM_MQTT_URL) " + broker.error().message);
  BotOptions options;
  options.config = std::move(*config);
  options.seed = arguments.seed;
  options.speed = arguments.speed;
  options.interval_s = arguments.interval_s;
  options.mqtt.broker = *broker;
  options.mqtt.client_id = "sim " + options.config.topic;
  options.mqtt.availability_topic = options.config.topic + "/availability";
  options.mqtt.journal = arguments.journal;
  return run_bot(options);
}

int run_command(Arguments arguments) {
  const auto url = mqtt_url(arguments);
  if (const auto broker = parse_url(url); !broker) return fail("--mqtt (or DCIM_MQTT_URL) " + broker.error().message);
  std::vector<std::string> passed{"--seed", std::to_string(arguments.seed), "--speed", std::to_string(arguments.speed)};
  if (arguments.interval_s) passed.insert(passed.end(), {"--interval", std::to_string(*arguments.interval_s)});
  return run_site(arguments.config, url, passed);
}

}  // namespace dcim::bots
