#include "store/users.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace dcim::store {
namespace {

using base::Error;

constexpr const char* kColumns = "id, email, name, role, password_hash, demo, disabled, locked_until";

User user_of(const Rows& rows, std::size_t row) {
  User user;
  user.id = rows.i32(row, 0);
  user.email = rows.text(row, 1);
  user.name = rows.text(row, 2);
  user.role = core::role_from(rows.view(row, 3)).value_or(core::Role::viewer);
  user.password_hash = rows.text(row, 4);
  user.demo = rows.boolean(row, 5);
  user.disabled = rows.boolean(row, 6);
  if (!rows.null(row, 7)) user.locked_until = rows.time(row, 7);
  return user;
}

std::string joined(const std::vector<std::string>& codes) {
  std::string out;
  for (const auto& code : codes) out += (out.empty() ? "" : ",") + code;
  return out;
}

std::vector<std::string> split(std::string_view codes) {
  std::vector<std::string> out;
  while (!codes.empty()) {
    const auto comma = codes.find(',');
    out.emplace_back(codes.substr(0, comma));
    codes.remove_prefix(comma == std::string_view::npos ? codes.size() : comma + 1);
  }
  return out;
}

boost::json::array json_of(const std::vector<std::string>& codes) {
  boost::json::array out;
  for (const auto& code : codes) out.emplace_back(code);
  return out;
}

AuditRow row(std::string action, const std::string& email) {
  AuditRow out;
  out.action = std::move(action);
  out.object = "user " + email;
  return out;
}

// Grants exactly these sites; an Error when one does not exist. A code holds no comma, so the list may.
asio::awaitable<base::Result<void>> replace_grants(Connection& connection, std::int32_t user_id, std::vector<std::string> sites) {
  const auto unknown = co_await connection.query(
      "SELECT c FROM unnest(string_to_array($1, ',')) c WHERE NOT EXISTS (SELECT FROM sites WHERE code = c)", params(joined(sites)));
  if (!unknown.empty()) co_return Error::invalid("sites", "there is no site " + unknown.text(0, 0));
  co_await connection.query("DELETE FROM user_sites WHERE user_id = $1", params(user_id));
  co_await connection.query("INSERT INTO user_sites (user_id, site_id) SELECT $1, id FROM sites WHERE code = ANY(string_to_array($2, ','))",
                            params(user_id, joined(sites)));
  co_return base::Result<void>();
}

asio::awaitable<std::vector<std::string>> grants(Connection& connection, std::int32_t user_id) {
  const auto rows = co_await connection.query(
      "SELECT coalesce(string_agg(s.code, ',' ORDER BY s.name), '') FROM user_sites g JOIN sites s ON s.id = g.site_id WHERE g.user_id = $1",
      params(user_id));
  co_return split(rows.view(0, 0));
}

}  // namespace

asio::awaitable<std::optional<User>> find_user(Connection& connection, std::string email) {
  const auto normalized = core::normalized_email(email);
  if (!normalized) co_return std::nullopt;
  const auto rows = co_await connection.query(std::string("SELECT ") + kColumns + " FROM users WHERE email = $1", params(*normalized));
  if (rows.empty()) co_return std::nullopt;
  co_return user_of(rows, 0);
}

asio::awaitable<base::Result<std::int32_t>> create_user(Connection& connection, NewUser user, AuditContext who) {
  const auto email = core::normalized_email(user.email);
  if (!email) co_return Error::invalid("email", "is not an e-mail address");
  if (user.name.empty() || user.name.size() > 200) co_return Error::invalid("name", "must have 1 to 200 characters");
  auto transaction = co_await Transaction::begin(connection);
  const auto rows = co_await connection.query(
      "INSERT INTO users (email, name, role, password_hash, demo) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO NOTHING RETURNING id",
      params(*email, user.name, core::name_of(user.role), user.password_hash, user.demo));
  if (rows.empty()) {
    co_await transaction.rollback();
    co_return Error{base::ErrorCode::conflict, "there is already a user " + *email, "email"};
  }
  const auto id = rows.i32(0, 0);
  const auto granted = co_await replace_grants(connection, id, user.sites);
  if (!granted) {
    co_await transaction.rollback();
    co_return granted.error();
  }
  auto audit = row("user.create", *email);
  audit.after = boost::json::object{{"name", user.name}, {"role", core::name_of(user.role)}, {"sites", json_of(user.sites)}};
  co_await write_audit(connection, std::move(who), std::move(audit));
  co_await transaction.commit();
  co_return id;
}

