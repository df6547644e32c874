#include "core/room_plan.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/room_geometry.h"

namespace dcim::core {
namespace {

RoomContents contents_with(int racks, const std::string& prefix = "A") {
  RoomContents out;
  for (int i = 1; i <= racks; ++i) out.racks.push_back({RackId{i}, prefix + std::to_string(i), {}});
  out.units = {{DeviceId{1}, "crac-01", "crac"}, {DeviceId{2}, "crac-02", "crac"}, {DeviceId{3}, "leak-01", "leak-sensor"}};
  return out;
}

constexpr auto kGood = R"({"width_m": 6, "depth_m": 5, "ashrae_class": "A2",
  "aisles": [{"name": "Cold", "type": "cold", "x_m": 3, "y_m": 3, "width_m": 2, "depth_m": 1.2}],
  "racks": [{"id": 1, "row": "A", "placement": {"x_m": 2.7, "y_m": 1.8, "rotation_deg": 0, "width_m": 0.6, "depth_m": 1.2}},
            {"id": 2, "row": null, "placement": {"x_m": 3.3, "y_m": 1.8, "rotation_deg": 180, "width_m": 0.6, "depth_m": 1.2}},
            {"id": 3, "row": null, "placement": null}],
  "units": [{"device_id": 1, "placement": {"x_m": 0.6, "y_m": 3, "rotation_deg": 270, "width_m": 1.2, "depth_m": 0.9}, "serves": [1, 2]}]})";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(RoomPlan, IsReadWrittenAndReadBack) {
  const auto plan = room_plan_from_json(boost::json::parse(kGood), contents_with(3)).value();
  EXPECT_EQ(plan.ashrae_class, AshraeClass::a2);
  EXPECT_EQ(plan.rack(RackId{1})->row, "A");
  EXPECT_FALSE(plan.rack(RackId{3})->placement);
  EXPECT_EQ(plan.unit(DeviceId{1})->serves, (std::vector{RackId{1}, RackId{2}}));
  // Through text, as the database keeps it.
  const auto again = stored_room_plan(boost::json::parse(boost::json::serialize(json_of(plan)))).value();
  EXPECT_EQ(json_of(again), json_of(plan));
}

TEST(RoomPlan, NamesWhatCannotBe) {
  struct Wrong {
    const char *what, *with, *field;
  };
  const Wrong cases[] = {
      {R"("width_m": 6)", R"("width_m": 0)", "/width_m"},
      {R"("width_m": 6)", R"("width_m": 3.5)", "/aisles/0"},
      {R"("x_m": 3.3)", R"("x_m": 5.8)", "/racks/1/placement"},
      {R"("depth_m": 5,)", "", "/depth_m"},
      {R"("A2")", R"("A9")", "/ashrae_class"},
      {R"("type": "cold")", R"("type": "warm")", "/aisles/0/type"},
      {R"("x_m": 3, "y_m": 3, "width_m": 2)", R"("x_m": 3, "y_m": 3, "width_m": 7)", "/aisles/0"},
      {R"("id": 3)", R"("id": 4)", "/racks/2/id"},
      {R"("id": 3)", R"("id": 2)", "/racks/2/id"},
      {R"("x_m": 3.3)", R"("x_m": 3.2)", "/racks/1/placement"},
      {R"("rotation_deg": 180)", R"("rotation_deg": 360)", "/racks/1/placement/rotation_deg"},
      {R"("rotation_deg": 180)", R"("rotation_deg": 30)", "/racks/1/placement"},
      {R"("rotation_deg": 180, "width_m": 0.6)", R"("rotation_deg": 180, "width_m": -1)", "/racks/1/placement/width_m"},
      {R"("device_id": 1)", R"("device_id": 9)", "/units/0/device_id"},
      {R"([1, 2])", R"([1, 7])", "/units/0/serves/1"},
      {R"("x_m": 0.6, "y_m": 3, "rotation_deg": 270)", R"("x_m": 0.4, "y_m": 3, "rotation_deg": 270)", "/units/0/placement"},
      {R"("row": "A")", R"("colour": "A")", "/racks/0/colour"},
  };
  for (const auto& wrong : cases) {
    const auto result = room_plan_from_json(boost::json::parse(replaced(kGood, wrong.what, wrong.with)), contents_with(3));
    ASSERT_FALSE(result.has_value()) << wrong.with;
    EXPECT_EQ(result.error().field, wrong.field) << wrong.with << ": " << result.error().message;
    EXPECT_EQ(result.error().code, base::ErrorCode::invalid);
  }
}

