// A device that publishes at QoS 1 without end and remembers what it said, to be held against what is stored.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tests/support/stack.h"

namespace dcim::tests {

/// What was published: of each topic, each moment's value that was said last.
using Ledger = std::map<std::string, std::map<base::Timestamp, double>>;

/// What a table holds, held against what was published.
struct Comparison {
  std::int64_t expected = 0, stored = 0, lost = 0, duplicate = 0, wrong = 0;
  bool good() const { return lost == 0 && duplicate == 0 && wrong == 0 && stored == expected; }
};
std::ostream& operator<<(std::ostream& out, const Comparison& comparison);

/// The table `readings` against the ledger.
Comparison compare_readings(const Ledger& ledger, Database& database);

/// Publishes to `topics` in turn from a thread of its own, `rate` messages a second, and goes on through every break of the connection
/// to the broker. Most readings are of now; some are late by up to three hours, some ahead by almost five minutes, some said twice,
/// some corrected.
class Publisher {
 public:
  struct Options {
    std::vector<std::string> topics;
    double rate = 1000;
    unsigned seed = 1;
    bool skewed = true;      // late, ahead, said twice, corrected
    std::uint16_t port = 0;  // of the broker; 0: the shared one
  };
  explicit Publisher(Options options);
  /// Ends it where it stands.
  ~Publisher();

  /// Says no more, and waits until the broker has accepted all that was said. False when it does not within the time.
  bool finish(std::chrono::seconds patience = std::chrono::seconds(30));
  /// Messages said, and accepted by the broker.
  std::int64_t said() const;
  std::int64_t accepted() const;
  /// After finish().
  const Ledger& ledger() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dcim::tests
