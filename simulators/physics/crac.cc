#include "simulators/physics/crac.h"

#include <algorithm>
#include <cmath>

#include "simulators/physics/air.h"

namespace dcim::physics {
namespace {

constexpr double kKelvin = 273.15;
constexpr double kStillAir_s = 300;  // without flow the probe drifts to the room's temperature
constexpr double kMostRise_k_s = 5;

}  // namespace

double dx_cop(double supply_c, double outdoor_c, const CracParameters& p) {
  const double evaporator = supply_c - 8 + kKelvin;
  const double condenser = std::max(outdoor_c + 15, 30.0) + kKelvin;
  if (condenser <= evaporator) return p.cop_highest;
  return std::min(p.cop_highest, p.cop_quality * evaporator / (condenser - evaporator));
}

double fan_power_share(double speed, double exponent) { return std::pow(std::max(0.0, speed), exponent); }

Crac::Crac(CracParameters parameters, double start_c) : p_(parameters), supply_c_(start_c), measured_c_(start_c) {}

void Crac::step(double seconds, double return_c, double outdoor_c, double setpoint_c, double speed, bool enabled) {
  airflow_kg_s_ = kAirDensity_kg_m3 * p_.rated_airflow_m3_s * speed;
  fan_w_ = p_.fan_w * fan_power_share(speed, p_.fan_exponent);
  const double error_k = measured_c_ - setpoint_c;
  if (enabled && speed > 0) {
    integral_ = std::clamp(integral_ + seconds * p_.kp_per_k / p_.ti_s * error_k, 0.0, 1.0);  // clamped: no wind-up
    demand_ = std::clamp(integral_ + p_.kp_per_k * error_k, 0.0, 1.0);
    output_ += seconds * (demand_ - output_) / p_.actuator_s;
  } else {
    integral_ = demand_ = output_ = 0;
  }
  const double most_w = std::max(0.0, p_.rated_w * (1 + 0.025 * (return_c - 24)) * (1 - 0.008 * (outdoor_c - 35)));
  cooling_w_ = output_ * most_w;
  if (airflow_kg_s_ > 0) {
    const double leaving_c = return_c - (cooling_w_ - fan_w_) / (airflow_kg_s_ * kAirHeat_j_kgk);
    const double slope = std::clamp((leaving_c - supply_c_) / p_.coil_s, -kMostRise_k_s, kMostRise_k_s);
    supply_c_ += seconds * slope;
  } else {
    supply_c_ += seconds * (return_c - supply_c_) / kStillAir_s;
  }
  measured_c_ += seconds * (supply_c_ - measured_c_) / p_.sensor_s;
  power_w_ = fan_w_ + cooling_w_ / dx_cop(supply_c_, outdoor_c, p_);
}

void Crac::restore(double supply_c, double measured_c, double integral, double output) {
  supply_c_ = supply_c;
  measured_c_ = measured_c;
  integral_ = std::clamp(integral, 0.0, 1.0);
  demand_ = output_ = std::clamp(output, 0.0, 1.0);
}

}  // namespace dcim::physics
