// The message as SMTP carries it.
#include <ctime>

#include "notify/delivery.h"

namespace dcim::notify {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t n) { return i + n < bytes.size() ? static_cast<unsigned char>(bytes[i + n]) : 0U; };
    const unsigned group = at(0) << 16 | at(1) << 8 | at(2);
    for (int shift = 18; shift >= 0; shift -= 6) out += kAlphabet[group >> shift & 63];
    if (i + 1 >= bytes.size()) out[out.size() - 2] = '=';
    if (i + 2 >= bytes.size()) out.back() = '=';
  }
  return out;
}

// Lines of 76, as a body.
std::string base64_lines(std::string_view bytes) {
  const auto all = base64(bytes);
  std::string out;
  for (std::size_t i = 0; i < all.size(); i += 76) out += all.substr(i, 76) + "\r\n";
  return out;
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// A header's text as encoded words (RFC 2047), each of whole characters. Nothing of it can end the header.
std::string encoded_words(std::string_view text) {
  constexpr std::size_t kLongest = 39;  // bytes, of which base64 makes 52 characters
  std::string out;
  while (!text.empty()) {
    auto n = std::min(kLongest, text.size());
    while (n < text.size() && n > 1 && continues(text[n])) --n;
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(text.substr(0, n)) + "?=";
    text.remove_prefix(n);
  }
  return out;
}

std::string date_of(base::Timestamp time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char out[64];
  std::snprintf(out, sizeof out, "%s, %02u %s %d %02d:%02d:%02d +0000", kDays[std::chrono::weekday(day).c_encoding()],
                static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return out;
}

std::string part(const char* type, const std::string& body) {
  return std::string("Content-Type: ") + type + "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64_lines(body);
}

}  // namespace

std::string mime_message(const SmtpSettings& smtp, const Message& message) {
  const auto boundary = "dcim-" + message.delivery_id;
  std::string to;
  for (const auto& address : message.channel.addresses) to += (to.empty() ? "" : ",\r\n ") + address;
  std::string out = "From: " + (smtp.from_name.empty() ? "" : encoded_words(smtp.from_name) + " ") + "<" + smtp.from + ">\r\n";
  out += "To: " + to + "\r\n";
  out += "Subject: " + encoded_words(message.subject) + "\r\n";
  out += "Date: " + date_of(message.created_at) + "\r\n";
  out += "Message-ID: <" + message.delivery_id + "@" + smtp.from.substr(smtp.from.find('@') + 1) + ">\r\n";
  out += "X-DCIM-Delivery: " + message.delivery_id + "\r\n";
  out += "X-DCIM-Kind: " + std::string(core::name_of(message.kind)) + "\r\n";
  out += "Auto-Submitted: auto-generated\r\n";
  out += "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n";
  out += "--" + boundary + "\r\n" + part("text/plain", message.text);
  out += "--" + boundary + "\r\n" + part("text/html", message.html);
  return out + "--" + boundary + "--\r\n";
}

}  // namespace dcim::notify
