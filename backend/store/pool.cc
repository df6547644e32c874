#include "store/pool.h"

#include <libpq-fe.h>
#include <poll.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "base/error.h"
#include "base/log.h"

namespace dcim::store {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto kConnectTimeout = 5s;
constexpr auto kAcquireTimeout = 5s;

// After waits whose failures are no exceptions (two that are thrown at once come as something else than they are).
asio::awaitable<void> throw_if_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(asio::error::operation_aborted);
}

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

// libpq would ask the name service itself, and hold up the thread while that is silent. Both lists as libpq takes them; empty when
// the URL names no host that must be looked up.
struct Hosts {
  std::string names, addresses;
};

asio::awaitable<base::Result<Hosts>> look_up(std::string url) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), nullptr), PQconninfoFree);
  Hosts out;
  if (!options) co_return out;  // libpq will say what is wrong with it
  std::string host;
  for (const auto* option = options.get(); option->keyword; ++option) {
    const std::string_view keyword = option->keyword;
    if (!option->val || !*option->val) continue;
    if (keyword == "hostaddr") co_return out;
    if (keyword == "host") host = option->val;
  }
  // A socket's folder, an address, or several hosts, which stay libpq's own affair.
  if (host.empty() || host[0] == '/' || host[0] == '@' || host.find(',') != host.npos) co_return out;
  boost::system::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (!not_an_address) co_return out;
  asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
  const auto [failed, found] = co_await resolver.async_resolve(host, "", asio::as_tuple(asio::use_awaitable));
  if (failed) co_return base::Error::unavailable("the database's host " + host + " is not found: " + failed.message());
  for (const auto& entry : found) {
    if (!out.names.empty()) out.names += ',', out.addresses += ',';
    out.names += host;
    out.addresses += entry.endpoint().address().to_string();
  }
  co_return out;
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
  State(asio::any_io_executor e, std::string u, std::chrono::seconds t) : url(std::move(u)), timeout(t), socket(e), deadline(e) {}
  ~State() { close(); }

  void close() {
    if (socket.is_open()) socket.release();  // libpq closes it
    if (pg) PQfinish(pg);
    pg = nullptr;
    prepared.clear();
  }

  // False when the deadline came first.
  asio::awaitable<bool> wait(asio::posix::descriptor_base::wait_type what) {
    const auto done =
        co_await (socket.async_wait(what, asio::as_tuple(asio::use_awaitable)) || deadline.async_wait(asio::as_tuple(asio::use_awaitable)));
    co_await throw_if_cancelled();
    co_return done.index() == 0;
  }

  [[noreturn]] void give_up(std::chrono::seconds waited) {
    close();
    throw DatabaseError("", "the database did not answer within " + std::to_string(waited.count()) + " s");
  }

  [[noreturn]] void fail() {
    auto message = first_line(pg ? PQerrorMessage(pg) : "no connection");
    close();
    throw DatabaseError("", message.empty() ? "the connection was closed" : message);
  }

  std::string url;
  std::unordered_map<std::string, std::string> prepared;  // statement → its name
  std::chrono::seconds timeout;                           // of a statement
  PGconn* pg = nullptr;
  asio::posix::stream_descriptor socket;
  asio::steady_timer deadline;
};

Connection::Connection(asio::any_io_executor executor, std::string url, std::chrono::seconds statement_timeout)
    : state_(std::make_unique<State>(std::move(executor), std::move(url), statement_timeout)) {}
Connection::~Connection() = default;

void Connection::close() { state_->close(); }

