#include "notify/transfer.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>

#include "notify/delivery.h"

namespace dcim::notify {
namespace {

// Where clouds keep their machines' secrets; nobody's webhook is there.
bool link_local(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address.addr, std::min<std::size_t>(address.addrlen, sizeof in));
    return (ntohl(in.sin_addr.s_addr) >> 16) == 0xa9fe;
  }
  if (address.family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address.addr, std::min<std::size_t>(address.addrlen, sizeof in));
    if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)) return in.sin6_addr.s6_addr[12] == 169 && in.sin6_addr.s6_addr[13] == 254;
    return IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr);
  }
  return true;
}

}  // namespace

Transfer::Transfer(const std::atomic<bool>& stopping) : stopping_(stopping) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_.reset(curl_easy_init());
  if (!handle_) throw std::bad_alloc();
  auto* h = handle_.get();
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, static_cast<long>(kConnectWithin.count()));
  curl_easy_setopt(h, CURLOPT_TIMEOUT, static_cast<long>(kLongest.count()));
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, on_debug);
  curl_easy_setopt(h, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(h, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, on_socket);
  // What the receiver sends beyond its status is of no use.
  curl_easy_setopt(
      h, CURLOPT_WRITEFUNCTION, +[](char*, std::size_t size, std::size_t n, void*) -> std::size_t { return size * n; });
}

void Transfer::add_header(const std::string& line) {
  auto* longer = curl_slist_append(headers_.get(), line.c_str());
  if (!longer) throw std::bad_alloc();
  if (!headers_) headers_.reset(longer);
}

void Transfer::add_recipient(const std::string& address) {
  auto* longer = curl_slist_append(recipients_.get(), ("<" + address + ">").c_str());
  if (!longer) throw std::bad_alloc();
  if (!recipients_) recipients_.reset(longer);
}

void Transfer::upload(std::string_view bytes) {
  upload_ = bytes;
  curl_easy_setopt(handle(), CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(handle(), CURLOPT_READDATA, this);
  curl_easy_setopt(handle(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes.size()));
}

Transfer::Answer Transfer::run() {
  if (headers_) curl_easy_setopt(handle(), CURLOPT_HTTPHEADER, headers_.get());
  if (recipients_) curl_easy_setopt(handle(), CURLOPT_MAIL_RCPT, recipients_.get());
  const auto code = curl_easy_perform(handle());
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &answer_.status);
  answer_.done = code == CURLE_OK;
  if (!answer_.done) {
    answer_.error = code == CURLE_ABORTED_BY_CALLBACK ? "the server is stopping" : *error_ ? error_ : curl_easy_strerror(code);
  }
  return answer_;
}

// Commands and answers. What is sent for AUTH is never looked at.
int Transfer::on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
  auto& me = *static_cast<Transfer*>(self);
  std::string_view text(data, size);
  if (type == CURLINFO_HEADER_OUT && text.starts_with("RCPT TO:")) {
    const auto end = std::min(text.find('>'), text.size());
    const auto begin = text.find('<');
    if (begin < end) me.asked_.emplace_back(text.substr(begin + 1, end - begin - 1));
  } else if (type == CURLINFO_HEADER_IN) {
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    if (!text.empty()) me.heard(text);
  }
  return 0;
}

void Transfer::heard(std::string_view line) {
  if (line.starts_with("221 ")) return;  // the goodbye, which also follows a refusal
  answer_.last_line = line.substr(0, 300);
  if (asked_.empty()) return;
  if (line.size() > 3 && line[3] == '-') return;  // more of this answer follows
  if (line.front() == '4' || line.front() == '5') answer_.refused.push_back(asked_.front() + " (" + answer_.last_line + ")");
  asked_.erase(asked_.begin());
}

std::size_t Transfer::on_read(char* to, std::size_t size, std::size_t n, void* self) {
  auto& me = *static_cast<Transfer*>(self);
  const auto part = me.upload_.substr(0, size * n);
  std::copy(part.begin(), part.end(), to);
  me.upload_.remove_prefix(part.size());
  return part.size();
}

int Transfer::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(self)->stopping_.load() ? 1 : 0;
}

curl_socket_t Transfer::on_socket(void*, curlsocktype, curl_sockaddr* address) {
  if (link_local(*address)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace dcim::notify
