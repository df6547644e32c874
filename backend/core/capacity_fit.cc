#include "core/capacity_fit.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "core/number_text.h"

namespace dcim::core {
namespace {

// What a place is worth: room to spare, use of space and power in step, and large blocks left whole. docs/capacity.md.
constexpr double kHeadroomWeight = 50, kBalanceWeight = 30, kBlockWeight = 20;
// What nobody knows is neither good nor bad.
constexpr double kUnknown = 0.5;
// Devices that belong together are better off in one row than in one room, and in one room than in several.
constexpr double kOneRow = 1, kOneRoom = 0.95, kSeveralRooms = 0.85;

struct Candidate {
  std::size_t rack = 0;
  std::vector<Slot> slots;  // as many as it takes, each with those before it in place
  std::string why_no_more;  // when it takes fewer than wanted
  double score = 0;         // with as many of them as it is to take
};

struct Taking {
  int most = 0;
  std::string reason;
};

class Finder {
 public:
  Finder(const std::vector<RackContents>& racks, const std::vector<Capacity>& capacities, const FitRequest& request)
      : racks_(racks), capacities_(capacities), request_(request) {
    if (request.full_depth) {
      faces_ = {Face::both};
    } else if (request.face) {
      faces_ = {*request.face};
    } else {
      faces_ = {Face::front, Face::rear};
    }
    if (request.half_width) {
      sides_ = {Side::left, Side::right};
    } else {
      sides_ = {Side::full};
    }
  }

  Fit find() {
    Fit out;
    std::vector<Candidate> candidates;
    std::vector<FitRefusal> partial;
    for (std::size_t i = 0; i < racks_.size(); ++i) {
      if (request_.room && racks_[i].room_id != *request_.room) continue;
      auto candidate = candidate_of(i);
      if (candidate.slots.empty()) {
        out.refused.push_back({i, std::move(candidate.why_no_more)});
        continue;
      }
      if (!candidate.why_no_more.empty()) {
        partial.push_back(
            {i, "takes " + std::to_string(candidate.slots.size()) + " of " + std::to_string(request_.count) + ": " + candidate.why_no_more});
      }
      candidates.push_back(std::move(candidate));
    }
    std::ranges::stable_sort(candidates, std::greater(), &Candidate::score);
    out.places = request_.spread ? spread_places(candidates) : packed_places(candidates);
    // Places are made of what takes some of them too; when there are none, each of those says why it is not enough.
    if (out.places.empty()) out.refused.insert(out.refused.end(), partial.begin(), partial.end());
    std::ranges::stable_sort(out.places, std::greater(), &FitPlace::score);
    if (out.places.size() > kMostPlaces) out.places.resize(kMostPlaces);
    std::ranges::sort(out.refused, {}, &FitRefusal::rack);
    return out;
  }

 private:
  using Group = std::vector<const Candidate*>;

  std::size_t wanted() const { return static_cast<std::size_t>(request_.count); }

  Candidate candidate_of(std::size_t i) const {
    Candidate out;
    out.rack = i;
    const auto allowed = allowed_by_limits(racks_[i], capacities_[i]);
    if (allowed.most == 0) {
      out.why_no_more = allowed.reason;
      return out;
    }
    auto space = space_of(racks_[i]);
    if (request_.contiguous) {
      if (allowed.most < request_.count) {
        out.why_no_more = "takes " + std::to_string(allowed.most) + " of " + std::to_string(request_.count) + ": " + allowed.reason;
        return out;
      }
      out.slots = stack(space);
    } else {
      while (std::ssize(out.slots) < std::min(allowed.most, request_.count)) {
        const auto slot = best_slot(space);
        if (!slot) break;
        space.take(*slot, SpaceUse::used);
        out.slots.push_back(*slot);
      }
    }
    if (std::ssize(out.slots) < request_.count) {
      out.why_no_more = out.slots.empty()                       ? no_space(racks_[i], capacities_[i])
                        : std::ssize(out.slots) == allowed.most ? allowed.reason
                                                                : "no space for more";
    }
    if (!out.slots.empty()) out.score = score_of(out, request_.spread ? 1 : out.slots.size());
    return out;
  }

  // --- Limits ---

  // One more device's share of the limit, and what the rack has left of it.
  std::optional<double> each(Limit limit) const {
    const auto& value = limit == Limit::weight ? request_.weight_kg : request_.power_w;
    if (!value) return {};
    return limit == Limit::weight ? *value : *value / 1000;
  }
  // A device on one feed alone burdens it and no other, also when the other is lost.
  std::optional<double> left(const Capacity& capacity, Limit limit) const {
    if (limit != Limit::surviving_feed || request_.feeds == Feeds::ab || request_.feeds == Feeds::unknown) return headroom(capacity, limit);
    if (!capacity.feeds_known || !capacity.surviving_rated_kw) return {};
    return *capacity.surviving_rated_kw - (request_.feeds == Feeds::a ? capacity.if_b_drops_kw : capacity.if_a_drops_kw);
  }

