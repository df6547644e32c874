#include "base/json.h"

#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <charconv>
#include <cmath>

namespace dcim::base {
JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quoted(name);
  out_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  quoted(text);
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return raw("null");
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number);
  return raw({text, static_cast<std::size_t>(end.ptr - text)});
}

JsonWriter& JsonWriter::value(const boost::json::value& json) { return raw(boost::json::serialize(json)); }

JsonWriter& JsonWriter::integer(std::int64_t number) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, number);
  return raw({text, static_cast<std::size_t>(end.ptr - text)});
}

JsonWriter& JsonWriter::open(char c) {
  separate();
  out_ += c;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char c) {
  out_ += c;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view text) {
  separate();
  out_ += text;
  return *this;
}

void JsonWriter::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

void JsonWriter::quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out_ += '"';
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out_ += text.substr(done, i - done);
    done = i + 1;
    switch (c) {
      case '"': out_ += "\\\""; break;
      case '\\': out_ += "\\\\"; break;
      case '\n': out_ += "\\n"; break;
      case '\t': out_ += "\\t"; break;
      case '\r': out_ += "\\r"; break;
      default: out_ += {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
    }
  }
  out_ += text.substr(done);
  out_ += '"';
}

Result<boost::json::value> parse_json(std::string_view text) {
  boost::json::stream_parser parser;
  boost::system::error_code failed;
  const auto used = parser.write_some(text.data(), text.size(), failed);
  if (!failed) parser.finish(failed);
  if (!failed && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) failed = boost::json::error::extra_data;
  if (failed) return Error::invalid("", "the body is not JSON: " + failed.message() + " at byte " + std::to_string(used));
  return parser.release();
}

}  // namespace dcim::base
