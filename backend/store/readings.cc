#include "store/readings.h"

#include <algorithm>
#include <bit>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <cstring>
#include <iterator>
#include <map>
#include <numeric>

#include "base/log.h"
#include "store/alarms.h"
#include "store/arrays.h"
#include "store/rollups.h"

namespace dcim::store {
namespace {

constexpr auto kColumns = " (sensor_id, ts, value, quality) FROM STDIN (FORMAT binary)";
// PostgreSQL counts from here.
constexpr base::Timestamp kPostgresEpoch{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};

// Writes big-endian, where there is room already.
class Writer {
 public:
  explicit Writer(char* at) : at_(at) {}
  template <class T>
  void put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) at_[i] = static_cast<char>(static_cast<std::make_unsigned_t<T>>(value) >> (8 * (sizeof(T) - 1 - i)));
    at_ += sizeof(T);
  }
  template <class T>
  void put_field(T value) {
    put(static_cast<std::int32_t>(sizeof(T)));
    put(value);
  }

 private:
  char* at_;
};

}  // namespace

// Stable. Readings come nearly in the order of time, so that putting them to their sensors is most of the work: counting does it at once.
static void sort_by_sensor(std::vector<core::Reading>& readings) {
  const auto [least, most] = std::ranges::minmax(readings, {}, &core::Reading::sensor_id);
  const auto span = static_cast<std::size_t>(most.sensor_id.value) - static_cast<std::size_t>(least.sensor_id.value) + 1;
  if (span > 16 * readings.size()) {
    std::ranges::stable_sort(readings, {}, &core::Reading::sensor_id);
    return;
  }
  std::vector<std::uint32_t> next(span + 1);
  for (const auto& r : readings) ++next[static_cast<std::size_t>(r.sensor_id.value - least.sensor_id.value) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<core::Reading> sorted(readings.size());
  for (const auto& r : readings) sorted[next[static_cast<std::size_t>(r.sensor_id.value - least.sensor_id.value)]++] = r;
  readings.swap(sorted);
}

void sort_and_deduplicate(std::vector<core::Reading>& readings) {
  if (readings.empty()) return;
  sort_by_sensor(readings);
  const auto key = [](const core::Reading& r) { return std::pair(r.sensor_id.value, r.ts); };
  // Of each sensor; nothing to do when its readings came in order.
  for (auto begin = readings.begin(); begin != readings.end();) {
    const auto end = std::find_if(begin, readings.end(), [&](const auto& r) { return r.sensor_id != begin->sensor_id; });
    if (!std::is_sorted(begin, end, [](const auto& a, const auto& b) { return a.ts < b.ts; })) {
      std::stable_sort(begin, end, [](const auto& a, const auto& b) { return a.ts < b.ts; });
    }
    begin = end;
  }
  // unique() keeps the first of equals; the last is wanted, so it runs from the end.
  const auto kept = std::unique(readings.rbegin(), readings.rend(), [&](const auto& a, const auto& b) { return key(a) == key(b); });
  readings.erase(readings.begin(), kept.base());
}

void encode_copy(std::span<const core::Reading> readings, std::string& out) {
  constexpr std::string_view kHeader("PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0", 19);
  constexpr std::size_t kRow = 2 + 4 * 4 + 4 + 8 + 8 + 2;
  out.resize(kHeader.size() + readings.size() * kRow + 2);
  std::memcpy(out.data(), kHeader.data(), kHeader.size());
  Writer to(out.data() + kHeader.size());
  for (const auto& r : readings) {
    to.put<std::int16_t>(4);
    to.put_field(r.sensor_id.value);
    to.put_field<std::int64_t>((r.ts - kPostgresEpoch).count());
    to.put_field(std::bit_cast<std::int64_t>(r.value));
    to.put_field(static_cast<std::int16_t>(r.quality));
  }
  to.put<std::int16_t>(-1);
}

class BatchStore::Lane {
 public:
  Lane(const asio::any_io_executor& executor, const std::string& url, const base::Clock& clock)
      : strand_(asio::make_strand(executor)), connection_(strand_, url), clock_(clock) {}

  const auto& strand() const { return strand_; }
  asio::awaitable<void> store(live::Batch& batch);
  bool busy = false;

 private:
  struct Refused {
    core::Reading reading;
    std::string why;
  };

  asio::awaitable<void> store_whole(live::Batch& batch, bool merge);
  asio::awaitable<void> store_in_pieces(live::Batch& batch);
  template <class T, class Store, class Refuse>
  asio::awaitable<void> in_pieces(std::span<const T> all, Store& store, Refuse& refuse);
  asio::awaitable<void> merge(std::span<const core::Reading> readings);
  asio::awaitable<void> store_availability(std::span<const live::DeviceAvailability> devices);
  asio::awaitable<void> store_discovered(std::span<const live::DiscoveredTopic> topics);
  asio::awaitable<void> store_rejected(std::span<const live::RejectedMessage> messages);
  asio::awaitable<std::vector<live::RejectedMessage>> rejections_of(std::span<const Refused> refused);

  asio::strand<asio::any_io_executor> strand_;
  Connection connection_;
  const base::Clock& clock_;
  std::string copy_;  // the binary COPY of a batch, or of a piece of it
};

BatchStore::BatchStore(const asio::any_io_executor& executor, const std::string& url, const base::Clock& clock) {
  for (std::size_t i = 0; i < live::kConcurrentBatches; ++i) lanes_.push_back(std::make_unique<Lane>(executor, url, clock));
}
BatchStore::~BatchStore() = default;

asio::awaitable<void> BatchStore::store(live::Batch& batch) {
  const auto free = std::ranges::find(lanes_, false, [](const auto& lane) { return lane->busy; });
  assert(free != lanes_.end());
  struct Taken {
    explicit Taken(Lane& l) : lane(l) { lane.busy = true; }
    ~Taken() { lane.busy = false; }
    Lane& lane;
  };
  const Taken taken(**free);
  auto work = taken.lane.store(batch);
  co_await asio::co_spawn(taken.lane.strand(), std::move(work), asio::use_awaitable);
}

// The quick way first. When some of it is stored already (sent again, or corrected), it is merged, and the newer value wins. When some of it
// would be refused for ever, the rest must not wait for that.
asio::awaitable<void> BatchStore::Lane::store(live::Batch& batch) {
  sort_and_deduplicate(batch.readings);
  for (const bool merge : {false, true}) {
    try {
      co_await store_whole(batch, merge);
      co_return;
    } catch (const DatabaseError& error) {
      if (!error.refuses_data()) throw;
    }
  }
  co_await store_in_pieces(batch);
}

// Few round trips: alarms and COMMIT go together, because people wait for them.
asio::awaitable<void> BatchStore::Lane::store_whole(live::Batch& batch, bool merge) {
  const Transaction transaction(connection_);
  if (merge || batch.readings.empty()) {
    co_await connection_.execute("BEGIN");
    if (merge) co_await this->merge(batch.readings);
  } else {
    encode_copy(batch.readings, copy_);
    const auto open_from = co_await connection_.copy_in(std::string("BEGIN; ") + kRollupOpenFrom + "; COPY readings" + kColumns, copy_);
    co_await note_late(connection_, late_hours(batch.readings, open_from.time(0, 0)));
  }
  co_await store_availability(batch.availability);
  if (!batch.discovered.empty()) co_await store_discovered(batch.discovered);
  if (!batch.rejected.empty()) co_await store_rejected(batch.rejected);
  auto statements = alarm_statements(batch.alarms, clock_.now());
  statements.push_back({"COMMIT", {}});
  const auto answers = co_await connection_.query_all(std::move(statements));
  batch.changed_alarms = changed_alarms(std::span(answers).first(answers.size() - 1));
}

// Stores what can be, in one transaction: what is refused is halved until the one that is to blame stands alone.
template <class T, class Store, class Refuse>
asio::awaitable<void> BatchStore::Lane::in_pieces(std::span<const T> all, Store& store, Refuse& refuse) {
  std::vector<std::span<const T>> pieces;  // the last is the next
  if (!all.empty()) pieces.push_back(all);
  while (!pieces.empty()) {
    const auto piece = pieces.back();
    pieces.pop_back();
    std::string why;
    co_await connection_.execute("SAVEPOINT piece");
    try {
      co_await store(piece);
    } catch (const DatabaseError& error) {
      if (!error.refuses_data()) throw;
      why = std::string(error.what()) + " (SQLSTATE " + error.sqlstate() + ")";
    }
    co_await connection_.execute(why.empty() ? "RELEASE piece" : "ROLLBACK TO piece; RELEASE piece");
    if (why.empty()) continue;
    if (piece.size() == 1) {
      refuse(piece.front(), why);
    } else {
      pieces.push_back(piece.subspan(piece.size() / 2));
      pieces.push_back(piece.first(piece.size() / 2));
    }
  }
}

asio::awaitable<void> BatchStore::Lane::store_in_pieces(live::Batch& batch) {
  std::vector<Refused> refused;
  std::vector<core::Alarm> changed;
  std::size_t others = 0;
  const auto now = clock_.now();
  auto refuse_reading = [&](const core::Reading& reading, const std::string& why) { refused.push_back({reading, why}); };
  auto refuse = [&](const auto&, const std::string& why) {
    ++others;
    spdlog::error("ingest: the database refuses what goes with readings, it is left out: {}", why);
  };
  auto put_readings = [this](std::span<const core::Reading> piece) { return merge(piece); };
  auto put_alarms = [&](const core::AlarmOutput& output) -> asio::awaitable<void> {
    std::vector<Rows> answers;
    for (auto& [sql, values] : alarm_statements(output, now))
      answers.push_back(co_await connection_.query_prepared(std::move(sql), std::move(values)));
    std::ranges::move(changed_alarms(answers), std::back_inserter(changed));
  };
  auto put_transitions = [&](std::span<const core::AlarmTransition> piece) -> asio::awaitable<void> {
    const core::AlarmOutput output{{piece.begin(), piece.end()}, {}};
    co_await put_alarms(output);
  };
  auto put_standings = [&](std::span<const core::AlarmStanding> piece) -> asio::awaitable<void> {
    const core::AlarmOutput output{{}, {piece.begin(), piece.end()}};
    co_await put_alarms(output);
  };
  auto put_availability = [this](std::span<const live::DeviceAvailability> piece) { return store_availability(piece); };
  auto put_discovered = [this](std::span<const live::DiscoveredTopic> piece) { return store_discovered(piece); };
  auto put_rejected = [this](std::span<const live::RejectedMessage> piece) { return store_rejected(piece); };

  auto transaction = co_await Transaction::begin(connection_);
  co_await connection_.query("SET CONSTRAINTS ALL IMMEDIATE");  // a refusal at the end could not be laid at anybody's door
  co_await in_pieces<core::Reading>(batch.readings, put_readings, refuse_reading);
  co_await in_pieces<core::AlarmTransition>(batch.alarms.transitions, put_transitions, refuse);
  co_await in_pieces<core::AlarmStanding>(batch.alarms.standings, put_standings, refuse);
  co_await in_pieces<live::DeviceAvailability>(batch.availability, put_availability, refuse);
  co_await in_pieces<live::DiscoveredTopic>(batch.discovered, put_discovered, refuse);
  auto rejected = co_await rejections_of(refused);
  rejected.insert(rejected.end(), batch.rejected.begin(), batch.rejected.end());
  co_await in_pieces<live::RejectedMessage>(rejected, put_rejected, refuse);
  co_await transaction.commit();

  // Only now: a batch that has not been committed is stored again, from the beginning.
  batch.changed_alarms = std::move(changed);
  batch.refused_readings = refused.size();
  batch.refused_others = others;
  if (!refused.empty()) {
    const auto& first = refused.front();
    spdlog::warn("ingest: the database refuses {} of {} readings, they are left out; the first, of sensor {}: {}", refused.size(),
                 batch.readings.size(), first.reading.sensor_id.value, first.why);
  }
}

// As messages that were refused. Their own words are no longer there: kept is what was understood of them.
asio::awaitable<std::vector<live::RejectedMessage>> BatchStore::Lane::rejections_of(std::span<const Refused> refused) {
  std::vector<live::RejectedMessage> out;
  if (refused.empty()) co_return out;
  refused = refused.first(std::min(refused.size(), live::kKeptRejections));
  TextArray ids;
  for (const auto& r : refused) ids.add(param(r.reading.sensor_id));
  const auto sensors = co_await connection_.query("SELECT id, topic, field FROM sensors WHERE id = ANY($1::int[])", params(ids.done()));
  std::map<std::int32_t, std::size_t> rows;
  for (std::size_t i = 0; i < sensors.size(); ++i) rows[sensors.i32(i, 0)] = i;
  const auto now = clock_.now();
  for (const auto& [reading, why] : refused) {
    const auto row = rows.find(reading.sensor_id.value);
    const auto topic = row == rows.end() ? std::string() : sensors.text(row->second, 1);
    const auto field = row == rows.end() ? std::string() : sensors.text(row->second, 2);
    const auto payload = R"({"ts":")" + base::to_rfc3339(reading.ts) + R"(","value":)" + param(reading.value) + R"(,"quality":")" +
                         std::string(core::name_of(reading.quality)) + "\"}";
    out.push_back({now, topic, live::RejectReason::refused_by_database, field + (field.empty() ? "" : ": ") + why, payload});
  }
  co_return out;
}

