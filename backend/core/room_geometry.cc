#include "core/room_geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dcim::core {
namespace {

constexpr double kTolerance_m = 0.001;

struct Axes {
  Point right, down;  // of the rack: along its width, and out of its front
};

// Quarter turns exactly, so that racks that touch do not overlap by a rounding error.
Axes axes_of(double rotation_deg) {
  const double quarters = rotation_deg / 90;
  if (quarters == std::floor(quarters)) {
    constexpr std::array<double, 4> kCos{1, 0, -1, 0}, kSin{0, 1, 0, -1};
    const auto i = static_cast<std::size_t>(quarters) % 4;
    return {{kCos[i], kSin[i]}, {-kSin[i], kCos[i]}};
  }
  const double angle = rotation_deg * std::numbers::pi / 180;
  return {{std::cos(angle), std::sin(angle)}, {-std::sin(angle), std::cos(angle)}};
}

double dot(Point a, Point b) { return a.x_m * b.x_m + a.y_m * b.y_m; }

// How far the rectangle reaches from its middle along the axis.
double reach(const Placement& p, const Axes& axes, Point axis) {
  return std::abs(dot(axes.right, axis)) * p.width_m / 2 + std::abs(dot(axes.down, axis)) * p.depth_m / 2;
}

// "outside" by more than the tolerance.
bool inside(Point p, double width_m, double depth_m) {
  return p.x_m >= -kTolerance_m && p.y_m >= -kTolerance_m && p.x_m <= width_m + kTolerance_m && p.y_m <= depth_m + kTolerance_m;
}

bool inside(const Placement& placement, const RoomPlan& plan) {
  return std::ranges::all_of(corners_of(placement), [&](Point p) { return inside(p, plan.width_m, plan.depth_m); });
}

bool inside(const Aisle& a, const RoomPlan& plan) {
  return inside({a.x_m - a.width_m / 2, a.y_m - a.depth_m / 2}, plan.width_m, plan.depth_m) &&
         inside({a.x_m + a.width_m / 2, a.y_m + a.depth_m / 2}, plan.width_m, plan.depth_m);
}

std::string placement_of(const std::string& pointer, const std::string& otherwise) { return pointer.empty() ? otherwise : pointer + "/placement"; }

std::string name_of(const RoomContents& contents, RackId id) {
  const auto it = std::ranges::find(contents.racks, id, &RoomContents::Rack::id);
  return it == contents.racks.end() ? "a rack" : it->name;
}

struct Span {
  double from, to;
  const PlanRack* rack;
};

}  // namespace

std::array<Point, 4> corners_of(const Placement& p) {
  const auto [right, down] = axes_of(p.rotation_deg);
  std::array<Point, 4> out;
  std::size_t i = 0;
  for (const auto& [w, d] : {std::pair{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}}) {
    out[i++] = {p.x_m + right.x_m * w * p.width_m + down.x_m * d * p.depth_m, p.y_m + right.y_m * w * p.width_m + down.y_m * d * p.depth_m};
  }
  return out;
}

bool overlap(const Placement& a, const Placement& b) {
  const auto of_a = axes_of(a.rotation_deg), of_b = axes_of(b.rotation_deg);
  const Point apart{b.x_m - a.x_m, b.y_m - a.y_m};
  // Two rectangles are apart when they are so along a side of one of them.
  return std::ranges::all_of(std::array{of_a.right, of_a.down, of_b.right, of_b.down},
                             [&](Point axis) { return std::abs(dot(apart, axis)) < reach(a, of_a, axis) + reach(b, of_b, axis) - kTolerance_m; });
}

Point before(const Placement& p, double distance_m) {
  const auto down = axes_of(p.rotation_deg).down;
  const double d = distance_m < 0 ? distance_m - p.depth_m / 2 : distance_m + p.depth_m / 2;
  return {p.x_m + down.x_m * d, p.y_m + down.y_m * d};
}

bool contains(const Aisle& aisle, Point p) {
  return std::abs(p.x_m - aisle.x_m) <= aisle.width_m / 2 + kTolerance_m && std::abs(p.y_m - aisle.y_m) <= aisle.depth_m / 2 + kTolerance_m;
}

base::Result<void> check_geometry(const RoomPlan& plan, const RoomContents& contents, const std::string& otherwise) {
  using base::Error;
  for (std::size_t i = 0; i < plan.aisles.size(); ++i) {
    if (!inside(plan.aisles[i], plan)) return Error::invalid(otherwise + "/aisles/" + std::to_string(i), "lies outside of the room");
  }
  for (const auto& unit : plan.units) {
    if (unit.placement && !inside(*unit.placement, plan)) return Error::invalid(placement_of(unit.pointer, otherwise), "lies outside of the room");
  }
  std::vector<Span> spans;
  for (const auto& rack : plan.racks) {
    if (!rack.placement) continue;
    if (!inside(*rack.placement, plan)) {
      return Error::invalid(placement_of(rack.pointer, otherwise), name_of(contents, rack.id) + " lies outside of the room");
    }
    const auto corners = corners_of(*rack.placement);
    const auto [low, high] = std::ranges::minmax(corners, {}, &Point::x_m);
    spans.push_back({low.x_m, high.x_m, &rack});
  }
  // From left to right: only those whose spans meet are looked at.
  std::ranges::sort(spans, {}, &Span::from);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    for (std::size_t j = i + 1; j < spans.size() && spans[j].from < spans[i].to; ++j) {
      const auto *a = spans[i].rack, *b = spans[j].rack;
      if (!overlap(*a->placement, *b->placement)) continue;
      if (b->pointer.empty() || (!a->pointer.empty() && a > b)) std::swap(a, b);  // the one that comes later in the document is named
      return Error::invalid(placement_of(b->pointer, otherwise), name_of(contents, b->id) + " stands where " + name_of(contents, a->id) + " stands");
    }
  }
  return {};
}

}  // namespace dcim::core
