#include "core/power_chain.h"

#include <algorithm>

namespace dcim::core {
namespace {

using base::Error;

constexpr std::array kKindNames{"source", "generator", "switchboard", "transformer", "transfer-switch", "ups", "panel", "rack-feed", "load"};
constexpr std::array kLoadNames{"it", "cooling", "lighting", "other"};
constexpr std::array kMeasureNames{"power", "input_power", "energy", "current_l1", "current_l2", "current_l3"};

template <class Enum, class Names>
std::optional<Enum> from_name(const Names& names, std::string_view name) {
  const auto it = std::ranges::find(names, name);
  return it == names.end() ? std::nullopt : std::optional(static_cast<Enum>(it - names.begin()));
}

std::string field(std::size_t element, const char* key) { return std::to_string(element) + "/" + key; }

}  // namespace

std::string_view name_of(ElementKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
std::string_view name_of(LoadKind kind) { return kLoadNames[static_cast<std::size_t>(kind)]; }
std::string_view name_of(Measure measure) { return kMeasureNames[static_cast<std::size_t>(measure)]; }
std::optional<ElementKind> element_kind_from(std::string_view name) { return from_name<ElementKind>(kKindNames, name); }
std::optional<LoadKind> load_kind_from(std::string_view name) { return from_name<LoadKind>(kLoadNames, name); }

std::optional<double> PowerElement::rating_kw() const {
  if (rated_kw) return rated_kw;
  if (breaker_a) return phases * voltage_v * *breaker_a / 1000;
  return std::nullopt;
}

double PowerElement::loss_kw(double output_kw) const {
  const auto rating = rating_kw();
  const auto model = losses ? losses : kind == ElementKind::ups ? std::optional(kUsualUpsLosses) : std::nullopt;
  if (!model || !rating) return 0;
  const double x = output_kw / *rating;
  return *rating * (model->no_load + model->proportional * x + model->square * x * x);
}

base::Result<PowerChain> PowerChain::build(std::vector<PowerElement> elements, std::vector<RackCords> racks) {
  const auto count = elements.size();
  std::unordered_map<PowerElementId, std::uint32_t> given;
  for (std::size_t i = 0; i < count; ++i) given.emplace(elements[i].id, static_cast<std::uint32_t>(i));
  std::vector<std::vector<std::uint32_t>> below(count);
  std::vector<std::size_t> open(count);  // inputs that are not in the order yet
  for (std::size_t i = 0; i < count; ++i) {
    for (const auto id : elements[i].inputs) {
      const auto it = given.find(id);
      if (it == given.end()) return Error::invalid(field(i, "inputs"), "names an element that is not of the site");
      if (elements[it->second].kind == ElementKind::rack_feed || elements[it->second].kind == ElementKind::load) {
        return Error::invalid(field(i, "inputs"),
                              elements[it->second].name + " gives nothing on: it is a " + std::string(name_of(elements[it->second].kind)));
      }
      below[it->second].push_back(static_cast<std::uint32_t>(i));
    }
    open[i] = elements[i].inputs.size();
  }
  std::vector<std::uint32_t> order;
  for (std::size_t i = 0; i < count; ++i) {
    if (open[i] == 0) order.push_back(static_cast<std::uint32_t>(i));
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const auto child : below[order[next]]) {
      if (--open[child] == 0) order.push_back(child);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (open[i] > 0) return Error::invalid(field(i, "inputs"), elements[i].name + " would draw from itself: its inputs make a loop");
  }

  PowerChain out;
  std::vector<std::uint32_t> place(count);
  for (std::size_t at = 0; at < count; ++at) place[order[at]] = static_cast<std::uint32_t>(at);
  for (const auto was : order) {
    auto& element = elements[was];
    out.index_.emplace(element.id, static_cast<std::uint32_t>(out.elements_.size()));
    auto& inputs = out.inputs_.emplace_back();
    for (const auto id : element.inputs) inputs.push_back(place[given.at(id)]);
    auto& children = out.below_.emplace_back();
    for (const auto child : below[was]) children.push_back(place[child]);
    std::ranges::sort(children);
    out.elements_.push_back(std::move(element));
  }
  std::unordered_map<RackId, std::size_t> rack_index;
  for (std::size_t i = 0; i < racks.size(); ++i) rack_index.emplace(racks[i].rack, i);
  out.racks_ = std::move(racks);
  out.feeds_.assign(out.racks_.size(), {-1, -1});
  out.rack_of_.assign(count, -1);
  for (std::size_t at = 0; at < count; ++at) {
    const auto& element = out.elements_[at];
    if (element.kind != ElementKind::rack_feed) continue;
    const auto rack = rack_index.find(element.rack.value_or(RackId{}));
    if (rack == rack_index.end()) return Error::invalid(field(order[at], "rack"), "is not a rack of the site");
    auto& feed = out.feeds_[rack->second][element.side == Feeds::b ? 1 : 0];
    if (feed >= 0) {
      return Error::invalid(field(order[at], "side"), "the rack has a feed " + std::string(core::name_of(element.side)) +
                                                          " already: " + out.elements_[static_cast<std::size_t>(feed)].name);
    }
    feed = static_cast<std::int32_t>(at);
    out.rack_of_[at] = static_cast<std::int32_t>(rack->second);
  }
  return out;
}

std::optional<std::size_t> PowerChain::find(PowerElementId id) const {
  const auto it = index_.find(id);
  return it == index_.end() ? std::nullopt : std::optional<std::size_t>(it->second);
}

std::optional<std::size_t> PowerChain::feed(std::size_t rack, Feeds side) const {
  const auto at = feeds_[rack][side == Feeds::b ? 1 : 0];
  return at < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(at));
}

std::optional<std::size_t> PowerChain::rack_of(std::size_t element) const {
  const auto at = rack_of_[element];
  return at < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(at));
}

}  // namespace dcim::core