TEST(RoomPlan, TheAutomaticOneFitsWhateverThereIs) {
  for (const int racks : {0, 1, 4, 10, 11, 57, 1000, 3000}) {
    const auto contents = contents_with(racks);
    const auto plan = automatic_plan(contents);
    const auto possible = check_geometry(plan, contents, "");
    EXPECT_TRUE(possible.has_value()) << racks << ": " << possible.error().field << " " << possible.error().message;
    EXPECT_EQ(plan.racks.size(), static_cast<std::size_t>(racks));
    for (const auto& rack : plan.racks) EXPECT_TRUE(rack.placement);
    for (const auto& unit : plan.units) EXPECT_TRUE(unit.placement);
    EXPECT_LT(plan.width_m, 2.5 * plan.depth_m) << racks;
    // It can be sent back as it is.
    EXPECT_TRUE(room_plan_from_json(json_of(plan), contents).has_value());
  }
}

TEST(RoomPlan, RowsComeFromTheNamesAndLookAtEachOther) {
  RoomContents contents;
  for (const auto* name : {"B1", "A10", "A2", "A1", "B2"}) contents.racks.push_back({RackId{static_cast<int>(contents.racks.size()) + 1}, name, {}});
  const auto plan = automatic_plan(contents);
  const auto& a1 = *plan.rack(RackId{4})->placement;
  const auto& a2 = *plan.rack(RackId{3})->placement;
  const auto& a10 = *plan.rack(RackId{2})->placement;
  const auto& b1 = *plan.rack(RackId{1})->placement;
  EXPECT_EQ(plan.rack(RackId{2})->row, "A");
  EXPECT_LT(a1.x_m, a2.x_m);
  EXPECT_LT(a2.x_m, a10.x_m);
  EXPECT_EQ(a1.y_m, a10.y_m);
  EXPECT_GT(b1.y_m, a1.y_m);
  ASSERT_EQ(plan.aisles.size(), 1u);
  EXPECT_EQ(plan.aisles[0].type, AisleType::cold);
  EXPECT_TRUE(contains(plan.aisles[0], before(a1, 0.3)));
  EXPECT_TRUE(contains(plan.aisles[0], before(b1, 0.3)));
  EXPECT_FALSE(contains(plan.aisles[0], before(b1, -0.3)));
}

TEST(RoomPlan, CompletedHasEachOnce) {
  auto plan = room_plan_from_json(boost::json::parse(kGood), contents_with(3)).value();
  auto contents = contents_with(4);
  contents.racks.erase(contents.racks.begin());  // rack 1 is gone, rack 4 is new
  const auto whole = completed(plan, contents);
  ASSERT_EQ(whole.racks.size(), 3u);
  EXPECT_TRUE(whole.racks[0].placement);
  EXPECT_FALSE(whole.racks[2].placement);
  ASSERT_EQ(whole.units.size(), 3u);
  EXPECT_EQ(whole.units[0].serves, std::vector{RackId{2}});
  EXPECT_FALSE(whole.units[2].placement);
}

TEST(RoomGeometry, AFootprintTurnsAboutItsMiddle) {
  const Placement rack{2, 3, 90, 0.6, 1.2};
  const auto front = before(rack, 0.4);  // a quarter clockwise from down is left
  EXPECT_NEAR(front.x_m, 1, 1e-9);
  EXPECT_NEAR(front.y_m, 3, 1e-9);
  EXPECT_TRUE(overlap({1, 1, 0, 1, 1}, {1.8, 1.8, 45, 1, 1}));
  EXPECT_FALSE(overlap({1, 1, 0, 1, 1}, {2.25, 2.25, 45, 1, 1}));
  EXPECT_FALSE(overlap({1, 1, 0, 1, 1}, {2, 1, 180, 1, 1})) << "side by side";
}

}  // namespace
}  // namespace dcim::core
