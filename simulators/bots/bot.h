// A bot: one simulated device, one process. It publishes at every interval what its sensors read, and hears the others.
#pragma once

#include <optional>

#include "base/clock.h"
#include "simulators/bots/mqtt_client.h"
#include "simulators/bots/site_model.h"

namespace dcim::bots {

struct BotOptions {
  SiteModel site;
  UnitConfig unit;
  std::uint64_t seed = 1;            // the site's
  double speed = 1;                  // the model's time and the publishing run N times faster; ts stays the real time
  double epoch_s = 0;                // the real time at which the model's time is begin_s; 0: now
  double begin_s = 0;                // 0: the model's time starts as the real one
  std::optional<double> interval_s;  // instead of the configured one
  MqttClient::Options mqtt;
};

/// Until SIGTERM or SIGINT. Gives the exit code.
int run_bot(const BotOptions& options);

}  // namespace dcim::bots
