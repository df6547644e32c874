// The power figures of a site, each as the tree of what it is made of, so that a page can show where a number comes from and reckon it again. Pure;
// docs/power.md.
#pragma once

#include <string>
#include <vector>

#include "core/power_flow.h"
#include "core/pue.h"

namespace dcim::core {

enum class TermOp : std::uint8_t { quotient, sum, difference, product, minimum, maximum, reading, constant };
std::string_view name_of(TermOp op);

/// A quotient is the first term over the second, a difference the first less all others. A term that is not used says why.
struct PowerTerm {
  std::string label;
  TermOp op = TermOp::constant;
  std::optional<double> value;
  std::string unit;
  std::optional<base::Timestamp> ts;  // the oldest in it
  std::optional<SensorId> sensor;
  bool used = true;
  std::optional<std::string> why_not;
  std::vector<PowerTerm> terms;
};
/// The value of the used terms by the op; nothing when one that a quotient, difference or product needs is missing, or a sum has none.
std::optional<double> reckon(const PowerTerm& term);

/// In kW.
struct PowerFigure {
  PowerTerm tree;
  std::string method;
  int reporting = 0, expected = 0;
  std::optional<double> lower_kw, upper_kw;  // bounds, where meters are silent; the value where none is
};

struct PowerStage {
  std::string stage;
  std::optional<double> in_kw, out_kw, loss_kw;
  bool measured = false;
  int reporting = 0, expected = 0;
};

struct PowerFigures {
  PowerFigure facility, it, cooling, losses, other;
  std::vector<PowerStage> stages;
  Pue pue;
  PowerTerm pue_tree;
  std::optional<double> pue_lower, pue_upper;
};

/// What is asked about: a site's chain with what its sensors say.
struct PowerSite {
  const PowerChain& chain;
  const PowerSeen& seen;
  const PowerFlow& flow;
  const Inventory& inventory;
  const LatestReadings& latest;
  SiteId site;
  base::Timestamp now;
};
PowerFigures power_figures(const PowerSite& site);

/// Of a rack, in %: its load over its rating; the load of one feed when the other is lost over that feed's rating, the worse of the two.
PowerTerm rack_load_tree(const PowerSite& site, std::size_t rack);
PowerTerm surviving_feed_tree(const PowerSite& site, std::size_t rack);

}  // namespace dcim::core
