// A UPS's battery: how long it lasts at a power, how it charges, ages, and what its single blocks show.
#pragma once

#include <cstdint>

#include "simulators/physics/noise.h"

namespace dcim::physics {

/// Minutes until the end voltage, for a power as a share of what the battery gives for 15 minutes at 25 °C. A datasheet's W-table
/// (Panasonic UP-PW1245P1 to 9.6 V, normalised), log-log between its rows and beyond them.
double runtime_minutes(double share_of_15_minute_power);

/// Capacity at a temperature against 25 °C, for rates near 15 minutes.
double temperature_factor(double temperature_c);

/// State of health after years at a temperature: 20 % in 7 years at 25 °C, half the life for each 10 K more, twice as fast below 80 %.
double state_of_health(double years, double temperature_c);
/// Of a block against new: R/R0 = 1 + 1.5·(1 − SOH), and back.
double resistance_of_health(double soh);
double health_of_resistance(double resistance_ratio);

struct BatteryParameters {
  double rated_15_minute_kw = 120;  // at the inverter's input
  int blocks = 32;                  // of 6 cells, in series
  double energy_kwh = 42;           // that a slow discharge would give; what charging must bring back
  double charge_share_per_h = 0.5;  // of full, until 90 %; then it tapers
  double charge_efficiency = 0.85;
};

class Battery {
 public:
  explicit Battery(BatteryParameters parameters = {}, double charge = 1) : p_(parameters), charge_(charge) {}

  /// `power_kw`: taken from the battery; 0: it charges or floats. Gives the kW that charging takes.
  double step(double seconds, double power_kw, double soh, double temperature_c);

  double charge() const { return charge_; }  // 0 to 1
  void set_charge(double charge) { charge_ = charge; }
  bool empty() const { return charge_ <= 0; }
  /// That it would last from now at this power.
  double runtime_min(double power_kw, double soh, double temperature_c) const;
  /// Of the whole string. `power_kw`: positive when discharged.
  double voltage_v(double power_kw) const;
  double float_voltage_v() const { return p_.blocks * 6 * 2.27; }
  /// What a full string takes for good: 1 mA/Ah at 25 °C, twice that for each 10 K more, and twice that at its end.
  double float_current_a(double soh, double temperature_c) const;
  const BatteryParameters& parameters() const { return p_; }

 private:
  BatteryParameters p_;
  double charge_;
};

/// One block of 6 cells as a monitor sees it.
class Block {
 public:
  Block(std::uint64_t seed, int number);
  /// `extra_resistance`: what a fault adds, 0.6 for +60 %. mΩ.
  double resistance_mohm(double soh, double extra_resistance) const;
  /// `mean_v`: of the string's blocks; `current_a`: positive when discharged.
  double voltage_v(double mean_v, double current_a, double extra_resistance) const;
  double temperature_c(double ambient_c, double current_a, double extra_resistance, double time_s) const;

 private:
  double new_mohm_, spread_v_, spread_k_;
  Wander warmth_;
};

}  // namespace dcim::physics
