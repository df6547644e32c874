// Many devices as one: changed, made, removed or moved, all or nothing. A move may be tried first, with what it would do to the racks.
#include <algorithm>
#include <map>
#include <set>

#include "api/assets.h"
#include "core/json_reader.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr std::size_t kMostAtOnce = 1000;

base::Result<void> check_count(std::size_t count, const char* field) {
  if (count == 0) return Error::invalid(field, "is empty");
  if (count > kMostAtOnce) return Error::invalid(field, "must be at most 1,000");
  return {};
}

struct Named {
  core::DeviceId id;
  int version = 0;
};

Named named(const core::ObjectReader& from) {
  Named out{{from.integer("id", 1, 2'147'483'647, 0)}, from.integer("version", 1, 2'147'483'647, 0)};
  if (out.id.value == 0) throw Error::invalid(from.at("id"), "is missing");
  if (out.version == 0) throw Error::invalid(from.at("version"), "is missing: the version that was read");
  return out;
}

asio::awaitable<Response> devices_response(Call& call, Editing& editing) {
  auto ids = editing.changes.changed();
  const auto rows = co_await store::assets_with_ids(editing.connection, std::move(ids));
  const auto power = co_await power_of(call, rows);
  JsonWriter json;
  json.begin_object().member("batch_id", editing.changes.batch()).key("items").begin_array();
  for (const auto& row : rows) write_device(json, row, call, power);
  json.end_array().end_object();
  co_return json_response(json.take());
}

// All that a list is about, once each.
template <class Each>
asio::awaitable<base::Result<void>> hold(Editing& editing, const std::vector<Each>& all) {
  std::vector<core::DeviceId> ids;
  ids.reserve(all.size());
  std::set<core::DeviceId> seen;
  for (const auto& each : all) {
    if (!seen.insert(each.device.id).second) co_return Error::invalid(each.pointer + "/id", "stands twice");
    ids.push_back(each.device.id);
  }
  co_await editing.changes.hold(std::move(ids));
  co_return base::Result<void>();
}

struct Edit {
  Named device;
  boost::json::value set;
  std::string pointer;
};

// What is in the body; one of the three lists.
struct Bulk {
  std::vector<Edit> changes, removals;
  std::vector<std::pair<boost::json::value, std::string>> creations;
};

Bulk bulk_in(const boost::json::value& json) {
  const core::ObjectReader root(json, "", {"changes", "create", "delete"});
  Bulk out;
  out.changes = root.list("changes", false, [](const boost::json::value& value, const std::string& at) {
    const core::ObjectReader from(value, at, {"id", "version", "set"});
    const auto* set = from.find("set");
    if (!set) throw Error::invalid(from.at("set"), "is missing");
    return Edit{named(from), *set, at};
  });
  out.creations = root.list("create", false, [](const boost::json::value& value, const std::string& at) { return std::pair(value, at); });
  out.removals = root.list("delete", false, [](const boost::json::value& value, const std::string& at) {
    const core::ObjectReader from(value, at, {"id", "version"});
    return Edit{named(from), {}, at};
  });
  if ((out.changes.empty() ? 0 : 1) + (out.creations.empty() ? 0 : 1) + (out.removals.empty() ? 0 : 1) != 1) {
    throw Error::invalid("/changes", "or create or delete must be given, and one of them");
  }
  const auto count = out.changes.size() + out.creations.size() + out.removals.size();
  const auto fine = check_count(count, out.changes.empty() ? out.creations.empty() ? "/delete" : "/create" : "/changes");
  if (!fine) throw fine.error();
  return out;
}

asio::awaitable<base::Result<Response>> edit_many(Call& call, Editing& editing) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  Bulk bulk;
  try {
    bulk = bulk_in(*json);
  } catch (const Error& error) {
    co_return error;
  }
  const auto once = co_await hold(editing, bulk.changes.empty() ? bulk.removals : bulk.changes);
  if (!once) co_return once.error();
  std::vector<core::Asset> befores, afters;
  for (const auto& edit : bulk.changes) {
    auto before = co_await editing.changes.lock(edit.device.id, edit.device.version, edit.pointer);
    if (!before) co_return before.error();
    auto after = core::asset_from_json(edit.set, call.site->id, *before, *call.inventory, editing.catalogue, edit.pointer + "/set");
    if (!after) co_return after.error();
    befores.push_back(std::move(*before));
    afters.push_back(std::move(*after));
  }
  for (const auto& [value, pointer] : bulk.creations) {
    auto made = core::asset_from_json(value, call.site->id, std::nullopt, *call.inventory, editing.catalogue, pointer);
    if (!made) co_return made.error();
    afters.push_back(std::move(*made));
  }
  co_await editing.changes.hold_racks_of(afters);
  for (std::size_t i = 0; i < bulk.changes.size(); ++i) {
    const auto done = co_await editing.changes.update(std::move(befores[i]), std::move(afters[i]), bulk.changes[i].pointer + "/set");
    if (!done) co_return done.error();
  }
  for (std::size_t i = 0; i < bulk.creations.size(); ++i) {
    const auto done = co_await editing.changes.create(std::move(afters[i]), bulk.creations[i].second);
    if (!done) co_return done.error();
  }
  for (const auto& edit : bulk.removals) {
    auto before = co_await editing.changes.lock(edit.device.id, edit.device.version, edit.pointer);
    if (!before) co_return before.error();
    const auto done = co_await editing.changes.remove(std::move(*before), edit.pointer);
    if (!done) co_return done.error();
  }
  co_return co_await devices_response(call, editing);
}

