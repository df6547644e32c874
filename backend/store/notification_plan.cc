// What happened to alarms becomes notifications, in one transaction: it is taken, judged by core/notifications, and written into the outbox.
#include <algorithm>

#include "core/notification_text.h"
#include "store/alarms.h"
#include "store/arrays.h"
#include "store/notification_settings.h"
#include "store/notifications.h"

namespace dcim::store {
namespace {

constexpr int kMostAtOnce = 5000;
// One planner at a time, over all servers.
constexpr const char* kLock = "SELECT pg_try_advisory_xact_lock(7140210)";
constexpr const char* kStatus =
    "a.id, a.site_id, a.severity, a.system, a.room_id, a.acknowledged_at IS NOT NULL, a.cleared_at IS NOT NULL, a.resolved_at IS NOT NULL, "
    "a.latching";

core::AlarmStatus status_of(const Rows& rows, std::size_t i, int column) {
  core::AlarmStatus out;
  out.id = rows.i32(i, column);
  out.site = {rows.i32(i, column + 1)};
  out.severity = static_cast<core::Severity>(rows.i32(i, column + 2));
  out.system = static_cast<core::System>(rows.i32(i, column + 3));
  if (!rows.null(i, column + 4)) out.room = core::RoomId{rows.i32(i, column + 4)};
  out.acknowledged = rows.boolean(i, column + 5);
  out.cleared = rows.boolean(i, column + 6);
  out.resolved = rows.boolean(i, column + 7);
  out.latching = rows.boolean(i, column + 8);
  return out;
}

core::FollowUp follow_up_of(const Rows& rows, std::size_t i) {
  core::FollowUp out{{rows.i32(i, 0)}, rows.i32(i, 1), rows.i32(i, 2), {}};
  if (!rows.null(i, 3)) out.due_at = rows.time(i, 3);
  return out;
}

asio::awaitable<std::vector<core::AlarmNews>> take_news(Connection& connection) {
  const auto rows = co_await connection.query(
      std::string("WITH taken AS (DELETE FROM alarm_announcements WHERE journal_id IN (SELECT journal_id FROM alarm_announcements "
                  "ORDER BY journal_id LIMIT $1) RETURNING journal_id) SELECT ") +
          kStatus +
          ", j.change = 'cleared', j.recorded_at, j.change = 'severity-raised' AND coalesce((SELECT k.change FROM alarm_journal k "
          "WHERE k.alarm_id = j.alarm_id AND k.id < j.id AND k.change IN ('raised', 'raised-again', 'announced', 'severity-raised', 'acknowledged') "
          "ORDER BY k.id DESC LIMIT 1), '') <> 'acknowledged' "
          "FROM taken t JOIN alarm_journal j ON j.id = t.journal_id JOIN alarms a ON a.id = j.alarm_id ORDER BY j.id",
      params(kMostAtOnce));
  std::vector<core::AlarmNews> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({status_of(rows, i, 0), rows.boolean(i, 9), rows.boolean(i, 11), rows.time(i, 10)});
  }
  co_return out;
}

asio::awaitable<std::vector<core::FollowUp>> follow_ups_of(Connection& connection, const std::vector<core::AlarmNews>& news) {
  TextArray alarms;
  for (const auto& change : news) alarms.add(param(change.alarm.id));
  const auto rows = co_await connection.query("SELECT route_id, alarm_id, told, due_at FROM notification_follow_ups WHERE alarm_id = ANY($1::int[])",
                                              params(alarms.done()));
  std::vector<core::FollowUp> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(follow_up_of(rows, i));
  co_return out;
}

asio::awaitable<std::vector<std::pair<core::FollowUp, core::AlarmStatus>>> due_follow_ups(Connection& connection, base::Timestamp now) {
  const auto rows = co_await connection.query(std::string("SELECT f.route_id, f.alarm_id, f.told, f.due_at, ") + kStatus +
                                                  " FROM notification_follow_ups f JOIN alarms a ON a.id = f.alarm_id WHERE f.due_at <= $1 "
                                                  "ORDER BY f.due_at LIMIT $2",
                                              params(now, kMostAtOnce));
  std::vector<std::pair<core::FollowUp, core::AlarmStatus>> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.emplace_back(follow_up_of(rows, i), status_of(rows, i, 4));
  co_return out;
}

asio::awaitable<void> keep(Connection& connection, const core::NotificationPlan& plan, base::Timestamp now) {
  if (!plan.items.empty()) {
    TextArray channel, alarm, kind;
    for (const auto& item : plan.items) {
      channel.add(param(item.channel));
      alarm.add(param(item.alarm));
      kind.add(core::name_of(item.kind));
    }
    // What waits untold is told together with what came after; that an alarm is over does not make it untold.
    co_await connection.query(
        "INSERT INTO notification_items AS i (channel_id, alarm_id, kind, created_at) SELECT c, a, k, $4 FROM unnest($1::int[], $2::int[], "
        "$3::text[]) AS n (c, a, k) ON CONFLICT (channel_id, alarm_id) DO UPDATE SET kind = excluded.kind WHERE excluded.kind <> 'cleared'",
        params(channel.done(), alarm.done(), kind.done(), now));
  }
  if (!plan.kept.empty()) {
    TextArray route, alarm, told, due;
    for (const auto& follow_up : plan.kept) {
      route.add(param(follow_up.route));
      alarm.add(param(follow_up.alarm));
      told.add(param(follow_up.told));
      due.add(follow_up.due_at ? param(*follow_up.due_at) : "");
    }
    co_await connection.query(
        "INSERT INTO notification_follow_ups (route_id, alarm_id, told, due_at) SELECT r, a, t, nullif(d, '')::timestamptz FROM "
        "unnest($1::int[], $2::int[], $3::int[], $4::text[]) AS n (r, a, t, d) "
        "ON CONFLICT (route_id, alarm_id) DO UPDATE SET told = excluded.told, due_at = excluded.due_at",
        params(route.done(), alarm.done(), told.done(), due.done()));
  }
  if (!plan.gone.empty()) {
    TextArray route, alarm;
    for (const auto& key : plan.gone) {
      route.add(param(key.first));
      alarm.add(param(key.second));
    }
    co_await connection.query("DELETE FROM notification_follow_ups WHERE (route_id, alarm_id) IN (SELECT * FROM unnest($1::int[], $2::int[]))",
                              params(route.done(), alarm.done()));
  }
}

struct Item {
  int alarm = 0;
  core::NotificationKind kind = core::NotificationKind::raised;
  core::Severity severity = core::Severity::info;
};

// The most urgent first.
asio::awaitable<std::vector<Item>> items_of(Connection& connection, core::ChannelId channel) {
  const auto rows = co_await connection.query(
      "SELECT i.alarm_id, i.kind, a.severity FROM notification_items i JOIN alarms a ON a.id = i.alarm_id WHERE i.channel_id = $1 "
      "ORDER BY i.kind = 'cleared', a.severity DESC, a.raised_at, a.id",
      params(channel));
  std::vector<Item> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto kind = core::notification_kind_from(rows.view(i, 1)).value_or(core::NotificationKind::raised);
    out.push_back({rows.i32(i, 0), kind, static_cast<core::Severity>(rows.i32(i, 2))});
  }
  co_return out;
}

