// How the units hang in the site's power chain: what draws where, and whose failure each of them feels.
#include <algorithm>
#include <set>

#include "simulators/bots/site_model.h"
#include "simulators/physics/rack.h"

namespace dcim::bots {
namespace {

constexpr double kUsualCooling_kw = 6, kUsualUps_kw = 45, kUsualLighting_kw = 0.9;

void usual_chain(SiteModel& site) {
  const auto upses = site.all(BotType::ups);
  for (const auto* ups : upses) site.power.push_back({ups->name, ElementKind::ups, {}, "", "", 0, ups->name, {}});
  if (upses.empty()) return;
  for (const auto* pdu : site.all(BotType::pdu)) {
    for (const char side : {'A', 'B'}) {
      const auto from = std::min<std::size_t>(side == 'A' ? 0 : 1, upses.size() - 1);
      site.power.push_back({pdu->name + " feed " + side, ElementKind::rack_feed, {from}, pdu->room, pdu->rack, side, pdu->name, {}});
    }
  }
}

// The elements on which something hangs that the unit is, carries or counts.
std::set<std::size_t> ends_for(const SiteModel& site, const UnitConfig& unit) {
  std::set<std::size_t> out;
  const auto own = site.element_of(unit);
  if (own) out.insert(*own);
  for (const auto& draw : site.draws()) {
    if (!draw.element) continue;
    const auto before = site.before(*draw.element);
    const bool carries = unit.type == BotType::ups && own && std::ranges::find(before, *own) != before.end();
    const bool counts = unit.type == BotType::meter && is_incomer(unit) && site.can_do_without_ups(draw.element);
    if (draw.topic == unit.topic || carries || counts) out.insert(*draw.element);
  }
  return out;
}

}  // namespace

void wire(SiteModel& site) {
  if (site.power.empty()) usual_chain(site);
  for (auto& unit : site.units) {
    std::set<std::size_t> path;
    for (const auto end : ends_for(site, unit)) {
      path.insert(end);
      for (const auto element : site.before(end)) path.insert(element);
    }
    unit.power_path.clear();
    for (const auto element : path) unit.power_path.push_back(site.power[element].name);
  }
}

bool is_incomer(const UnitConfig& meter) {
  const auto role = meter.unit();
  return role != "meter-it" && role != "meter-cooling" && role != "meter-ups-loss" && role != "meter-lighting";
}

physics::PowerChain SiteModel::power_chain() const {
  std::vector<physics::ChainElement> elements;
  for (const auto& element : power) elements.push_back({element.inputs, element.kind == ElementKind::ups});
  return physics::PowerChain(std::move(elements));
}

std::optional<std::size_t> SiteModel::element_of(const UnitConfig& unit) const {
  const auto kind = unit.type == BotType::ups ? ElementKind::ups : ElementKind::load;
  const auto it = std::ranges::find_if(power, [&](const auto& element) { return element.kind == kind && element.device == unit.name; });
  return it == power.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - power.begin()));
}

std::optional<std::size_t> SiteModel::rack_feed(const UnitConfig& pdu, char side) const {
  const auto it = std::ranges::find_if(power, [&](const auto& element) {
    return element.kind == ElementKind::rack_feed && element.room == pdu.room && element.rack == pdu.rack && element.side == side;
  });
  return it == power.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - power.begin()));
}

std::vector<Draw> SiteModel::draws() const {
  std::vector<Draw> out;
  for (const auto& unit : units) {
    switch (unit.type) {
      case BotType::pdu: {
        const auto a = rack_feed(unit, 'A'), b = rack_feed(unit, 'B');
        const double usual_kw = physics::RackLoad::kUsual_kw / (a && b ? 2 : 1);
        if (a) out.push_back({unit.topic, "feed_a_power", usual_kw, a});
        if (b) out.push_back({unit.topic, "feed_b_power", usual_kw, b});
        if (!a && !b) out.push_back({unit.topic, "value", usual_kw, {}});
        break;
      }
      case BotType::crac: out.push_back({unit.topic, "power", kUsualCooling_kw, element_of(unit)}); break;
      case BotType::ups: out.push_back({unit.topic, "input_power", kUsualUps_kw, element_of(unit)}); break;
      case BotType::meter:
        if (unit.unit() == "meter-lighting") out.push_back({unit.topic, "power", kUsualLighting_kw, element_of(unit)});
        break;
      default: break;
    }
  }
  return out;
}

std::vector<std::size_t> SiteModel::before(std::size_t element) const {
  std::vector<std::size_t> out, open = power[element].inputs;
  while (!open.empty()) {
    const auto next = open.back();
    open.pop_back();
    if (std::ranges::find(out, next) != out.end()) continue;
    out.push_back(next);
    if (power[next].kind != ElementKind::ups) open.insert(open.end(), power[next].inputs.begin(), power[next].inputs.end());
  }
  return out;
}

bool SiteModel::can_do_without_ups(std::optional<std::size_t> element) const {
  if (!element || power[*element].inputs.empty()) return true;
  return std::ranges::any_of(before(*element), [this](auto i) { return power[i].inputs.empty() && power[i].kind != ElementKind::ups; });
}

}  // namespace dcim::bots
