// Open sessions. The database knows only the hash of a session's token, so that reading it opens no session.
// All functions throw DatabaseError.
#pragma once

#include <chrono>

#include "core/access.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

inline constexpr std::chrono::hours kSessionLength{12};
inline constexpr std::chrono::hours kSessionIdle{2};

struct Session {
  std::string token_hash;  // 32 bytes
  core::Principal principal;
  std::string csrf_token;
  base::Timestamp last_seen;
  base::Timestamp expires_at;
};

struct NewSession {
  std::string token_hash;
  std::string csrf_token;
  std::int32_t user_id = 0;
  std::string password_hash;  // that was just verified: the session is refused when it changed meanwhile
};

/// Opens the session and clears the count of failed logins; false when the account was locked, disabled or given another
/// password meanwhile. Writes auth.login.
asio::awaitable<bool> open_session(Connection& connection, NewSession session, base::Timestamp now, AuditContext who);

/// nullopt when there is none, it expired, or its user is disabled.
asio::awaitable<std::optional<Session>> find_session(Connection& connection, std::string token_hash, base::Timestamp now);

/// Those of the hashes that are still open.
asio::awaitable<std::vector<Session>> find_sessions(Connection& connection, std::vector<std::string> token_hashes, base::Timestamp now);

asio::awaitable<void> touch_session(Connection& connection, std::string token_hash, base::Timestamp now);

/// Writes auth.logout, when there was such a session.
asio::awaitable<void> close_session(Connection& connection, std::string token_hash, AuditContext who);

}  // namespace dcim::store
