#include "ingest.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <thread>

#include "base/spawn.h"
#include "ingest/mqtt_session.h"
#include "measure.h"

namespace dcim::bench {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using tests::Database;
using tests::Server;
using tests::Services;

constexpr auto kStall = 30s;  // nothing more is stored for so long: the rest is lost

std::vector<std::string> load_arguments(const Shape& shape) {
  return {"--sensors",  std::to_string(shape.sensors),
          "--fields",   std::to_string(shape.fields),
          "--qos",      std::to_string(shape.qos),
          "--duration", std::to_string(shape.seconds),
          "--rate",     std::to_string(shape.rate),
          "--clients",  std::to_string(shape.clients),
          "--report",   (Services::get().folder() / "report.tsv").string()};
}

std::string write_site(const Shape& shape) {
  const auto file = (Services::get().folder() / "bench-site.toml").string();
  auto arguments = load_arguments(shape);
  arguments.insert(arguments.end(), {"--write-site", file});
  run_load(arguments, Services::get().mqtt_url("dcim-device"));
  return file;
}

// What every block says of itself. `ended_ms`: when the last reading had arrived or was stored.
json::object result(const char* kind, const Shape& shape, const json::object& load, double ended_ms, std::int64_t readings, json::object cpu) {
  const auto seconds = (ended_ms - load.at("start_unix_ms").to_number<double>()) / 1000;
  cpu["generator"] = load.at("cpu_seconds");
  json::object per_million;
  for (const auto& [name, spent] : cpu) {
    per_million[name] = std::round(spent.to_number<double>() / static_cast<double>(readings) * 1e6 * 1000) / 1000;
  }
  return {{"block", kind},
          {"qos", shape.qos},
          {"sensors", shape.sensors},
          {"readings_per_message", shape.fields},
          {"readings_sent", load.at("readings")},
          {"readings", readings},
          {"seconds", std::round(seconds * 1000) / 1000},
          {"readings_per_s", std::round(static_cast<double>(readings) / seconds)},
          {"messages_per_s", std::round(static_cast<double>(readings) / shape.fields / seconds)},
          {"published_per_s", load.at("messages_per_s")},
          {"cpu_seconds_per_million_readings", per_million}};
}

// Counts, and acknowledges many in one write, as whoever is after speed would.
class Counter final : public ingest::MessageHandler {
 public:
  void on_message(const ingest::Publish& message, ingest::ConnectionNumber connection) override {
    connection_ = connection;
    if (message.packet_id) ids_.push_back(message.packet_id);
    ++taken_;
  }
  void on_messages_end() override {
    if (ids_.size() >= kAcknowledgedAtOnce) acknowledge();
    last_ms = unix_ms();
    count = taken_;
  }
  asio::awaitable<void> wait_for_room() override { co_return; }

  // What has come since, now and then.
  asio::awaitable<void> keep_acknowledging(asio::any_io_executor strand) {
    asio::steady_timer timer(strand);
    while (true) {
      timer.expires_after(5ms);
      co_await timer.async_wait(asio::use_awaitable);
      acknowledge();
    }
  }

  ingest::MqttSession* session = nullptr;
  std::atomic<std::int64_t> count = 0;
  std::atomic<double> last_ms = 0;

 private:
  static constexpr std::size_t kAcknowledgedAtOnce = 500;
  void acknowledge() {
    if (!ids_.empty()) session->acknowledge(connection_, ids_);
    ids_.clear();
  }

  std::vector<std::uint16_t> ids_;
  ingest::ConnectionNumber connection_ = 0;
  std::int64_t taken_ = 0;
};

// Waits until `now()` gives what is wanted or has not changed for long; gives what it gave last.
template <class Now>
std::int64_t wait_for_count(std::int64_t wanted, Now now) {
  auto last = now();
  auto changed = std::chrono::steady_clock::now();
  while (last < wanted && std::chrono::steady_clock::now() - changed < kStall) {
    std::this_thread::sleep_for(5ms);
    const auto next = now();
    if (next != last) changed = std::chrono::steady_clock::now();
    last = next;
  }
  return last;
}

// A block whose readings are not all stored as they were sent scores zero.
json::object gated(json::object out, Database& database) {
  const auto wrong = compare_with_report(database, (Services::get().folder() / "report.tsv").string());
  out["correct"] = wrong.empty();
  if (!wrong.empty()) {
    out["wrong"] = wrong;
    out["readings_per_s"] = out["messages_per_s"] = 0;
  }
  return out;
}

}  // namespace

