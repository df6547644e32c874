#include "store/asset_history.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "store/arrays.h"

namespace dcim::store {
namespace {

constexpr const char* kColumns = "SELECT id, batch_id, ts, actor, action, object, before, after, array_to_string(subjects, ' ') FROM audit_log ";

boost::json::value json_in(const Rows& rows, std::size_t row, int column) {
  boost::system::error_code failed;
  return rows.null(row, column) ? boost::json::value(nullptr) : boost::json::parse(rows.view(row, column), failed);
}

std::vector<core::AssetChange> changes_of(const Rows& rows) {
  std::vector<core::AssetChange> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    core::AssetChange change;
    change.id = rows.i64(i, 0);
    if (!rows.null(i, 1)) change.batch = rows.i64(i, 1);
    change.ts = rows.time(i, 2);
    change.actor = rows.text(i, 3);
    change.action = rows.text(i, 4);
    change.object = rows.text(i, 5);
    change.before = json_in(rows, i, 6);
    change.after = json_in(rows, i, 7);
    for (auto rest = rows.text(i, 8); !rest.empty();) {
      const auto end = std::min(rest.find(' '), rest.size());
      change.subjects.push_back(rest.substr(0, end));
      rest.erase(0, std::min(end + 1, rest.size()));
    }
    out.push_back(std::move(change));
  }
  return out;
}

asio::awaitable<AssetHistory> with_later(Connection& connection, std::vector<core::AssetChange> items) {
  AssetHistory out;
  out.items = std::move(items);
  if (out.items.empty()) co_return out;
  TextArray subjects;
  auto first = out.items.front().id;
  for (const auto& each : out.items) {
    first = std::min(first, each.id);
    if (const auto subject = each.subject(); !subject.empty()) subjects.add(subject);
  }
  auto values = params(subjects.done(), first);
  const auto rows = co_await connection.query(std::string(kColumns) + "WHERE subjects && $1::text[] AND id > $2 ORDER BY id", std::move(values));
  out.later = changes_of(rows);
  co_return out;
}

asio::awaitable<AssetHistory> found(Connection& connection, std::string sql, Params values) {
  const auto rows = co_await connection.query(std::move(sql), std::move(values));
  auto items = changes_of(rows);
  co_return co_await with_later(connection, std::move(items));
}

}  // namespace

asio::awaitable<AssetHistory> asset_history(Connection& connection, const core::Site& site, std::string subject, int limit) {
  auto sql = std::string(kColumns) + "WHERE subjects @> ARRAY[$1] AND site = $2 ORDER BY id DESC LIMIT $3";
  auto values = params(subject, site.code, limit);
  co_return co_await found(connection, std::move(sql), std::move(values));
}

asio::awaitable<AssetHistory> asset_change(Connection& connection, const core::Site& site, std::int64_t id) {
  auto sql = std::string(kColumns) + "WHERE id = $1 AND site = $2 AND subjects IS NOT NULL";
  auto values = params(id, site.code);
  co_return co_await found(connection, std::move(sql), std::move(values));
}

asio::awaitable<AssetHistory> asset_batch(Connection& connection, const core::Site& site, std::int64_t batch) {
  auto sql = std::string(kColumns) + "WHERE batch_id = $1 AND site = $2 AND subjects IS NOT NULL ORDER BY id";
  auto values = params(batch, site.code);
  co_return co_await found(connection, std::move(sql), std::move(values));
}

}  // namespace dcim::store
