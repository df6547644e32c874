// The plan of a room that nobody has drawn.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/room_plan.h"

namespace dcim::core {
namespace {

constexpr double kAisle_m = 1.2;
constexpr double kWall_m = 1.2;           // free along the walls
constexpr double kCoolingWall_m = 2.4;    // where cooling units stand
constexpr double kSmallest_m = 4.8;       // no room is shown smaller
constexpr std::size_t kShortestRow = 10;  // racks; larger rooms get rows so long that they are about 3 : 2
constexpr double kUnitPitch_m = 1.2;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "A" of A01: the row that the name speaks of.
std::string row_of(const RoomContents::Rack& rack) {
  if (rack.row) return *rack.row;
  const auto end = std::ranges::find_if(rack.name, is_digit);
  return {rack.name.begin(), end};
}

// A2 before A10.
bool before_by_name(const RoomContents::Rack* a, const RoomContents::Rack* b) {
  return std::pair{a->name.size(), a->name} < std::pair{b->name.size(), b->name};
}

struct Row {
  std::string name;
  std::vector<const RoomContents::Rack*> racks;
};

std::vector<Row> rows_of(const RoomContents& contents) {
  std::map<std::string, std::vector<const RoomContents::Rack*>> named;
  for (const auto& rack : contents.racks) named[row_of(rack)].push_back(&rack);
  const auto longest = std::max(kShortestRow, static_cast<std::size_t>(std::ceil(2.4 * std::sqrt(static_cast<double>(contents.racks.size())))));
  std::vector<Row> out;
  for (auto& [name, racks] : named) {
    std::ranges::stable_sort(racks, before_by_name);
    for (std::size_t i = 0; i < racks.size(); i += longest) {
      const auto end = std::min(i + longest, racks.size());
      out.push_back({name, {racks.begin() + static_cast<std::ptrdiff_t>(i), racks.begin() + static_cast<std::ptrdiff_t>(end)}});
    }
  }
  return out;
}

// Cooling units at the left and the right wall in turn, evenly; all else in lines along the lower wall.
void place_units(const RoomContents& contents, RoomPlan& plan) {
  std::vector<const RoomContents::Unit*> cooling, others;
  for (const auto& unit : contents.units) (unit.type == "crac" ? cooling : others).push_back(&unit);
  const auto at_left = (cooling.size() + 1) / 2;
  plan.depth_m = std::max(plan.depth_m, static_cast<double>(at_left + 1) * 1.5);
  const auto in_line = static_cast<std::size_t>(std::max(1.0, std::floor((plan.width_m - 2 * kWall_m) / kUnitPitch_m)));
  const auto lines = (others.size() + in_line - 1) / in_line;
  if (lines > 1) plan.depth_m += static_cast<double>(lines - 1) * kUnitPitch_m;

  for (std::size_t i = 0; i < cooling.size(); ++i) {
    auto placement = usual_size(cooling[i]->type);
    const bool left = i % 2 == 0;
    const auto there = left ? at_left : cooling.size() - at_left;
    placement.rotation_deg = left ? 270 : 90;
    placement.x_m = left ? 0.6 : plan.width_m - 0.6;
    placement.y_m = plan.depth_m * static_cast<double>(i / 2 + 1) / static_cast<double>(there + 1);
    plan.units.push_back({cooling[i]->id, placement, {}, {}});
  }
  for (std::size_t i = 0; i < others.size(); ++i) {
    auto placement = usual_size(others[i]->type);
    placement.x_m = kWall_m + kUnitPitch_m * (static_cast<double>(i % in_line) + 0.5);
    placement.y_m = plan.depth_m - 0.55 - kUnitPitch_m * static_cast<double>(i / in_line);
    plan.units.push_back({others[i]->id, placement, {}, {}});
  }
}

}  // namespace

Placement usual_size(std::string_view device_type) {
  if (device_type == "crac") return {0, 0, 0, 1.2, 0.9};
  if (device_type == "ups" || device_type == "battery-monitor") return {0, 0, 0, 0.8, 0.8};
  if (device_type == "pdu") return {0, 0, 0, 0.6, 0.6};
  return {0, 0, 0, 0.2, 0.2};  // a sensor on the floor
}

RoomPlan automatic_plan(const RoomContents& contents) {
  const auto rows = rows_of(contents);
  const bool cooled = std::ranges::any_of(contents.units, [](const auto& unit) { return unit.type == "crac"; });
  const double left = cooled ? kCoolingWall_m : kWall_m;
  std::size_t longest = 0;
  for (const auto& row : rows) longest = std::max(longest, row.racks.size());
  const double row_m = static_cast<double>(longest) * kRackWidth_m;

  RoomPlan plan;
  plan.width_m = std::max(kSmallest_m, 2 * left + row_m);
  plan.depth_m = std::max(kSmallest_m, kWall_m + static_cast<double>(rows.size()) * (kRackDepth_m + kAisle_m));
  const double first_x = (plan.width_m - row_m) / 2;
  int cold = 0, hot = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // Even rows look down, odd ones up: a cold aisle between them, hot ones behind.
    const bool down = i % 2 == 0;
    const double y = kWall_m + static_cast<double>(i) * (kRackDepth_m + kAisle_m) + kRackDepth_m / 2;
    for (std::size_t k = 0; k < rows[i].racks.size(); ++k) {
      const double x = first_x + (static_cast<double>(k) + 0.5) * kRackWidth_m;
      const auto name = rows[i].name.empty() ? std::nullopt : std::optional(rows[i].name);
      plan.racks.push_back({rows[i].racks[k]->id, name, Placement{x, y, down ? 0.0 : 180.0, kRackWidth_m, kRackDepth_m}, {}});
    }
    if (!down && i + 1 == rows.size()) continue;  // behind the last row is the wall
    const auto name = down ? "Cold aisle " + std::to_string(++cold) : "Hot aisle " + std::to_string(++hot);
    plan.aisles.push_back({name, down ? AisleType::cold : AisleType::hot, plan.width_m / 2, y + (kRackDepth_m + kAisle_m) / 2, row_m, kAisle_m});
  }
  place_units(contents, plan);
  return completed(std::move(plan), contents);
}

}  // namespace dcim::core
