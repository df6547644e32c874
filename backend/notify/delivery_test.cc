#include "notify/delivery.h"

#include <gmock/gmock.h>

#include <sstream>

namespace dcim::notify {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SmtpSettings, TlsIsRequiredUnlessItIsSaidOtherwiseOrTheHostIsThisMachine) {
  const auto tls_of = [](const std::string& url) { return smtp_settings(url, "dcim@example.test", "").value().start_tls; };
  EXPECT_EQ(tls_of("smtp://mail.example.test:587"), StartTls::required);
  EXPECT_EQ(tls_of("smtp://mail.example.test:25?starttls=none"), StartTls::none);
  EXPECT_EQ(tls_of("smtp://localhost:25"), StartTls::none);
  EXPECT_EQ(tls_of("smtp://127.0.0.1:25?starttls=required"), StartTls::required);
  EXPECT_EQ(tls_of("smtp://[::1]:25"), StartTls::none);
}

TEST(SmtpSettings, UserAndPasswordAreDecodedAndNotInTheUrl) {
  const auto settings = smtp_settings("smtps://dcim%40example.test:p%3Aw@mail.example.test:465", "Hall 1 <dcim@example.test>", "").value();
  EXPECT_EQ(settings.user, "dcim@example.test");
  EXPECT_EQ(settings.password, "p:w");
  EXPECT_EQ(settings.url, "smtps://mail.example.test:465");
  EXPECT_EQ(settings.from, "dcim@example.test");
  EXPECT_EQ(settings.from_name, "Hall 1");
}

TEST(SmtpSettings, WhatIsWrongIsNamed) {
  for (const auto* url : {"http://mail", "smtp://", "mail.example.test", "smtp://host/path", "smtp://host?tls=off", "smtp://host?starttls=maybe"}) {
    const auto settings = smtp_settings(url, "dcim@example.test", "");
    ASSERT_FALSE(settings) << url;
    EXPECT_EQ(settings.error().field, "DCIM_SMTP_URL");
  }
  for (const auto* from : {"", "nobody", "Name <x@y", "Name <>", "x@y>\r\nBcc: z@y"}) {
    const auto settings = smtp_settings("smtp://host", from, "");
    ASSERT_FALSE(settings) << from;
    EXPECT_EQ(settings.error().field, "DCIM_SMTP_FROM");
  }
}

TEST(Mime, IsAsciiInShortLinesAndNothingEndsAHeader) {
  SmtpSettings smtp;
  smtp.from = "dcim@example.test";
  smtp.from_name = "Hällè";
  Message message;
  message.delivery_id = "5d2f";
  message.subject = "Über\r\nBcc: x@y °°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°°";
  message.text = std::string(5000, 'x') + "\r\n.\r\n";
  message.channel.addresses = {"a@example.test", "b@example.test"};
  const auto mime = mime_message(smtp, message);
  EXPECT_THAT(mime, Not(HasSubstr("\r\nBcc:")));
  EXPECT_THAT(mime, HasSubstr("Message-ID: <5d2f@example.test>\r\n"));
  EXPECT_THAT(mime, HasSubstr("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"));
  std::istringstream lines(mime);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 79u) << line;
    for (const char c : line) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
  }
}

TEST(Signature, IsHmacSha256) {
  // RFC 4231, case 2
  EXPECT_EQ(signature("Jefe", "what do ya want for nothing?"), "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Delivery, GoesNowhereElse) {
  const Delivery delivery({});
  Message message;
  message.channel.addresses = {"a@example.test"};
  EXPECT_THAT(delivery.deliver(message).detail, HasSubstr("DCIM_SMTP_URL"));
  message.channel.type = core::ChannelType::webhook;
  for (const auto* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://169.254.169.254/latest/meta-data"}) {
    message.channel.url = url;
    EXPECT_FALSE(delivery.deliver(message).delivered) << url;
  }
}

TEST(Delivery, WhatIsUnderWayEndsWhenTheServerStops) {
  Delivery delivery({});
  delivery.stop();
  Message message;
  message.channel.type = core::ChannelType::webhook;
  message.channel.url = "http://127.0.0.1:1/";
  EXPECT_FALSE(delivery.deliver(message).delivered);
}

}  // namespace
}  // namespace dcim::notify
