// PostgreSQL array literals: a whole column of values as one parameter.
#pragma once

#include <string>
#include <string_view>

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

}  // namespace dcim::store
