#include "core/power_failure.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace dcim::core {
namespace {

// More steps than any real chain has levels; each step loses at least one element more.
constexpr int kMostSteps = 32;
// A load that a failure raises by less than this trips nothing that held before, and is no failover.
constexpr double kSameLoad = 1.01;

std::string percent_of(double kw, double rating_kw) {
  char text[64];
  std::snprintf(text, sizeof text, "%.0f %% of %.4g kW", 100 * kw / rating_kw, rating_kw);
  return text;
}

// What an element carries after something is lost: what its meter says now, and what the loss adds to it or takes away.
double after_kw(std::size_t i, const PowerFlow& now, const std::vector<ElementLoad>& shown, const PowerFlow& then) {
  if (then.supply[i] == Supply::dead) return 0;
  return std::max(0.0, shown[i].kw.value_or(now.load_kw[i]) + then.load_kw[i] - now.load_kw[i]);
}

RackFate fate_of(const FeedsAlive& was, const FeedsAlive& is, double dark_kw, int devices_dark) {
  if (was.alive > 0 && is.alive == 0) return RackFate::dark;
  if (dark_kw > 1e-9 || devices_dark > 0) return RackFate::partly_dark;
  if (was.sustained >= 2 && is.sustained == 1) return RackFate::redundancy_lost;
  if (was.sustained > 0 && is.sustained == 0) return RackFate::on_battery;
  if (was.alive >= 2 && is.alive == 1) return RackFate::redundancy_lost;
  return RackFate::unaffected;
}

int devices_dark(const RackCords& cords, bool was_a, bool was_b, bool a, bool b) {
  int out = 0;
  if (was_a && !a) out += cords.devices[static_cast<int>(Feeds::a)];
  if (was_b && !b) out += cords.devices[static_cast<int>(Feeds::b)];
  if ((was_a || was_b) && !a && !b) out += cords.devices[static_cast<int>(Feeds::ab)] + cords.devices[static_cast<int>(Feeds::unknown)];
  return out;
}

// The cascade: what is lost, what that overloads, and so on. Gives the last flow.
struct Cascade {
  PowerFlow then;
  std::vector<bool> lost;
  std::vector<int> step;  // by element; -1: not lost
  std::vector<double> tripped_kw;
  std::vector<FailureStep> steps;
};

Cascade cascade(const PowerChain& chain, const PowerSeen& seen, const PowerFlow& now, const std::vector<ElementLoad>& shown,
                const std::vector<std::size_t>& first) {
  const auto count = chain.elements().size();
  Cascade out;
  out.lost.assign(count, false);
  out.step.assign(count, -1);
  out.tripped_kw.assign(count, 0);
  out.steps.push_back({first, ""});
  for (int step = 0; step < kMostSteps; ++step) {
    for (const auto i : out.steps.back().lost) {
      out.lost[i] = true;
      out.step[i] = step;
    }
    out.then = flow(chain, seen, out.lost);
    FailureStep next;
    for (std::size_t i = 0; i < count; ++i) {
      if (out.then.supply[i] == Supply::dead) continue;
      const auto rating = chain.elements()[i].rating_kw();
      if (!rating || chain.elements()[i].kind == ElementKind::load) continue;
      const double kw = after_kw(i, now, shown, out.then);
      if (kw <= *rating || kw <= kSameLoad * shown[i].kw.value_or(now.load_kw[i])) continue;
      out.tripped_kw[i] = kw;
      next.lost.push_back(i);
      next.text += (next.text.empty() ? "" : "; ") + chain.elements()[i].name + " at " + percent_of(kw, *rating);
    }
    if (next.lost.empty()) break;
    out.steps.push_back(std::move(next));
  }
  return out;
}

}  // namespace

std::string_view name_of(RackFate fate) {
  constexpr std::array kNames{"unaffected", "on-battery", "redundancy-lost", "partly-dark", "dark"};
  return kNames[static_cast<std::size_t>(fate)];
}
std::string_view name_of(Redundancy redundancy) {
  constexpr std::array kNames{"unknown", "dark", "single-fed", "lost", "as-designed"};
  return kNames[static_cast<std::size_t>(redundancy)];
}
std::string_view name_of(FindingKind kind) {
  constexpr std::array kNames{"redundancy-lost", "overload", "single-point"};
  return kNames[static_cast<std::size_t>(kind)];
}

