// Who is told of an alarm, when, and in how many messages. Pure: time comes in as an argument; what was told before comes from the database.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/alarm_list.h"

namespace dcim::core {

using ChannelId = base::Id<struct ChannelTag>;
using RouteId = base::Id<struct RouteTag>;

enum class ChannelType : std::uint8_t { email, webhook };
std::string_view name_of(ChannelType type);
std::optional<ChannelType> channel_type_from(std::string_view name);

struct NotificationChannel {
  ChannelId id;
  int version = 1;
  SiteId site;
  std::string name;
  ChannelType type = ChannelType::email;
  std::vector<std::string> addresses;  // email
  std::string url;                     // webhook
  std::optional<std::string> secret;   // webhook; of a document: none leaves what there is
  bool enabled = true;
};

struct NotificationRoute {
  RouteId id;
  int version = 1;
  SiteId site;
  std::string name;
  ChannelId channel;
  Severity severity_at_least = Severity::minor;
  std::vector<System> systems;  // empty: all
  std::optional<RoomId> room;
  int after_min = 0;  // 0: at once; otherwise when it is not acknowledged for so long
  std::optional<int> repeat_min;
  bool tell_cleared = true;
  bool enabled = true;
};

/// As the API takes them. The error names the field by JSON Pointer.
base::Result<NotificationChannel> channel_from_json(const boost::json::value& json);
base::Result<NotificationRoute> route_from_json(const boost::json::value& json);

enum class NotificationKind : std::uint8_t { raised, escalated, repeated, cleared, digest, test };
std::string_view name_of(NotificationKind kind);
std::optional<NotificationKind> notification_kind_from(std::string_view name);

/// An alarm as it stands now, as far as telling goes.
struct AlarmStatus {
  std::int32_t id = 0;
  SiteId site;
  Severity severity = Severity::info;
  System system = System::environment;
  std::optional<RoomId> room;
  bool acknowledged = false;
  bool cleared = false;
  bool resolved = false;
  bool latching = false;
  /// Somebody should do something, and nobody has said that he does.
  bool waits() const { return !resolved && !acknowledged && (!cleared || latching); }
};

/// A change that somebody may have to be told.
struct AlarmNews {
  AlarmStatus alarm;
  bool clears = false;            // otherwise it is raised, again, higher, or announced at last
  bool rises = false;             // the severity rose, of an alarm that nobody had acknowledged: escalation goes on where it was
  base::Timestamp recorded_at{};  // of the server's clock
};

/// What a route has told of an alarm, and when it speaks of it again.
struct FollowUp {
  RouteId route;
  std::int32_t alarm = 0;
  int told = 0;
  std::optional<base::Timestamp> due_at;
  bool operator==(const FollowUp&) const = default;
};
using FollowUpKey = std::pair<RouteId, std::int32_t>;

/// What a channel is to be told. Of an alarm there is one at most: what was to be told before is told together with what came after.
struct NotificationItem {
  ChannelId channel;
  std::int32_t alarm = 0;
  NotificationKind kind = NotificationKind::raised;
  bool operator==(const NotificationItem&) const = default;
};

struct NotificationPlan {
  std::vector<NotificationItem> items;
  std::vector<FollowUp> kept;     // new or changed
  std::vector<FollowUpKey> gone;  // to be forgotten
};

/// Of channels and routes that are switched off nothing is told.
class NotificationRules {
 public:
  NotificationRules(std::vector<NotificationChannel> channels, std::vector<NotificationRoute> routes);
  const NotificationChannel* channel(ChannelId id) const;

  /// `news` in their order; `before`: the follow-ups of their alarms.
  NotificationPlan plan_news(std::span<const AlarmNews> news, std::span<const FollowUp> before) const;
  /// Follow-ups that are due now, each with its alarm.
  NotificationPlan plan_due(std::span<const std::pair<FollowUp, AlarmStatus>> due, base::Timestamp now) const;

 private:
  const NotificationRoute* live_route(RouteId id) const;

  std::map<ChannelId, NotificationChannel> channels_;
  std::map<RouteId, NotificationRoute> routes_;
  std::map<SiteId, std::vector<RouteId>> by_site_;
};

/// A message for each alarm up to so many within kCalmWindow; above that they gather into digests: the last line of defence of who is called.
inline constexpr int kCalmMessages = 5;
inline constexpr std::chrono::minutes kCalmWindow{5};
inline constexpr std::chrono::seconds kGathering{3};
inline constexpr std::chrono::seconds kDigestEvery{60};
inline constexpr std::chrono::seconds kCriticalDigestEvery{20};

/// What a channel was sent lately, and what waits for it.
struct ChannelTraffic {
  int recent = 0;                         // notifications made within kCalmWindow
  std::optional<base::Timestamp> newest;  // of them
  int waiting = 0;                        // items
  base::Timestamp oldest_waiting{};
  bool critical = false;  // among them
};
enum class Bundle : std::uint8_t { wait, single, digest };
Bundle bundle_of(const ChannelTraffic& traffic, base::Timestamp now);

/// A notification that could not be delivered is tried again after 10 s, 30 s, 2 min, 10 min, then every hour, for a day.
inline constexpr std::chrono::hours kGiveUpAfter{24};
std::chrono::seconds retry_delay(int attempts);

}  // namespace dcim::core
