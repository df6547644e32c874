#include "simulators/bots/load.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "simulators/bots/load_client.h"

namespace dcim::bots {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

double percentile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

bool write_report(const std::string& file, const std::vector<std::unique_ptr<LoadClient>>& clients) {
  std::ofstream out(file);
  for (const auto& client : clients) {
    for (const auto& frame : client->frames()) {
      for (const auto& sum : frame.sums()) {
        char text[64];
        std::snprintf(text, sizeof text, "%lld\t%.2f\n", static_cast<long long>(frame.count()), static_cast<double>(sum.hundredths) / 100);
        out << frame.topic() << '\t' << sum.field << '\t' << text;
      }
    }
  }
  return static_cast<bool>(out.flush());
}

}  // namespace

int load_devices(const LoadOptions& o) { return (o.sensors + o.fields - 1) / o.fields; }
std::string load_topic(const LoadOptions& o, int device) { return "dc/" + o.site + "/load/device-" + std::to_string(device) + "/status"; }
int load_fields(const LoadOptions& o, int device) { return std::min(o.fields, o.sensors - device * o.fields); }
std::string load_field(const LoadOptions& o, int n) { return o.fields == 1 ? "/value" : "/v" + std::to_string(n + 1); }

std::string load_site(const LoadOptions& o) {
  std::string out = "[site]\ncode = \"" + o.site + "\"\nname = \"Load " + o.site +
                    "\"\ntime_zone = \"UTC\"\nsimulated = true\n\n[[rooms]]\ncode = \"load\"\nname = \"Load\"\n";
  for (int device = 0; device < load_devices(o); ++device) {
    out += "\n[[rooms.devices]]\nname = \"device-" + std::to_string(device) + "\"\ntype = \"load\"\ntopic = \"" + load_topic(o, device) +
           "\"\nsensors = [\n";
    for (int n = 0; n < load_fields(o, device); ++n) {
      const auto field = load_field(o, n);
      out += "  { name = \"" + field.substr(1) + R"(", kind = "inlet-temperature", unit = "°C", field = ")" + field + "\" },\n";
    }
    out += "]\n";
  }
  return out;
}

int run_load(const LoadOptions& options) {
  std::vector<std::unique_ptr<LoadClient>> clients;
  for (int i = 0; i < options.clients; ++i) {
    clients.push_back(std::make_unique<LoadClient>(options, i));
    if (!clients.back()->connect()) {
      std::fprintf(stderr, "dcim-sim: the broker at %s:%d does not take client %d\n", options.broker.host.c_str(), options.broker.port, i + 1);
      return 1;
    }
  }
  const auto start = Steady::now() + 50ms;
  const auto start_ms = base::to_unix_ms(base::SystemClock().now()) + 50;
  const auto cpu_before = cpu_seconds();
  {
    std::vector<std::jthread> threads;
    threads.reserve(clients.size());
    for (auto& client : clients) threads.emplace_back([&] { client->run(start, options.rate / options.clients); });
  }
  const auto cpu = cpu_seconds() - cpu_before;
  std::uint64_t sent = 0, acknowledged = 0, readings = 0;
  double seconds = 0;
  std::vector<float> slips;
  for (const auto& client : clients) {
    sent += client->sent();
    acknowledged += client->acknowledged();
    for (const auto& frame : client->frames()) readings += static_cast<std::uint64_t>(frame.count()) * frame.sums().size();
    seconds = std::max(seconds, client->seconds());
    slips.insert(slips.end(), client->slips_ms().begin(), client->slips_ms().end());
  }
  if (!options.report.empty() && !write_report(options.report, clients)) {
    std::fprintf(stderr, "dcim-sim: --report: %s cannot be written\n", options.report.c_str());
    return 1;
  }
  std::printf(
      R"({"sent":%llu,"acknowledged":%llu,"readings":%llu,"seconds":%.3f,"messages_per_s":%.0f,"readings_per_s":%.0f,"slip_ms_p50":%.2f,"slip_ms_p99":%.2f,"slip_ms_max":%.2f,"start_unix_ms":%lld,"cpu_seconds":%.3f})"
      "\n",
      static_cast<unsigned long long>(sent), static_cast<unsigned long long>(acknowledged), static_cast<unsigned long long>(readings), seconds,
      static_cast<double>(sent) / seconds, static_cast<double>(readings) / seconds, percentile(slips, 0.5), percentile(slips, 0.99),
      percentile(slips, 1), static_cast<long long>(start_ms), cpu);
  return acknowledged == sent ? 0 : 1;
}

}  // namespace dcim::bots
