// Devices as assets: found, shown, and changed one at a time.
#include <algorithm>
#include <charconv>

#include "api/assets.h"
#include "store/asset_changes.h"
#include "store/device_types.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr int kPage = 100, kMostOnAPage = 500;

std::vector<std::string> comma_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) out.push_back(valid_utf8(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Words in lower case. ASCII alone is folded here, the rest by the database when it made its text: "Ä" is found as "ä".
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (auto rest = valid_utf8(text); !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    auto word = rest.substr(0, end);
    for (auto& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!word.empty() && out.size() < 8) out.push_back(std::move(word));
    rest.erase(0, std::min(end + 1, rest.size()));
  }
  return out;
}

asio::awaitable<base::Result<Response>> create_one(Call& call, Editing& editing) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  auto made = core::asset_from_json(*json, call.site->id, std::nullopt, *call.inventory, editing.catalogue);
  if (!made) co_return made.error();
  const auto id = co_await editing.changes.create(std::move(*made));
  if (!id) co_return id.error();
  co_return co_await device_response(call, editing.connection, *id, editing.changes.last_change(), 201);
}

asio::awaitable<base::Result<Response>> update_one(Call& call, Editing& editing) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  const auto version = if_match(call);
  if (!version) co_return version.error();
  const core::DeviceId id{call.id};
  auto before = co_await editing.changes.lock(id, *version);
  if (!before) co_return before.error();
  auto after = core::asset_from_json(*json, call.site->id, *before, *call.inventory, editing.catalogue);
  if (!after) co_return after.error();
  const auto done = co_await editing.changes.update(std::move(*before), std::move(*after));
  if (!done) co_return done.error();
  co_return co_await device_response(call, editing.connection, id, editing.changes.last_change());
}

asio::awaitable<base::Result<Response>> delete_one(Call& call, Editing& editing) {
  auto before = co_await editing.changes.lock(core::DeviceId{call.id}, std::nullopt);
  if (!before) co_return before.error();
  const auto done = co_await editing.changes.remove(std::move(*before));
  if (!done) co_return done.error();
  co_return no_content(editing.changes.last_change());
}

}  // namespace

asio::awaitable<base::Result<Response>> edit_devices(Call& call, bool batch, EditDevices work) {
  auto connection = co_await call.services().pool.acquire();
  auto transaction = co_await store::Transaction::begin(*connection);
  const auto catalogue = co_await store::load_catalogue(*connection);
  store::AssetChanges changes(*connection, *call.site, call.inventory, catalogue, call.audit());
  co_await changes.begin(batch);
  Editing editing{*connection, catalogue, changes};
  auto response = co_await work(call, editing);
  if (response && !editing.dry_run) {
    const auto fits = co_await changes.check();
    if (!fits) response = fits.error();
  }
  if (response && !editing.dry_run) {
    co_await transaction.commit();
  } else {
    co_await transaction.rollback();
  }
  co_return response;
}

base::Result<store::AssetFilter> asset_filter(const Call& call) {
  store::AssetFilter out;
  out.site = call.site->id;
  if (const auto q = call.parameter("q")) {
    if (q->size() > 200) return Error::invalid("q", "must be at most 200 bytes");
    out.words = words_of(*q);
  }
  const auto room = room_parameter(call);
  if (!room) return room.error();
  out.room = *room;
  const auto rack = rack_parameter(call);
  if (!rack) return rack.error();
  out.rack = *rack;
  const auto type = call.id_parameter("type");
  if (!type) return type.error();
  if (*type) out.type = core::DeviceTypeId{**type};
  if (const auto text = call.parameter("role")) out.roles = comma_list(*text);
  if (const auto text = call.parameter("status")) out.statuses = comma_list(*text);
  if (const auto text = call.parameter("owner")) out.owner = valid_utf8(*text);
  if (const auto text = call.parameter("tag")) out.tag = valid_utf8(*text);
  return out;
}

asio::awaitable<base::Result<store::AssetOrder>> asset_order(Call& call) {
  store::AssetOrder out;
  auto by = call.parameter("sort").value_or("");
  if (by.starts_with('-')) {
    out.descending = true;
    by.remove_prefix(1);
  }
  if (!by.empty() && std::ranges::find(store::kAssetSorts, by) == store::kAssetSorts.end()) {
    co_return Error::invalid("sort", "must be a column such as name, or -name for the other way round");
  }
  out.by = by;
  if (by == "power") {
    const auto power = co_await power_of_site(call);
    for (const auto& [sensor, reading] : power) out.measured.push_back({sensor, reading.watts});
  }
  co_return out;
}

asio::awaitable<base::Result<Response>> list_devices(Call& call) {
  const auto filter = asset_filter(call);
  if (!filter) co_return filter.error();
  int limit = kPage;
  if (const auto text = call.parameter("limit")) {
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (failed != std::errc() || end != text->data() + text->size() || limit < 1 || limit > kMostOnAPage) {
      co_return Error::invalid("limit", "must be from 1 to " + std::to_string(kMostOnAPage));
    }
  }
  std::optional<std::string> cursor;
  if (const auto text = call.parameter("cursor")) cursor = valid_utf8(*text);
  auto order = co_await asset_order(call);
  if (!order) co_return order.error();
  auto connection = co_await call.services().pool.acquire();
  const auto page = co_await store::list_assets(*connection, *filter, std::move(*order), limit, std::move(cursor));
  if (!page) co_return page.error();
  const auto power = co_await power_of(call, page->items);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& row : page->items) write_device(json, row, call, power);
  json.end_array().member("total", page->total).member("next_cursor", page->next_cursor).end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> list_device_facets(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto facets = co_await store::asset_facets(*connection, call.site->id);
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, list] : {std::pair("roles", &facets.roles), std::pair("owners", &facets.owners), std::pair("tags", &facets.tags)}) {
    json.key(name).begin_array();
    for (const auto& text : *list) json.value(text);
    json.end_array();
  }
  json.end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> get_device(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  co_return co_await device_response(call, *connection, core::DeviceId{call.id}, std::nullopt);
}

asio::awaitable<base::Result<Response>> create_device(Call& call) { return edit_devices(call, false, create_one); }
asio::awaitable<base::Result<Response>> update_device(Call& call) { return edit_devices(call, false, update_one); }
asio::awaitable<base::Result<Response>> delete_device(Call& call) { return edit_devices(call, false, delete_one); }

}  // namespace dcim::api
