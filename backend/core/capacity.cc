#include "core/capacity.h"

#include <algorithm>
#include <cmath>

#include "core/number_text.h"

namespace dcim::core {
namespace {

constexpr double kRounding = 1e-9;

std::size_t index(Limit limit) { return static_cast<std::size_t>(limit); }

// The member that is the limit, of a Capacity that may be const.
template <class C>
auto& most(C& capacity, Limit limit) {
  switch (limit) {
    case Limit::surviving_feed: return capacity.surviving_rated_kw;
    case Limit::weight: return capacity.weight_limit_kg;
    case Limit::cooling: return capacity.cooling_kw;
    case Limit::power: break;
  }
  return capacity.rated_kw;
}

// What the limit limits. All the power that a rack draws becomes heat.
std::optional<double> burden(const Capacity& capacity, Limit limit) {
  switch (limit) {
    case Limit::surviving_feed: return capacity.surviving_kw();
    case Limit::weight: return capacity.weight_kg;
    case Limit::power:
    case Limit::cooling: break;
  }
  return capacity.load_kw;
}

// Who has not said where it is plugged in must be expected on either feed.
bool stays(Feeds feeds, Feeds surviving) { return feeds == Feeds::unknown || (static_cast<unsigned>(feeds) & static_cast<unsigned>(surviving)) != 0; }

struct Load {
  double kw = 0, on_a = 0, on_b = 0;  // on A: what is left on A when B drops

