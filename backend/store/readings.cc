#include "store/readings.h"

#include <algorithm>
#include <bit>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <cstring>
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
  asio::awaitable<void> store_readings(std::span<const core::Reading> readings);
  asio::awaitable<void> store_rest(live::Batch& batch);
  asio::awaitable<void> store_discovered(std::span<const live::DiscoveredTopic> topics);
  asio::awaitable<void> store_rejected(std::span<const live::RejectedMessage> messages);

  asio::strand<asio::any_io_executor> strand_;
  Connection connection_;
  const base::Clock& clock_;
  std::string copy_;  // the binary COPY of a batch
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

asio::awaitable<void> BatchStore::Lane::store(live::Batch& batch) {
  sort_and_deduplicate(batch.readings);
  encode_copy(batch.readings, copy_);
  try {
    auto transaction = co_await Transaction::begin(connection_);
    if (!batch.readings.empty()) {
      const auto open_from = co_await rollup_open_from(connection_);
      co_await connection_.copy_in(std::string("COPY readings") + kColumns, copy_);
      co_await note_late(connection_, late_hours(batch.readings, open_from));
    }
    co_await store_rest(batch);
    co_await transaction.commit();
    co_return;
  } catch (const DatabaseError& error) {
    if (error.sqlstate() != "23505") throw;
  }
  // Some of it is stored already (sent again, or corrected): merge, the newer value wins.
  auto transaction = co_await Transaction::begin(connection_);
  co_await store_readings(batch.readings);
  co_await store_rest(batch);
  co_await transaction.commit();
}

asio::awaitable<void> BatchStore::Lane::store_readings(std::span<const core::Reading> readings) {
  if (readings.empty()) co_return;
  const auto open_from = co_await rollup_open_from(connection_);
  co_await connection_.query(
      "CREATE TEMP TABLE IF NOT EXISTS staging (sensor_id int, ts timestamptz, value float8, quality int2) ON COMMIT DELETE ROWS");
  co_await connection_.copy_in(std::string("COPY staging") + kColumns, copy_);
  co_await connection_.query(
      "INSERT INTO readings AS r (sensor_id, ts, value, quality) SELECT sensor_id, ts, value, quality FROM staging "
      "ON CONFLICT (sensor_id, ts) DO UPDATE SET value = excluded.value, quality = excluded.quality "
      "WHERE (r.value, r.quality) IS DISTINCT FROM (excluded.value, excluded.quality)");
  co_await note_late(connection_, late_hours(readings, open_from));
}

asio::awaitable<void> BatchStore::Lane::store_rest(live::Batch& batch) {
  if (!batch.alarms.empty()) batch.changed_alarms = co_await store_alarms(connection_, batch.alarms, clock_.now());
  for (const auto& [device, availability] : batch.availability) {
    co_await connection_.query(
        "INSERT INTO device_availability AS a (device_id, online, ts) SELECT id, $2, $3 FROM devices WHERE id = $1 "
        "ON CONFLICT (device_id) DO UPDATE SET online = $2, ts = $3 WHERE a.ts <= $3",
        params(device, availability.online, availability.ts));
  }
  if (!batch.discovered.empty()) co_await store_discovered(batch.discovered);
  if (!batch.rejected.empty()) co_await store_rejected(batch.rejected);
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
