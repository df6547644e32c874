#include "core/ashrae.h"

#include <algorithm>

#include "core/number_text.h"
#include "core/psychrometrics.h"

namespace dcim::core {
namespace {

constexpr std::array<std::string_view, 5> kNames{"A1", "A2", "A3", "A4", "H1"};
constexpr std::array<std::string_view, kAirVerdicts> kVerdicts{"recommended", "allowable", "outside", "no-data"};

constexpr double kDewLowRecommended_c = -9, kDewHighRecommended_c = 15, kRhHighRecommended = 70;
constexpr double kDewLowAllowable_c = -12, kRhLowAllowable = 8;

bool inside(const AirLimits& limits, double inlet_c, std::optional<double> rh, std::optional<double> dew_c) {
  if (inlet_c < limits.low_c || inlet_c > limits.high_c) return false;
  if (dew_c && (*dew_c < limits.dew_low_c || *dew_c > limits.dew_high_c)) return false;
  return !rh || ((!limits.rh_low || *rh >= *limits.rh_low) && *rh <= limits.rh_high);
}

std::optional<double> dew_of(double inlet_c, std::optional<double> rh) { return rh ? dew_point_c(inlet_c, *rh) : std::nullopt; }

// "inlet 28.4 °C is above the recommended 27 °C": against the wider range when it is outside of that, too.
void say(std::vector<std::string>& out, const std::string& what, const std::string& unit, double value, std::optional<double> low,
         std::optional<double> low_allowed, double high, double high_allowed) {
  const auto is = what + " " + measured_text(value) + unit + " is ";
  if (value > high_allowed) {
    out.push_back(is + "above the allowable " + limit_text(high_allowed) + unit);
  } else if (low_allowed && value < *low_allowed) {
    out.push_back(is + "below the allowable " + limit_text(*low_allowed) + unit);
  } else if (value > high) {
    out.push_back(is + "above the recommended " + limit_text(high) + unit);
  } else if (low && value < *low) {
    out.push_back(is + "below the recommended " + limit_text(*low) + unit);
  }
}

}  // namespace

std::string_view name_of(AshraeClass ashrae_class) { return kNames[static_cast<std::size_t>(ashrae_class)]; }
std::string_view name_of(AirVerdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }

std::optional<AshraeClass> ashrae_class_from(std::string_view name) {
  const auto it = std::ranges::find(kNames, name);
  return it == kNames.end() ? std::nullopt : std::optional(static_cast<AshraeClass>(it - kNames.begin()));
}

AirLimits recommended(AshraeClass ashrae_class) {
  const double high_c = ashrae_class == AshraeClass::h1 ? 22 : 27;
  return {18, high_c, kDewLowRecommended_c, kDewHighRecommended_c, std::nullopt, kRhHighRecommended};
}

AirLimits allowable(AshraeClass ashrae_class) {
  switch (ashrae_class) {
    case AshraeClass::a1: return {15, 32, kDewLowAllowable_c, 17, kRhLowAllowable, 80};
    case AshraeClass::a2: return {10, 35, kDewLowAllowable_c, 21, kRhLowAllowable, 80};
    case AshraeClass::a3: return {5, 40, kDewLowAllowable_c, 24, kRhLowAllowable, 85};
    case AshraeClass::a4: return {5, 45, kDewLowAllowable_c, 24, kRhLowAllowable, 90};
    case AshraeClass::h1: return {5, 25, kDewLowAllowable_c, 17, kRhLowAllowable, 80};
  }
  return {15, 32, kDewLowAllowable_c, 17, kRhLowAllowable, 80};
}

AirVerdict judge_air(AshraeClass ashrae_class, std::optional<double> inlet_c, std::optional<double> rh) {
  if (!inlet_c) return AirVerdict::no_data;
  const auto dew_c = dew_of(*inlet_c, rh);
  if (inside(recommended(ashrae_class), *inlet_c, rh, dew_c)) return AirVerdict::recommended;
  return inside(allowable(ashrae_class), *inlet_c, rh, dew_c) ? AirVerdict::allowable : AirVerdict::outside;
}

std::vector<std::string> reasons_for(AshraeClass ashrae_class, std::optional<double> inlet_c, std::optional<double> rh) {
  if (!inlet_c) return {"no inlet temperature"};
  const auto should = recommended(ashrae_class), may = allowable(ashrae_class);
  std::vector<std::string> out;
  say(out, "inlet", " °C", *inlet_c, should.low_c, may.low_c, should.high_c, may.high_c);
  if (!rh) {
    out.push_back("no humidity");
    return out;
  }
  if (const auto dew_c = dew_of(*inlet_c, rh))
    say(out, "dew point", " °C", *dew_c, should.dew_low_c, may.dew_low_c, should.dew_high_c, may.dew_high_c);
  say(out, "humidity", " %RH", *rh, should.rh_low, may.rh_low, should.rh_high, may.rh_high);
  return out;
}

RackCoolingIndex::RackCoolingIndex(AshraeClass ashrae_class) {
  const auto should = recommended(ashrae_class), may = allowable(ashrae_class);
  recommended_low_ = should.low_c;
  recommended_high_ = should.high_c;
  low_span_ = should.low_c - may.low_c;
  high_span_ = may.high_c - should.high_c;
}

void RackCoolingIndex::add(double inlet_c) {
  over_ += std::max(0.0, inlet_c - recommended_high_);
  under_ += std::max(0.0, recommended_low_ - inlet_c);
  ++inlets_;
}

std::optional<double> RackCoolingIndex::index(double sum, double span) const {
  if (inlets_ == 0) return std::nullopt;
  return (1 - sum / (span * inlets_)) * 100;
}

}  // namespace dcim::core
