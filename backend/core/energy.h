// Energy over a period, from counters that roll over and are replaced, or from power where there is no counter; and the PUE of a period, which is
// energy over energy. Pure; docs/power.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/readings.h"

namespace dcim::core {

/// What a meter said in one bucket of time; buckets are of one width, in order, those without a reading left out.
struct MeterBucket {
  std::int64_t index = 0;  // of the bucket, from the beginning of the period
  double first = 0, last = 0, min = 0, max = 0, mean = 0;
};

/// kWh of each bucket of a period.
struct MeterEnergy {
  std::vector<std::optional<double>> kwh;  // nothing where nobody knows
  std::vector<bool> seen;                  // the meter spoke; otherwise a counter has bridged the gap, evenly
  int rollovers = 0, replacements = 0;

  std::optional<double> total() const;  // of what is known; nothing when nothing is
  double coverage() const;              // share of the buckets that were seen
};

/// A counter in kWh. What it says later is less: it has rolled over when it stood within the last tenth below a power of ten (of at least 1,000) and
/// stands in the first tenth now; otherwise it has been replaced, and what went through in that bucket is not known. `buckets` may hold one after the
/// `count` of the period: its first reading ends the last of them.
MeterEnergy counter_energy(const std::vector<MeterBucket>& buckets, std::size_t count);
/// Of a meter of power in kW: the mean of a bucket, for its time. Gaps stay gaps.
MeterEnergy power_energy(const std::vector<MeterBucket>& buckets, std::size_t count, double bucket_hours);

struct EnergyPue {
  struct Row {
    std::optional<double> pue, facility_kwh, it_kwh;
    double coverage = 0;  // share of the meters that were seen
  };
  std::optional<double> value;          // over the buckets of which everything is known
  std::optional<double> lower, upper;   // whatever the unknown buckets were, between the least and the most that the meters ever said
  double facility_kwh = 0, it_kwh = 0;  // of those buckets
  double coverage = 0;                  // share of the period that is in the value
  std::vector<Row> rows;
  std::vector<std::string> notes;
};
/// All meters over the same buckets. A PUE below 1 is none; where buckets are often so, a meter is wrong, and the notes say it.
EnergyPue energy_pue(const std::vector<MeterEnergy>& facility, const std::vector<MeterEnergy>& it);

}  // namespace dcim::core
