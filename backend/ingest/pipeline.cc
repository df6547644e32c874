#include "ingest/pipeline.h"

#include <boost/asio/as_tuple.hpp>

#include "base/log.h"

namespace dcim::ingest {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto kBatchAge = 50ms;           // how long a batch gathers before it is stored
constexpr std::size_t kReadyBatch = 1000;  // messages that are worth a commit at once: half of what the broker has in flight
constexpr auto kFirstBackoff = 200ms;
constexpr auto kLongestBackoff = 5s;

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help, const prometheus::Labels& labels = {}) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
}

std::string kept(std::string_view payload) { return std::string(payload.substr(0, live::kKeptPayload)); }

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
      arrived_(live.strand(), asio::steady_timer::time_point::max()),
      room_(live.strand(), asio::steady_timer::time_point::max()),
      idle_(live.strand(), asio::steady_timer::time_point::max()),
      messages_(counter(metrics, "dcim_ingest_messages_total", "Messages received from the broker")),
      readings_(counter(metrics, "dcim_ingest_readings_total", "Readings found in messages")),
      stored_(counter(metrics, "dcim_ingest_readings_stored_total", "Readings committed to the database")),
      unknown_topics_(counter(metrics, "dcim_ingest_unknown_topic_total", "Messages on topics that no sensor listens to")),
      batches_(counter(metrics, "dcim_ingest_batches_total", "Batches committed")),
      store_failures_(counter(metrics, "dcim_ingest_store_failures_total", "Attempts to commit a batch that failed and were tried again")),
      pauses_(counter(metrics, "dcim_ingest_pauses_total", "Times that reading from the broker stopped for lack of room")),
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
  messages_.Increment();
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

  const auto arrival = clock_.now();
  if (const auto* sensors = inventory_->sensors_on(message.topic)) {
    take_readings(message, *sensors, arrival);
  } else if (const auto* device = inventory_->device_of_availability(message.topic)) {
    take_availability(message, *device, arrival);
  } else if (!core::reserved_topic(message.topic)) {
    discover(message, arrival);
  }
}

void Pipeline::take_readings(const Publish& message, std::span<const std::uint32_t> sensors, base::Timestamp arrival) {
  auto& batch = filling_.batch;
  const auto before = batch.readings.size();
  const auto rejection = parser_.parse(message.payload, sensors, *inventory_, arrival, message.retained, batch.readings);
  readings_.Increment(static_cast<double>(batch.readings.size() - before));
  if (!rejection) return;
  rejected_[static_cast<std::size_t>(rejection->reason)]->Increment();
  if (batch.rejected.size() >= kKeptRejections) return;
  spdlog::debug("rejected a message on {}: {}, {}", message.topic, live::name_of(rejection->reason), rejection->detail);
  batch.rejected.push_back({arrival, std::string(message.topic), rejection->reason, rejection->detail, kept(message.payload)});
}

void Pipeline::take_availability(const Publish& message, const core::Device& device, base::Timestamp arrival) {
  if (message.payload != "online" && message.payload != "offline") {
    const auto reason = live::RejectReason::malformed_json;
    rejected_[static_cast<std::size_t>(reason)]->Increment();
    if (filling_.batch.rejected.size() < kKeptRejections) {
      filling_.batch.rejected.push_back({arrival, std::string(message.topic), reason, "must be online or offline", kept(message.payload)});
    }
    return;
  }
  const live::Availability availability{message.payload == "online", arrival};
  filling_.batch.availability.push_back({device.id, availability});
  live_.apply_availability(device.id, availability);
}

void Pipeline::discover(const Publish& message, base::Timestamp arrival) {
  unknown_topics_.Increment();
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
  topic.last_payload = kept(message.payload);
}

void Pipeline::on_messages_end() {
  const auto& readings = filling_.batch.readings;
  live_.apply(std::span(readings).subspan(told_));
  told_ = readings.size();
  waiting_.Set(static_cast<double>(readings.size()));
  if (!filling_.empty()) arrived_.cancel();
}

void Pipeline::tick(std::optional<base::Timestamp> receiving_since) {
  live_.tick(storing_ ? receiving_since : std::nullopt);
  if (live_.has_alarm_news()) arrived_.cancel();
}

asio::awaitable<void> Pipeline::wait_for_room() {
  if (full()) pauses_.Increment();
  while (full()) {
    room_.expires_at(asio::steady_timer::time_point::max());
    co_await wait_for_event(room_);
  }
}

// Ends when a batch is old or large enough to be stored.
asio::awaitable<void> Pipeline::wait_for_batch() {
  while (filling_.messages < kReadyBatch && filling_.batch.readings.size() < kLargestBatch / 2 && !live_.has_alarm_news()) {
    arrived_.expires_at(filling_.empty() ? asio::steady_timer::time_point::max() : filling_.since + kBatchAge);
    if (!filling_.empty() && Steady::now() >= filling_.since + kBatchAge) co_return;
    co_await wait_for_event(arrived_);
  }
}

asio::awaitable<void> Pipeline::run() {
  while (true) {
    co_await wait_for_batch();
    auto committing = std::exchange(filling_, {});
    committing.batch.alarms = live_.take_alarms();
    filling_.connection = committing.connection;
    told_ = 0;
    committing_ = true;
    room_.cancel();
    const auto count = committing.batch.readings.size();
    if (!committing.batch.empty()) co_await store(committing.batch);
    live_.announce(committing.batch.changed_alarms);
    stored_.Increment(static_cast<double>(count));
    waiting_.Set(static_cast<double>(filling_.batch.readings.size()));
    acknowledger_->acknowledge(committing.connection, committing.packet_ids);
    committing_ = false;
    idle_.cancel();
  }
}

asio::awaitable<void> Pipeline::drain(std::chrono::seconds timeout) {
  auto wait = [](Pipeline& self, Steady::time_point deadline) -> asio::awaitable<void> {
    while ((self.committing_ || !self.filling_.empty()) && Steady::now() < deadline) {
      self.idle_.expires_at(deadline);
      co_await wait_for_event(self.idle_);
    }
    if (self.committing_ || !self.filling_.empty()) spdlog::warn("ingest: stopped before everything was stored; the broker sends it again");
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
