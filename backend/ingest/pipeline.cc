#include "ingest/pipeline.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>

#include "base/log.h"

namespace dcim::ingest {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using Steady = std::chrono::steady_clock;

constexpr auto kBatchAge = 50ms;                // how long a batch gathers before it is stored
constexpr std::size_t kReadyMessages = 500;     // to be acknowledged: a quarter of what the broker has in flight
constexpr std::size_t kReadyReadings = 20'000;  // are worth a commit at once
constexpr auto kFirstBackoff = 200ms;
constexpr auto kLongestBackoff = 5s;

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help, const prometheus::Labels& labels = {}) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
}

std::string kept(std::string_view payload, std::size_t most = live::kKeptPayload) { return std::string(payload.substr(0, most)); }

// Waits for the timer to be cancelled, which is an event here, not an error; being cancelled oneself is.
asio::awaitable<void> wait_for_event(asio::steady_timer& timer) {
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace

Pipeline::Pipeline(live::Live& live, live::BatchSink& sink, const base::Clock& clock, prometheus::Registry& metrics)
    : live_(live),
      sink_(sink),
      clock_(clock),
      inventory_(live.inventory()),
      arrived_{asio::steady_timer(live.strand()), asio::steady_timer(live.strand())},
      room_(live.strand(), asio::steady_timer::time_point::max()),
      turn_(live.strand(), asio::steady_timer::time_point::max()),
      drained_(live.strand()),
      messages_(counter(metrics, "dcim_ingest_messages_total", "Messages received from the broker")),
      readings_(counter(metrics, "dcim_ingest_readings_total", "Readings found in messages")),
      stored_(counter(metrics, "dcim_ingest_readings_stored_total", "Readings committed to the database")),
      unknown_topics_(counter(metrics, "dcim_ingest_unknown_topic_total", "Messages on topics that no sensor listens to")),
      batches_(counter(metrics, "dcim_ingest_batches_total", "Batches committed")),
      store_failures_(counter(metrics, "dcim_ingest_store_failures_total", "Attempts to commit a batch that failed and were tried again")),
      pauses_(counter(metrics, "dcim_ingest_pauses_total", "Times that reading from the broker stopped for lack of room")),
      computed_left_out_(counter(metrics, "dcim_ingest_computed_left_out_total", "Readings that the server computed and had no room to store")),
      waiting_(
          prometheus::BuildGauge().Name("dcim_ingest_waiting_readings").Help("Readings received and not yet committed").Register(metrics).Add({})),
      commit_seconds_(prometheus::BuildHistogram()
                          .Name("dcim_ingest_commit_seconds")
                          .Help("Time to commit a batch")
                          .Register(metrics)
                          .Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10})) {
  for (std::size_t i = 0; i < live::kRejectReasons; ++i) {
    rejected_[i] = &counter(metrics, "dcim_ingest_rejected_total", "Messages refused, wholly or in part, by reason",
                            {{"reason", std::string(live::name_of(static_cast<live::RejectReason>(i)))}});
  }
}

void Pipeline::on_message(const Publish& message, ConnectionNumber connection) {
  if (!std::exchange(reading_, true)) arrival_ = clock_.now();
  if (filling_.empty()) {
    filling_.since = Steady::now();
    inventory_ = live_.inventory();
  }
  if (connection != filling_.connection) {
    filling_.packet_ids.clear();  // of a connection that is gone
    filling_.connection = connection;
  }
  ++filling_.messages;
  if (message.packet_id) filling_.packet_ids.push_back(message.packet_id);

  if (const auto* sensors = inventory_->sensors_on(message.topic)) {
    take_readings(message, *sensors, arrival_);
  } else if (const auto* device = inventory_->device_of_availability(message.topic)) {
    take_availability(message, *device, arrival_);
  } else if (!core::reserved_topic(message.topic)) {
    discover(message, arrival_);
  }
}

