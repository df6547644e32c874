// Pictures of device types, front and rear: taken as they are, known by their content, and given out as nothing but an image.
#include "store/device_type_images.h"

#include "api/assets.h"
#include "api/errors.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr std::size_t kLargestBytes = 512 << 10;

std::string face_of(const Call& call) { return call.route->path.ends_with("/rear") ? "rear" : "front"; }

}  // namespace

// Whoever names the image that it is, by ?v=, may keep it for ever: another one has another name.
asio::awaitable<base::Result<Response>> get_device_type_image(Call& call) {
  const core::DeviceTypeId type{call.id};
  const auto face = face_of(call);
  auto connection = co_await call.services().pool.acquire();
  const auto tag = co_await store::image_tag(*connection, type, face);
  if (!tag) co_return Error::not_found("the device type has no " + face + " image");
  Response response;
  const auto known = call.head[http::field::if_none_match];
  response.status = lists_token({known.data(), known.size()}, '"' + *tag + '"') ? 304 : 200;
  auto shown = *tag;
  if (response.status == 200) {
    auto image = co_await store::device_type_image(*connection, type, face);
    if (!image) co_return Error::not_found("the device type has no " + face + " image");
    response.content_type = std::move(image->media_type);
    response.body = std::move(image->bytes);
    shown = std::move(image->tag);
  } else {
    response.content_type.clear();
  }
  const bool named = call.parameter("v") == shown;
  response.headers.emplace_back("Cache-Control", named ? "private, max-age=31536000, immutable" : "private, no-cache");
  response.headers.emplace_back("ETag", '"' + shown + '"');
  co_return response;
}

asio::awaitable<base::Result<Response>> put_device_type_image(Call& call) {
  if (call.body.size() > kLargestBytes) {
    const auto size = std::to_string((call.body.size() + 1023) / 1024);
    co_return problem(413, Error::invalid("", "the image has " + size + " KiB; at most 512 KiB are taken"), call.request_id);
  }
  const auto format = core::image_format(call.body);
  if (!format) co_return format.error();
  auto connection = co_await call.services().pool.acquire();
  const core::DeviceTypeId type{call.id};
  auto face = face_of(call);
  const auto done = co_await store::put_image(*connection, type, std::move(face), *format, call.body, call.audit());
  if (!done) co_return done.error();
  co_return co_await device_type_response(call, *connection, type);
}

asio::awaitable<base::Result<Response>> delete_device_type_image(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  auto face = face_of(call);
  const auto done = co_await store::remove_image(*connection, core::DeviceTypeId{call.id}, std::move(face), call.audit());
  if (!done) co_return done.error();
  co_return no_content();
}

}  // namespace dcim::api
