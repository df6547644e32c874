#include "store/retention.h"

#include <algorithm>
#include <limits>

namespace dcim::store {
namespace {

using base::Error;

constexpr int kMostDays = 36'500;

int days_of(const Retention& retention) { return retention.keep_days.value_or(std::numeric_limits<int>::max()); }

boost::json::value json_of(const Retention& retention) {
  boost::json::object out;
  out["keep_days"] = retention.keep_days ? boost::json::value(*retention.keep_days) : boost::json::value();
  return out;
}

}  // namespace

asio::awaitable<std::vector<Retention>> list_retention(Connection& connection) {
  const auto rows = co_await connection.query("SELECT name, keep_days FROM retention ORDER BY ordinal");
  std::vector<Retention> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows.text(i, 0), rows.maybe_i32(i, 1)});
  co_return out;
}

asio::awaitable<base::Result<void>> set_retention(Connection& connection, Retention wanted, AuditContext who) {
  if (wanted.keep_days && (*wanted.keep_days < 1 || *wanted.keep_days > kMostDays)) {
    co_return Error::invalid("days", "must be from 1 to " + std::to_string(kMostDays) + ", or forever");
  }
  auto transaction = co_await Transaction::begin(connection);
  co_await connection.query("SELECT FROM retention FOR UPDATE");
  const auto all = co_await list_retention(connection);
  const auto it = std::ranges::find(all, wanted.table, &Retention::table);
  if (it == all.end()) co_return Error::invalid("table", "must be readings, readings_5m, readings_1h or readings_1d, not \"" + wanted.table + "\"");
  if (it != all.begin() && days_of(wanted) < days_of(*std::prev(it))) {
    co_return Error::invalid("days", std::prev(it)->table + " is finer and kept longer: shorten it first");
  }
  if (std::next(it) != all.end() && days_of(wanted) > days_of(*std::next(it))) {
    co_return Error::invalid("days", std::next(it)->table + " is coarser and kept shorter: lengthen it first");
  }
  co_await connection.query("UPDATE retention SET keep_days = $2, updated_at = now() WHERE name = $1", params(wanted.table, wanted.keep_days));
  AuditRow row{"retention.set", "retention " + wanted.table, {}, json_of(*it), json_of(wanted)};
  co_await write_audit(connection, std::move(who), std::move(row));
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
