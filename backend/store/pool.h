// PostgreSQL connections, without blocking. The only file that knows libpq; everything else speaks SQL through it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace dcim::store {

namespace asio = boost::asio;

/// The database is gone, slow or refuses. Thrown: the caller's caller retries or answers 503. `sqlstate` is empty when
/// the connection itself failed; "23505" is a unique violation.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(std::string sqlstate, const std::string& message) : std::runtime_error(message), sqlstate_(std::move(sqlstate)) {}
  const std::string& sqlstate() const { return sqlstate_; }
  /// True when the connection broke or never was, false when the server refused the statement.
  bool disconnected() const { return sqlstate_.empty() || sqlstate_.starts_with("08") || sqlstate_.starts_with("57P"); }
  /// True when it is the data that the server refuses, so that the same again will be refused again: no such value (22), a constraint (23),
  /// more than an index holds. Room, locks, rights, and what a trigger thinks can change.
  bool refuses_data() const { return sqlstate_.starts_with("22") || sqlstate_.starts_with("23") || sqlstate_ == "54000"; }

 private:
  std::string sqlstate_;
};

/// $1, $2, …, in text form; nullopt is NULL.
using Params = std::vector<std::optional<std::string>>;

std::string param(std::string_view v);
std::string param(bool v);
std::string param(double v);
std::string param(std::int64_t v);
std::string param(base::Timestamp v);
/// Bytes as a bytea.
std::string bytea_param(std::string_view bytes);
inline std::string param(int v) { return param(static_cast<std::int64_t>(v)); }
inline std::string param(const char* v) { return param(std::string_view(v)); }
inline std::string param(const std::string& v) { return v; }
template <class Tag>
std::string param(base::Id<Tag> id) {
  return param(static_cast<std::int64_t>(id.value));
}
template <class T>
std::optional<std::string> param(const std::optional<T>& v) {
  return v ? std::optional<std::string>(param(*v)) : std::nullopt;
}
inline std::optional<std::string> param(std::nullopt_t) { return std::nullopt; }

/// params(site_id, name, std::nullopt): what query() takes.
template <class... T>
Params params(const T&... values) {
  Params out;
  out.reserve(sizeof...(values));
  (out.push_back(param(values)), ...);
  return out;
}

/// The answer to a statement. Columns count from 0.
class Rows {
 public:
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  /// Rows changed by INSERT, UPDATE, DELETE.
  std::int64_t affected() const;
  bool null(std::size_t row, int column) const;
  /// Valid while the Rows live.
  std::string_view view(std::size_t row, int column) const;
  std::string text(std::size_t row, int column) const { return std::string(view(row, column)); }
  std::int32_t i32(std::size_t row, int column) const;
  std::int64_t i64(std::size_t row, int column) const;
  double f64(std::size_t row, int column) const;
  bool boolean(std::size_t row, int column) const;
  base::Timestamp time(std::size_t row, int column) const;
  std::string bytes(std::size_t row, int column) const;  // of a bytea
  std::optional<std::string> maybe_text(std::size_t row, int column) const;
  std::optional<double> maybe_f64(std::size_t row, int column) const;
  std::optional<std::int32_t> maybe_i32(std::size_t row, int column) const;

 private:
  friend class Connection;
  std::shared_ptr<void> result_;
};

/// One that comes again and again, the same to the letter, with its parameters.
struct Statement {
  std::string sql;
  Params params;
};

/// How long the server may work on a statement. It ends it then; if it has said nothing kGrace later, the connection is given up.
inline constexpr std::chrono::seconds kStatementTimeout{60};
/// Likewise, where it works on as much as a day of everybody's readings: rolling up, verifying, compressing.
inline constexpr std::chrono::seconds kMaintenanceTimeout{900};

/// One connection, used by one coroutine at a time. A statement that fails in transit closes it; the next use reconnects.
/// A peer that has vanished is noticed by TCP within about 30 s, unless `url` sets its own keepalives and tcp_user_timeout.
class Connection {
 public:
  static constexpr std::chrono::seconds kGrace{5};

  Connection(asio::any_io_executor executor, std::string url, std::chrono::seconds statement_timeout = kStatementTimeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One statement. Throws DatabaseError.
  asio::awaitable<Rows> query(std::string sql, Params params = {});
  /// One that comes again and again, the same to the letter: parsed, and in the end planned, once for the connection.
  asio::awaitable<Rows> query_prepared(std::string sql, Params params = {});
  /// Several of that kind in one round trip, in order; gives the rows of each. After one that fails none is run.
  asio::awaitable<std::vector<Rows>> query_all(std::vector<Statement> statements);
  /// Several statements without parameters, in one round trip.
  asio::awaitable<void> execute(std::string sql);
  /// COPY … FROM STDIN (FORMAT binary): `bytes` must stay valid until it ends. Other statements may stand before it in `sql`; gives the rows
  /// of the last of them.
  asio::awaitable<Rows> copy_in(std::string sql, std::string_view bytes);
  struct Notification {
    std::string channel, payload;
  };
  /// Ends when the next NOTIFY arrives on a channel that was LISTENed to. Asks now and then whether the server is still there.
  asio::awaitable<Notification> wait_notification();

  bool in_transaction() const;
  /// Closes it when the server has ended it since it was last used: the next use opens it anew instead of failing.
  void close_if_ended();
  void close();

 private:
  struct State;
  asio::awaitable<void> ensure_open();
  asio::awaitable<void> flush();
  asio::awaitable<void> wait_result();
  asio::awaitable<Rows> piped_result();
  asio::awaitable<Rows> results();
  std::unique_ptr<State> state_;
};

/// BEGIN … COMMIT. Gone out of scope without commit(), it is rolled back by closing the connection.
class Transaction {
 public:
  static asio::awaitable<Transaction> begin(Connection& connection);
  /// Guards what a statement of the caller's own begins.
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  ~Transaction();
  asio::awaitable<void> commit();
  asio::awaitable<void> rollback();

 private:
  Connection* connection_;
};

/// At most `size` connections, opened when first needed. Who comes while all are lent waits up to 5 s, in order, then
/// gets DatabaseError. Thread-safe.
class Pool {
 public:
  Pool(asio::any_io_executor executor, std::string url, std::size_t size);
  ~Pool();

  /// A lent connection; returns to the pool at the end of its scope.
  class Lease {
   public:
    Lease() = default;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    friend class Pool;
    explicit Lease(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
    std::shared_ptr<Connection> connection_;
  };
  asio::awaitable<Lease> acquire();

  const std::string& url() const;
  std::size_t size() const;
  /// Connections lent now.
  std::size_t in_use() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace dcim::store
