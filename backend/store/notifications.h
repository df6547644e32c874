// The outbox of notifications: what is made of the news about alarms, what is due to be sent, and what became of it. Several servers may
// work on it at once. All functions throw DatabaseError.
#pragma once

#include "core/notifications.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

/// While one server has a notification in hand, no other takes it; if it dies, the next may after so long.
inline constexpr std::chrono::seconds kNotificationLease{90};
/// What is sent or dead is kept for so long.
inline constexpr std::chrono::hours kNotificationsKept{24 * 90};

struct NotificationWork {
  bool to_plan = false;  // news, a follow-up that is due, or what gathers
  std::int64_t pending = 0;
};
asio::awaitable<NotificationWork> notification_work(Connection& connection, base::Timestamp now);

/// Makes notifications of the news about alarms and of follow-ups that are due, all in one transaction; one server at a time. True: there is
/// more to do now.
asio::awaitable<bool> plan_notifications(Connection& connection, base::Timestamp now, std::string public_url);

struct OutgoingNotification {
  int id = 0;
  std::string delivery_id;  // the same in every attempt
  core::NotificationChannel channel;
  core::NotificationKind kind = core::NotificationKind::test;
  std::string subject, text, html, json;
  base::Timestamp created_at{};
  int attempt = 0;  // this is the n-th
};
/// Takes what is due: the oldest of each channel that is not `busy`, marked as being sent before anything is.
asio::awaitable<std::vector<OutgoingNotification>> claim_notifications(Connection& connection, base::Timestamp now, std::vector<core::ChannelId> busy,
                                                                       int limit);
/// Taken already, for the test button: nobody else sends it meanwhile. Writes notification-channel.test.
asio::awaitable<OutgoingNotification> create_test_notification(Connection& connection, const core::Site& site, core::NotificationChannel channel,
                                                               base::Timestamp now, AuditContext who);

/// Delivered. `remark`: what was not quite right. The alarms' journals say who was told.
asio::awaitable<void> notification_sent(Connection& connection, const OutgoingNotification& notification, std::string remark, base::Timestamp now);
/// Tried again later, or dead when its time is over or it is `final`; then the alarms' journals say so. True: it is dead.
asio::awaitable<bool> notification_failed(Connection& connection, const OutgoingNotification& notification, std::string error, bool final,
                                          base::Timestamp now);

struct NotificationState {
  int id = 0;
  std::optional<int> channel_id;
  std::string channel, state, subject;
  int alarms = 0;
  base::Timestamp created_at, due_at;
  std::optional<base::Timestamp> sent_at;
  int attempts = 0;
  std::optional<std::string> last_error;
};
/// The newest 500. `state`: pending, sent or dead.
asio::awaitable<std::vector<NotificationState>> list_notifications(Connection& connection, core::SiteId site, std::optional<std::string> state);
/// Of a dead one; else `conflict`. Writes notification.retry.
asio::awaitable<base::Result<NotificationState>> retry_notification(Connection& connection, const core::Site& site, int id, base::Timestamp now,
                                                                    AuditContext who);
/// What is older than kNotificationsKept goes.
asio::awaitable<void> drop_old_notifications(Connection& connection, base::Timestamp now);

}  // namespace dcim::store
