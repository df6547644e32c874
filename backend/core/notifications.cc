#include "core/notifications.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/access.h"
#include "core/json_reader.h"

namespace dcim::core {
namespace {

using base::Error;

constexpr std::size_t kMostAddresses = 50;
constexpr std::array kKinds{NotificationKind::raised,  NotificationKind::escalated, NotificationKind::repeated,
                            NotificationKind::cleared, NotificationKind::digest,    NotificationKind::test};

bool matches(const NotificationRoute& route, const AlarmStatus& alarm) {
  return alarm.severity >= route.severity_at_least && (!route.room || route.room == alarm.room) &&
         (route.systems.empty() || std::ranges::find(route.systems, alarm.system) != route.systems.end());
}

// A control character or a space in it could end a header, or a line of the log.
bool plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
}

std::string address_of(const boost::json::value& value, const std::string& pointer) {
  const auto* text = value.if_string();
  const auto address = text ? normalized_email({text->data(), text->size()}) : std::nullopt;
  if (!address || !plain(*address) || address->find_first_of("<>,;:\"\\()[]") != std::string::npos) {
    throw Error::invalid(pointer, "must be an e-mail address");
  }
  return *address;
}

// Collects a plan: the last word on each follow-up, one item for each channel and alarm.
class Planning {
 public:
  void tell(ChannelId channel, std::int32_t alarm, NotificationKind kind) {
    const auto [it, is_new] = items_.try_emplace({channel, alarm}, kind);
    // Raised and cleared before anybody was told: the message says both.
    if (!is_new && kind != NotificationKind::cleared) it->second = kind;
  }
  void keep(const FollowUp& follow_up) { follow_ups_[{follow_up.route, follow_up.alarm}] = follow_up; }
  void forget(FollowUpKey key) { follow_ups_[key] = std::nullopt; }

  NotificationPlan done() const {
    NotificationPlan out;
    out.items.reserve(items_.size());
    for (const auto& [key, kind] : items_) out.items.push_back({key.first, key.second, kind});
    for (const auto& [key, follow_up] : follow_ups_) {
      if (follow_up) {
        out.kept.push_back(*follow_up);
      } else {
        out.gone.push_back(key);
      }
    }
    return out;
  }

 private:
  std::map<std::pair<ChannelId, std::int32_t>, NotificationKind> items_;
  std::map<FollowUpKey, std::optional<FollowUp>> follow_ups_;
};

std::optional<base::Timestamp> in_minutes(base::Timestamp from, std::optional<int> minutes) {
  return minutes ? std::optional(from + std::chrono::minutes(*minutes)) : std::nullopt;
}

}  // namespace

std::string_view name_of(ChannelType type) { return type == ChannelType::email ? "email" : "webhook"; }

std::optional<ChannelType> channel_type_from(std::string_view name) {
  if (name == "email") return ChannelType::email;
  if (name == "webhook") return ChannelType::webhook;
  return std::nullopt;
}

std::string_view name_of(NotificationKind kind) {
  switch (kind) {
    case NotificationKind::raised: return "raised";
    case NotificationKind::escalated: return "escalated";
    case NotificationKind::repeated: return "repeated";
    case NotificationKind::cleared: return "cleared";
    case NotificationKind::digest: return "digest";
    case NotificationKind::test: return "test";
  }
  return "";
}

std::optional<NotificationKind> notification_kind_from(std::string_view name) {
  const auto it = std::ranges::find(kKinds, name, [](NotificationKind kind) { return name_of(kind); });
  return it == kKinds.end() ? std::nullopt : std::optional(*it);
}

