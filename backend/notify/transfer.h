// One transfer by libcurl: bounded in time, TLS verified, no redirects, ended when the program stops.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dcim::notify {

class Transfer {
 public:
  explicit Transfer(const std::atomic<bool>& stopping);
  CURL* handle() const { return handle_.get(); }
  /// A header of HTTP, or a recipient; kept until the end.
  void add_header(const std::string& line);
  void add_recipient(const std::string& address);
  /// What is uploaded; must outlive run().
  void upload(std::string_view bytes);

  struct Answer {
    bool done = false;                 // the exchange came to its end
    long status = 0;                   // of HTTP or SMTP
    std::string error;                 // what is wrong when it is not done
    std::string last_line;             // that the server said
    std::vector<std::string> refused;  // recipients, each with why
  };
  Answer run();

 private:
  static int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self);
  static std::size_t on_read(char* to, std::size_t size, std::size_t n, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address);
  void heard(std::string_view line);

  struct Cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  const std::atomic<bool>& stopping_;
  std::unique_ptr<curl_slist, Cleanup> headers_, recipients_;
  std::string_view upload_;
  std::vector<std::string> asked_;  // recipients whose answer is still to come
  Answer answer_;
  char error_[CURL_ERROR_SIZE] = {};
  std::unique_ptr<CURL, Cleanup> handle_;  // the last: its end still speaks to the server, and calls back
};

}  // namespace dcim::notify
