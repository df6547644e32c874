#include "power.h"

#include <boost/json/object.hpp>

#include <algorithm>
#include <random>

#include "core/power_failure.h"

namespace dcim::bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kRacks = 5000, kUpses = 8, kPanels = 160;

struct Hall {
  core::PowerChain chain;
  core::PowerSeen seen;
};

Hall large_hall() {
  std::mt19937 random(1);
  std::vector<core::PowerElement> elements;
  std::vector<core::RackCords> racks;
  const auto add = [&](core::ElementKind kind, std::string name, std::vector<core::PowerElementId> inputs, double rated_kw) -> core::PowerElement& {
    core::PowerElement element;
    element.id = {static_cast<int>(elements.size()) + 1};
    element.kind = kind;
    element.name = std::move(name);
    element.inputs = std::move(inputs);
    element.rated_kw = rated_kw;
    return elements.emplace_back(std::move(element));
  };
  const auto utility = add(core::ElementKind::source, "utility", {}, 60'000).id;
  const auto generator = add(core::ElementKind::generator, "generator", {}, 60'000).id;
  const auto board = add(core::ElementKind::transfer_switch, "board", {utility, generator}, 60'000).id;
  std::vector<core::PowerElementId> upses, panels;
  for (int i = 0; i < kUpses; ++i) upses.push_back(add(core::ElementKind::ups, "ups-" + std::to_string(i), {board}, 7'500).id);
  for (int i = 0; i < kPanels; ++i) {
    panels.push_back(add(core::ElementKind::panel, "panel-" + std::to_string(i), {upses[static_cast<std::size_t>(i % kUpses)]}, 500).id);
  }
  Hall out;
  for (int i = 0; i < kRacks; ++i) {
    core::RackCords rack;
    rack.rack = {i + 1};
    rack.name = "R" + std::to_string(i);
    rack.devices = {0, 1, 1, 18};
    racks.push_back(rack);
    // A from an even UPS, B from the odd one beside it.
    const auto panel = static_cast<std::size_t>(2 * (i % (kPanels / 2)));
    for (const auto side : {core::Feeds::a, core::Feeds::b}) {
      auto& feed =
          add(core::ElementKind::rack_feed, rack.name + std::string(core::name_of(side)), {panels[panel + (side == core::Feeds::b ? 1 : 0)]}, 22);
      feed.rack = rack.rack;
      feed.side = side;
    }
    core::RackDraw draw;
    draw.a_kw = std::uniform_real_distribution(2.0, 5.0)(random);
    draw.b_kw = std::uniform_real_distribution(2.0, 5.0)(random);
    draw.single_a_kw = draw.single_b_kw = 0.2;
    draw.method = core::LoadMethod::measured;
    out.seen.racks.push_back(draw);
  }
  out.chain = core::PowerChain::build(std::move(elements), std::move(racks)).value();
  out.seen.elements.resize(out.chain.elements().size());
  return out;
}

double milliseconds_since(Steady::time_point begin) { return std::chrono::duration<double, std::milli>(Steady::now() - begin).count(); }

}  // namespace

boost::json::object run_power(const Check& check) {
  const auto hall = large_hall();
  auto begin = Steady::now();
  const auto now = core::flow(hall.chain, hall.seen, std::vector<bool>(hall.chain.elements().size()));
  const auto shown = core::element_loads(hall.chain, hall.seen, now);
  const auto flow_ms = milliseconds_since(begin);
  // The worst of all that many racks hang on.
  double worst_ms = 0;
  std::size_t most_racks = 0, asked = 0;
  for (std::size_t i = 0; i < hall.chain.elements().size(); ++i) {
    if (hall.chain.elements()[i].kind == core::ElementKind::rack_feed) continue;
    begin = Steady::now();
    const auto outcome = core::what_if(hall.chain, hall.seen, now, shown, {i});
    worst_ms = std::max(worst_ms, milliseconds_since(begin));
    most_racks = std::max(most_racks, outcome.racks.size());
    ++asked;
  }
  begin = Steady::now();
  const auto sweep = core::sweep(hall.chain, hall.seen, now, shown);
  const auto sweep_ms = milliseconds_since(begin);
  check("E1", "10,000 outlets: what if an element is lost, the worst", worst_ms, "ms", worst_ms < 50 && most_racks == kRacks);
  check("E2", "10,000 outlets: every element lost, one at a time", sweep_ms, "ms", sweep_ms < 5000 && sweep.racks.size() == kRacks);
  return {{"outlets", 2 * kRacks}, {"elements", hall.chain.elements().size()},
          {"asked", asked},        {"most_racks_affected", most_racks},
          {"flow_ms", flow_ms},    {"worst_what_if_ms", worst_ms},
          {"sweep_ms", sweep_ms},  {"findings", sweep.findings.size()}};
}

}  // namespace dcim::bench
