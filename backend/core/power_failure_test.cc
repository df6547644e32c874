#include "core/power_failure.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace dcim::core {
namespace {

// A chain with what its racks draw, built by name.
struct Plant {
  std::vector<PowerElement> elements;
  std::vector<RackCords> racks;
  std::vector<RackDraw> draws;

  PowerElement& add(ElementKind kind, std::string name, std::vector<std::string> inputs, std::optional<double> rated_kw = std::nullopt) {
    PowerElement element;
    element.id = {static_cast<int>(elements.size()) + 1};
    element.kind = kind;
    element.name = std::move(name);
    element.rated_kw = rated_kw;
    for (const auto& input : inputs) element.inputs.push_back(std::ranges::find(elements, input, &PowerElement::name)->id);
    elements.push_back(std::move(element));
    return elements.back();
  }
  // A rack with a feed from each of what is named; an empty name: none.
  void rack(std::string name, const std::string& a, const std::string& b, RackDraw draw, std::optional<double> feed_kw = 11) {
    RackCords cords;
    cords.rack = {static_cast<int>(racks.size()) + 1};
    cords.name = name;
    for (const auto& [side, from] : {std::pair{Feeds::a, a}, {Feeds::b, b}}) {
      if (from.empty()) continue;
      auto& feed = add(ElementKind::rack_feed, name + (side == Feeds::a ? " A" : " B"), {from}, feed_kw);
      feed.rack = cords.rack;
      feed.side = side;
    }
    draw.method = LoadMethod::measured;
    racks.push_back(std::move(cords));
    draws.push_back(draw);
  }
};

struct Seen {
  PowerChain chain;
  PowerSeen seen;
  PowerFlow now;
  std::vector<ElementLoad> shown;