  void add(double watts, Feeds feeds) {
    kw += watts / 1000;
    if (stays(feeds, Feeds::a)) on_a += watts / 1000;
    if (stays(feeds, Feeds::b)) on_b += watts / 1000;
  }
};

// Measured by the PDUs' meters or, when none reports, by the devices' own sensors.
void measure(const RackContents& rack, Capacity& out) {
  int drawing = 0, measured = 0;
  double sum = 0;
  for (const auto& device : rack.occupants) {
    if (device.planned || device.passes_on || (expected_w(device) <= 0 && !device.measured_w)) continue;
    ++drawing;
    if (!device.measured_w) continue;
    ++measured;
    sum += *device.measured_w / 1000;
  }
  if (rack.meters_reporting > 0) {
    out.measured_kw = rack.metered_kw;
    out.measured_coverage = static_cast<double>(rack.meters_reporting) / rack.meters;
  } else if (measured > 0) {
    out.measured_kw = sum;
    out.measured_coverage = static_cast<double>(measured) / drawing;
  }
}

void strand(const Yardstick& yardstick, Capacity& capacity) {
  for (const auto limit : kLimits) {
    const auto left = headroom(capacity, limit);
    const auto per_u = limit == Limit::weight ? yardstick.kg_per_u : yardstick.kw_per_u;
    if (!left || !per_u || *per_u <= 0) continue;
    const auto usable = std::clamp(static_cast<int>(std::floor(std::clamp(*left / *per_u + kRounding, 0.0, 1e6))), 0, capacity.u.free);
    const int stranded = capacity.u.free - usable;
    if (stranded <= (capacity.stranded ? capacity.stranded->u : 0)) continue;
    capacity.stranded = Stranded{stranded, limit,
                                 std::string(name_of(limit)) + ": " + amount_text(std::max(*left, 0.0), limit) + " left, " +
                                     std::to_string(capacity.u.free) + " free U would take " + amount_text(capacity.u.free * *per_u, limit)};
  }
}

template <class T>
void add_known(std::optional<T>& sum, const std::optional<T>& value, bool first) {
  if (first) {
    sum = value;
  } else if (sum && value) {
    *sum += *value;
  } else {
    sum.reset();
  }
}

}  // namespace

std::string_view name_of(Feeds feeds) { return feeds == Feeds::a ? "A" : feeds == Feeds::b ? "B" : feeds == Feeds::ab ? "AB" : ""; }

std::optional<Feeds> feeds_of(std::string_view name) {
  for (const auto feeds : {Feeds::a, Feeds::b, Feeds::ab}) {
    if (name == name_of(feeds)) return feeds;
  }
  return {};
}

bool passes_power_on(std::string_view role) { return role == "pdu" || role == "ups" || role == "ats" || role == "rpp"; }

std::string_view name_of(Limit limit) {
  switch (limit) {
    case Limit::power: return "power";
    case Limit::surviving_feed: return "surviving-feed";
    case Limit::weight: return "weight";
    case Limit::cooling: return "cooling";
  }
  return "power";
}

std::optional<double> Capacity::surviving_kw() const { return feeds_known ? std::optional(std::max(if_a_drops_kw, if_b_drops_kw)) : std::nullopt; }

double expected_w(const RackOccupant& device) {
  if (device.passes_on) return 0;
  return device.measured_w.value_or(device.typical_w.value_or(device.nameplate_w.value_or(0)));
}

void measure(std::vector<RackContents>& racks, const Inventory& inventory, const LatestReadings& latest, base::Timestamp now) {
  std::unordered_map<RackId, RackContents*> by_id;
  for (auto& rack : racks) {
    by_id.emplace(rack.id, &rack);
    rack.meters = rack.meters_reporting = 0;
    rack.metered_kw = 0;
    for (auto& device : rack.occupants) {
      device.measured_w.reset();
      const auto* sensor = device.power_sensor ? inventory.sensor(*device.power_sensor) : nullptr;
      const auto* reading = sensor && (sensor->unit == "W" || sensor->unit == "kW") ? usable(latest, *sensor, now) : nullptr;
      if (reading) device.measured_w = in_kw(*sensor, reading->value) * 1000;
    }
  }
  for (const auto& sensor : inventory.sensors()) {
    if (sensor.kind != "rack-power" || !sensor.rack_id) continue;
    const auto rack = by_id.find(*sensor.rack_id);
    if (rack == by_id.end()) continue;
    ++rack->second->meters;
    const auto* reading = usable(latest, sensor, now);
    if (!reading) continue;
    ++rack->second->meters_reporting;
    rack->second->metered_kw += in_kw(sensor, reading->value);
  }
}

RackSpace space_of(const RackContents& rack) {
  RackSpace space(std::clamp(rack.height_u, 1, kTallestRackU));
  for (const auto& device : rack.occupants) {
    if (device.slot) space.take(*device.slot, SpaceUse::used);
  }
  for (const auto& hold : rack.holds) space.take(hold.slot, hold.blocked ? SpaceUse::blocked : SpaceUse::reserved);
  return space;
}

std::string amount_text(double value, Limit limit) {
  return limit == Limit::weight ? limit_text(std::round(value)) + " kg" : limit_text(std::round(value * 100) / 100) + " kW";
}

std::optional<double> rating(const Capacity& capacity, Limit limit) { return most(capacity, limit); }

std::optional<double> headroom(const Capacity& capacity, Limit limit) {
  const auto limited_to = most(capacity, limit);
  const auto now = burden(capacity, limit);
  return limited_to && now ? std::optional(*limited_to - *now) : std::nullopt;
}

Capacity capacity_of(const RackContents& rack, const Yardstick& yardstick) {
  Capacity out;
  out.u = space_of(rack).count();
  out.rated_kw = rack.rated_kw;
  out.surviving_rated_kw = rack.feed_rating_kw ? rack.feed_rating_kw : rack.rated_kw;
  out.weight_limit_kg = rack.weight_limit_kg;
  out.cooling_kw = rack.cooling_kw;
  out.devices = static_cast<int>(rack.occupants.size());
  measure(rack, out);

  Load there, to_come;
  for (const auto& device : rack.occupants) {
    const auto watts = expected_w(device);
    (device.planned ? to_come : there).add(watts, device.feeds);
    if (!device.passes_on) out.nameplate_kw += device.nameplate_w.value_or(watts) / 1000;
    out.weight_kg += device.weight_kg.value_or(0);
    out.feeds_known = out.feeds_known || device.feeds != Feeds::unknown;
  }
  for (const auto& hold : rack.holds) {
    to_come.add(hold.power_w.value_or(0), Feeds::unknown);
    out.reserved_kw += hold.power_w.value_or(0) / 1000;
    out.weight_kg += hold.weight_kg.value_or(0);
  }
  out.typical_kw = there.kw + to_come.kw - out.reserved_kw;
  // When the meters tell of more than the devices are expected to draw, each device draws its share of the more.
  const auto drawn = std::max(there.kw, out.measured_kw.value_or(0));
  const auto on_feed = [&](double expected) { return there.kw > 0 ? expected * (drawn / there.kw) : drawn; };
  out.load_kw = drawn + to_come.kw;
  out.if_a_drops_kw = on_feed(there.on_b) + to_come.on_b;
  out.if_b_drops_kw = on_feed(there.on_a) + to_come.on_a;
  for (const auto limit : kLimits) {
    const auto left = headroom(out, limit);
    out.over[index(limit)] = left && *left < -kRounding;
  }
  out.racks_over = std::ranges::find(out.over, true) != out.over.end() ? 1 : 0;
  strand(yardstick, out);
  return out;
}

void CapacitySum::add(const Capacity& rack) {
  const bool first = sum_.racks == 1 && sum_.u.total == 0;
  sum_.racks = first ? rack.racks : sum_.racks + rack.racks;
  sum_.u.add(rack.u);
  for (const auto limit : kLimits) {
    add_known(most(sum_, limit), most(rack, limit), first);
    sum_.over[index(limit)] = sum_.over[index(limit)] || rack.is_over(limit);
  }
  if (rack.measured_kw) sum_.measured_kw = sum_.measured_kw.value_or(0) + *rack.measured_kw;
  if (rack.measured_kw || rack.load_kw > 0) {
    ++to_measure_;
    coverage_ += rack.measured_coverage;
  }
  sum_.typical_kw += rack.typical_kw;
  sum_.nameplate_kw += rack.nameplate_kw;
  sum_.reserved_kw += rack.reserved_kw;
  sum_.load_kw += rack.load_kw;
  sum_.if_a_drops_kw += rack.if_a_drops_kw;
  sum_.if_b_drops_kw += rack.if_b_drops_kw;
  sum_.feeds_known = sum_.feeds_known || rack.feeds_known;
  sum_.weight_kg += rack.weight_kg;
  sum_.devices += rack.devices;
  sum_.racks_over += rack.racks_over;
  if (!rack.stranded) return;
  auto& share = stranded_[index(rack.stranded->limit)];
  ++share.racks;
  share.u += rack.stranded->u;
}

Capacity CapacitySum::total() const {
  auto out = sum_;
  if (out.u.total == 0) out.racks = 0;
  if (to_measure_ > 0) out.measured_coverage = coverage_ / to_measure_;
  auto limits = kLimits;
  std::ranges::stable_sort(limits, std::greater(), [this](Limit limit) { return stranded_[index(limit)].u; });
  for (const auto limit : limits) {
    const auto& share = stranded_[index(limit)];
    if (share.u == 0) break;
    if (!out.stranded) out.stranded = Stranded{0, limit, ""};
    auto& stranded = *out.stranded;
    stranded.u += share.u;
    if (!stranded.reason.empty()) stranded.reason += ", ";
    stranded.reason += std::string(name_of(limit)) + ": " + std::to_string(share.u) + " U in " + std::to_string(share.racks) +
                       (share.racks == 1 ? " rack" : " racks");
  }
  return out;
}

SiteCapacity capacity_of(const std::vector<RackContents>& racks, const Yardstick& yardstick) {
  SiteCapacity out;
  CapacitySum site;
  std::map<RoomId, CapacitySum> rooms;
  std::map<std::pair<RoomId, std::string>, CapacitySum> rows;
  for (const auto& rack : racks) {
    const auto& one = out.racks.emplace_back(capacity_of(rack, yardstick));
    site.add(one);
    rooms[rack.room_id].add(one);
    if (rack.row) rows[{rack.room_id, *rack.row}].add(one);
  }
  out.site = site.total();
  for (const auto& [room, sum] : rooms) out.rooms.emplace(room, sum.total());
  for (const auto& [row, sum] : rows) out.rows.emplace(row, sum.total());
  return out;
}

}  // namespace dcim::core
