// Compressing old chunks. TimescaleDB's Apache edition does not offer it: then the settings are kept, and nothing is done.
#pragma once

#include <span>

#include "store/retention.h"

namespace dcim::store {

/// `timescaledb.license` as the server has it.
struct License {
  std::string name;  // "timescale", "apache"; empty without TimescaleDB
  bool offers_compression() const { return name == "timescale"; }
};
asio::awaitable<License> license(Connection& connection);

/// A table as it is now.
struct CompressibleTable {
  struct Chunk {
    std::string name;  // as SQL takes it
    base::Timestamp end;
    bool compressed = false;
  };
  std::string name;
  std::optional<int> compress_after_days;  // nothing: not at all
  bool enabled = false;                    // its chunks can be compressed already
  std::vector<Chunk> chunks;
};
/// The statements to run, one after the other, each on its own: first the table, once, then the chunks that are wholly older. What is compressed
/// stays so, whatever is set later.
std::vector<std::string> compression_plan(const License& license, std::span<const CompressibleTable> tables, base::Timestamp now);

/// Gives what was done, for the log.
asio::awaitable<std::vector<std::string>> apply_compression(Connection& connection, const License& license, base::Timestamp now);

}  // namespace dcim::store
