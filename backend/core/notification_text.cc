#include "core/notification_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace dcim::core {
namespace {

constexpr std::array kUrgentFirst{Severity::critical, Severity::major, Severity::minor, Severity::info};
constexpr std::size_t kLongestSubject = 200;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

// One line without control characters, cut between characters.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  if (text.size() > kLongestSubject) {
    auto end = kLongestSubject;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
    text += "…";
  }
  return text;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// To two digits behind the point, without trailing noughts.
std::string number(double value) {
  if (!std::isfinite(value)) return "unknown";
  const double rounded = std::round(value * 100) / 100;
  char digits[40];
  return {digits, std::to_chars(digits, digits + sizeof digits, rounded == 0 ? 0.0 : rounded).ptr};
}

std::string with_unit(double value, const std::string& unit) { return number(value) + (unit.empty() ? "" : " " + unit); }

// "33.1 °C, above 32 °C"; of a change or a deviation "+18.2 %, above +15 %"; of silence "silent for 190 s, limit 90 s".
std::string condition_of(const Alarm& alarm) {
  const bool relative = alarm.type == RuleType::rate || alarm.type == RuleType::deviation;
  const auto told = [&](double value) { return (relative && value > 0 ? "+" : "") + with_unit(value, alarm.source.unit); };
  switch (alarm.level.when) {
    case When::above: return told(alarm.value) + ", above " + told(alarm.level.limit);
    case When::below: return told(alarm.value) + ", below " + told(alarm.level.limit);
    case When::equals: return "state " + number(alarm.value);
    case When::silent: return "silent for " + number(alarm.value) + " s, limit " + number(alarm.level.limit) + " s";
  }
  return {};
}

std::string breadcrumb(const Alarm& alarm) {
  std::string out;
  for (const auto* part : {&alarm.source.room, &alarm.source.rack, &alarm.source.device, &alarm.source.sensor}) {
    if (part->empty()) continue;
    if (!out.empty()) out += " › ";
    out += *part;
  }
  return out;
}

// Where in the hall, in a word or two: the rack, else the device.
const std::string& place(const Alarm& alarm) { return alarm.source.rack.empty() ? alarm.source.device : alarm.source.rack; }

std::string tag_of(const ToldAlarm& told) {
  const auto severity = upper(name_of(told.alarm.severity));
  switch (told.kind) {
    case NotificationKind::escalated: return "[" + severity + ", not acknowledged]";
    case NotificationKind::repeated: return "[" + severity + ", still not acknowledged]";
    case NotificationKind::cleared: return "[CLEARED]";
    default: return "[" + severity + "]";
  }
}

std::string link(const NotificationContent& content, const std::string& rest) {
  if (content.public_url.empty()) return {};
  auto base = content.public_url;
  while (base.ends_with('/')) base.pop_back();
  return base + "/alarms/?site=" + content.site.code + rest;
}
std::string link_of(const NotificationContent& content, const Alarm& alarm) { return link(content, "&alarm=" + std::to_string(alarm.id)); }

const char* color_of(const ToldAlarm& told) {
  if (told.kind == NotificationKind::cleared) return "#2e7d32";
  switch (told.alarm.severity) {
    case Severity::critical: return "#b3261e";
    case Severity::major: return "#c4560b";
    case Severity::minor: return "#8a6d00";
    case Severity::info: return "#1f5fa8";
  }
  return "#444444";
}

std::string count_of(const NotificationContent& content) {
  std::string out;
  const auto add = [&](int n, std::string_view what) {
    if (n == 0) return;
    if (!out.empty()) out += ", ";
    out += std::to_string(n) + " ";
    out += what;
  };
  for (const auto severity : kUrgentFirst) add(content.raised[severity], name_of(severity));
  add(content.cleared, "cleared");
  return out;
}

std::string subject_of(const NotificationContent& content) {
  if (content.kind == NotificationKind::test) return "[TEST] " + content.site.name + ": notifications to " + content.channel + " arrive";
  if (content.kind == NotificationKind::digest || content.alarms.empty()) {
    std::string worst = "CLEARED";
    for (const auto severity : kUrgentFirst) {
      if (content.raised[severity] == 0) continue;
      worst = upper(name_of(severity));
      break;
    }
    return "[" + worst + "] " + content.site.name + ": " + std::to_string(content.total) + " alarms (" + count_of(content) + ")";
  }
  const auto& told = content.alarms.front();
  return tag_of(told) + " " + content.site.name + ": " + place(told.alarm) + ", " + told.alarm.rule + ", " + condition_of(told.alarm);
}

// What there is to say of one alarm, line by line.
std::vector<std::pair<std::string, std::string>> facts_of(const NotificationContent& content, const ToldAlarm& told) {
  const auto& alarm = told.alarm;
  std::vector<std::pair<std::string, std::string>> out{
      {"Severity", std::string(name_of(alarm.severity))},
      {"Site", content.site.name},
      {"Source", breadcrumb(alarm)},
      {"Rule", alarm.rule},
      {"Value", condition_of(alarm)},
      {"Raised", told.raised_at},
  };
  if (!told.cleared_at.empty()) out.emplace_back("Cleared", told.cleared_at);
  if (alarm.acknowledged_by) out.emplace_back("Acknowledged by", *alarm.acknowledged_by);
  if (alarm.occurrences > 1) out.emplace_back("Occurrences", std::to_string(alarm.occurrences));
  if (!alarm.instruction.empty() && told.cleared_at.empty()) out.emplace_back("What to do", alarm.instruction);
  return out;
}

