#include "base/clock.h"

#include <cstdio>

namespace dcim::base {
namespace {

// Reads exactly `digits` decimal digits at `pos`; -1 when there are none such.
int digits_at(std::string_view text, std::size_t pos, std::size_t digits) {
  if (pos + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = pos; i < pos + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

Error not_a_time() { return Error::invalid("", "not an RFC 3339 time such as 2026-11-23T13:00:00Z"); }

}  // namespace

Timestamp SystemClock::now() const { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

std::string to_rfc3339(Timestamp t) {
  using namespace std::chrono;
  const auto day = floor<days>(t);
  const year_month_day date{day};
  const auto us = (t - day).count();
  const auto s = us / 1'000'000;
  const auto fraction = static_cast<int>(us % 1'000'000);
  char text[64];
  const int n = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                              static_cast<unsigned>(date.day()), static_cast<int>(s / 3600), static_cast<int>(s / 60 % 60), static_cast<int>(s % 60));
  if (fraction % 1000 == 0) {
    std::snprintf(text + n, sizeof text - n, "%03dZ", fraction / 1000);
  } else {
    std::snprintf(text + n, sizeof text - n, "%06dZ", fraction);
  }
  return text;
}

Result<Timestamp> from_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const int y = digits_at(text, 0, 4), mo = digits_at(text, 5, 2), d = digits_at(text, 8, 2);
  const int h = digits_at(text, 11, 2), mi = digits_at(text, 14, 2), s = digits_at(text, 17, 2);
  if (y < 0 || mo < 0 || d < 0 || h < 0 || mi < 0 || s < 0) return not_a_time();
  const char t = text[10];
  if (text[4] != '-' || text[7] != '-' || (t != 'T' && t != 't' && t != ' ') || text[13] != ':' || text[16] != ':') {
    return not_a_time();
  }
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
  if (!date.ok() || h > 23 || mi > 59 || s > 60) return not_a_time();
  std::size_t pos = 19;
  int us = 0;
  if (pos < text.size() && text[pos] == '.') {
    std::size_t n = 0;
    int scale = 100'000;
    for (++pos; pos < text.size() && text[pos] >= '0' && text[pos] <= '9'; ++pos, ++n) {
      us += (text[pos] - '0') * scale;
      scale /= 10;
    }
    if (n == 0 || n > 9) return not_a_time();
  }
  minutes offset{0};
  if (pos >= text.size()) return not_a_time();
  if (text[pos] == 'Z' || text[pos] == 'z') {
    if (pos + 1 != text.size()) return not_a_time();
  } else if (text[pos] == '+' || text[pos] == '-') {
    const int oh = digits_at(text, pos + 1, 2), om = digits_at(text, pos + 4, 2);
    if (pos + 6 != text.size() || oh < 0 || oh > 23 || om < 0 || om > 59 || text[pos + 3] != ':') return not_a_time();
    offset = hours{oh} + minutes{om};
    if (text[pos] == '-') offset = -offset;
  } else {
    return not_a_time();
  }
  return Timestamp{sys_days{date}} + hours{h} + minutes{mi} + seconds{s} + microseconds{us} - offset;
}

}  // namespace dcim::base
