#include "base/utf8.h"

#include <cstdint>

namespace dcim::base {
namespace {

// The length of the character that `rest` begins with; 0 when it begins with none.
std::size_t character(std::string_view rest) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
  const auto first = byte(0);
  if (first < 0x80) return first ? 1 : 0;
  const std::size_t length = first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
  if (length == 0 || rest.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const auto second = byte(1);
  if (first == 0xE0 && second < 0xA0) return 0;   // longer than need be
  if (first == 0xED && second >= 0xA0) return 0;  // half of a surrogate pair
  if (first == 0xF0 && second < 0x90) return 0;
  if (first == 0xF4 && second >= 0x90) return 0;  // above U+10FFFF
  return length;
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto length = character(bytes);
    if (length) {
      out += bytes.substr(0, length);
    } else {
      out += "\xEF\xBF\xBD";
    }
    bytes.remove_prefix(length ? length : 1);
  }
  return out;
}

}  // namespace dcim::base
