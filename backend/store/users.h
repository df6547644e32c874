// Who may sign in: accounts, their sites, and what failed logins do to them. Passwords come here already hashed
// (api/password.h). Every change writes its audit row in its own transaction. All functions throw DatabaseError.
#pragma once

#include <chrono>

#include "base/error.h"
#include "core/access.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

struct User {
  std::int32_t id = 0;
  std::string email;
  std::string name;
  core::Role role = core::Role::viewer;
  std::string password_hash;
  bool demo = false;
  bool disabled = false;
  std::optional<base::Timestamp> locked_until;
};

struct NewUser {
  std::string email;  // any case
  std::string name;
  core::Role role = core::Role::viewer;
  std::string password_hash;
  bool demo = false;
  std::vector<std::string> sites;  // codes; an administrator needs none
};

struct UserListing {
  User user;                       // without the hash
  std::vector<std::string> sites;  // codes, by name
};

/// By e-mail address, in any case; nullopt when there is none.
asio::awaitable<std::optional<User>> find_user(Connection& connection, std::string email);

/// Gives the id. `invalid` with field email, name or sites; `conflict` with field email when it is taken.
asio::awaitable<base::Result<std::int32_t>> create_user(Connection& connection, NewUser user, AuditContext who);

/// Also ends the user's sessions and lifts a lock-out. `not_found`.
asio::awaitable<base::Result<void>> set_password(Connection& connection, std::string email, std::string password_hash, AuditContext who);

/// Replaces the grants. `not_found`; `invalid` with field sites.
asio::awaitable<base::Result<void>> grant_sites(Connection& connection, std::string email, std::vector<std::string> sites, AuditContext who);

/// By e-mail address.
asio::awaitable<std::vector<UserListing>> list_users(Connection& connection);

/// Signs all demo accounts out: a server that does not run with --demo knows them no more.
asio::awaitable<void> end_demo_sessions(Connection& connection);

inline constexpr int kFailuresToLockOut = 5;
inline constexpr std::chrono::minutes kLockOut{15};

/// Counts a wrong password; the fifth locks the account. Gives whether this one did. One that is locked already stays as
/// it is. Writes auth.login_failed, and auth.lockout.
asio::awaitable<bool> record_failed_login(Connection& connection, std::int32_t user_id, base::Timestamp now, AuditContext who);

}  // namespace dcim::store
