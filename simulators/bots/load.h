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
  int window = 200;    // QoS 1: messages in flight of each client
  std::string report;  // a file to be written: topic, field, count and sum of each sensor, with tabs between
  BrokerUrl broker;
};

int load_devices(const LoadOptions& options);
std::string load_topic(const LoadOptions& options, int device);
/// How many readings a message of this device has.
int load_fields(const LoadOptions& options, int device);
/// The JSON Pointer of the n-th.
std::string load_field(const LoadOptions& options, int n);

/// The site document (TOML) whose sensors this load feeds, for `dcim site import`.
std::string load_site(const LoadOptions& options);
/// Prints one line of JSON: sent, acknowledged (QoS 0: read by the broker), readings, seconds until all of it was, and how far behind its
/// schedule a message was (slip_ms_p50, _p99, _max). Gives the exit code.
int run_load(const LoadOptions& options);

}  // namespace dcim::bots
