#include "store/notifications.h"

#include <algorithm>

#include "base/utf8.h"
#include "core/notification_text.h"
#include "store/arrays.h"
#include "store/notification_settings.h"

namespace dcim::store {
namespace {

using base::Error;

constexpr std::size_t kLongestError = 500;
constexpr const char* kStateColumns =
    "id, channel_id, channel, state, subject, cardinality(alarm_ids), created_at, due_at, sent_at, attempts, last_error";

NotificationState state_of(const Rows& r, std::size_t i) {
  NotificationState out;
  out.id = r.i32(i, 0);
  out.channel_id = r.maybe_i32(i, 1);
  out.channel = r.text(i, 2);
  out.state = r.text(i, 3);
  out.subject = r.text(i, 4);
  out.alarms = r.i32(i, 5);
  out.created_at = r.time(i, 6);
  out.due_at = r.time(i, 7);
  if (!r.null(i, 8)) out.sent_at = r.time(i, 8);
  out.attempts = r.i32(i, 9);
  out.last_error = r.maybe_text(i, 10);
  return out;
}

// What a receiver says may be anything.
std::string short_text(std::string text) {
  if (text.size() > kLongestError) text.resize(kLongestError);
  return base::valid_utf8(text);
}

std::string told_by(const OutgoingNotification& notification) {
  return (notification.channel.type == core::ChannelType::email ? "E-mail to " : "Webhook ") + notification.channel.name;
}

// With what changed the notification (`changed`, its alarm_ids) in the same statement; $1 is its id.
constexpr const char* kJournal =
    " INSERT INTO alarm_journal (alarm_id, ts, change, severity, note) SELECT a.id, $2, 'notified', a.severity, $3 FROM changed c "
    "JOIN alarms a ON a.id = ANY(c.alarm_ids) ORDER BY a.id";

}  // namespace

asio::awaitable<NotificationWork> notification_work(Connection& connection, base::Timestamp now) {
  const auto rows = co_await connection.query(
      "SELECT EXISTS (SELECT FROM alarm_announcements) OR EXISTS (SELECT FROM notification_items) OR "
      "EXISTS (SELECT FROM notification_follow_ups WHERE due_at <= $1), (SELECT count(*) FROM notifications WHERE state = 'pending')",
      params(now));
  co_return NotificationWork{rows.boolean(0, 0), rows.i64(0, 1)};
}

asio::awaitable<std::vector<OutgoingNotification>> claim_notifications(Connection& connection, base::Timestamp now, std::vector<core::ChannelId> busy,
                                                                       int limit) {
  TextArray not_these;
  for (const auto id : busy) not_these.add(param(id));
  const auto rows = co_await connection.query(
      "WITH next AS (SELECT n.id FROM notifications n WHERE n.state = 'pending' AND n.due_at <= $1 AND n.channel_id <> ALL($2::int[]) "
      "AND NOT EXISTS (SELECT FROM notifications o WHERE o.channel_id = n.channel_id AND o.state = 'pending' AND o.due_at <= $1 AND o.id < n.id) "
      "ORDER BY n.due_at, n.id LIMIT $3 FOR UPDATE SKIP LOCKED) "
      "UPDATE notifications n SET attempts = n.attempts + 1, due_at = $4 FROM next WHERE n.id = next.id "
      "RETURNING n.id, n.delivery_id, n.kind, n.subject, n.text_body, n.html_body, n.json_body, n.created_at, n.attempts, n.channel_id",
      params(now, not_these.done(), limit, now + kNotificationLease));
  std::vector<OutgoingNotification> out;
  if (rows.empty()) co_return out;
  const auto channels = co_await load_notification_channels(connection, std::nullopt);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto channel = std::ranges::find(channels, core::ChannelId{rows.i32(i, 9)}, &core::NotificationChannel::id);
    if (channel == channels.end()) continue;  // removed at this moment, and what it was to be sent is dead
    OutgoingNotification n;
    n.id = rows.i32(i, 0);
    n.delivery_id = rows.text(i, 1);
    n.channel = *channel;
    n.kind = core::notification_kind_from(rows.view(i, 2)).value_or(core::NotificationKind::test);
    n.subject = rows.text(i, 3);
    n.text = rows.text(i, 4);
    n.html = rows.text(i, 5);
    n.json = rows.text(i, 6);
    n.created_at = rows.time(i, 7);
    n.attempt = rows.i32(i, 8);
    out.push_back(std::move(n));
  }
  co_return out;
}