base::Result<NotificationChannel> channel_from_json(const boost::json::value& json) {
  try {
    const ObjectReader from(json, "", {"name", "type", "addresses", "url", "secret", "enabled"});
    NotificationChannel out;
    out.name = from.text("name", 100);
    const auto type = channel_type_from(from.text("type", 20));
    if (!type) throw Error::invalid("/type", "must be email or webhook");
    out.type = *type;
    out.enabled = from.boolean("enabled", true);
    const bool email = out.type == ChannelType::email;
    for (const auto* key : {"url", "secret"}) {
      if (email && from.find(key)) throw Error::invalid(from.at(key), "is of webhooks only");
    }
    if (!email && from.find("addresses")) throw Error::invalid("/addresses", "is of email only");
    if (email) {
      out.addresses = from.list("addresses", true, address_of);
      if (out.addresses.empty() || out.addresses.size() > kMostAddresses) throw Error::invalid("/addresses", "must be 1 to 50 addresses");
    } else {
      out.url = from.text("url", 2000);
      const bool http = out.url.starts_with("http://") || out.url.starts_with("https://");
      if (!http || !plain(out.url) || out.url.find("//") + 2 == out.url.size()) throw Error::invalid("/url", "must begin with http:// or https://");
      if (from.find("secret")) {
        out.secret = from.text("secret", 200);
        if (out.secret->size() < 16) throw Error::invalid("/secret", "must be at least 16 characters");
      }
    }
    return out;
  } catch (const Error& error) {
    return error;
  }
}

base::Result<NotificationRoute> route_from_json(const boost::json::value& json) {
  try {
    const ObjectReader from(json, "",
                            {"name", "channel_id", "severity_at_least", "systems", "room_id", "after_min", "repeat_min", "tell_cleared", "enabled"});
    constexpr int kMost = std::numeric_limits<std::int32_t>::max();
    NotificationRoute out;
    out.name = from.text("name", 100);
    if (!from.find("channel_id")) throw Error::invalid("/channel_id", "is missing");
    out.channel = {from.integer("channel_id", 1, kMost, 0)};
    const auto severity = severity_from(from.text("severity_at_least", 20, "minor"));
    if (!severity) throw Error::invalid("/severity_at_least", "must be critical, major, minor or info");
    out.severity_at_least = *severity;
    out.systems = from.list("systems", false, [](const boost::json::value& value, const std::string& pointer) {
      const auto* text = value.if_string();
      const auto system = text ? system_from({text->data(), text->size()}) : std::nullopt;
      if (!system) throw Error::invalid(pointer, "must be environment, cooling, power, safety or communication");
      return *system;
    });
    std::ranges::sort(out.systems);
    out.systems.erase(std::unique(out.systems.begin(), out.systems.end()), out.systems.end());
    if (from.find("room_id")) out.room = RoomId{from.integer("room_id", 1, kMost, 0)};
    out.after_min = from.integer("after_min", 0, 1440, 0);
    if (from.find("repeat_min")) out.repeat_min = from.integer("repeat_min", 5, 1440, 5);
    out.tell_cleared = from.boolean("tell_cleared", true);
    out.enabled = from.boolean("enabled", true);
    return out;
  } catch (const Error& error) {
    return error;
  }
}

NotificationRules::NotificationRules(std::vector<NotificationChannel> channels, std::vector<NotificationRoute> routes) {
  for (auto& channel : channels) {
    const auto id = channel.id;
    channels_.emplace(id, std::move(channel));
  }
  for (auto& route : routes) {
    by_site_[route.site].push_back(route.id);
    const auto id = route.id;
    routes_.emplace(id, std::move(route));
  }
}

const NotificationChannel* NotificationRules::channel(ChannelId id) const {
  const auto it = channels_.find(id);
  return it == channels_.end() ? nullptr : &it->second;
}

const NotificationRoute* NotificationRules::live_route(RouteId id) const {
  const auto it = routes_.find(id);
  if (it == routes_.end() || !it->second.enabled) return nullptr;
  const auto* to = channel(it->second.channel);
  return to && to->enabled ? &it->second : nullptr;
}

