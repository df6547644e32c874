#include "tests/support/publisher.h"

#include <mosquitto.h>

#include <atomic>
#include <mutex>
#include <ostream>
#include <thread>

#include "ingest/mqtt_session.h"

namespace dcim::tests {

using namespace std::chrono_literals;

namespace {
constexpr int kWindow = 500;  // said and not yet accepted; the broker slows down when it is without bound
}

std::ostream& operator<<(std::ostream& out, const Comparison& c) {
  return out << "expected " << c.expected << ", stored " << c.stored << ", lost " << c.lost << ", duplicate " << c.duplicate << ", wrong " << c.wrong;
}

Comparison compare_readings(const Ledger& ledger, Database& database) {
  Comparison out;
  out.duplicate = database.number("SELECT count(*) - count(DISTINCT (sensor_id, ts)) FROM readings");
  for (const auto& [topic, said] : ledger) {
    const auto rows =
        database.query("SELECT ts, value FROM readings WHERE sensor_id = (SELECT id FROM sensors WHERE topic = $1)", store::params(topic));
    std::int64_t found = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto it = said.find(rows.time(i, 0));
      if (it == said.end() || it->second != rows.f64(i, 1)) {
        ++out.wrong;  // never said, or not the last that was said
      }
      if (it != said.end()) ++found;
    }
    out.expected += static_cast<std::int64_t>(said.size());
    out.stored += static_cast<std::int64_t>(rows.size());
    out.lost += static_cast<std::int64_t>(said.size()) - found;
  }
  return out;
}

struct Publisher::State {
  explicit State(Options o) : options(std::move(o)), random(options.seed) {
    const auto broker = ingest::parse_broker_url(Services::get().mqtt_url("dcim-device")).value();
    const auto id = "publisher-" + std::to_string(options.seed);
    client = mosquitto_new(id.c_str(), false, this);
    mosquitto_username_pw_set(client, broker.username.c_str(), broker.password.c_str());
    mosquitto_max_inflight_messages_set(client, kWindow);
    mosquitto_reconnect_delay_set(client, 1, 1, false);
    mosquitto_publish_callback_set(client, [](mosquitto*, void* self, int) { ++static_cast<State*>(self)->accepted; });
    const int port = options.port ? options.port : std::stoi(broker.port);
    if (mosquitto_connect(client, "127.0.0.1", port, 30) != MOSQ_ERR_SUCCESS) throw std::runtime_error("the broker does not take the publisher");
    mosquitto_loop_start(client);
    thread = std::thread([this] { run(); });
  }
  ~State() {
    stopping = true;
    if (thread.joinable()) thread.join();
    mosquitto_disconnect(client);
    mosquitto_loop_stop(client, false);  // forced, it may end the thread with a lock in its hands
    mosquitto_destroy(client);
  }

  void run() {
    const auto start = std::chrono::steady_clock::now();
    while (!stopping) {
      const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start;
      auto due = static_cast<std::int64_t>(since.count() * options.rate) - said - skipped;
      while (due-- > 0 && !stopping) {
        if (said - accepted < kWindow) {
          say();
        } else {
          ++skipped;  // the broker is away: no need to catch up
        }
      }
      std::this_thread::sleep_for(1ms);
    }
  }

  void say() {
    const auto& topic = options.topics[static_cast<std::size_t>(said) % options.topics.size()];
    auto& known = ledger[topic];
    auto ts = base::SystemClock().now();
    const auto us = [&](std::int64_t most) { return std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, most)(random)); };
    double value = 20 + static_cast<double>(said % 1000) / 64;
    const auto kind = options.skewed ? random() % 100 : 99;
    if (kind < 10) {
      ts -= us(3ll * 3600 * 1'000'000);
    } else if (kind < 20) {
      ts += us(290ll * 1'000'000);
    } else if (kind < 24 && !known.empty()) {
      const auto again = known.lower_bound(ts - us(60ll * 1'000'000));
      if (again != known.end()) {
        ts = again->first;
        if (kind < 22) value = again->second;  // said twice; otherwise corrected
      }
    }
    const auto payload = R"({"ts":")" + base::to_rfc3339(ts) + R"(","value":)" + std::to_string(value) + R"(,"unit":"°C"})";
    // A client that is not connected keeps it and sends it later.
    const int result = mosquitto_publish(client, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), 1, false);
    if (result != MOSQ_ERR_SUCCESS && result != MOSQ_ERR_NO_CONN && result != MOSQ_ERR_CONN_LOST)
      throw std::runtime_error(mosquitto_strerror(result));
    known[ts] = std::stod(std::to_string(value));
    ++said;
  }

  Options options;
  std::mt19937_64 random;
  mosquitto* client = nullptr;
  std::atomic<bool> stopping = false;
  std::atomic<std::int64_t> said = 0, accepted = 0;
  std::int64_t skipped = 0;
  Ledger ledger;  // of `thread`, until it has ended
  std::thread thread;
};

Publisher::Publisher(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Publisher::~Publisher() = default;

bool Publisher::finish(std::chrono::seconds patience) {
  auto& s = *state_;
  s.stopping = true;
  if (s.thread.joinable()) s.thread.join();
  return eventually([&] { return s.accepted == s.said; }, patience);
}
std::int64_t Publisher::said() const { return state_->said; }
std::int64_t Publisher::accepted() const { return state_->accepted; }
const Ledger& Publisher::ledger() const { return state_->ledger; }

}  // namespace dcim::tests
