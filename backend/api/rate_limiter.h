// Counts attempts by key (a client's address, an e-mail address) in a window of time. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace dcim::api {

class RateLimiter {
 public:
  /// Holds at most `max_keys`: when full, those whose window has ended go, and then the one that began first.
  RateLimiter(int limit, std::chrono::seconds window, std::size_t max_keys) : limit_(limit), window_(window), max_keys_(max_keys) {}

  /// Seconds until the key may try again; nullopt: it may now. Counts nothing.
  std::optional<std::int64_t> blocked(const std::string& key, base::Timestamp now);
  /// Counts one attempt. Gives whether it was the one that reached the limit.
  bool count(const std::string& key, base::Timestamp now);
  void forget(const std::string& key);

 private:
  struct Window {
    base::Timestamp began;
    int attempts = 0;
  };
  void make_room(base::Timestamp now);

  const int limit_;
  const std::chrono::seconds window_;
  const std::size_t max_keys_;
  std::mutex mutex_;  // guards windows_
  std::unordered_map<std::string, Window> windows_;
};

}  // namespace dcim::api
