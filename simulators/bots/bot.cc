#include "simulators/bots/bot.h"

#include <signal.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "base/log.h"
#include "base/spawn.h"
#include "simulators/bots/control.h"
#include "simulators/bots/unit.h"

namespace dcim::bots {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using SteadyTime = std::chrono::steady_clock::time_point;

// How long to wait for what the broker has kept for us, before starting without it.
constexpr auto kSyncPatience = 3s;
// With every reading, so that no counter goes back when the bot is killed; less often only when the model's time is fast.
constexpr auto kStateEvery = 1s;

// One bot on one io_context; libmosquitto's thread only posts to it.
class Bot {
 public:
  explicit Bot(const BotOptions& options)
      : options_(options),
        site_(options.site.code),
        unit_(options.site, options.unit, options.seed),
        interval_s_(options.interval_s.value_or(options.unit.interval_s)),
        epoch_s_(options.epoch_s > 0 ? options.epoch_s : real_s()),
        begin_s_(options.begin_s > 0 ? options.begin_s : epoch_s_),
        client_(mqtt_options()) {}

  int run() {
    asio::signal_set signals(io_, SIGTERM, SIGINT);
    base::TaskGroup tasks(io_.get_executor(), options_.unit.name);
    signals.async_wait([&](boost::system::error_code failed, int) {
      if (failed) return;
      tasks.stop();
      work_.reset();
    });
    tasks.spawn("publish", [this] { return publish_for_ever(); });
    client_.start();
    io_.run();
    if (synced_) save_state();
    client_.stop(2s);
    spdlog::info("{}: {} readings acknowledged, {} dropped", options_.unit.name, client_.acknowledged(), client_.dropped());
    return 0;
  }

 private:
  MqttClient::Options mqtt_options() {
    auto out = options_.mqtt;
    out.topics = unit_.hears();
    for (const auto& topic : {all_scenarios_topic(site_), state_topic(site_, options_.unit.name), sync_topic(site_, options_.unit.name)})
      out.topics.push_back(topic);
    out.hear = [this](std::string topic, std::string payload) {
      asio::post(io_, [this, topic = std::move(topic), payload = std::move(payload)] { hear(topic, payload); });
    };
    out.connected = [this] { client_.publish_control(sync_topic(site_, options_.unit.name), "1", false); };
    return out;
  }

  double real_s() const { return std::chrono::duration<double>(clock_.now().time_since_epoch()).count(); }
  double model_of(double real) const { return begin_s_ + (real - epoch_s_) * options_.speed; }
  double model_s() const { return model_of(real_s()); }
  double real_of(double model) const { return epoch_s_ + (model - begin_s_) / options_.speed; }

  asio::awaitable<void> publish_for_ever() {
    wake_.expires_after(kSyncPatience);
    co_await wait();
    synced_ = true;
    publish(model_s());
    // From then on at the moments of a schedule in the model's time, and of exactly those moments: the same in every run.
    const double phase_s = interval_s_ * phase_of(options_.seed, options_.unit.name);
    while (true) {
      // Those that are past already are left out; also right after the machine's clock has been set.
      const double due_s = begin_s_ + phase_s + (std::floor((model_s() - begin_s_ - phase_s) / interval_s_) + 1) * interval_s_;
      const auto left = std::chrono::duration<double>(real_of(due_s) - real_s());
      wake_.expires_after(std::chrono::ceil<std::chrono::microseconds>(left));
      co_await wait();
      publish(std::exchange(speak_now_, false) ? model_s() : due_s);
    }
  }

  // Until the time set, or until something is urgent.
  asio::awaitable<void> wait() {
    boost::system::error_code woken;
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(asio::error::operation_aborted);
  }

  void publish(double model) {
    std::vector<Message> said;
    unit_.read(model, said);
    unit_.take_urgent();
    const auto ts = base::from_unix_us(std::llround(real_of(model) * 1000) * 1000);
    for (const auto& message : said) client_.publish(message.topic, payload(ts, message.fields, message.unit));
    if (std::chrono::steady_clock::now() >= next_state_) save_state();
  }

  void save_state() {
    next_state_ = std::chrono::steady_clock::now() + kStateEvery;
    if (const auto state = unit_.state(); !state.empty())
      client_.publish_control(state_topic(site_, options_.unit.name), payload(clock_.now(), state, ""), true);
  }

  void hear(const std::string& topic, const std::string& text) {
    if (topic == sync_topic(site_, options_.unit.name)) {
      if (!synced_) wake_.cancel();
    } else if (topic == state_topic(site_, options_.unit.name)) {
      const auto state = parse_payload(text);
      if (!synced_ && state) unit_.restore(*state, model_s());
    } else if (const auto news = scenario_news(site_, topic, text)) {
      take(*news);
    } else if (const auto fields = parse_payload(text)) {
      unit_.hear(model_s(), topic, *fields);
      if (unit_.take_urgent() && synced_) speak_now();
    }
  }

  void speak_now() {
    speak_now_ = true;
    wake_.cancel();
  }

  void take(const ScenarioNews& news) {
    std::erase_if(active_, [&](const auto& other) { return other.same(news.scenario); });
    if (news.started_ms > 0) {
      active_.push_back(news.scenario);
      active_.back().started_s = model_of(static_cast<double>(news.started_ms) / 1000);
    }
    const bool changed = unit_.set_scenarios(model_s(), active_);
    if (!concerns(news.scenario, options_.unit)) return;
    if (changed) {
      const auto topic = scenario_topic(site_, news.scenario);
      spdlog::info("{}: {} {}", options_.unit.name, topic, news.started_ms > 0 ? "begins" : "ends");
      if (unit_.take_urgent() && synced_) speak_now();
    }
    const auto target = scenario_topic(site_, news.scenario);
    client_.publish_control(heard_topic(site_, options_.unit.name),
                            news.scenario.name + " " + target.substr(target.rfind('/') + 1) + (news.started_ms > 0 ? " on" : " off"), false);
  }

  const BotOptions& options_;
  std::string site_;
  base::SystemClock clock_;
  Unit unit_;
  double interval_s_, epoch_s_, begin_s_;
  std::vector<Scenario> active_;
  bool synced_ = false, speak_now_ = false;
  SteadyTime next_state_ = std::chrono::steady_clock::now();
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  asio::steady_timer wake_{io_};
  MqttClient client_;
};

}  // namespace

int run_bot(const BotOptions& options) {
  setenv("TZ", options.site.time_zone.c_str(), 1);
  tzset();
  return Bot(options).run();
}

}  // namespace dcim::bots
