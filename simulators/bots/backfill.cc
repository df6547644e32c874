#include "simulators/bots/backfill.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>

#include "base/clock.h"
#include "simulators/bots/control.h"
#include "simulators/bots/message.h"
#include "simulators/bots/virtual_site.h"

namespace dcim::bots {
namespace {

using namespace std::chrono_literals;

constexpr double kHour_s = 3600;
constexpr double kSettle_s = 3 * kHour_s;        // before its beginning, so that the first values are settled
constexpr std::size_t kLargestBatch = 48 << 10;  // bytes of one message; the server takes 64 KiB
constexpr auto kBrokerPatience = 60s;

int fail(const std::string& sentence) {
  std::fprintf(stderr, "dcim-sim: %s\n", sentence.c_str());
  return 1;
}

base::Timestamp timestamp(double time_s) { return base::from_unix_us(static_cast<std::int64_t>(std::llround(time_s * 1000)) * 1000); }

// What is on file: "from until seed done", so that another call goes on with the same history.
struct Progress {
  double from_s = 0, until_s = 0, done_s = 0;
  std::uint64_t seed = 0;

  static std::optional<Progress> read(const std::filesystem::path& file) {
    std::ifstream in(file);
    Progress out;
    if (in >> out.from_s >> out.until_s >> out.seed >> out.done_s) return out;
    return {};
  }
  bool write(const std::filesystem::path& file) const {
    const auto fresh = file.string() + ".new";
    {
      std::ofstream out(fresh);
      out.precision(15);
      out << from_s << ' ' << until_s << ' ' << seed << ' ' << done_s << '\n';
      if (!out.flush()) return false;
    }
    std::error_code failed;
    std::filesystem::rename(fresh, file, failed);
    return !failed;
  }
};

// A line that is rewritten on a terminal, and written every tenth otherwise.
class ProgressBar {
 public:
  explicit ProgressBar(std::string what) : what_(std::move(what)), terminal_(::isatty(STDOUT_FILENO)) {}

  void show(double share, std::size_t readings) {
    const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    if (share < 1 && (terminal_ ? elapsed_s < next_s_ : share < next_share_)) return;
    next_s_ = elapsed_s + 0.2;
    next_share_ = std::floor(share * 10 + 1) / 10;
    const double left_s = share > 0 ? elapsed_s / share * (1 - share) : 0;
    const int full = static_cast<int>(share * 30);
    std::printf("%s%s [%s%s] %3.0f %%  %zu readings, %.0f /s", terminal_ ? "\r" : "", what_.c_str(),
                std::string(static_cast<std::size_t>(full), '#').c_str(), std::string(static_cast<std::size_t>(30 - full), '.').c_str(), share * 100,
                readings, static_cast<double>(readings) / std::max(elapsed_s, 1e-3));
    if (share < 1) std::printf(", %.0f s left ", left_s);
    std::printf("%s", terminal_ && share < 1 ? "" : "\n");
    std::fflush(stdout);
  }

 private:
  std::string what_;
  bool terminal_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double next_s_ = 0, next_share_ = 0;
};

// Collects the moments of each topic into arrays, and sends them.
class Batches {
 public:
  Batches(MqttClient& client, double rate) : client_(client), rate_(rate) {}

  bool add(const std::string& topic, double time_s, const Message& message) {
    auto& batch = batches_[topic];
    const auto text = payload(timestamp(time_s), message.fields, message.unit);
    readings_ += message.fields.size();
    bool ok = true;
    if (!batch.empty() && batch.size() + text.size() + 2 > kLargestBatch) ok = send(topic, batch);
    batch += batch.empty() ? '[' : ',';
    batch += text;
    return ok;
  }

  // False when the broker takes nothing any more.
  bool flush() {
    for (auto& [topic, batch] : batches_) {
      if (!batch.empty() && !send(topic, batch)) return false;
    }
    return client_.wait_until_empty(kBrokerPatience);
  }

  std::size_t readings() const { return readings_; }

 private:
  bool send(const std::string& topic, std::string& batch) {
    batch += ']';
    if (!client_.wait_for_room(kBrokerPatience)) return false;
    client_.publish(topic, std::exchange(batch, {}));
    // Kept to the rate by the schedule, not by pauses of a guessed length.
    std::this_thread::sleep_until(
        start_ + std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(static_cast<double>(readings_) / rate_)));
    return true;
  }

  MqttClient& client_;
  double rate_;
  std::map<std::string, std::string> batches_;
  std::size_t readings_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

int run_backfill(const BackfillOptions& options) {
  setenv("TZ", options.site.time_zone.c_str(), 1);
  tzset();
  base::SystemClock clock;
  Progress progress;
  if (const auto kept = options.progress_file.empty() ? std::nullopt : Progress::read(options.progress_file)) {
    progress = *kept;
  } else {
    progress.until_s = options.until_s > 0 ? options.until_s : std::floor(static_cast<double>(base::to_unix_ms(clock.now())) / 1000);
    progress.from_s = progress.done_s = progress.until_s - options.days * 86400;
    progress.seed = options.seed;
  }
  if (progress.done_s >= progress.until_s) {
    std::printf("%s: the history until %s is there already\n", options.site.code.c_str(), base::to_rfc3339(timestamp(progress.until_s)).c_str());
    return 0;
  }
  if (!options.progress_file.empty() && !progress.write(options.progress_file)) return fail(options.progress_file.string() + " cannot be written");

  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto interrupted = [&] {
    const timespec now{0, 0};
    return sigtimedwait(&ends, nullptr, &now) > 0;
  };

  MqttClient::Options mqtt;
  mqtt.broker = options.broker;
  mqtt.client_id = "dcim-sim backfill " + options.site.code;
  MqttClient client(std::move(mqtt));
  client.start();
  Batches batches(client, options.rate);
  ProgressBar bar(options.site.code + " history");

  auto timeline = options.timeline;
  for (auto& event : timeline) event.at_min += kSettle_s / 60;
  VirtualSite site(options.site, progress.seed, progress.from_s - kSettle_s, std::move(timeline));
  bool sent = true;
  const auto sink = [&](double time_s, const Unit&, const Message& message) {
    // What has been sent in an earlier run is computed again, which is quick, and not sent again.
    if (time_s >= progress.done_s && time_s < progress.until_s) sent = sent && batches.add(message.topic, time_s, message);
  };
  double hour_s = progress.from_s;
  while (hour_s < progress.until_s) {
    hour_s = std::min(hour_s + kHour_s, progress.until_s);
    site.run(hour_s, sink);
    if (hour_s > progress.done_s) {
      if (!sent || !batches.flush()) return fail("the broker has taken nothing for a minute; the next run carries on");
      progress.done_s = hour_s;
      if (!options.progress_file.empty() && !progress.write(options.progress_file))
        return fail(options.progress_file.string() + " cannot be written");
    }
    bar.show((hour_s - progress.from_s) / (progress.until_s - progress.from_s), batches.readings());
    if (interrupted()) {
      client.stop(2s);
      std::printf("interrupted; the next run carries on\n");
      return 2;
    }
  }
  for (const auto& unit : site.units()) {
    if (const auto state = unit->state(); !state.empty()) {
      client.publish_control(state_topic(options.site.code, unit->config().name), payload(timestamp(progress.until_s), state, ""), true);
    }
  }
  if (!client.wait_until_empty(kBrokerPatience)) return fail("the broker has not taken the units' states");
  client.stop(2s);
  return 0;
}

}  // namespace dcim::bots