asio::awaitable<base::Result<void>> set_password(Connection& connection, std::string email, std::string password_hash, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto user = co_await find_user(connection, email);
  if (!user) {
    co_await transaction.rollback();
    co_return Error::not_found("there is no user " + email);
  }
  co_await connection.query(
      "UPDATE users SET password_hash = $2, failed_logins = 0, locked_until = NULL, version = version + 1, updated_at = now() WHERE id = $1",
      params(user->id, password_hash));
  const auto ended = co_await connection.query("DELETE FROM sessions WHERE user_id = $1", params(user->id));
  auto audit = row("user.set_password", user->email);
  audit.after = boost::json::object{{"ended_sessions", ended.affected()}};
  co_await write_audit(connection, std::move(who), std::move(audit));
  co_await transaction.commit();
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> grant_sites(Connection& connection, std::string email, std::vector<std::string> sites, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto user = co_await find_user(connection, email);
  if (!user) {
    co_await transaction.rollback();
    co_return Error::not_found("there is no user " + email);
  }
  const auto before = co_await grants(connection, user->id);
  const auto granted = co_await replace_grants(connection, user->id, std::move(sites));
  if (!granted) {
    co_await transaction.rollback();
    co_return granted.error();
  }
  const auto after = co_await grants(connection, user->id);
  auto audit = row("user.grant_sites", user->email);
  audit.before = boost::json::object{{"sites", json_of(before)}};
  audit.after = boost::json::object{{"sites", json_of(after)}};
  co_await write_audit(connection, std::move(who), std::move(audit));
  co_await transaction.commit();
  co_return base::Result<void>();
}

asio::awaitable<std::vector<UserListing>> list_users(Connection& connection) {
  const auto rows =
      co_await connection.query(std::string("SELECT ") + kColumns +
                                ", (SELECT coalesce(string_agg(s.code, ',' ORDER BY s.name), '') FROM user_sites g JOIN sites s ON s.id = g.site_id "
                                "WHERE g.user_id = users.id) FROM users ORDER BY email");
  std::vector<UserListing> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    UserListing listing{user_of(rows, i), split(rows.view(i, 8))};
    listing.user.password_hash.clear();
    out.push_back(std::move(listing));
  }
  co_return out;
}

asio::awaitable<bool> record_failed_login(Connection& connection, std::int32_t user_id, base::Timestamp now, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  // A lock-out starts the count anew, so that after it a user has all attempts again.
  const auto rows = co_await connection.query(
      "UPDATE users SET failed_logins = CASE WHEN failed_logins + 1 >= $3 THEN 0 ELSE failed_logins + 1 END, "
      "locked_until = CASE WHEN failed_logins + 1 >= $3 THEN $4::timestamptz END "
      "WHERE id = $1 AND (locked_until IS NULL OR locked_until <= $2) RETURNING email, locked_until IS NOT NULL",
      params(user_id, now, kFailuresToLockOut, base::Timestamp(now + kLockOut)));
  bool locked = false;
  if (!rows.empty()) {
    locked = rows.boolean(0, 1);
    co_await write_audit(connection, who, row("auth.login_failed", rows.text(0, 0)));
    if (locked) {
      auto audit = row("auth.lockout", rows.text(0, 0));
      audit.after = boost::json::object{{"locked_until", base::to_rfc3339(now + kLockOut)}};
      co_await write_audit(connection, who, std::move(audit));
    }
  }
  co_await transaction.commit();
  co_return locked;
}

asio::awaitable<void> end_demo_sessions(Connection& connection) {
  co_await connection.query("DELETE FROM sessions s USING users u WHERE u.id = s.user_id AND u.demo");
}

}  // namespace dcim::store
