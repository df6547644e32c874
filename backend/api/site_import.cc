// A whole site from one document; the answer is visible in the API at once.
#include "store/site_import.h"

#include "api/handlers.h"
#include "store/inventory.h"

namespace dcim::api {

asio::awaitable<base::Result<Response>> import_site(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  auto document = core::parse_site_document(*json);
  if (!document) co_return document.error();

  auto connection = co_await call.services().pool.acquire();
  const auto result = co_await store::import_site(*connection, std::move(*document), call.audit());
  if (!result) co_return result.error();
  const auto inventory = co_await store::load_inventory(*connection);
  co_await call.services().live.read([&inventory](live::Live& live) {
    live.set_inventory(inventory);
    return true;
  });

  JsonWriter out;
  out.begin_object().member("site", result->site).member("created", result->created);
  out.member("updated", result->updated).member("unchanged", result->unchanged).end_object();
  co_return json_response(out.take());
}

}  // namespace dcim::api
