// The air of one zone of a room: a well-mixed cold node and hot node, and the building around them. A zone is what one cooling
// unit stands for; its racks give heat to the hot node, the units draw from it and supply the cold node.
#pragma once

namespace dcim::physics {

struct ZoneParameters {
  int racks = 5;
  double cold_volume_m3 = 3, hot_volume_m3 = 7;      // per rack
  double cold_mass_j_k = 20e3, hot_mass_j_k = 60e3;  // per rack: tiles, cabinets
  double leakage_w_k = 15;                           // per rack, between hot and cold; 3 where contained
  double structure_j_k = 2.5e6, structure_w_k = 30;  // per rack: floor, walls, slab
  double envelope_w_k = 5;                           // per rack, structure to outside
};

struct ZoneInputs {
  double supply_kg_s = 0;       // air that the units bring
  double supply_c = 22;         // its mean temperature, by mass flow
  double rack_heat_w = 0;       // what the racks give to their air
  double mixing_w = 0;          // heat that comes from the neighbouring zones' hot air
  double cold_mixing_w = 0;     // and from their cold air
  double extra_mixing_w_k = 0;  // natural convection between hot and cold, where fans stand
  double outdoor_c = 20;
};

class Zone {
 public:
  explicit Zone(ZoneParameters parameters, double cold_c = 22, double hot_c = 32);

  /// Euler; `seconds` at most 1. The mass balance of racks, recirculation and bypass cancels out of the heat of both nodes:
  /// cold: supply in, supply out; hot: the racks' heat, and as much air from the cold side as the units draw.
  void step(double seconds, const ZoneInputs& in);

  double cold_c() const { return cold_c_; }
  double hot_c() const { return hot_c_; }
  double structure_c() const { return structure_c_; }
  void set(double cold_c, double hot_c, double structure_c);
  /// Heat kept in air, cabinets and structure, above 0 °C.
  double stored_j() const;
  double envelope_w(double outdoor_c) const { return envelope_w_k_ * (outdoor_c - structure_c_); }

 private:
  double cold_j_k_, hot_j_k_, structure_j_k_;
  double leakage_w_k_, structure_w_k_, envelope_w_k_;
  double cold_c_, hot_c_, structure_c_;
};

/// Share of a rack's inlet air that is hot air: its own, and what must make up for supply that is short. All 0 to 1, flows in kg/s.
double recirculation(double own_share, double supply_kg_s, double racks_kg_s);

}  // namespace dcim::physics
