#include "store/retention.h"

#include <algorithm>
#include <limits>

namespace dcim::store {
namespace {

using base::Error;

constexpr int kMostDays = 36'500;

int days_of(const Retention& retention) { return retention.keep_days.value_or(std::numeric_limits<int>::max()); }

boost::json::value json_of(const Retention& retention) {
  const auto days = [](const std::optional<int>& d) { return d ? boost::json::value(*d) : boost::json::value(); };
  return boost::json::object{{"keep_days", days(retention.keep_days)}, {"compress_after_days", days(retention.compress_after_days)}};
}

asio::awaitable<void> write(Connection& connection, const char* action, Retention before, Retention after, AuditContext who) {
  co_await connection.query("UPDATE retention SET keep_days = $2, compress_after_days = $3, updated_at = now() WHERE name = $1",
                            params(after.table, after.keep_days, after.compress_after_days));
  AuditRow row{action, "retention " + after.table, {}, json_of(before), json_of(after)};
  co_await write_audit(connection, std::move(who), std::move(row));
}

struct Settings {
  std::vector<Retention> all;  // from fine to coarse
  std::size_t at = 0;          // of the table that is asked for
};

// Within a transaction: nobody else changes them until it ends. `nothing`: the word for no days.
asio::awaitable<base::Result<Settings>> lock_settings(Connection& connection, std::string table, std::optional<int> days, const char* nothing) {
  if (days && (*days < 1 || *days > kMostDays)) {
    co_return Error::invalid("days", "must be from 1 to " + std::to_string(kMostDays) + ", or " + nothing);
  }
  co_await connection.query("SELECT FROM retention FOR UPDATE");
  Settings out;
  out.all = co_await list_retention(connection);
  const auto it = std::ranges::find(out.all, table, &Retention::table);
  if (it == out.all.end()) {
    co_return Error::invalid("table", "must be readings, readings_5m, readings_1h or readings_1d, not \"" + table + "\"");
  }
  out.at = static_cast<std::size_t>(it - out.all.begin());
  co_return out;
}

}  // namespace

asio::awaitable<std::vector<Retention>> list_retention(Connection& connection) {
  const auto rows = co_await connection.query("SELECT name, keep_days, compress_after_days FROM retention ORDER BY ordinal");
  std::vector<Retention> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows.text(i, 0), rows.maybe_i32(i, 1), rows.maybe_i32(i, 2)});
  co_return out;
}

asio::awaitable<base::Result<void>> set_retention(Connection& connection, std::string table, std::optional<int> keep_days, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto settings = co_await lock_settings(connection, table, keep_days, "forever");
  if (!settings) co_return settings.error();
  const auto& [all, at] = *settings;
  auto wanted = all[at];
  wanted.keep_days = keep_days;
  if (at > 0 && days_of(wanted) < days_of(all[at - 1])) {
    co_return Error::invalid("days", all[at - 1].table + " is finer and kept longer: shorten it first");
  }
  if (at + 1 < all.size() && days_of(wanted) > days_of(all[at + 1])) {
    co_return Error::invalid("days", all[at + 1].table + " is coarser and kept shorter: lengthen it first");
  }
  co_await write(connection, "retention.set", all[at], wanted, std::move(who));
  co_await transaction.commit();
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> set_compression(Connection& connection, std::string table, std::optional<int> compress_after_days,
                                                    AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto settings = co_await lock_settings(connection, table, compress_after_days, "never");
  if (!settings) co_return settings.error();
  auto wanted = settings->all[settings->at];
  wanted.compress_after_days = compress_after_days;
  if (compress_after_days && *compress_after_days >= days_of(wanted)) {
    co_return Error::invalid("days", table + " is kept for " + std::to_string(*wanted.keep_days) + " days only: it would be dropped before");
  }
  co_await write(connection, "retention.compress", settings->all[settings->at], wanted, std::move(who));
  co_await transaction.commit();
  co_return base::Result<void>();
}

asio::awaitable<std::vector<std::string>> apply_retention(Connection& connection, base::Timestamp now) {
  std::vector<std::string> out;
  const auto policies = co_await list_retention(connection);
  for (const auto& policy : policies) {
    if (!policy.keep_days) continue;
    const base::Timestamp cutoff = std::chrono::floor<std::chrono::days>(now) - std::chrono::days(*policy.keep_days);
    auto transaction = co_await Transaction::begin(connection);
    if (policy.table == "readings") {
      // Before this moment the rollups are final: no late hour there may wait, and none is done again.
      const auto ready = co_await connection.query(
          "UPDATE rollup_state SET raw_from = greatest(raw_from, $1) WHERE rolled_to >= $1 "
          "AND NOT EXISTS (SELECT FROM rollup_late WHERE hour < $1) AND NOT EXISTS (SELECT FROM rollup_work WHERE hour < $1)",
          params(cutoff));
      if (ready.affected() == 0) continue;  // rolled back; the next time will do
    }
    const auto dropped =
        co_await connection.query("SELECT drop_chunks($1::regclass, older_than => $2::timestamptz)::text", params(policy.table, cutoff));
    co_await transaction.commit();
    if (dropped.size() > 0) out.push_back(std::to_string(dropped.size()) + " chunks of " + policy.table + " before " + base::to_rfc3339(cutoff));
  }
  co_return out;
}

}  // namespace dcim::store
