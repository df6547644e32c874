#include "store/compression.h"

#include <algorithm>

namespace dcim::store {
namespace {

asio::awaitable<std::vector<CompressibleTable>> compressible_tables(Connection& connection) {
  const auto rows = co_await connection.query(
      "SELECT r.name, r.compress_after_days, h.compression_enabled FROM retention r JOIN timescaledb_information.hypertables h ON "
      "h.hypertable_schema = current_schema() AND h.hypertable_name = r.name ORDER BY r.ordinal");
  std::vector<CompressibleTable> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CompressibleTable table{rows.text(i, 0), rows.maybe_i32(i, 1), rows.boolean(i, 2), {}};
    const auto chunks = co_await connection.query(
        "SELECT format('%I.%I', chunk_schema, chunk_name), range_end, is_compressed FROM timescaledb_information.chunks "
        "WHERE hypertable_schema = current_schema() AND hypertable_name = $1 ORDER BY range_end",
        params(table.name));
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      CompressibleTable::Chunk chunk{chunks.text(c, 0), chunks.time(c, 1), chunks.boolean(c, 2)};
      table.chunks.push_back(std::move(chunk));
    }
    out.push_back(std::move(table));
  }
  co_return out;
}

}  // namespace

asio::awaitable<License> license(Connection& connection) {
  const auto rows = co_await connection.query("SELECT coalesce(current_setting('timescaledb.license', true), '')");
  co_return License{rows.text(0, 0)};
}

std::vector<std::string> compression_plan(const License& license, std::span<const CompressibleTable> tables, base::Timestamp now) {
  std::vector<std::string> out;
  if (!license.offers_compression()) return out;
  for (const auto& table : tables) {
    if (!table.compress_after_days) continue;
    const base::Timestamp cutoff = std::chrono::floor<std::chrono::days>(now) - std::chrono::days(*table.compress_after_days);
    // A chart asks for one sensor over a time: what is read together lies together.
    if (!table.enabled) {
      out.push_back("ALTER TABLE " + table.name +
                    " SET (timescaledb.compress, timescaledb.compress_segmentby = 'sensor_id', timescaledb.compress_orderby = 'ts')");
    }
    for (const auto& chunk : table.chunks) {
      if (!chunk.compressed && chunk.end <= cutoff) out.push_back("SELECT compress_chunk('" + chunk.name + "', if_not_compressed => true)");
    }
  }
  return out;
}

asio::awaitable<std::vector<std::string>> apply_compression(Connection& connection, const License& license, base::Timestamp now) {
  std::vector<std::string> out;
  if (!license.offers_compression()) co_return out;
  const auto tables = co_await compressible_tables(connection);
  out = compression_plan(license, tables, now);
  for (const auto& statement : out) co_await connection.query(statement);
  co_return out;
}

}  // namespace dcim::store