  explicit Seen(Plant plant) {
    auto built = PowerChain::build(std::move(plant.elements), std::move(plant.racks));
    EXPECT_TRUE(built) << built.error().field << " " << built.error().message;
    chain = std::move(*built);
    seen.elements.resize(chain.elements().size());
    seen.racks = std::move(plant.draws);
    look();
  }
  void look() {
    now = flow(chain, seen, std::vector<bool>(chain.elements().size()));
    shown = element_loads(chain, seen, now);
  }
  std::size_t at(const std::string& name) const {
    return static_cast<std::size_t>(std::ranges::find(chain.elements(), name, &PowerElement::name) - chain.elements().begin());
  }
  FailureOutcome lose(const std::vector<std::string>& names) const {
    std::vector<std::size_t> lost;
    for (const auto& name : names) lost.push_back(at(name));
    return what_if(chain, seen, now, shown, lost);
  }
  Sweep swept() const { return sweep(chain, seen, now, shown); }
};

const ElementChange* change_of(const Seen& plant, const FailureOutcome& outcome, const std::string& name) {
  const auto it = std::ranges::find(outcome.elements, plant.at(name), &ElementChange::element);
  return it == outcome.elements.end() ? nullptr : &*it;
}

Plant two_n(double ups_kw = 120) {
  Plant out;
  out.add(ElementKind::source, "Utility", {}, 400);
  out.add(ElementKind::switchboard, "Board", {"Utility"}, 300);
  out.add(ElementKind::ups, "UPS A", {"Board"}, ups_kw);
  out.add(ElementKind::ups, "UPS B", {"Board"}, ups_kw);
  out.add(ElementKind::panel, "Panel A", {"UPS A"}, 150);
  out.add(ElementKind::panel, "Panel B", {"UPS B"}, 150);
  for (int i = 0; i < 10; ++i) {
    RackDraw draw;
    draw.a_kw = 2.5;
    draw.b_kw = 2;
    draw.single_a_kw = i == 0 ? 0.5 : 0;
    out.rack("R" + std::to_string(i), "Panel A", "Panel B", draw);
  }
  return out;
}

TEST(PowerFailure, WhatHangsOnBothFeedsMovesToTheOther) {
  const Seen plant(two_n());
  const auto outcome = plant.lose({"Panel A"});
  ASSERT_EQ(outcome.racks.size(), 10u);
  EXPECT_EQ(outcome.racks[0].fate, RackFate::partly_dark) << "its device on A alone";
  EXPECT_NEAR(outcome.dark_kw, 0.5, 1e-9);
  EXPECT_EQ(outcome.racks[1].fate, RackFate::redundancy_lost);
  EXPECT_NEAR(change_of(plant, outcome, "Panel B")->kw, 20 + 25 - 0.5, 1e-9);
  EXPECT_EQ(change_of(plant, outcome, "UPS A")->kw, 0);
  EXPECT_EQ(outcome.steps.size(), 1u);
}

TEST(PowerFailure, AUpsLivesOnItsBatteryWhenItsInputIsLost) {
  const Seen plant(two_n());
  const auto outcome = plant.lose({"Utility"});
  EXPECT_EQ(change_of(plant, outcome, "UPS A")->supply, Supply::battery);
  ASSERT_EQ(outcome.racks.size(), 10u);
  for (const auto& rack : outcome.racks) EXPECT_EQ(rack.fate, RackFate::on_battery);
  EXPECT_EQ(outcome.dark_kw, 0);
  EXPECT_EQ(change_of(plant, outcome, "Board")->kw, 0);
}

TEST(PowerFailure, AnOverloadTripsInItsTurn) {
  const Seen plant(two_n(40));
  const auto outcome = plant.lose({"UPS A"});
  ASSERT_EQ(outcome.steps.size(), 2u);
  EXPECT_EQ(outcome.steps[1].text, "UPS B at 111 % of 40 kW");
  EXPECT_EQ(outcome.racks.front().fate, RackFate::dark);
  EXPECT_NEAR(outcome.dark_kw, 45, 1e-9);
  const auto* tripped = change_of(plant, outcome, "UPS B");
  EXPECT_TRUE(tripped->lost);
  EXPECT_EQ(tripped->step, 1);
  EXPECT_EQ(tripped->over, Over::rating);
}

TEST(PowerFailure, ATransferSwitchTakesTheOtherWay) {
  Plant plant;
  plant.add(ElementKind::source, "Utility", {});
  plant.add(ElementKind::generator, "Generator", {});
  plant.add(ElementKind::transfer_switch, "ATS", {"Utility", "Generator"});
  RackDraw draw;
  draw.a_kw = 3;
  plant.rack("R", "ATS", "", draw);
  const Seen seen(std::move(plant));
  EXPECT_EQ(seen.now.active[seen.at("ATS")], static_cast<int>(seen.at("Utility")));
  const auto outcome = seen.lose({"Utility"});
  EXPECT_TRUE(outcome.racks.empty()) << "nothing happens to it";
  EXPECT_NEAR(change_of(seen, outcome, "Generator")->kw, 3, 1e-9);
  EXPECT_EQ(seen.lose({"Utility", "Generator"}).racks.front().fate, RackFate::dark);
}

TEST(PowerSweep, WhatIsLostAndWhatIsAsDesigned) {
  Seen plant(two_n());
  auto sweep = plant.swept();
  for (const auto& rack : sweep.racks) EXPECT_EQ(rack.state, Redundancy::as_designed) << (rack.reasons.empty() ? "" : rack.reasons.front());
  ASSERT_EQ(sweep.findings.size(), 2u) << "the utility and the board";
  EXPECT_EQ(sweep.findings[1].text, "By design both feeds of 10 racks hang on Board; when it is lost, batteries hold for their runtime");
  EXPECT_NEAR(sweep.failover[plant.at("UPS B")].kw, 44.5, 1e-9);
  EXPECT_EQ(sweep.failover[plant.at("UPS B")].when_lost, plant.at("UPS A"));
  EXPECT_NEAR(*sweep.racks[1].surviving_kw, 4.5, 1e-9);

  plant.seen.elements[plant.at("UPS A")].input_lost = true;
  plant.look();
  sweep = plant.swept();
  for (const auto& rack : sweep.racks) {
    EXPECT_EQ(rack.state, Redundancy::lost);
    EXPECT_EQ(rack.reasons.front(), "feed A lives on a battery");
  }
}

TEST(PowerSweep, SilenceIsNotHealth) {
  Seen plant(two_n());
  plant.seen.elements[plant.at("UPS A")].unknown = true;
  plant.look();
  auto sweep = plant.swept();
  EXPECT_EQ(sweep.racks[3].state, Redundancy::unknown);
  EXPECT_EQ(sweep.racks[3].reasons.front(), "UPS A says nothing: nobody knows whether it works");
  // What is known to be lost is lost all the same.
  plant.seen.elements[plant.at("UPS B")].dead = true;
  plant.look();
  sweep = plant.swept();
  EXPECT_EQ(sweep.racks[3].state, Redundancy::lost);
  EXPECT_EQ(sweep.racks[3].reasons.front(), "feed B has no power");
}

TEST(PowerSweep, AnOverloadInWaitingIsARedundancyThatIsNotThere) {
  const Seen plant(two_n(40));
  const auto sweep = plant.swept();
  for (const auto& rack : sweep.racks) EXPECT_EQ(rack.state, Redundancy::lost);
  EXPECT_TRUE(std::ranges::any_of(sweep.findings, [](const auto& f) { return f.kind == FindingKind::overload; }));
  EXPECT_TRUE(std::ranges::any_of(sweep.findings, [](const auto& f) { return f.kind == FindingKind::redundancy_lost && f.racks.size() == 10; }));
}

TEST(PowerSweep, ADesignWithoutRedundancyHasLostNone) {
  Plant plant;
  plant.add(ElementKind::source, "Utility", {});
  plant.add(ElementKind::ups, "UPS", {"Utility"}, 40);
  RackDraw draw;
  draw.a_kw = 2;
  draw.b_kw = 2;
  plant.rack("R", "UPS", "UPS", draw);
  draw.b_kw = 0;
  plant.rack("S", "UPS", "", draw);
  const auto sweep = Seen(std::move(plant)).swept();
  EXPECT_EQ(sweep.racks[0].state, Redundancy::as_designed);
  EXPECT_EQ(sweep.racks[1].state, Redundancy::single_fed);
  ASSERT_EQ(sweep.findings.size(), 2u);
  EXPECT_EQ(sweep.findings[0].text, "By design both feeds of rack R hang on Utility; when it is lost, batteries hold for their runtime");
  EXPECT_EQ(sweep.findings[1].kind, FindingKind::single_point);
  EXPECT_EQ(sweep.findings[1].text, "By design both feeds of rack R hang on UPS");
}

// Chains that nobody has thought of.
Plant random_plant(std::mt19937& random, int racks) {
  const auto chance = [&](double p) { return std::bernoulli_distribution(p)(random); };
  const auto kw = [&](double low, double high) { return std::uniform_real_distribution(low, high)(random); };
  Plant out;
  out.add(ElementKind::source, "S0", {}, kw(300, 3000));
  out.add(ElementKind::generator, "G0", {});
  out.add(ElementKind::transfer_switch, "T0", {"S0", "G0"});
  std::vector<std::string> panels;
  for (int u = 0; u < 4; ++u) {
    const auto ups = "U" + std::to_string(u);
    out.add(ElementKind::ups, ups, {"T0"}, kw(40, 400));
    for (int p = 0; p < 3; ++p) {
      panels.push_back("P" + std::to_string(u) + std::to_string(p));
      std::vector<std::string> inputs{ups};
      if (u > 0 && chance(0.3)) inputs.push_back("U" + std::to_string(u - 1));
      out.add(ElementKind::panel, panels.back(), inputs, kw(30, 200));
    }
  }
  const auto panel = [&] { return panels[std::uniform_int_distribution<std::size_t>(0, panels.size() - 1)(random)]; };
  for (int i = 0; i < racks; ++i) {
    RackDraw draw;
    draw.a_kw = kw(0, 6);
    draw.b_kw = kw(0, 6);
    draw.single_a_kw = chance(0.3) ? kw(0, draw.a_kw) : 0;
    draw.single_b_kw = chance(0.3) ? kw(0, draw.b_kw) : 0;
    out.rack("R" + std::to_string(i), panel(), panel(), draw);
  }
  return out;
}

TEST(PowerProperty, PowerIsConservedAlongTheChainWhateverIsLost) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const Seen plant(random_plant(random, 40));
    std::vector<bool> lost(plant.chain.elements().size());
    for (int i = 0; i < round % 4; ++i) lost[std::uniform_int_distribution<std::size_t>(0, lost.size() - 1)(random)] = true;
    const auto f = flow(plant.chain, plant.seen, lost);
    double roots = 0, losses = 0, racks = 0, batteries = 0;
    for (std::size_t i = 0; i < lost.size(); ++i) {
      const auto kind = plant.chain.elements()[i].kind;
      if (kind == ElementKind::source || kind == ElementKind::generator) roots += f.load_kw[i];
      losses += f.loss_kw[i];
      if (kind == ElementKind::ups && f.supply[i] == Supply::battery) batteries += f.load_kw[i] + f.loss_kw[i];
      double drawn = 0;
      for (const auto child : plant.chain.below(i)) {
        if (f.active[child] == static_cast<int>(i)) drawn += f.input_kw[child];
      }
      if (kind != ElementKind::rack_feed) {
        EXPECT_NEAR(drawn, f.load_kw[i], 1e-9);
      }
      if (f.supply[i] == Supply::dead) {
        EXPECT_EQ(f.load_kw[i], 0);
      }
    }
    for (const auto& rack : f.racks) racks += rack.kw();
    EXPECT_NEAR(roots + batteries, racks + losses, 1e-6);
  }
}

