// What if an element of the power chain is lost: what goes dark, what loses its redundancy, what is overloaded and trips in its turn; and the same
// asked of every element all the time. Pure; docs/power.md.
#pragma once

#include "core/power_flow.h"

namespace dcim::core {

enum class RackFate : std::uint8_t { unaffected, on_battery, redundancy_lost, partly_dark, dark };
std::string_view name_of(RackFate fate);

struct FailureStep {
  std::vector<std::size_t> lost;  // positions of elements
  std::string text;               // why, of those that trip: "UPS B at 121 % of 120 kW"
};

struct ElementChange {
  std::size_t element = 0;
  bool lost = false;
  Supply supply = Supply::dead;
  double was_kw = 0, kw = 0;
  Over over = Over::none;  // before it tripped, of one that did
  int step = 0;            // in which it was lost; otherwise 0
};

struct RackChange {
  std::size_t rack = 0;
  RackFate fate = RackFate::unaffected;
  double was_kw = 0, dark_kw = 0;
  int devices_dark = 0;
  bool a_alive = false, b_alive = false;
};

struct FailureOutcome {
  std::vector<FailureStep> steps;       // the first is what was asked
  std::vector<ElementChange> elements;  // that change
  std::vector<RackChange> racks;        // that change, the worst first
  int overloaded = 0;                   // elements above their rating, with those that tripped
  double dark_kw = 0, transferred_kw = 0;
};

/// `now` is flow(chain, seen, nothing lost), `shown` element_loads of it: what the elements' own meters say is what the consequences are added to. An
/// element that is pushed above its rating trips in the next step, and so on until nothing more does.
FailureOutcome what_if(const PowerChain& chain, const PowerSeen& seen, const PowerFlow& now, const std::vector<ElementLoad>& shown,
                       const std::vector<std::size_t>& lost);

/// What an element would carry when the one whose loss hurts it most is lost.
struct Failover {
  double kw = 0;
  std::optional<std::size_t> when_lost;
};

enum class Redundancy : std::uint8_t { unknown, dark, single_fed, lost, as_designed };
std::string_view name_of(Redundancy redundancy);

struct RackRedundancy {
  Redundancy state = Redundancy::unknown;
  std::vector<std::string> reasons;
  std::optional<double> surviving_kw, surviving_rating_kw;  // the feed that is worse off when the other is lost
  std::optional<double> surviving_share() const {
    return surviving_kw && surviving_rating_kw ? std::optional(*surviving_kw / *surviving_rating_kw) : std::nullopt;
  }
};

enum class FindingKind : std::uint8_t { redundancy_lost, overload, single_point };
std::string_view name_of(FindingKind kind);
struct Finding {
  FindingKind kind = FindingKind::overload;
  std::size_t element = 0;
  std::vector<std::size_t> racks;
  std::string text;
};

struct Sweep {
  std::vector<RackRedundancy> racks;
  std::vector<Failover> failover;  // by element
  std::vector<Finding> findings;
};
/// The loss of each element, one at a time (N-1). A rack has lost its redundancy when one feed less than there is by design is supplied for good (a
/// battery is not), or when the loss of one element would leave it dark that by design would not: by an overload, or because the other way is gone.
/// Unknown: one on the way of a feed says nothing.
Sweep sweep(const PowerChain& chain, const PowerSeen& seen, const PowerFlow& now, const std::vector<ElementLoad>& shown);

}  // namespace dcim::core