void Connection::close_if_ended() {
  auto& s = *state_;
  pollfd readable{s.pg ? PQsocket(s.pg) : -1, POLLIN, 0};
  while (s.pg && poll(&readable, 1, 0) > 0) {  // a farewell, then the end
    if (PQconsumeInput(s.pg) == 0) s.close();
  }
}

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
  s.deadline.expires_after(kConnectTimeout);
  const auto found = co_await (look_up(s.url) || s.deadline.async_wait(asio::as_tuple(asio::use_awaitable)));
  co_await throw_if_cancelled();
  if (found.index() == 1) s.give_up(kConnectTimeout);
  const auto& hosts = std::get<0>(found);
  if (!hosts) throw DatabaseError("", hosts.error().message);
  // What comes later wins: the URL over TCP's patience, what was looked up over the URL.
  std::vector<const char*> names{"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "dbname"};
  std::vector<const char*> values{"10", "5", "3", "20000", s.url.c_str()};
  if (!hosts->addresses.empty()) {
    names.insert(names.end(), {"host", "hostaddr"});
    values.insert(values.end(), {hosts->names.c_str(), hosts->addresses.c_str()});
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  s.pg = PQconnectStartParams(names.data(), values.data(), 1);
  if (!s.pg || PQstatus(s.pg) == CONNECTION_BAD) s.fail();
  auto poll = PGRES_POLLING_WRITING;
  while (poll != PGRES_POLLING_OK) {
    if (poll == PGRES_POLLING_FAILED) s.fail();
    if (s.socket.is_open()) s.socket.release();
    s.socket.assign(PQsocket(s.pg));  // libpq may change sockets between steps
    const auto want = poll == PGRES_POLLING_READING ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write;
    if (!co_await s.wait(want)) s.give_up(kConnectTimeout);
    poll = PQconnectPoll(s.pg);
  }
  PQsetnonblocking(s.pg, 1);
  PQsetNoticeProcessor(
      s.pg, [](void*, const char* text) { spdlog::debug("database: {}", first_line(text)); }, nullptr);
  abandon.disarm();
  // Without jit: compiling a statement over many chunks takes longer than the statement.
  co_await execute("SET timezone = 'UTC'; SET datestyle = 'ISO'; SET jit = off; SET client_min_messages = 'warning'; SET statement_timeout = '" +
                   std::to_string(s.timeout.count()) + "s'");
}

asio::awaitable<void> Connection::flush() {
  auto& s = *state_;
  while (true) {
    const int left = PQflush(s.pg);
    if (left < 0) s.fail();
    if (left == 0) co_return;
    s.deadline.expires_after(s.timeout + kGrace);
    const auto done = co_await (s.socket.async_wait(asio::posix::descriptor_base::wait_write, asio::as_tuple(asio::use_awaitable)) ||
                                s.socket.async_wait(asio::posix::descriptor_base::wait_read, asio::as_tuple(asio::use_awaitable)) ||
                                s.deadline.async_wait(asio::as_tuple(asio::use_awaitable)));
    co_await throw_if_cancelled();
    if (done.index() == 2) s.give_up(s.timeout + kGrace);
    if (PQconsumeInput(s.pg) == 0) s.fail();
  }
}

asio::awaitable<void> Connection::wait_result() {
  auto& s = *state_;
  while (PQisBusy(s.pg)) {
    s.deadline.expires_after(s.timeout + kGrace);
    if (!co_await s.wait(asio::posix::descriptor_base::wait_read)) s.give_up(s.timeout + kGrace);
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

asio::awaitable<Rows> Connection::query_prepared(std::string sql, Params params) {
  co_await ensure_open();
  auto& s = *state_;
  OnExit abandon([&s] {
    if (s.pg && PQtransactionStatus(s.pg) == PQTRANS_ACTIVE) s.close();
  });
  auto known = s.prepared.find(sql);
  if (known == s.prepared.end()) {
    const auto name = "s" + std::to_string(s.prepared.size());
    if (!PQsendPrepare(s.pg, name.c_str(), sql.c_str(), static_cast<int>(params.size()), nullptr)) s.fail();
    co_await flush();
    co_await results();
    known = s.prepared.emplace(sql, name).first;
  }
  std::vector<const char*> values;
  for (const auto& p : params) values.push_back(p ? p->c_str() : nullptr);
  if (!PQsendQueryPrepared(s.pg, known->second.c_str(), static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0)) s.fail();
  co_await flush();
  co_return co_await results();
}

// Of one command of a pipeline: its result and the end of it. Throws what it failed with; of one that was not run an error without a text.
asio::awaitable<Rows> Connection::piped_result() {
  auto& s = *state_;
  co_await wait_result();
  PGresult* result = PQgetResult(s.pg);
  if (!result) s.fail();
  Rows rows;
  rows.result_ = std::shared_ptr<void>(result, [](void* r) { PQclear(static_cast<PGresult*>(r)); });
  const auto status = PQresultStatus(result);
  if (status != PGRES_PIPELINE_SYNC) {
    co_await wait_result();
    if (PGresult* more = PQgetResult(s.pg)) PQclear(more);  // nullptr: the end of this command
  }
  if (status == PGRES_FATAL_ERROR) {
    const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    throw DatabaseError(sqlstate ? sqlstate : "", first_line(PQresultErrorMessage(result)));
  }
  if (status == PGRES_PIPELINE_ABORTED) throw DatabaseError("", "");
  co_return rows;
}

asio::awaitable<std::vector<Rows>> Connection::query_all(std::vector<Statement> statements) {
  co_await ensure_open();
  auto& s = *state_;
  OnExit abandon([&s] {  // cut off half-way, or failed: it would have to be brought back to where it was
    if (s.pg && PQpipelineStatus(s.pg) != PQ_PIPELINE_OFF) s.close();
  });
  if (!PQenterPipelineMode(s.pg)) s.fail();
  std::vector<bool> answers;  // of the commands in order: whether it is one that the caller asked for
  for (const auto& [sql, params] : statements) {
    auto known = s.prepared.find(sql);
    if (known == s.prepared.end()) {
      known = s.prepared.emplace(sql, "s" + std::to_string(s.prepared.size())).first;  // goes with the connection if it fails
      if (!PQsendPrepare(s.pg, known->second.c_str(), sql.c_str(), static_cast<int>(params.size()), nullptr)) s.fail();
      answers.push_back(false);
    }
    std::vector<const char*> values;
    for (const auto& p : params) values.push_back(p ? p->c_str() : nullptr);
    if (!PQsendQueryPrepared(s.pg, known->second.c_str(), static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0)) s.fail();
    answers.push_back(true);
  }
  if (!PQpipelineSync(s.pg)) s.fail();
  co_await flush();
  std::vector<Rows> out;
  for (const bool answer : answers) {
    auto rows = co_await piped_result();
    if (answer) out.push_back(std::move(rows));
  }
  co_await piped_result();
  if (!PQexitPipelineMode(s.pg)) s.fail();
  co_return out;
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

asio::awaitable<Rows> Connection::copy_in(std::string sql, std::string_view bytes) {
  co_await ensure_open();
  auto& s = *state_;
  if (!PQsendQuery(s.pg, sql.c_str())) s.fail();
  OnExit abandon([&s] {
    if (s.pg && PQtransactionStatus(s.pg) == PQTRANS_ACTIVE) s.close();
  });
  co_await flush();
  auto before = co_await results();
  constexpr std::size_t kPiece = 1 << 18;  // so that libpq's buffer stays small
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    const auto piece = bytes.substr(at, kPiece);
    if (PQputCopyData(s.pg, piece.data(), static_cast<int>(piece.size())) != 1) s.fail();
    co_await flush();
  }
  if (PQputCopyEnd(s.pg, nullptr) != 1) s.fail();
  co_await flush();
  co_await results();
  co_return before;
}

asio::awaitable<Connection::Notification> Connection::wait_notification() {
  auto& s = *state_;
  if (!s.pg) s.fail();
  while (true) {
    if (PGnotify* note = PQnotifies(s.pg)) {
      Notification out{note->relname, note->extra};
      PQfreemem(note);
      co_return out;
    }
    s.deadline.expires_after(s.timeout);
    if (!co_await s.wait(asio::posix::descriptor_base::wait_read)) {
      co_await query("SELECT 1");
      continue;
    }
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
    auto [closed, connection] = co_await s->free.async_receive(asio::as_tuple(asio::use_awaitable));
    if (closed) co_return Lease();
    ++s->in_use;
    connection->close_if_ended();
    auto* bare = connection.get();
    co_return Lease(std::shared_ptr<Connection>(bare, [s, connection = std::move(connection)](Connection*) mutable {
      if (connection->in_transaction()) connection->close();
      --s->in_use;
      s->free.try_send(boost::system::error_code{}, std::move(connection));
    }));
  };
  asio::steady_timer deadline(co_await asio::this_coro::executor, kAcquireTimeout);
  auto got = co_await (lend(state) || deadline.async_wait(asio::as_tuple(asio::use_awaitable)));
  co_await throw_if_cancelled();
  if (got.index() == 1) throw DatabaseError("", "all database connections are busy");
  auto lease = std::get<0>(std::move(got));
  if (!lease.connection_) throw DatabaseError("", "the pool is closed");
  co_return lease;
}

const std::string& Pool::url() const { return state_->url; }
std::size_t Pool::size() const { return state_->size; }
std::size_t Pool::in_use() const { return state_->in_use; }

}  // namespace dcim::store
