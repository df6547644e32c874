#include "core/capacity_history.h"

#include <algorithm>
#include <set>

namespace dcim::core {
namespace {

// The racks with what stands in them, each counted again only after something in it has changed.
class Racks {
 public:
  Racks(const std::map<RackId, int>& heights, const std::map<DeviceId, RackSlot>& now) {
    for (const auto& [id, height] : heights) racks_[id].height_u = std::clamp(height, 1, kTallestRackU);
    for (const auto& [device, place] : now) put(device, place);
  }

  void put(DeviceId device, const std::optional<RackSlot>& place) {
    if (const auto at = where_.find(device); at != where_.end()) {
      auto& left = racks_.at(at->second);
      left.slots.erase(device);
      changed_.insert(at->second);
      where_.erase(at);
    }
    const auto rack = place ? racks_.find(place->rack) : racks_.end();
    if (rack == racks_.end()) return;
    rack->second.slots[device] = place->slot;
    where_[device] = place->rack;
    changed_.insert(place->rack);
  }

  int used() {
    for (const auto id : changed_) {
      auto& rack = racks_.at(id);
      RackSpace space(rack.height_u);
      for (const auto& [device, slot] : rack.slots) space.take(slot, SpaceUse::used);
      const int now = space.count().used;
      used_ += now - rack.used;
      rack.used = now;
    }
    changed_.clear();
    return used_;
  }

 private:
  struct One {
    int height_u = 0;
    int used = 0;
    std::map<DeviceId, Slot> slots;
  };
  std::map<RackId, One> racks_;
  std::map<DeviceId, RackId> where_;
  std::set<RackId> changed_;
  int used_ = 0;
};

}  // namespace

std::vector<DayFigure> used_u_by_day(const std::map<RackId, int>& heights, std::map<DeviceId, RackSlot> now, const std::vector<SlotChange>& changes,
                                     Day first, Day today) {
  Racks racks(heights, now);
  std::vector<DayFigure> out;
  auto change = changes.begin();
  for (auto day = today; day >= first; day -= std::chrono::days(1)) {
    for (; day != today && change != changes.end() && change->ts >= day + std::chrono::days(1); ++change) racks.put(change->device, change->before);
    out.push_back({day, static_cast<double>(racks.used())});
  }
  std::ranges::reverse(out);
  return out;
}

}  // namespace dcim::core
