#include "core/energy.h"

#include <algorithm>
#include <cmath>

namespace dcim::core {
namespace {

// Counters that wrap have four digits or more.
constexpr double kSmallestWrap = 1000, kNearTheEnd = 0.9, kNearTheBeginning = 0.1;
// So many of the buckets below 1 are no chance.
constexpr double kOftenBelow = 0.1;
// A counter that is read by rounding may seem to go back a little.
constexpr double kRounding = 1e-6;

// What a counter's fall is; nothing: it is no fall.
struct Step {
  std::optional<double> kwh;  // nothing: replaced
  bool rolled_over = false;
};

Step step(double before, double after) {
  if (after >= before - kRounding * std::max(1.0, std::abs(before))) return {std::max(0.0, after - before), false};
  const double wrap = std::max(kSmallestWrap, std::pow(10, std::ceil(std::log10(std::max(before, 1.0)))));
  if (before >= kNearTheEnd * wrap && after <= kNearTheBeginning * wrap) return {wrap - before + after, true};
  return {};
}

// Between two values, counted. Nothing when the meter was replaced there: what went through meanwhile nobody knows.
std::optional<double> counted(MeterEnergy& out, double before, double after) {
  const auto s = step(before, after);
  out.rollovers += s.rolled_over ? 1 : 0;
  out.replacements += s.kwh ? 0 : 1;
  return s.kwh;
}

std::optional<double> plus(std::optional<double> a, std::optional<double> b) { return a && b ? std::optional(*a + *b) : std::nullopt; }

double sum_known(const std::vector<MeterEnergy>& meters, std::size_t bucket, bool& known) {
  double out = 0;
  known = !meters.empty();
  for (const auto& meter : meters) {
    if (!meter.kwh[bucket]) known = false;
    out += meter.kwh[bucket].value_or(0);
  }
  return out;
}

// What the meters may have counted in all, when every unknown bucket was as the least, or the most, that each has ever had.
struct Extremes {
  double low = 0, high = 0;
  bool known = true;  // every meter has ever said something
};
Extremes extremes(const std::vector<MeterEnergy>& meters) {
  Extremes out;
  for (const auto& meter : meters) {
    std::optional<double> least, most;
    double known = 0;
    std::size_t unknown = 0;
    for (const auto& kwh : meter.kwh) {
      if (!kwh) {
        ++unknown;
        continue;
      }
      known += *kwh;
      least = std::min(least.value_or(*kwh), *kwh);
      most = std::max(most.value_or(*kwh), *kwh);
    }
    if (!least) out.known = false;
    out.low += known + static_cast<double>(unknown) * least.value_or(0);
    out.high += known + static_cast<double>(unknown) * most.value_or(0);
  }
  return out;
}

}  // namespace

std::optional<double> MeterEnergy::total() const {
  std::optional<double> out;
  for (const auto& each : kwh) {
    if (each) out = out.value_or(0) + *each;
  }
  return out;
}

double MeterEnergy::coverage() const {
  return seen.empty() ? 0 : static_cast<double>(std::ranges::count(seen, true)) / static_cast<double>(seen.size());
}

MeterEnergy counter_energy(const std::vector<MeterBucket>& buckets, std::size_t size) {
  MeterEnergy out;
  out.kwh.resize(size);
  out.seen.resize(size);
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const auto& bucket = buckets[i];
    const auto at = static_cast<std::size_t>(bucket.index);
    if (at >= size) break;
    // Within a bucket at most one fall: from its highest to its lowest.
    const bool falls =
        bucket.max > bucket.last + kRounding * std::max(1.0, bucket.max) || bucket.min < bucket.first - kRounding * std::max(1.0, bucket.first);
    out.seen[at] = true;
    out.kwh[at] = std::max(0.0, bucket.last - bucket.first);
    if (falls) {
      const double around = std::max(0.0, bucket.max - bucket.first) + std::max(0.0, bucket.last - bucket.min);
      out.kwh[at] = plus(around, counted(out, bucket.max, bucket.min));
    }
    if (i + 1 == buckets.size()) break;
    // What went through until the next reading: of this bucket, and of those without one.
    const auto& next = buckets[i + 1];
    const auto gap = next.index - bucket.index;
    const auto between = counted(out, bucket.last, next.first);
    if (gap == 1) {
      out.kwh[at] = plus(out.kwh[at], between);
    } else if (between) {
      for (auto empty = at + 1; empty < std::min(size, static_cast<std::size_t>(next.index)); ++empty) {
        out.kwh[empty] = *between / static_cast<double>(gap - 1);
      }
    }
  }
  return out;
}

MeterEnergy power_energy(const std::vector<MeterBucket>& buckets, std::size_t size, double bucket_hours) {
  MeterEnergy out;
  out.kwh.resize(size);
  out.seen.resize(size);
  for (const auto& bucket : buckets) {
    if (static_cast<std::size_t>(bucket.index) >= size) break;
    out.kwh[static_cast<std::size_t>(bucket.index)] = bucket.mean * bucket_hours;
    out.seen[static_cast<std::size_t>(bucket.index)] = true;
  }
  return out;
}

EnergyPue energy_pue(const std::vector<MeterEnergy>& facility, const std::vector<MeterEnergy>& it) {
  EnergyPue out;
  if (facility.empty() || it.empty()) return out;
  const auto buckets = facility.front().kwh.size();
  std::size_t covered = 0, below_one = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    auto& row = out.rows.emplace_back();
    bool facility_known = false, it_known = false;
    const double f = sum_known(facility, i, facility_known), t = sum_known(it, i, it_known);
    if (facility_known) row.facility_kwh = f;
    if (it_known) row.it_kwh = t;
    std::size_t seen = 0;
    for (const auto& meter : facility) seen += meter.seen[i] ? 1 : 0;
    for (const auto& meter : it) seen += meter.seen[i] ? 1 : 0;
    row.coverage = static_cast<double>(seen) / static_cast<double>(facility.size() + it.size());
    if (!facility_known || !it_known) continue;
    ++covered;
    out.facility_kwh += f;
    out.it_kwh += t;
    if (t > 0 && f >= t) row.pue = f / t;
    below_one += t > 0 && f < t ? 1 : 0;
  }
  out.coverage = buckets == 0 ? 0 : static_cast<double>(covered) / static_cast<double>(buckets);
  if (out.it_kwh > 0 && out.facility_kwh >= out.it_kwh) out.value = out.facility_kwh / out.it_kwh;
  const auto f = extremes(facility), t = extremes(it);
  if (f.known && t.known && t.low > 0 && t.high > 0) {
    out.lower = std::max(1.0, f.low / t.high);
    out.upper = std::max(1.0, f.high / t.low);
  }
  // A bucket or two: meters are read at different moments, and one may have missed its turn.
  if (below_one > 0 && below_one >= kOftenBelow * static_cast<double>(covered))
    out.notes.emplace_back("at times the incomer shows less than IT: a meter is wrong");
  int rollovers = 0, replacements = 0;
  for (const auto* meters : {&facility, &it}) {
    for (const auto& meter : *meters) {
      rollovers += meter.rollovers;
      replacements += meter.replacements;
    }
  }
  if (rollovers > 0)
    out.notes.push_back(std::to_string(rollovers) + (rollovers == 1 ? " counter has" : " counters have") + " rolled over: reckoned with");
  if (replacements > 0) {
    out.notes.push_back(std::to_string(replacements) + (replacements == 1 ? " meter was" : " meters were") +
                        " replaced or reset: what went through meanwhile is missing");
  }
  return out;
}

}  // namespace dcim::core
