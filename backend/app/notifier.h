// Tells people of alarms: makes notifications of the news once a second, and sends what is due from the outbox. It drains nothing at a
// stop: what is not sent stays in the database.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <boost/asio/thread_pool.hpp>
#include <mutex>
#include <set>

#include "api/services.h"
#include "base/spawn.h"
#include "notify/delivery.h"
#include "store/notifications.h"

namespace dcim::app {

namespace asio = boost::asio;

/// Thread-safe where its base says so. At most kSenders are on their way at once, one to each channel.
class Notifier final : public api::Notifications {
 public:
  Notifier(asio::any_io_executor executor, store::Pool& pool, const base::Clock& clock, prometheus::Registry& metrics,
           std::optional<notify::SmtpSettings> smtp, std::string public_url);

  /// Until cancelled.
  asio::awaitable<void> run();
  /// Ends what is under way; then run() may be cancelled and the senders are joined.
  asio::awaitable<void> stop();

  bool has_smtp() const override { return delivery_.has_smtp(); }
  asio::awaitable<Outcome> test(core::Site site, core::NotificationChannel channel, store::AuditContext who) override;

 private:
  static constexpr int kSenders = 4;

  asio::awaitable<void> pass();
  asio::awaitable<void> send_due();
  asio::awaitable<void> send(store::OutgoingNotification notification);
  asio::awaitable<notify::Outcome> deliver(const store::OutgoingNotification& notification);
  asio::awaitable<void> record(const store::OutgoingNotification& notification, const notify::Outcome& outcome, bool final);

  store::Pool& pool_;
  const base::Clock& clock_;
  notify::Delivery delivery_;
  const std::string public_url_;
  asio::thread_pool threads_{kSenders};
  base::TaskGroup sending_;
  std::mutex mutex_;
  std::set<core::ChannelId> busy_;  // guarded by mutex_
  base::Timestamp dropped_at_{};
  prometheus::Gauge& pending_;
  prometheus::Counter& sent_;
  prometheus::Counter& failed_;
  prometheus::Counter& dead_;
};

}  // namespace dcim::app
