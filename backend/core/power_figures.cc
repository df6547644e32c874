#include "core/power_figures.h"

#include <algorithm>

namespace dcim::core {
namespace {

PowerTerm constant(std::string label, double value, std::string unit = "") {
  PowerTerm out;
  out.label = std::move(label);
  out.value = value;
  out.unit = std::move(unit);
  return out;
}

PowerTerm unknown(std::string label, std::string why, std::string unit = "kW") {
  PowerTerm out;
  out.label = std::move(label);
  out.unit = std::move(unit);
  out.used = false;
  out.why_not = std::move(why);
  return out;
}

// With its value reckoned, and the oldest moment of what is in it.
PowerTerm made(std::string label, TermOp op, std::string unit, std::vector<PowerTerm> terms) {
  PowerTerm out;
  out.label = std::move(label);
  out.op = op;
  out.unit = std::move(unit);
  out.terms = std::move(terms);
  out.value = reckon(out);
  for (const auto& term : out.terms) {
    if (term.used && term.ts) out.ts = out.ts ? std::min(*out.ts, *term.ts) : *term.ts;
  }
  if (!out.value) {
    out.used = false;
    const auto missing = std::ranges::find_if(out.terms, [](const PowerTerm& term) { return !term.used; });
    out.why_not = missing == out.terms.end() ? "there is nothing to make it of" : missing->label + ": " + missing->why_not.value_or("not known");
  }
  return out;
}

PowerTerm reading(const PowerSite& s, const Sensor& sensor) {
  PowerTerm out;
  out.label = sensor.device + " " + sensor.name;
  out.op = TermOp::reading;
  out.unit = "kW";
  out.sensor = sensor.id;
  const auto* found = usable(s.latest, sensor, s.now);
  if (found) {
    out.value = in_kw(sensor, found->value);
    out.ts = found->ts;
    return out;
  }
  out.used = false;
  const auto it = s.latest.find(sensor.id);
  out.why_not = it == s.latest.end()                 ? "it has never said anything"
                : it->second.quality == Quality::bad ? "what it says cannot be"
                                                     : "silent since " + base::to_rfc3339(it->second.ts);
  if (it != s.latest.end()) out.ts = it->second.ts;
  return out;
}

PowerTerm reading(const PowerSite& s, const std::optional<SensorId>& id, std::string label) {
  const auto* sensor = id ? s.inventory.sensor(*id) : nullptr;
  if (!sensor) return unknown(std::move(label), "nothing measures it");
  auto out = reading(s, *sensor);
  return out;
}

// Meters side by side. A part of them is no figure of the whole: it is a bound.
PowerFigure sum_figure(const PowerSite& s, std::string label, std::string method, const std::vector<const Sensor*>& sensors) {
  PowerFigure out;
  out.method = std::move(method);
  out.expected = static_cast<int>(sensors.size());
  std::vector<PowerTerm> terms;
  double lower = 0, silent_most = 0;  // the most that the silent may draw
  bool bounded = true;
  for (const auto* sensor : sensors) {
    terms.push_back(reading(s, *sensor));
    if (terms.back().used) {
      ++out.reporting;
      lower += *terms.back().value;
      continue;
    }
    const auto* rack = sensor->rack_id ? s.inventory.rack(*sensor->rack_id) : nullptr;
    bounded = bounded && rack && rack->rated_power_kw;
    if (bounded) silent_most += *rack->rated_power_kw;
  }
  out.tree = made(std::move(label), TermOp::sum, "kW", std::move(terms));
  if (out.expected == 0) {
    out.tree.used = false;
    out.tree.why_not = "nothing measures it";
    return out;
  }
  out.lower_kw = lower;
  if (bounded) out.upper_kw = lower + silent_most;
  if (out.reporting < out.expected) {
    out.tree.used = false;
    out.tree.value.reset();
    out.tree.why_not = std::to_string(out.expected - out.reporting) + " of " + std::to_string(out.expected) + " meters are silent";
  }
  return out;
}

struct ItFigure {
  PowerFigure figure;
  int category = 0;
};

ItFigure it_figure(const PowerSite& s) {
  const auto ways = it_power_of(s.inventory, s.site);
  std::optional<ItFigure> best;
  for (const auto& way : ways) {
    ItFigure figure{sum_figure(s, "IT", "measured at " + way.where, way.sensors), way.category};
    if (figure.figure.tree.used) return figure;
    if (!best) best = std::move(figure);
  }
  return best ? std::move(*best) : ItFigure{sum_figure(s, "IT", "nothing measures IT power", {})};
}

PowerFigure cooling_figure(const PowerSite& s) {
  const auto plant = sensors_of_kind(s.inventory, s.site, "cooling-plant-power");
  if (!plant.empty()) {
    auto figure = sum_figure(s, "Cooling", "meter of the cooling plant", plant);
    if (figure.tree.used) return figure;
  }
  return sum_figure(s, "Cooling", "sum of the cooling units", sensors_of_kind(s.inventory, s.site, "cooling-power"));
}

// What is lost in the UPSs and other elements with a meter on both sides, or by their loss model; and between the UPSs and the racks.
struct Losses {
  PowerFigure figure;
  std::vector<PowerStage> stages;
};

// A part of a sum is no figure of the whole: without one of its terms it is not known, and `lower` takes what is.
PowerTerm whole_sum(std::string label, std::vector<PowerTerm> terms, double& lower) {
  auto out = made(std::move(label), TermOp::sum, "kW", std::move(terms));
  const auto missing = std::ranges::find(out.terms, false, &PowerTerm::used);
  if (missing == out.terms.end()) return out;
  lower += out.value.value_or(0);
  out.why_not = missing->label + ": " + missing->why_not.value_or("not known");
  out.value.reset();
  out.used = false;
  return out;
}

PowerTerm loss_of(const PowerSite& s, std::size_t i, PowerStage& stage) {
  const auto& element = s.chain.elements()[i];
  ++stage.expected;
  auto in = reading(s, element.sensor(Measure::input_power), element.name + " input");
  auto out = reading(s, element.sensor(Measure::power), element.name + " output");
  // On its battery it draws nothing: what is lost then comes from the battery.
  if (in.used && out.used && !s.seen.elements[i].input_lost) {
    ++stage.reporting;
    stage.in_kw = stage.in_kw.value_or(0) + *in.value;
    stage.out_kw = stage.out_kw.value_or(0) + *out.value;
    return made(element.name, TermOp::difference, "kW", {std::move(in), std::move(out)});
  }
  if (!element.rating_kw() || (!out.used && s.flow.load_kw[i] <= 0)) return unknown(element.name, "neither measured nor rated");
  stage.measured = false;
  const double kw = out.used ? *out.value : s.flow.load_kw[i];
  stage.out_kw = stage.out_kw.value_or(0) + kw;
  stage.in_kw = stage.in_kw.value_or(0) + kw + element.loss_kw(kw);
  return constant(element.name + ", by its loss model", element.loss_kw(kw), "kW");
}

// `it_at_ups`: IT is metered at the UPSs' output, so that what is lost behind them counts as IT.
Losses losses_of(const PowerSite& s, bool it_at_ups) {
  Losses out;
  double lower = 0;  // what is known of a sum that lacks a part
  std::vector<PowerTerm> terms;
  for (const auto kind : {ElementKind::transformer, ElementKind::ups}) {
    PowerStage stage{kind == ElementKind::ups ? "UPS" : "Transformer", {}, {}, {}, true, 0, 0};
    std::vector<PowerTerm> parts;
    for (std::size_t i = 0; i < s.chain.elements().size(); ++i) {
      if (s.chain.elements()[i].kind == kind) parts.push_back(loss_of(s, i, stage));
    }
    if (parts.empty()) continue;
    terms.push_back(whole_sum(stage.stage, std::move(parts), lower));
    stage.loss_kw = terms.back().value;
    out.figure.reporting += stage.reporting;
    out.figure.expected += stage.expected;
    out.stages.push_back(std::move(stage));
  }
  // Distribution: what the UPSs give on and the rack feeds do not take, where all of them are metered and hang on UPSs alone.
  PowerStage stage{"Distribution", {}, {}, {}, true, 0, 0};
  std::vector<PowerTerm> upses, feeds;
  bool whole = true;
  for (std::size_t i = 0; i < s.chain.elements().size(); ++i) {
    const auto& element = s.chain.elements()[i];
    if (element.kind != ElementKind::ups && element.kind != ElementKind::rack_feed) continue;
    ++stage.expected;
    auto term = reading(s, element.sensor(Measure::power), element.name);
    stage.reporting += term.used ? 1 : 0;
    whole = whole && term.used;
    (element.kind == ElementKind::ups ? upses : feeds).push_back(std::move(term));
  }
  if (!upses.empty() && !feeds.empty() && !it_at_ups) {
    auto in = made("UPS output", TermOp::sum, "kW", std::move(upses)), taken = made("Rack feeds", TermOp::sum, "kW", std::move(feeds));
    if (whole) {
      stage.in_kw = in.value;
      stage.out_kw = taken.value;
      // Meters are read at different moments: a little less than nothing is nothing.
      auto difference = made("UPS output less rack feeds", TermOp::difference, "kW", {std::move(in), std::move(taken)});
      terms.push_back(made("Distribution", TermOp::maximum, "kW", {std::move(difference), constant("nothing", 0, "kW")}));
    } else {
      terms.push_back(unknown("Distribution", "not all UPS outputs and rack feeds are measured"));
    }
    stage.loss_kw = terms.back().value;
    out.stages.push_back(std::move(stage));
  }
  out.figure.method = "sum of the stages";
  // A site without a chain may have a meter for it.
  if (terms.empty()) {
    for (const auto* sensor : sensors_of_kind(s.inventory, s.site, "ups-loss")) terms.push_back(reading(s, *sensor));
    out.figure.expected = static_cast<int>(terms.size());
    out.figure.reporting = static_cast<int>(std::ranges::count(terms, true, &PowerTerm::used));
    out.figure.method = "losses that the UPSs report";
  }
  out.figure.tree = whole_sum("Losses", std::move(terms), lower);
  out.figure.lower_kw = out.figure.tree.value ? out.figure.tree.value : std::optional(lower);
  return out;
}

// What one feed carries when the other is lost: as served() says, spelled out.
PowerTerm surviving_term(const PowerSite& s, std::size_t rack, Feeds side) {
  const auto& chain = s.chain;
  const auto& mine = chain.elements()[*chain.feed(rack, side)];
  const auto& other = chain.elements()[*chain.feed(rack, side == Feeds::a ? Feeds::b : Feeds::a)];
  const auto& cords = chain.racks()[rack];
  double expected = 0;
  for (const double kw : cords.expected_kw) expected += kw;
  const double alone = expected > 0 ? cords.expected_kw[static_cast<std::size_t>(other.side)] / expected : 0;
  const auto feed = [&](const PowerElement& element) { return reading(s, element.sensor(Measure::power), element.name); };
  auto both = made("Rack " + cords.name, TermOp::sum, "kW", {feed(mine), feed(other)});
  const std::string letter(name_of(other.side));
  auto share = made("Share of devices on " + letter + " alone", TermOp::product, "kW", {both, constant("by what they typically draw", alone)});
  auto dark = made("Lost with feed " + letter, TermOp::minimum, "kW", {std::move(share), feed(other)});
  return made("Feed " + std::string(name_of(mine.side)) + " when " + letter + " is lost", TermOp::difference, "kW",
              {std::move(both), std::move(dark)});
}

}  // namespace

std::string_view name_of(TermOp op) {
  constexpr std::array kNames{"quotient", "sum", "difference", "product", "minimum", "maximum", "reading", "constant"};
  return kNames[static_cast<std::size_t>(op)];
}

std::optional<double> reckon(const PowerTerm& term) {
  if (term.op == TermOp::reading || term.op == TermOp::constant) return term.value;
  const bool all_needed = term.op == TermOp::quotient || term.op == TermOp::difference || term.op == TermOp::product;
  std::optional<double> out;
  for (const auto& each : term.terms) {
    if (!each.used || !each.value) {
      if (all_needed) return std::nullopt;
      continue;
    }
    const double value = *each.value;
    if (!out) {
      out = value;
    } else if (term.op == TermOp::quotient) {
      if (value == 0) return std::nullopt;
      out = *out / value;
    } else if (term.op == TermOp::difference) {
      out = *out - value;
    } else if (term.op == TermOp::product) {
      out = *out * value;
    } else if (term.op == TermOp::sum) {
      out = *out + value;
    } else {
      out = term.op == TermOp::minimum ? std::min(*out, value) : std::max(*out, value);
    }
  }
  return out;
}

PowerFigures power_figures(const PowerSite& s) {
  PowerFigures out;
  out.facility = sum_figure(s, "Facility", "sum of the incomers", sensors_of_kind(s.inventory, s.site, "facility-power"));
  auto it = it_figure(s);
  out.it = std::move(it.figure);
  out.cooling = cooling_figure(s);
  auto losses = losses_of(s, it.category == 1);
  out.losses = std::move(losses.figure);
  out.stages = std::move(losses.stages);
  out.other.method = "what is left of the facility";
  out.other.tree = made("Other", TermOp::difference, "kW", {out.facility.tree, out.it.tree, out.cooling.tree, out.losses.tree});
  for (const auto* part : {&out.facility, &out.it, &out.cooling, &out.losses}) {
    out.other.reporting += part->reporting;
    out.other.expected += part->expected;
  }
  // The incomer is at least what is known below it.
  const double below = out.it.lower_kw.value_or(0) + out.cooling.lower_kw.value_or(0) + out.losses.lower_kw.value_or(0);
  if (!out.facility.tree.value) out.facility.lower_kw = std::max(out.facility.lower_kw.value_or(0), below);

  out.pue = pue(s.inventory, s.site, s.latest, s.now);
  out.pue_tree = made("PUE", TermOp::quotient, "", {out.facility.tree, out.it.tree});
  if (!out.pue.value) {
    out.pue_tree.value.reset();
    out.pue_tree.used = false;
    if (out.pue.note) out.pue_tree.why_not = out.pue.note;
  }
  const auto facility_low = out.facility.lower_kw, facility_high = out.facility.upper_kw ? out.facility.upper_kw : out.facility.tree.value;
  const auto it_low = out.it.lower_kw, it_high = out.it.upper_kw ? out.it.upper_kw : out.it.tree.value;
  if (facility_low && it_high && *it_high > 0) out.pue_lower = std::max(1.0, *facility_low / *it_high);
  if (facility_high && it_low && *it_low > 0) out.pue_upper = std::max(1.0, *facility_high / *it_low);
  return out;
}

PowerTerm rack_load_tree(const PowerSite& s, std::size_t rack) {
  const auto& cords = s.chain.racks()[rack];
  std::vector<PowerTerm> parts;
  for (const auto side : {Feeds::a, Feeds::b}) {
    const auto feed = s.chain.feed(rack, side);
    if (feed && s.chain.elements()[*feed].sensor(Measure::power)) {
      parts.push_back(reading(s, s.chain.elements()[*feed].sensor(Measure::power), s.chain.elements()[*feed].name));
    }
  }
  const bool by_feed = !parts.empty() && std::ranges::all_of(parts, &PowerTerm::used);
  auto load = by_feed ? made("Rack " + cords.name, TermOp::sum, "kW", std::move(parts)) : reading(s, cords.power_sensor, "Rack " + cords.name);
  auto rating = cords.rated_kw ? constant("Rated", *cords.rated_kw, "kW") : unknown("Rated", "nobody has said what the rack may draw");
  auto share = made("Load over rating", TermOp::quotient, "", {std::move(load), std::move(rating)});
  return made("Rack load", TermOp::product, "%", {std::move(share), constant("in percent", 100)});
}

PowerTerm surviving_feed_tree(const PowerSite& s, std::size_t rack) {
  if (!s.chain.feed(rack, Feeds::a) || !s.chain.feed(rack, Feeds::b)) {
    return unknown("Surviving feed load", "the rack has not two feeds", "%");
  }
  std::vector<PowerTerm> sides;
  for (const auto side : {Feeds::a, Feeds::b}) {
    const auto rated = s.chain.elements()[*s.chain.feed(rack, side)].rating_kw();
    auto rating =
        rated ? constant("Rating of feed " + std::string(name_of(side)), *rated, "kW") : unknown("Rating", "nobody has said what the feed may carry");
    sides.push_back(made("Feed " + std::string(name_of(side)), TermOp::quotient, "", {surviving_term(s, rack, side), std::move(rating)}));
  }
  auto worse = made("The worse feed", TermOp::maximum, "", std::move(sides));
  return made("Surviving feed load", TermOp::product, "%", {std::move(worse), constant("in percent", 100)});
}

}  // namespace dcim::core
