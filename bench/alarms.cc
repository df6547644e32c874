#include "alarms.h"

#include <signal.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <random>

#include "core/alarm_engine.h"
#include "measure.h"
#include "simulators/bots/mqtt_client.h"
#include "tests/support/stack.h"
#include "tests/support/stream_client.h"

namespace dcim::bench {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr int kSensors = 100'000;
constexpr int kRounds = 20;
constexpr int kProbes = 300;
constexpr int kBackground = 10'000;  // readings a second

double percentile(std::vector<double> values, double p) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[std::min(values.size() - 1, static_cast<std::size_t>(p * static_cast<double>(values.size())))];
}

core::InventoryPtr large_hall() {
  std::vector<core::Site> sites{{{1}, "bench", "Bench", "UTC", true}};
  std::vector<core::Device> devices;
  std::vector<core::Sensor> sensors;
  for (int i = 1; i <= kSensors; ++i) {
    core::Device device;
    device.id = {i};
    device.site_id = {1};
    device.name = "d" + std::to_string(i);
    device.type = "probe";
    devices.push_back(device);
    core::Sensor sensor;
    sensor.id = {i};
    sensor.device_id = {i};
    sensor.site_id = {1};
    sensor.device = device.name;
    sensor.kind = "inlet-temperature";
    sensor.interval_s = 30;
    sensors.push_back(std::move(sensor));
  }
  return std::make_shared<const core::Inventory>(1, sites, std::vector<core::Room>{}, std::vector<core::Rack>{}, devices, sensors);
}

core::AlarmRulesPtr three_rules() {
  std::vector<core::AlarmRule> rules(3);
  for (int i = 0; i < 3; ++i) {
    rules[static_cast<std::size_t>(i)].id = {i + 1};
    rules[static_cast<std::size_t>(i)].kind = "inlet-temperature";
  }
  using core::Severity;
  using core::When;
  rules[0].levels = {{When::below, 15, Severity::critical},
                     {When::below, 18, Severity::minor},
                     {When::above, 28, Severity::minor},
                     {When::above, 32, Severity::critical}};
  rules[0].dead_band = 1;
  rules[0].off_delay_s = 120;
  rules[1].type = core::RuleType::state;
  rules[1].levels = {{When::equals, -1, Severity::major}};
  rules[2].type = core::RuleType::rate;
  rules[2].levels = {{When::above, 5, Severity::major}};
  rules[2].window_s = 900;
  return std::make_shared<const core::AlarmRules>(1, std::move(rules));
}

}  // namespace

json::object run_alarm_engine(const Check& check) {
  core::AlarmEngine engine;
  const base::Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  engine.set(large_hall(), three_rules(), start);
  std::mt19937 random(1);
  std::normal_distribution<double> value(24, 1.2);  // one in 2,500 is beyond 28
  std::vector<core::Reading> readings(kSensors);
  double spent_s = 0;
  std::size_t transitions = 0;
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < kSensors; ++i)
      readings[static_cast<std::size_t>(i)] = {{i + 1}, start + (round + 1) * 30s, value(random), core::Quality::good};
    const auto begin = Steady::now();
    for (std::size_t at = 0; at < readings.size(); at += 500) {
      engine.apply(std::span(readings).subspan(at, 500), start + (round + 1) * 30s);
    }
    const auto output = engine.take();
    spent_s += std::chrono::duration<double>(Steady::now() - begin).count();
    transitions += output.transitions.size();
  }
  const auto ns = spent_s * 1e9 / (static_cast<double>(kSensors) * kRounds);
  check("A1", "100,000 sensors, three rules on each: a reading's judgement", ns, "ns", ns < 1000 && transitions > 100);
  return {{"sensors", kSensors}, {"rules", 3}, {"readings", kSensors * kRounds}, {"transitions", transitions}, {"ns_per_reading", ns}};
}

