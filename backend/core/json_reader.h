// Reads people's JSON strictly: unknown keys, wrong types and values out of bounds are errors that name the place.
#pragma once

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace dcim::core {

namespace json = boost::json;

/// Reads one object of a document. The first thing that is wrong is thrown as base::Error, for the function that began the reading to return.
class ObjectReader {
 public:
  ObjectReader(const json::value& value, std::string pointer, std::initializer_list<std::string_view> known) : pointer_(std::move(pointer)) {
    object_ = value.if_object();
    if (!object_) throw base::Error::invalid(pointer_, "must be an object");
    for (const auto& member : *object_) {
      const std::string_view key{member.key().data(), member.key().size()};
      if (std::ranges::find(known, key) == known.end()) throw base::Error::invalid(at(key), "unknown key");
    }
  }

  std::string at(std::string_view key) const { return pointer_ + "/" + std::string(key); }
  const std::string& pointer() const { return pointer_; }

  const json::value* find(std::string_view key) const {
    const auto* value = object_->if_contains(json::string_view(key.data(), key.size()));
    return value && !value->is_null() ? value : nullptr;
  }

  /// Whether it is said, if only as null.
  bool has(std::string_view key) const { return object_->contains(json::string_view(key.data(), key.size())); }

  std::string text(std::string_view key, std::size_t longest, std::optional<std::string> otherwise = {}) const {
    const auto* value = find(key);
    if (!value) {
      if (otherwise) return *otherwise;
      throw base::Error::invalid(at(key), "is missing");
    }
    const auto* string = value->if_string();
    if (!string) throw base::Error::invalid(at(key), "must be a string");
    if (string->size() > longest) throw base::Error::invalid(at(key), "must be at most " + std::to_string(longest) + " characters");
    if (string->empty() && !otherwise) throw base::Error::invalid(at(key), "must not be empty");
    return {string->data(), string->size()};
  }

  std::optional<double> number(std::string_view key) const {
    const auto* value = find(key);
    if (!value) return {};
    json::error_code error;
    const auto number = value->to_number<double>(error);
    if (error || !std::isfinite(number)) throw base::Error::invalid(at(key), "must be a number");
    return number;
  }

  std::optional<double> positive(std::string_view key) const {
    const auto value = number(key);
    if (value && *value <= 0) throw base::Error::invalid(at(key), "must be greater than 0");
    return value;
  }

  int integer(std::string_view key, int low, int high, int otherwise) const {
    const auto* value = find(key);
    if (!value) return otherwise;
    json::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (error || number < low || number > high) {
      throw base::Error::invalid(at(key), "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    return static_cast<int>(number);
  }

  bool boolean(std::string_view key, bool otherwise) const {
    const auto* value = find(key);
    if (!value) return otherwise;
    if (!value->is_bool()) throw base::Error::invalid(at(key), "must be true or false");
    return value->as_bool();
  }

  // Calls read(element, its pointer) for each element of the list.
  template <class Read>
  auto list(std::string_view key, bool required, Read read) const {
    std::vector<std::invoke_result_t<Read, const json::value&, std::string>> out;
    const auto* value = find(key);
    if (!value) {
      if (required) throw base::Error::invalid(at(key), "is missing");
      return out;
    }
    const auto* array = value->if_array();
    if (!array) throw base::Error::invalid(at(key), "must be a list");
    for (std::size_t i = 0; i < array->size(); ++i) out.push_back(read((*array)[i], at(key) + "/" + std::to_string(i)));
    return out;
  }

 private:
  std::string pointer_;
  const json::object* object_ = nullptr;
};

}  // namespace dcim::core
