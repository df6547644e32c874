#include "store/pool.h"

#include <libpq-fe.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cmath>

#include "base/log.h"

namespace dcim::store {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto kConnectTimeout = 5s;
constexpr auto kAcquireTimeout = 5s;

std::string first_line(const char* message) {
  std::string_view text = message ? message : "";
  if (text.starts_with("ERROR:  ")) text.remove_prefix(8);
  return std::string(text.substr(0, text.find('\n')));
}

template <class T>
T number(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string param(std::string_view v) { return std::string(v); }
std::string param(bool v) { return v ? "t" : "f"; }
std::string param(std::int64_t v) { return std::to_string(v); }
std::string param(base::Timestamp v) { return base::to_rfc3339(v); }
std::string param(double v) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v > 0 ? "Infinity" : "-Infinity";
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, v);
  return {text, end.ptr};
}
std::string bytea_param(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\\x";
  out.reserve(2 + bytes.size() * 2);
  for (const unsigned char c : bytes) {
    out += kHex[c >> 4];
    out += kHex[c & 15];
  }
  return out;
}

static PGresult* raw(const std::shared_ptr<void>& result) { return static_cast<PGresult*>(result.get()); }

std::size_t Rows::size() const { return result_ ? static_cast<std::size_t>(PQntuples(raw(result_))) : 0; }
std::int64_t Rows::affected() const { return result_ ? number<std::int64_t>(PQcmdTuples(raw(result_))) : 0; }
bool Rows::null(std::size_t row, int column) const { return PQgetisnull(raw(result_), static_cast<int>(row), column) != 0; }
std::string_view Rows::view(std::size_t row, int column) const {
  const auto r = static_cast<int>(row);
  return {PQgetvalue(raw(result_), r, column), static_cast<std::size_t>(PQgetlength(raw(result_), r, column))};
}
std::int32_t Rows::i32(std::size_t row, int column) const { return number<std::int32_t>(view(row, column)); }
std::int64_t Rows::i64(std::size_t row, int column) const { return number<std::int64_t>(view(row, column)); }
double Rows::f64(std::size_t row, int column) const { return number<double>(view(row, column)); }
bool Rows::boolean(std::size_t row, int column) const { return view(row, column) == "t"; }
base::Timestamp Rows::time(std::size_t row, int column) const {
  // ISO datestyle in UTC: 2026-11-23 13:00:00.25+00
  return base::from_rfc3339(text(row, column) + ":00").value();
}
std::string Rows::bytes(std::size_t row, int column) const {
  const auto hex = view(row, column);
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 2; i + 1 < hex.size(); i += 2) out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return out;
}
std::optional<std::string> Rows::maybe_text(std::size_t row, int column) const {
  return null(row, column) ? std::nullopt : std::optional(text(row, column));
}
std::optional<double> Rows::maybe_f64(std::size_t row, int column) const {
  return null(row, column) ? std::nullopt : std::optional(f64(row, column));
}
std::optional<std::int32_t> Rows::maybe_i32(std::size_t row, int column) const {
  return null(row, column) ? std::nullopt : std::optional(i32(row, column));
}

struct Connection::State {
  State(asio::any_io_executor e, std::string u) : url(std::move(u)), socket(e) {}
  ~State() { close(); }

  void close() {
    if (socket.is_open()) socket.release();  // libpq closes it
    if (pg) PQfinish(pg);
    pg = nullptr;
  }

  [[noreturn]] void fail() {
    auto message = first_line(pg ? PQerrorMessage(pg) : "no connection");
    close();
    throw DatabaseError("", message.empty() ? "the connection was closed" : message);
  }

  std::string url;
  PGconn* pg = nullptr;
  asio::posix::stream_descriptor socket;
};

Connection::Connection(asio::any_io_executor executor, std::string url) : state_(std::make_unique<State>(std::move(executor), std::move(url))) {}
Connection::~Connection() = default;

void Connection::close() { state_->close(); }

bool Connection::in_transaction() const { return state_->pg && PQtransactionStatus(state_->pg) != PQTRANS_IDLE; }

