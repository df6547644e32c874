// Moist air: constants, and how temperature, humidity and dew point hang together. Magnus with the WMO's (Sonntag's) coefficients,
// −45 to 60 °C, at 1013.25 hPa.
#pragma once

namespace dcim::physics {

inline constexpr double kAirDensity_kg_m3 = 1.19;
inline constexpr double kAirHeat_j_kgk = 1006;

double saturation_pressure_hpa(double temperature_c);
double dew_point_c(double temperature_c, double humidity_rh);
/// kg of water per kg of dry air.
double humidity_ratio(double temperature_c, double humidity_rh);
/// The relative humidity of air of this humidity ratio at another temperature, 0 to 100.
double relative_humidity(double temperature_c, double humidity_ratio);
double enthalpy_kj_kg(double temperature_c, double humidity_rh);

}  // namespace dcim::physics
