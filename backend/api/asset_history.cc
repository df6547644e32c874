// What became of a device or a rack, and how a change, or a whole batch of them, is undone.
#include <algorithm>
#include <charconv>

#include "api/assets.h"
#include "store/asset_history.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr int kMostChanges = 500;

asio::awaitable<base::Result<Response>> history_of(Call& call, std::string subject) {
  auto connection = co_await call.services().pool.acquire();
  const auto history = co_await store::asset_history(*connection, *call.site, std::move(subject), kMostChanges);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& change : history.items) {
    const auto why_not = core::why_not_undone(change, history.later);
    json.begin_object().member("change_id", change.id).member("batch_id", change.batch).member("ts", change.ts).member("actor", change.actor);
    json.member("action", change.action).member("object", change.object).key("changes").begin_array();
    for (const auto& field : core::field_changes(change.before, change.after)) {
      json.begin_object().member("field", field.field).member("before", field.before).member("after", field.after).end_object();
    }
    json.end_array().member("undoable", !why_not).member("why_not", why_not).end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

std::int32_t id_in(std::string_view subject) {
  std::int32_t id = 0;
  subject.remove_prefix(subject.find(':') + 1);
  std::from_chars(subject.data(), subject.data() + subject.size(), id);
  return id;
}

// What cannot be put back any more, because what it needs is gone or taken.
Error cannot(const core::AssetChange& change, const Error& why) {
  return {base::ErrorCode::conflict, change.object + " cannot be put back as it was: " + why.message, {}};
}

asio::awaitable<base::Result<void>> undo_of_device(Call& call, Editing& editing, const core::AssetChange& change) {
  const core::DeviceId id{id_in(change.subject())};
  if (!change.after.is_object()) {
    auto asset = core::asset_from_json(core::without_names(change.before), call.site->id, std::nullopt, *call.inventory, editing.catalogue);
    if (!asset) co_return cannot(change, asset.error());
    asset->id = id;
    const auto made = co_await editing.changes.create(std::move(*asset));
    if (!made) co_return cannot(change, made.error());
    co_return base::Result<void>();
  }
  auto now = co_await editing.changes.lock(id, std::nullopt);
  if (!now) co_return cannot(change, now.error());
  if (!change.before.is_object()) {
    const auto removed = co_await editing.changes.remove(std::move(*now));
    if (!removed) co_return removed.error();
    co_return base::Result<void>();
  }
  auto asset = core::asset_from_json(core::undoing(change), call.site->id, *now, *call.inventory, editing.catalogue);
  if (!asset) co_return cannot(change, asset.error());
  const auto done = co_await editing.changes.update(std::move(*now), std::move(*asset));
  if (!done) co_return cannot(change, done.error());
  co_return base::Result<void>();
}

// Newest first, all or nothing, as one new batch.
asio::awaitable<base::Result<Response>> undo(Call& call, Editing& editing, store::AssetHistory history) {
  if (history.items.empty()) co_return Error::not_found("there is no such change in this site");
  std::erase_if(history.later,
                [&](const auto& later) { return std::ranges::find(history.items, later.id, &core::AssetChange::id) != history.items.end(); });
  for (const auto& change : history.items) {
    if (const auto why_not = core::why_not_undone(change, history.later)) co_return Error::conflict(*why_not);
  }
  editing.changes.set_action("change.undo");
  std::vector<core::DeviceId> devices;
  std::vector<core::RackId> in_racks;
  for (const auto& change : history.items) {
    for (const auto& subject : change.subjects) {
      if (subject.starts_with("device:")) devices.push_back({id_in(subject)});
      if (subject.starts_with("rack:")) in_racks.push_back({id_in(subject)});
    }
  }
  co_await editing.changes.hold(std::move(devices));
  co_await store::hold_racks(editing.connection, std::move(in_racks));
  store::RackChanges racks(editing.connection, *call.site, call.audit(), editing.changes.batch());
  for (auto it = history.items.rbegin(); it != history.items.rend(); ++it) {
    const auto subject = it->subject();
    base::Result<void> done;
    if (subject.starts_with("device:")) {
      done = co_await undo_of_device(call, editing, *it);
    } else {
      done = co_await racks.undo(*it, id_in(subject));
    }
    if (!done) co_return done.error();
  }
  const auto change = racks.last_change() ? racks.last_change() : editing.changes.last_change();
  auto ids = editing.changes.changed();
  const auto rows = co_await store::assets_with_ids(editing.connection, std::move(ids));
  const auto power = co_await power_of(call, rows);
  JsonWriter json;
  json.begin_object().member("batch_id", editing.changes.batch()).member("change_id", change).key("devices").begin_array();
  for (const auto& row : rows) write_device(json, row, call, power);
  json.end_array().end_object();
  auto response = json_response(json.take());
  add_change(response, change);
  co_return response;
}

asio::awaitable<base::Result<Response>> undo_one(Call& call, Editing& editing) {
  auto history = co_await store::asset_change(editing.connection, *call.site, call.id);
  co_return co_await undo(call, editing, std::move(history));
}

asio::awaitable<base::Result<Response>> undo_many(Call& call, Editing& editing) {
  auto history = co_await store::asset_batch(editing.connection, *call.site, call.id);
  co_return co_await undo(call, editing, std::move(history));
}

}  // namespace

asio::awaitable<base::Result<Response>> list_device_history(Call& call) { return history_of(call, "device:" + std::to_string(call.id)); }
asio::awaitable<base::Result<Response>> list_rack_history(Call& call) { return history_of(call, "rack:" + std::to_string(call.id)); }
asio::awaitable<base::Result<Response>> undo_change(Call& call) { return edit_devices(call, false, undo_one); }
asio::awaitable<base::Result<Response>> undo_change_batch(Call& call) { return edit_devices(call, true, undo_many); }

}  // namespace dcim::api