asio::awaitable<OutgoingNotification> create_test_notification(Connection& connection, const core::Site& site, core::NotificationChannel channel,
                                                               base::Timestamp now, AuditContext who) {
  core::NotificationContent content;
  content.kind = core::NotificationKind::test;
  content.site = site;
  content.channel = channel.name;
  content.at = now;
  const auto text = core::text_of(content);
  auto transaction = co_await Transaction::begin(connection);
  const auto rows = co_await connection.query(
      "INSERT INTO notifications (site_id, channel_id, channel, kind, subject, text_body, html_body, json_body, created_at, give_up_at, due_at, "
      "attempts) VALUES ($1, $2, $3, 'test', $4, $5, $6, $7, $8, $9, $9, 1) RETURNING id, delivery_id",
      params(site.id, channel.id, channel.name, text.subject, text.text, text.html, text.json, now, now + kNotificationLease));
  OutgoingNotification out;
  out.id = rows.i32(0, 0);
  out.delivery_id = rows.text(0, 1);
  out.subject = text.subject;
  out.text = text.text;
  out.html = text.html;
  out.json = text.json;
  out.created_at = now;
  out.attempt = 1;
  out.channel = std::move(channel);
  AuditRow row{"notification-channel.test", "notification channel " + std::to_string(out.channel.id.value), site.code, nullptr, nullptr};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return out;
}

asio::awaitable<void> notification_sent(Connection& connection, const OutgoingNotification& notification, std::string remark, base::Timestamp now) {
  remark = short_text(std::move(remark));
  const auto note = told_by(notification) + ": delivered" + (remark.empty() ? "" : "; " + remark);
  // Whoever delivered it: also one whose time had run out while the receiver took its own.
  co_await connection.query(std::string("WITH changed AS (UPDATE notifications SET state = 'sent', sent_at = $2, last_error = nullif($4, '') "
                                        "WHERE id = $1 AND state <> 'sent' RETURNING alarm_ids)") +
                                kJournal,
                            params(notification.id, now, note, remark));
}

asio::awaitable<bool> notification_failed(Connection& connection, const OutgoingNotification& notification, std::string error, bool final,
                                          base::Timestamp now) {
  error = short_text(std::move(error));
  const auto next = now + core::retry_delay(notification.attempt);
  if (!final) {
    const auto waits = co_await connection.query(
        "UPDATE notifications SET due_at = $3, last_error = $4 WHERE id = $1 AND attempts = $2 AND state = 'pending' AND give_up_at >= $3",
        params(notification.id, notification.attempt, next, error));
    if (waits.affected() > 0) co_return false;
  }
  const auto note = told_by(notification) + ": could not be delivered: " + error;
  const auto dead =
      co_await connection.query(std::string("WITH changed AS (UPDATE notifications SET state = 'dead', due_at = $2, last_error = $4 "
                                            "WHERE id = $1 AND attempts = $5 AND state = 'pending' RETURNING alarm_ids), journal AS (") +
                                    kJournal + ") SELECT count(*) FROM changed",
                                params(notification.id, now, note, error, notification.attempt));
  co_return dead.i64(0, 0) > 0;
}

asio::awaitable<std::vector<NotificationState>> list_notifications(Connection& connection, core::SiteId site, std::optional<std::string> state) {
  const auto rows = co_await connection.query(
      std::string("SELECT ") + kStateColumns + " FROM notifications WHERE site_id = $1 AND state = coalesce($2, state) ORDER BY id DESC LIMIT 500",
      params(site, state));
  std::vector<NotificationState> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(state_of(rows, i));
  co_return out;
}

asio::awaitable<base::Result<NotificationState>> retry_notification(Connection& connection, const core::Site& site, int id, base::Timestamp now,
                                                                    AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto rows = co_await connection.query(std::string("UPDATE notifications SET state = 'pending', due_at = $3, give_up_at = $4, attempts = 0 "
                                                          "WHERE id = $1 AND site_id = $2 AND state = 'dead' AND channel_id IS NOT NULL RETURNING ") +
                                                  kStateColumns,
                                              params(id, site.id, now, now + core::kGiveUpAfter));
  if (rows.empty()) {
    const auto there = co_await connection.query("SELECT state FROM notifications WHERE id = $1 AND site_id = $2", params(id, site.id));
    const auto state = there.empty() ? std::string() : there.text(0, 0);
    co_await transaction.rollback();
    if (state.empty()) co_return Error::not_found("there is no notification " + std::to_string(id));
    co_return Error::conflict(state == "dead" ? "its channel has been removed" : "it is not dead but " + state);
  }
  AuditRow row{"notification.retry", "notification " + std::to_string(id), site.code, nullptr, nullptr};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return state_of(rows, 0);
}

asio::awaitable<void> drop_old_notifications(Connection& connection, base::Timestamp now) {
  co_await connection.query("DELETE FROM notifications WHERE state <> 'pending' AND created_at < $1", params(now - kNotificationsKept));
}

}  // namespace dcim::store
