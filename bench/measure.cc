#include "measure.h"

#include <unistd.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <cmath>
#include <fstream>
#include <sstream>

namespace dcim::bench {
namespace fs = std::filesystem;
namespace {

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

double cpu_seconds(int pid) {
  // Fields 14–17 of /proc/pid/stat, counted behind the name in parentheses, are the ticks of itself and of its ended children.
  const auto stat = text_of("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = stat.rfind(')');
  if (name_end == stat.npos) return 0;
  std::istringstream fields(stat.substr(name_end + 2));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double ticks = 0;
  for (int i = 14; i < 18; ++i) {
    double part = 0;
    fields >> part;
    ticks += part;
  }
  double out = ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  std::istringstream children(text_of("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children"));
  for (int child = 0; children >> child;) out += cpu_seconds(child);
  return out;
}

double memory_mib(int pid, const std::string& field) {
  std::istringstream lines(text_of("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(field + ":")) return std::stod(line.substr(field.size() + 1)) / 1024;
  }
  return 0;
}

CpuMeter::CpuMeter(std::map<std::string, int> groups) : groups_(std::move(groups)) {
  for (const auto& [name, pid] : groups_) before_[name] = cpu_seconds(pid);
}

json::object CpuMeter::spent() const {
  json::object out;
  for (const auto& [name, pid] : groups_) out[name] = std::round((cpu_seconds(pid) - before_.at(name)) * 100) / 100;
  return out;
}

json::object run_load(const std::vector<std::string>& arguments, const std::string& mqtt_url) {
  const auto said = tests::Services::get().folder() / "load.out";
  fs::remove(said);
  std::vector<std::string> command{DCIM_BIN_DIR "/dcim-sim", "load", "--mqtt", mqtt_url};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const int result = tests::Process(command, {}, said).wait();
  if (result != 0) throw std::runtime_error("dcim-sim load failed: " + text_of(said));
  const auto text = text_of(said);
  return text.empty() ? json::object() : json::parse(text).as_object();
}

std::string compare_with_report(tests::Database& database, const std::string& report_file) {
  const auto rows = database.query(
      "SELECT s.topic, s.field, count(r.ts), coalesce(sum(r.value), 0) FROM sensors s LEFT JOIN readings r ON r.sensor_id = s.id "
      "GROUP BY 1, 2");
  std::map<std::string, std::pair<std::int64_t, double>> stored;
  for (std::size_t i = 0; i < rows.size(); ++i) stored[rows.text(i, 0) + '\t' + rows.text(i, 1)] = {rows.i64(i, 2), rows.f64(i, 3)};
  std::ifstream report(report_file);
  std::size_t sensors = 0;
  for (std::string topic, field; report >> topic >> field; ++sensors) {
    std::int64_t count = 0;
    double sum = 0;
    report >> count >> sum;
    const auto& found = stored[topic + '\t' + field];
    if (found.first != count) return topic + " " + field + ": " + std::to_string(count) + " sent, " + std::to_string(found.first) + " stored";
    if (std::abs(found.second - sum) > 1e-6 * std::max(1.0, std::abs(sum))) return topic + " " + field + ": the sums differ";
  }
  return sensors == stored.size() && sensors > 0 ? "" : "sensors in the report: " + std::to_string(sensors);
}

double unix_ms() { return std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count(); }

}  // namespace dcim::bench
