// PostgreSQL array literals: a whole column of values as one parameter; and an array read.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"

namespace dcim::store {

/// Each element quoted. What devices and topics say may be no text at all: one such must not keep its batch from being stored, again and again.
class TextArray {
 public:
  void add(std::string_view element) {
    text_ += empty() ? "\"" : ",\"";
    for (const char c : base::valid_utf8(element)) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  bool empty() const { return text_.size() == 1; }
  std::string done() { return std::move(text_) + "}"; }

 private:
  std::string text_ = "{";
};

/// The other way round, of array_to_string(…, E'\n').
inline std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace dcim::store
