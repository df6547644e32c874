// Expected failures are values: Result<T> holds a T or an Error. What the environment breaks throws; a bug asserts.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace dcim::base {

/// What kind of failure it is; api/errors maps each to one HTTP status.
enum class ErrorCode { invalid, unauthenticated, forbidden, not_found, conflict, rate_limited, unavailable, internal };

/// The word that stands for the code in problem+json and in the stream, e.g. "not_found".
std::string_view name_of(ErrorCode code);

/// `message` is for people; `field` names the offending parameter, or is a JSON Pointer into the input, or is empty.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string field;

  static Error invalid(std::string field, std::string message) { return {ErrorCode::invalid, std::move(message), std::move(field)}; }
  static Error not_found(std::string message) { return {ErrorCode::not_found, std::move(message), {}}; }
  static Error forbidden(std::string message) { return {ErrorCode::forbidden, std::move(message), {}}; }
  static Error unauthenticated(std::string message) { return {ErrorCode::unauthenticated, std::move(message), {}}; }
  static Error conflict(std::string message) { return {ErrorCode::conflict, std::move(message), {}}; }
  static Error unavailable(std::string message) { return {ErrorCode::unavailable, std::move(message), {}}; }
  static Error internal(std::string message) { return {ErrorCode::internal, std::move(message), {}}; }

  bool operator==(const Error&) const = default;
};

/// What value() throws for a Result that holds an Error: for places where failing to check is a bug.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace dcim::base