json::object run_alarm_latency(const Check& check) {
  tests::Server server;
  tests::Database database(server.database_url());
  if (server.dcim({"site", "import", tests::site_file("probe", 1).string()}) != 0) throw std::runtime_error("the site could not be imported");
  server.dcim({"user", "add", "op@test.test", "--role", "operator", "--site", "probe", "--password-stdin"}, "long enough");
  // The warning alone, without off-delay: each reading changes the alarm.
  database.query("UPDATE alarm_rules SET off_delay_s = 0, version = version + 1 WHERE kind = 'inlet-temperature'");
  // What else comes in, of a site of its own.
  const auto folder = tests::Services::get().folder();
  const auto site = (folder / "background.toml").string();
  run_load({"--write-site", site, "--site", "background", "--sensors", "5000"}, tests::Services::get().mqtt_url("dcim-sim"));
  if (server.dcim({"site", "import", site}) != 0) throw std::runtime_error("the background's site could not be imported");
  tests::Client client(server.port());
  if (!tests::eventually([&] { return client.login("op@test.test", "long enough").status == 200; })) throw std::runtime_error("no login");
  tests::Process load({DCIM_BIN_DIR "/dcim-sim", "load", "--site", "background", "--sensors", "5000", "--rate", std::to_string(kBackground),
                       "--duration", "60", "--qos", "1"},
                      {{"DCIM_SIM_MQTT_URL", tests::Services::get().mqtt_url("dcim-sim")}}, folder / "background.log");

  std::mutex mutex;
  std::condition_variable heard;
  int changes = 0;
  tests::StreamClient browser(server.port(), "dcim_session=" + client.cookie(), "probe", [&](const json::object& message) {
    if (message.at("type") != "alarms") return;
    const std::scoped_lock lock(mutex);
    changes += static_cast<int>(message.at("alarms").as_array().size());
    heard.notify_all();
  });
  bots::MqttClient::Options options;
  options.broker = bots::parse_url(tests::Services::get().mqtt_url("dcim-device")).value();
  options.client_id = "probe";
  options.availability_topic = "dc/probe/probe/availability";
  bots::MqttClient publisher(std::move(options));
  publisher.start();
  std::vector<double> latency_ms;
  std::mt19937 random(3);
  const auto begun = server.metric("dcim_ingest_readings_stored_total");
  const auto begin = Steady::now();
  for (int i = 0; i < kProbes; ++i) {
    const double value = i % 2 == 0 ? 30 : 20;
    std::unique_lock lock(mutex);
    const int before = changes;
    const auto sent = Steady::now();
    publisher.publish("dc/probe/r/rack-R001/temperature",
                      R"({"ts":")" + base::to_rfc3339(base::SystemClock().now()) + R"(","value":)" + std::to_string(value) + "}");
    if (!heard.wait_for(lock, 5s, [&] { return changes > before; })) throw std::runtime_error("an alarm did not come through");
    latency_ms.push_back(std::chrono::duration<double, std::milli>(Steady::now() - sent).count());
    lock.unlock();
    // Not in step with the batches.
    std::this_thread::sleep_for(std::chrono::microseconds(30'000 + random() % 60'000));
  }
  const auto elapsed = std::chrono::duration<double>(Steady::now() - begin).count();
  const auto rate = (server.metric("dcim_ingest_readings_stored_total") - begun) / elapsed;
  load.signal(SIGTERM);
  load.wait();
  const auto p50 = percentile(latency_ms, 0.5), p99 = percentile(latency_ms, 0.99);
  const bool all = database.number("SELECT count(*) FROM alarm_journal WHERE change IN ('raised', 'raised-again', 'cleared')") == kProbes;
  check("P4", "publication to stream, p50, at " + std::to_string(static_cast<int>(rate)) + " readings/s", p50, "ms", p50 < 5 && all);
  check("P4", "publication to stream, p99", p99, "ms", p99 < 20 && all);
  return {{"probes", kProbes},    {"readings_per_s", rate}, {"p50_ms", p50}, {"p99_ms", p99}, {"largest_ms", percentile(latency_ms, 1)},
          {"all_in_journal", all}};
}

}  // namespace dcim::bench
