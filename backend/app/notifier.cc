#include "app/notifier.h"

#include <prometheus/registry.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"

namespace dcim::app {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto kEvery = 1s;
constexpr auto kDropEvery = 1h;
constexpr auto kGrace = 3s;

asio::awaitable<void> delay(std::chrono::steady_clock::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

prometheus::Counter& counter(prometheus::Registry& metrics, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(metrics).Add({});
}

}  // namespace

Notifier::Notifier(asio::any_io_executor executor, store::Pool& pool, const base::Clock& clock, prometheus::Registry& metrics,
                   std::optional<notify::SmtpSettings> smtp, std::string public_url)
    : pool_(pool),
      clock_(clock),
      delivery_(std::move(smtp)),
      public_url_(std::move(public_url)),
      sending_(std::move(executor), "notifications"),
      pending_(prometheus::BuildGauge().Name("dcim_notifications_pending").Help("Notifications that are to be sent").Register(metrics).Add({})),
      sent_(counter(metrics, "dcim_notifications_sent_total", "Notifications delivered")),
      failed_(counter(metrics, "dcim_notifications_failed_total", "Attempts that failed")),
      dead_(counter(metrics, "dcim_notifications_dead_total", "Notifications given up")) {}

asio::awaitable<void> Notifier::run() {
  while (true) {
    try {
      co_await pass();
    } catch (const store::DatabaseError& error) {
      spdlog::warn("notifications: {}; again in 1 s", error.what());
    }
    co_await delay(kEvery);
  }
}

// What is on its way may arrive, and be recorded: cut off, it would be sent again.
asio::awaitable<void> Notifier::stop() {
  co_await (sending_.join() || delay(kGrace));
  delivery_.stop();
  co_await (sending_.join() || delay(kGrace));
  sending_.stop();
  co_await sending_.join();
  threads_.stop();
}

asio::awaitable<void> Notifier::pass() {
  const auto now = clock_.now();
  {
    const auto connection = co_await pool_.acquire();
    const auto work = co_await store::notification_work(*connection, now);
    pending_.Set(static_cast<double>(work.pending));
    bool more = work.to_plan;
    while (more) more = co_await store::plan_notifications(*connection, clock_.now(), public_url_);
    if (now - dropped_at_ > kDropEvery) {
      dropped_at_ = now;
      co_await store::drop_old_notifications(*connection, now);
    }
  }
  co_await send_due();
}

asio::awaitable<void> Notifier::send_due() {
  std::vector<core::ChannelId> busy;
  {
    const std::scoped_lock lock(mutex_);
    busy.assign(busy_.begin(), busy_.end());
  }
  const int free = kSenders - static_cast<int>(busy.size());
  if (free <= 0) co_return;
  const auto connection = co_await pool_.acquire();
  const auto due = co_await store::claim_notifications(*connection, clock_.now(), std::move(busy), free);
  for (const auto& notification : due) {
    {
      const std::scoped_lock lock(mutex_);
      busy_.insert(notification.channel.id);
    }
    sending_.spawn("send", [this, notification] { return send(notification); });
  }
}

asio::awaitable<void> Notifier::send(store::OutgoingNotification notification) {
  struct Busy {
    Notifier& notifier;
    core::ChannelId channel;
    ~Busy() {
      const std::scoped_lock lock(notifier.mutex_);
      notifier.busy_.erase(channel);
    }
  };
  const Busy busy{*this, notification.channel.id};
  if (!notification.channel.enabled) {
    const notify::Outcome off{false, "the channel is switched off", {}};
    co_await record(notification, off, true);
    co_return;
  }
  const auto outcome = co_await deliver(notification);
  co_await record(notification, outcome, false);
}

// The receiver may take its time: on a thread of its own.
asio::awaitable<notify::Outcome> Notifier::deliver(const store::OutgoingNotification& notification) {
  auto message = std::make_shared<notify::Message>();
  message->delivery_id = notification.delivery_id;
  message->channel = notification.channel;
  message->kind = notification.kind;
  message->subject = notification.subject;
  message->text = notification.text;
  message->html = notification.html;
  message->json = notification.json;
  message->created_at = notification.created_at;
  auto work = [](const notify::Delivery& delivery, std::shared_ptr<const notify::Message> what) -> asio::awaitable<notify::Outcome> {
    co_return delivery.deliver(*what);
  };
  co_return co_await asio::co_spawn(threads_, work(delivery_, std::move(message)), asio::use_awaitable);
}

// Delivered and not recorded would be delivered again: while the database is away, this waits for it, as long as the lease holds.
asio::awaitable<void> Notifier::record(const store::OutgoingNotification& notification, const notify::Outcome& outcome, bool final) {
  const auto until = std::chrono::steady_clock::now() + store::kNotificationLease;
  while (true) {
    try {
      const auto connection = co_await pool_.acquire();
      if (outcome.delivered) {
        co_await store::notification_sent(*connection, notification, outcome.remark, clock_.now());
        sent_.Increment();
        co_return;
      }
      const bool dead = co_await store::notification_failed(*connection, notification, outcome.detail, final, clock_.now());
      failed_.Increment();
      if (dead) dead_.Increment();
      spdlog::warn("notification {} to {}: {}{}", notification.id, notification.channel.name, outcome.detail, dead ? "; given up" : "");
      co_return;
    } catch (const store::DatabaseError& error) {
      if (std::chrono::steady_clock::now() > until) {
        spdlog::error("notification {}: what became of it cannot be recorded: {}", notification.id, error.what());
        co_return;
      }
    }
    co_await delay(kEvery);
  }
}

asio::awaitable<api::Notifications::Outcome> Notifier::test(core::Site site, core::NotificationChannel channel, store::AuditContext who) {
  store::OutgoingNotification notification;
  {
    const auto connection = co_await pool_.acquire();
    notification = co_await store::create_test_notification(*connection, site, std::move(channel), clock_.now(), std::move(who));
  }
  const auto outcome = co_await deliver(notification);
  co_await record(notification, outcome, true);
  const auto& remark = outcome.remark;
  co_return Outcome{outcome.delivered, outcome.detail + (remark.empty() ? "" : "; " + remark)};
}

}  // namespace dcim::app
