#include "notify/delivery.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <exception>

#include "notify/transfer.h"

namespace dcim::notify {

std::string signature(const std::string& secret, const std::string& body) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac, &length);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "sha256=";
  for (unsigned i = 0; i < length; ++i) {
    out += kHex[mac[i] >> 4];
    out += kHex[mac[i] & 15];
  }
  return out;
}

Delivery::Delivery(std::optional<SmtpSettings> smtp) : smtp_(std::move(smtp)) {}

Outcome Delivery::deliver(const Message& message) const {
  try {
    return message.channel.type == core::ChannelType::email ? deliver_email(message) : deliver_webhook(message);
  } catch (const std::exception& error) {
    return {false, error.what(), {}};
  }
}

Outcome Delivery::deliver_email(const Message& message) const {
  if (!smtp_) return {false, "the server has no SMTP server to send by: set DCIM_SMTP_URL", {}};
  const auto bytes = mime_message(*smtp_, message);
  Transfer transfer(stopping_);
  auto* h = transfer.handle();
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(h, CURLOPT_URL, smtp_->url.c_str());
  curl_easy_setopt(h, CURLOPT_USE_SSL, static_cast<long>(smtp_->start_tls == StartTls::required ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!smtp_->ca_file.empty()) curl_easy_setopt(h, CURLOPT_CAINFO, smtp_->ca_file.c_str());
  if (!smtp_->user.empty()) {
    curl_easy_setopt(h, CURLOPT_USERNAME, smtp_->user.c_str());
    curl_easy_setopt(h, CURLOPT_PASSWORD, smtp_->password.c_str());
  }
  curl_easy_setopt(h, CURLOPT_MAIL_FROM, ("<" + smtp_->from + ">").c_str());
  // One address that is no more must not keep the others from being told.
  curl_easy_setopt(h, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  for (const auto& address : message.channel.addresses) transfer.add_recipient(address);
  transfer.upload(bytes);
  const auto answer = transfer.run();
  Outcome out{answer.done, answer.done ? "accepted: " + answer.last_line : answer.error, {}};
  // libcurl says only that something failed: the server's own words say what.
  const char first = answer.last_line.empty() ? ' ' : answer.last_line.front();
  if (!answer.done && (first == '4' || first == '5')) out.detail += ": " + answer.last_line;
  for (const auto& refused : answer.refused) out.remark += (out.remark.empty() ? "refused: " : ", ") + refused;
  return out;
}

Outcome Delivery::deliver_webhook(const Message& message) const {
  Transfer transfer(stopping_);
  auto* h = transfer.handle();
  if (curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK) return {false, "libcurl has no HTTP", {}};
  curl_easy_setopt(h, CURLOPT_URL, message.channel.url.c_str());
  curl_easy_setopt(h, CURLOPT_USERAGENT, "dcim/" DCIM_VERSION);
  curl_easy_setopt(h, CURLOPT_POST, 1L);
  curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.json.size()));
  curl_easy_setopt(h, CURLOPT_POSTFIELDS, message.json.c_str());
  transfer.add_header("Content-Type: application/json");
  transfer.add_header("Expect:");
  transfer.add_header("X-DCIM-Delivery: " + message.delivery_id);
  transfer.add_header("X-DCIM-Kind: " + std::string(core::name_of(message.kind)));
  if (message.channel.secret) transfer.add_header("X-DCIM-Signature: " + signature(*message.channel.secret, message.json));
  const auto answer = transfer.run();
  if (!answer.done) return {false, answer.error, {}};
  return {answer.status >= 200 && answer.status < 300, "HTTP " + std::to_string(answer.status), {}};
}

}  // namespace dcim::notify
