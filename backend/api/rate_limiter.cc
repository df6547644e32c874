#include "api/rate_limiter.h"

#include <algorithm>

namespace dcim::api {

std::optional<std::int64_t> RateLimiter::blocked(const std::string& key, base::Timestamp now) {
  const std::scoped_lock lock(mutex_);
  const auto it = windows_.find(key);
  if (it == windows_.end() || it->second.attempts < limit_ || now >= it->second.began + window_) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(it->second.began + window_ - now).count();
}

bool RateLimiter::count(const std::string& key, base::Timestamp now) {
  const std::scoped_lock lock(mutex_);
  if (windows_.size() >= max_keys_ && !windows_.contains(key)) make_room(now);
  auto& window = windows_[key];
  if (window.attempts == 0 || now >= window.began + window_ || now < window.began) window = {now, 0};
  if (++window.attempts != limit_) return false;
  window.began = now;  // the pause is counted from the last attempt
  return true;
}

void RateLimiter::forget(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  windows_.erase(key);
}

void RateLimiter::make_room(base::Timestamp now) {
  std::erase_if(windows_, [&](const auto& entry) { return now >= entry.second.began + window_; });
  if (windows_.size() < max_keys_) return;
  windows_.erase(std::ranges::min_element(windows_, {}, [](const auto& entry) { return entry.second.began; }));
}

}  // namespace dcim::api
