// How full racks are, and what of their room nobody can use any more: space, power, weight, cooling; one rack's, and summed for rows, rooms and the
// site. A pure function of what stands where. Formulas and their sources: docs/capacity.md.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/rack_space.h"
#include "core/readings.h"

namespace dcim::core {

/// Which feeds a device's inlets are plugged into, or a rack has.
enum class Feeds : std::uint8_t { unknown = 0, a = 1, b = 2, ab = 3 };
std::string_view name_of(Feeds feeds);  // "A", "B", "AB"; empty when unknown
std::optional<Feeds> feeds_of(std::string_view name);

/// Devices of these roles hand the power on to others: what they measure is what the others draw.
bool passes_power_on(std::string_view role);

struct RackOccupant {
  std::optional<Slot> slot;  // none: mounted at the side, takes no U
  std::optional<SensorId> power_sensor;
  std::optional<double> measured_w;  // by its power_sensor
  std::optional<double> typical_w, nameplate_w, weight_kg;
  Feeds feeds = Feeds::unknown;
  bool planned = false;  // is not there yet: no meter has it
  bool passes_on = false;
};

struct RackHold {
  Slot slot;
  bool blocked = false;  // nothing may ever stand there; otherwise reserved for somebody
  std::optional<double> power_w, weight_kg;
};

/// A rack with all that stands and is held in it.
struct RackContents {
  RackId id;
  RoomId room_id;
  std::string name;
  std::optional<std::string> row;
  int height_u = 42;
  std::optional<double> rated_kw;         // what it may draw
  std::optional<double> feed_rating_kw;   // what each feed can carry alone; otherwise rated_kw
  std::optional<double> weight_limit_kg;  // static load
  std::optional<double> cooling_kw;       // heat that is carried away from its place
  std::vector<RackOccupant> occupants;
  std::vector<RackHold> holds;
  // The meters of its PDUs: those that report, and their sum.
  int meters = 0, meters_reporting = 0;
  double metered_kw = 0;
};

enum class Limit : std::uint8_t { power, surviving_feed, weight, cooling };
inline constexpr std::array kLimits{Limit::power, Limit::surviving_feed, Limit::weight, Limit::cooling};
std::string_view name_of(Limit limit);

/// Free U that nothing can be put into any more.
struct Stranded {
  int u = 0;
  Limit limit = Limit::power;  // that leaves the least; in a sum, what strands the most U
  std::string reason;
};

struct Capacity {
  SpaceCount u;
  // kW. What a sum lacks of any of its racks, it has not.
  std::optional<double> rated_kw;
  std::optional<double> measured_kw;  // nothing when nobody measures
  double measured_coverage = 0;       // share of what should be measured that is
  double typical_kw = 0;              // of the devices, each as measured or else as typical
  double nameplate_kw = 0;
  double reserved_kw = 0;
  double load_kw = 0;        // what decisions are made on: the greater of measured and typical, with planned devices and reservations
  double if_a_drops_kw = 0;  // what the feed B then carries
  double if_b_drops_kw = 0;  // what the feed A then carries
  bool feeds_known = false;  // somebody has said what is plugged in where
  std::optional<double> surviving_rated_kw;
  std::optional<double> weight_limit_kg;
  double weight_kg = 0;
  std::optional<double> cooling_kw;
  int devices = 0;
  int racks = 1;
  int racks_over = 0;
  std::array<bool, kLimits.size()> over{};  // by Limit; in a sum: any rack's
  std::optional<Stranded> stranded;

  /// The load on one feed when the other is lost, the worse of the two; nothing while nobody knows the feeds.
  std::optional<double> surviving_kw() const;
  bool is_over(Limit limit) const { return over[static_cast<std::size_t>(limit)]; }
};

/// What a U with a device in it draws and weighs at this site, by the catalogue: the measure of what free U would need.
struct Yardstick {
  std::optional<double> kw_per_u, kg_per_u;
};

/// What the device is expected to draw: measured, or else typical, or else by its nameplate. 0 when nobody knows, or when it passes power on.
double expected_w(const RackOccupant& device);

/// Puts in what the devices' sensors and the racks' meters say now: readings that are neither stale nor bad.
void measure(std::vector<RackContents>& racks, const Inventory& inventory, const LatestReadings& latest, base::Timestamp now);

RackSpace space_of(const RackContents& rack);
Capacity capacity_of(const RackContents& rack, const Yardstick& yardstick);

/// In kW or kg; nothing when the rack has no such limit.
std::optional<double> rating(const Capacity& capacity, Limit limit);
/// "0.31 kW", "120 kg".
std::string amount_text(double value, Limit limit);
/// How much more the rack's limit leaves; nothing when it has no such limit. In kW or kg; negative when it is over.
std::optional<double> headroom(const Capacity& capacity, Limit limit);

/// Sums racks' capacities.
class CapacitySum {
 public:
  void add(const Capacity& rack);
  /// Of nothing: all zero, no limits.
  Capacity total() const;

 private:
  Capacity sum_;
  double coverage_ = 0;
  int to_measure_ = 0;  // racks that draw power
  struct Share {
    int racks = 0, u = 0;
  };
  std::array<Share, kLimits.size()> stranded_{};
};

struct SiteCapacity {
  Capacity site;
  std::map<RoomId, Capacity> rooms;
  std::map<std::pair<RoomId, std::string>, Capacity> rows;
  std::vector<Capacity> racks;  // as given
};
SiteCapacity capacity_of(const std::vector<RackContents>& racks, const Yardstick& yardstick);

}  // namespace dcim::core
