#include "store/said_anew.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace dcim::store {

namespace json = boost::json;

json::object object_in(const Rows& rows, std::size_t row, int column) {
  boost::system::error_code failed;
  const auto value = rows.null(row, column) ? json::value() : json::parse(rows.view(row, column), failed);
  return value.is_object() ? value.get_object() : json::object();
}

bool same_json(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.is_array() && b.is_array()) return std::ranges::equal(a.get_array(), b.get_array(), same_json);
  if (a.is_object() && b.is_object()) {
    const auto& other = b.get_object();
    return a.get_object().size() == other.size() && std::ranges::all_of(a.get_object(), [&](const auto& member) {
             const auto* theirs = other.if_contains(member.key());
             return theirs && same_json(member.value(), *theirs);
           });
  }
  return a == b;
}

json::object said_anew(const json::object& said, const json::object& last) {
  json::object out;
  for (const auto& [key, value] : said) {
    const auto* before = last.if_contains(key);
    if (!before || !same_json(*before, value)) out[key] = value;
  }
  for (const auto& [key, value] : last) {
    if (!said.contains(key)) out[key] = nullptr;
  }
  return out;
}

}  // namespace dcim::store