NotificationPlan NotificationRules::plan_news(std::span<const AlarmNews> news, std::span<const FollowUp> before) const {
  std::map<std::int32_t, std::map<RouteId, FollowUp>> known;
  for (const auto& follow_up : before) known[follow_up.alarm][follow_up.route] = follow_up;
  Planning plan;
  for (const auto& change : news) {
    const auto& alarm = change.alarm;
    auto& told = known[alarm.id];
    if (change.clears) {
      for (auto it = told.begin(); it != told.end();) {
        const auto& follow_up = it->second;
        const auto* route = live_route(follow_up.route);
        if (route && follow_up.told > 0 && route->tell_cleared) plan.tell(route->channel, alarm.id, NotificationKind::cleared);
        // A latched alarm still wants somebody.
        if (route && follow_up.due_at && alarm.waits()) {
          ++it;
          continue;
        }
        plan.forget({follow_up.route, alarm.id});
        it = told.erase(it);
      }
      continue;
    }
    const auto routes = by_site_.find(alarm.site);
    if (routes == by_site_.end()) continue;
    for (const auto id : routes->second) {
      const auto* route = live_route(id);
      if (!route || !matches(*route, alarm)) continue;
      const auto it = told.find(id);
      FollowUp next{id, alarm.id, it == told.end() ? 0 : it->second.told, {}};
      if (route->after_min == 0) {
        plan.tell(route->channel, alarm.id, NotificationKind::raised);
        ++next.told;
        next.due_at = in_minutes(change.recorded_at, route->repeat_min);
      } else if (change.rises && it != told.end() && it->second.due_at) {
        next.due_at = it->second.due_at;
      } else if (change.rises && it != told.end() && it->second.told > 0) {
        // Who was called already, in vain, learns of the worse at once.
        plan.tell(route->channel, alarm.id, NotificationKind::escalated);
        ++next.told;
        next.due_at = in_minutes(change.recorded_at, route->repeat_min);
      } else {
        next.told = 0;
        next.due_at = in_minutes(change.recorded_at, route->after_min);
      }
      told[id] = next;
      plan.keep(next);
    }
  }
  return plan.done();
}

NotificationPlan NotificationRules::plan_due(std::span<const std::pair<FollowUp, AlarmStatus>> due, base::Timestamp now) const {
  Planning plan;
  for (const auto& [follow_up, alarm] : due) {
    const auto* route = live_route(follow_up.route);
    if (!alarm.waits()) {
      // Acknowledged: silent until something happens. Over: forgotten.
      if (alarm.cleared || alarm.resolved) {
        plan.forget({follow_up.route, follow_up.alarm});
      } else {
        auto silent = follow_up;
        silent.due_at.reset();
        plan.keep(silent);
      }
      continue;
    }
    auto next = follow_up;
    next.due_at.reset();
    // A route that was switched off, or led elsewhere, meanwhile.
    if (route && matches(*route, alarm)) {
      plan.tell(route->channel, alarm.id, follow_up.told == 0 ? NotificationKind::escalated : NotificationKind::repeated);
      ++next.told;
      next.due_at = in_minutes(now, route->repeat_min);
    }
    plan.keep(next);
  }
  return plan.done();
}

Bundle bundle_of(const ChannelTraffic& traffic, base::Timestamp now) {
  if (traffic.waiting == 0) return Bundle::wait;
  if (traffic.recent + traffic.waiting <= kCalmMessages) return Bundle::single;
  auto ready = traffic.oldest_waiting + kGathering;
  if (traffic.newest) ready = std::max<base::Timestamp>(ready, *traffic.newest + (traffic.critical ? kCriticalDigestEvery : kDigestEvery));
  return now >= ready ? Bundle::digest : Bundle::wait;
}

std::chrono::seconds retry_delay(int attempts) {
  using namespace std::chrono_literals;
  static constexpr std::array<std::chrono::seconds, 5> kDelays{10s, 30s, 2min, 10min, 1h};
  return kDelays[static_cast<std::size_t>(std::clamp(attempts, 1, static_cast<int>(kDelays.size())) - 1)];
}

}  // namespace dcim::core
