#include "simulators/physics/power.h"

namespace dcim::physics {

PduSplit::PduSplit(std::uint64_t seed, Cords cords)
    : cords_(cords),
      share_a_(chosen(seed, "share of A", 0.46, 0.54)),
      power_factor_(chosen(seed, "power factor", 0.95, 0.985)),
      balance_(seed, "balance", 0.01, 3600) {
  const double one = chosen(seed, "L1", 0.31, 0.36), two = chosen(seed, "L2", 0.31, 0.36);
  phase_share_ = {one, two, 1 - one - two};
}

double PduSplit::supplied(bool a_alive, bool b_alive) const {
  return a_alive || b_alive ? 1 - (a_alive ? 0 : cords_.a_only) - (b_alive ? 0 : cords_.b_only) : 0;
}

std::array<Feed, 2> PduSplit::feeds(double power_kw, bool a_alive, bool b_alive, double time_s) const {
  const double both = 1 - cords_.a_only - cords_.b_only;
  const double a = !a_alive ? 0 : cords_.a_only + both * (b_alive ? share_a_ : 1);
  const double b = !b_alive ? 0 : cords_.b_only + both * (a_alive ? 1 - share_a_ : 1);
  const double shift = balance_.at(time_s);
  const std::array<double, 3> phases{phase_share_[0] + shift, phase_share_[1] - shift, phase_share_[2]};
  std::array<Feed, 2> out;
  for (std::size_t feed = 0; feed < 2; ++feed) {
    out[feed].power_kw = power_kw * (feed == 0 ? a : b);
    for (std::size_t phase = 0; phase < 3; ++phase) {
      out[feed].current_a[phase] = out[feed].power_kw * 1000 * phases[phase] / (kPhaseVoltage_v * power_factor_);
    }
  }
  return out;
}

double ups_loss_kw(double output_kw, const UpsParameters& p) {
  const double x = output_kw / p.rated_kw;
  return p.rated_kw * (p.no_load + p.proportional * x + p.square * x * x);
}

double ups_efficiency(double x, const UpsParameters& p) { return x / (x + p.no_load + p.proportional * x + p.square * x * x); }

}  // namespace dcim::physics
