// Hardware that comes: a discovered topic is made a device's sensors, and a device gets, and loses, an account of its own at the broker.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/site_document.h"

#include "api/assets.h"
#include "api/device_accounts.h"
#include "api/password.h"
#include "store/device_credentials.h"
#include "store/device_types.h"
#include "store/onboarding.h"

namespace dcim::api {
namespace {

using base::Error;
namespace json = boost::json;

constexpr std::size_t kPasswordBytes = 24;

asio::awaitable<base::Result<Response>> adopt(Call& call, Editing& editing) {
  const auto body = parse_json(call.body);
  if (!body) co_return body.error();
  const auto order = core::adoption_from_json(*body, call.site->code);
  if (!order) co_return order.error();
  auto device = core::DeviceId{};
  if (order->device) {
    const auto found = co_await editing.changes.lock(*order->device, std::nullopt, "/device_id");
    if (!found) co_return Error::invalid("/device_id", found.error().message);
    device = *order->device;
  } else {
    const auto asset = core::asset_from_json(order->new_device, call.site->id, std::nullopt, *call.inventory, editing.catalogue, "/device");
    if (!asset) co_return asset.error();
    const auto made = co_await editing.changes.create(*asset, "/device");
    if (!made) co_return made.error();
    device = *made;
  }
  const auto adopted = co_await store::adopt_topic(editing.connection, *call.site, device, order->topic, order->sensors, call.audit());
  if (!adopted) co_return adopted.error();
  call.id = device.value;
  co_return co_await device_response(call, editing.connection, device, editing.changes.last_change(), 201);
}

std::string account_of(const Call& call) { return "device-" + std::to_string(call.id); }

void write_credentials(JsonWriter& out, const store::DeviceCredentials& credentials, const std::vector<std::string>& topics) {
  out.member("username", credentials.username).key("topics").begin_array();
  for (const auto& topic : credentials.topics) out.value(topic);
  out.end_array().member("issued_by", credentials.issued_by).member("issued_at", credentials.issued_at);
  // Its topics have changed since; issued anew, it may publish on those it has now.
  out.member("outdated", credentials.topics != topics);
}

}  // namespace

// The device is what it was asked to be, also when the broker cannot be told of its account.
asio::awaitable<base::Result<Response>> adopt_topic(Call& call) {
  auto response = co_await edit_devices(call, false, adopt);
  if (!response) co_return response;
  const core::DeviceId device{call.id};
  auto connection = co_await call.services().pool.acquire();
  const auto renewed = co_await renew_account(*connection, call.services().device_accounts, *call.site, device, call.audit());
  if (!renewed) {
    auto body = boost::json::parse(response->body);
    body.as_object()["account_warning"] = "its account may not publish on the topic yet: " + renewed.error().message;
    response->body = boost::json::serialize(body);
  }
  co_return response;
}

asio::awaitable<base::Result<Response>> get_credentials(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const core::DeviceId device{call.id};
  const auto topics = co_await store::topics_of_device(*connection, device);
  const auto credentials = co_await store::device_credentials(*connection, device);
  JsonWriter out;
  out.begin_object().key("credentials");
  if (credentials) {
    out.begin_object();
    write_credentials(out, *credentials, topics);
    out.end_object();
  } else {
    out.value(nullptr);
  }
  out.key("topics").begin_array();
  for (const auto& topic : topics) out.value(topic);
  out.end_array().end_object();
  co_return json_response(out.take());
}

// The broker is told before the database commits: when the commit fails, the account has a password that nobody knows.
asio::awaitable<base::Result<Response>> issue_credentials(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const core::DeviceId device{call.id};
  auto transaction = co_await store::Transaction::begin(*connection);
  auto before = co_await store::device_credentials(*connection, device, true);
  store::DeviceCredentials credentials{account_of(call), {}, call.audit().actor, call.now()};
  credentials.topics = co_await store::topics_of_device(*connection, device);
  if (credentials.topics.empty()) {
    co_await transaction.rollback();
    co_return Error::conflict("the device has no topic: adopt one for it first");
  }
  const bool first = !before;
  co_await store::save_credentials(*connection, *call.site, device, std::move(before), credentials, call.audit());
  const auto password = random_token(kPasswordBytes);
  const auto told = co_await call.services().device_accounts.put(credentials.username, password, credentials.topics);
  if (!told) {
    co_await transaction.rollback();
    co_return told.error();
  }
  co_await transaction.commit();
  JsonWriter out;
  out.begin_object();
  write_credentials(out, credentials, credentials.topics);
  out.member("password", password).end_object();
  co_return json_response(out.take(), first ? 201 : 200);
}

asio::awaitable<base::Result<Response>> revoke_credentials(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const core::DeviceId device{call.id};
  auto transaction = co_await store::Transaction::begin(*connection);
  const auto before = co_await store::device_credentials(*connection, device, true);
  if (!before) {
    co_await transaction.rollback();
    co_return Error::not_found("the device has no account of its own");
  }
  co_await store::delete_credentials(*connection, *call.site, device, *before, call.audit());
  const auto told = co_await call.services().device_accounts.remove(before->username);
  if (!told) {
    co_await transaction.rollback();
    co_return told.error();
  }
  co_await transaction.commit();
  co_return no_content();
}

}  // namespace dcim::api
