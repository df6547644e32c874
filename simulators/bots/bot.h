// One simulated device: its model advances with time, and at every interval it publishes what its sensors read.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "simulators/bots/config.h"
#include "simulators/bots/mqtt_client.h"

namespace dcim::bots {

/// What a device reads. Pure: the same seed and the same steps give the same values.
class Device {
 public:
  virtual ~Device() = default;
  /// Time passes; `hour_of_day` is the site's, 0 to 24.
  virtual void step(double seconds, double hour_of_day) = 0;
  /// Rounded as such a device does; nothing when it has no such sensor.
  virtual std::optional<double> read(const std::string& kind) const = 0;
};
std::unique_ptr<Device> make_device(BotType type, std::uint64_t seed);

/// {"ts":"2026-11-23T13:00:00.000Z","value":23.4,"unit":"°C"}
std::string payload(base::Timestamp ts, double value, const std::string& unit);

/// Where in its interval a bot publishes, so that not all do at once: 0 to 1, from its seed.
double phase_of(std::uint64_t seed);

/// Hours of the day in the time zone of this process (TZ).
double local_hour(base::Timestamp t);

struct BotOptions {
  BotConfig config;
  std::uint64_t seed = 1;            // the site's; the bot's own is mixed from it and its id
  double speed = 1;                  // the model's time and the publishing run N times faster; ts stays the real time
  std::optional<double> interval_s;  // instead of the configured one
  MqttClient::Options mqtt;
};

/// Until SIGTERM or SIGINT. Gives the exit code.
int run_bot(const BotOptions& options);

}  // namespace dcim::bots
