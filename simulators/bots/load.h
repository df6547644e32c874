// The load generator for benchmarks: prebuilt payloads, a kept schedule, and an honest report of what was sent and acknowledged.
#pragma once

#include <string>

#include "simulators/bots/mqtt_client.h"

namespace dcim::bots {

struct LoadOptions {
  std::string site = "load";
  int sensors = 1000;
  int fields = 1;        // readings in each message, each of another sensor
  double rate = 10'000;  // messages a second, all clients together; 0: as fast as they can
  double duration_s = 10;
  int qos = 1;
  int clients = 1;
  int window = 200;  // QoS 1: messages in flight of each client
  BrokerUrl broker;
};

/// The site document (TOML) whose sensors this load feeds, for `dcim site import`.
std::string load_site(const LoadOptions& options);
/// Prints one line of JSON: sent, acknowledged, readings, seconds, and how far behind its schedule a message was at most and in the median
/// (slip_ms_p50, _p99, _max). Gives the exit code.
int run_load(const LoadOptions& options);

}  // namespace dcim::bots
