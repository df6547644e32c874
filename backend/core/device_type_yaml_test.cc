#include "core/device_type_yaml.h"

#include <gtest/gtest.h>

namespace dcim::core {
namespace {

TEST(DeviceTypeYamlTest, ReadsTheCommunitysFormat) {
  const auto type = device_type_from_yaml(R"(---
manufacturer: Nordvik
model: N2200
slug: nordvik-n2200
part_number: NV-2200
u_height: 2
is_full_depth: true
airflow: front-to-rear
weight: 62
weight_unit: lb
front_image: true
comments: '[Data sheet](x)'
console-ports:
  - {name: Serial, type: rj-45}
power-ports:
  - {name: PSU1, type: iec-60320-c14, maximum_draw: 400, allocated_draw: 185}
  - {name: PSU2, type: iec-60320-c14, maximum_draw: 400, allocated_draw: 185}
interfaces:
  - {name: eth0, type: 10gbase-t}
)");
  ASSERT_TRUE(type) << type.error().field << " " << type.error().message;
  EXPECT_EQ(type->name(), "Nordvik N2200");
  EXPECT_EQ(type->role, "server");
  EXPECT_EQ(type->height_u, 2);
  EXPECT_EQ(type->inlets, 2);
  EXPECT_EQ(type->power_nameplate_w, 800);
  EXPECT_EQ(type->power_typical_w, 370);
  EXPECT_DOUBLE_EQ(*type->weight_kg, 28.123);
  EXPECT_EQ(type->airflow, "front-to-rear");
  EXPECT_EQ(type->part_number, "NV-2200");
}

TEST(DeviceTypeYamlTest, TellsWhatItCannotUse) {
  const auto strip =
      device_type_from_yaml("manufacturer: B\nmodel: V24\nu_height: 0\nis_full_depth: false\npower-outlets: [{name: 1}]\nairflow: mixed\n");
  ASSERT_TRUE(strip);
  EXPECT_EQ(strip->role, "pdu");
  EXPECT_EQ(strip->height_u, 0);
  EXPECT_EQ(strip->airflow, std::nullopt);
  EXPECT_EQ(device_type_from_yaml("manufacturer: B\nmodel: X\nu_height: 1.5\n")->height_u, 2);
  const auto field = [](const char* text) { return device_type_from_yaml(text).error().field; };
  EXPECT_EQ(field("manufacturer: B\n"), "/model");
  EXPECT_EQ(field("manufacturer: B\nmodel: X\nu_height: tall\n"), "/u_height");
  EXPECT_EQ(field("manufacturer: B\nmodel: X\nweight: 1\nweight_unit: stone\n"), "/weight_unit");
  EXPECT_EQ(device_type_from_yaml("a: [1,\n").error().message.substr(0, 5), "line ");
  EXPECT_FALSE(device_type_from_yaml("- a\n- b\n"));
}

}  // namespace
}  // namespace dcim::core
