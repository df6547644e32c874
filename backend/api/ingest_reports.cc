// What the ingest could not use: discovered topics and rejected messages.
#include "store/ingest_reports.h"

#include "api/handlers.h"

namespace dcim::api {
namespace {

constexpr int kMostRows = 500;

}  // namespace

asio::awaitable<base::Result<Response>> list_discovered_topics(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto topics = co_await store::list_discovered_topics(*connection, call.site->code, kMostRows);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& topic : topics) {
    json.begin_object().member("topic", topic.topic).member("first_seen", topic.first_seen).member("last_seen", topic.last_seen);
    json.member("messages", topic.messages).member("last_payload", valid_utf8(topic.last_payload)).end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> list_rejected_messages(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto messages = co_await store::list_rejected_messages(*connection, call.site->code, kMostRows);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& message : messages) {
    json.begin_object().member("ts", message.ts).member("topic", message.topic).member("reason", message.reason);
    json.member("detail", message.detail).member("payload", valid_utf8(message.payload)).end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