// Within a transaction: over what is there.
asio::awaitable<void> BatchStore::Lane::merge(std::span<const core::Reading> readings) {
  encode_copy(readings, copy_);
  const auto open_from = co_await rollup_open_from(connection_);
  co_await connection_.execute(
      "CREATE TEMP TABLE IF NOT EXISTS staging (sensor_id int, ts timestamptz, value float8, quality int2) ON COMMIT DELETE ROWS; "
      "DELETE FROM staging");
  co_await connection_.copy_in(std::string("COPY staging") + kColumns, copy_);
  co_await connection_.query(
      "INSERT INTO readings AS r (sensor_id, ts, value, quality) SELECT sensor_id, ts, value, quality FROM staging "
      "ON CONFLICT (sensor_id, ts) DO UPDATE SET value = excluded.value, quality = excluded.quality "
      "WHERE (r.value, r.quality) IS DISTINCT FROM (excluded.value, excluded.quality)");
  co_await note_late(connection_, late_hours(readings, open_from));
}

asio::awaitable<void> BatchStore::Lane::store_availability(std::span<const live::DeviceAvailability> devices) {
  for (const auto& [device, availability] : devices) {
    co_await connection_.query(
        "INSERT INTO device_availability AS a (device_id, online, ts) SELECT id, $2, $3 FROM devices WHERE id = $1 "
        "ON CONFLICT (device_id) DO UPDATE SET online = $2, ts = $3 WHERE a.ts <= $3",
        params(device, availability.online, availability.ts));
  }
}

