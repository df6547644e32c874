// Racks, air and cooling units together, against two reference rooms; and the balance of energy.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "simulators/physics/air.h"
#include "simulators/physics/crac.h"
#include "simulators/physics/rack.h"
#include "simulators/physics/zone.h"

namespace dcim::physics {
namespace {

constexpr double kStep_s = 0.5;

// What an independent program (plain Python, the same published equations, integrated on its own) printed for one rack's share of a hall
// that loses its cooling: with its fans running over a coil that warms up, or standing. Seconds to 27, 32, 35 and 40 °C, and the inlet
// minute by minute.
struct CoolingLossCase {
  double kw;
  bool fans_run;
  double inlet_c, exhaust_c;  // before
  std::map<int, double> seconds_to_c;
  std::vector<double> minutes_c;
};

std::vector<CoolingLossCase> reference_cases() {
  return {
      {2, true, 21.2, 33.2, {{27, 238}, {32, 628}, {35, 998}, {40, 1708}}, {21.2, 22.1, 23.9, 25.6, 27.0, 28.2, 29.2, 30.0, 30.6, 31.2, 31.8}},
      {5, true, 20.8, 32.8, {{27, 162}, {32, 390}, {35, 601}, {40, 999}}, {20.8, 22.7, 25.4, 27.6, 29.2, 30.5, 31.5, 32.5, 33.3, 34.2, 35.0}},
      {10, true, 20.7, 32.7, {{27, 131}, {32, 305}, {35, 462}, {40, 772}}, {20.7, 23.5, 26.6, 28.8, 30.5, 31.9, 33.1, 34.3, 35.3, 36.3, 37.3}},
      {20, true, 20.6, 32.6, {{27, 113}, {32, 259}, {35, 389}, {40, 654}}, {20.6, 24.2, 27.3, 29.7, 31.5, 33.0, 34.4, 35.6, 36.8, 37.9, 39.0}},
      {2, false, 21.2, 33.2, {{27, 9}, {32, 364}, {35, 688}, {40, 1309}}, {21.2, 29.9, 30.0, 30.4, 30.9, 31.4, 32.0, 32.5, 33.1, 33.7, 34.2}},
      {5, false, 20.8, 32.8, {{27, 8}, {32, 148}, {35, 339}, {40, 674}}, {20.8, 30.8, 31.6, 32.5, 33.4, 34.4, 35.3, 36.3, 37.2, 38.1, 38.9}},
      {10, false, 20.7, 32.7, {{27, 8}, {32, 67}, {35, 201}, {40, 457}}, {20.7, 31.8, 33.3, 34.6, 35.8, 37.0, 38.2, 39.3, 40.4, 41.5, 42.6}},
      {20, false, 20.6, 32.6, {{27, 6}, {32, 33}, {35, 118}, {40, 339}}, {20.6, 33.3, 35.1, 36.5, 37.8, 39.2, 40.5, 41.8, 43.0, 44.3, 45.6}},
  };
}

CoolingLossCase simulated(double kw, bool fans_run) {
  CoolingLossCase out{kw, fans_run, 0, 0, {}, {}};
  Rack rack({.nominal_kw = kw, .fans_follow_inlet = false});
  Zone zone({.racks = 1, .structure_w_k = 60, .envelope_w_k = 0}, 20, 32);
  const double rack_kg_s = rack_airflow_kg_s(kw * 1000, 20, {.fans_follow_inlet = false});
  const double full_kg_s = rack_kg_s * 1.15;
  const double coil_j_k = 25e3 * kw * 0.35;
  const auto step = [&](double supply_kg_s, double supply_c, double extra_w_k) {
    // Short of supply only below 98 % of what the racks draw.
    const double r = supply_kg_s >= rack_kg_s * 0.98 ? 0.05 : recirculation(0.05, supply_kg_s, rack_kg_s);
    const double inlet = (1 - r) * zone.cold_c() + r * zone.hot_c();
    rack.step(kStep_s, kw * 1000, inlet);
    zone.step(kStep_s, {.supply_kg_s = supply_kg_s, .supply_c = supply_c, .rack_heat_w = rack.heat_w(), .extra_mixing_w_k = extra_w_k});
    return inlet;
  };
  for (int i = 0; i < 3 * 3600 / kStep_s; ++i) {
    out.inlet_c = step(full_kg_s, 20, 0);
    zone.set(zone.cold_c(), zone.hot_c(), zone.hot_c() - 1);
  }
  out.exhaust_c = rack.exhaust_c();
  double coil_c = 20;
  for (int i = 0; i < 1800 / kStep_s; ++i) {
    const double t = i * kStep_s;
    double inlet = 0;
    if (fans_run) {
      const double flow_w_k = full_kg_s * kAirHeat_j_kgk;
      const double supply_c = coil_c;
      coil_c += kStep_s * flow_w_k * 0.9 * (zone.hot_c() - coil_c) / (coil_j_k + flow_w_k * 5);
      inlet = step(full_kg_s, supply_c, 0);
    } else {
      inlet = step(full_kg_s * std::exp(-t / 8), zone.hot_c(), 120);
    }
    for (const int limit : {27, 32, 35, 40}) {
      if (inlet >= limit) out.seconds_to_c.emplace(limit, t);
    }
    if (i % static_cast<int>(60 / kStep_s) == 0) out.minutes_c.push_back(inlet);
  }
  return out;
}

TEST(CoolingLoss, TheInletWarmsAsInTheReference) {
  for (const auto& reference : reference_cases()) {
    SCOPED_TRACE(std::to_string(reference.kw) + " kW, fans " + (reference.fans_run ? "running" : "standing"));
    const auto got = simulated(reference.kw, reference.fans_run);
    EXPECT_NEAR(got.inlet_c / reference.inlet_c, 1, 0.05);
    EXPECT_NEAR(got.exhaust_c / reference.exhaust_c, 1, 0.05);
    // The program prints whole seconds: of six seconds a half is more than 5 %.
    for (const auto& [limit_c, seconds] : reference.seconds_to_c) {
      EXPECT_NEAR(got.seconds_to_c.at(limit_c), seconds, 0.5 + 0.05 * seconds) << "to " << limit_c << " °C";
    }
    for (std::size_t minute = 0; minute < reference.minutes_c.size(); ++minute) {
      EXPECT_NEAR(got.minutes_c.at(minute) / reference.minutes_c[minute], 1, 0.05) << "after " << minute << " min";
    }
  }
}

// Ten racks of 5 kW and two units in one well-mixed room, 25 °C outside.
struct ReferenceRoom {
  std::vector<Rack> racks;
  std::vector<Crac> cracs;
  Zone zone{{.racks = 10}, 19, 30};
  double setpoint_c = 18, speed = 1, outdoor_c = 25;
  std::vector<double> kw;

