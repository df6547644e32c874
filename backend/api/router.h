// Takes a request through its route: session, origin, CSRF, permission, parameters and site are checked here, from the
// table in routes.cc, before a handler runs. A handler sees only requests that it may answer.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/verb.hpp>
#include <span>

#include "api/context.h"
#include "api/http.h"
#include "core/access.h"
#include "store/audit.h"

namespace dcim::api {

struct Call;
using Handler = asio::awaitable<base::Result<Response>> (*)(Call&);

/// Where a request's site comes from. A site that the user is not granted is answered as one that is not there.
enum class SiteScope : std::uint8_t {
  none,         // the route concerns no one site, or its handler shows granted sites only
  query,        // ?site=code
  sensor,       // of the sensor {id}
  room,         // of the room {id}
  rack,         // of the rack {id}
  device,       // of the device {id}, which may be a silent one: the database is asked
  reservation,  // of the reservation {id}; likewise
  document,     // /site/code in the body, which may name a site to be created
};

enum class Kind : std::uint8_t { plain, stream };

struct Route {
  http::verb method;
  std::string_view path;  // {id} stands for a positive integer
  Handler handler;        // null for the stream
  core::Permission permission;
  SiteScope scope = SiteScope::none;
  std::string_view action = {};                 // of the audit row; every route that changes state has one
  std::array<std::string_view, 13> query = {};  // parameters that it knows, besides the scope's site
  std::size_t body_limit = 1 << 20;
  std::string_view content_type = "application/json";  // of its body
  bool csrf = false;
  bool check_origin = false;
  bool open_on_loopback = false;  // answered without a session to a client on this machine
  Kind kind = Kind::plain;
};

/// The one table.
std::span<const Route> routes();

/// One request on its way. Lives in the connection's frame until it is answered.
struct Call {
  Context& context;
  const Head& head;
  bool tls = false;
  asio::ip::address peer;
  std::string origin;  // the client's address, for audit and log
  std::string request_id;
  Target target;
  const Route* route = nullptr;
  std::int32_t id = 0;  // {id} of the path
  SessionPtr session;   // null on open routes
  core::InventoryPtr inventory;
  const core::Site* site = nullptr;      // of the scope; null for a site to be created
  const core::Sensor* sensor = nullptr;  // when the scope is sensor
  const core::Room* room = nullptr;      // when the scope is room
  const core::Rack* rack = nullptr;      // when the scope is rack
  std::string body;

  Services& services() const { return context.services; }
  base::Timestamp now() const { return context.services.clock.now(); }
  std::optional<std::string_view> parameter(std::string_view name) const;
  /// A positive integer, or `invalid` naming the parameter.
  base::Result<std::optional<std::int32_t>> id_parameter(std::string_view name) const;
  /// Ids that stand there comma-separated, each once, in their order; none when it is missing.
  base::Result<std::vector<std::int32_t>> ids_parameter(std::string_view name, std::size_t most) const;
  /// An RFC 3339 time, or `invalid` naming the parameter.
  base::Result<std::optional<base::Timestamp>> time_parameter(std::string_view name) const;
  store::AuditContext audit() const;
};

class Router {
 public:
  /// Whether the path is the API's; all others are pages.
  static bool owns(std::string_view path);

  /// All checks that need no body. Gives the answer when the request goes no further.
  static asio::awaitable<std::optional<Response>> admit(Call& call);
  /// The handler's answer, after admit() and with the body read.
  static asio::awaitable<Response> handle(Call& call);
};

/// X-Request-Id as the client gave it, when it is short and plain; otherwise a new one.
std::string request_id_of(const Head& head);
/// The client's address: the peer's, or what a proxy on this machine says, when public_url tells that there is one.
std::string origin_of(const Head& head, const asio::ip::address& peer, const Settings& settings);

}  // namespace dcim::api
