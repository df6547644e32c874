// Who is signed in: the cookie's token → session, from the database, remembered for a few seconds. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "store/pool.h"
#include "store/sessions.h"

namespace dcim::api {

namespace asio = boost::asio;

using SessionPtr = std::shared_ptr<const store::Session>;

class Sessions {
 public:
  Sessions(store::Pool& pool, const base::Clock& clock) : pool_(pool), clock_(clock) {}

  /// Null when there is no such session or it ended. Counts as use of it. Throws DatabaseError.
  asio::awaitable<SessionPtr> find(std::string_view token);

  /// Ended: the next look-up asks the database.
  void forget(const std::string& token_hash);

 private:
  struct Entry {
    SessionPtr session;
    base::Timestamp loaded_at;
  };
  SessionPtr remembered(const std::string& hash, base::Timestamp now);

  store::Pool& pool_;
  const base::Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, Entry> entries_;
  std::uint64_t forgotten_ = 0;  // a look-up that began before a session was forgotten must not bring it back
};

}  // namespace dcim::api
