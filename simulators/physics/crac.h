// A computer room air conditioner with direct expansion: fan, coil, and the PI control of its supply air.
#pragma once

namespace dcim::physics {

struct CracParameters {
  double rated_w = 42e3;  // at 24 °C return and 35 °C outside
  double rated_airflow_m3_s = 3.2;
  double fan_w = 3000;        // at full speed
  double fan_exponent = 2.8;  // ideal 3; with losses of drive and motor
  double kp_per_k = 0.05, ti_s = 120;
  double actuator_s = 60, coil_s = 30, sensor_s = 20;
  double cop_quality = 0.42, cop_highest = 6;
};

/// DX: η·Te/(Tc−Te) in K, Te = supply − 8 K, Tc = max(outside + 15, 30) °C.
double dx_cop(double supply_c, double outdoor_c, const CracParameters& parameters = {});
/// Share of the rated fan power at a share of the rated speed.
double fan_power_share(double speed, double exponent);

class Crac {
 public:
  explicit Crac(CracParameters parameters = {}, double start_c = 20);

  /// Euler; `seconds` at most 1. `speed`: the fan's, 0 to 1; 0: it stands. `enabled`: the compressors may run.
  void step(double seconds, double return_c, double outdoor_c, double setpoint_c, double speed, bool enabled);

  double supply_c() const { return supply_c_; }
  double measured_supply_c() const { return measured_c_; }
  double airflow_kg_s() const { return airflow_kg_s_; }
  /// Of what the compressors can give, 0 to 1.
  double output() const { return output_; }
  double cooling_w() const { return cooling_w_; }  // by the coil
  double fan_w() const { return fan_w_; }
  double power_w() const { return power_w_; }  // fan and compressors

  /// For a bot that carries on: where the control stands.
  void restore(double supply_c, double measured_c, double integral, double output);
  double integral() const { return integral_; }

 private:
  CracParameters p_;
  double supply_c_, measured_c_;
  double integral_ = 0.5, demand_ = 0.5, output_ = 0.5;
  double airflow_kg_s_ = 0, cooling_w_ = 0, fan_w_ = 0, power_w_ = 0;
};

}  // namespace dcim::physics
