// The thermal classes of ASHRAE TC 9.9 (5th edition, 2021) for IT equipment, measured at the rack's inlet: how air may be (allowable) and
// should be (recommended), and how well racks keep to it. Sources and formulas: docs/environment.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dcim::core {

enum class AshraeClass : std::uint8_t { a1, a2, a3, a4, h1 };
/// "A1" … "H1".
std::string_view name_of(AshraeClass ashrae_class);
std::optional<AshraeClass> ashrae_class_from(std::string_view name);

/// What air is between. Humidity has limits by dew point and by relative humidity; both hold.
struct AirLimits {
  double low_c, high_c;
  double dew_low_c, dew_high_c;
  std::optional<double> rh_low;
  double rh_high;
};
AirLimits recommended(AshraeClass ashrae_class);
AirLimits allowable(AshraeClass ashrae_class);

enum class AirVerdict : std::uint8_t { recommended, allowable, outside, no_data };
inline constexpr std::size_t kAirVerdicts = 4;
/// "recommended", "allowable", "outside", "no-data".
std::string_view name_of(AirVerdict verdict);

/// Without humidity the temperature alone decides; without temperature nothing does.
AirVerdict judge_air(AshraeClass ashrae_class, std::optional<double> inlet_c, std::optional<double> rh);
/// Why it is not recommended, and what is not known; in words.
std::vector<std::string> reasons_for(AshraeClass ashrae_class, std::optional<double> inlet_c, std::optional<double> rh);

/// Rack Cooling Index (Herrlin): 100 is that no inlet is over (or under) the recommended range, 0 that all are at the allowable limit. At most 100,
/// below 0 when it is worse than that. Nothing without inlets.
class RackCoolingIndex {
 public:
  explicit RackCoolingIndex(AshraeClass ashrae_class);
  void add(double inlet_c);
  std::optional<double> high() const { return index(over_, high_span_); }
  std::optional<double> low() const { return index(under_, low_span_); }
  int inlets() const { return inlets_; }

 private:
  std::optional<double> index(double sum, double span) const;

  double recommended_low_, recommended_high_, low_span_, high_span_;
  double over_ = 0, under_ = 0;
  int inlets_ = 0;
};

}  // namespace dcim::core