struct Move {
  Named device;
  std::optional<core::RackId> rack;
  boost::json::value position;
  std::string pointer;
};

std::vector<Move> moves_in(const core::ObjectReader& root) {
  auto out = root.list("moves", true, [](const boost::json::value& value, const std::string& at) {
    const core::ObjectReader from(value, at, {"id", "version", "rack_id", "position"});
    if (!from.has("rack_id")) throw Error::invalid(from.at("rack_id"), "is missing; null: out of its rack");
    const int rack = from.integer("rack_id", 1, 2'147'483'647, 0);
    const auto* position = from.find("position");
    return Move{named(from), rack > 0 ? std::optional(core::RackId{rack}) : std::nullopt, position ? *position : boost::json::value(nullptr), at};
  });
  const auto fine = check_count(out.size(), "/moves");
  if (!fine) throw fine.error();
  return out;
}

// What a move says of itself, besides space.
struct Verdict {
  core::DeviceId id;
  std::string space;                            // empty: it fits
  std::map<std::string, std::string> warnings;  // power, weight, feeds
};

void write_verdict(JsonWriter& json, const Verdict& verdict) {
  json.begin_object().member("id", verdict.id).member("ok", verdict.space.empty()).key("reasons").begin_array();
  if (!verdict.space.empty()) json.value(verdict.space);
  for (const auto& [_, text] : verdict.warnings) json.value(text);
  json.end_array().member("space", verdict.space.empty() ? std::string("ok") : verdict.space);
  for (const auto* of : {"power", "weight", "feeds"}) {
    const auto it = verdict.warnings.find(of);
    const bool fine = it == verdict.warnings.end();
    json.key(of).begin_object().member("ok", fine).member("text", fine ? std::string("ok") : it->second).end_object();
  }
  json.end_object();
}

asio::awaitable<base::Result<Response>> move_many(Call& call, Editing& editing) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  std::vector<Move> moves;
  try {
    const core::ObjectReader root(*json, "", {"moves", "dry_run"});
    moves = moves_in(root);
    editing.dry_run = root.boolean("dry_run", false);
  } catch (const Error& error) {
    co_return error;
  }
  const bool asked = editing.dry_run;
  std::vector<Verdict> verdicts;
  std::vector<core::RackId> into;
  std::vector<std::pair<core::Asset, std::string>> befores;
  std::vector<core::Asset> afters;
  const auto once = co_await hold(editing, moves);
  if (!once) co_return once.error();
  for (const auto& move : moves) {
    auto before = co_await editing.changes.lock(move.device.id, move.device.version, move.pointer);
    if (!before) co_return before.error();
    auto after = core::moved(*before, move.rack, move.position, *call.inventory, editing.catalogue, move.pointer);
    verdicts.push_back({move.device.id, after ? std::string() : after.error().message, {}});
    if (!after) {
      if (!asked) co_return after.error();
      continue;
    }
    if (after->rack && after->rack != before->rack) into.push_back(*after->rack);
    befores.emplace_back(std::move(*before), move.pointer);
    afters.push_back(std::move(*after));
  }
  co_await editing.changes.hold_racks_of(afters);
  for (std::size_t i = 0; i < afters.size(); ++i) {
    const auto done = co_await editing.changes.update(std::move(befores[i].first), std::move(afters[i]), befores[i].second);
    if (!done) co_return done.error();
  }
  const auto clashes = co_await editing.changes.clashes();
  for (const auto& clash : clashes) {
    const auto it = std::ranges::find(verdicts, clash.device, &Verdict::id);
    if (it != verdicts.end() && it->space.empty()) it->space = clash.text;
  }
  const auto warnings = co_await rack_warnings(call, editing.connection, std::move(into));
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const auto it = moves[i].rack ? warnings.find(*moves[i].rack) : warnings.end();
    if (it != warnings.end()) verdicts[i].warnings = it->second;
  }
  const bool refused = std::ranges::any_of(verdicts, [](const auto& verdict) { return !verdict.space.empty(); });
  if (refused) editing.dry_run = true;
  std::vector<store::AssetRow> rows;
  if (!editing.dry_run) {
    auto ids = editing.changes.changed();
    rows = co_await store::assets_with_ids(editing.connection, std::move(ids));
  }
  const auto power = co_await power_of(call, rows);
  JsonWriter out;
  out.begin_object().key("verdicts").begin_array();
  for (const auto& verdict : verdicts) write_verdict(out, verdict);
  out.end_array().member("applied", !editing.dry_run).member("batch_id", editing.dry_run ? std::nullopt : editing.changes.batch());
  out.key("devices").begin_array();
  for (const auto& row : rows) write_device(out, row, call, power);
  out.end_array().end_object();
  // A move that is refused is an error to who wanted it done, and an answer to who asked.
  if (refused && !asked) {
    const auto it = std::ranges::find_if(verdicts, [](const auto& verdict) { return !verdict.space.empty(); });
    co_return Error{base::ErrorCode::conflict, it->space, moves[static_cast<std::size_t>(it - verdicts.begin())].pointer + "/position"};
  }
  co_return json_response(out.take());
}

}  // namespace

asio::awaitable<base::Result<Response>> edit_devices_in_bulk(Call& call) { return edit_devices(call, true, edit_many); }
asio::awaitable<base::Result<Response>> move_devices(Call& call) { return edit_devices(call, true, move_many); }

}  // namespace dcim::api
