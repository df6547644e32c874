// One publisher of the load generator, on a socket of its own: frames are prebuilt, and many go out in one write, so that the broker, not
// the generator, is what is measured. (libmosquitto makes a system call for every message, which costs as much as the broker's own work.)
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulators/bots/load.h"

namespace dcim::bots {

/// One device's PUBLISH packet, ready to be sent: its time, values and packet id are written into it before each sending.
class LoadFrame {
 public:
  LoadFrame(const LoadOptions& options, int device);

  /// `time` has the 24 characters of 2026-11-24T05:00:00.000Z. Each sending has values of its own, which are summed up.
  void prepare(std::string_view time, std::uint16_t packet_id);
  std::string_view bytes() const { return bytes_; }

  /// What each field's readings add up to, in hundredths, and how many there were.
  struct Sum {
    std::string field;
    std::int64_t hundredths = 0;
    int whole = 0;       // the part of the value that stays
    std::size_t at = 0;  // of its hundredths in the frame
  };
  const std::string& topic() const { return topic_; }
  const std::vector<Sum>& sums() const { return sums_; }
  std::int64_t count() const { return count_; }

 private:
  std::string topic_, bytes_;
  std::size_t packet_id_at_ = 0, time_at_ = 0;
  std::vector<Sum> sums_;
  std::int64_t count_ = 0;
};

/// MQTT 3.1.1, clean session. Used by one thread.
class LoadClient {
 public:
  LoadClient(const LoadOptions& options, int number);
  ~LoadClient();
  LoadClient(const LoadClient&) = delete;
  LoadClient& operator=(const LoadClient&) = delete;

  /// False when the broker is away or refuses.
  bool connect();
  /// Sends for options.duration_s at `rate` messages a second (0: as fast as the broker takes them), then waits until the broker has read
  /// and, at QoS 1, acknowledged all.
  void run(std::chrono::steady_clock::time_point start, double rate);

  std::uint64_t sent() const { return sent_; }
  std::uint64_t acknowledged() const { return acknowledged_; }
  double seconds() const { return seconds_; }
  const std::vector<float>& slips_ms() const { return slips_ms_; }
  const std::vector<LoadFrame>& frames() const { return frames_; }

 private:
  bool send_all();
  bool receive(int timeout_ms);
  void wake_at(int bytes) const;
  void add_message(std::chrono::steady_clock::time_point start);
  bool finish();

  const LoadOptions& options_;
  int number_;
  int socket_ = -1;
  std::vector<LoadFrame> frames_;
  std::string out_, in_;
  std::string time_;
  std::int64_t start_ms_ = 0, last_ms_ = 0;
  std::uint16_t packet_id_ = 0;
  std::uint64_t sent_ = 0, acknowledged_ = 0, pongs_ = 0;
  double seconds_ = 0;
  std::vector<float> slips_ms_;
};

}  // namespace dcim::bots
