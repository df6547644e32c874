// dcim-bench: ceilings and the system in one run, interleaved, several rounds, and the medians. docs/benchmarks.md says how to read it.
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "alarms.h"
#include "ingest.h"
#include "measure.h"
#include "power.h"
#include "site.h"

namespace dcim::bench {
namespace {

struct Block {
  const char* name;
  std::function<json::object()> run;
};

// Every round runs them all in this order, so that what is compared stands next to each other.
std::vector<Block> ingest_blocks(double seconds) {
  Shape one{.qos = 0, .seconds = seconds}, acknowledged{.qos = 1, .seconds = seconds};
  Shape ten{.qos = 0, .fields = 10, .seconds = seconds}, ten_acknowledged{.qos = 1, .fields = 10, .seconds = seconds};
  // More than is stored, from several publishers: what waits, waits in the broker, within its bounds.
  Shape overload{.qos = 1, .fields = 50, .seconds = seconds, .clients = 4};
  Shape peer{.qos = 0, .seconds = std::min(seconds, 2.0)};
  return {{"ceiling, QoS 0", [=] { return run_ceiling(one); }},
          {"dcim, QoS 0", [=] { return run_system(one); }},
          {"Python stack, QoS 0", [=] { return run_python(peer); }},
          {"ceiling, QoS 1", [=] { return run_ceiling(acknowledged); }},
          {"dcim, QoS 1", [=] { return run_system(acknowledged); }},
          {"dcim, 10 a message, QoS 0", [=] { return run_system(ten); }},
          {"dcim, 10 a message, QoS 1", [=] { return run_system(ten_acknowledged); }},
          {"dcim, overload, QoS 1", [=] { return run_system(overload); }}};
}

double number(const json::object& block, const char* name) { return block.at(name).to_number<double>(); }
double cpu(const json::object& block, const char* group) {
  const auto& spent = block.at("cpu_seconds_per_million_readings").as_object();
  const auto* found = spent.if_contains(group);
  return found ? found->to_number<double>() : 0;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto n = values.size();
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

class Report {
 public:
  void add(const std::string& name, const json::object& block) {
    blocks_[name].push_back(block);
    std::printf("%-28s %9.0f readings/s %8.0f messages/s  CPU s per million: server %6.2f database %5.2f broker %6.2f generator %5.2f  %s\n",
                name.c_str(), number(block, "readings_per_s"), number(block, "messages_per_s"), cpu(block, "server") + cpu(block, "subscriber"),
                cpu(block, "database"), cpu(block, "broker"), cpu(block, "generator"),
                block.at("correct").as_bool() ? "all stored" : "NOT AS SENT: zero");
    std::fflush(stdout);
  }

  double median_of(const std::string& name, const std::function<double(const json::object&)>& figure) const {
    std::vector<double> values;
    const auto it = blocks_.find(name);
    if (it == blocks_.end()) return 0;
    for (const auto& block : it->second) values.push_back(figure(block));
    return median(std::move(values));
  }
  // Of the rounds' ratios, not the ratio of medians: neighbours in time had the same machine.
  double median_ratio(const std::string& a, const std::string& b, const std::function<double(const json::object&)>& figure) const {
    std::vector<double> values;
    const auto x = blocks_.find(a), y = blocks_.find(b);
    if (x == blocks_.end() || y == blocks_.end()) return 0;
    for (std::size_t i = 0; i < std::min(x->second.size(), y->second.size()); ++i) {
      const auto below = figure(y->second[i]);
      values.push_back(below > 0 ? figure(x->second[i]) / below : 0);
    }
    return median(std::move(values));
  }
  bool has(const std::string& name) const { return blocks_.contains(name); }

  json::object json() const {
    json::object out;
    for (const auto& [name, blocks] : blocks_) out[name] = json::array(blocks.begin(), blocks.end());
    return out;
  }

 private:
  std::map<std::string, std::vector<json::object>> blocks_;
};

class Goals {
 public:
  void check(const char* id, const std::string& what, double value, const char* unit, bool met) {
    std::printf("%-3s %-58s %12.2f %-12s %s\n", id, what.c_str(), value, unit, met ? "met" : "MISSED");
    std::fflush(stdout);
    goals_.push_back(json::object{{"goal", id}, {"what", what}, {"value", value}, {"unit", unit}, {"met", met}});
  }
  const json::array& json() const { return goals_; }

 private:
  json::array goals_;
};

void judge_ingest(const Report& report, Goals& goals) {
  const auto rate = [](const json::object& b) { return number(b, "readings_per_s"); };
  const auto server_cpu = [](const json::object& b) { return cpu(b, "server"); };
  const auto ratio = [&](const char* id, const char* what, const char* a, const char* b) {
    if (!report.has(a) || !report.has(b)) return;
    const auto value = report.median_ratio(a, b, rate);
    goals.check(id, what, value, "× broker", value >= 0.9);
  };
  ratio("P1", "one reading a message, QoS 0, of the broker's own rate", "dcim, QoS 0", "ceiling, QoS 0");
  ratio("P1", "one reading a message, QoS 1, of the broker's own rate", "dcim, QoS 1", "ceiling, QoS 1");
  if (report.has("dcim, 10 a message, QoS 0")) {
    const auto value = report.median_of("dcim, 10 a message, QoS 0", rate);
    goals.check("P2", "ten readings a message, stored", value, "readings/s", value >= 450'000);
  }
  if (report.has("dcim, overload, QoS 1")) {
    const auto& name = "dcim, overload, QoS 1";
    const auto memory = report.median_of(name, [](const json::object& b) { return number(b, "server_memory_mib"); });
    const auto recovery = report.median_of(name, [](const json::object& b) { return number(b, "recovery_s"); });
    const auto lost = report.median_of(name, [](const json::object& b) { return number(b, "readings_sent") - number(b, "readings"); });
    const auto dropped = report.median_of(name, [](const json::object& b) { return number(b, "dropped_by_broker"); });
    goals.check("P8", "overload: server memory at most", memory, "MiB", memory < 250);
    goals.check("P8", "overload: from the last message until all is stored", recovery, "s", recovery < 30);
    goals.check("P8", "overload: acknowledged to the publisher and not stored", lost, "readings", lost == 0);
    goals.check("P8", "overload: messages that the broker says it has dropped", dropped, "messages", dropped == 0);
  }
  if (report.has("Python stack, QoS 0") && report.has("dcim, QoS 0")) {
    const auto value = report.median_ratio("Python stack, QoS 0", "dcim, QoS 0", server_cpu);
    goals.check("P3", "server CPU a reading, Python stack's over ours", value, "×", value >= 20);
  }
}

json::object machine() {
  utsname names{};
  uname(&names);
  std::string model, release;
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    if (line.starts_with("model name")) model = line.substr(line.find(": ") + 2);
  }
  std::ifstream os("/etc/os-release");
  for (std::string line; std::getline(os, line);) {
    if (line.starts_with("PRETTY_NAME=")) release = line.substr(13, line.size() - 14);
  }
  const auto pages = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return {{"cpu", model},
          {"cores", sysconf(_SC_NPROCESSORS_ONLN)},
          {"memory_gib", std::round(pages / (1 << 30))},
          {"kernel", names.release},
          {"system", release}};
}

}  // namespace
}  // namespace dcim::bench

int main(int argc, char** argv) {
  using namespace dcim::bench;
  namespace json = boost::json;
  CLI::App app("Benchmarks of the server, with private parts of its own: docs/benchmarks.md");
  int rounds = 3;
  double seconds = 4;
  std::vector<std::string> only;
  std::string out;
  SiteOptions site;
  app.add_option("--rounds", rounds)->check(CLI::Range(1, 100))->capture_default_str();
  app.add_option("--seconds", seconds, "How long each block sends")->check(CLI::Range(0.1, 600.0))->capture_default_str();
  app.add_option("--only", only, "Parts of the blocks' names: only those run (\"alarms\", \"power\", \"site\" and \"history\" too)");
  app.add_option("--sensors", site.sensors, "Sensors of the large site")->capture_default_str();
  app.add_option("--history", site.history, "Readings in the database when it is asked")->capture_default_str();
  app.add_option("--out", out, "Writes all blocks and goals as JSON");
  CLI11_PARSE(app, argc, argv);

  const auto wanted = [&](const std::string& name) {
    return only.empty() || std::ranges::any_of(only, [&](const auto& part) { return name.find(part) != name.npos; });
  };
  Report report;
  Goals goals;
  json::object result{{"machine", machine()}, {"started_unix_ms", unix_ms()}};
  const auto blocks = ingest_blocks(seconds);
  for (int round = 0; round < rounds; ++round) {
    for (const auto& block : blocks) {
      if (wanted(block.name)) report.add(block.name, block.run());
    }
  }
  judge_ingest(report, goals);
  result["blocks"] = report.json();
  const auto check = [&](const char* id, const std::string& what, double value, const char* unit, bool met) {
    goals.check(id, what, value, unit, met);
  };
  if (wanted("power")) result["power"] = run_power(check);
  if (wanted("alarms")) {
    result["alarm_engine"] = run_alarm_engine(check);
    result["alarm_latency"] = run_alarm_latency(check);
  }
  if (wanted("site")) result["site"] = run_large_site(site, check);
  if (wanted("history")) result["history"] = run_history(site, check);
  result["goals"] = goals.json();
  if (!out.empty()) {
    std::filesystem::create_directories(std::filesystem::path(out).parent_path());
    std::ofstream(out) << json::serialize(result) << '\n';
  }
}
