// The simulators' own control plane, dcim-sim/{site}/…, which the server never reads: scenarios that are active, and what each
// unit carries on from when it starts anew. All retained, so that it outlives every process.
#pragma once

#include <optional>
#include <string>

#include "simulators/bots/mqtt_client.h"
#include "simulators/bots/scenario.h"

namespace dcim::bots {

/// dcim-sim/{site}/scenario/{NAME}/{rack-A01 | unit-ups-01 | site}; the payload is {"started_ms": …} of the real time, empty when it has ended.
std::string scenario_topic(const std::string& site, const Scenario& scenario);
std::string all_scenarios_topic(const std::string& site);
/// What a message on such a topic says; `started_ms` is 0 for an end. Nothing for another topic.
struct ScenarioNews {
  Scenario scenario;
  std::int64_t started_ms = 0;
};
std::optional<ScenarioNews> scenario_news(const std::string& site, const std::string& topic, const std::string& payload);

/// dcim-sim/{site}/state/{unit's name}: a unit's Device::state().
std::string state_topic(const std::string& site, const std::string& unit);
/// dcim-sim/{site}/heard/{unit's name}: "NAME target on" or "… off", said by a unit that a scenario concerns.
std::string heard_topic(const std::string& site, const std::string& unit);
/// dcim-sim/{site}/sync/{who}: comes back to who said it, after all that was retained.
std::string sync_topic(const std::string& site, const std::string& who);

/// What `dcim-sim scenario` was told.
struct ScenarioCommand {
  std::string what;      // list, status, stop, run, or a scenario's name
  std::string argument;  // stop: a name; run: a file
  std::string rack, unit, site = "demo";
  std::optional<SiteModel> model;  // when known, targets are checked
  double speed = 1;                // of a timeline
  BrokerUrl broker;
};
/// Gives the exit code; says what it did, or in one sentence what is wrong.
int scenario_command(const ScenarioCommand& command);

}  // namespace dcim::bots
