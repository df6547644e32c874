#include "core/rack_space.h"

#include <algorithm>

namespace dcim::core {
namespace {

// Front-left 1, front-right 2, rear-left 4, rear-right 8.
std::uint8_t quarters_of(const Slot& slot) {
  const unsigned sides = slot.side == Side::left ? 1 : slot.side == Side::right ? 2 : 3;
  return static_cast<std::uint8_t>((slot.face == Face::rear ? 0 : sides) | (slot.face == Face::front ? 0 : sides << 2U));
}

}  // namespace

void SpaceCount::add(const SpaceCount& rack) {
  total += rack.total;
  used += rack.used;
  reserved += rack.reserved;
  blocked += rack.blocked;
  free += rack.free;
  largest_free_block = std::max(largest_free_block, rack.largest_free_block);
}

bool RackSpace::fits(const Slot& slot) const {
  if (slot.u < 1 || slot.height_u < 1 || slot.u + slot.height_u - 1 > height_u_) return false;
  const auto wanted = quarters_of(slot);
  for (int u = slot.u; u < slot.u + slot.height_u; ++u) {
    if (quarters_[static_cast<std::size_t>(u)] & wanted) return false;
  }
  return true;
}

void RackSpace::take(const Slot& slot, SpaceUse use) {
  for (int u = std::max(slot.u, 1); u < slot.u + slot.height_u && u <= height_u_; ++u) {
    const auto at = static_cast<std::size_t>(u);
    quarters_[at] |= quarters_of(slot);
    use_[at] = std::max(use_[at], use);
  }
}

SpaceCount RackSpace::count() const {
  SpaceCount out;
  out.total = height_u_;
  int run = 0;
  for (int u = 1; u <= height_u_; ++u) {
    run = empty(u) ? run + 1 : 0;
    out.largest_free_block = std::max(out.largest_free_block, run);
    switch (use_[static_cast<std::size_t>(u)]) {
      case SpaceUse::free: ++out.free; break;
      case SpaceUse::blocked: ++out.blocked; break;
      case SpaceUse::reserved: ++out.reserved; break;
      case SpaceUse::used: ++out.used; break;
    }
  }
  return out;
}

RackSpace::Runs RackSpace::runs() const {
  Runs out{};
  for (int u = 1, first = 1; u <= height_u_; ++u) {
    if (!empty(u)) {
      first = u + 1;
    } else if (u == height_u_ || !empty(u + 1)) {
      std::fill(out.begin() + first, out.begin() + u + 1, static_cast<std::uint8_t>(u - first + 1));
    }
  }
  return out;
}

}  // namespace dcim::core
