// The models against the test vectors and tables of the literature (docs/simulators.md names the sources).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "simulators/physics/air.h"
#include "simulators/physics/battery.h"
#include "simulators/physics/crac.h"
#include "simulators/physics/power.h"
#include "simulators/physics/rack.h"
#include "simulators/physics/weather.h"

namespace dcim::physics {
namespace {

TEST(Noise, SameSeedSameValuesAtTheSameTimeWhateverWasAskedBefore) {
  const Wander a(mix(1, "A01"), "jobs", 1, 900), b(mix(1, "A01"), "jobs", 1, 900), other(mix(1, "A02"), "jobs", 1, 900);
  double different = 0;
  for (double t = 1.7e9; t < 1.7e9 + 86400; t += 61) {
    const double value = a.at(t);
    EXPECT_EQ(b.at(t), value);
    b.at(t - 5000);
    different += std::abs(value - other.at(t));
  }
  EXPECT_GT(different, 100);
  EXPECT_NE(mix(1, "A01"), mix(2, "A01"));
}

TEST(Noise, HasItsStandardDeviationAndNoJumps) {
  const Wander wander(7, "x", 0.2, 900);
  double squares = 0, sum = 0, jump = 0, before = wander.at(0);
  const int n = 300'000;
  for (int i = 1; i <= n; ++i) {
    const double value = wander.at(i * 30.0);
    squares += value * value;
    sum += value;
    jump = std::max(jump, std::abs(value - before));
    before = value;
  }
  EXPECT_NEAR(std::sqrt(squares / n), 0.2, 0.01);
  EXPECT_NEAR(sum / n, 0, 0.01);
  EXPECT_LT(jump, 0.1);
}

TEST(Air, DewPointHumidityRatioAndEnthalpy) {
  struct Vector {
    double t, rh, dew_point, ratio, enthalpy;
  };
  for (const auto& v : {Vector{25, 50, 13.85, .00985, 50.25}, Vector{27, 60, 18.57, .01338, 61.30}, Vector{22, 45, 9.52, .00737, 40.87},
                        Vector{18, 8, -16.84, .00101, 20.68}}) {
    EXPECT_NEAR(dew_point_c(v.t, v.rh), v.dew_point, 0.01);
    EXPECT_NEAR(humidity_ratio(v.t, v.rh), v.ratio, 0.00001);
    EXPECT_NEAR(enthalpy_kj_kg(v.t, v.rh), v.enthalpy, 0.02);
    EXPECT_NEAR(relative_humidity(v.t, humidity_ratio(v.t, v.rh)), v.rh, 1e-9);
  }
  EXPECT_NEAR(dew_point_c(35, 20), 8.69, 0.01);
  EXPECT_NEAR(dew_point_c(20, 100), 20.00, 0.001);
  EXPECT_LT(relative_humidity(32, humidity_ratio(24, 47)), 31) << "warmer air of the same water is drier";
}

TEST(Load, IsHigherInOfficeHoursAndBounded) {
  double all_day = 0, all_night = 0, all_weekend = 0;
  constexpr int kRacks = 20;
  for (std::uint64_t seed = 0; seed < kRacks; ++seed) {
    const RackLoad load(mix(1, "rack " + std::to_string(seed)), 1);
    double day = 0, night = 0, weekend = 0;
    for (int minute = 0; minute < 7 * 24 * 60; ++minute) {
      const LocalTime local{minute % (24 * 60) / 60.0, minute / (24 * 60), 100};
      const double kw = load.power_kw(1.7e9 + minute * 60, local);
      ASSERT_GE(kw, 2);
      ASSERT_LE(kw, 8);
      const bool office = local.hour >= 9 && local.hour < 18;
      if (local.weekday == 0 || local.weekday == 6) {
        if (office) weekend += kw / (2 * 9 * 60);
      } else {
        (office ? day : night) += kw / (5 * 60 * (office ? 9 : 15));
      }
    }
    EXPECT_GT(day, night) << "seed " << seed;
    EXPECT_LT(weekend, day) << "seed " << seed;
    all_day += day / kRacks, all_night += night / kRacks, all_weekend += weekend / kRacks;
  }
  EXPECT_GT(all_day, all_night + 0.8);
  EXPECT_LT(all_weekend, all_day - 0.5);
}

TEST(Load, DaysDifferAndRacksHaveDaysOfTheirOwn) {
  std::vector<double> days;
  double earliest_h = 24, latest_h = 0;
  for (int day = 0; day < 10; ++day) {
    double kw = 0;
    for (int rack = 0; rack < 20; ++rack) {
      const RackLoad load(mix(1, "rack " + std::to_string(rack)), 1);
      double highest = 0, at_h = 0;
      for (int i = 0; i < 96; ++i) {
        const double now = load.power_kw(1.7e9 + day * 86400 + i * 900, {i / 4.0, 2, 100});
        kw += now / 96;
        if (now > highest) highest = now, at_h = i / 4.0;
      }
      earliest_h = std::min(earliest_h, at_h), latest_h = std::max(latest_h, at_h);
    }
    days.push_back(kw);
  }
  const auto [least, most] = std::ranges::minmax(days);
  EXPECT_GT(most, 1.03 * least) << "no two working days are the same";
  EXPECT_LT(most, 1.35 * least);
  EXPECT_GT(latest_h - earliest_h, 6) << "not all racks peak together";
}

TEST(Rack, TakesTheAirflowOfItsPowerAndWarmsItByTheDesignRise) {
  const RackParameters fixed{.fans_follow_inlet = false};
  EXPECT_NEAR(rack_airflow_kg_s(1000, 22, fixed) / kAirDensity_kg_m3, 0.0696, 0.0001);
  Rack rack(fixed);
  for (int i = 0; i < 4 * 3600; ++i) rack.step(1, 5000, 22);
  EXPECT_NEAR(rack.exhaust_c() - rack.inlet_c(), 12, 0.01);
  EXPECT_NEAR(rack.heat_w(), 5000, 1);
  Rack settled(fixed);
  settled.settle(5000, 22);
  EXPECT_NEAR(settled.mass_c(), rack.mass_c(), 0.01);
}

TEST(Rack, TimeConstantIsMinutes) {
  Rack rack(RackParameters{.fans_follow_inlet = false});
  rack.settle(5000, 22);
  const double start = rack.mass_c();
  int seconds = 0;
  while (rack.mass_c() < start + 4 * (1 - std::exp(-1)) && seconds < 3600) rack.step(1, 5000, 26), ++seconds;
  EXPECT_GT(seconds, 8 * 60);
  EXPECT_LT(seconds, 10 * 60);
}

TEST(Crac, CopFollowsSupplyAndOutdoorTemperature) {
  EXPECT_NEAR(dx_cop(18, 15), 5.95, 0.02);
  EXPECT_NEAR(dx_cop(18, 25), 3.96, 0.02);
  EXPECT_NEAR(dx_cop(18, 35), 2.97, 0.02);
  EXPECT_NEAR(dx_cop(22, 25), 4.64, 0.02);
}

TEST(Crac, FanAffinity) {
  EXPECT_DOUBLE_EQ(fan_power_share(1, 2.8), 1);
  EXPECT_NEAR(fan_power_share(0.8, 3), 0.512, 0.001);
  EXPECT_NEAR(fan_power_share(0.8, CracParameters{}.fan_exponent), 0.535, 0.001) << "with the losses of drive and motor";
}

TEST(Crac, HoldsItsSupplySetpointAtEverySpeed) {
  for (const double speed : {0.5, 0.7, 1.0}) {
    Crac crac;
    for (int i = 0; i < 3 * 3600; ++i) crac.step(1, 32, 25, 20, speed, true);
    EXPECT_NEAR(crac.measured_supply_c(), 20, 0.1) << speed;
    double low = 100, high = 0;
    for (int i = 0; i < 3600; ++i) {
      crac.step(1, 32, 25, 20, speed, true);
      low = std::min(low, crac.measured_supply_c());
      high = std::max(high, crac.measured_supply_c());
    }
    EXPECT_LT(high - low, 0.2) << "hunts at " << speed;
  }
}

TEST(Ups, EfficiencyCurves) {
  struct Curve {
    UpsParameters ups;
    double at10, at25, at50, at75, at100;
  };
  for (const auto& c : {Curve{{120, .030, .020, .030}, 75.6 /*legacy*/, 87.1, 91.3, 92.4, 92.6}, Curve{{}, 85.3, 92.2, 94.3, 94.8, 94.8},
                        Curve{{120, .006, .014, .015}, 93.0, 96.0, 96.8, 96.8, 96.6}, Curve{{120, .004, .004, .003}, 95.8, 98.0, 98.7, 98.9, 98.9}}) {
    EXPECT_NEAR(100 * ups_efficiency(0.10, c.ups), c.at10, 0.15);
    EXPECT_NEAR(100 * ups_efficiency(0.25, c.ups), c.at25, 0.15);
    EXPECT_NEAR(100 * ups_efficiency(0.50, c.ups), c.at50, 0.15);
    EXPECT_NEAR(100 * ups_efficiency(0.75, c.ups), c.at75, 0.15);
    EXPECT_NEAR(100 * ups_efficiency(1.00, c.ups), c.at100, 0.15);
    EXPECT_NEAR(60 / (60 + ups_loss_kw(60, c.ups)), ups_efficiency(0.5, c.ups), 1e-9);
  }
}

TEST(Battery, RuntimeOfTheDatasheet) {
  EXPECT_NEAR(runtime_minutes(1), 15, 1e-9);
  const double datasheet[][2] = {{3, 530},   {5, 410},   {10, 270},   {15, 195},   {20, 159},   {30, 112},   {45, 82.1},
                                 {60, 65.7}, {90, 45.2}, {120, 34.9}, {180, 26.0}, {300, 16.5}, {600, 8.79}, {1200, 4.76}};
  for (const auto& [minutes, watts] : datasheet) EXPECT_NEAR(runtime_minutes(watts / 195) / minutes, 1, 0.025) << watts << " W a block";
  EXPECT_NEAR(runtime_minutes(0.75), 22, 0.5);
  EXPECT_NEAR(runtime_minutes(0.50), 36, 0.5);
  EXPECT_NEAR(runtime_minutes(0.25), 83, 1);
  EXPECT_LT(runtime_minutes(4), 3) << "beyond the table it goes on falling";
  for (double share = 0.03; share < 3; share += 0.01) EXPECT_GT(runtime_minutes(share), runtime_minutes(share + 0.01));
}

TEST(Battery, FloatsOnMoreTheWarmerAndOlderItIs) {
  const Battery battery;
  EXPECT_NEAR(battery.float_current_a(1, 25), 0.11, 0.005);
  EXPECT_NEAR(battery.float_current_a(1, 35), 2 * battery.float_current_a(1, 25), 1e-9);
  EXPECT_NEAR(battery.float_current_a(0.8, 25), 2 * battery.float_current_a(1, 25), 1e-9);
}

TEST(Battery, LastsAsLongAsItSaysAndIsRechargedAfterwards) {
  Battery battery;
  const double said = battery.runtime_min(60, 0.95, 24);
  double minutes = 0, before = said + 1;
  while (!battery.empty()) {
    battery.step(1, 60, 0.95, 24);
    minutes += 1 / 60.0;
    const double left = battery.runtime_min(60, 0.95, 24);
    ASSERT_LT(left, before);
    before = left;
  }
  EXPECT_NEAR(minutes, said, 0.1);
  double kwh = 0, hours = 0;
  while (battery.charge() < 0.9) {
    kwh += battery.step(1, 0, 0.95, 24) / 3600;
    hours += 1 / 3600.0;
  }
  EXPECT_GT(hours * 60, 3 * minutes) << "charging is slower than discharging";
  while (battery.charge() < 1) kwh += battery.step(1, 0, 0.95, 24) / 3600;
  EXPECT_NEAR(kwh, battery.parameters().energy_kwh / battery.parameters().charge_efficiency, 0.1);
}

TEST(Battery, VoltageFallsWithTheChargeAndStaysInItsWindow) {
  Battery battery;
  EXPECT_NEAR(battery.voltage_v(0) / (32 * 6), 2.27, 0.001);
  double before = battery.voltage_v(100);
  while (!battery.empty()) {
    battery.step(1, 100, 1, 25);
    EXPECT_LE(battery.voltage_v(100), before + 1e-9);
    before = battery.voltage_v(100);
  }
  EXPECT_GT(before / (32 * 6), 1.60);
  EXPECT_LT(before / (32 * 6), 1.75);
}

TEST(Battery, AgesWithTimeAndHeat) {
  EXPECT_NEAR(state_of_health(7, 25), 0.80, 1e-9);
  EXPECT_NEAR(state_of_health(3.5, 35), 0.80, 1e-9) << "10 K more halve the life";
  EXPECT_NEAR(state_of_health(8, 25), 0.80 - 2 * 0.2 / 7, 1e-9);
  EXPECT_NEAR(resistance_of_health(0.8), 1.30, 1e-9);
  EXPECT_NEAR(resistance_of_health(0.6), 1.60, 1e-9);
  EXPECT_NEAR(health_of_resistance(1.30), 0.8, 1e-9);
  EXPECT_DOUBLE_EQ(temperature_factor(25), 1);
  EXPECT_NEAR(temperature_factor(10), 0.86, 1e-9);
}

TEST(Battery, AFailingBlockStandsOut) {
  const Block block(1, 7);
  EXPECT_NEAR(block.resistance_mohm(1, 0.6) / block.resistance_mohm(1, 0), 1.6, 1e-9);
  EXPECT_LT(block.voltage_v(12, 150, 0.6), block.voltage_v(12, 150, 0));
  EXPECT_GT(block.temperature_c(24, 0, 0.6, 0), block.temperature_c(24, 0, 0, 0) + 1);
}

TEST(Pdu, FeedsAndPhasesAddUpAndTheSurvivorTakesAll) {
  const PduSplit split(3, {});
  const auto sum_a = [&](const Feed& feed) {
    return (feed.current_a[0] + feed.current_a[1] + feed.current_a[2]) * kPhaseVoltage_v * split.power_factor() / 1000;
  };
  const auto both = split.feeds(6, true, true, 0);
  EXPECT_NEAR(both[0].power_kw + both[1].power_kw, 6, 1e-9);
  EXPECT_NEAR(sum_a(both[0]), both[0].power_kw, 1e-9);
  EXPECT_NEAR(both[0].power_kw, 3, 0.25);
  const auto only_b = split.feeds(6, false, true, 0);
  EXPECT_DOUBLE_EQ(only_b[0].power_kw, 0);
  EXPECT_DOUBLE_EQ(only_b[1].power_kw, 6);
  const auto none = split.feeds(6, false, false, 0);
  EXPECT_DOUBLE_EQ(none[0].power_kw + none[1].power_kw, 0);
}

TEST(Pdu, WhatHasASingleCordIsOffWithItsFeed) {
  const PduSplit split(3, {.a_only = 0.25, .b_only = 0.1});
  const auto both = split.feeds(6, true, true, 0);
  EXPECT_NEAR(both[0].power_kw + both[1].power_kw, 6, 1e-9);
  EXPECT_GT(both[0].power_kw, 0.25 * 6 + 0.45 * 0.65 * 6);
  EXPECT_DOUBLE_EQ(split.feeds(6, false, true, 0)[0].power_kw, 0);
  EXPECT_NEAR(split.feeds(6, false, true, 0)[1].power_kw, 0.75 * 6, 1e-9);
  EXPECT_NEAR(split.feeds(6, true, false, 0)[0].power_kw, 0.9 * 6, 1e-9);
  EXPECT_DOUBLE_EQ(split.supplied(true, true), 1);
  EXPECT_DOUBLE_EQ(split.supplied(false, true), 0.75);
  EXPECT_DOUBLE_EQ(split.supplied(true, false), 0.9);
  EXPECT_DOUBLE_EQ(split.supplied(false, false), 0);
}

TEST(Weather, HasSeasonsAndDays) {
  const Weather weather(5);
  double winter = 0, summer = 0, night = 0, afternoon = 0;
  for (int day = 0; day < 365; ++day) {
    for (int hour = 0; hour < 24; ++hour) {
      const double t = weather.temperature_c(day * 86400.0 + hour * 3600.0, {static_cast<double>(hour), 1, day});
      ASSERT_GT(t, -25);
      ASSERT_LT(t, 42);
      if (day < 60) winter += t / (60 * 24);
      if (day >= 170 && day < 230) summer += t / (60 * 24);
      if (hour == 3) night += t / 365;
      if (hour == 15) afternoon += t / 365;
    }
  }
  EXPECT_GT(summer, winter + 12);
  EXPECT_GT(afternoon, night + 4);
}

}  // namespace
}  // namespace dcim::physics
