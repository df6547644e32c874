#include "store/migrate.h"

#include <algorithm>
#include <charconv>

#include "base/embedded.h"
#include "base/log.h"

namespace dcim {
std::span<const base::EmbeddedFile> embedded_migrations();  // backend/migrations/*.sql, in order of name
}

namespace dcim::store {
namespace {

// Any number that no other program locks: two servers that start at once migrate one after the other.
constexpr std::int64_t kMigrationLock = 7'446'921'003;

int number_of(const base::EmbeddedFile& file) {
  int number = 0;
  std::from_chars(file.name.data(), file.name.data() + file.name.size(), number);
  return number;
}

}  // namespace

int newest_migration() {
  int newest = 0;
  for (const auto& file : embedded_migrations()) newest = std::max(newest, number_of(file));
  return newest;
}

asio::awaitable<int> schema_version(Connection& connection) {
  const auto exists = co_await connection.query("SELECT to_regclass('schema_migrations') IS NOT NULL");
  if (!exists.boolean(0, 0)) co_return 0;
  const auto rows = co_await connection.query("SELECT coalesce(max(version), 0) FROM schema_migrations");
  co_return rows.i32(0, 0);
}

asio::awaitable<base::Result<int>> migrate(Connection& connection) {
  co_await connection.query("SELECT pg_advisory_lock($1)", params(kMigrationLock));
  co_await connection.execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())");
  const int have = co_await schema_version(connection);
  if (have > newest_migration()) {
    co_await connection.query("SELECT pg_advisory_unlock($1)", params(kMigrationLock));
    co_return base::Error::conflict("the database's schema is " + std::to_string(have) + ", newer than this program's " +
                                    std::to_string(newest_migration()) + ": use the newer program");
  }
  int applied = 0;
  for (const auto& file : embedded_migrations()) {
    const int number = number_of(file);
    if (number <= have) continue;
    auto transaction = co_await Transaction::begin(connection);
    co_await connection.execute(std::string(file.text));
    co_await connection.query("INSERT INTO schema_migrations (version, name) VALUES ($1, $2)", params(number, file.name));
    co_await transaction.commit();
    spdlog::info("database: applied migration {}", file.name);
    ++applied;
  }
  co_await connection.query("SELECT pg_advisory_unlock($1)", params(kMigrationLock));
  co_return applied;
}

}  // namespace dcim::store