void Pipeline::take_readings(const Publish& message, std::span<const std::uint32_t> sensors, base::Timestamp arrival) {
  auto& batch = filling_.batch;
  const auto rejection = parser_.parse(message.payload, sensors, *inventory_, arrival, message.retained, batch.readings);
  if (rejection) reject(message, arrival, rejection->reason, rejection->detail);
}

void Pipeline::reject(const Publish& message, base::Timestamp arrival, live::RejectReason reason, std::string detail) {
  rejected_[static_cast<std::size_t>(reason)]->Increment();
  auto& rejected = filling_.batch.rejected;
  if (rejected.size() >= live::kKeptRejections) return;
  const auto topic = message.topic.substr(0, live::kLongestTopic);
  spdlog::debug("rejected a message on {}: {}, {}", topic, live::name_of(reason), detail);
  rejected.push_back({arrival, std::string(topic), reason, std::move(detail), kept(message.payload)});
}

void Pipeline::take_availability(const Publish& message, const core::Device& device, base::Timestamp arrival) {
  if (message.payload != "online" && message.payload != "offline") {
    return reject(message, arrival, live::RejectReason::malformed_json, "must be online or offline");
  }
  const live::Availability availability{message.payload == "online", arrival};
  filling_.batch.availability.push_back({device.id, availability});
  live_.apply_availability(device.id, availability);
}

void Pipeline::discover(const Publish& message, base::Timestamp arrival) {
  unknown_topics_.Increment();
  if (message.topic.size() > live::kLongestTopic) {
    return reject(message, arrival, live::RejectReason::too_large, "the topic has more than " + std::to_string(live::kLongestTopic) + " bytes");
  }
  const auto [it, is_new] = filling_.discovered.try_emplace(std::string(message.topic), filling_.batch.discovered.size());
  if (is_new) {
    if (filling_.batch.discovered.size() >= kKeptDiscoveries) {
      filling_.discovered.erase(it);
      return;
    }
    filling_.batch.discovered.push_back({it->first, arrival, arrival, 0, {}});
  }
  auto& topic = filling_.batch.discovered[it->second];
  topic.last_seen = arrival;
  ++topic.messages;
  topic.last_payload = kept(message.payload, live::kDiscoveredPayload);
}

void Pipeline::on_messages_end() {
  if (!std::exchange(reading_, false)) return;
  const auto fresh = std::span(filling_.batch.readings).subspan(told_);
  filling_.late += live_.apply(fresh);
  told_ += fresh.size();
  readings_.Increment(static_cast<double>(fresh.size()));
  messages_.Increment(static_cast<double>(filling_.messages - counted_));
  counted_ = filling_.messages;
  waiting_.Set(static_cast<double>(committing_ + told_));
  wake();
}

void Pipeline::take_computed(std::span<const core::Reading> readings) {
  if (readings.empty()) return;
  if (full()) return computed_left_out_.Increment(static_cast<double>(readings.size()));
  if (filling_.empty()) {
    filling_.since = Steady::now();
    inventory_ = live_.inventory();
  }
  auto& batch = filling_.batch.readings;
  batch.insert(batch.end(), readings.begin(), readings.end());
  // Called between two reads, so what came before them live knows already.
  filling_.late += live_.apply(std::span(batch).subspan(told_));
  told_ = batch.size();
  readings_.Increment(static_cast<double>(readings.size()));
  waiting_.Set(static_cast<double>(committing_ + told_));
  wake();
}

void Pipeline::wake() {
  for (auto& waiter : arrived_) waiter.cancel();
}

void Pipeline::tick(std::optional<base::Timestamp> receiving_since) {
  live_.tick(storing_ ? receiving_since : std::nullopt);
  if (live_.has_alarm_news()) wake();
}

asio::awaitable<void> Pipeline::wait_for_room() {
  if (full()) pauses_.Increment();
  while (full()) co_await wait_for_event(room_);
}

