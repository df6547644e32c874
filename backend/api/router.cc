#include "api/router.h"

#include <algorithm>
#include <charconv>

#include "api/errors.h"
#include "base/log.h"

namespace dcim::api {
namespace {

using base::Error;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Whether the path matches the route's; {id} gives its text.
bool matches(std::string_view pattern, std::string_view path, std::string_view& id) {
  while (!pattern.empty() && !path.empty()) {
    const auto a = pattern.substr(1, pattern.find('/', 1) - 1);
    const auto b = path.substr(1, path.find('/', 1) - 1);
    if (a == "{id}") {
      if (b.empty()) return false;
      id = b;
    } else if (a != b) {
      return false;
    }
    pattern.remove_prefix(1 + a.size());
    path.remove_prefix(1 + b.size());
  }
  return pattern.empty() && path.empty();
}

std::optional<std::int32_t> positive(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

Error no_session() { return Error::unauthenticated("sign in first"); }
Error no_site(std::string_view code) { return {base::ErrorCode::not_found, "there is no site " + std::string(code), "site"}; }

// Finds call.route and call.id; gives the answer where there is no such route.
std::optional<Response> find_route(Call& call) {
  const auto method = call.head.method() == http::verb::head ? http::verb::get : call.head.method();
  std::string allowed;
  for (const auto& route : routes()) {
    std::string_view id;
    if (!matches(route.path, call.target.path, id)) continue;
    if (route.method == method) {
      call.route = &route;
      if (id.empty()) return std::nullopt;
      const auto number = positive(id);
      if (!number) return problem(Error::invalid("id", "must be a positive integer"), call.request_id);
      call.id = *number;
      return std::nullopt;
    }
    allowed += view(http::to_string(route.method));
    allowed += route.method == http::verb::get ? ", HEAD, " : ", ";
  }
  if (allowed.empty()) return problem(Error::not_found("there is no " + valid_utf8(call.target.path)), call.request_id);
  allowed += "OPTIONS";
  Response response;
  if (method == http::verb::options) {
    response.status = 204;
    response.content_type.clear();
  } else {
    response = problem(405, Error::invalid("", "the method is not allowed here; allowed: " + allowed), call.request_id);
  }
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

base::Result<void> check_rights(const Call& call) {
  const auto& route = *call.route;
  if (route.check_origin && !own_origin(call.head, call.tls, call.services().settings.public_url)) {
    return Error{base::ErrorCode::forbidden, "the request comes from another site", "Origin"};
  }
  if (!call.session) return {};
  if (route.csrf && !same_secret(view(call.head["X-CSRF-Token"]), call.session->csrf_token)) {
    return Error{base::ErrorCode::forbidden, "the X-CSRF-Token is missing or not this session's", "X-CSRF-Token"};
  }
  if (!core::allows(call.session->principal.role, route.permission)) {
    return Error::forbidden("the role " + std::string(core::name_of(call.session->principal.role)) + " may not do this");
  }
  return {};
}

base::Result<void> check_parameters(const Call& call) {
  for (auto it = call.target.query.begin(); it != call.target.query.end(); ++it) {
    const auto& name = it->first;
    const bool known = (call.route->scope == SiteScope::query && name == "site") ||
                       (!name.empty() && std::ranges::find(call.route->query, name) != call.route->query.end());
    if (!known) return Error::invalid(name, "is not a parameter of this request");
    if (std::any_of(call.target.query.begin(), it, [&](const auto& earlier) { return earlier.first == name; })) {
      return Error::invalid(name, "is given twice");
    }
  }
  return {};
}

base::Result<void> find_scope(Call& call) {
  const auto& principal = call.session ? call.session->principal : core::Principal{};
  if (call.route->scope == SiteScope::query) {
    const auto code = call.parameter("site");
    if (!code || code->empty()) return Error::invalid("site", "is required: a site's code");
    call.site = call.inventory->site(*code);
    if (!call.site || !core::sees(principal, call.site->id)) return no_site(valid_utf8(*code));
  } else if (call.route->scope == SiteScope::sensor) {
    call.sensor = call.inventory->sensor(core::SensorId{call.id});
    if (!call.sensor || !core::sees(principal, call.sensor->site_id)) {
      return Error::not_found("there is no sensor " + std::to_string(call.id));
    }
    call.site = call.inventory->site(call.sensor->site_id);
  } else if (call.route->scope == SiteScope::room) {
    call.room = call.inventory->room(core::RoomId{call.id});
    if (!call.room || !core::sees(principal, call.room->site_id)) return Error::not_found("there is no room " + std::to_string(call.id));
    call.site = call.inventory->site(call.room->site_id);
  } else if (call.route->scope == SiteScope::rack) {
    call.rack = call.inventory->rack(core::RackId{call.id});
    if (!call.rack || !core::sees(principal, call.rack->site_id)) return Error::not_found("there is no rack " + std::to_string(call.id));
    call.site = call.inventory->site(call.rack->site_id);
  }
  return {};
}

// Of what the inventory does not hold.
asio::awaitable<base::Result<void>> find_scope_in_store(Call& call) {
  const bool device = call.route->scope == SiteScope::device;
  if (!device && call.route->scope != SiteScope::reservation) co_return base::Result<void>();
  std::string sql =
      device ? "SELECT site_id FROM devices WHERE id = $1"
             : "SELECT m.site_id FROM rack_reservations r JOIN racks k ON k.id = r.rack_id JOIN rooms m ON m.id = k.room_id WHERE r.id = $1";
  const auto connection = co_await call.services().pool.acquire();
  const auto rows = co_await connection->query_prepared(std::move(sql), store::params(call.id));
  if (!rows.empty()) call.site = call.inventory->site(core::SiteId{rows.i32(0, 0)});
  if (!call.site || !core::sees(call.session->principal, call.site->id)) {
    co_return Error::not_found((device ? "there is no device " : "there is no reservation ") + std::to_string(call.id));
  }
  co_return base::Result<void>();
}

// The site that the body names. To one who may not create sites, a foreign site and an unknown one are the same.
base::Result<void> find_scope_in_body(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) return json.error();
  const auto* object = json->if_object();
  const auto* site = object ? object->if_contains("site") : nullptr;
  const auto* code = site && site->is_object() ? site->get_object().if_contains("code") : nullptr;
  if (!code || !code->is_string()) return Error::invalid("/site/code", "is required: a text");
  const auto& text = code->get_string();
  call.site = call.inventory->site(std::string_view(text.data(), text.size()));
  const auto& principal = call.session->principal;
  if (!call.site || !core::sees(principal, call.site->id)) {
    call.site = nullptr;
    if (!core::allows(principal.role, core::Permission::create_site)) {
      return Error{base::ErrorCode::forbidden, "only sites that you are granted; a new one takes an administrator", "/site/code"};
    }
  }
  return {};
}

// What no handler expects: logged in full, told in one plain sentence.
Response failed(const Call& call, const std::exception& error) {
  if (dynamic_cast<const store::DatabaseError*>(&error)) {
    spdlog::warn("request {} {}: database: {}", call.request_id, call.target.path, error.what());
    auto response = problem(Error::unavailable("the database does not answer; try again soon"), call.request_id);
    response.headers.emplace_back("Retry-After", "2");
    return response;
  }
  spdlog::error("request {} {}: {}", call.request_id, call.target.path, error.what());
  return problem(Error::internal("something went wrong; the server's log says more under this request_id"), call.request_id);
}

asio::awaitable<std::optional<Response>> checked(Call& call) {
  if (auto response = find_route(call)) co_return response;
  const auto& route = *call.route;
  const bool open = route.permission == core::Permission::open ||
                    (route.open_on_loopback && call.peer.is_loopback() && call.head.find("X-Forwarded-For") == call.head.end());
  if (!open) {
    const auto token = cookie(call.head, "dcim_session");
    if (token) call.session = co_await call.context.sessions.find(*token);
    if (!call.session) co_return problem(no_session(), call.request_id);
  }
  call.inventory = call.services().live.inventory();
  auto result = check_rights(call);
  if (result) result = check_parameters(call);
  if (result) result = find_scope(call);
  if (result) result = co_await find_scope_in_store(call);
  if (!result) co_return problem(result.error(), call.request_id);
  co_return std::nullopt;
}

asio::awaitable<Response> handled(Call& call) {
  const auto type = call.route->content_type;
  if (call.route->method != http::verb::get && !call.body.empty() && !view(call.head[http::field::content_type]).starts_with(type)) {
    co_return problem(Error::invalid("Content-Type", "must be " + std::string(type)), call.request_id);
  }
  if (call.route->scope == SiteScope::document) {
    const auto result = find_scope_in_body(call);
    if (!result) co_return problem(result.error(), call.request_id);
  }
  auto result = co_await call.route->handler(call);
  if (!result) co_return problem(result.error(), call.request_id);
  co_return std::move(*result);
}

}  // namespace

std::optional<std::string_view> Call::parameter(std::string_view name) const {
  const auto it = std::ranges::find(target.query, name, &std::pair<std::string, std::string>::first);
  return it == target.query.end() ? std::nullopt : std::optional<std::string_view>(it->second);
}

base::Result<std::optional<std::int32_t>> Call::id_parameter(std::string_view name) const {
  const auto text = parameter(name);
  if (!text) return std::optional<std::int32_t>();
  const auto number = positive(*text);
  if (!number) return Error::invalid(std::string(name), "must be a positive integer");
  return number;
}

base::Result<std::vector<std::int32_t>> Call::ids_parameter(std::string_view name, std::size_t most) const {
  std::vector<std::int32_t> out;
  for (auto rest = parameter(name).value_or(""); !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto number = positive(rest.substr(0, comma));
    if (!number) return Error::invalid(std::string(name), "must be positive integers, comma-separated");
    if (std::ranges::find(out, *number) == out.end()) out.push_back(*number);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (out.size() > most) return Error::invalid(std::string(name), "must be at most " + std::to_string(most));
  return out;
}

base::Result<std::optional<base::Timestamp>> Call::time_parameter(std::string_view name) const {
  const auto text = parameter(name);
  if (!text) return std::optional<base::Timestamp>();
  const auto time = base::from_rfc3339(*text);
  if (!time) return Error::invalid(std::string(name), time.error().message + " (a + must be written %2B)");
  return std::optional(*time);
}

store::AuditContext Call::audit() const { return {session ? session->principal.email : std::string(), origin}; }

bool Router::owns(std::string_view path) { return path == "/api" || path.starts_with("/api/") || path == "/metrics"; }

asio::awaitable<std::optional<Response>> Router::admit(Call& call) {
  try {
    co_return co_await checked(call);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    co_return failed(call, error);
  } catch (const std::exception& error) {
    co_return failed(call, error);
  }
}

asio::awaitable<Response> Router::handle(Call& call) {
  try {
    co_return co_await handled(call);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    co_return failed(call, error);
  } catch (const std::exception& error) {
    co_return failed(call, error);
  }
}

std::string request_id_of(const Head& head) {
  const auto given = view(head["X-Request-Id"]);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (!given.empty() && given.size() <= 64 && std::ranges::all_of(given, plain)) return std::string(given);
  return random_token(9);
}

std::string origin_of(const Head& head, const asio::ip::address& peer, const Settings& settings) {
  if (!settings.public_url.empty() && peer.is_loopback()) {
    auto list = view(head["X-Forwarded-For"]);
    list = list.substr(list.rfind(',') == std::string_view::npos ? 0 : list.rfind(',') + 1);
    while (list.starts_with(' ')) list.remove_prefix(1);
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(std::string(list), failed);
    if (!failed) return address.to_string();
  }
  return peer.to_string();
}

}  // namespace dcim::api
