#include "simulators/bots/load.h"

#include <mosquitto.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace dcim::bots {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

int messages_of(const LoadOptions& o) { return (o.sensors + o.fields - 1) / o.fields; }
std::string topic_of(const LoadOptions& o, int device) { return "dc/" + o.site + "/load/device-" + std::to_string(device) + "/status"; }

// {"ts":"2026-11-24T05:00:00.000Z","v1":21.00,…}: the time is overwritten in place.
struct Prebuilt {
  std::string topic, payload;
};
constexpr std::size_t kTimeAt = 7, kTimeLength = 24;

Prebuilt prebuilt(const LoadOptions& o, int device) {
  Prebuilt out{topic_of(o, device), R"({"ts":"2026-01-01T00:00:00.000Z")"};
  for (int field = 0; field < o.fields && device * o.fields + field < o.sensors; ++field) {
    char text[48];
    std::snprintf(text, sizeof text, ",\"v%d\":%.2f", field + 1, 20 + (device * 7 + field * 3) % 1000 / 100.0);
    out.payload += text;
  }
  out.payload += '}';
  return out;
}

class Client {
 public:
  Client(const LoadOptions& options, int number) : options_(options) {
    client_ = mosquitto_new(("dcim-sim load " + std::to_string(number)).c_str(), true, this);
    if (!options.broker.username.empty()) mosquitto_username_pw_set(client_, options.broker.username.c_str(), options.broker.password.c_str());
    mosquitto_max_inflight_messages_set(client_, static_cast<unsigned>(options.window));
    mosquitto_int_option(client_, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_callback_set(client_, [](mosquitto*, void* self, int result) { static_cast<Client*>(self)->connected(result); });
    mosquitto_publish_callback_set(client_, [](mosquitto*, void* self, int) { static_cast<Client*>(self)->acknowledged(); });
    for (int device = number; device < messages_of(options); device += options.clients) messages_.push_back(prebuilt(options, device));
  }
  ~Client() { mosquitto_destroy(client_); }

  bool connect() {
    if (mosquitto_connect(client_, options_.broker.host.c_str(), options_.broker.port, 60) != MOSQ_ERR_SUCCESS) return false;
    mosquitto_loop_start(client_);
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 5s, [this] { return connected_ != 0; }) && connected_ == 1;
  }

  void run(Steady::time_point start, double rate) {
    base::SystemClock clock;
    const auto real_start = clock.now();
    const auto total = std::chrono::duration<double>(options_.duration_s);
    std::int64_t last_ms = 0;
    for (std::size_t i = 0; !messages_.empty(); ++i) {
      auto due = Steady::now();
      if (rate > 0) {
        due = start + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(static_cast<double>(i) / rate));
        if (due - start >= total) break;
        if (due - Steady::now() > 200us) std::this_thread::sleep_until(due);
      } else if (due - start >= total) {
        break;
      }
      if (options_.qos > 0) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return sent_ - acknowledged_ < static_cast<std::uint64_t>(options_.window) || connected_ != 1; });
        if (connected_ != 1) break;
      }
      const auto now = Steady::now();
      if (rate > 0) slips_ms_.push_back(std::max(0.0, std::chrono::duration<double, std::milli>(now - due).count()));
      auto& message = messages_[i % messages_.size()];
      // Each device's own time moves on with every message, so that none repeats another.
      const auto ts = std::max(base::to_unix_ms(real_start) + std::chrono::duration_cast<std::chrono::milliseconds>(now - start).count(),
                               i % messages_.size() == 0 ? last_ms + 1 : last_ms);
      last_ms = ts;
      std::memcpy(message.payload.data() + kTimeAt, base::to_rfc3339(base::from_unix_us(ts * 1000)).data(), kTimeLength);
      ++sent_;
      readings_ += static_cast<std::uint64_t>(std::ranges::count(message.payload, ':')) - 3;
      if (mosquitto_publish(client_, nullptr, message.topic.c_str(), static_cast<int>(message.payload.size()), message.payload.data(), options_.qos,
                            false) != MOSQ_ERR_SUCCESS) {
        break;
      }
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 30s, [this] { return acknowledged_ >= sent_ || connected_ != 1; });
    seconds_ = std::chrono::duration<double>(Steady::now() - start).count();
    lock.unlock();
    mosquitto_disconnect(client_);
    mosquitto_loop_stop(client_, false);
  }

  std::uint64_t sent() const { return sent_; }
  std::uint64_t acknowledged_count() const { return acknowledged_; }
  std::uint64_t readings() const { return readings_; }
  double seconds() const { return seconds_; }
  const std::vector<double>& slips_ms() const { return slips_ms_; }

 private:
  void connected(int result) {
    const std::scoped_lock lock(mutex_);
    connected_ = result == 0 ? 1 : 2;
    changed_.notify_all();
  }
  void acknowledged() {
    const std::scoped_lock lock(mutex_);
    ++acknowledged_;  // at QoS 0: handed to the network
    changed_.notify_all();
  }

  const LoadOptions& options_;
  mosquitto* client_;
  std::vector<Prebuilt> messages_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int connected_ = 0;  // 1: yes, 2: refused
  std::atomic<std::uint64_t> sent_ = 0, acknowledged_ = 0;
  std::uint64_t readings_ = 0;
  double seconds_ = 0;
  std::vector<double> slips_ms_;
};

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

}  // namespace

