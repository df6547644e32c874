#include "simulators/bots/mqtt_client.h"

#include <mosquitto.h>

#include <boost/url/parse.hpp>

#include "base/log.h"

namespace dcim::bots {

base::Result<BrokerUrl> parse_url(const std::string& text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || std::string(url->scheme()) != "mqtt" || url->host().empty()) {
    return base::Error::invalid("--mqtt", "must be a URL such as mqtt://user:password@host:1883");
  }
  BrokerUrl out;
  out.host = url->host();
  if (url->has_port() && url->port_number() != 0) out.port = url->port_number();
  out.username = url->user();
  out.password = url->password();
  return out;
}

MqttClient::MqttClient(Options options) : options_(std::move(options)) {
  mosquitto_lib_init();
  client_ = mosquitto_new(options_.client_id.c_str(), true, this);
  mosquitto_reconnect_delay_set(client_, 1, 10, true);
  mosquitto_max_inflight_messages_set(client_, static_cast<unsigned>(kWindow));
  const auto& broker = options_.broker;
  if (!broker.username.empty()) mosquitto_username_pw_set(client_, broker.username.c_str(), broker.password.c_str());
  if (!options_.availability_topic.empty()) mosquitto_will_set(client_, options_.availability_topic.c_str(), 7, "offline", 1, true);
  mosquitto_connect_callback_set(client_, [](mosquitto*, void* self, int result) { static_cast<MqttClient*>(self)->on_connect(result); });
  mosquitto_disconnect_callback_set(client_, [](mosquitto*, void* self, int) { static_cast<MqttClient*>(self)->on_disconnect(); });
  mosquitto_publish_callback_set(client_, [](mosquitto*, void* self, int id) { static_cast<MqttClient*>(self)->on_acknowledged(id); });
  mosquitto_message_callback_set(client_, [](mosquitto*, void* self, const mosquitto_message* message) {
    const auto& hear = static_cast<MqttClient*>(self)->options_.hear;
    if (hear) hear(message->topic, std::string(static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen)));
  });
  if (!options_.journal.empty()) journal_.open(options_.journal, std::ios::app);
}

MqttClient::~MqttClient() {
  mosquitto_disconnect(client_);
  mosquitto_loop_stop(client_, true);
  mosquitto_destroy(client_);
}

void MqttClient::start() {
  mosquitto_loop_start(client_);
  // A broker that is away is no failure: the loop tries again.
  mosquitto_connect_async(client_, options_.broker.host.c_str(), options_.broker.port, 30);
}

void MqttClient::publish(const std::string& topic, std::string payload) { enqueue({topic, std::move(payload), false, true}); }

void MqttClient::publish_control(const std::string& topic, std::string payload, bool retain) { enqueue({topic, std::move(payload), retain, false}); }

void MqttClient::enqueue(Message message) {
  const std::scoped_lock lock(mutex_);
  if (waiting_.size() >= kOutbox) {
    waiting_.pop_front();
    if (dropped_++ == 0) spdlog::warn("{}: the outbox is full, the oldest readings are dropped", options_.client_id);
  }
  waiting_.push_back(std::move(message));
  send_waiting();
}

void MqttClient::send_waiting() {
  while (connected_ && !waiting_.empty() && sent_.size() < kWindow) {
    auto& message = waiting_.front();
    int id = 0;
    const int result =
        mosquitto_publish(client_, &id, message.topic.c_str(), static_cast<int>(message.payload.size()), message.payload.data(), 1, message.retain);
    if (result != MOSQ_ERR_SUCCESS) return;  // disconnected in this moment; tried again once connected
    sent_.emplace(id, std::move(message));   // libmosquitto sends it again after a reconnect
    waiting_.pop_front();
  }
}

// Before whatever waits: who hears a reading knows already that the device is there.
void MqttClient::say_available(bool online) {
  if (options_.availability_topic.empty()) return;
  waiting_.push_front({options_.availability_topic, online ? "online" : "offline", true, false});
  send_waiting();
}

void MqttClient::on_connect(int result) {
  if (result != 0) {
    spdlog::warn("{}: the broker refuses the connection: {}", options_.client_id, mosquitto_connack_string(result));
    return;
  }
  std::unique_lock lock(mutex_);
  connected_ = true;
  spdlog::debug("{}: connected", options_.client_id);
  // Of readings only the newest counts: QoS 0, so that the broker keeps no queue of old ones for a slow bot. Commands must arrive.
  for (const auto& topic : options_.topics)
    mosquitto_subscribe(client_, nullptr, topic.c_str(), topic.starts_with("dc/") && !topic.ends_with("/set") ? 0 : 1);
  say_available(true);
  changed_.notify_all();
  lock.unlock();
  if (options_.connected) options_.connected();
}

void MqttClient::on_disconnect() {
  const std::scoped_lock lock(mutex_);
  connected_ = false;
  changed_.notify_all();
}

void MqttClient::on_acknowledged(int message_id) {
  const std::scoped_lock lock(mutex_);
  if (const auto it = sent_.find(message_id); it != sent_.end()) {
    if (it->second.reading) {
      ++acknowledged_;
      if (journal_.is_open()) journal_ << it->second.topic << '\t' << it->second.payload << std::endl;
    }
    sent_.erase(it);
  }
  send_waiting();
  changed_.notify_all();
}

bool MqttClient::wait_until(std::chrono::milliseconds patience, const std::function<bool()>& done) {
  std::unique_lock lock(mutex_);
  while (!done()) {
    const auto before = acknowledged_.load();
    if (changed_.wait_for(lock, patience) == std::cv_status::timeout && acknowledged_ == before && !done()) return false;
  }
  return true;
}

bool MqttClient::wait_for_room(std::chrono::milliseconds patience) {
  return wait_until(patience, [this] { return waiting_.size() < kWindow; });
}

bool MqttClient::wait_until_empty(std::chrono::milliseconds patience) {
  return wait_until(patience, [this] { return waiting_.empty() && sent_.empty(); });
}

void MqttClient::stop(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const auto done = [&] { return !connected_ || (waiting_.empty() && sent_.empty()); };
  changed_.wait_until(lock, deadline, done);
  if (connected_) say_available(false);
  changed_.wait_until(lock, deadline, done);
  lock.unlock();
  mosquitto_disconnect(client_);
  mosquitto_loop_stop(client_, false);
}

}  // namespace dcim::bots
