// The demo site in virtual time: does it behave as a hall does, and each scenario as it should?
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "simulators/bots/watched_site.h"
#include "simulators/physics/zone.h"

namespace dcim::bots {
namespace {

const std::string kInletA01 = "dc/demo/room-1/rack-A01/temperature value";
const std::string kPowerA01 = "dc/demo/room-1/rack-A01/power value";
const std::string kUps = "dc/demo/power/ups-01/status ";
const std::string kBattery = "dc/demo/power/ups-01/battery ";
const std::string kCrac1 = "dc/demo/cooling/crac-01/status ", kCrac2 = "dc/demo/cooling/crac-02/status ";

TEST(VirtualSite, SameSeedSameMessages) {
  const auto all = [](std::uint64_t seed) {
    const auto model = read_site(kSites / "demo-site.toml").value();
    VirtualSite site(model, seed, at("2026-03-01T00:00:00Z"));
    std::string out;
    site.run(site.now_s() + 2 * 3600, [&](double t, const Unit&, const Message& m) {
      out += m.topic + payload(base::from_unix_us(static_cast<std::int64_t>(t * 1e6)), m.fields, m.unit) + "\n";
    });
    return out;
  };
  const auto once = all(7);
  EXPECT_GT(once.size(), 100'000u);
  EXPECT_EQ(once, all(7));
  EXPECT_NE(once, all(8));
}

TEST(VirtualSite, AQuietMonthStaysInItsBandsAndPueFollowsWeatherAndLoad) {
  const struct {
    const char* start;
    int days;
  } kSeasons[] = {{"2026-01-05T00:00:00Z", 7}, {"2026-07-06T00:00:00Z", 30}};
  std::vector<double> means;
  for (const auto& [season, days] : kSeasons) {
    Watched w(at(season));
    w.run(3 * 3600);
    double low_pue = 9, high_pue = 0, sum = 0, n = 0;
    for (int i = 0; i < days * 24 * 2; ++i) {
      w.run(1800);
      const double pue = w["dc/demo/power/meter-main/status power"] / w["dc/demo/power/meter-it/status power"];
      low_pue = std::min(low_pue, pue);
      high_pue = std::max(high_pue, pue);
      sum += pue, ++n;
      for (const auto& [key, value] : w.latest) {
        if (key.ends_with("/temperature value")) {
          ASSERT_GT(value, 21) << key;
          ASSERT_LT(value, 27) << key << " after " << i / 2 << " hours of " << season;
        }
        if (key.ends_with("/humidity value")) {
          ASSERT_GE(value, 38) << key;
          ASSERT_LE(value, 57) << key;
        }
        if (key.ends_with("/power value")) {
          ASSERT_GE(value, 2) << key;
          ASSERT_LE(value, 8) << key;
        }
      }
    }
    EXPECT_GT(low_pue, 1.2);
    EXPECT_LT(high_pue, 1.8);
    EXPECT_GT(high_pue - low_pue, 0.01);
    means.push_back(sum / n);
  }
  EXPECT_GT(means[1], means[0] + 0.01) << "summer against winter";
}

TEST(VirtualSite, EnergyIsConservedOverAWeek) {
  Watched w(at("2026-04-06T00:00:00Z"));
  w.run(86400);
  const auto kwh = [&](const std::string& topic) { return w["dc/demo/" + topic + " energy"]; };
  const auto sum = [&](const std::string& part) {
    double out = 0;
    for (const auto& [key, value] : w.latest) {
      if (key.find(part) != std::string::npos && key.ends_with(" energy")) out += value;
    }
    return out;
  };
  struct Energy {
    double main, it, cooling, ups_loss, lighting, racks, units;
  };
  const auto now = [&] {
    return Energy{kwh("power/meter-main/status"),
                  kwh("power/meter-it/status"),
                  kwh("power/meter-cooling/status"),
                  kwh("power/meter-ups-loss/status"),
                  kwh("power/meter-lighting/status"),
                  sum("/rack-"),
                  sum("/cooling/")};
  };
  const auto before = now();
  // The air's heat: what the units take away, from what they report; what comes through the walls; what is kept.
  double removed_kwh = 0, envelope_kwh = 0;
  const auto stored_kwh = [&] {
    double j = 0;
    for (const auto& unit : w.site.units()) {
      const auto state = unit->state();
      if (unit->config().type == BotType::crac) {
        physics::Zone zone({.racks = 5});
        zone.set(find(state, "cold").value(), find(state, "hot").value(), find(state, "structure").value());
        j += zone.stored_j();
      } else if (unit->config().type == BotType::temperature) {
        j += physics::Rack().heat_capacity_j_k() * find(state, "mass").value();
      }
    }
    return j / 3.6e6;
  };
  const double stored_before_kwh = stored_kwh();
  for (int minute = 0; minute < 7 * 24 * 60; ++minute) {
    w.run(60);
    for (const auto& unit : w.site.units()) {
      if (unit->config().type != BotType::crac) continue;
      const double walls_k = w["dc/demo/weather/station-01/status temperature"] - find(unit->state(), "structure").value();
      envelope_kwh += 5 * physics::ZoneParameters{}.envelope_w_k * walls_k / 1000 / 60;
    }
    for (int i = 1; i <= 4; ++i) {
      const auto crac = "dc/demo/cooling/crac-0" + std::to_string(i) + "/status ";
      removed_kwh += w[crac + "airflow"] * 1.19 * 1.006 * (w[crac + "return_temperature"] - w[crac + "supply_temperature"]) / 60;
    }
  }
  const auto after = now();
  const double it = after.it - before.it;
  EXPECT_NEAR((after.racks - before.racks) / it, 1, 0.005) << "the IT meter against the PDUs' own counters";
  EXPECT_NEAR((after.units - before.units) / (after.cooling - before.cooling), 1, 0.005);
  const double parts = it + after.cooling - before.cooling + after.ups_loss - before.ups_loss + after.lighting - before.lighting;
  EXPECT_NEAR((after.main - before.main) / parts, 1, 0.005) << "the incomer against what it feeds";
  EXPECT_NEAR((removed_kwh + stored_kwh() - stored_before_kwh) / (it + envelope_kwh), 1, 0.005) << "the heat in the air";
}

TEST(Scenarios, CoolingFailureWarmsTheInletByThreeTenthsOfADegreeAMinute) {
  Watched w(at("2026-04-08T11:00:00Z"));
  w.run(3 * 3600);
  w.watch(kInletA01);
  const double before = w[kInletA01], neighbour = w["dc/demo/room-1/rack-A02/temperature value"];
  w.start("COOLING_FAILURE", "A01", "");
  w.run(5 * 60);
  const double early = w[kInletA01];
  w.run(15 * 60);
  EXPECT_NEAR((w[kInletA01] - early) / 15, 0.3, 0.03);
  EXPECT_LT(w["dc/demo/room-1/rack-A02/temperature value"], neighbour + 1.5);
  w.run(25 * 60);
  EXPECT_GT(w[kInletA01], 32);
  EXPECT_LT(w[kInletA01], 35.5);
  EXPECT_GT(w["dc/demo/room-1/rack-A01/temperature exhaust"], w[kInletA01] + 5) << "the machines still heat it";
  w.stop("COOLING_FAILURE", "A01", "");
  w.run(20 * 60);
  EXPECT_NEAR(w[kInletA01], before, 1.0);
}

TEST(Scenarios, PowerSpikeIsFortyPercentAtOnceAndItsHeatFollows) {
  // The same site twice, with and without.
  Watched w(at("2026-04-08T01:00:00Z")), quiet(at("2026-04-08T01:00:00Z"));
  const auto run = [&](double seconds) { w.run(seconds), quiet.run(seconds); };
  run(3 * 3600);
  EXPECT_EQ(w[kPowerA01], quiet[kPowerA01]);
  w.start("POWER_SPIKE", "A01", "");
  run(60);
  EXPECT_NEAR(w[kPowerA01] / quiet[kPowerA01], 1.4, 0.01) << "within its interval";
  run(10 * 60);
  const double more_kw = w[kPowerA01] - quiet[kPowerA01];
  EXPECT_NEAR(w[kPowerA01] / quiet[kPowerA01], 1.4, 0.001);
  EXPECT_NEAR(w["dc/demo/power/meter-it/status power"] - quiet["dc/demo/power/meter-it/status power"], more_kw, 0.1 * more_kw);
  EXPECT_GT(w[kUps + "output_power"] - quiet[kUps + "output_power"], 0.4 * more_kw);
  run(30 * 60);
  EXPECT_GT(w[kCrac1 + "cooling_output"], quiet[kCrac1 + "cooling_output"] + 0.5) << "its heat arrives at the units";
  EXPECT_GT(w["dc/demo/power/meter-cooling/status power"], quiet["dc/demo/power/meter-cooling/status power"]);
  w.stop("POWER_SPIKE", "A01", "");
  run(60);
  EXPECT_NEAR(w[kPowerA01] / quiet[kPowerA01], 1, 0.001);
}

TEST(Scenarios, MainsFailureRunsTheBatteryDownAndChargesItAfterwards) {
  Watched w(at("2026-04-08T02:00:00Z"));
  w.run(2 * 3600);
  EXPECT_EQ(w[kUps + "state"], 1);
  EXPECT_EQ(w[kUps + "battery_charge"], 100);
  const double load = w[kUps + "output_power"];
  w.start("MAINS_FAILURE", "", "ups-01");
  w.run(1);
  EXPECT_EQ(w[kUps + "state"], 2);
  EXPECT_EQ(w[kUps + "input_voltage"], 0);
  EXPECT_EQ(w[kUps + "input_power"], 0);
  EXPECT_EQ(w["dc/demo/power/ups-02/status state"], 1);
  double charge = w[kUps + "battery_charge"];
  const double runtime = w[kUps + "battery_runtime"];
  double left = runtime;
  for (int minute = 1; minute <= 12; ++minute) {
    w.run(60);
    EXPECT_LT(w[kUps + "battery_charge"], charge);
    charge = w[kUps + "battery_charge"];
    EXPECT_LT(w[kUps + "battery_runtime"], left) << "minute " << minute;
    left = w[kUps + "battery_runtime"];
    EXPECT_NEAR(left, runtime - minute, 0.12 * runtime) << "while the load holds, a minute is a minute";
    EXPECT_NEAR(w[kUps + "output_power"], load, 0.15 * load);
  }
  EXPECT_GT(w[kUps + "battery_current"], 50);
  w.run(5 * 60);
  EXPECT_LT(w[kBattery + "string_voltage"], 430);
  w.stop("MAINS_FAILURE", "", "ups-01");
  charge = w[kUps + "battery_charge"];
  w.run(30 * 60);
  EXPECT_EQ(w[kUps + "state"], 1);
  EXPECT_GT(w[kUps + "battery_charge"], charge);
  EXPECT_LT(w[kUps + "battery_current"], 0);
  EXPECT_GT(w[kUps + "input_power"], w[kUps + "output_power"] + 10) << "charging is drawn from the mains";
  w.run(5 * 3600);
  EXPECT_EQ(w[kUps + "battery_charge"], 100);
}

TEST(Scenarios, AnEmptyBatteryLeavesTheRacksOnTheOtherFeedAndWithoutBothTheyStop) {
  Watched w(at("2026-04-08T10:00:00Z"));
  w.run(3600);
  w.start("MAINS_FAILURE", "", "ups-01");
  w.run(3 * 3600);
  EXPECT_EQ(w[kUps + "state"], 3);
  EXPECT_EQ(w["dc/demo/room-1/rack-A01/power feed_a_power"], 0);
  EXPECT_GT(w[kPowerA01], 2);
  EXPECT_NEAR(w["dc/demo/room-1/rack-A01/power feed_b_power"], w[kPowerA01], 0.01);
  EXPECT_NEAR(w["dc/demo/power/ups-02/status output_power"], w["dc/demo/power/meter-it/status power"], 5) << "UPS 2 carries all";
  w.stop("MAINS_FAILURE", "", "ups-01");
  w.run(600);
  EXPECT_EQ(w[kUps + "state"], 1);
  EXPECT_GT(w["dc/demo/room-1/rack-A01/power feed_a_power"], 0.5);
  w.start("MAINS_FAILURE", "", "");
  w.run(4 * 3600);
  EXPECT_EQ(w[kPowerA01], 0);
}

TEST(Scenarios, UnitFaultWarmsItsZoneAndMakesTheNeighbourWorkHarder) {
  Watched w(at("2026-04-08T09:00:00Z"));
  w.run(3 * 3600);
  const double inlet = w[kInletA01], far = w["dc/demo/room-1/rack-A10/temperature value"], fan = w[kCrac2 + "fan_speed"],
               output = w[kCrac2 + "cooling_output"];
  const double other_room = w["dc/demo/room-2/rack-B01/temperature value"];
  w.start("UNIT_FAULT", "", "crac-01");
  w.run(1);
  EXPECT_EQ(w[kCrac1 + "state"], 2);
  w.run(40 * 60);
  EXPECT_EQ(w[kCrac1 + "fan_speed"], 0);
  EXPECT_EQ(w[kCrac1 + "airflow"], 0);
  EXPECT_GT(w[kInletA01], inlet + 1.5);
  EXPECT_GT(w[kInletA01] - inlet, w["dc/demo/room-1/rack-A10/temperature value"] - far) << "its own zone the most";
  EXPECT_GT(w[kCrac2 + "fan_speed"], fan + 15);
  EXPECT_GT(w[kCrac2 + "cooling_output"], output + 15);
  EXPECT_NEAR(w["dc/demo/room-2/rack-B01/temperature value"], other_room, 1);
  w.stop("UNIT_FAULT", "", "crac-01");
  w.run(15 * 60);
  EXPECT_NEAR(w[kInletA01], inlet, 1.0);
  EXPECT_EQ(w[kCrac1 + "state"], 1);
}

TEST(Scenarios, LeakIsSaidAtOnce) {
  Watched w(at("2026-04-08T09:00:00Z"));
  w.run(600);
  EXPECT_EQ(w["dc/demo/room-1/leak-01/status value"], 0);
  w.start("LEAK_DETECTED", "", "leak-01");
  w.run(1);
  EXPECT_EQ(w["dc/demo/room-1/leak-01/status value"], 1);
  EXPECT_EQ(w["dc/demo/room-2/leak-02/status value"], 0);
  w.stop("LEAK_DETECTED", "", "leak-01");
  w.run(1);
  EXPECT_EQ(w["dc/demo/room-1/leak-01/status value"], 0);
}

TEST(Scenarios, CellDegradationRaisesOneBlocksResistanceAndLowersTheHealth) {
  Watched w(at("2026-04-08T09:00:00Z"));
  w.run(900);
  const auto before = w.latest;
  w.start("CELL_DEGRADATION", "", "ups-01");
  w.run(20 * 60);
  int risen = 0;
  for (int i = 1; i <= 32; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "block_%02d_resistance", i);
    const double ratio = w[kBattery + name] / before.at(kBattery + name);
    if (ratio > 1.2)
      ++risen;
    else
      EXPECT_NEAR(ratio, 1, 0.01);
  }
  EXPECT_EQ(risen, 1);
  EXPECT_LT(w[kBattery + "soh"], before.at(kBattery + "soh") - 15);
  EXPECT_LT(w[kUps + "battery_soh"], before.at(kUps + "battery_soh") - 10) << "the UPS hears of it";
  EXPECT_LT(w[kUps + "battery_runtime"], before.at(kUps + "battery_runtime"));
}

TEST(Scenarios, SensorFaultsAreOfTheSensorAlone) {
  Watched w(at("2026-04-08T06:00:00Z"));
  w.run(3600);
  const double stuck = w["dc/demo/room-1/rack-A02/temperature value"], power = w["dc/demo/room-1/rack-A02/power value"];
  w.start("SENSOR_STUCK", "A02", "");
  w.start("SENSOR_DRIFT", "A03", "");
  w.start("SENSOR_SILENT", "A04", "");
  w.watch("dc/demo/room-1/rack-A04/temperature value");
  const double drifting = w["dc/demo/room-1/rack-A03/temperature value"];
  w.run(60);
  const auto said = w.history.at("dc/demo/room-1/rack-A04/temperature value").size();
  w.run(3 * 3600);
  EXPECT_EQ(w["dc/demo/room-1/rack-A02/temperature value"], stuck);
  EXPECT_NE(w["dc/demo/room-1/rack-A02/power value"], power);
  EXPECT_NEAR(w["dc/demo/room-1/rack-A03/temperature value"] - drifting, 9, 1.5) << "0.05 °C a minute for three hours";
  EXPECT_LE(w.history.at("dc/demo/room-1/rack-A04/temperature value").size(), said) << "silent";
  w.stop("SENSOR_STUCK", "A02", "");
  w.run(60);
  EXPECT_NE(w["dc/demo/room-1/rack-A02/temperature value"], stuck);
}

TEST(Crac, TakesCommandsWithinBoundsAnswersThemAndFallsBack) {
  Watched w(at("2026-04-08T06:00:00Z"));
  w.run(3600);
  const auto set = "dc/demo/cooling/crac-01/set";
  const std::string answer = "dc/demo/cooling/crac-01/ack ";
  w.site.say(set, {{"id", 7}, {"setpoint", 24}, {"fan_speed", 90}});
  w.run(1);
  EXPECT_EQ(w[answer + "accepted"], 1);
  EXPECT_EQ(w[answer + "id"], 7);
  EXPECT_EQ(w[kCrac1 + "setpoint"], 24);
  EXPECT_EQ(w[kCrac1 + "remote"], 1);
  for (int i = 0; i < 30; ++i) {
    w.site.say(set, {{"setpoint", 24}, {"fan_speed", 90}});
    w.run(60);
  }
  EXPECT_NEAR(w[kCrac1 + "supply_temperature"], 24, 0.4);
  EXPECT_EQ(w[kCrac1 + "fan_speed"], 90);
  w.site.say(set, {{"setpoint", 35}});
  w.run(1);
  EXPECT_EQ(w[answer + "accepted"], 0);
  EXPECT_EQ(w[kCrac1 + "setpoint"], 24) << "out of bounds changes nothing";
  w.run(400);
  EXPECT_EQ(w[kCrac1 + "setpoint"], 22) << "no command for three minutes: the local setpoint";
  EXPECT_EQ(w[kCrac1 + "remote"], 0);
}

TEST(Bots, AloneAndUnheardTheyKeepSaneValues) {
  for (const auto type :
       {BotType::temperature, BotType::pdu, BotType::ups, BotType::battery, BotType::crac, BotType::leak, BotType::meter, BotType::weather}) {
    const auto site = usual_site(type, "lab", "room-1", "A01", "");
    const auto* config = site.all(type).at(0);
    Unit unit(site, *config, 3);
    std::vector<Message> said;
    for (double t = at("2026-04-08T06:00:00Z"); t < at("2026-04-09T06:00:00Z"); t += 60) unit.read(t, said);
    ASSERT_FALSE(said.empty()) << name_of(type);
    for (const auto& message : said) {
      for (const auto& [name, value] : message.fields) ASSERT_TRUE(std::isfinite(value)) << message.topic << " " << name;
    }
    const auto& last = said.back().fields;
    if (type == BotType::ups) {
      EXPECT_EQ(find(last, "state"), 1);
    }
    if (type == BotType::crac) {
      EXPECT_NEAR(find_or(last, "supply_temperature", 0), 22, 1);
    }
    if (type == BotType::temperature) {
      EXPECT_NEAR(find_or(said.at(said.size() - 2).fields, "value", 0), 24, 2.5);
    }
  }
}

// What it says at its start is what it would have said, had it not died (displays show tenths): also what depends on what it had heard of others.
TEST(Bots, OneThatStartsAnewCarriesOnFromItsState) {
  Watched w(at("2026-04-08T06:00:00Z"));
  w.run(3 * 3600);
  w.start("COOLING_FAILURE", "A01", "");
  w.start("MAINS_FAILURE", "", "ups-01");
  w.start("CELL_DEGRADATION", "", "ups-02");
  w.run(10 * 60);
  const auto now_s = w.site.now_s();
  for (const auto& unit : w.site.units()) {
    for (const double away_s : {0.0, 20.0}) {  // killed; or gone for a while, in which the hall went on
      Unit again(w.model, unit->config(), 1);
      again.set_scenarios(now_s + away_s, unit->scenarios());
      again.restore(parse_payload(payload({}, unit->state(), "")).value_or(Fields{}), now_s + away_s);
      std::vector<Message> before, after;
      unit->read(now_s + away_s, before);
      again.read(now_s + away_s, after);
      ASSERT_EQ(before.size(), after.size()) << unit->config().name;
      for (std::size_t i = 0; i < before.size(); ++i) {
        for (const auto& [field, value] : before[i].fields) {
          EXPECT_NEAR(find(after[i].fields, field).value(), value, 0.002 * std::abs(value) + 0.101) << unit->config().name << " " << field;
        }
      }
    }
  }
}

TEST(Bots, WhatStoodStillForADayDoesNotCatchUp) {
  Watched w(at("2026-04-08T06:00:00Z"));
  w.run(3600);
  const auto* pdu = w.model.find(BotType::pdu, "A01 PDU");
  Unit unit(w.model, *pdu, 1);
  std::vector<Message> said;
  const auto start = w.site.now_s();
  unit.read(start, said);
  Unit again(w.model, *pdu, 1);
  again.restore(unit.state(), start + 86400);
  again.read(start + 86400, said);
  EXPECT_NEAR(find(said[1].fields, "energy").value(), find(said[0].fields, "energy").value(), 0.01);
}

}  // namespace
}  // namespace dcim::bots
