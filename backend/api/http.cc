#include "api/http.h"

#include <boost/beast/core/string.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace dcim::api {
namespace {

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool same_letters(std::string_view a, std::string_view b) { return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()}); }

// Calls `each(piece)` until it gives true.
template <class F>
bool any_piece(std::string_view text, char separator, F each) {
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (each(trimmed(text.substr(0, end)))) return true;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return false;
}

}  // namespace

Response json_response(std::string json, unsigned status) {
  Response response;
  response.status = status;
  response.body = std::move(json);
  return response;
}

base::Result<Target> parse_target(std::string_view target) {
  const auto url = boost::urls::parse_origin_form({target.data(), target.size()});
  if (!url) return base::Error::invalid("", "the request's target is not a path");
  Target out;
  boost::urls::encoding_opts options;
  options.space_as_plus = true;
  out.path = url->encoded_path().decode();
  if (out.path.find('\0') != std::string::npos) return base::Error::invalid("", "the request's target is not a path");
  for (const auto& parameter : url->encoded_params()) {
    out.query.emplace_back(parameter.key.decode(options), parameter.value.decode(options));
  }
  return out;
}

std::optional<std::string_view> cookie(const Head& head, std::string_view name) {
  std::optional<std::string_view> found;
  any_piece(view(head[http::field::cookie]), ';', [&](std::string_view piece) {
    if (piece.size() <= name.size() || !piece.starts_with(name) || piece[name.size()] != '=') return false;
    found = piece.substr(name.size() + 1);
    return true;
  });
  return found;
}

bool lists_token(std::string_view header, std::string_view token) {
  return any_piece(header, ',', [&](std::string_view piece) {
    const auto semicolon = piece.find(';');
    if (!same_letters(trimmed(piece.substr(0, semicolon)), token)) return false;
    if (semicolon == std::string_view::npos) return true;
    const auto weight = trimmed(piece.substr(semicolon + 1));
    return weight.find_first_not_of("0.", 2) != std::string_view::npos || !weight.starts_with("q=");
  });
}

bool own_origin(const Head& head, bool tls, std::string_view public_url) {
  const auto it = head.find(http::field::origin);
  if (it == head.end()) return true;
  const auto origin = view(it->value());
  const std::string own = std::string(tls ? "https://" : "http://") + std::string(view(head[http::field::host]));
  if (same_letters(origin, own)) return true;
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  return !public_url.empty() && same_letters(origin, public_url);
}

}  // namespace dcim::api