TEST(PowerProperty, ATransferNeverLosesLoadThatHasTwoCords) {
  std::mt19937 random(8);
  for (int round = 0; round < 2000; ++round) {
    RackDraw draw;
    draw.a_kw = std::uniform_real_distribution(0.0, 8.0)(random);
    draw.b_kw = std::uniform_real_distribution(0.0, 8.0)(random);
    draw.single_a_kw = std::uniform_real_distribution(0.0, draw.a_kw)(random);
    draw.single_b_kw = std::uniform_real_distribution(0.0, draw.b_kw)(random);
    EXPECT_NEAR(served(draw, true, true).kw(), draw.kw(), 1e-12);
    EXPECT_NEAR(served(draw, true, false).kw(), draw.kw() - draw.single_b_kw, 1e-12);
    EXPECT_NEAR(served(draw, false, true).kw(), draw.kw() - draw.single_a_kw, 1e-12);
    EXPECT_EQ(served(draw, false, false).kw(), 0);
  }
}

TEST(PowerProperty, AWhatIfIsTheFlowOfWhatIsLeft) {
  std::mt19937 random(9);
  for (int round = 0; round < 200; ++round) {
    const Seen plant(random_plant(random, 30));
    const auto first = std::uniform_int_distribution<std::size_t>(0, plant.chain.elements().size() - 1)(random);
    const auto outcome = what_if(plant.chain, plant.seen, plant.now, plant.shown, {first});
    std::vector<bool> lost(plant.chain.elements().size());
    for (const auto& step : outcome.steps) {
      for (const auto i : step.lost) lost[i] = true;
    }
    const auto then = flow(plant.chain, plant.seen, lost);
    double dark = 0, was = 0;
    for (std::size_t rack = 0; rack < then.racks.size(); ++rack) {
      was += plant.now.racks[rack].kw();
      dark += plant.now.racks[rack].kw() - then.racks[rack].kw();
    }
    EXPECT_NEAR(outcome.dark_kw, dark, 1e-6);
    EXPECT_LE(outcome.dark_kw, was + 1e-9);
    for (const auto& change : outcome.elements) {
      if (!change.lost) {
        EXPECT_NEAR(change.kw, then.load_kw[change.element], 1e-6);
      }
      const auto rating = plant.chain.elements()[change.element].rating_kw();
      const bool was_over = rating && plant.now.load_kw[change.element] > *rating;
      if (!change.lost && rating && !was_over) {
        EXPECT_LE(change.kw, *rating * 1.01) << "what is above its rating has tripped";
      }
    }
  }
}

