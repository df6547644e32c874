#include "core/notifications.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "core/notification_text.h"

namespace dcim::core {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr base::Timestamp kNow{std::chrono::seconds(1'764'000'000)};

NotificationChannel channel(int id) {
  NotificationChannel out;
  out.id = {id};
  out.site = {1};
  out.name = "channel " + std::to_string(id);
  return out;
}
NotificationRoute route(int id, int to) {
  NotificationRoute out;
  out.id = {id};
  out.site = {1};
  out.channel = {to};
  return out;
}
AlarmStatus alarm(int id, Severity severity = Severity::major) {
  AlarmStatus out;
  out.id = id;
  out.site = {1};
  out.severity = severity;
  out.room = RoomId{7};
  return out;
}
AlarmNews raised(const AlarmStatus& status) { return {status, false, false, kNow}; }
AlarmNews cleared(AlarmStatus status) {
  status.cleared = true;
  return {status, true, false, kNow};
}
NotificationItem item(int to, int id, NotificationKind kind) { return {{to}, id, kind}; }

NotificationPlan news_of(const NotificationRules& rules, const std::vector<AlarmNews>& news, const std::vector<FollowUp>& before = {}) {
  return rules.plan_news(news, before);
}
NotificationPlan due_of(const NotificationRules& rules, const FollowUp& follow_up, const AlarmStatus& status) {
  const std::vector<std::pair<FollowUp, AlarmStatus>> due{{follow_up, status}};
  return rules.plan_due(due, kNow);
}

TEST(Notifications, ARouteTakesWhatItsSeveritySystemsAndRoomSay) {
  auto urgent = route(1, 1), power = route(2, 2), room = route(3, 3), off = route(4, 1), elsewhere = route(5, 1);
  urgent.severity_at_least = Severity::critical;
  power.systems = {System::power};
  room.room = RoomId{8};
  off.enabled = false;
  elsewhere.site = {2};
  const NotificationRules rules({channel(1), channel(2), channel(3)}, {urgent, power, room, off, elsewhere});
  EXPECT_TRUE(news_of(rules, {raised(alarm(1))}).items.empty());
  auto all = alarm(2, Severity::critical);
  all.system = System::power;
  all.room = RoomId{8};
  EXPECT_THAT(news_of(rules, {raised(all)}).items, ::testing::ElementsAre(item(1, 2, NotificationKind::raised), item(2, 2, NotificationKind::raised),
                                                                          item(3, 2, NotificationKind::raised)));
}

TEST(Notifications, AChannelThatIsSwitchedOffIsToldNothing) {
  auto off = channel(1);
  off.enabled = false;
  EXPECT_TRUE(news_of(NotificationRules({off}, {route(1, 1)}), {raised(alarm(1))}).items.empty());
}

TEST(Notifications, TwoRoutesToOneChannelAreOneItem) {
  const NotificationRules rules({channel(1)}, {route(1, 1), route(2, 1)});
  const auto plan = news_of(rules, {raised(alarm(1))});
  EXPECT_EQ(plan.items.size(), 1u);
  EXPECT_EQ(plan.kept.size(), 2u);
}

TEST(Notifications, WhoWasToldOfTheAlarmIsToldThatItIsOver) {
  auto quiet = route(2, 2);
  quiet.tell_cleared = false;
  const NotificationRules rules({channel(1), channel(2)}, {route(1, 1), quiet, route(3, 1)});
  const auto plan = news_of(rules, {cleared(alarm(1))}, {{{1}, 1, 1, {}}, {{2}, 1, 1, {}}});
  EXPECT_THAT(plan.items, ::testing::ElementsAre(item(1, 1, NotificationKind::cleared)));
  EXPECT_EQ(plan.gone.size(), 2u);
  EXPECT_TRUE(plan.kept.empty());
}

TEST(Notifications, RaisedAndClearedBeforeAnybodyWasToldIsOneMessage) {
  const NotificationRules rules({channel(1)}, {route(1, 1)});
  const auto plan = news_of(rules, {raised(alarm(1)), cleared(alarm(1))});
  EXPECT_THAT(plan.items, ::testing::ElementsAre(item(1, 1, NotificationKind::raised)));
  EXPECT_TRUE(plan.kept.empty());
}

TEST(Notifications, EscalationWaitsForTheAcknowledgement) {
  auto later = route(1, 1);
  later.after_min = 15;
  later.repeat_min = 30;
  const NotificationRules rules({channel(1)}, {later});
  const auto first = news_of(rules, {raised(alarm(1))});
  EXPECT_TRUE(first.items.empty());
  ASSERT_EQ(first.kept.size(), 1u);
  EXPECT_EQ(first.kept[0], (FollowUp{{1}, 1, 0, kNow + 15min}));

  const auto escalated = due_of(rules, first.kept[0], alarm(1));
  EXPECT_THAT(escalated.items, ::testing::ElementsAre(item(1, 1, NotificationKind::escalated)));
  EXPECT_EQ(escalated.kept.at(0), (FollowUp{{1}, 1, 1, kNow + 30min}));
  EXPECT_THAT(due_of(rules, escalated.kept[0], alarm(1)).items, ::testing::ElementsAre(item(1, 1, NotificationKind::repeated)));

  auto taken = alarm(1);
  taken.acknowledged = true;
  const auto silent = due_of(rules, first.kept[0], taken);
  EXPECT_TRUE(silent.items.empty());
  EXPECT_EQ(silent.kept.at(0), (FollowUp{{1}, 1, 0, {}}));

  const auto over = news_of(rules, {cleared(alarm(1))}, first.kept);
  EXPECT_TRUE(over.items.empty()) << "nobody was told of it";
  EXPECT_EQ(over.gone.size(), 1u);
}

TEST(Notifications, ALatchedAlarmStillWantsSomebodyWhenItHasCleared) {
  auto later = route(1, 1);
  later.after_min = 15;
  const NotificationRules rules({channel(1)}, {later});
  auto latched = alarm(1);
  latched.latching = true;
  EXPECT_TRUE(news_of(rules, {cleared(latched)}, {{{1}, 1, 0, kNow}}).gone.empty());
  latched.cleared = true;
  EXPECT_EQ(due_of(rules, {{1}, 1, 0, kNow}, latched).items.size(), 1u);
}

TEST(Notifications, ARiseOfTheSeverityDoesNotSetTheEscalationBack) {
  auto later = route(1, 1);
  later.after_min = 15;
  const NotificationRules rules({channel(1)}, {later});
  AlarmNews rise = raised(alarm(1, Severity::critical));
  rise.rises = true;
  EXPECT_EQ(news_of(rules, {rise}, {{{1}, 1, 0, kNow + 3min}}).kept.at(0).due_at, kNow + 3min);
  EXPECT_THAT(news_of(rules, {rise}, {{{1}, 1, 1, {}}}).items, ::testing::ElementsAre(item(1, 1, NotificationKind::escalated)));
  rise.rises = false;  // it had been acknowledged: the time begins anew
  EXPECT_EQ(news_of(rules, {rise}, {{{1}, 1, 1, {}}}).kept.at(0), (FollowUp{{1}, 1, 0, kNow + 15min}));
}

TEST(Notifications, ARouteSwitchedOffMeanwhileSaysNothingMore) {
  auto off = route(1, 1);
  off.enabled = false;
  const NotificationRules rules({channel(1)}, {off});
  const auto plan = due_of(rules, {{1}, 1, 1, kNow}, alarm(1));
  EXPECT_TRUE(plan.items.empty());
  EXPECT_EQ(plan.kept.at(0).due_at, std::nullopt);
}

// Alarms come in evenly; gives the number of messages until all are told.
int messages_of(int alarms, std::chrono::seconds within, bool critical) {
  std::vector<base::Timestamp> sent;
  ChannelTraffic traffic;
  traffic.critical = critical;
  int come = 0, messages = 0;
  for (auto now = kNow; come < alarms || traffic.waiting > 0; now += 1s) {
    const auto due = std::min<std::int64_t>(alarms, alarms * ((now - kNow) / 1s + 1) / (within / 1s));
    if (due > come && traffic.waiting == 0) traffic.oldest_waiting = now;
    traffic.waiting += static_cast<int>(due) - come;
    come = static_cast<int>(due);
    std::erase_if(sent, [&](auto at) { return at < now - kCalmWindow; });
    traffic.recent = static_cast<int>(sent.size());
    traffic.newest = sent.empty() ? std::nullopt : std::optional(sent.back());
    const auto bundle = bundle_of(traffic, now);
    if (bundle == Bundle::wait) continue;
    const int made = bundle == Bundle::single ? traffic.waiting : 1;
    sent.insert(sent.end(), static_cast<std::size_t>(made), now);
    messages += made;
    traffic.waiting = 0;
  }
  return messages;
}

TEST(Notifications, AFloodEndsInFewMessages) {
  EXPECT_EQ(messages_of(3, 60s, true), 3) << "each for itself while they are few";
  EXPECT_LE(messages_of(200, 60s, false), 10);
  EXPECT_LE(messages_of(200, 60s, true), 10);
  EXPECT_LE(messages_of(10'000, 10s, true), 3);
  EXPECT_EQ(messages_of(1000, 1s, false), 1);
}

TEST(Notifications, RetriesComeFartherApart) {
  EXPECT_EQ(retry_delay(1), 10s);
  EXPECT_EQ(retry_delay(3), 2min);
  EXPECT_EQ(retry_delay(5), 1h);
  EXPECT_EQ(retry_delay(500), 1h);
}

std::string field_of(const std::string& json, bool of_route = false) {
  const auto value = boost::json::parse(json);
  if (of_route) {
    const auto read = route_from_json(value);
    return read ? "" : read.error().field;
  }
  const auto read = channel_from_json(value);
  return read ? "" : read.error().field;
}

TEST(Notifications, WhatIsWrongInADocumentIsNamed) {
  EXPECT_EQ(field_of(R"({"name":"a","type":"email","addresses":["on-call@example.test"]})"), "");
  EXPECT_EQ(field_of(R"({"name":"a","type":"webhook","url":"https://example.test/x","secret":"0123456789abcdef"})"), "");
  EXPECT_EQ(field_of(R"({"name":"a","type":"fax"})"), "/type");
  EXPECT_EQ(field_of(R"({"name":"a","type":"email"})"), "/addresses");
  EXPECT_EQ(field_of(R"({"name":"a","type":"email","addresses":[]})"), "/addresses");
  EXPECT_EQ(field_of(R"({"name":"a","type":"email","addresses":["x@y\r\nBcc: z@y"]})"), "/addresses/0");
  EXPECT_EQ(field_of(R"({"name":"a","type":"email","addresses":["<x@y>"]})"), "/addresses/0");
  EXPECT_EQ(field_of(R"({"name":"a","type":"email","addresses":["x@y.test"],"url":"http://x"})"), "/url");
  EXPECT_EQ(field_of(R"({"name":"a","type":"webhook","url":"file:///etc/passwd"})"), "/url");
  EXPECT_EQ(field_of(R"({"name":"a","type":"webhook","url":"http://x","secret":"short"})"), "/secret");
  EXPECT_EQ(field_of(R"({"name":"r","channel_id":1})", true), "");
  EXPECT_EQ(field_of(R"({"name":"r"})", true), "/channel_id");
  EXPECT_EQ(field_of(R"({"name":"r","channel_id":1,"repeat_min":4})", true), "/repeat_min");
  EXPECT_EQ(field_of(R"({"name":"r","channel_id":1,"systems":["plumbing"]})", true), "/systems/0");
}

NotificationContent content(NotificationKind kind) {
  NotificationContent out;
  out.kind = kind;
  out.site = {{1}, "east", "East & Co", "UTC", false};
  out.channel = "on-call";
  out.at = kNow;
  out.public_url = "https://dcim.example.test/";
  if (kind == NotificationKind::test) return out;
  ToldAlarm told;
  told.kind = kind;
  told.raised_at = "2026-11-25 14:05:03 Europe/Berlin";
  auto& a = told.alarm;
  a.id = 42;
  a.severity = Severity::critical;
  a.rule = "Rack inlet temperature";
  a.level = {When::above, 32, Severity::critical};
  a.value = 33.149999;
  a.source.unit = "°C";
  a.source.room = "Room 1";
  a.source.rack = "A01";
  a.source.device = "<b>climate</b>\r\nBcc: x@y";
  a.source.sensor = "inlet";
  out.alarms.push_back(told);
  out.total = 1;
  out.raised[Severity::critical] = 1;
  return out;
}

TEST(NotificationText, SaysWhatWhereHowMuchAndWhereToLook) {
  const auto text = text_of(content(NotificationKind::raised));
  EXPECT_EQ(text.subject, "[CRITICAL] East & Co: A01, Rack inlet temperature, 33.15 °C, above 32 °C");
  EXPECT_THAT(text.text, HasSubstr("Raised: 2026-11-25 14:05:03 Europe/Berlin"));
  EXPECT_THAT(text.text, HasSubstr("https://dcim.example.test/alarms/?site=east&alarm=42"));
  const auto json = boost::json::parse(text.json);
  EXPECT_EQ(json.at("alarms").at(0).at("alarm").at("id").as_int64(), 42);
  EXPECT_EQ(json.at("text").as_string(), text.text);
  EXPECT_THAT(text_of(content(NotificationKind::cleared)).subject, ::testing::StartsWith("[CLEARED] "));
  EXPECT_THAT(text_of(content(NotificationKind::escalated)).subject, ::testing::StartsWith("[CRITICAL, not acknowledged] "));
}

TEST(NotificationText, NamesAreTextAndNothingElse) {
  const auto text = text_of(content(NotificationKind::raised));
  EXPECT_THAT(text.html, Not(HasSubstr("<b>climate")));
  EXPECT_THAT(text.html, HasSubstr("&lt;b&gt;climate"));
  EXPECT_THAT(text.html, HasSubstr("East &amp; Co"));
  auto bare = content(NotificationKind::raised);
  bare.alarms[0].alarm.source.rack.clear();
  EXPECT_THAT(text_of(bare).subject, Not(::testing::ContainsRegex("[\r\n]")));
}

TEST(NotificationText, ADigestCountsWhatItDoesNotList) {
  auto digest = content(NotificationKind::digest);
  digest.alarms[0].kind = NotificationKind::raised;
  digest.total = 1000;
  digest.raised[Severity::minor] = 989;
  digest.cleared = 10;
  const auto text = text_of(digest);
  EXPECT_EQ(text.subject, "[CRITICAL] East & Co: 1000 alarms (1 critical, 989 minor, 10 cleared)");
  EXPECT_THAT(text.text, HasSubstr("… and 999 more."));
  EXPECT_THAT(text.html, HasSubstr("999 more"));
}

}  // namespace
}  // namespace dcim::core
