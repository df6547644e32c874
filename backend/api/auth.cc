// Login, logout, me. A login costs the same whether or not there is such a user, and is locked out the same way.
#include <boost/json/object.hpp>

#include "api/errors.h"
#include "api/handlers.h"

namespace dcim::api {
namespace {

using base::Error;

struct Credentials {
  std::string email, password;
};

base::Result<Credentials> credentials_of(const std::string& body) {
  const auto json = parse_json(body);
  if (!json) return json.error();
  const auto* object = json->if_object();
  if (!object) return Error::invalid("", "expected an object");
  Credentials out;
  for (const auto& [name, value] : *object) {
    std::string* const to = name == "email" ? &out.email : name == "password" ? &out.password : nullptr;
    if (!to) return Error::invalid("/" + std::string(name), "is not known here");
    if (!value.is_string()) return Error::invalid("/" + std::string(name), "must be a text");
    *to = std::string(value.get_string().data(), value.get_string().size());
  }
  for (const auto* name : {"email", "password"}) {
    if (!object->contains(name)) return Error::invalid(std::string("/") + name, "is required");
  }
  return out;
}

bool secure(const Call& call) { return call.tls || call.services().settings.public_url.starts_with("https://"); }

std::string session_cookie(const Call& call, std::string_view token, std::chrono::seconds age) {
  return "dcim_session=" + std::string(token) + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count()) +
         (secure(call) ? "; Secure" : "");
}

Response session_response(const Call& call, const store::Session& session) {
  const auto& principal = session.principal;
  const auto inventory = call.services().live.inventory();
  JsonWriter json;
  json.begin_object().key("user").begin_object();
  json.member("id", principal.user_id).member("email", principal.email).member("name", principal.name);
  json.member("role", core::name_of(principal.role)).key("sites").begin_array();
  for (const auto& site : inventory->sites()) {
    if (core::sees(principal, site.id)) json.value(site.code);
  }
  json.end_array().end_object();
  json.member("csrf_token", session.csrf_token).member("expires_at", session.expires_at);
  json.member("demo", call.services().settings.demo).member("server_version", call.services().settings.version).end_object();
  return json_response(json.take());
}

Response wait(Call& call, std::int64_t seconds) {
  call.context.metrics.logins_limited.Increment();
  return rate_limited("too many failed logins; try again later", seconds, call.request_id);
}

Error wrong(Call& call) {
  call.context.metrics.logins_failed.Increment();
  return Error::unauthenticated("e-mail address or password is wrong");
}

asio::awaitable<std::optional<store::User>> find_user(Call& call, std::string email) {
  auto connection = co_await call.services().pool.acquire();
  co_return co_await store::find_user(*connection, std::move(email));
}

// Writes what came of a wrong password, for a user or for an address that is no user's.
asio::awaitable<void> record_failure(Call& call, const std::optional<store::User>& user, std::string email) {
  auto who = call.audit();
  who.actor = email;
  auto connection = co_await call.services().pool.acquire();
  if (user) {
    co_await store::record_failed_login(*connection, user->id, call.now(), who);
    co_return;
  }
  const bool locked = call.context.unknown_logins.count(email, call.now());
  auto transaction = co_await store::Transaction::begin(*connection);
  store::AuditRow row;
  row.object = "user " + email;
  row.action = "auth.login_failed";
  co_await store::write_audit(*connection, who, row);
  if (locked) {
    row.action = "auth.lockout";
    co_await store::write_audit(*connection, who, row);
  }
  co_await transaction.commit();
}

}  // namespace

asio::awaitable<base::Result<Response>> login(Call& call) {
  auto credentials = credentials_of(call.body);
  if (!credentials) co_return credentials.error();
  auto& context = call.context;
  const auto now = call.now();
  if (const auto seconds = context.logins_by_address.blocked(call.origin, now)) co_return wait(call, *seconds);
  context.logins_by_address.count(call.origin, now);

  const auto email = core::normalized_email(valid_utf8(credentials->email)).value_or("(no e-mail address)");
  if (const auto seconds = context.unknown_logins.blocked(email, now)) co_return wait(call, *seconds);
  auto user = co_await find_user(call, email);
  if (user && user->demo && !call.services().settings.demo) user.reset();  // their password is known to everyone
  std::string hash;
  if (user) hash = user->password_hash;
  const auto verified = co_await context.passwords.verify(hash, credentials->password);
  if (!verified) co_return rate_limited("too many people sign in right now; try again in a moment", 1, call.request_id);
  if (user && user->locked_until && *user->locked_until > now) {
    co_return wait(call, std::chrono::ceil<std::chrono::seconds>(*user->locked_until - now).count());
  }
  if (!*verified || !user || user->disabled) {
    co_await record_failure(call, user, email);
    co_return wrong(call);
  }

  const auto token = random_token(32);
  store::NewSession session;
  session.token_hash = token_hash(token);
  session.csrf_token = random_token(32);
  session.user_id = user->id;
  session.password_hash = user->password_hash;
  auto connection = co_await call.services().pool.acquire();
  const store::AuditContext who{user->email, call.origin};
  if (!co_await store::open_session(*connection, session, now, who)) co_return wrong(call);
  const auto opened = co_await store::find_session(*connection, session.token_hash, now);
  if (!opened) co_return Error::unavailable("the session ended at once; sign in again");
  context.metrics.logins.Increment();
  auto response = session_response(call, *opened);
  response.headers.emplace_back("Set-Cookie", session_cookie(call, token, store::kSessionLength));
  co_return response;
}

asio::awaitable<base::Result<Response>> logout(Call& call) {
  const auto& hash = call.session->token_hash;
  {
    auto connection = co_await call.services().pool.acquire();
    co_await store::close_session(*connection, hash, call.audit());
  }
  call.context.sessions.forget(hash);
  call.context.streams.close_session(hash, websocket::close_reason(websocket::close_code::policy_error, "signed out"));
  Response response;
  response.status = 204;
  response.content_type.clear();
  response.headers.emplace_back("Set-Cookie", session_cookie(call, "", std::chrono::seconds(0)));
  co_return response;
}

asio::awaitable<base::Result<Response>> me(Call& call) { co_return session_response(call, *call.session); }

}  // namespace dcim::api
