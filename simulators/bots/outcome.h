// What would happen: the site twice from the same seed, once with scenarios and once without, both seen at the same moment.
#pragma once

#include <map>

#include "simulators/bots/scenario.h"
#include "simulators/bots/virtual_site.h"

namespace dcim::bots {

struct OutcomeOptions {
  std::vector<Scenario> scenarios;
  std::uint64_t seed = 1;
  double begin_s = 0;    // seconds since 1970, the model's
  double at_min = 30;    // the scenarios start so long after that …
  double after_min = 5;  // … and this is how long they have run when both are seen
};

/// The newest fields of each topic.
using Said = std::map<std::string, Fields>;

struct Outcome {
  double seen_s = 0;
  Said without, with;
};
/// In virtual time. The wall clock of the site is this process's (TZ).
Outcome outcome_of(const SiteModel& site, const OutcomeOptions& options);

struct RackPower {
  std::string room, rack;
  double kw = 0, feed_a_kw = 0, feed_b_kw = 0;
};
std::vector<RackPower> rack_powers(const SiteModel& site, const Said& said);

struct UpsPower {
  std::string name;
  UpsState state = UpsState::online;
  double input_kw = 0, output_kw = 0;
};
std::vector<UpsPower> ups_powers(const SiteModel& site, const Said& said);

/// {"site","seen_at","scenarios":["ELEMENT_FAILURE UPS A"],"units":[{"name","type","room","rack","without":{"value":4.2,…},"with":{…}},…]}: every
/// PDU, UPS, cooling unit and meter with what it says.
std::string to_json(const SiteModel& site, const OutcomeOptions& options, const Outcome& outcome);

}  // namespace dcim::bots