// One message of the items: content with what can be listed, all of them counted.
asio::awaitable<void> make_notification(Connection& connection, const core::NotificationChannel& channel, core::NotificationContent content,
                                        std::span<const Item> items) {
  std::vector<int> listed;
  listed.reserve(core::kMostTold);
  TextArray all, shown;
  content.total = static_cast<int>(items.size());
  content.kind = items.size() == 1 ? items[0].kind : core::NotificationKind::digest;
  for (const auto& item : items) {
    all.add(param(item.alarm));
    if (item.kind == core::NotificationKind::cleared) {
      ++content.cleared;
    } else {
      ++content.raised[item.severity];
    }
    if (listed.size() == core::kMostTold) continue;
    listed.push_back(item.alarm);
    shown.add(param(item.alarm));
  }
  const auto alarms = co_await alarms_by_id(connection, listed);
  const auto times =
      co_await connection.query("SELECT site_time(raised_at, $2), site_time(cleared_at, $2) FROM alarms WHERE id = ANY($1::int[]) ORDER BY id",
                                params(shown.done(), content.site.time_zone));
  for (const auto& item : items.first(listed.size())) {
    const auto it = std::ranges::lower_bound(alarms, item.alarm, {}, &core::Alarm::id);
    if (it == alarms.end() || it->id != item.alarm) continue;
    const auto at = static_cast<std::size_t>(it - alarms.begin());
    content.alarms.push_back({item.kind, *it, times.text(at, 0), times.text(at, 1)});
  }
  const auto text = core::text_of(content);
  co_await connection.query(
      "INSERT INTO notifications (site_id, channel_id, channel, kind, alarm_ids, subject, text_body, html_body, json_body, created_at, give_up_at, "
      "due_at) VALUES ($1, $2, $3, $4, $5::int[], $6, $7, $8, $9, $10, $11, $10)",
      params(content.site.id, channel.id, channel.name, core::name_of(content.kind), all.done(), text.subject, text.text, text.html, text.json,
             content.at, content.at + core::kGiveUpAfter));
}