FailureOutcome what_if(const PowerChain& chain, const PowerSeen& seen, const PowerFlow& now, const std::vector<ElementLoad>& shown,
                       const std::vector<std::size_t>& lost) {
  auto end = cascade(chain, seen, now, shown, lost);
  FailureOutcome out;
  for (std::size_t i = 0; i < chain.elements().size(); ++i) {
    const auto& element = chain.elements()[i];
    const double was = shown[i].kw.value_or(now.load_kw[i]);
    const bool tripped = end.step[i] > 0;
    const double kw = end.lost[i] ? 0 : after_kw(i, now, shown, end.then);
    ElementChange change{i,
                         end.lost[i],
                         end.then.supply[i],
                         was,
                         kw,
                         over(tripped ? end.tripped_kw[i] : kw, element.rating_kw(), element.continuous),
                         std::max(0, end.step[i])};
    if (change.over == Over::rating) ++out.overloaded;
    const bool same = !end.lost[i] && end.then.supply[i] == now.supply[i] && std::abs(kw - was) < 1e-6 * std::max(1.0, was);
    if (!same) out.elements.push_back(change);
  }
  for (std::size_t rack = 0; rack < chain.racks().size(); ++rack) {
    const auto was = feeds_alive(chain, now, rack), is = feeds_alive(chain, end.then, rack);
    if (was.feeds == 0) continue;
    const auto alive = [&](const PowerFlow& flow, Feeds side) {
      const auto feed = chain.feed(rack, side);
      return feed && flow.supply[*feed] != Supply::dead;
    };
    RackChange change;
    change.rack = rack;
    change.was_kw = now.racks[rack].kw();
    change.dark_kw = std::max(0.0, change.was_kw - end.then.racks[rack].kw());
    change.a_alive = alive(end.then, Feeds::a);
    change.b_alive = alive(end.then, Feeds::b);
    change.devices_dark = devices_dark(chain.racks()[rack], alive(now, Feeds::a), alive(now, Feeds::b), change.a_alive, change.b_alive);
    change.fate = fate_of(was, is, change.dark_kw, change.devices_dark);
    if (change.fate == RackFate::unaffected) continue;
    out.dark_kw += change.dark_kw;
    const auto &before = now.racks[rack], &after = end.then.racks[rack];
    out.transferred_kw += std::max(0.0, after.a_kw - before.a_kw) + std::max(0.0, after.b_kw - before.b_kw);
    out.racks.push_back(change);
  }
  std::ranges::stable_sort(out.racks, [](const auto& a, const auto& b) { return a.fate > b.fate; });
  out.steps = std::move(end.steps);
  return out;
}

namespace {

// The racks that the loss of one element leaves without any feed.
std::vector<bool> dark_racks(const PowerChain& chain, const PowerFlow& now, const PowerFlow& then) {
  std::vector<bool> out(chain.racks().size());
  for (std::size_t rack = 0; rack < out.size(); ++rack) {
    const auto was = feeds_alive(chain, now, rack);
    out[rack] = was.alive > 0 && feeds_alive(chain, then, rack).alive == 0;
  }
  return out;
}

std::string racks_text(const PowerChain& chain, const std::vector<std::size_t>& racks) {
  if (racks.size() == 1) return "rack " + chain.racks()[racks.front()].name;
  return std::to_string(racks.size()) + " racks";
}

class Sweeper {
 public:
  Sweeper(const PowerChain& chain, const PowerSeen& seen, const PowerFlow& now, const std::vector<ElementLoad>& shown)
      : chain_(chain), seen_(seen), now_(now), shown_(shown) {
    // By design: everything is alive and nothing is overloaded.
    healthy_.elements.resize(chain.elements().size());
    healthy_.racks.resize(chain.racks().size());
    design_ = flow(chain, healthy_, std::vector<bool>(chain.elements().size()));
    out_.racks.resize(chain.racks().size());
    out_.failover.resize(chain.elements().size());
    // Elements stand after their inputs: who is fed by one of which nobody knows whether it works is no better known.
    unknown_.resize(chain.elements().size(), -1);
    for (std::size_t i = 0; i < unknown_.size(); ++i) {
      if (seen.elements[i].unknown) {
        unknown_[i] = static_cast<std::int32_t>(i);
      } else if (now.active[i] >= 0) {
        unknown_[i] = unknown_[static_cast<std::size_t>(now.active[i])];
      }
    }
  }

  Sweep run() {
    for (std::size_t i = 0; i < chain_.elements().size(); ++i) out_.failover[i] = {shown_[i].kw.value_or(now_.load_kw[i]), std::nullopt};
    for (std::size_t rack = 0; rack < chain_.racks().size(); ++rack) begin(rack);
    for (std::size_t i = 0; i < chain_.elements().size(); ++i) {
      const auto kind = chain_.elements()[i].kind;
      if (kind != ElementKind::load && kind != ElementKind::rack_feed) lose(i);
    }
    return std::move(out_);
  }

