// What each element of the power chain carries: supply comes from above, load from below. Pure; docs/power.md gives the rules.
#pragma once

#include <string>
#include <vector>

#include "core/power_chain.h"
#include "core/readings.h"

namespace dcim::core {

enum class Supply : std::uint8_t { dead, battery, live };

/// Where a load's figure comes from. estimated: from what the devices typically draw.
enum class LoadMethod : std::uint8_t { none, estimated, sum, measured };
std::string_view name_of(LoadMethod method);

/// What an element's sensors say of it.
struct SeenElement {
  bool dead = false;        // it gives nothing on, whatever it gets
  bool input_lost = false;  // of a UPS: it runs on its battery
  bool unknown = false;     // of a UPS: nobody knows its state
  std::optional<double> power_kw, input_kw;
  std::optional<base::Timestamp> ts;  // of power_kw
  std::optional<double> runtime_min;
  std::array<std::optional<double>, 3> current_a;
};

/// What a rack draws, by cord.
struct RackDraw {
  double a_kw = 0, b_kw = 0;                // over its feeds, as they are now
  double single_a_kw = 0, single_b_kw = 0;  // of it, what hangs on one feed only
  LoadMethod method = LoadMethod::none;
  std::optional<base::Timestamp> ts;  // the oldest
  double kw() const { return a_kw + b_kw; }
  /// What moves to the other feed when one is dead.
  double dual_kw() const { return std::max(0.0, kw() - single_a_kw - single_b_kw); }
};

/// Everything the readings say of a chain.
struct PowerSeen {
  std::vector<SeenElement> elements;
  std::vector<RackDraw> racks;
};
PowerSeen see_power(const PowerChain& chain, const Inventory& inventory, const LatestReadings& latest, base::Timestamp now);

/// What a rack gets over its feeds, when only some of them are alive.
struct RackServed {
  double a_kw = 0, b_kw = 0;
  double kw() const { return a_kw + b_kw; }
};
/// Nothing that has two cords is lost while one of its feeds is alive.
RackServed served(const RackDraw& draw, bool a_alive, bool b_alive);

struct PowerFlow {
  std::vector<Supply> supply;             // what each element gives on
  std::vector<std::int32_t> active;       // the input that it draws from; -1: none
  std::vector<double> load_kw;            // what it gives on; of a load, what it draws
  std::vector<double> input_kw, loss_kw;  // what it draws, and what of it is lost in it
  std::vector<RackServed> racks;
};
/// `lost`, by element, are those that give nothing on, beside those that are seen dead. Conserves power: what an element draws is what those below it
/// draw from it and what it loses; on its battery it draws nothing.
PowerFlow flow(const PowerChain& chain, const PowerSeen& seen, const std::vector<bool>& lost);

/// A rack's feeds that are alive, and alive without a battery.
struct FeedsAlive {
  int alive = 0, sustained = 0, feeds = 0;
};
FeedsAlive feeds_alive(const PowerChain& chain, const PowerFlow& flow, std::size_t rack);

/// A rack's rating is what it may draw; from here on it is told that it is nearly reached (the default rule "Rack over capacity").
inline constexpr double kRackContinuous = 0.9;

/// By how much a load is too much: above what the rating may carry for hours, or above the rating itself.
enum class Over : std::uint8_t { none, continuous, rating };
Over over(double kw, std::optional<double> rating_kw, double continuous);

/// NEMA-style: the greatest difference from the mean, over the mean, in %. Nothing below `least_a` amperes of mean.
std::optional<double> imbalance_percent(const std::array<std::optional<double>, 3>& current_a, double least_a);
/// √(Ia²+Ib²+Ic²−IaIb−IbIc−IcIa).
std::optional<double> neutral_a(const std::array<std::optional<double>, 3>& current_a);

/// What an element carries, as it is shown: by its own meter, or else the sum of what is below.
struct ElementLoad {
  std::optional<double> kw;
  LoadMethod method = LoadMethod::none;
  std::optional<base::Timestamp> ts;
  int reporting = 0, expected = 0;  // meters in it
};
std::vector<ElementLoad> element_loads(const PowerChain& chain, const PowerSeen& seen, const PowerFlow& flow);

}  // namespace dcim::core
