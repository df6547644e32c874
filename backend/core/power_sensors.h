// What is computed of the power chain all the time, as readings of the site's computed sensors: so that it has a history and alarms like everything
// else. Which sensors there are, the database says (make_computed_sensors). docs/power.md.
#pragma once

#include "core/power_failure.h"

namespace dcim::core {

/// A figure that is not known makes no reading: the one before grows old.
std::vector<Reading> power_readings(const PowerChain& chain, const PowerSeen& seen, const Sweep& sweep, const Inventory& inventory, SiteId site,
                                    base::Timestamp now);

/// |A − B| / (A + B) in %, of a rack whose two feeds are measured and alive.
std::optional<double> feed_difference_percent(const PowerChain& chain, const PowerSeen& seen, std::size_t rack);
/// The worse of the rack's feeds; of a feed that carries less than a fifth of its breaker nothing.
std::optional<double> rack_imbalance_percent(const PowerChain& chain, const PowerSeen& seen, std::size_t rack);
/// Below this mean current the phases of an element are not judged.
double least_judged_a(const PowerElement& element);

}  // namespace dcim::core
