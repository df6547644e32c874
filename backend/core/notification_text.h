// What a notification says: subject, text, HTML and JSON of one alarm, of a digest, or of a test. Pure.
#pragma once

#include "core/notifications.h"

namespace dcim::core {

/// One alarm in a message, with its times as people of the site read them.
struct ToldAlarm {
  NotificationKind kind = NotificationKind::raised;
  Alarm alarm;
  std::string raised_at, cleared_at;  // the latter empty while it is active
};

struct NotificationContent {
  NotificationKind kind = NotificationKind::test;
  Site site;
  std::string channel;
  std::vector<ToldAlarm> alarms;  // at most kMostTold, the most urgent first
  int total = 0;                  // alarms told of; more than are listed: the rest is counted only
  SeverityCounts raised;          // of all of them, those that are not cleared
  int cleared = 0;
  base::Timestamp at{};
  std::string public_url;  // "" : no links
};
inline constexpr std::size_t kMostTold = 50;

struct NotificationText {
  std::string subject;  // one line
  std::string text, html, json;
};
NotificationText text_of(const NotificationContent& content);

}  // namespace dcim::core
