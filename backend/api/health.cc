// Whether the process answers, whether it can work, and its metrics.
#include <prometheus/text_serializer.h>

#include <algorithm>

#include "api/handlers.h"

namespace dcim::api {

asio::awaitable<base::Result<Response>> health_live(Call& call) {
  JsonWriter json;
  json.begin_object().member("status", "live").member("version", call.services().settings.version).end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> health_ready(Call& call) {
  const auto dependencies = call.services().readiness.dependencies();
  const bool ready = std::ranges::all_of(dependencies, &Dependency::ready);
  JsonWriter json;
  json.begin_object().member("status", ready ? "ready" : "not_ready").key("dependencies").begin_array();
  for (const auto& dependency : dependencies) {
    json.begin_object().member("name", dependency.name).member("ready", dependency.ready).member("detail", dependency.detail).end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take(), ready ? 200 : 503);
}

asio::awaitable<base::Result<Response>> metrics(Call& call) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = prometheus::TextSerializer().Serialize(call.services().metrics.Collect());
  co_return response;
}

}  // namespace dcim::api
