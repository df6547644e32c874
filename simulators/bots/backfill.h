// History: the site's models in virtual time, published through MQTT on the devices' own topics, so that it takes the way of every reading.
#pragma once

#include <filesystem>

#include "simulators/bots/mqtt_client.h"
#include "simulators/bots/scenario.h"

namespace dcim::bots {

struct BackfillOptions {
  SiteModel site;
  std::uint64_t seed = 1;
  double days = 7;
  double until_s = 0;                   // unix time of its end; 0: now
  std::vector<TimelineEvent> timeline;  // minutes after its beginning
  std::filesystem::path progress_file;  // what is done already; empty: none is kept, and it runs from the beginning
  double rate = 250'000;                // at most so many readings a second: what the server takes without a growing queue at the broker
  BrokerUrl broker;
};

/// Carries on where the progress file says, and does nothing when that is the end. At the end the live bots are given the units'
/// states. SIGTERM and SIGINT end it in order. Gives the exit code: 0 done, 1 it failed (said in one sentence), 2 interrupted.
int run_backfill(const BackfillOptions& options);

}  // namespace dcim::bots
