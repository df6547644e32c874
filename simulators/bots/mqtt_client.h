// A device's MQTT connection, by libmosquitto: birth, last will, QoS 1, reconnect. What cannot be sent waits, to a bound.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "base/error.h"

struct mosquitto;

namespace dcim::bots {

struct BrokerUrl {
  std::string host = "127.0.0.1";
  int port = 1883;
  std::string username, password;
};
/// mqtt://user:password@host:port
base::Result<BrokerUrl> parse_url(const std::string& url);

/// Thread-safe. libmosquitto's own thread does the network.
class MqttClient {
 public:
  /// Messages kept while the broker is away, or slower than we are; then the oldest is dropped and counted.
  static constexpr std::size_t kOutbox = 1000;
  /// Sent and not yet acknowledged.
  static constexpr std::size_t kWindow = 100;

  struct Options {
    BrokerUrl broker;
    std::string client_id;
    std::string availability_topic;
    /// A line "topic<TAB>payload" for every message that the broker has acknowledged; empty: none.
    std::string journal;
  };
  explicit MqttClient(Options options);
  ~MqttClient();

  /// Connects in the background, and again after every break.
  void start();
  /// At QoS 1.
  void publish(const std::string& topic, std::string payload);
  /// Waits until all is acknowledged, says "offline", and leaves.
  void stop(std::chrono::milliseconds patience);

  bool connected() const { return connected_; }
  std::size_t acknowledged() const { return acknowledged_; }
  std::size_t dropped() const { return dropped_; }

 private:
  struct Message {
    std::string topic, payload;
    bool retain = false;
  };
  void send_waiting();  // under the mutex
  void say_available(bool online);
  void on_connect(int result);
  void on_disconnect();
  void on_acknowledged(int message_id);

  Options options_;
  mosquitto* client_ = nullptr;
  std::ofstream journal_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> waiting_;
  std::map<int, Message> sent_;
  std::atomic<bool> connected_ = false;
  std::atomic<std::size_t> acknowledged_ = 0, dropped_ = 0;
};

}  // namespace dcim::bots