 private:
  // What a rack has now against what it has by design, and its own two feeds against each other.
  void begin(std::size_t rack) {
    auto& state = out_.racks[rack];
    const auto is = feeds_alive(chain_, now_, rack);
    if (is.feeds == 0) return;
    if (is.alive == 0) {
      state.state = Redundancy::dark;
      state.reasons.emplace_back("neither of its feeds has power");
      return;
    }
    if (is.feeds == 1) {
      state.state = Redundancy::single_fed;
      return;
    }
    state.state = Redundancy::as_designed;
    for (const auto side : {Feeds::a, Feeds::b}) {
      const auto unknown = unknown_[*chain_.feed(rack, side)];
      if (unknown < 0) continue;
      state.state = Redundancy::unknown;
      state.reasons.push_back(chain_.elements()[static_cast<std::size_t>(unknown)].name + " says nothing: nobody knows whether it works");
    }
    const auto& draw = seen_.racks[rack];
    for (const auto side : {Feeds::a, Feeds::b}) {
      const auto feed = *chain_.feed(rack, side);
      if (now_.supply[feed] != design_.supply[feed]) {
        lose_redundancy(rack, "feed " + std::string(name_of(side)) + (now_.supply[feed] == Supply::dead ? " has no power" : " lives on a battery"));
      }
      if (draw.method == LoadMethod::none) continue;
      const auto alone = served(draw, side == Feeds::a, side == Feeds::b).kw();
      const auto rating = chain_.elements()[feed].rating_kw();
      const bool worse =
          !state.surviving_kw || (rating && state.surviving_rating_kw ? alone / *rating > *state.surviving_share() : alone > *state.surviving_kw);
      if (worse) {
        state.surviving_kw = alone;
        state.surviving_rating_kw = rating;
      }
      if (rating && alone > *rating)
        lose_redundancy(rack, "alone, feed " + std::string(name_of(side)) + " would carry " + percent_of(alone, *rating));
      if (alone > out_.failover[feed].kw) out_.failover[feed] = {alone, chain_.feed(rack, side == Feeds::a ? Feeds::b : Feeds::a)};
    }
  }

  void lose_redundancy(std::size_t rack, std::string reason) {
    auto& state = out_.racks[rack];
    // What is lost is lost, whatever else nobody knows.
    if (state.state == Redundancy::unknown) state.reasons.clear();
    if (state.state == Redundancy::as_designed || state.state == Redundancy::unknown) state.state = Redundancy::lost;
    if (state.state == Redundancy::lost && state.reasons.size() < 8) state.reasons.push_back(std::move(reason));
  }

  void lose(std::size_t element) {
    const auto& name = chain_.elements()[element].name;
    std::vector<bool> lost(chain_.elements().size());
    lost[element] = true;
    const auto designed = flow(chain_, healthy_, lost);
    const auto by_design = dark_racks(chain_, design_, designed);
    single_point(element, designed);
    if (now_.supply[element] == Supply::dead) return;

    const auto end = cascade(chain_, seen_, now_, shown_, {element});
    // The first step is what the others must carry at once; what trips then relieves nobody of that.
    const auto first = end.steps.size() > 1 ? flow(chain_, seen_, lost) : end.then;
    for (std::size_t i = 0; i < chain_.elements().size(); ++i) {
      const double kw = i == element ? 0 : after_kw(i, now_, shown_, first);
      if (kw > out_.failover[i].kw * kSameLoad) out_.failover[i] = {kw, element};
    }
    if (end.steps.size() > 1) {
      out_.findings.push_back({FindingKind::overload, element, {}, "If " + name + " is lost: " + end.steps[1].text});
    }
    const auto dark = dark_racks(chain_, now_, end.then);
    Finding finding{FindingKind::redundancy_lost, element, {}, ""};
    for (std::size_t rack = 0; rack < dark.size(); ++rack) {
      if (!dark[rack] || by_design[rack] || out_.racks[rack].state == Redundancy::single_fed) continue;
      finding.racks.push_back(rack);
      lose_redundancy(rack, "the loss of " + name + " would leave it dark");
    }
    if (finding.racks.empty()) return;
    finding.text = "If " + name + " is lost, " + racks_text(chain_, finding.racks) + (finding.racks.size() == 1 ? " goes dark" : " go dark");
    out_.findings.push_back(std::move(finding));
  }

  // Racks with two feeds that have it on the way of both; where a battery holds, only for as long as it does.
  void single_point(std::size_t element, const PowerFlow& then) {
    Finding finding{FindingKind::single_point, element, {}, ""};
    bool held = true;
    for (std::size_t rack = 0; rack < chain_.racks().size(); ++rack) {
      const auto is = feeds_alive(chain_, then, rack);
      if (is.feeds < 2 || is.sustained > 0 || feeds_alive(chain_, design_, rack).sustained == 0) continue;
      finding.racks.push_back(rack);
      held = held && is.alive > 0;
    }
    if (finding.racks.empty()) return;
    finding.text = "By design both feeds of " + racks_text(chain_, finding.racks) + " hang on " + chain_.elements()[element].name +
                   (held ? "; when it is lost, batteries hold for their runtime" : "");
    out_.findings.push_back(std::move(finding));
  }

  const PowerChain& chain_;
  const PowerSeen& seen_;
  const PowerFlow& now_;
  const std::vector<ElementLoad>& shown_;
  PowerSeen healthy_;
  PowerFlow design_;
  std::vector<std::int32_t> unknown_;  // by element: the one on its way of which nobody knows whether it works; -1: none
  Sweep out_;
};

}  // namespace

Sweep sweep(const PowerChain& chain, const PowerSeen& seen, const PowerFlow& now, const std::vector<ElementLoad>& shown) {
  return Sweeper(chain, seen, now, shown).run();
}

}  // namespace dcim::core