json::object run_ceiling(const Shape& shape) {
  asio::io_context io{1};
  const auto strand = asio::make_strand(asio::any_io_executor(io.get_executor()));
  Counter counter;
  ingest::MqttSession::Options options;
  options.broker = ingest::parse_broker_url(Services::get().mqtt_url("dcim-server")).value();
  options.client_id = "dcim-bench";
  ingest::MqttSession session(strand, options, counter);
  counter.session = &session;
  base::TaskGroup tasks(io.get_executor(), "bench");
  tasks.spawn(strand, "session", [&] { return session.run(); });
  tasks.spawn(strand, "acknowledger", [&] { return counter.keep_acknowledging(strand); });
  std::thread thread([&] { io.run(); });
  if (!tests::eventually([&] { return session.connected(); })) throw std::runtime_error("the ceiling's subscriber cannot connect");

  const CpuMeter cpu({{"broker", Services::get().pid_of("Mosquitto")}, {"subscriber", getpid()}});
  const auto load = run_load(load_arguments(shape), Services::get().mqtt_url("dcim-device"));
  const auto sent = load.at("sent").to_number<std::int64_t>();
  const auto arrived = wait_for_count(sent, [&] { return counter.count.load(); });
  auto out = result("ceiling", shape, load, counter.last_ms, arrived * shape.fields, cpu.spent());
  out["correct"] = arrived == sent;
  tasks.stop();
  thread.join();
  return out;
}

// What the broker has dropped since it started. It says so every ten seconds, so that whoever waits for lost readings to come learns of it.
static double dropped(Server& server) { return std::max(0.0, server.metric("dcim_broker_dropped_total")); }

json::object run_system(const Shape& shape) {
  Server server;
  Database database(server.database_url());
  if (server.dcim({"site", "import", write_site(shape)}) != 0) throw std::runtime_error("site import failed");
  // Three rules on every sensor: the limits that hold out of the box, a state, and a rate.
  database.query(
      "INSERT INTO alarm_rules (name, type, kind, levels, window_s) VALUES "
      R"(('bench', 'state', 'inlet-temperature', '[{"when":"equals","limit":-1,"severity":"major"}]', 0), )"
      R"(('bench', 'rate', 'inlet-temperature', '[{"when":"above","limit":50,"severity":"major"}]', 900))");
  const auto inventory = database.number("SELECT version FROM inventory_version");
  const auto rules = database.number("SELECT version FROM alarm_rules_version");
  const auto in_force = [&] {
    return server.metric("dcim_inventory_version") == static_cast<double>(inventory) &&
           server.metric("dcim_alarm_rules_version") == static_cast<double>(rules);
  };
  if (!tests::eventually(in_force)) throw std::runtime_error("the server does not take the inventory");
  const auto dropped_before = dropped(server);

  const CpuMeter cpu(
      {{"server", server.process().pid()}, {"database", Services::get().pid_of("PostgreSQL")}, {"broker", Services::get().pid_of("Mosquitto")}});
  const auto load = run_load(load_arguments(shape), Services::get().mqtt_url("dcim-device"));
  const auto sent = load.at("readings").to_number<std::int64_t>();
  const auto stored = wait_for_count(sent, [&] { return static_cast<std::int64_t>(server.metric("dcim_ingest_readings_stored_total")); });
  const auto ended_ms = unix_ms();
  auto out = result("system", shape, load, ended_ms, stored, cpu.spent());
  out["server_memory_mib"] = std::round(memory_mib(server.process().pid(), "VmHWM"));
  out["broker_memory_mib"] = std::round(memory_mib(Services::get().pid_of("Mosquitto"), "VmRSS"));
  out["recovery_s"] = std::round(out.at("seconds").to_number<double>() * 1000 - load.at("seconds").to_number<double>() * 1000) / 1000;
  out["dropped_by_broker"] = dropped(server) - dropped_before;
  out["pauses"] = server.metric("dcim_ingest_pauses_total");
  out["batches"] = server.metric("dcim_ingest_batches_total");
  out = gated(std::move(out), database);
  server.stop();
  return out;
}

json::object run_python(const Shape& shape) {
  Server server;  // for the schema and the site; then the peer takes its place
  Database database(server.database_url());
  if (server.dcim({"site", "import", write_site(shape)}) != 0) throw std::runtime_error("site import failed");
  server.stop();
  const auto broker = ingest::parse_broker_url(Services::get().mqtt_url("dcim-server")).value();
  const auto port = tests::free_port();
  tests::Process peer({DCIM_SOURCE_DIR "/bench/peers/python_stack.py"},
                      {{"DATABASE_URL", server.database_url()},
                       {"MQTT_HOST", broker.host},
                       {"MQTT_PORT", broker.port},
                       {"MQTT_USER", broker.username},
                       {"MQTT_PASSWORD", broker.password},
                       {"HTTP_PORT", std::to_string(port)},
                       {"QOS", std::to_string(shape.qos)}},
                      Services::get().folder() / "python.log");
  tests::Client client(port);
  const auto stored_now = [&] { return client.get("/stored").json().at("stored").to_number<std::int64_t>(); };
  if (!tests::eventually([&] { return client.get("/stored").status == 200; })) throw std::runtime_error("the Python peer does not start");

  const CpuMeter cpu({{"server", peer.pid()}, {"database", Services::get().pid_of("PostgreSQL")}, {"broker", Services::get().pid_of("Mosquitto")}});
  const auto load = run_load(load_arguments(shape), Services::get().mqtt_url("dcim-device"));
  const auto stored = wait_for_count(load.at("readings").to_number<std::int64_t>(), stored_now);
  const auto ended_ms = unix_ms();
  auto out = result("python", shape, load, ended_ms, stored, cpu.spent());
  out["server_memory_mib"] = std::round(memory_mib(peer.pid(), "VmHWM"));
  return gated(std::move(out), database);
}

}  // namespace dcim::bench