// Items become notifications: each for itself, or many in a digest, or later.
asio::awaitable<void> bundle(Connection& connection, const core::NotificationRules& rules, base::Timestamp now, const std::string& public_url) {
  const auto waiting = co_await connection.query(
      "SELECT i.channel_id, count(*), min(i.created_at), bool_or(a.severity = 4 AND i.kind <> 'cleared'), s.id, s.code, s.name, s.time_zone, "
      "(SELECT count(*) FROM notifications n WHERE n.channel_id = i.channel_id AND n.created_at > $1 AND n.kind <> 'test'), "
      "(SELECT max(created_at) FROM notifications n WHERE n.channel_id = i.channel_id AND n.created_at > $1 AND n.kind <> 'test') "
      "FROM notification_items i JOIN alarms a ON a.id = i.alarm_id JOIN notification_channels c ON c.id = i.channel_id "
      "JOIN sites s ON s.id = c.site_id GROUP BY i.channel_id, s.id ORDER BY i.channel_id",
      params(now - core::kCalmWindow));
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const auto* channel = rules.channel({waiting.i32(i, 0)});
    if (!channel) continue;
    core::ChannelTraffic traffic;
    traffic.waiting = waiting.i32(i, 1);
    traffic.oldest_waiting = waiting.time(i, 2);
    traffic.critical = waiting.boolean(i, 3);
    traffic.recent = waiting.i32(i, 8);
    if (!waiting.null(i, 9)) traffic.newest = waiting.time(i, 9);
    const auto how = core::bundle_of(traffic, now);
    if (how == core::Bundle::wait) continue;
    core::NotificationContent content;
    content.site = {{waiting.i32(i, 4)}, waiting.text(i, 5), waiting.text(i, 6), waiting.text(i, 7), false};
    content.channel = channel->name;
    content.at = now;
    content.public_url = public_url;
    const auto items = co_await items_of(connection, channel->id);
    const std::span<const Item> all(items);
    if (how == core::Bundle::digest) {
      co_await make_notification(connection, *channel, content, all);
    } else {
      for (std::size_t n = 0; n < items.size(); ++n) co_await make_notification(connection, *channel, content, all.subspan(n, 1));
    }
    co_await connection.query("DELETE FROM notification_items WHERE channel_id = $1", params(channel->id));
  }
}

}  // namespace

asio::awaitable<bool> plan_notifications(Connection& connection, base::Timestamp now, std::string public_url) {
  auto transaction = co_await Transaction::begin(connection);
  const auto locked = co_await connection.query(kLock);
  if (!locked.boolean(0, 0)) {
    co_await transaction.rollback();
    co_return false;
  }
  const auto channels = co_await load_notification_channels(connection, std::nullopt);
  const auto routes = co_await load_notification_routes(connection, std::nullopt);
  const core::NotificationRules rules(channels, routes);
  const auto news = co_await take_news(connection);
  if (!news.empty()) {
    const auto before = co_await follow_ups_of(connection, news);
    const auto plan = rules.plan_news(news, before);
    co_await keep(connection, plan, now);
  }
  const auto due = co_await due_follow_ups(connection, now);
  if (!due.empty()) {
    const auto plan = rules.plan_due(due, now);
    co_await keep(connection, plan, now);
  }
  co_await bundle(connection, rules, now, public_url);
  co_await transaction.commit();
  co_return news.size() == kMostAtOnce || due.size() == kMostAtOnce;
}

}  // namespace dcim::store
