#include "core/asset_history.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "core/assets.h"

namespace dcim::core {
namespace {

namespace json = boost::json;

// Of these people are told the name instead.
constexpr std::array<std::string_view, 3> kIds{"device_type_id", "room_id", "rack_id"};
constexpr std::array<std::string_view, 3> kNames{"device_type", "room", "rack"};
// They are one thing: where it is.
constexpr std::array<std::string_view, 5> kPlace{"room_id", "rack_id", "position", "room", "rack"};

bool is_in(std::span<const std::string_view> names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

const json::object& members(const json::value& value) {
  static const json::object none;
  return value.is_object() ? value.get_object() : none;
}

json::value for_people(std::string_view field, const json::value& value) {
  if (field != "position" || !value.is_object()) return value;
  const auto position = position_of(value.get_object());
  return json::value(text_of(position));
}

// The fields in which before and after differ; "place" for all of where it is.
std::set<std::string> touched(const AssetChange& change) {
  std::set<std::string> out;
  const auto& before = members(change.before);
  for (const auto& [key, value] : members(change.after)) {
    const auto* was = before.if_contains(key);
    if (was && *was == value) continue;
    const std::string_view name(key.data(), key.size());
    out.insert(is_in(kPlace, name) ? "place" : std::string(name));
  }
  return out;
}

// What a device publishes and its account at the broker stand in its history too, and are no fields of it as an asset.
bool of_an_asset(const AssetChange& change) {
  return !change.subject().starts_with("device:") || members(change.before).contains("role") || members(change.after).contains("role");
}

// It was made or removed.
bool whole(const AssetChange& change) { return of_an_asset(change) && (!change.before.is_object() || !change.after.is_object()); }

}  // namespace

std::string AssetChange::subject() const {
  for (const auto* kind : {"reservation:", "device:", "rack:"}) {
    const auto it = std::ranges::find_if(subjects, [&](const auto& each) { return each.starts_with(kind); });
    if (it != subjects.end()) return *it;
  }
  return {};
}

std::vector<FieldChange> field_changes(const json::value& before, const json::value& after) {
  std::vector<FieldChange> out;
  const auto& was = members(before);
  const auto& is = members(after);
  const auto& all = after.is_object() ? is : was;
  for (const auto& [key, _] : all) {
    const std::string_view field(key.data(), key.size());
    if (is_in(kIds, field)) continue;
    const auto* from = was.if_contains(key);
    const auto* to = is.if_contains(key);
    const json::value a = from ? *from : json::value(nullptr), b = to ? *to : json::value(nullptr);
    const bool empty_tags = (a.is_null() && b == json::array()) || (b.is_null() && a == json::array());
    if (a == b || empty_tags) continue;
    out.push_back({std::string(field), for_people(field, a), for_people(field, b)});
  }
  return out;
}

std::optional<std::string> why_not_undone(const AssetChange& change, const std::vector<AssetChange>& later) {
  const auto subject = change.subject();
  if (subject.empty()) return "only changes of devices, racks and reservations are undone";
  if (!of_an_asset(change)) return "what a device publishes, and its account, are not undone";
  if (subject.starts_with("rack:") && whole(change)) return "racks are made by site documents, and stay";
  const auto mine = touched(change);
  for (const auto& each : later) {
    if (each.id <= change.id || each.subject() != subject) continue;
    const auto theirs = touched(each);
    const bool meets = whole(change) || whole(each) || std::ranges::any_of(mine, [&](const auto& field) { return theirs.contains(field); });
    if (meets) return each.object + " has been changed since, by " + each.actor + " (change " + std::to_string(each.id) + ", " + each.action + ")";
  }
  return std::nullopt;
}

json::object undoing(const AssetChange& change) {
  json::object out;
  const auto& before = members(change.before);
  const auto fields = touched(change);
  for (const auto& [key, value] : before) {
    const std::string_view name(key.data(), key.size());
    if (is_in(kNames, name)) continue;
    if (fields.contains(is_in(kPlace, name) ? "place" : std::string(name))) out[key] = value;
  }
  return out;
}

json::object without_names(const json::value& kept) {
  auto out = members(kept);
  for (const auto name : kNames) out.erase(json::string_view(name.data(), name.size()));
  return out;
}

}  // namespace dcim::core
