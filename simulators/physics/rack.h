// One rack: what its machines draw, and how they heat the air that passes through them.
#pragma once

#include <cstdint>

#include "simulators/physics/noise.h"

namespace dcim::physics {

/// The site's wall clock.
struct LocalTime {
  double hour = 12;  // 0 to 24
  int weekday = 1;   // 0 is Sunday
  int year_day = 0;  // 0 is 1 January
};

/// 0 at night, 1 in office hours, with an hour's slope between: 08–09 up, 18–19 down.
double office_hours(double hour);

/// IT load of 2–8 kW. Each rack has machines of its own: most follow the working day (their users come and go at different hours, with
/// a dip at noon and less on weekends), some hardly (storage, network), some run batch jobs at night. Over all of them lies the site's
/// demand, which makes one day busier than another, and work that comes and goes. A pure function of time.
class RackLoad {
 public:
  RackLoad(std::uint64_t seed, std::uint64_t site_seed);
  double power_kw(double time_s, const LocalTime& local) const;
  /// Of an ordinary day; what to assume before anything is heard.
  static constexpr double kUsual_kw = 4.2;

 private:
  /// 0 to 1: how far the people and programs that use it are at work.
  double presence(const LocalTime& local) const;

  bool steady_;
  double idle_kw_, busy_kw_, weekend_, morning_h_, evening_h_, noon_dip_, batch_kw_, batch_hour_;
  Wander demand_, projects_, jobs_, short_jobs_;
};

struct RackParameters {
  double nominal_kw = 5;              // sizes the mass of the machines
  double heat_j_per_k_per_kw = 39e3;  // a 2U server: 11.1 kJ/K at 220–350 W
  double exchange = 0.85;             // share of the possible heat that the air takes up
  double design_rise_k = 12;          // 0.0696 m³/s for each kW
  bool fans_follow_inlet = true;      // 4 % more flow for each K over 25 °C, up to 1.8 times
};

/// kg/s through the machines of a rack.
double rack_airflow_kg_s(double power_w, double inlet_c, const RackParameters& parameters = {});

/// The machines' mass, and the air through it.
class Rack {
 public:
  explicit Rack(RackParameters parameters = {}, double start_c = 34) : parameters_(parameters), mass_c_(start_c) {}

  /// Euler; `seconds` at most 1. `inlet_c`: of the air that enters the machines.
  void step(double seconds, double power_w, double inlet_c);
  /// As it would be after hours at this power and inlet.
  void settle(double power_w, double inlet_c);

  double inlet_c() const { return inlet_c_; }
  double exhaust_c() const { return inlet_c_ + parameters_.exchange * (mass_c_ - inlet_c_); }
  double airflow_kg_s() const { return airflow_kg_s_; }
  /// To the air, now.
  double heat_w() const;
  double mass_c() const { return mass_c_; }
  void set_mass_c(double c) { mass_c_ = c; }
  double heat_capacity_j_k() const { return parameters_.heat_j_per_k_per_kw * parameters_.nominal_kw; }

 private:
  RackParameters parameters_;
  double mass_c_;
  double inlet_c_ = 22;
  double airflow_kg_s_ = 0;
};

}  // namespace dcim::physics