  double hottest_c = 0, cooling_kw = 0, rack_heat_w = 0, removed_w = 0;

  ReferenceRoom() : racks(10, Rack({.fans_follow_inlet = false}, 35)), cracs(2, Crac({}, 18)), kw(10, 5.0) { zone.set(19, 30, 27); }

  void step(double seconds) {
    double supply_kg_s = 0, supply_w_k = 0, racks_kg_s = 0;
    for (const auto& crac : cracs) {
      supply_kg_s += crac.airflow_kg_s();
      supply_w_k += crac.airflow_kg_s() * crac.supply_c();
    }
    for (std::size_t i = 0; i < racks.size(); ++i) racks_kg_s += rack_airflow_kg_s(kw[i] * 1000, 20, {.fans_follow_inlet = false});
    hottest_c = rack_heat_w = cooling_kw = removed_w = 0;
    for (std::size_t i = 0; i < racks.size(); ++i) {
      const double r = std::min(0.9, recirculation(0.03 + 0.02 * static_cast<double>(i), supply_kg_s, racks_kg_s));
      racks[i].step(seconds, kw[i] * 1000, (1 - r) * zone.cold_c() + r * zone.hot_c());
      hottest_c = std::max(hottest_c, racks[i].inlet_c());
      rack_heat_w += racks[i].heat_w();
    }
    const double return_c = zone.hot_c();
    removed_w = supply_kg_s * kAirHeat_j_kgk * return_c - supply_w_k * kAirHeat_j_kgk;
    zone.step(seconds, {.supply_kg_s = supply_kg_s,
                        .supply_c = supply_kg_s > 0 ? supply_w_k / supply_kg_s : return_c,
                        .rack_heat_w = rack_heat_w,
                        .outdoor_c = outdoor_c});
    for (auto& crac : cracs) {
      crac.step(seconds, return_c, outdoor_c, setpoint_c, speed, true);
      cooling_kw += crac.power_w() / 1000;
    }
  }
  void run(double hours) {
    for (int i = 0; i < hours * 3600; ++i) step(1);
  }
};

// The first two operating points as a second independent program printed them, the third as published with the model.
TEST(ReferenceRoom, TemperaturesAndCoolingPowerOfThreeOperatingPoints) {
  ReferenceRoom room;
  room.run(6);
  EXPECT_NEAR(room.hottest_c / 19.49, 1, 0.05);
  EXPECT_NEAR(room.zone.cold_c() / 18.13, 1, 0.05);
  EXPECT_NEAR(room.zone.hot_c() / 24.60, 1, 0.05);
  EXPECT_NEAR(room.cracs[0].supply_c() / 18.0, 1, 0.05);
  EXPECT_NEAR(room.cooling_kw / 20.3, 1, 0.05);
  EXPECT_NEAR((room.cooling_kw / 50 + 1) / 1.405, 1, 0.05);
  EXPECT_NEAR(room.removed_w / 50.54e3, 1, 0.05);
  room.setpoint_c = 22, room.speed = 0.7;
  room.run(6);
  EXPECT_NEAR(room.hottest_c / 24.11, 1, 0.05);
  EXPECT_NEAR(room.zone.cold_c() / 22.25, 1, 0.05);
  EXPECT_NEAR(room.zone.hot_c() / 31.11, 1, 0.05);
  EXPECT_NEAR(room.cooling_kw / 13.2, 1, 0.05);
  room.setpoint_c = 23, room.speed = 0.6;
  room.run(6);
  EXPECT_NEAR(room.cooling_kw / 11.7, 1, 0.05);
  EXPECT_NEAR(room.hottest_c / 25.5, 1, 0.05);
  const double before = room.hottest_c;
  room.speed = 0.5;  // less air than the racks draw: they breathe each other's
  room.run(6);
  EXPECT_GT(room.hottest_c, before + 1);
}

TEST(ReferenceRoom, EnergyIsConservedOverAWeek) {
  ReferenceRoom room;
  room.setpoint_c = 22, room.speed = 0.8;
  room.run(1);
  const auto stored = [&] {
    double j = room.zone.stored_j();
    for (const auto& rack : room.racks) j += rack.mass_c() * rack.heat_capacity_j_k();
    return j;
  };
  const double before = stored();
  double in_j = 0, out_j = 0;
  for (int second = 0; second < 7 * 86400; ++second) {
    room.outdoor_c = 12 + 8 * std::cos(second / 86400.0 * 2 * M_PI);
    for (std::size_t i = 0; i < room.kw.size(); ++i) room.kw[i] = 4.5 + 2 * std::sin(second / 40000.0 + static_cast<double>(i));
    double it_w = 0;
    for (const double kw : room.kw) it_w += kw * 1000;
    in_j += it_w + room.zone.envelope_w(room.outdoor_c);
    room.step(1);
    out_j += room.removed_w;
  }
  EXPECT_NEAR((out_j + stored() - before) / in_j, 1, 0.005);
}

}  // namespace
}  // namespace dcim::physics