asio::awaitable<void> BatchStore::Lane::store_discovered(std::span<const live::DiscoveredTopic> topics) {
  TextArray names, sites, first, last, messages, payloads;
  for (const auto& t : topics) {
    names.add(t.topic);
    sites.add(live::site_of_topic(t.topic));
    first.add(param(t.first_seen));
    last.add(param(t.last_seen));
    messages.add(param(t.messages));
    payloads.add(bytea_param(t.last_payload));
  }
  const auto count = co_await connection_.query("SELECT count(*) FROM discovered_topics");
  const auto room = std::max<std::int64_t>(0, kMostDiscovered - count.i64(0, 0));
  // What is known is counted on; new ones only while there is room.
  co_await connection_.query(
      "WITH seen AS (SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::bigint[], $6::bytea[]) "
      "AS s (topic, site, first_seen, last_seen, messages, last_payload)), "
      "known AS (UPDATE discovered_topics d SET last_seen = s.last_seen, messages = d.messages + s.messages, "
      "last_payload = s.last_payload FROM seen s WHERE d.topic = s.topic RETURNING d.topic) "
      "INSERT INTO discovered_topics (topic, site, first_seen, last_seen, messages, last_payload) "
      "SELECT topic, nullif(site, ''), first_seen, last_seen, messages, last_payload FROM seen "
      "WHERE topic NOT IN (SELECT topic FROM known) LIMIT $7 ON CONFLICT (topic) DO NOTHING",
      params(names.done(), sites.done(), first.done(), last.done(), messages.done(), payloads.done(), room));
}

