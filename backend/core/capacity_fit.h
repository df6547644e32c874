// Where does it fit? Finds places for devices of one shape in racks that have the space and whose limits allow them, ranks them, and says of each
// rack that does not take them why. A pure function; how places are scored: docs/capacity.md.
#pragma once

#include "core/capacity.h"

namespace dcim::core {

inline constexpr int kMostToFit = 500;
inline constexpr std::size_t kMostPlaces = 20;

struct FitRequest {
  int height_u = 1;  // 1 and more
  bool half_width = false;
  bool full_depth = true;
  std::optional<double> power_w, weight_kg;  // of one; not checked when unknown
  int count = 1;                             // 1 to kMostToFit
  std::optional<RoomId> room;
  Feeds feeds = Feeds::unknown;  // that they need; unknown: any
  bool contiguous = false;       // all in one rack, without a gap between them
  bool spread = false;           // over as many racks as there are; otherwise in as few as can be. Not with contiguous
  std::optional<Face> face;      // front or rear, of what is not full depth
};

struct RackPlace {
  std::size_t rack = 0;  // position in the list of racks
  std::vector<Slot> slots;
};

struct FitPlace {
  double score = 0;              // 0 to 100
  std::vector<RackPlace> racks;  // together they take all
  std::vector<std::string> reasons;
};

struct FitRefusal {
  std::size_t rack = 0;
  std::string reason;
};

struct Fit {
  std::vector<FitPlace> places;  // the best first, at most kMostPlaces
  std::vector<FitRefusal> refused;
};

/// `capacities` are the racks', in their order.
Fit fit(const std::vector<RackContents>& racks, const std::vector<Capacity>& capacities, const FitRequest& request);

/// What people ask for: devices of a type of the catalogue, or of a shape. The error's field is a JSON Pointer.
base::Result<FitRequest> fit_request_from_json(const boost::json::value& json, const Catalogue& catalogue, const Inventory& inventory, SiteId site);
/// A place that was found, to be kept free: a reservation for each slot, with the power and weight of what is to come.
base::Result<std::vector<Reservation>> reservations_from_json(const boost::json::value& json, const Catalogue& catalogue, const Inventory& inventory,
                                                              SiteId site, base::Timestamp now);

}  // namespace dcim::core
