// Who is told of alarms: channels, routes, and what became of what was sent. Secrets go in and never come out.
#include "store/notifications.h"

#include "api/handlers.h"
#include "store/notification_settings.h"

namespace dcim::api {
namespace {

using base::Error;

void write(JsonWriter& json, const core::NotificationChannel& channel) {
  json.begin_object().member("id", channel.id).member("version", channel.version).member("name", channel.name);
  json.member("type", core::name_of(channel.type)).key("addresses").begin_array();
  for (const auto& address : channel.addresses) json.value(address);
  json.end_array().member("url", channel.url.empty() ? std::nullopt : std::optional(channel.url)).member("signed", channel.secret.has_value());
  json.member("enabled", channel.enabled).end_object();
}

void write(JsonWriter& json, const core::NotificationRoute& route) {
  json.begin_object().member("id", route.id).member("version", route.version).member("name", route.name).member("channel_id", route.channel);
  json.member("severity_at_least", core::name_of(route.severity_at_least)).key("systems").begin_array();
  for (const auto system : route.systems) json.value(core::name_of(system));
  json.end_array().member("room_id", route.room).member("after_min", route.after_min).member("repeat_min", route.repeat_min);
  json.member("tell_cleared", route.tell_cleared).member("enabled", route.enabled).end_object();
}

void write(JsonWriter& json, const store::NotificationState& n) {
  json.begin_object().member("id", n.id).member("channel_id", n.channel_id).member("channel", n.channel).member("state", n.state);
  json.member("subject", n.subject).member("alarms", n.alarms).member("created_at", n.created_at).member("due_at", n.due_at);
  json.member("sent_at", n.sent_at).member("attempts", n.attempts).member("last_error", n.last_error).end_object();
}

template <class T>
std::string list_of(const std::vector<T>& items) {
  JsonWriter json;
  json.begin_array();
  for (const auto& item : items) write(json, item);
  json.end_array();
  return R"({"items":)" + json.take();
}

template <class T>
base::Result<Response> answer(const base::Result<T>& edited, unsigned status = 200) {
  if (!edited) return edited.error();
  JsonWriter json;
  write(json, *edited);
  auto response = json_response(json.take(), status);
  if constexpr (requires { edited->version; }) response.headers.emplace_back("ETag", '"' + std::to_string(edited->version) + '"');
  return response;
}

base::Result<Response> removed(const base::Result<void>& done) {
  if (!done) return done.error();
  Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

// The body as a T; with If-Match, as that version of the one that the path names.
template <class T>
base::Result<T> document_of(const Call& call, base::Result<T> (*read)(const boost::json::value&), bool replaces) {
  const auto json = parse_json(call.body);
  if (!json) return json.error();
  auto out = read(*json);
  if (!out) return out;
  out->site = call.site->id;
  if (replaces) {
    const auto version = if_match(call);
    if (!version) return version.error();
    out->id = {call.id};
    out->version = *version;
  }
  return out;
}

}  // namespace

asio::awaitable<base::Result<Response>> list_notification_channels(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto channels = co_await store::load_notification_channels(*connection, call.site->id);
  co_return json_response(list_of(channels) + R"(,"smtp":)" + (call.services().notifications.has_smtp() ? "true}" : "false}"));
}

asio::awaitable<base::Result<Response>> create_notification_channel(Call& call) {
  auto channel = document_of(call, core::channel_from_json, false);
  if (!channel) co_return channel.error();
  auto connection = co_await call.services().pool.acquire();
  const auto made = co_await store::create_notification_channel(*connection, *call.site, std::move(*channel), call.audit());
  co_return answer(made, 201);
}

asio::awaitable<base::Result<Response>> update_notification_channel(Call& call) {
  auto channel = document_of(call, core::channel_from_json, true);
  if (!channel) co_return channel.error();
  auto connection = co_await call.services().pool.acquire();
  const auto made = co_await store::update_notification_channel(*connection, *call.site, std::move(*channel), call.audit());
  co_return answer(made);
}

asio::awaitable<base::Result<Response>> delete_notification_channel(Call& call) {
  const auto version = if_match(call);
  if (!version) co_return version.error();
  auto connection = co_await call.services().pool.acquire();
  const auto done = co_await store::delete_notification_channel(*connection, *call.site, core::ChannelId{call.id}, *version, call.audit());
  co_return removed(done);
}

asio::awaitable<base::Result<Response>> test_notification_channel(Call& call) {
  std::optional<core::NotificationChannel> channel;
  {
    // Given back before the receiver is spoken to, who may take his time.
    auto connection = co_await call.services().pool.acquire();
    channel = co_await store::find_notification_channel(*connection, call.site->id, core::ChannelId{call.id});
  }
  if (!channel) co_return Error::not_found("there is no notification channel " + std::to_string(call.id));
  const auto outcome = co_await call.services().notifications.test(*call.site, std::move(*channel), call.audit());
  JsonWriter json;
  json.begin_object().member("delivered", outcome.delivered).member("detail", valid_utf8(outcome.detail)).end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> list_notification_routes(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto routes = co_await store::load_notification_routes(*connection, call.site->id);
  co_return json_response(list_of(routes) + "}");
}

asio::awaitable<base::Result<Response>> create_notification_route(Call& call) {
  auto route = document_of(call, core::route_from_json, false);
  if (!route) co_return route.error();
  auto connection = co_await call.services().pool.acquire();
  const auto made = co_await store::create_notification_route(*connection, *call.site, std::move(*route), call.audit());
  co_return answer(made, 201);
}

asio::awaitable<base::Result<Response>> update_notification_route(Call& call) {
  auto route = document_of(call, core::route_from_json, true);
  if (!route) co_return route.error();
  auto connection = co_await call.services().pool.acquire();
  const auto made = co_await store::update_notification_route(*connection, *call.site, std::move(*route), call.audit());
  co_return answer(made);
}

asio::awaitable<base::Result<Response>> delete_notification_route(Call& call) {
  const auto version = if_match(call);
  if (!version) co_return version.error();
  auto connection = co_await call.services().pool.acquire();
  const auto done = co_await store::delete_notification_route(*connection, *call.site, core::RouteId{call.id}, *version, call.audit());
  co_return removed(done);
}

asio::awaitable<base::Result<Response>> list_notifications(Call& call) {
  std::optional<std::string> state;
  if (const auto text = call.parameter("state")) {
    if (*text != "pending" && *text != "sent" && *text != "dead") co_return Error::invalid("state", "must be pending, sent or dead");
    state = std::string(*text);
  }
  auto connection = co_await call.services().pool.acquire();
  const auto notifications = co_await store::list_notifications(*connection, call.site->id, state);
  co_return json_response(list_of(notifications) + "}");
}

asio::awaitable<base::Result<Response>> retry_notification(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto again = co_await store::retry_notification(*connection, *call.site, call.id, call.now(), call.audit());
  co_return answer(again);
}

}  // namespace dcim::api
