// How many U were taken on past days: what stands where now, and every change undone, the newest first. Pure.
#pragma once

#include <map>

#include "core/forecast.h"
#include "core/rack_space.h"

namespace dcim::core {

struct RackSlot {
  RackId rack;
  Slot slot;
  bool operator==(const RackSlot&) const = default;
};

/// A device came, went or moved; what it had before.
struct SlotChange {
  base::Timestamp ts;
  DeviceId device;
  std::optional<RackSlot> before;
};

/// Taken U at the end of each day from `first` to `today` (UTC; of today: now), of the racks that `heights` names. `changes` newest first, all since
/// `first`.
std::vector<DayFigure> used_u_by_day(const std::map<RackId, int>& heights, std::map<DeviceId, RackSlot> now, const std::vector<SlotChange>& changes,
                                     Day first, Day today);

}  // namespace dcim::core
