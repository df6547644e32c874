// Passwords: argon2id by libsodium. Hashing is slow on purpose, so the server does it on threads of its own.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"

namespace dcim::api {

namespace asio = boost::asio;

/// At least 8 characters and at most 1,024 bytes; the Error's field is password.
base::Result<void> check_password(std::string_view password);

/// As it is stored. Blocks for about 70 ms and takes 32 MiB meanwhile.
std::string hash_password(const std::string& password);
bool verify_password(const std::string& hash, const std::string& password);

/// `n` random bytes as base64url, without padding.
std::string random_token(std::size_t n);
/// BLAKE2b-256: what the database knows of a token.
std::string token_hash(std::string_view token);
/// Takes the same time wherever they differ.
bool same_secret(std::string_view a, std::string_view b);

/// Verifies on `threads`. Thread-safe. At most `max_waiting` at a time: who comes then is told so at once.
class PasswordVerifier {
 public:
  PasswordVerifier(asio::any_io_executor threads, std::size_t max_waiting);

  /// nullopt: too many are waiting. An empty hash (there is no such user) costs as much as a real one, and gives false.
  asio::awaitable<std::optional<bool>> verify(std::string hash, std::string password);
  std::size_t waiting() const { return *waiting_; }

 private:
  asio::any_io_executor threads_;
  std::size_t max_waiting_;
  std::string nobodys_hash_;
  std::shared_ptr<std::atomic<std::size_t>> waiting_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace dcim::api
