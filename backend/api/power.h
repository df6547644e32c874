// A site's power chain with what its sensors say now, and its PUE over a period, for the handlers of power.
#pragma once

#include "api/handlers.h"
#include "api/readings.h"
#include "core/energy.h"
#include "core/power_failure.h"

namespace dcim::api {

struct PowerNow {
  core::PowerChain chain;
  core::LatestReadings latest;
  core::PowerSeen seen;
  core::PowerFlow flow;
  std::vector<core::ElementLoad> loads;
};
asio::awaitable<PowerNow> power_now(Call& call, store::Connection& connection);

struct PueMeter {
  const core::Sensor* sensor = nullptr;
  bool facility = false;
  core::MeterEnergy energy;
};
/// Of whole buckets that are over, so that all meters count the same time.
struct PuePast {
  Range range;
  std::chrono::seconds width{};
  std::string method;
  std::optional<int> category;
  std::vector<PueMeter> meters;
  core::EnergyPue pue;
};
asio::awaitable<PuePast> pue_past(Call& call, store::Connection& connection, Range range);
void write_energy_pue(JsonWriter& json, const PuePast& past);

}  // namespace dcim::api
