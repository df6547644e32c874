#include "simulators/physics/rack.h"

#include <algorithm>
#include <cmath>

#include "simulators/physics/air.h"

namespace dcim::physics {
namespace {

// Hours since the start of a span that may cross midnight.
double hours_after(double hour, double start) { return hour >= start ? hour - start : hour + 24 - start; }

// 0 outside, 1 inside, with slopes of half an hour.
double span(double hour, double start, double length) {
  const double h = hours_after(hour, start);
  return std::clamp(std::min(h, length - h) * 2, 0.0, 1.0);
}

// 0 to 1, without corners.
double smooth(double x) {
  x = std::clamp(x, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

constexpr double kIdleFans = 0.05;  // a rack that is off still breathes a little

}  // namespace

double office_hours(double hour) { return std::min(std::clamp(hour - 8, 0.0, 1.0), std::clamp(19 - hour, 0.0, 1.0)); }

RackLoad::RackLoad(std::uint64_t seed, std::uint64_t site_seed)
    : steady_(chosen(seed, "kind", 0, 1) < 0.25),
      idle_kw_(steady_ ? chosen(seed, "idle", 3.2, 4.8) : chosen(seed, "idle", 2.3, 3.8)),
      busy_kw_(steady_ ? idle_kw_ + chosen(seed, "busy", 0.4, 0.9) : chosen(seed, "busy", 4.8, 6.8)),
      weekend_(chosen(seed, "weekend", 0.1, 0.5)),
      morning_h_(chosen(seed, "morning", 7.2, 8.6)),
      evening_h_(chosen(seed, "evening", 17.0, 18.4)),
      noon_dip_(chosen(seed, "noon", 0.05, 0.2)),
      batch_kw_(chosen(seed, "batch", -1.2, 1.2)),
      batch_hour_(chosen(seed, "batch hour", 21, 26)),
      demand_(site_seed, "demand", 0.07, 16 * 3600.0),
      projects_(seed, "projects", 0.2, 30 * 3600.0),
      jobs_(seed, "jobs", 0.22, 1800),
      short_jobs_(seed, "short jobs", 0.06, 180) {}

double RackLoad::presence(const LocalTime& local) const {
  constexpr double kArrival_h = 1.8, kLeaving_h = 3;
  const double up = smooth((local.hour - morning_h_) / kArrival_h), down = smooth((local.hour - evening_h_) / kLeaving_h);
  const double noon = std::exp(-std::pow((local.hour - 12.6) / 0.7, 2));
  const bool weekend = local.weekday == 0 || local.weekday == 6;
  return up * (1 - down) * (1 - noon_dip_ * noon) * (weekend ? weekend_ : 1.0);
}

double RackLoad::power_kw(double time_s, const LocalTime& local) const {
  double kw = idle_kw_ + (busy_kw_ - idle_kw_) * presence(local);
  kw += std::max(0.0, batch_kw_) * span(local.hour, batch_hour_ >= 24 ? batch_hour_ - 24 : batch_hour_, 3);
  kw *= 1 + demand_.at(time_s) * (steady_ ? 0.3 : 1.0);
  kw += projects_.at(time_s) + jobs_.at(time_s) + short_jobs_.at(time_s);
  return std::clamp(kw, 2.0, 8.0);
}

double rack_airflow_kg_s(double power_w, double inlet_c, const RackParameters& p) {
  const double faster = p.fans_follow_inlet ? std::clamp(1 + 0.04 * (inlet_c - 25), 1.0, 1.8) : 1.0;
  return std::max(power_w, kIdleFans * p.nominal_kw * 1000) / (kAirHeat_j_kgk * p.design_rise_k) * faster;
}

void Rack::step(double seconds, double power_w, double inlet_c) {
  inlet_c_ = inlet_c;
  airflow_kg_s_ = rack_airflow_kg_s(power_w, inlet_c, parameters_);
  mass_c_ += seconds * (power_w - heat_w()) / heat_capacity_j_k();
}

void Rack::settle(double power_w, double inlet_c) {
  inlet_c_ = inlet_c;
  airflow_kg_s_ = rack_airflow_kg_s(power_w, inlet_c, parameters_);
  mass_c_ = inlet_c + power_w / (parameters_.exchange * airflow_kg_s_ * kAirHeat_j_kgk);
}

double Rack::heat_w() const { return parameters_.exchange * airflow_kg_s_ * kAirHeat_j_kgk * (mass_c_ - inlet_c_); }

}  // namespace dcim::physics