TEST(PowerProperty, TheSweepSaysWhatTheWhatIfSays) {
  std::mt19937 random(10);
  for (int round = 0; round < 30; ++round) {
    const Seen plant(random_plant(random, 20));
    const auto sweep = plant.swept();
    for (std::size_t i = 0; i < plant.chain.elements().size(); ++i) {
      const auto kind = plant.chain.elements()[i].kind;
      if (kind == ElementKind::rack_feed || kind == ElementKind::load) continue;
      const auto outcome = what_if(plant.chain, plant.seen, plant.now, plant.shown, {i});
      const bool cascades = outcome.steps.size() > 1;
      const bool found = std::ranges::any_of(sweep.findings, [&](const auto& f) { return f.kind == FindingKind::overload && f.element == i; });
      EXPECT_EQ(cascades, found) << plant.chain.elements()[i].name;
    }
  }
}

TEST(PowerChain, WhatCannotBeIsNamed) {
  Plant loop;
  loop.add(ElementKind::panel, "X", {});
  loop.add(ElementKind::panel, "Y", {"X"});
  loop.elements[0].inputs = {loop.elements[1].id};
  const auto refused = PowerChain::build(loop.elements, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "0/inputs");
  EXPECT_EQ(refused.error().message, "X would draw from itself: its inputs make a loop");

  Plant twice;
  twice.add(ElementKind::source, "S", {});
  twice.rack("R", "S", "S", {});
  twice.elements[2].side = Feeds::a;
  const auto two = PowerChain::build(twice.elements, twice.racks);
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().field, "2/side");
}

TEST(Phases, ImbalanceAndNeutral) {
  EXPECT_NEAR(*imbalance_percent({10.0, 10.0, 13.0}, 1), 100 * 2.0 / 11, 1e-9);
  EXPECT_FALSE(imbalance_percent({0.1, 0.2, 0.1}, 3));
  EXPECT_FALSE(imbalance_percent({10.0, std::nullopt, 13.0}, 1));
  EXPECT_NEAR(*neutral_a({10.0, 10.0, 10.0}), 0, 1e-9);
  EXPECT_NEAR(*neutral_a({10.0, 0.0, 0.0}), 10, 1e-9);
}

}  // namespace
}  // namespace dcim::core
