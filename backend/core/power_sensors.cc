#include "core/power_sensors.h"

#include <charconv>
#include <cmath>

#include "core/computed.h"

namespace dcim::core {
namespace {

// Feeds of a rack that draws less than this are not compared.
constexpr double kCompared_kw = 0.5;
constexpr double kJudgedShare = 0.2;

std::optional<std::int32_t> id_after(std::string_view topic, std::string_view before) {
  if (!topic.starts_with(before)) return std::nullopt;
  std::int32_t out = 0;
  const auto* end = topic.data() + topic.size();
  const auto [at, failed] = std::from_chars(topic.data() + before.size(), end, out);
  return failed == std::errc{} && at == end ? std::optional(out) : std::nullopt;
}

std::optional<double> percent(std::optional<double> share) { return share ? std::optional(100 * *share) : std::nullopt; }

class Figures {
 public:
  Figures(const PowerChain& chain, const PowerSeen& seen, const Sweep& sweep) : chain_(chain), seen_(seen), sweep_(sweep) {
    for (std::size_t i = 0; i < chain.racks().size(); ++i) racks_.emplace(chain.racks()[i].rack, i);
  }

  std::optional<double> of(const Sensor& sensor) const {
    if (const auto rack = id_after(sensor.topic, "computed/rack-")) {
      const auto it = racks_.find(RackId{*rack});
      return it == racks_.end() ? std::nullopt : of_rack(it->second, sensor.kind);
    }
    const auto element = id_after(sensor.topic, "computed/element-");
    const auto at = element ? chain_.find(PowerElementId{*element}) : std::nullopt;
    if (!at || sensor.kind != "failover-load") return std::nullopt;
    const auto rating = chain_.elements()[*at].rating_kw();
    return rating ? std::optional(100 * sweep_.failover[*at].kw / *rating) : std::nullopt;
  }

 private:
  std::optional<double> of_rack(std::size_t rack, std::string_view kind) const {
    const auto& draw = seen_.racks[rack];
    const auto& state = sweep_.racks[rack];
    const bool measured = draw.method == LoadMethod::measured;
    if (kind == "rack-load" && measured && chain_.racks()[rack].rated_kw) return 100 * draw.kw() / *chain_.racks()[rack].rated_kw;
    if (kind == "surviving-feed-load" && measured) return percent(state.surviving_share());
    if (kind == "feed-difference") return feed_difference_percent(chain_, seen_, rack);
    if (kind == "phase-imbalance") return rack_imbalance_percent(chain_, seen_, rack);
    if (kind == "redundancy" && state.state != Redundancy::unknown) {
      return state.state == Redundancy::lost || state.state == Redundancy::dark ? 1 : 0;
    }
    return std::nullopt;
  }

  const PowerChain& chain_;
  const PowerSeen& seen_;
  const Sweep& sweep_;
  std::unordered_map<RackId, std::size_t> racks_;
};

}  // namespace

double least_judged_a(const PowerElement& element) {
  const auto rating = element.rating_kw();
  const double full_a = element.breaker_a.value_or(rating ? *rating * 1000 / (element.phases * element.voltage_v) : 5);
  return kJudgedShare * full_a;
}

std::optional<double> feed_difference_percent(const PowerChain& chain, const PowerSeen& seen, std::size_t rack) {
  const auto a = chain.feed(rack, Feeds::a), b = chain.feed(rack, Feeds::b);
  const auto& draw = seen.racks[rack];
  if (!a || !b || !seen.elements[*a].power_kw || !seen.elements[*b].power_kw) return std::nullopt;
  if (seen.elements[*a].dead || seen.elements[*b].dead || draw.kw() < kCompared_kw) return std::nullopt;
  return 100 * std::abs(draw.a_kw - draw.b_kw) / draw.kw();
}

std::optional<double> rack_imbalance_percent(const PowerChain& chain, const PowerSeen& seen, std::size_t rack) {
  std::optional<double> out;
  for (const auto side : {Feeds::a, Feeds::b}) {
    const auto feed = chain.feed(rack, side);
    if (!feed || chain.elements()[*feed].phases != 3) continue;
    const auto one = imbalance_percent(seen.elements[*feed].current_a, least_judged_a(chain.elements()[*feed]));
    if (one && (!out || *one > *out)) out = one;
  }
  return out;
}

std::vector<Reading> power_readings(const PowerChain& chain, const PowerSeen& seen, const Sweep& sweep, const Inventory& inventory, SiteId site,
                                    base::Timestamp now) {
  const Figures figures(chain, seen, sweep);
  std::vector<Reading> out;
  for (const auto& sensor : inventory.sensors()) {
    if (sensor.site_id != site || !computed(sensor)) continue;
    if (const auto value = figures.of(sensor)) out.push_back({sensor.id, now, *value, Quality::good});
  }
  return out;
}

}  // namespace dcim::core
