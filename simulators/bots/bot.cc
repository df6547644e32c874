#include "simulators/bots/bot.h"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cmath>
#include <ctime>

#include "base/log.h"
#include "base/spawn.h"
#include "simulators/physics/rack.h"

namespace dcim::bots {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

double rounded(double value, double step) { return std::round(value / step) * step; }

class TemperatureSensor final : public Device {
 public:
  explicit TemperatureSensor(std::uint64_t seed) : climate_(seed) {}
  void step(double seconds, double) override { climate_.step(seconds); }
  std::optional<double> read(const std::string& kind) const override {
    if (kind == "inlet-temperature") return rounded(climate_.inlet_temperature_c(), 0.01);
    if (kind == "inlet-humidity") return rounded(climate_.inlet_humidity_rh(), 0.1);
    return {};
  }

 private:
  physics::RackClimate climate_;
};

class Pdu final : public Device {
 public:
  explicit Pdu(std::uint64_t seed) : load_(seed) {}
  void step(double seconds, double hour_of_day) override { load_.step(seconds, hour_of_day); }
  std::optional<double> read(const std::string& kind) const override {
    if (kind == "rack-power") return rounded(load_.power_kw(), 0.001);
    return {};
  }

 private:
  physics::RackLoad load_;
};

// One bot on one io_context.
class Bot {
 public:
  explicit Bot(const BotOptions& options)
      : options_(options),
        seed_(physics::mix(options.seed, options.config.id)),
        device_(make_device(options.config.type, seed_)),
        interval_s_(options.interval_s.value_or(options.config.interval_s)),
        client_(options.mqtt) {}

  int run() {
    asio::signal_set signals(io_, SIGTERM, SIGINT);
    base::TaskGroup tasks(io_.get_executor(), options_.config.id);
    signals.async_wait([&](boost::system::error_code failed, int) {
      if (!failed) tasks.stop();
    });
    tasks.spawn("publish", [this] { return publish_for_ever(); });
    client_.start();
    io_.run();
    client_.stop(2s);
    spdlog::info("{}: {} readings acknowledged, {} dropped", options_.config.id, client_.acknowledged(), client_.dropped());
    return 0;
  }

 private:
  asio::awaitable<void> publish_for_ever() {
    const std::chrono::duration<double> interval(interval_s_ / options_.speed);
    asio::steady_timer timer(io_);
    // The first reading at once, the second in its phase, then a kept schedule: no drift.
    publish(interval_s_);
    auto next = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(interval * (1 + phase_of(seed_)));
    while (true) {
      timer.expires_at(next);
      co_await timer.async_wait(asio::use_awaitable);
      publish(interval_s_);
      next += std::chrono::duration_cast<std::chrono::steady_clock::duration>(interval);
    }
  }

  void publish(double seconds) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.now());
    device_->step(seconds, local_hour(now));
    for (const auto& channel : options_.config.channels) {
      if (const auto value = device_->read(channel.kind)) client_.publish(channel.topic, payload(now, *value, channel.unit));
    }
  }

  const BotOptions& options_;
  std::uint64_t seed_;
  std::unique_ptr<Device> device_;
  double interval_s_;
  base::SystemClock clock_;
  MqttClient client_;
  asio::io_context io_{1};
};

}  // namespace

std::unique_ptr<Device> make_device(BotType type, std::uint64_t seed) {
  if (type == BotType::temperature) return std::make_unique<TemperatureSensor>(seed);
  return std::make_unique<Pdu>(seed);
}

std::string payload(base::Timestamp ts, double value, const std::string& unit) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 3).ptr;
  std::string number(digits, end);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return R"({"ts":")" + base::to_rfc3339(ts) + R"(","value":)" + number + R"(,"unit":")" + unit + "\"}";
}

double phase_of(std::uint64_t seed) { return static_cast<double>(seed >> 11) * 0x1.0p-53; }

double local_hour(base::Timestamp t) {
  const auto seconds = static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count());
  std::tm local{};
  localtime_r(&seconds, &local);
  return local.tm_hour + local.tm_min / 60.0 + local.tm_sec / 3600.0;
}

int run_bot(const BotOptions& options) {
  setenv("TZ", options.config.time_zone.c_str(), 1);
  tzset();
  return Bot(options).run();
}

}  // namespace dcim::bots
