// Which part of a rack holds what. A U has four quarters: front and rear, left and right. What stands there takes some of them in a run of U; a U is
// free only when nothing is in any of them, so that a full-depth, full-width device fits.
#pragma once

#include <array>
#include <cstdint>

#include "core/assets.h"

namespace dcim::core {

inline constexpr int kTallestRackU = 100;

/// U `u` to `u + height_u - 1`; U 1 is the lowest.
struct Slot {
  int u = 1;
  int height_u = 1;
  Face face = Face::both;
  Side side = Side::full;
  bool operator==(const Slot&) const = default;
};

/// The stronger use of a U is the one it counts as: used before reserved before blocked.
enum class SpaceUse : std::uint8_t { free, blocked, reserved, used };

struct SpaceCount {
  int total = 0, used = 0, reserved = 0, blocked = 0, free = 0;
  int largest_free_block = 0;  // in a sum, the largest of any rack
  bool operator==(const SpaceCount&) const = default;
  void add(const SpaceCount& rack);
};

class RackSpace {
 public:
  /// 1 to kTallestRackU.
  explicit RackSpace(int height_u) : height_u_(height_u) {}

  int height_u() const { return height_u_; }
  /// Within the rack, and all its quarters are empty.
  bool fits(const Slot& slot) const;
  /// What reaches beyond the rack is left out; who took a quarter before stays there.
  void take(const Slot& slot, SpaceUse use);
  /// All four quarters of the U are empty.
  bool empty(int u) const { return quarters_[static_cast<std::size_t>(u)] == 0; }
  SpaceCount count() const;
  /// By U, how long the run of empty ones is that it is in; 0 when it is not empty.
  using Runs = std::array<std::uint8_t, kTallestRackU + 1>;
  Runs runs() const;

 private:
  int height_u_;
  std::array<std::uint8_t, kTallestRackU + 1> quarters_{};  // by U
  std::array<SpaceUse, kTallestRackU + 1> use_{};
};

}  // namespace dcim::core
