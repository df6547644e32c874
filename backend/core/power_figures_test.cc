#include "core/power_figures.h"

#include <gtest/gtest.h>

#include <random>

namespace dcim::core {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kNow{std::chrono::seconds{1'763'900'000}};
constexpr SiteId kSite{1};

// An incomer, a UPS, two racks with two feeds each, a cooling plant: what each meter says is given.
struct Plant {
  std::vector<Sensor> sensors;
  LatestReadings latest;
  std::vector<PowerElement> elements;
  std::vector<RackCords> cords;
  Inventory inventory;
  PowerChain chain;
  PowerSeen seen;
  PowerFlow now;

  SensorId add(const std::string& kind, double kw, std::optional<RackId> rack = {}) {
    const SensorId id{static_cast<int>(sensors.size()) + 1};
    Sensor sensor{id, DeviceId{id.value}, kSite, RoomId{1}, rack, kind + "-" + std::to_string(id.value), "power", kind, "kW", "dc/x", ""};
    sensors.push_back(sensor);
    latest[id] = {id, kNow - 10s, kw, Quality::good};
    return id;
  }
  PowerElement& element(ElementKind kind, const std::string& name, std::vector<PowerElementId> inputs, std::optional<SensorId> power,
                        std::optional<SensorId> input = {}) {
    PowerElement e;
    e.id = {static_cast<int>(elements.size()) + 1};
    e.name = name;
    e.kind = kind;
    e.inputs = std::move(inputs);
    e.rated_kw = 11;
    e.sensors[0] = power;
    e.sensors[1] = input;
    elements.push_back(e);
    return elements.back();
  }
  explicit Plant(double facility = 20, double ups_in = 13, double ups_out = 12, std::array<double, 4> feeds = {3, 3, 3, 3}, double cooling = 5) {
    add("facility-power", facility);
    add("cooling-plant-power", cooling);
    element(ElementKind::source, "Utility", {}, std::nullopt);
    const auto ups = element(ElementKind::ups, "UPS", {PowerElementId{1}}, add("output-power", ups_out), add("input-power", ups_in)).id;
    for (int rack = 1; rack <= 2; ++rack) {
      RackCords cord;
      cord.rack = {rack};
      cord.name = "R" + std::to_string(rack);
      cord.rated_kw = 8;
      double sum = 0;
      for (const auto side : {Feeds::a, Feeds::b}) {
        const double kw = feeds[static_cast<std::size_t>((rack - 1) * 2 + (side == Feeds::b ? 1 : 0))];
        sum += kw;
        auto& feed = element(ElementKind::rack_feed, cord.name + std::string(name_of(side)), {ups}, add("feed-power", kw, cord.rack));
        feed.rack = cord.rack;
        feed.side = side;
      }
      cord.power_sensor = add("rack-power", sum, cord.rack);
      cords.push_back(cord);
    }
  }
  PowerSite look() {
    std::vector<Rack> racks{{RackId{1}, RoomId{1}, kSite, "R1", 42, 8.0}, {RackId{2}, RoomId{1}, kSite, "R2", 42, 8.0}};
    inventory = Inventory(1, {{kSite, "one", "One", "UTC"}}, {{RoomId{1}, kSite, "r", "R"}}, racks, {}, sensors);
    chain = *PowerChain::build(elements, cords);
    seen = see_power(chain, inventory, latest, kNow);
    now = flow(chain, seen, std::vector<bool>(elements.size()));
    return {chain, seen, now, inventory, latest, kSite, kNow};
  }
  void silence(const std::string& kind) {
    for (const auto& sensor : sensors) {
      if (sensor.kind == kind) {
        latest[sensor.id].ts = kNow - 1h;
        return;
      }
    }
  }
};

void recomputes(const PowerTerm& term) {
  if (term.op == TermOp::reading || term.op == TermOp::constant) return;
  if (term.value) {
    EXPECT_EQ(reckon(term), term.value) << term.label;
  }
  for (const auto& each : term.terms) recomputes(each);
}

TEST(PowerFigures, WhereThePowerGoes) {
  Plant plant;
  const auto f = power_figures(plant.look());
  EXPECT_EQ(f.facility.tree.value, 20);
  EXPECT_EQ(f.it.tree.value, 12);
  EXPECT_EQ(f.it.method, "measured at PDU output, sum of the racks");
  EXPECT_EQ(f.cooling.tree.value, 5);
  EXPECT_EQ(f.losses.tree.value, 1);
  EXPECT_EQ(f.other.tree.value, 2);
  EXPECT_NEAR(*f.pue_tree.value, 20.0 / 12, 1e-12);
  EXPECT_EQ(f.pue_lower, f.pue.value);
  EXPECT_EQ(f.pue_upper, f.pue.value);
  ASSERT_EQ(f.stages.size(), 2u);
  EXPECT_EQ(f.stages[0].stage, "UPS");
  EXPECT_EQ(f.stages[0].loss_kw, 1);
  EXPECT_TRUE(f.stages[0].measured);
  EXPECT_EQ(f.stages[1].loss_kw, 0);
  EXPECT_EQ(f.it.tree.ts, kNow - 10s);
}

TEST(PowerFigures, ASilentRackMakesBoundsNotANumber) {
  Plant plant;
  plant.silence("rack-power");
  const auto f = power_figures(plant.look());
  // The racks' sum is broken, so IT is taken at the UPS.
  EXPECT_EQ(f.it.method, "measured at UPS output");
  EXPECT_EQ(f.it.tree.value, 12);
  plant.silence("output-power");
  const auto g = power_figures(plant.look());
  EXPECT_FALSE(g.it.tree.value);
  EXPECT_EQ(g.it.lower_kw, 6);
  EXPECT_EQ(g.it.upper_kw, 14) << "what the silent rack may draw";
  EXPECT_FALSE(g.pue.value);
  EXPECT_NEAR(*g.pue_lower, 20.0 / 14, 1e-12);
  EXPECT_NEAR(*g.pue_upper, 20.0 / 6, 1e-12);
  EXPECT_FALSE(g.other.tree.value);
  EXPECT_EQ(*g.it.tree.why_not, "1 of 2 meters are silent");
}

TEST(PowerFigures, ASilentUpsMeterIsReplacedByTheLossModel) {
  Plant plant;
  plant.silence("input-power");
  const auto f = power_figures(plant.look());
  EXPECT_FALSE(f.stages[0].measured);
  EXPECT_NEAR(*f.stages[0].loss_kw, 11 * (0.015 + 0.02 * 12 / 11 + 0.02 * 144 / 121), 1e-9);
}

TEST(PowerFigures, APartOfTheLossesIsABoundNotTheLosses) {
  Plant plant;
  plant.silence("feed-power");
  const auto f = power_figures(plant.look());
  EXPECT_FALSE(f.losses.tree.value) << "what is lost between the UPS and the racks nobody knows";
  EXPECT_EQ(f.losses.lower_kw, 1);
  EXPECT_EQ(*f.losses.tree.why_not, "Distribution: not all UPS outputs and rack feeds are measured");
  EXPECT_EQ(f.stages[0].loss_kw, 1) << "the stage that is known is shown";
  EXPECT_FALSE(f.other.tree.value);
}

TEST(PowerFigures, ARacksFiguresAreTheSweepsFigures) {
  Plant plant;
  plant.cords[0].expected_kw = {0, 1, 0, 3};
  plant.cords[0].devices = {0, 1, 0, 3};
  const auto site = plant.look();
  const auto load = rack_load_tree(site, 0);
  EXPECT_NEAR(*load.value, 75, 1e-9);
  const auto surviving = surviving_feed_tree(site, 0);
  // A quarter of the rack hangs on A alone: B would carry 4.5 kW, A all 6.
  EXPECT_NEAR(*surviving.value, 100 * 6.0 / 11, 1e-9);
  const auto& draw = site.seen.racks[0];
  EXPECT_NEAR(served(draw, false, true).kw(), 4.5, 1e-9);
  recomputes(surviving);
  recomputes(load);
}

TEST(PowerFiguresProperty, EveryTreeRecomputesAndPueIsAtLeastOneWheneverMetersAgree) {
  std::mt19937 random(5);
  const auto kw = [&](double low, double high) { return std::uniform_real_distribution(low, high)(random); };
  for (int round = 0; round < 300; ++round) {
    std::array<double, 4> feeds{kw(0, 4), kw(0, 4), kw(0, 4), kw(0, 4)};
    const double it = feeds[0] + feeds[1] + feeds[2] + feeds[3], out = it * kw(1, 1.05), in = out * kw(1, 1.2), cooling = kw(0, 5);
    Plant plant(in + cooling + kw(0, 2), in, out, feeds, cooling);
    for (const auto* kind : {"rack-power", "facility-power", "output-power", "input-power", "cooling-plant-power"}) {
      if (std::bernoulli_distribution(0.2)(random)) plant.silence(kind);
    }
    const auto site = plant.look();
    const auto f = power_figures(site);
    for (const auto* tree : {&f.facility.tree, &f.it.tree, &f.cooling.tree, &f.losses.tree, &f.other.tree, &f.pue_tree}) recomputes(*tree);
    if (f.pue.value) {
      EXPECT_GE(*f.pue.value, 1);
      EXPECT_NEAR(*f.pue_tree.value, *f.pue.value, 1e-12);
      EXPECT_LE(*f.pue_lower, *f.pue.value + 1e-12);
      EXPECT_GE(*f.pue_upper, *f.pue.value - 1e-12);
    }
    const bool agree = std::ranges::all_of(f.stages, &PowerStage::measured);
    if (agree && f.other.tree.value) {
      EXPECT_GE(*f.other.tree.value, -1e-9) << "meters that agree leave nothing negative";
    }
  }
}

}  // namespace
}  // namespace dcim::core
