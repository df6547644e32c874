// A device's MQTT connection, by libmosquitto: birth, last will, QoS 1, reconnect. What cannot be sent waits, to a bound.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

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
    /// A line "topic<TAB>payload" for every reading that the broker has acknowledged; empty: none.
    std::string journal;
    /// Topics to hear, subscribed at every connect. `hear` is called on libmosquitto's thread, in the broker's order.
    std::vector<std::string> topics;
    std::function<void(std::string topic, std::string payload)> hear;
    /// Called on libmosquitto's thread after the subscriptions of a connect have been sent.
    std::function<void()> connected;
  };
  explicit MqttClient(Options options);
  ~MqttClient();

  /// Connects in the background, and again after every break.
  void start();
  /// A reading, at QoS 1.
  void publish(const std::string& topic, std::string payload);
  /// The simulators' own control plane: not counted, not in the journal.
  void publish_control(const std::string& topic, std::string payload, bool retain);
  /// Waits until the outbox is nearly empty. False when nothing has moved for that long.
  bool wait_for_room(std::chrono::milliseconds patience);
  /// Waits until all is acknowledged. False when nothing has moved for that long.
  bool wait_until_empty(std::chrono::milliseconds patience);
  /// Waits until all is acknowledged, says "offline", and leaves.
  void stop(std::chrono::milliseconds patience);

  bool connected() const { return connected_; }
  std::size_t acknowledged() const { return acknowledged_; }
  std::size_t dropped() const { return dropped_; }

 private:
  struct Message {
    std::string topic, payload;
    bool retain = false;
    bool reading = true;
  };
  void enqueue(Message message);
  bool wait_until(std::chrono::milliseconds patience, const std::function<bool()>& done);
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
