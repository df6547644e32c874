// What the ingest could not use: discovered topics and rejected messages.
#include "store/ingest_reports.h"

#include <cmath>

#include "api/handlers.h"
#include "core/onboarding.h"

namespace dcim::api {
namespace {

constexpr int kMostRows = 500;

// The room and rack that the topic names, where the site has them.
std::pair<const core::Room*, const core::Rack*> place_of(const core::TopicGuess& guess, const Call& call) {
  const core::Room* in = nullptr;
  for (const auto& room : call.inventory->rooms()) {
    if (room.site_id == call.site->id && guess.room == room.code) in = &room;
  }
  if (!in || !guess.rack) return {in, nullptr};
  for (const auto& rack : call.inventory->racks()) {
    if (rack.room_id == in->id && rack.name == *guess.rack) return {in, &rack};
  }
  return {in, nullptr};
}

void write_guess(JsonWriter& json, const store::DiscoveredTopic& topic, const Call& call) {
  const auto guess = core::guess_topic(topic.topic, topic.last_payload);
  const auto [room, rack] = place_of(guess, call);
  json.key("guess").begin_object().member("name", guess.name).member("role", guess.role);
  json.member("room_id", room ? std::optional(room->id) : std::nullopt).member("rack_id", rack ? std::optional(rack->id) : std::nullopt);
  const double span_s = std::chrono::duration<double>(topic.last_seen - topic.first_seen).count();
  const auto interval =
      topic.messages > 2 && span_s > 0 ? std::optional(std::max(1.0, std::round(span_s / static_cast<double>(topic.messages - 1)))) : std::nullopt;
  json.member("interval_s", interval).key("sensors").begin_array();
  for (const auto& sensor : guess.sensors) {
    json.begin_object().member("field", sensor.field).member("value", sensor.value).member("name", sensor.name);
    json.member("kind", sensor.kind).member("unit", sensor.unit).end_object();
  }
  json.end_array().end_object();
}

}  // namespace

asio::awaitable<base::Result<Response>> list_discovered_topics(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto topics = co_await store::list_discovered_topics(*connection, call.site->code, kMostRows);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& topic : topics) {
    json.begin_object().member("topic", topic.topic).member("first_seen", topic.first_seen).member("last_seen", topic.last_seen);
    json.member("messages", topic.messages).member("last_payload", valid_utf8(topic.last_payload));
    write_guess(json, topic, call);
    json.end_object();
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
