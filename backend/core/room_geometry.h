// Rectangles on the floor, turned by any angle: where their corners are, whether two overlap, what lies before a rack.
#pragma once

#include <array>

#include "core/room_plan.h"

namespace dcim::core {

struct Point {
  double x_m = 0, y_m = 0;
};

std::array<Point, 4> corners_of(const Placement& placement);
/// By more than a millimetre: racks stand side by side.
bool overlap(const Placement& a, const Placement& b);
/// A point so far before the middle of the front; a negative distance: behind the rear.
Point before(const Placement& placement, double distance_m);
bool contains(const Aisle& aisle, Point point);

}  // namespace dcim::core
