// JSON text, written straight into one string: numbers short and exact, times as RFC 3339, text as it is given (base/utf8 makes it valid).
// What arrives is read by Boost.JSON.
#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"

namespace dcim::base {

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);  // null when it is not finite
  template <std::same_as<bool> T>
  JsonWriter& value(T truth) {
    return raw(truth ? "true" : "false");
  }
  template <std::integral T>
  requires(!std::same_as<T, bool>) JsonWriter& value(T number) { return integer(static_cast<std::int64_t>(number)); }
  JsonWriter& value(std::nullptr_t) { return raw("null"); }
  JsonWriter& value(Timestamp time) { return value(to_rfc3339(time)); }
  JsonWriter& value(const boost::json::value& json);
  template <class Tag>
  JsonWriter& value(Id<Tag> id) {
    return value(id.value);
  }
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : value(nullptr);
  }

  template <class T>
  JsonWriter& member(std::string_view name, const T& v) {
    return key(name).value(v);
  }

  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char c);
  JsonWriter& close(char c);
  JsonWriter& raw(std::string_view text);
  JsonWriter& integer(std::int64_t number);
  void separate();
  void quoted(std::string_view text);

  std::string out_;
  bool comma_ = false;  // the next value needs one before it
};

/// An untrusted body. `invalid` says where it stops being JSON.
Result<boost::json::value> parse_json(std::string_view text);

}  // namespace dcim::base