// A statement that is cut off half-way (cancelled, broken) leaves the connection in no state to be used again.
namespace {
template <class F>
class OnExit {
 public:
  explicit OnExit(F f) : f_(std::move(f)) {}
  ~OnExit() {
    if (armed_) f_();
  }
  void disarm() { armed_ = false; }

 private:
  F f_;
  bool armed_ = true;
};
}  // namespace

asio::awaitable<void> Connection::ensure_open() {
  auto& s = *state_;
  if (s.pg && PQstatus(s.pg) == CONNECTION_OK) co_return;
  s.close();
  OnExit abandon([&s] { s.close(); });
  s.pg = PQconnectStart(s.url.c_str());
  if (!s.pg || PQstatus(s.pg) == CONNECTION_BAD) s.fail();
  asio::steady_timer deadline(co_await asio::this_coro::executor, kConnectTimeout);
  auto poll = PGRES_POLLING_WRITING;
  while (poll != PGRES_POLLING_OK) {
    if (poll == PGRES_POLLING_FAILED) s.fail();
    if (s.socket.is_open()) s.socket.release();
    s.socket.assign(PQsocket(s.pg));  // libpq may change sockets between steps
    const auto want = poll == PGRES_POLLING_READING ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write;
    const auto done = co_await (s.socket.async_wait(want, asio::use_awaitable) || deadline.async_wait(asio::use_awaitable));
    if (done.index() == 1) throw DatabaseError("", "the database did not answer within 5 s");
    poll = PQconnectPoll(s.pg);
  }
  PQsetnonblocking(s.pg, 1);
  PQsetNoticeProcessor(
      s.pg, [](void*, const char* text) { spdlog::debug("database: {}", first_line(text)); }, nullptr);
  abandon.disarm();
  co_await execute("SET timezone = 'UTC'; SET datestyle = 'ISO'; SET statement_timeout = '60s'; SET client_min_messages = 'warning'");
}

asio::awaitable<void> Connection::flush() {
  auto& s = *state_;
  while (true) {
    const int left = PQflush(s.pg);
    if (left < 0) s.fail();
    if (left == 0) co_return;
    co_await (s.socket.async_wait(asio::posix::descriptor_base::wait_write, asio::use_awaitable) ||
              s.socket.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable));
    if (PQconsumeInput(s.pg) == 0) s.fail();
  }
}

asio::awaitable<void> Connection::wait_result() {
  auto& s = *state_;
  while (PQisBusy(s.pg)) {
    co_await s.socket.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
    if (PQconsumeInput(s.pg) == 0) s.fail();
  }
}

// Takes all results of what was sent; the last is the answer, and the first error is thrown once all are taken.
asio::awaitable<Rows> Connection::results() {
  auto& s = *state_;
  Rows rows;
  std::optional<DatabaseError> error;
  while (true) {
    co_await wait_result();
    PGresult* result = PQgetResult(s.pg);
    if (!result) break;
    const std::shared_ptr<void> owner(result, [](void* r) { PQclear(static_cast<PGresult*>(r)); });
    switch (PQresultStatus(result)) {
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK: rows.result_ = owner; break;
      case PGRES_COPY_IN: co_return rows;  // the caller sends the data
      default: {
        const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        if (!error) error.emplace(sqlstate ? sqlstate : "", first_line(PQresultErrorMessage(result)));
      }
    }
  }
  if (error) {
    if (error->disconnected()) s.close();
    throw *error;
  }
  co_return rows;
}

asio::awaitable<Rows> Connection::query(std::string sql, Params params) {
  co_await ensure_open();
  auto& s = *state_;
  std::vector<const char*> values;
  for (const auto& p : params) values.push_back(p ? p->c_str() : nullptr);
  if (!PQsendQueryParams(s.pg, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0)) s.fail();
  OnExit abandon([&s] {
    if (s.pg && PQtransactionStatus(s.pg) == PQTRANS_ACTIVE) s.close();
  });
  co_await flush();
  co_return co_await results();
}

asio::awaitable<void> Connection::execute(std::string sql) {
  auto& s = *state_;
  if (!s.pg) co_await ensure_open();
  if (!PQsendQuery(s.pg, sql.c_str())) s.fail();
  OnExit abandon([&s] {
    if (s.pg && PQtransactionStatus(s.pg) == PQTRANS_ACTIVE) s.close();
  });
  co_await flush();
  co_await results();
}