  Taking allowed_by_limits(const RackContents& rack, const Capacity& capacity) const {
    const auto has = feeds_of_rack(rack);
    const auto needs = static_cast<unsigned>(request_.feeds);
    if (has != Feeds::unknown && (static_cast<unsigned>(has) & needs) != needs) {
      return {0, "has feed " + std::string(name_of(has)) + " only"};
    }
    Taking out{request_.count, ""};
    for (const auto limit : kLimits) {
      const auto one = each(limit);
      const auto rest = left(capacity, limit);
      if (!one || !rest || (*one <= 0 && *rest >= 0)) continue;
      const int most = *rest <= 0 ? 0 : static_cast<int>(std::min(std::floor(*rest / *one + 1e-9), 1e6));
      if (most >= out.most) continue;
      out = {most, std::string(name_of(limit)) + ": " + amount_text(std::max(*rest, 0.0), limit) + " left, " + amount_text(*one, limit) + " needed" +
                       (request_.count > 1 ? " for each" : "")};
    }
    return out;
  }

  // By its PDUs; without any that say so, by what is plugged in.
  static Feeds feeds_of_rack(const RackContents& rack) {
    unsigned pdus = 0, all = 0;
    for (const auto& device : rack.occupants) {
      all |= static_cast<unsigned>(device.feeds);
      if (device.passes_on) pdus |= static_cast<unsigned>(device.feeds);
    }
    return static_cast<Feeds>(pdus != 0 ? pdus : all);
  }

  // --- Space ---

  // The place that opens the fewest empty U, in the smallest hole, the lowest; in steps of the devices' height from the lower end of what is free, so
  // that no two of them leave a gap between them in which another could have stood.
  std::optional<Slot> best_slot(const RackSpace& space) const {
    const auto runs = space.runs();
    std::optional<Slot> best;
    std::tuple<int, int> least;
    for (const auto face : faces_) {
      for (const auto side : sides_) {
        for (int u = 1, step = 0; u + request_.height_u - 1 <= space.height_u(); u += step) {
          const Slot slot{u, request_.height_u, face, side};
          const bool fits = space.fits(slot);
          step = fits ? request_.height_u : 1;
          if (!fits) continue;
          const auto cost = cost_of(space, runs, u, request_.height_u);
          if (best && cost >= least) continue;
          best = slot;
          least = cost;
        }
      }
    }
    return best;
  }

  // All of them one above the other, half-width ones in pairs where both sides are free.
  std::vector<Slot> stack(const RackSpace& space) const {
    const auto runs = space.runs();
    auto columns = std::vector<std::vector<Side>>{sides_};
    if (sides_.size() > 1) columns.insert(columns.end(), {{Side::left}, {Side::right}});
    std::vector<Slot> best;
    std::tuple<int, int> least;
    for (const auto face : faces_) {
      for (const auto& sides : columns) {
        const int abreast = static_cast<int>(sides.size());
        const int height = (request_.count + abreast - 1) / abreast * request_.height_u;
        for (int u = 1; u + height - 1 <= space.height_u(); ++u) {
          std::vector<Slot> slots;
          for (int n = 0; n < request_.count; ++n) {
            const Slot slot{u + n / abreast * request_.height_u, request_.height_u, face, sides[static_cast<std::size_t>(n % abreast)]};
            if (!space.fits(slot)) break;
            slots.push_back(slot);
          }
          if (slots.size() < wanted()) continue;
          const auto cost = cost_of(space, runs, u, height);
          if (!best.empty() && cost >= least) continue;
          best = std::move(slots);
          least = cost;
        }
      }
    }
    return best;
  }

  static std::tuple<int, int> cost_of(const RackSpace& space, const RackSpace::Runs& runs, int u, int height_u) {
    int opened = 0, hole = 0;
    for (int i = u; i < u + height_u; ++i) {
      opened += space.empty(i) ? 1 : 0;
      hole = std::max(hole, static_cast<int>(runs[static_cast<std::size_t>(i)]));
    }
    return {opened, hole};
  }

