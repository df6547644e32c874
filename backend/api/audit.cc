// The audit log, to read. It is written in each change's own transaction.
#include "store/audit.h"

#include "api/handlers.h"

namespace dcim::api {
namespace {

constexpr int kMostRows = 500;

}  // namespace

asio::awaitable<base::Result<Response>> list_audit_log(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto entries = co_await store::list_audit(*connection, kMostRows);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& entry : entries) {
    json.begin_object().member("id", entry.id).member("ts", entry.ts).member("actor", entry.who.actor).member("action", entry.row.action);
    json.member("object", entry.row.object).member("site", entry.row.site).member("origin", entry.who.origin);
    json.member("before", entry.row.before).member("after", entry.row.after).end_object();
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