std::string load_site(const LoadOptions& o) {
  std::string out = "[site]\ncode = \"" + o.site + "\"\nname = \"Load " + o.site +
                    "\"\ntime_zone = \"UTC\"\nsimulated = true\n\n[[rooms]]\ncode = \"load\"\nname = \"Load\"\n";
  for (int device = 0; device < messages_of(o); ++device) {
    out += "\n[[rooms.devices]]\nname = \"device-" + std::to_string(device) + "\"\ntype = \"load\"\ntopic = \"" + topic_of(o, device) +
           "\"\nsensors = [\n";
    for (int field = 0; field < o.fields && device * o.fields + field < o.sensors; ++field) {
      const auto n = std::to_string(field + 1);
      out += "  { name = \"v" + n + "\", kind = \"load\", unit = \"\", field = \"/v" + n + "\" },\n";
    }
    out += "]\n";
  }
  return out;
}

int run_load(const LoadOptions& options) {
  mosquitto_lib_init();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < options.clients; ++i) {
    clients.push_back(std::make_unique<Client>(options, i));
    if (!clients.back()->connect()) {
      std::fprintf(stderr, "dcim-sim: the broker at %s:%d does not take client %d\n", options.broker.host.c_str(), options.broker.port, i + 1);
      return 1;
    }
  }
  const auto start = Steady::now() + 50ms;
  {
    std::vector<std::jthread> threads;
    threads.reserve(clients.size());
    for (auto& client : clients) threads.emplace_back([&] { client->run(start, options.rate / options.clients); });
  }
  std::uint64_t sent = 0, acknowledged = 0, readings = 0;
  double seconds = 0;
  std::vector<double> slips;
  for (const auto& client : clients) {
    sent += client->sent();
    acknowledged += client->acknowledged_count();
    readings += client->readings();
    seconds = std::max(seconds, client->seconds());
    slips.insert(slips.end(), client->slips_ms().begin(), client->slips_ms().end());
  }
  std::printf(
      R"({"sent":%llu,"acknowledged":%llu,"readings":%llu,"seconds":%.3f,"messages_per_s":%.0f,"readings_per_s":%.0f,"slip_ms_p50":%.2f,"slip_ms_p99":%.2f,"slip_ms_max":%.2f})"
      "\n",
      static_cast<unsigned long long>(sent), static_cast<unsigned long long>(acknowledged), static_cast<unsigned long long>(readings), seconds,
      static_cast<double>(sent) / seconds, static_cast<double>(readings) / seconds, percentile(slips, 0.5), percentile(slips, 0.99),
      percentile(slips, 1));
  return acknowledged == sent ? 0 : 1;
}

}  // namespace dcim::bots
