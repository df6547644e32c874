#include "core/power_flow.h"

#include <algorithm>
#include <cmath>

namespace dcim::core {
namespace {

// As the UPS tells it (docs/topics.md).
enum UpsState { kOnBattery = 2, kDepleted = 3, kFault = 4 };

// A feed that carries less than this share of its rack's load, while the rack draws something, is dead.
constexpr double kDeadShare = 0.005, kDrawsSomething_kw = 0.1;

std::optional<double> kw_of(const Inventory& inventory, const LatestReadings& latest, const std::optional<SensorId>& id, base::Timestamp now,
                            std::optional<base::Timestamp>* ts = nullptr) {
  const auto* sensor = id ? inventory.sensor(*id) : nullptr;
  const auto* reading = sensor ? usable(latest, *sensor, now) : nullptr;
  if (!reading) return std::nullopt;
  if (ts) *ts = *ts ? std::min(**ts, reading->ts) : reading->ts;
  return in_kw(*sensor, reading->value);
}

// What the sensors of UPSs say beside their power.
void see_upses(const PowerChain& chain, const Inventory& inventory, const LatestReadings& latest, base::Timestamp now, PowerSeen& out) {
  std::unordered_map<DeviceId, std::size_t> of_device;
  for (std::size_t i = 0; i < chain.elements().size(); ++i) {
    const auto& element = chain.elements()[i];
    if (element.kind != ElementKind::ups || !element.device) continue;
    of_device.emplace(*element.device, i);
    out.elements[i].unknown = true;
  }
  if (of_device.empty()) return;
  for (const auto& sensor : inventory.sensors()) {
    if (sensor.kind != "ups-state" && sensor.kind != "battery-runtime") continue;
    const auto it = of_device.find(sensor.device_id);
    const auto* reading = it == of_device.end() ? nullptr : usable(latest, sensor, now);
    if (!reading) continue;
    auto& seen = out.elements[it->second];
    if (sensor.kind == "battery-runtime") {
      seen.runtime_min = reading->value;
      continue;
    }
    const auto state = std::lround(reading->value);
    seen.unknown = false;
    seen.input_lost = state == kOnBattery;
    seen.dead = state == kDepleted || state == kFault;
  }
}

RackDraw draw_of(const PowerChain& chain, std::size_t rack, const Inventory& inventory, const LatestReadings& latest, base::Timestamp now,
                 const PowerSeen& seen) {
  const auto& cords = chain.racks()[rack];
  const auto a = chain.feed(rack, Feeds::a), b = chain.feed(rack, Feeds::b);
  RackDraw out;
  const auto metered = [&](const std::optional<std::size_t>& feed) { return !feed || seen.elements[*feed].power_kw.has_value(); };
  const auto carried = [&](const std::optional<std::size_t>& feed) { return feed ? seen.elements[*feed].power_kw.value_or(0) : 0; };
  const double expected = cords.expected_kw[0] + cords.expected_kw[1] + cords.expected_kw[2] + cords.expected_kw[3];
  const double share_a = expected > 0 ? cords.expected_kw[1] / expected : 0, share_b = expected > 0 ? cords.expected_kw[2] / expected : 0;
  if ((a || b) && metered(a) && metered(b)) {
    out.method = LoadMethod::measured;
    for (const auto feed : {a, b}) {
      if (feed && seen.elements[*feed].ts) out.ts = out.ts ? std::min(*out.ts, *seen.elements[*feed].ts) : seen.elements[*feed].ts;
    }
    out.a_kw = carried(a);
    out.b_kw = carried(b);
  } else {
    const auto whole = kw_of(inventory, latest, cords.power_sensor, now, &out.ts);
    out.method = whole ? LoadMethod::measured : expected > 0 ? LoadMethod::estimated : LoadMethod::none;
    const double kw = whole.value_or(expected);
    const double both = kw * (1 - share_a - share_b);
    out.a_kw = !a ? 0 : !b ? kw : kw * share_a + both / 2;
    out.b_kw = kw - out.a_kw;
  }
  // No more than what the feed carries: a device that is off draws nothing.
  if (a) out.single_a_kw = std::min(out.a_kw, out.kw() * share_a);
  if (b) out.single_b_kw = std::min(out.b_kw, out.kw() * share_b);
  return out;
}

}  // namespace

std::string_view name_of(LoadMethod method) {
  switch (method) {
    case LoadMethod::none: return "none";
    case LoadMethod::estimated: return "estimated";
    case LoadMethod::sum: return "sum";
    case LoadMethod::measured: return "measured";
  }
  return "none";
}

PowerSeen see_power(const PowerChain& chain, const Inventory& inventory, const LatestReadings& latest, base::Timestamp now) {
  PowerSeen out;
  out.elements.resize(chain.elements().size());
  for (std::size_t i = 0; i < chain.elements().size(); ++i) {
    const auto& element = chain.elements()[i];
    auto& seen = out.elements[i];
    seen.power_kw = kw_of(inventory, latest, element.sensor(Measure::power), now, &seen.ts);
    seen.input_kw = kw_of(inventory, latest, element.sensor(Measure::input_power), now);
    for (std::size_t phase = 0; phase < 3; ++phase) {
      const auto& id = element.sensors[static_cast<std::size_t>(Measure::current_l1) + phase];
      const auto* sensor = id ? inventory.sensor(*id) : nullptr;
      if (const auto* reading = sensor ? usable(latest, *sensor, now) : nullptr) seen.current_a[phase] = reading->value;
    }
  }
  see_upses(chain, inventory, latest, now, out);
  for (std::size_t rack = 0; rack < chain.racks().size(); ++rack) {
    out.racks.push_back(draw_of(chain, rack, inventory, latest, now, out));
    const auto& draw = out.racks.back();
    const auto a = chain.feed(rack, Feeds::a), b = chain.feed(rack, Feeds::b);
    // By the feeds' own meters only: a load that is split by guess says nothing of them.
    const bool metered = a && b && out.elements[*a].power_kw && out.elements[*b].power_kw;
    if (!metered || draw.kw() < kDrawsSomething_kw) continue;
    out.elements[*a].dead = draw.a_kw < kDeadShare * draw.kw();
    out.elements[*b].dead = draw.b_kw < kDeadShare * draw.kw();
  }
  return out;
}

RackServed served(const RackDraw& draw, bool a_alive, bool b_alive) {
  if (a_alive && b_alive) return {draw.a_kw, draw.b_kw};
  if (a_alive) return {draw.single_a_kw + draw.dual_kw(), 0};
  if (b_alive) return {0, draw.single_b_kw + draw.dual_kw()};
  return {};
}

PowerFlow flow(const PowerChain& chain, const PowerSeen& seen, const std::vector<bool>& lost) {
  const auto& elements = chain.elements();
  const auto count = elements.size();
  PowerFlow out;
  out.supply.assign(count, Supply::dead);
  out.active.assign(count, -1);
  out.load_kw.assign(count, 0);
  out.input_kw.assign(count, 0);
  out.loss_kw.assign(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    // Elements stand after all of their inputs.
    auto best = elements[i].inputs.empty() ? Supply::live : Supply::dead;
    if (!seen.elements[i].input_lost) {
      // A switch does not see that what feeds it lives on a battery.
      const auto inputs = chain.inputs(i);
      const auto alive = std::ranges::find_if(inputs, [&](std::uint32_t input) { return out.supply[input] != Supply::dead; });
      if (alive != inputs.end()) {
        best = out.supply[*alive];
        out.active[i] = static_cast<std::int32_t>(*alive);
      }
    }
    if (elements[i].kind == ElementKind::ups && best != Supply::live) best = Supply::battery;
    if (lost[i] || seen.elements[i].dead) best = Supply::dead;
    out.supply[i] = best;
  }
  out.racks.resize(chain.racks().size());
  for (std::size_t rack = 0; rack < out.racks.size(); ++rack) {
    const auto a = chain.feed(rack, Feeds::a), b = chain.feed(rack, Feeds::b);
    const auto& draw = seen.racks[rack];
    // A rack of which nobody has drawn a feed: what it draws comes from somewhere.
    out.racks[rack] =
        !a && !b ? RackServed{draw.a_kw, draw.b_kw} : served(draw, a && out.supply[*a] != Supply::dead, b && out.supply[*b] != Supply::dead);
    if (a) out.load_kw[*a] = out.racks[rack].a_kw;
    if (b) out.load_kw[*b] = out.racks[rack].b_kw;
  }
  for (std::size_t i = count; i-- > 0;) {
    if (out.supply[i] == Supply::dead) {
      out.load_kw[i] = 0;
      out.active[i] = -1;
      continue;
    }
    if (elements[i].kind == ElementKind::load) out.load_kw[i] = seen.elements[i].power_kw.value_or(0);
    const bool on_battery = elements[i].kind == ElementKind::ups && out.supply[i] == Supply::battery;
    if (on_battery) out.active[i] = -1;
    out.loss_kw[i] = elements[i].loss_kw(out.load_kw[i]);
    out.input_kw[i] = on_battery ? 0 : out.load_kw[i] + out.loss_kw[i];
    if (out.active[i] >= 0) out.load_kw[static_cast<std::size_t>(out.active[i])] += out.input_kw[i];
  }
  return out;
}

FeedsAlive feeds_alive(const PowerChain& chain, const PowerFlow& flow, std::size_t rack) {
  FeedsAlive out;
  for (const auto side : {Feeds::a, Feeds::b}) {
    const auto feed = chain.feed(rack, side);
    if (!feed) continue;
    ++out.feeds;
    out.alive += flow.supply[*feed] != Supply::dead ? 1 : 0;
    out.sustained += flow.supply[*feed] == Supply::live ? 1 : 0;
  }
  return out;
}

Over over(double kw, std::optional<double> rating_kw, double continuous) {
  if (!rating_kw) return Over::none;
  return kw > *rating_kw ? Over::rating : kw > continuous * *rating_kw ? Over::continuous : Over::none;
}

std::optional<double> imbalance_percent(const std::array<std::optional<double>, 3>& current_a, double least_a) {
  double sum = 0;
  for (const auto& phase : current_a) {
    if (!phase) return std::nullopt;
    sum += *phase;
  }
  const double mean = sum / 3;
  if (mean <= 0 || mean < least_a) return std::nullopt;
  double most = 0;
  for (const auto& phase : current_a) most = std::max(most, std::abs(*phase - mean));
  return 100 * most / mean;
}

std::optional<double> neutral_a(const std::array<std::optional<double>, 3>& current_a) {
  if (!current_a[0] || !current_a[1] || !current_a[2]) return std::nullopt;
  const double a = *current_a[0], b = *current_a[1], c = *current_a[2];
  return std::sqrt(std::max(0.0, a * a + b * b + c * c - a * b - b * c - c * a));
}

std::vector<ElementLoad> element_loads(const PowerChain& chain, const PowerSeen& seen, const PowerFlow& flow) {
  const auto count = chain.elements().size();
  std::vector<ElementLoad> out(count);
  for (std::size_t i = count; i-- > 0;) {
    const auto& element = chain.elements()[i];
    const auto& at = seen.elements[i];
    auto& load = out[i];
    if (at.power_kw) {
      load = {at.power_kw, LoadMethod::measured, at.ts, 1, 1};
    } else if (const auto rack = chain.rack_of(i)) {
      const auto& draw = seen.racks[*rack];
      if (draw.method != LoadMethod::none)
        load = {flow.load_kw[i], draw.method == LoadMethod::measured ? LoadMethod::sum : draw.method, draw.ts, 0, 1};
      load.expected = 1;
      load.reporting = draw.method == LoadMethod::measured ? 1 : 0;
    } else if (element.kind == ElementKind::load) {
      load.expected = 1;
    } else {
      // Made up below, by those that draw from it.
      if (load.method != LoadMethod::none) load.kw = flow.load_kw[i];
      if (flow.supply[i] == Supply::dead) load.kw = 0;
    }
    if (flow.active[i] < 0) continue;
    auto& above = out[static_cast<std::size_t>(flow.active[i])];
    if (above.method == LoadMethod::measured) continue;
    above.reporting += load.reporting;
    above.expected += load.expected;
    if (load.method == LoadMethod::none) continue;
    const auto method = load.method == LoadMethod::estimated ? LoadMethod::estimated : LoadMethod::sum;
    above.method = above.method == LoadMethod::none ? method : std::min(above.method, method);
    if (load.ts) above.ts = above.ts ? std::min(*above.ts, *load.ts) : *load.ts;
  }
  return out;
}

}  // namespace dcim::core
