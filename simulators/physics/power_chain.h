// The way of the power from its sources to where it is drawn: which elements give power on, from which of their inputs, and through which UPS.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace dcim::physics {

struct ChainElement {
  std::vector<std::size_t> inputs;  // by preference, each before the element itself in the chain; none: the power comes from here
  bool battery = false;             // a UPS: it gives power on while its inputs are dead
};

/// Every element draws from the first of its inputs that gives power, and moves over at once.
class PowerChain {
 public:
  explicit PowerChain(std::vector<ChainElement> elements);

  /// It gives nothing on, whatever feeds it: it has failed, or its battery is empty.
  void set_off(std::size_t element, bool off);

  /// Power comes to it.
  bool fed(std::size_t element) const { return now_[element].fed; }
  /// Power comes out of it.
  bool gives(std::size_t element) const { return now_[element].gives; }
  /// The one that it draws from; nothing when all are dead, and for a source.
  std::optional<std::size_t> input(std::size_t element) const { return now_[element].input; }
  /// The nearest UPS before it on the way of its power.
  std::optional<std::size_t> ups(std::size_t element) const { return now_[element].ups; }

 private:
  struct State {
    bool off = false, fed = true, gives = true;
    std::optional<std::size_t> input, ups;
  };
  void update();

  std::vector<ChainElement> elements_;
  std::vector<State> now_;
};

}  // namespace dcim::physics
