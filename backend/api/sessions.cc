#include "api/sessions.h"

#include "api/password.h"

namespace dcim::api {
namespace {

using namespace std::chrono_literals;

constexpr auto kRemembered = 5s;
constexpr auto kTouchEvery = 60s;
constexpr std::size_t kMostEntries = 10'000;
constexpr std::size_t kTokenLength = 43;  // 32 bytes in base64

}  // namespace

asio::awaitable<SessionPtr> Sessions::find(std::string_view token) {
  if (token.size() != kTokenLength) co_return nullptr;
  const auto hash = token_hash(token);
  const auto now = clock_.now();
  if (auto session = remembered(hash, now)) co_return session;

  std::uint64_t forgotten = 0;
  {
    const std::scoped_lock lock(mutex_);
    forgotten = forgotten_;
  }
  auto connection = co_await pool_.acquire();
  auto found = co_await store::find_session(*connection, hash, now);
  if (!found) co_return nullptr;
  if (now - found->last_seen >= kTouchEvery) {
    co_await store::touch_session(*connection, hash, now);
    found->last_seen = now;
  }
  auto session = std::make_shared<const store::Session>(std::move(*found));
  const std::scoped_lock lock(mutex_);
  if (forgotten == forgotten_) {
    if (entries_.size() >= kMostEntries) entries_.clear();
    entries_[hash] = {session, now};
  }
  co_return session;
}

SessionPtr Sessions::remembered(const std::string& hash, base::Timestamp now) {
  const std::scoped_lock lock(mutex_);
  const auto it = entries_.find(hash);
  if (it == entries_.end()) return nullptr;
  const auto& [session, loaded_at] = it->second;
  const bool fresh = now >= loaded_at && now - loaded_at < kRemembered && now < session->expires_at;
  if (fresh) return session;
  entries_.erase(it);
  return nullptr;
}

void Sessions::forget(const std::string& token_hash) {
  const std::scoped_lock lock(mutex_);
  ++forgotten_;
  entries_.erase(token_hash);
}

}  // namespace dcim::api
