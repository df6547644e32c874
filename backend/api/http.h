// The parts of HTTP that handlers see: the request's head and target, and a response. Sockets are connection's business.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"

namespace dcim::api {

namespace http = boost::beast::http;
using base::JsonWriter;
using base::parse_json;
using base::valid_utf8;

using Head = http::request_header<>;

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // instead of body: a page's bytes
  /// What follows body, piece by piece until an empty one; each is asked for when the client has taken the one before. What it throws
  /// breaks the connection, so that nobody takes a part for the whole.
  std::function<boost::asio::awaitable<std::string>()> more;
  std::vector<std::pair<std::string, std::string>> headers;

  std::string_view bytes() const { return shared_body ? std::string_view(*shared_body) : std::string_view(body); }
};

Response json_response(std::string json, unsigned status = 200);

struct Target {
  std::string path;                                        // decoded
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
};

/// "/api/sites?x=1". `invalid` when it is not a path with a query.
base::Result<Target> parse_target(std::string_view target);

std::optional<std::string_view> cookie(const Head& head, std::string_view name);

/// A comma-separated header lists the token, whose weight is not 0 ("gzip, br;q=0.5").
bool lists_token(std::string_view header, std::string_view token);

/// The Origin header, where there is one, is the server's own address as the browser sees it, or that of public_url.
/// Browsers always send it with a WebSocket and with a POST; who sends none is no browser.
bool own_origin(const Head& head, bool tls, std::string_view public_url);

}  // namespace dcim::api
