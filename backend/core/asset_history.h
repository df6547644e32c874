// What became of an asset, from the rows of the audit log: which fields a change touched, and whether it can be undone. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace dcim::core {

struct AssetChange {
  std::int64_t id = 0;
  std::optional<std::int64_t> batch;
  base::Timestamp ts;
  std::string actor, action, object;
  boost::json::value before, after;  // null: there was none, there is none
  std::vector<std::string> subjects;

  /// What was changed, such as "device:12"; empty when it is none that changes are undone of.
  std::string subject() const;
};

struct FieldChange {
  std::string field;
  boost::json::value before, after;
};
/// For people: racks, rooms and types by name, a position as text; of what is new or removed the fields that say something.
std::vector<FieldChange> field_changes(const boost::json::value& before, const boost::json::value& after);

/// Why it cannot be undone: the first of `later` (of any subject; those with smaller ids are left out of account) that builds on it.
std::optional<std::string> why_not_undone(const AssetChange& change, const std::vector<AssetChange>& later);

/// Of a change of something that was there and still is: what asset_from_json, or rack_limits_from_json, reads to put it back.
boost::json::object undoing(const AssetChange& change);
/// Of something that was removed: what asset_from_json, or reservation_from_json, reads to make it again.
boost::json::object without_names(const boost::json::value& kept);

}  // namespace dcim::core
