// How the SMTP server is reached, from what an administrator wrote.
#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>

#include "core/access.h"
#include "notify/delivery.h"

namespace dcim::notify {
namespace {

using base::Error;

bool loopback(const std::string& host) {
  if (host == "localhost") return true;
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(host, failed);
  return !failed && address.is_loopback();
}

// "Name <address>" or an address.
base::Result<void> take_from(SmtpSettings& out, std::string from) {
  const Error wrong = Error::invalid("DCIM_SMTP_FROM", "must be an address, or Name <address>");
  if (const auto open = from.find('<'); open != std::string::npos) {
    if (!from.ends_with('>')) return wrong;
    out.from_name = from.substr(0, open);
    while (out.from_name.ends_with(' ')) out.from_name.pop_back();
    from = from.substr(open + 1, from.size() - open - 2);
  }
  if (!core::normalized_email(from) || from.find_first_of("<>") != std::string::npos) return wrong;
  out.from = from;
  return {};
}

}  // namespace

base::Result<SmtpSettings> smtp_settings(const std::string& url, const std::string& from, const std::string& ca_file) {
  const Error wrong = Error::invalid("DCIM_SMTP_URL", "must be smtp://user:password@host:587 or smtps://…, as docs/operations.md tells");
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return wrong;
  const std::string scheme(parsed->scheme());
  if ((scheme != "smtp" && scheme != "smtps") || parsed->host().empty()) return wrong;
  SmtpSettings out;
  out.ca_file = ca_file;
  const bool path = !parsed->encoded_path().empty() && parsed->encoded_path() != "/";
  if (path || parsed->has_fragment()) return wrong;
  const auto host = parsed->host_address();
  out.url = scheme + "://" + std::string(parsed->encoded_host()) + (parsed->has_port() ? ":" + std::string(parsed->port()) : "");
  out.user = parsed->user();
  out.password = parsed->password();
  out.start_tls = scheme == "smtps" || !loopback(host) ? StartTls::required : StartTls::none;
  for (const auto& parameter : parsed->params()) {
    if (parameter.key != "starttls" || (parameter.value != "required" && parameter.value != "none")) return wrong;
    out.start_tls = parameter.value == "none" ? StartTls::none : StartTls::required;
  }
  const auto taken = take_from(out, from);
  if (!taken) return taken.error();
  return out;
}

}  // namespace dcim::notify
