// The way of the power: rack PDU with two feeds and three phases, UPS losses.
#pragma once

#include <array>
#include <cstdint>

#include "simulators/physics/noise.h"

namespace dcim::physics {

inline constexpr double kPhaseVoltage_v = 230;

/// One feed of a rack PDU.
struct Feed {
  double power_kw = 0;
  std::array<double, 3> current_a{};  // by phase
};

/// The shares of a rack's load with a single cord, on feed A or B. What is left has two, and draws from both.
struct Cords {
  double a_only = 0, b_only = 0;
};

/// How a rack's machines draw from their two cords: nearly half each, nearly a third on each phase.
class PduSplit {
 public:
  PduSplit(std::uint64_t seed, Cords cords);
  /// The share of the load that has power.
  double supplied(bool a_alive, bool b_alive) const;
  /// What both feeds carry of a rack that would draw `power_kw`. Of a dead one, the other takes over what has two cords.
  std::array<Feed, 2> feeds(double power_kw, bool a_alive, bool b_alive, double time_s) const;
  double power_factor() const { return power_factor_; }

 private:
  Cords cords_;
  double share_a_, power_factor_;  // share of A: of what has two cords
  std::array<double, 3> phase_share_;
  Wander balance_;
};

/// Loss model: no-load, proportional and square part, each as a share of the rating.
struct UpsParameters {
  double rated_kw = 120;
  double no_load = 0.015, proportional = 0.020, square = 0.020;  // typical, without a transformer
};

double ups_loss_kw(double output_kw, const UpsParameters& parameters = {});
/// x/(x+c0+c1·x+c2·x²) at the load share x.
double ups_efficiency(double load_share, const UpsParameters& parameters = {});

}  // namespace dcim::physics
