#include "simulators/physics/zone.h"

#include <algorithm>

#include "simulators/physics/air.h"

namespace dcim::physics {

Zone::Zone(ZoneParameters p, double cold_c, double hot_c)
    : cold_j_k_(p.racks * (kAirDensity_kg_m3 * kAirHeat_j_kgk * p.cold_volume_m3 + p.cold_mass_j_k)),
      hot_j_k_(p.racks * (kAirDensity_kg_m3 * kAirHeat_j_kgk * p.hot_volume_m3 + p.hot_mass_j_k)),
      structure_j_k_(p.racks * p.structure_j_k),
      leakage_w_k_(p.racks * p.leakage_w_k),
      structure_w_k_(p.racks * p.structure_w_k),
      envelope_w_k_(p.racks * p.envelope_w_k),
      cold_c_(cold_c),
      hot_c_(hot_c),
      structure_c_(hot_c - 1) {}

void Zone::step(double seconds, const ZoneInputs& in) {
  const double flow_w_k = in.supply_kg_s * kAirHeat_j_kgk;
  const double hot_to_cold_w = (leakage_w_k_ + in.extra_mixing_w_k) * (hot_c_ - cold_c_);
  const double to_structure_w = structure_w_k_ * (hot_c_ - structure_c_);
  const double cold_w = flow_w_k * (in.supply_c - cold_c_) + hot_to_cold_w + in.cold_mixing_w;
  const double hot_w = in.rack_heat_w + flow_w_k * (cold_c_ - hot_c_) - hot_to_cold_w - to_structure_w + in.mixing_w;
  cold_c_ += seconds * cold_w / cold_j_k_;
  hot_c_ += seconds * hot_w / hot_j_k_;
  structure_c_ += seconds * (to_structure_w + envelope_w(in.outdoor_c)) / structure_j_k_;
}

void Zone::set(double cold_c, double hot_c, double structure_c) {
  cold_c_ = cold_c;
  hot_c_ = hot_c;
  structure_c_ = structure_c;
}

double Zone::stored_j() const { return cold_j_k_ * cold_c_ + hot_j_k_ * hot_c_ + structure_j_k_ * structure_c_; }

double recirculation(double own_share, double supply_kg_s, double racks_kg_s) {
  if (racks_kg_s <= 0) return own_share;
  return own_share + (1 - own_share) * std::max(0.0, 1 - supply_kg_s / racks_kg_s);
}

}  // namespace dcim::physics