bool Pipeline::ready() const {
  return live_.has_alarm_news() || filling_.packet_ids.size() >= kReadyMessages || filling_.batch.readings.size() >= kReadyReadings ||
         filling_.messages >= kReadyReadings || (!filling_.empty() && Steady::now() >= filling_.since + kBatchAge);
}

Pipeline::Filling Pipeline::take() {
  auto out = std::exchange(filling_, {});
  out.batch.alarms = live_.take_alarms();
  filling_.connection = out.connection;
  filling_.batch.readings.reserve(out.batch.readings.size());
  told_ = counted_ = 0;
  committing_ += out.batch.readings.size();
  room_.cancel();
  return out;
}

// Until all batches before this number are done.
asio::awaitable<void> Pipeline::wait_for_turn(std::uint64_t turn) {
  while (done_ < turn) co_await wait_for_event(turn_);
}

asio::awaitable<void> Pipeline::keep_storing(asio::steady_timer& arrived) {
  while (true) {
    while (!ready()) {
      arrived.expires_at(filling_.empty() ? asio::steady_timer::time_point::max() : filling_.since + kBatchAge);
      co_await wait_for_event(arrived);
    }
    auto committing = take();
    const auto turn = taken_++;
    const auto count = committing.batch.readings.size();
    const auto after = committing.in_order() ? turn : barrier_;
    if (committing.in_order()) barrier_ = turn + 1;
    co_await wait_for_turn(after);
    if (!committing.batch.empty()) co_await store(committing.batch);
    live_.announce(committing.batch.changed_alarms);
    const auto& batch = committing.batch;
    stored_.Increment(static_cast<double>(count - batch.refused_readings));
    rejected_[static_cast<std::size_t>(live::RejectReason::refused_by_database)]->Increment(
        static_cast<double>(batch.refused_readings + batch.refused_others));
    committing_ -= count;
    waiting_.Set(static_cast<double>(committing_ + told_));
    co_await wait_for_turn(turn);
    acknowledger_->acknowledge(committing.connection, committing.packet_ids);
    ++done_;
    turn_.cancel();
    drained_.cancel();
  }
}

asio::awaitable<void> Pipeline::run() {
  static_assert(live::kConcurrentBatches == 2);
  try {
    co_await (keep_storing(arrived_[0]) && keep_storing(arrived_[1]));
  } catch (const asio::multiple_exceptions& both) {
    std::rethrow_exception(both.first_exception());  // both were cancelled
  }
}

asio::awaitable<void> Pipeline::drain(std::chrono::seconds timeout) {
  auto wait = [](Pipeline& self, Steady::time_point deadline) -> asio::awaitable<void> {
    while (!self.idle() && Steady::now() < deadline) {
      self.drained_.expires_at(deadline);
      co_await wait_for_event(self.drained_);
    }
    if (!self.idle()) spdlog::warn("ingest: stopped before everything was stored; the broker sends it again");
  };
  co_await asio::co_spawn(live_.strand(), wait(*this, Steady::now() + timeout), asio::use_awaitable);
}

asio::awaitable<void> Pipeline::store(live::Batch& batch) {
  asio::steady_timer timer(live_.strand());
  std::chrono::milliseconds backoff = kFirstBackoff;
  while (true) {
    const auto start = Steady::now();
    try {
      co_await sink_.store(batch);
      commit_seconds_.Observe(std::chrono::duration<double>(Steady::now() - start).count());
      batches_.Increment();
      if (!std::exchange(storing_, true)) spdlog::info("ingest: storing again");
      co_return;
    } catch (const std::exception& e) {
      store_failures_.Increment();
      if (std::exchange(storing_, false)) spdlog::error("ingest: cannot store, trying again: {}", e.what());
    }
    timer.expires_after(backoff);
    co_await timer.async_wait(asio::use_awaitable);
    backoff = std::min<std::chrono::milliseconds>(backoff * 2, kLongestBackoff);
  }
}

}  // namespace dcim::ingest
