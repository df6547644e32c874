#include "ingest/broker_control.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>

namespace dcim::ingest {
namespace {

using namespace asio::experimental::awaitable_operators;
namespace json = boost::json;

constexpr const char* kCommands = "$CONTROL/dynamic-security/v1";
constexpr const char* kAnswers = "$CONTROL/dynamic-security/v1/response";

std::string random_text() {
  std::random_device random;
  return std::to_string(random()) + std::to_string(random());
}

// One request and its answer, on its strand.
class Exchange final : public MessageHandler {
 public:
  Exchange(MqttSession::Strand strand, BrokerAddress broker, json::array commands)
      : commands_(std::move(commands)), session_(strand, options_for(std::move(broker)), *this), answered_(strand, BrokerControl::kPatience) {
    for (auto& command : commands_) command.as_object()["correlationData"] = correlation_;
  }

  asio::awaitable<base::Result<json::array>> run() {
    co_await (session_.run() || wait());
    if (answers_) co_return std::move(*answers_);
    if (!session_.connected()) co_return base::Error::unavailable("the broker cannot be told: " + session_.problem());
    co_return base::Error::unavailable(
        "the broker does not answer to commands: its dynamic security plugin is not loaded, or our account may not use it");
  }

  void on_message(const Publish& message, ConnectionNumber) override {
    if (message.topic != kAnswers) return;
    json::error_code failed;
    const auto answer = json::parse({message.payload.data(), message.payload.size()}, failed);
    const auto* object = answer.if_object();
    const auto* list = object ? object->if_contains("responses") : nullptr;
    if (!list || !list->is_array()) return;
    const auto ours = [this](const json::value& one) {
      const auto* data = one.is_object() ? one.as_object().if_contains("correlationData") : nullptr;
      return data && *data == json::value(correlation_);
    };
    const auto& responses = list->as_array();
    if (responses.size() != commands_.size() || !std::all_of(responses.begin(), responses.end(), ours)) return;
    answers_ = responses;
    answered_.cancel();
  }

  void on_messages_end() override {
    if (asked_on_ == session_.connection()) return;
    asked_on_ = session_.connection();
    session_.publish(kCommands, json::serialize(json::object{{"commands", commands_}}));
  }

  asio::awaitable<void> wait_for_room() override { co_return; }

 private:
  static MqttSession::Options options_for(BrokerAddress broker) {
    MqttSession::Options out;
    out.broker = std::move(broker);
    out.client_id = "dcim-control-" + random_text();
    out.topic_filter = kAnswers;
    out.session_expiry_s = 0;
    return out;
  }

  // Until it is answered, or for as long as we are patient.
  asio::awaitable<void> wait() {
    boost::system::error_code ignored;
    co_await answered_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  json::array commands_;
  const std::string correlation_ = random_text();
  MqttSession session_;
  asio::steady_timer answered_;
  ConnectionNumber asked_on_ = 0;
  std::optional<json::array> answers_;
};

asio::awaitable<base::Result<json::array>> exchange(MqttSession::Strand strand, BrokerAddress broker, json::array commands) {
  const auto one = std::make_unique<Exchange>(strand, std::move(broker), std::move(commands));
  co_return co_await one->run();
}

}  // namespace

asio::awaitable<base::Result<json::array>> BrokerControl::run(json::array commands) {
  const auto strand = asio::make_strand(executor_);
  auto task = exchange(strand, broker_, std::move(commands));
  co_return co_await asio::co_spawn(strand, std::move(task), asio::use_awaitable);
}

}  // namespace dcim::ingest
