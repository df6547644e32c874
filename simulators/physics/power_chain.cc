#include "simulators/physics/power_chain.h"

#include <algorithm>
#include <cassert>

namespace dcim::physics {

PowerChain::PowerChain(std::vector<ChainElement> elements) : elements_(std::move(elements)), now_(elements_.size()) { update(); }

void PowerChain::set_off(std::size_t element, bool off) {
  if (now_[element].off == off) return;
  now_[element].off = off;
  update();
}

void PowerChain::update() {
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    const auto& inputs = elements_[i].inputs;
    assert(std::ranges::all_of(inputs, [i](auto input) { return input < i; }));
    const auto from = std::ranges::find_if(inputs, [this](auto input) { return now_[input].gives; });
    State state{.off = now_[i].off, .fed = inputs.empty() || from != inputs.end()};
    state.gives = !state.off && (state.fed || elements_[i].battery);
    if (from != inputs.end()) {
      state.input = *from;
      state.ups = elements_[*from].battery ? *from : now_[*from].ups;
    }
    now_[i] = state;
  }
}

}  // namespace dcim::physics
