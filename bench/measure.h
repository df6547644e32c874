// What is measured around a block: CPU time per group of processes from /proc, memory, and whether what is stored is what was sent.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>

#include "tests/support/stack.h"

namespace dcim::bench {

namespace json = boost::json;

/// CPU seconds of a process and of all it has started, the ended ones among them.
double cpu_seconds(int pid);
/// MiB of a process: resident now ("VmRSS") or at most so far ("VmHWM").
double memory_mib(int pid, const std::string& field);

/// CPU seconds per group between its making and spent().
class CpuMeter {
 public:
  explicit CpuMeter(std::map<std::string, int> groups);
  json::object spent() const;

 private:
  std::map<std::string, int> groups_;
  std::map<std::string, double> before_;
};

/// Runs `dcim-sim ARGUMENTS…` to its end and gives what it printed, as JSON. Throws when it fails.
json::object run_load(const std::vector<std::string>& arguments, const std::string& mqtt_url);

/// Compares count and sum of each sensor with the load's report. Gives what is wrong; empty when all is as it was sent.
std::string compare_with_report(tests::Database& database, const std::string& report_file);

/// Now, in milliseconds since 1970 with fractions.
double unix_ms();

}  // namespace dcim::bench