  std::string no_space(const RackContents& rack, const Capacity& capacity) const {
    const int height = request_.contiguous ? request_.height_u * ((request_.count + (request_.half_width ? 1 : 0)) / (request_.half_width ? 2 : 1))
                                           : request_.height_u;
    if (height > rack.height_u) return "is only " + std::to_string(rack.height_u) + " U high";
    return "no " + std::to_string(height) + " U free in one piece" + (request_.face ? " at the " + std::string(name_of(*request_.face)) : "") +
           ": the largest free block is " + std::to_string(capacity.u.largest_free_block) + " U";
  }

  // --- Worth ---

  double score_of(const Candidate& candidate, std::size_t n) const {
    const auto& capacity = capacities_[candidate.rack];
    auto space = space_of(racks_[candidate.rack]);
    for (std::size_t i = 0; i < n; ++i) space.take(candidate.slots[i], SpaceUse::used);
    const auto after = space.count();

    std::optional<double> least;
    for (const auto limit : kLimits) {
      const auto share = share_left(capacity, limit, n);
      if (share && (!least || *share < *least)) least = share;
    }
    const auto power = share_left(capacity, Limit::power, n);
    const double free_share = static_cast<double>(after.free) / after.total;
    const double balance = power ? 1 - std::abs(free_share - *power) : kUnknown;
    const double block = capacity.u.largest_free_block > 0 ? static_cast<double>(after.largest_free_block) / capacity.u.largest_free_block : 1;
    return kHeadroomWeight * least.value_or(kUnknown) + kBalanceWeight * balance + kBlockWeight * block;
  }

  // What n of them leave of the limit, 0 to 1.
  std::optional<double> share_left(const Capacity& capacity, Limit limit, std::size_t n) const {
    const auto rest = left(capacity, limit);
    const auto whole = rating(capacity, limit);
    if (!rest || !whole || *whole <= 0) return {};
    return std::clamp((*rest - static_cast<double>(n) * each(limit).value_or(0)) / *whole, 0.0, 1.0);
  }

  // --- Places ---

  // Those of one row, of one room, and all; each with how good it is to be in one such.
  std::vector<std::pair<double, Group>> groups(const std::vector<Candidate>& candidates, bool by_row) const {
    std::map<std::pair<RoomId, std::string>, Group> rows;
    std::map<RoomId, Group> rooms;
    Group all;
    for (const auto& candidate : candidates) {
      const auto& rack = racks_[candidate.rack];
      if (by_row && rack.row) rows[{rack.room_id, *rack.row}].push_back(&candidate);
      rooms[rack.room_id].push_back(&candidate);
      all.push_back(&candidate);
    }
    std::vector<std::pair<double, Group>> out;
    out.reserve(rows.size() + rooms.size() + 1);
    for (auto& [row, group] : rows) out.emplace_back(kOneRow, std::move(group));
    for (auto& [room, group] : rooms) out.emplace_back(kOneRoom, std::move(group));
    if (rooms.size() > 1) out.emplace_back(kSeveralRooms, std::move(all));
    return out;
  }

  // In one rack where one takes all; otherwise in as few as can be.
  std::vector<FitPlace> packed_places(const std::vector<Candidate>& candidates) const {
    std::vector<FitPlace> out;
    for (const auto& candidate : candidates) {
      if (candidate.slots.size() < wanted() || out.size() == kMostPlaces) continue;
      out.push_back(place({{&candidate, wanted()}}, kOneRow));
    }
    if (!out.empty() || request_.contiguous) return out;
    std::set<std::vector<std::size_t>> seen;
    for (auto& [worth, group] : groups(candidates, true)) {
      // Those that take the most first; `group` is sorted by score.
      std::ranges::stable_sort(group, std::greater(), [](const Candidate* c) { return c->slots.size(); });
      for (std::size_t first = 0, found = 0; first < group.size() && found < kMostPlaces / 4; ++first, ++found) {
        std::size_t missing = wanted();
        std::vector<std::pair<const Candidate*, std::size_t>> parts;
        for (auto i = first; i < group.size() && missing > 0; ++i) {
          parts.emplace_back(group[i], std::min(missing, group[i]->slots.size()));
          missing -= parts.back().second;
        }
        if (missing > 0) break;
        add_once(out, seen, parts, worth);
      }
    }
    return out;
  }

