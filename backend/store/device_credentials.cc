#include "store/device_credentials.h"

#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

#include "store/arrays.h"

namespace dcim::store {
namespace {

boost::json::object json_of(const DeviceCredentials& credentials) {
  boost::json::object out;
  out["username"] = credentials.username;
  out["topics"] = boost::json::value_from(credentials.topics);
  return out;
}

// The question for what a device publishes on.
std::string topics_of(const std::string& device) {
  return "SELECT topic FROM devices WHERE id = " + device +
         " AND topic IS NOT NULL UNION SELECT s.topic FROM sensors s JOIN devices d ON d.id = " + "s.device_id WHERE d.id = " + device +
         " AND starts_with(s.topic, 'dc/') AND NOT starts_with(s.topic || '/', d.topic || '/')";
}

asio::awaitable<AuditRow> audit_row(Connection& connection, const char* action, core::Site site, core::DeviceId device) {
  const auto rows = co_await connection.query("SELECT name FROM devices WHERE id = $1", params(device));
  AuditRow row;
  row.action = action;
  row.object = "device " + std::to_string(device.value) + " (" + (rows.empty() ? "" : rows.text(0, 0)) + ")";
  row.site = site.code;
  row.subjects = {"device:" + std::to_string(device.value)};
  co_return row;
}

}  // namespace

asio::awaitable<std::vector<std::string>> topics_of_device(Connection& connection, core::DeviceId device) {
  auto values = params(device);
  const auto rows = co_await connection.query("SELECT t FROM (" + topics_of("$1") + ") t(t) ORDER BY 1", std::move(values));
  std::vector<std::string> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(rows.text(i, 0));
  co_return out;
}

asio::awaitable<std::optional<DeviceCredentials>> device_credentials(Connection& connection, core::DeviceId device, bool lock) {
  if (lock) co_await connection.query("SELECT FROM devices WHERE id = $1 FOR NO KEY UPDATE", params(device));
  const auto rows = co_await connection.query(
      "SELECT username, array_to_string(topics, E'\\n'), issued_by, issued_at FROM device_credentials WHERE device_id = $1", params(device));
  if (rows.empty()) co_return std::nullopt;
  DeviceCredentials out{rows.text(0, 0), lines(rows.view(0, 1)), rows.text(0, 2), rows.time(0, 3)};
  co_return out;
}

asio::awaitable<void> save_credentials(Connection& connection, core::Site site, core::DeviceId device, std::optional<DeviceCredentials> before,
                                       DeviceCredentials credentials, AuditContext who) {
  TextArray topics;
  for (const auto& topic : credentials.topics) topics.add(topic);
  auto values = params(credentials.username, device, topics.done(), credentials.issued_by, credentials.issued_at);
  co_await connection.query(
      "INSERT INTO device_credentials (username, device_id, topics, issued_by, issued_at) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (username) DO UPDATE SET topics = excluded.topics, issued_by = excluded.issued_by, issued_at = excluded.issued_at",
      std::move(values));
  auto row = co_await audit_row(connection, "device.credentials", std::move(site), device);
  if (before) row.before = json_of(*before);
  row.after = json_of(credentials);
  co_await write_audit(connection, std::move(who), std::move(row));
}

asio::awaitable<void> delete_credentials(Connection& connection, core::Site site, core::DeviceId device, DeviceCredentials before, AuditContext who) {
  co_await forget_credentials(connection, before.username);
  auto row = co_await audit_row(connection, "device.revoke", std::move(site), device);
  row.before = json_of(before);
  co_await write_audit(connection, std::move(who), std::move(row));
}

asio::awaitable<std::vector<OutdatedAccount>> outdated_accounts(Connection& connection) {
  const auto rows = co_await connection.query_prepared(
      "SELECT c.device_id, s.code FROM device_credentials c JOIN devices o ON o.id = c.device_id JOIN sites s ON s.id = o.site_id "
      "WHERE c.topics <> ARRAY(SELECT t FROM (" +
      topics_of("c.device_id") + ") t(t) ORDER BY 1) ORDER BY 1 LIMIT 100");
  std::vector<OutdatedAccount> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({{rows.i32(i, 0)}, rows.text(i, 1)});
  co_return out;
}

asio::awaitable<std::vector<std::string>> credentials_without_device(Connection& connection) {
  const auto rows = co_await connection.query_prepared("SELECT username FROM device_credentials WHERE device_id IS NULL ORDER BY 1 LIMIT 1000");
  std::vector<std::string> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(rows.text(i, 0));
  co_return out;
}

asio::awaitable<void> forget_credentials(Connection& connection, std::string username) {
  auto values = params(username);
  co_await connection.query("DELETE FROM device_credentials WHERE username = $1", std::move(values));
}

}  // namespace dcim::store