std::string line_of(const ToldAlarm& told) {
  auto out = tag_of(told) + " " + breadcrumb(told.alarm) + ": " + told.alarm.rule + ", " + condition_of(told.alarm) + ", raised " + told.raised_at;
  if (!told.cleared_at.empty()) out += ", cleared " + told.cleared_at;
  return out;
}

std::string rest_of(const NotificationContent& content) {
  const auto rest = content.total - static_cast<int>(content.alarms.size());
  return rest > 0 ? "… and " + std::to_string(rest) + " more." : std::string();
}

std::string test_sentence(const NotificationContent& content) {
  return "This is a test of the channel " + content.channel + " of " + content.site.name + ". Nothing is wrong.";
}

std::string plain_text(const NotificationContent& content) {
  std::string out;
  if (content.kind == NotificationKind::test) {
    out = test_sentence(content) + "\n";
  } else if (content.kind == NotificationKind::digest) {
    out = content.site.name + ": " + std::to_string(content.total) + " alarms, " + count_of(content) + ".\n\n";
    for (const auto& told : content.alarms) out += line_of(told) + "\n";
    if (const auto rest = rest_of(content); !rest.empty()) out += rest + "\n";
    if (const auto all = link(content, ""); !all.empty()) out += "\n" + all + "\n";
  } else {
    for (const auto& told : content.alarms) {
      out += line_of(told) + "\n\n";
      for (const auto& [name, value] : facts_of(content, told)) out += name + ": " + value + "\n";
      if (const auto there = link_of(content, told.alarm); !there.empty()) out += "\n" + there + "\n";
    }
  }
  return out;
}

std::string anchor(const std::string& url, const std::string& label) {
  return url.empty() ? escaped(label) : "<a href=\"" + escaped(url) + "\" style=\"color:#1f5fa8\">" + escaped(label) + "</a>";
}

std::string html_of(const NotificationContent& content, const std::string& subject) {
  std::string out = "<!doctype html><html><head><meta charset=\"utf-8\"><title>" + escaped(subject) +
                    "</title></head><body style=\"margin:0;padding:16px;background:#f4f5f7;color:#1b1f24;font:14px/1.5 sans-serif\">"
                    "<div style=\"max-width:720px;margin:0 auto;padding:20px;background:#ffffff;border:1px solid #d9dde3;border-radius:8px\">";
  if (content.kind == NotificationKind::test) {
    out += "<p>" + escaped(test_sentence(content)) + "</p>";
  } else if (content.kind == NotificationKind::digest) {
    out += "<h1 style=\"margin:0 0 12px;font-size:18px\">" + escaped(content.site.name) + ": " + std::to_string(content.total) + " alarms</h1><p>" +
           escaped(count_of(content)) + "</p><table style=\"width:100%;border-collapse:collapse\">";
    for (const auto& told : content.alarms) {
      out += "<tr><td style=\"padding:6px 8px;border-top:1px solid #d9dde3;color:" + std::string(color_of(told)) +
             ";font-weight:bold;white-space:nowrap\">" + escaped(tag_of(told)) + "</td><td style=\"padding:6px 8px;border-top:1px solid #d9dde3\">" +
             anchor(link_of(content, told.alarm), breadcrumb(told.alarm)) + "<br>" +
             escaped(told.alarm.rule + ", " + condition_of(told.alarm) + ", raised " + told.raised_at) + "</td></tr>";
    }
    out += "</table>";
    if (const auto rest = rest_of(content); !rest.empty()) out += "<p>" + escaped(rest) + "</p>";
    if (const auto all = link(content, ""); !all.empty()) out += "<p>" + anchor(all, "All alarms") + "</p>";
  } else {
    for (const auto& told : content.alarms) {
      out += "<h1 style=\"margin:0 0 12px;font-size:18px;color:" + std::string(color_of(told)) + "\">" +
             escaped(tag_of(told) + " " + told.alarm.rule) + "</h1><table style=\"border-collapse:collapse\">";
      for (const auto& [name, value] : facts_of(content, told)) {
        out += "<tr><td style=\"padding:3px 16px 3px 0;color:#5b6470;vertical-align:top;white-space:nowrap\">" + escaped(name) +
               "</td><td style=\"padding:3px 0\">" + escaped(value) + "</td></tr>";
      }
      out += "</table>";
      if (const auto there = link_of(content, told.alarm); !there.empty()) out += "<p>" + anchor(there, "Open the alarm") + "</p>";
    }
  }
  return out + "</div></body></html>\n";
}

std::string json_of(const NotificationContent& content, const std::string& subject, const std::string& text) {
  base::JsonWriter json;
  json.begin_object().member("kind", name_of(content.kind)).member("created_at", content.at).member("subject", subject).member("text", text);
  json.key("site").begin_object().member("code", content.site.code).member("name", content.site.name).end_object();
  json.member("channel", content.channel).member("total", content.total);
  const auto url = link(content, "");
  json.member("url", url.empty() ? std::nullopt : std::optional(url));
  auto out = json.take() + R"(,"alarms":[)";
  for (const auto& told : content.alarms) {
    if (!out.ends_with('[')) out += ',';
    out += R"({"kind":")";
    out += name_of(told.kind);
    out += R"(","alarm":)" + to_json(told.alarm, content.site.code) + "}";
  }
  return out + "]}";
}

}  // namespace

NotificationText text_of(const NotificationContent& content) {
  NotificationText out;
  out.subject = one_line(subject_of(content));
  out.text = plain_text(content);
  out.html = html_of(content, out.subject);
  out.json = json_of(content, out.subject, out.text);
  return out;
}

}  // namespace dcim::core
