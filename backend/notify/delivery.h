// Hands a notification over: to an SMTP server, or to a webhook. Blocks for up to kLongest, so it runs on threads of its own. Knows no database.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "core/notifications.h"

namespace dcim::notify {

inline constexpr std::chrono::seconds kConnectWithin{10};
inline constexpr std::chrono::seconds kLongest{30};

enum class StartTls : std::uint8_t { required, none };

struct SmtpSettings {
  std::string url;  // smtp://host:port or smtps://host:port, without user and password
  std::string user, password;
  StartTls start_tls = StartTls::required;
  std::string from;       // address
  std::string from_name;  // may be empty
  std::string ca_file;    // PEM; empty: the system's
};
/// smtp[s]://user:password@host:port?starttls=required|none. STARTTLS is required unless the host is loopback or it says none.
/// `from`: address, or Name <address>.
base::Result<SmtpSettings> smtp_settings(const std::string& url, const std::string& from, const std::string& ca_file);

struct Message {
  std::string delivery_id;  // the same in every attempt
  core::NotificationChannel channel;
  core::NotificationKind kind = core::NotificationKind::test;
  std::string subject, text, html, json;
  base::Timestamp created_at{};
};

struct Outcome {
  bool delivered = false;
  std::string detail;  // what the receiver answered, or what is wrong
  std::string remark;  // delivered, but not to everybody
};

class Delivery {
 public:
  explicit Delivery(std::optional<SmtpSettings> smtp);
  bool has_smtp() const { return smtp_.has_value(); }
  /// Thread-safe; never throws. Blocks.
  Outcome deliver(const Message& message) const;
  /// What is under way ends soon, undelivered.
  void stop() { stopping_ = true; }

 private:
  Outcome deliver_email(const Message& message) const;
  Outcome deliver_webhook(const Message& message) const;

  std::optional<SmtpSettings> smtp_;
  std::atomic<bool> stopping_ = false;
};

/// The whole message by RFC 5322 and 2045 to 2047: text and HTML, all in ASCII, lines of at most 76 characters.
std::string mime_message(const SmtpSettings& smtp, const Message& message);
/// "sha256=" and the HMAC in hexadecimal: what X-DCIM-Signature says.
std::string signature(const std::string& secret, const std::string& body);

}  // namespace dcim::notify
