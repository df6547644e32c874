// The power chain of a site: its elements from the sources down to the rack feeds, and which draws from which. Devices hang on the
// feeds of their rack by their own `feeds`; those are the cords. docs/power.md.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "core/capacity.h"

namespace dcim::core {

using PowerElementId = base::Id<struct PowerElementTag>;

enum class ElementKind : std::uint8_t { source, generator, switchboard, transformer, transfer_switch, ups, panel, rack_feed, load };
inline constexpr std::array kElementKinds{ElementKind::source,      ElementKind::generator,       ElementKind::switchboard,
                                          ElementKind::transformer, ElementKind::transfer_switch, ElementKind::ups,
                                          ElementKind::panel,       ElementKind::rack_feed,       ElementKind::load};
std::string_view name_of(ElementKind kind);  // "rack-feed"
std::optional<ElementKind> element_kind_from(std::string_view name);

enum class LoadKind : std::uint8_t { it, cooling, lighting, other };
std::string_view name_of(LoadKind kind);
std::optional<LoadKind> load_kind_from(std::string_view name);

/// What an element loses, as shares of its rating: P_loss = rating · (no_load + proportional·x + square·x²), x = output / rating.
struct LossModel {
  double no_load = 0, proportional = 0, square = 0;
  bool operator==(const LossModel&) const = default;
};
/// Of a UPS without a transformer (Schneider WP 108).
inline constexpr LossModel kUsualUpsLosses{0.015, 0.020, 0.020};

/// What a sensor of an element measures.
enum class Measure : std::uint8_t { power, input_power, energy, current_l1, current_l2, current_l3 };
inline constexpr std::array kMeasures{Measure::power,      Measure::input_power, Measure::energy,
                                      Measure::current_l1, Measure::current_l2,  Measure::current_l3};
std::string_view name_of(Measure measure);  // "current_l1", as the key in JSON

struct PowerElement {
  PowerElementId id;
  std::string name;
  ElementKind kind = ElementKind::panel;
  std::optional<RoomId> room;
  std::optional<RackId> rack;
  Feeds side = Feeds::unknown;         // a or b; of a rack feed always
  std::vector<PowerElementId> inputs;  // it draws from the first that is alive
  std::optional<DeviceId> device;      // that it is, or that measures it
  int phases = 3;
  double voltage_v = 230;  // line to neutral
  std::optional<double> rated_kw, breaker_a;
  double continuous = 0.8;  // share of the rating that it may carry for hours
  std::optional<LossModel> losses;
  std::optional<LoadKind> load_kind;                              // of a load always
  std::array<std::optional<SensorId>, kMeasures.size()> sensors;  // by Measure
  int version = 1;
  bool operator==(const PowerElement&) const = default;

  const std::optional<SensorId>& sensor(Measure measure) const { return sensors[static_cast<std::size_t>(measure)]; }
  /// kW: as rated, or phases × voltage × breaker.
  std::optional<double> rating_kw() const;
  /// kW lost while it gives `output_kw` on.
  double loss_kw(double output_kw) const;
};

/// What hangs on the feeds of a rack: the devices that draw, by their cords.
struct RackCords {
  RackId rack;
  std::string name;
  RoomId room;
  std::optional<double> rated_kw, feed_rating_kw;
  std::optional<SensorId> power_sensor;  // of the whole rack
  // By Feeds: 1 A, 2 B, 3 both; 0: nobody has said, counted as both.
  std::array<int, 4> devices{};
  std::array<double, 4> expected_kw{};  // typical, or else by the nameplate
};

/// Elements in an order in which every one comes after all of its inputs; racks by name within their rooms. Never changed once built.
class PowerChain {
 public:
  PowerChain() = default;
  /// `invalid` with the element's position in `elements` as field ("3/inputs") for a loop, an input that is none, two feeds of one side in a rack.
  static base::Result<PowerChain> build(std::vector<PowerElement> elements, std::vector<RackCords> racks);

  const std::vector<PowerElement>& elements() const { return elements_; }
  const std::vector<RackCords>& racks() const { return racks_; }
  /// Positions in elements() of an element's inputs, by preference, and of those that may draw from it.
  std::span<const std::uint32_t> inputs(std::size_t element) const { return inputs_[element]; }
  std::span<const std::uint32_t> below(std::size_t element) const { return below_[element]; }
  std::optional<std::size_t> find(PowerElementId id) const;
  /// Position of the feed of racks()[rack], or nothing.
  std::optional<std::size_t> feed(std::size_t rack, Feeds side) const;
  /// Position in racks() of the rack that a rack feed belongs to.
  std::optional<std::size_t> rack_of(std::size_t element) const;

 private:
  std::vector<PowerElement> elements_;
  std::vector<std::vector<std::uint32_t>> inputs_, below_;
  std::vector<RackCords> racks_;
  std::vector<std::array<std::int32_t, 2>> feeds_;  // by rack; -1: none
  std::vector<std::int32_t> rack_of_;               // by element
  std::unordered_map<PowerElementId, std::uint32_t> index_;
};
using PowerChainPtr = std::shared_ptr<const PowerChain>;

/// An element as the API takes it: names ids for room, rack, device, inputs and sensors; `before` when it is changed. Ids must be of the site. The
/// error names the field. What concerns other elements is PowerChain::build's.
base::Result<PowerElement> power_element_from_json(const boost::json::value& json, SiteId site, const Inventory& inventory,
                                                   const std::optional<PowerElement>& before, std::string pointer = {});
/// As power_element_from_json takes it: for the audit log.
boost::json::object json_of(const PowerElement& element);

/// An element of a site document: what it refers to is named.
struct PowerElementDocument {
  std::string name;
  std::optional<std::string> room, rack, device;  // room: its code
  std::vector<std::string> inputs;
  std::map<std::string, std::string> sensors;  // measure → name of the device's sensor
  boost::json::object rest;                    // as power_element_from_json reads it
  std::string pointer;
};
/// The document's list `power`: names once, inputs named in it. The error's field is the JSON Pointer. Throws base::Error.
std::vector<PowerElementDocument> read_power_documents(const boost::json::value& list, const std::string& pointer);

}  // namespace dcim::core
