// The catalogue of device types, which all sites share.
#include "store/device_types.h"

#include "api/assets.h"
#include "core/device_type_yaml.h"

namespace dcim::api {
namespace {

using base::Error;

// How many devices of each type the caller may see.
asio::awaitable<std::unordered_map<core::DeviceTypeId, int>> counts(Call& call, store::Connection& connection) {
  const auto& principal = call.session->principal;
  std::optional<std::vector<core::SiteId>> sites;
  if (principal.role != core::Role::admin) sites = principal.sites;
  co_return co_await store::devices_by_type(connection, std::move(sites));
}

store::ImageTags tags_in(const std::unordered_map<core::DeviceTypeId, store::ImageTags>& images, core::DeviceTypeId id) {
  const auto it = images.find(id);
  return it == images.end() ? store::ImageTags() : it->second;
}

}  // namespace

asio::awaitable<base::Result<Response>> device_type_response(Call& call, store::Connection& connection, core::DeviceTypeId id, unsigned status) {
  std::optional wanted = std::vector{id};
  const auto catalogue = co_await store::load_catalogue(connection, std::move(wanted));
  const auto* type = catalogue.find(id);
  if (!type) co_return Error::not_found("there is no device type " + std::to_string(id.value));
  const auto devices = co_await counts(call, connection);
  const auto it = devices.find(id);
  const auto images = co_await store::image_tags(connection, id);
  JsonWriter json;
  write_device_type(json, *type, it == devices.end() ? 0 : it->second, tags_in(images, id));
  auto response = json_response(json.take(), status);
  response.headers.emplace_back("ETag", '"' + std::to_string(type->version) + '"');
  co_return response;
}

asio::awaitable<base::Result<Response>> list_device_types(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto catalogue = co_await store::load_catalogue(*connection);
  const auto devices = co_await counts(call, *connection);
  const auto images = co_await store::image_tags(*connection, std::nullopt);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& type : catalogue.types()) {
    const auto it = devices.find(type.id);
    write_device_type(json, type, it == devices.end() ? 0 : it->second, tags_in(images, type.id));
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> get_device_type(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  co_return co_await device_type_response(call, *connection, core::DeviceTypeId{call.id});
}

asio::awaitable<base::Result<Response>> create_device_type(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  auto type = core::device_type_from_json(*json, std::nullopt);
  if (!type) co_return type.error();
  auto connection = co_await call.services().pool.acquire();
  const auto id = co_await store::create_device_type(*connection, std::move(*type), call.audit());
  if (!id) co_return id.error();
  co_return co_await device_type_response(call, *connection, *id, 201);
}

asio::awaitable<base::Result<Response>> import_device_type(Call& call) {
  auto type = core::device_type_from_yaml(call.body);
  if (!type) co_return type.error();
  auto connection = co_await call.services().pool.acquire();
  const auto id = co_await store::create_device_type(*connection, std::move(*type), call.audit());
  if (!id) co_return id.error();
  co_return co_await device_type_response(call, *connection, *id, 201);
}

asio::awaitable<base::Result<Response>> update_device_type(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  const auto version = if_match(call);
  if (!version) co_return version.error();
  const core::DeviceTypeId id{call.id};
  auto connection = co_await call.services().pool.acquire();
  std::optional wanted = std::vector{id};
  const auto catalogue = co_await store::load_catalogue(*connection, std::move(wanted));
  const auto* before = catalogue.find(id);
  if (!before) co_return Error::not_found("there is no device type " + std::to_string(id.value));
  auto type = core::device_type_from_json(*json, *before);
  if (!type) co_return type.error();
  type->version = *version;  // one that has changed since is refused, whatever was merged here
  const auto done = co_await store::update_device_type(*connection, std::move(*type), call.audit());
  if (!done) co_return done.error();
  co_return co_await device_type_response(call, *connection, id);
}

asio::awaitable<base::Result<Response>> delete_device_type(Call& call) {
  const auto version = if_match(call);
  if (!version) co_return version.error();
  auto connection = co_await call.services().pool.acquire();
  const auto done = co_await store::delete_device_type(*connection, core::DeviceTypeId{call.id}, *version, call.audit());
  if (!done) co_return done.error();
  co_return no_content();
}

}  // namespace dcim::api
