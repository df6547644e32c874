#include "store/sessions.h"

#include <charconv>

namespace dcim::store {
namespace {

std::vector<core::SiteId> site_ids(std::string_view list) {
  std::vector<core::SiteId> out;
  const char* at = list.data();
  const char* const end = at + list.size();
  while (at < end) {
    core::SiteId id;
    at = std::from_chars(at, end, id.value).ptr + 1;
    out.push_back(id);
  }
  return out;
}

std::string hex_list(const std::vector<std::string>& hashes) {
  std::string out;
  for (const auto& hash : hashes) {
    if (!out.empty()) out += ',';
    out += bytea_param(hash).substr(2);
  }
  return out;
}

AuditRow row(std::string action, const std::string& email) {
  AuditRow out;
  out.action = std::move(action);
  out.object = "user " + email;
  return out;
}

}  // namespace

asio::awaitable<bool> open_session(Connection& connection, NewSession session, base::Timestamp now, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto user = co_await connection.query(
      "UPDATE users SET failed_logins = 0, locked_until = NULL WHERE id = $1 AND password_hash = $2 AND NOT disabled AND "
      "(locked_until IS NULL OR locked_until <= $3) RETURNING email",
      params(session.user_id, session.password_hash, now));
  if (user.empty()) {
    co_await transaction.rollback();
    co_return false;
  }
  co_await connection.query(
      "INSERT INTO sessions (token_hash, user_id, csrf_token, origin, created_at, last_seen_at, expires_at) "
      "VALUES ($1, $2, $3, $4, $5, $5, $6)",
      params(bytea_param(session.token_hash), session.user_id, session.csrf_token, who.origin, now, base::Timestamp(now + kSessionLength)));
  co_await connection.query("DELETE FROM sessions WHERE expires_at <= $1", params(now));
  co_await write_audit(connection, std::move(who), row("auth.login", user.text(0, 0)));
  co_await transaction.commit();
  co_return true;
}

asio::awaitable<std::vector<Session>> find_sessions(Connection& connection, std::vector<std::string> token_hashes, base::Timestamp now) {
  const auto rows = co_await connection.query(
      "SELECT s.token_hash, s.csrf_token, s.last_seen_at, s.expires_at, u.id, u.email, u.name, u.role, "
      "(SELECT string_agg(g.site_id::text, ',' ORDER BY g.site_id) FROM user_sites g WHERE g.user_id = u.id) "
      "FROM sessions s JOIN users u ON u.id = s.user_id "
      "WHERE s.token_hash IN (SELECT decode(h, 'hex') FROM unnest(string_to_array($1, ',')) h) "
      "AND s.expires_at > $2 AND s.last_seen_at > $3 AND NOT u.disabled",
      params(hex_list(token_hashes), now, base::Timestamp(now - kSessionIdle)));
  std::vector<Session> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Session session;
    session.token_hash = rows.bytes(i, 0);
    session.csrf_token = rows.text(i, 1);
    session.last_seen = rows.time(i, 2);
    session.expires_at = rows.time(i, 3);
    session.principal.user_id = rows.i32(i, 4);
    session.principal.email = rows.text(i, 5);
    session.principal.name = rows.text(i, 6);
    session.principal.role = core::role_from(rows.view(i, 7)).value_or(core::Role::viewer);
    session.principal.sites = site_ids(rows.view(i, 8));
    out.push_back(std::move(session));
  }
  co_return out;
}

asio::awaitable<std::optional<Session>> find_session(Connection& connection, std::string token_hash, base::Timestamp now) {
  std::vector<std::string> one{std::move(token_hash)};
  auto found = co_await find_sessions(connection, std::move(one), now);
  if (found.empty()) co_return std::nullopt;
  co_return std::move(found.front());
}

asio::awaitable<void> touch_session(Connection& connection, std::string token_hash, base::Timestamp now) {
  co_await connection.query("UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2",
                            params(bytea_param(token_hash), now));
}

asio::awaitable<void> close_session(Connection& connection, std::string token_hash, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto ended = co_await connection.query("DELETE FROM sessions s USING users u WHERE s.token_hash = $1 AND u.id = s.user_id RETURNING u.email",
                                               params(bytea_param(token_hash)));
  if (!ended.empty()) co_await write_audit(connection, std::move(who), row("auth.logout", ended.text(0, 0)));
  co_await transaction.commit();
}

}  // namespace dcim::store
