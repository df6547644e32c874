#include "simulators/bots/message.h"

#include <boost/json/parse.hpp>
#include <charconv>

namespace dcim::bots {
namespace {

void append_number(std::string& out, double value) {
  char digits[64];
  auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 3).ptr;
  while (end[-1] == '0') --end;
  if (end[-1] == '.') --end;
  out.append(digits, end);
}

}  // namespace

std::optional<double> find(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

double find_or(const Fields& fields, std::string_view name, double otherwise) { return find(fields, name).value_or(otherwise); }

std::string payload(base::Timestamp ts, const Fields& fields, const std::string& unit) {
  std::string out = R"({"ts":")" + base::to_rfc3339(ts) + '"';
  for (const auto& [name, value] : fields) {
    out += ",\"" + name + "\":";
    append_number(out, value);
    if (!unit.empty() && name == "value") out += R"(,"unit":")" + unit + '"';
  }
  out += '}';
  return out;
}

std::optional<Fields> parse_payload(std::string_view text) {
  boost::system::error_code failed;
  const auto json = boost::json::parse({text.data(), text.size()}, failed);
  if (failed || !json.is_object()) return {};
  Fields out;
  for (const auto& member : json.get_object()) {
    const auto number = member.value().is_number() ? member.value().to_number<double>(failed) : 0;
    if (member.value().is_number() && !failed) out.emplace_back(std::string(member.key()), number);
  }
  return out;
}

}  // namespace dcim::bots
