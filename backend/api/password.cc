#include "api/password.h"

#include <sodium.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <new>
#include <stdexcept>

namespace dcim::api {
namespace {

constexpr unsigned long long kOperations = 3;
constexpr std::size_t kMemory = 32U << 20U;
constexpr std::size_t kLongest = 1024;

void start_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
}

}  // namespace

base::Result<void> check_password(std::string_view password) {
  std::size_t characters = 0;
  for (const char c : password) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  if (characters < 8) return base::Error::invalid("password", "must have at least 8 characters");
  if (password.size() > kLongest) return base::Error::invalid("password", "must have at most 1024 bytes");
  return {};
}

std::string hash_password(const std::string& password) {
  start_sodium();
  std::string out(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kOperations, kMemory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  out.resize(out.find('\0'));
  return out;
}

bool verify_password(const std::string& hash, const std::string& password) {
  start_sodium();
  if (hash.size() >= crypto_pwhash_STRBYTES || password.size() > kLongest) return false;
  std::string padded = hash;
  padded.resize(crypto_pwhash_STRBYTES, '\0');
  return crypto_pwhash_str_verify(padded.data(), password.data(), password.size()) == 0;
}

std::string random_token(std::size_t n) {
  start_sodium();
  std::string bytes(n, '\0');
  randombytes_buf(bytes.data(), n);
  std::string out(sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // the terminating zero
  return out;
}

std::string token_hash(std::string_view token) {
  start_sodium();
  std::string out(32, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(), reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                     nullptr, 0);
  return out;
}

bool same_secret(std::string_view a, std::string_view b) { return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

PasswordVerifier::PasswordVerifier(asio::any_io_executor threads, std::size_t max_waiting)
    : threads_(std::move(threads)), max_waiting_(max_waiting), nobodys_hash_(hash_password(random_token(32))) {}

asio::awaitable<std::optional<bool>> PasswordVerifier::verify(std::string hash, std::string password) {
  struct Place {
    explicit Place(std::shared_ptr<std::atomic<std::size_t>> w) : waiting(std::move(w)), number(++*waiting) {}
    ~Place() { --*waiting; }
    std::shared_ptr<std::atomic<std::size_t>> waiting;
    std::size_t number;
  };
  // Held by the work, not by who waits for it: a caller that goes away leaves its work in the queue.
  auto place = std::make_shared<Place>(waiting_);
  if (place->number > max_waiting_) co_return std::nullopt;
  if (hash.empty()) hash = nobodys_hash_;
  auto work = [](std::shared_ptr<Place>, std::string h, std::string p) -> asio::awaitable<bool> { co_return verify_password(h, p); };
  co_return co_await asio::co_spawn(threads_, work(std::move(place), std::move(hash), std::move(password)), asio::use_awaitable);
}

}  // namespace dcim::api
