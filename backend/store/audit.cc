#include "store/audit.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "store/arrays.h"

namespace dcim::store {
namespace {

std::optional<std::string> json_text(const boost::json::value& value) {
  if (value.is_null()) return std::nullopt;
  return boost::json::serialize(value);
}

boost::json::value json_value(const Rows& rows, std::size_t row, int column) {
  if (rows.null(row, column)) return nullptr;
  boost::system::error_code failed;
  return boost::json::parse(rows.view(row, column), failed);
}

}  // namespace

asio::awaitable<std::int64_t> write_audit(Connection& connection, AuditContext who, AuditRow row) {
  TextArray subjects;
  for (const auto& subject : row.subjects) subjects.add(subject);
  auto values =
      params(who.actor, row.action, row.object, row.site, who.origin, json_text(row.before), json_text(row.after), subjects.done(), row.batch);
  const auto rows = co_await connection.query_prepared(
      "INSERT INTO audit_log (actor, action, object, site, origin, before, after, subjects, batch_id) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8::text[], '{}'), $9) RETURNING id",
      std::move(values));
  co_return rows.i64(0, 0);
}

asio::awaitable<std::int64_t> next_batch(Connection& connection) {
  const auto rows = co_await connection.query("SELECT nextval('audit_batches')");
  co_return rows.i64(0, 0);
}

asio::awaitable<std::vector<AuditEntry>> list_audit(Connection& connection, int limit) {
  const auto rows = co_await connection.query(
      "SELECT id, ts, actor, origin, action, object, site, before, after FROM audit_log ORDER BY id DESC LIMIT $1", params(limit));
  std::vector<AuditEntry> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    AuditEntry entry;
    entry.id = rows.i64(i, 0);
    entry.ts = rows.time(i, 1);
    entry.who = {rows.text(i, 2), rows.text(i, 3)};
    entry.row.action = rows.text(i, 4);
    entry.row.object = rows.text(i, 5);
    entry.row.site = rows.maybe_text(i, 6);
    entry.row.before = json_value(rows, i, 7);
    entry.row.after = json_value(rows, i, 8);
    out.push_back(std::move(entry));
  }
  co_return out;
}

}  // namespace dcim::store
