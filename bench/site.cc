#include "site.h"

#include <cmath>

#include "measure.h"

namespace dcim::bench {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using tests::Server;
using tests::Services;

}  // namespace

double seconds_since(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }
double rounded(double value) { return std::round(value * 100) / 100; }

void import_load_site(Server& server, const std::vector<std::string>& shape) {
  const auto file = (Services::get().folder() / "bench-site.toml").string();
  auto arguments = shape;
  arguments.insert(arguments.end(), {"--write-site", file});
  run_load(arguments, Services::get().mqtt_url("dcim-device"));
  if (server.dcim({"site", "import", file}) != 0) throw std::runtime_error("site import failed");
}

json::object run_large_site(const SiteOptions& options, const Check& check) {
  Server server;
  const std::vector<std::string> shape{"--sensors", std::to_string(options.sensors), "--fields", "10"};
  auto start = Steady::now();
  import_load_site(server, shape);
  const auto import_s = seconds_since(start);
  server.stop();
  server.start();  // so that it knows them all before the first message
  auto load = shape;
  load.insert(load.end(), {"--rate", "10000", "--duration", "5", "--qos", "1"});
  const auto sent = run_load(load, Services::get().mqtt_url("dcim-device"));
  const auto stored = [&] { return server.metric("dcim_ingest_readings_stored_total") >= sent.at("readings").to_number<double>(); };
  const bool all = tests::eventually(stored, 60s);
  server.stop();

  start = Steady::now();
  server.start();
  const auto start_s = seconds_since(start);
  const auto at_start = memory_mib(server.process().pid(), "VmHWM");
  run_load(load, Services::get().mqtt_url("dcim-device"));
  const bool all_again = tests::eventually(stored, 60s);
  const auto under_load = memory_mib(server.process().pid(), "VmHWM");
  const auto n = std::to_string(options.sensors) + " sensors: ";
  check("P6", n + "memory at most, 100,000 readings/s", rounded(under_load), "MiB", under_load < 250 && all && all_again);
  check("P6", n + "from start to serving", rounded(start_s), "s", start_s < 5);
  return {{"sensors", options.sensors},
          {"import_s", rounded(import_s)},
          {"start_s", rounded(start_s)},
          {"memory_at_start_mib", rounded(at_start)},
          {"memory_mib", rounded(under_load)}};
}

}  // namespace dcim::bench