asio::awaitable<void> BatchStore::Lane::store_rejected(std::span<const live::RejectedMessage> messages) {
  TextArray times, topics, sites, reasons, details, payloads;
  for (const auto& m : messages) {
    times.add(param(m.ts));
    topics.add(m.topic);
    sites.add(live::site_of_topic(m.topic));
    reasons.add(live::name_of(m.reason));
    details.add(m.detail);
    payloads.add(bytea_param(m.payload));
  }
  co_await connection_.query(
      "INSERT INTO rejected_messages (ts, topic, site, reason, detail, payload) SELECT ts, topic, nullif(site, ''), reason, detail, payload "
      "FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[]) "
      "AS m (ts, topic, site, reason, detail, payload)",
      params(times.done(), topics.done(), sites.done(), reasons.done(), details.done(), payloads.done()));
  co_await connection_.query("DELETE FROM rejected_messages WHERE id <= (SELECT max(id) FROM rejected_messages) - $1",
                             params(std::int64_t{kMostRejected}));
}

asio::awaitable<std::vector<core::Reading>> newest_readings(Connection& connection, std::chrono::hours within) {
  const auto rows = co_await connection.query(
      "SELECT s.id, r.ts, r.value, r.quality FROM sensors s CROSS JOIN LATERAL (SELECT ts, value, quality FROM readings "
      "WHERE sensor_id = s.id AND ts > now() - make_interval(hours => $1) ORDER BY ts DESC LIMIT 1) r",
      params(static_cast<std::int64_t>(within.count())));
  std::vector<core::Reading> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({{rows.i32(i, 0)}, rows.time(i, 1), rows.f64(i, 2), static_cast<core::Quality>(rows.i32(i, 3))});
  }
  co_return out;
}

asio::awaitable<std::vector<live::DeviceAvailability>> device_availability(Connection& connection) {
  const auto rows = co_await connection.query("SELECT device_id, online, ts FROM device_availability");
  std::vector<live::DeviceAvailability> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({{rows.i32(i, 0)}, {rows.boolean(i, 1), rows.time(i, 2)}});
  co_return out;
}

}  // namespace dcim::store
