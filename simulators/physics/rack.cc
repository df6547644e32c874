#include "simulators/physics/rack.h"

#include <algorithm>

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

constexpr double kIdleFans = 0.05;  // a rack that is off still breathes a little

}  // namespace

double office_hours(double hour) { return std::min(std::clamp(hour - 8, 0.0, 1.0), std::clamp(19 - hour, 0.0, 1.0)); }

RackLoad::RackLoad(std::uint64_t seed)
    : idle_kw_(chosen(seed, "idle", 2.3, 3.6)),
      busy_kw_(chosen(seed, "busy", 4.6, 7.0)),
      batch_kw_(chosen(seed, "batch", -1.2, 1.2)),
      batch_hour_(chosen(seed, "batch hour", 21, 26)),
      jobs_(seed, "jobs", 0.22, 1800),
      short_jobs_(seed, "short jobs", 0.06, 180) {}

double RackLoad::power_kw(double time_s, const LocalTime& local) const {
  const bool weekend = local.weekday == 0 || local.weekday == 6;
  double kw = idle_kw_ + (busy_kw_ - idle_kw_) * office_hours(local.hour) * (weekend ? 0.35 : 1.0);
  kw += std::max(0.0, batch_kw_) * span(local.hour, batch_hour_ >= 24 ? batch_hour_ - 24 : batch_hour_, 3);
  kw += jobs_.at(time_s) + short_jobs_.at(time_s);
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