  // One to each rack, the best first, again and again until all stand.
  std::vector<FitPlace> spread_places(const std::vector<Candidate>& candidates) const {
    std::vector<FitPlace> out;
    std::set<std::vector<std::size_t>> seen;
    for (const auto& [worth, group] : groups(candidates, false)) {
      std::size_t step = std::max<std::size_t>(1, std::min(wanted(), group.size()) / 2);
      for (std::size_t first = 0, found = 0; first < group.size() && found < kMostPlaces / 4; first += step, ++found) {
        const auto most_racks = std::min(wanted(), group.size());
        if (first > 0 && group.size() - first < most_racks) break;
        std::vector<std::pair<const Candidate*, std::size_t>> parts;
        for (auto i = first; i < group.size(); ++i) parts.emplace_back(group[i], 0);
        std::size_t missing = wanted();
        for (bool more = true; missing > 0 && more;) {
          more = false;
          for (auto& [candidate, n] : parts) {
            if (missing == 0 || n == candidate->slots.size()) continue;
            ++n;
            --missing;
            more = true;
          }
        }
        if (missing > 0) break;
        std::erase_if(parts, [](const auto& part) { return part.second == 0; });
        const double share = static_cast<double>(parts.size()) / static_cast<double>(wanted());
        add_once(out, seen, parts, worth * (0.5 + 0.5 * share));
      }
    }
    return out;
  }

  using Parts = std::vector<std::pair<const Candidate*, std::size_t>>;

  void add_once(std::vector<FitPlace>& out, std::set<std::vector<std::size_t>>& seen, const Parts& parts, double worth) const {
    std::vector<std::size_t> racks;
    for (const auto& [candidate, n] : parts) racks.push_back(candidate->rack);
    std::ranges::sort(racks);
    if (seen.insert(std::move(racks)).second) out.push_back(place(parts, worth));
  }

  FitPlace place(const Parts& parts, double worth) const {
    FitPlace out;
    double score = 0;
    for (const auto& [candidate, n] : parts) {
      score += score_of(*candidate, n) * static_cast<double>(n);
      out.racks.push_back({candidate->rack, {candidate->slots.begin(), candidate->slots.begin() + static_cast<std::ptrdiff_t>(n)}});
    }
    out.score = worth * score / request_.count;
    out.reasons = reasons_of(out);
    return out;
  }

  std::vector<std::string> reasons_of(const FitPlace& place) const {
    std::vector<std::string> out;
    if (place.racks.size() > 1) {
      std::set<RoomId> rooms;
      std::set<std::string> rows;
      for (const auto& part : place.racks) {
        rooms.insert(racks_[part.rack].room_id);
        rows.insert(racks_[part.rack].row.value_or(""));
      }
      out.push_back(std::to_string(place.racks.size()) + " racks in " +
                    (rooms.size() > 1                             ? std::to_string(rooms.size()) + " rooms"
                     : rows.size() == 1 && !rows.begin()->empty() ? "row " + *rows.begin()
                                                                  : std::string("one room")));
    }
    std::set<std::string> unknown;
    for (const auto limit : kLimits) {
      std::optional<double> least;
      std::string text;
      for (const auto& part : place.racks) {
        const auto& capacity = capacities_[part.rack];
        const auto share = share_left(capacity, limit, part.slots.size());
        if (!each(limit)) continue;
        if (!share) {
          if (limit == Limit::power) unknown.insert("power is not checked: " + racks_[part.rack].name + " has no rating");
          if (limit == Limit::surviving_feed && !capacity.feeds_known)
            unknown.insert("nobody has said which feeds " + racks_[part.rack].name + " has");
          continue;
        }
        if (least && *share >= *least) continue;
        least = share;
        text = std::string(name_of(limit)) + ": " + amount_text(*share * *rating(capacity, limit), limit) + " of " +
               amount_text(*rating(capacity, limit), limit) + " left then" + (place.racks.size() > 1 ? " in " + racks_[part.rack].name : "");
      }
      if (least) out.push_back(text);
    }
    if (place.racks.size() == 1) {
      const auto& part = place.racks.front();
      auto space = space_of(racks_[part.rack]);
      const auto before = space.count();
      for (const auto& slot : part.slots) space.take(slot, SpaceUse::used);
      const auto after = space.count();
      out.push_back("largest free block " +
                    (before.largest_free_block == after.largest_free_block
                         ? "stays " + std::to_string(after.largest_free_block) + " U"
                         : "goes from " + std::to_string(before.largest_free_block) + " to " + std::to_string(after.largest_free_block) + " U"));
    }
    if (!request_.power_w) out.emplace_back("power is not checked: what it draws is not known");
    for (const auto& text : unknown) {
      if (out.size() < 8) out.push_back(text);
    }
    return out;
  }

  const std::vector<RackContents>& racks_;
  const std::vector<Capacity>& capacities_;
  const FitRequest& request_;
  std::vector<Face> faces_;
  std::vector<Side> sides_;
};

}  // namespace

Fit fit(const std::vector<RackContents>& racks, const std::vector<Capacity>& capacities, const FitRequest& request) {
  return Finder(racks, capacities, request).find();
}

}  // namespace dcim::core