asio::awaitable<void> Connection::copy_in(std::string sql, std::string_view bytes) {
  co_await ensure_open();
  auto& s = *state_;
  if (!PQsendQuery(s.pg, sql.c_str())) s.fail();
  OnExit abandon([&s] {
    if (s.pg && PQtransactionStatus(s.pg) == PQTRANS_ACTIVE) s.close();
  });
  co_await flush();
  co_await results();
  constexpr std::size_t kPiece = 1 << 18;  // so that libpq's buffer stays small
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    const auto piece = bytes.substr(at, kPiece);
    if (PQputCopyData(s.pg, piece.data(), static_cast<int>(piece.size())) != 1) s.fail();
    co_await flush();
  }
  if (PQputCopyEnd(s.pg, nullptr) != 1) s.fail();
  co_await flush();
  co_await results();
}

asio::awaitable<std::string> Connection::wait_notification() {
  auto& s = *state_;
  if (!s.pg) s.fail();
  while (true) {
    if (PGnotify* note = PQnotifies(s.pg)) {
      std::string channel = note->relname;
      PQfreemem(note);
      co_return channel;
    }
    co_await s.socket.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
    if (PQconsumeInput(s.pg) == 0) s.fail();
  }
}

asio::awaitable<Transaction> Transaction::begin(Connection& connection) {
  co_await connection.query("BEGIN");
  co_return Transaction(connection);
}
Transaction::~Transaction() {
  if (connection_ && connection_->in_transaction()) connection_->close();
}
asio::awaitable<void> Transaction::commit() {
  auto* connection = std::exchange(connection_, nullptr);
  OnExit abandon([connection] {
    if (connection->in_transaction()) connection->close();
  });
  co_await connection->query("COMMIT");
}
asio::awaitable<void> Transaction::rollback() {
  auto* connection = std::exchange(connection_, nullptr);
  OnExit abandon([connection] {
    if (connection->in_transaction()) connection->close();
  });
  co_await connection->query("ROLLBACK");
}

// The channel holds the connections that are free; a lease's deleter sends its connection back.
struct Pool::State {
  State(asio::any_io_executor e, std::string u, std::size_t n) : url(std::move(u)), size(n), free(e, n) {}
  std::string url;
  std::size_t size;
  std::atomic<std::size_t> in_use = 0;
  asio::experimental::concurrent_channel<void(boost::system::error_code, std::shared_ptr<Connection>)> free;
};

Pool::Pool(asio::any_io_executor executor, std::string url, std::size_t size) : state_(std::make_shared<State>(executor, std::move(url), size)) {
  for (std::size_t i = 0; i < size; ++i) {
    state_->free.try_send(boost::system::error_code{}, std::make_shared<Connection>(executor, state_->url));
  }
}
Pool::~Pool() { state_->free.close(); }

asio::awaitable<Pool::Lease> Pool::acquire() {
  const auto state = state_;
  // A connection that arrives in the same moment as the deadline must not be lost: whoever drops it gives it back.
  auto lend = [](std::shared_ptr<State> s) -> asio::awaitable<Lease> {
    auto connection = co_await s->free.async_receive(asio::use_awaitable);
    ++s->in_use;
    auto* bare = connection.get();
    co_return Lease(std::shared_ptr<Connection>(bare, [s, connection = std::move(connection)](Connection*) mutable {
      if (connection->in_transaction()) connection->close();
      --s->in_use;
      s->free.try_send(boost::system::error_code{}, std::move(connection));
    }));
  };
  asio::steady_timer deadline(co_await asio::this_coro::executor, kAcquireTimeout);
  auto got = co_await (lend(state) || deadline.async_wait(asio::use_awaitable));
  if (got.index() == 1) throw DatabaseError("", "all database connections are busy");
  co_return std::get<0>(std::move(got));
}

const std::string& Pool::url() const { return state_->url; }
std::size_t Pool::size() const { return state_->size; }
std::size_t Pool::in_use() const { return state_->in_use; }

}  // namespace dcim::store
