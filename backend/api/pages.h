// The web pages: a static export, read into memory once, so that only files that were there can be served. A `.br` or
// `.gz` beside a file is its compressed form; `csp.txt` holds the Content-Security-Policy and is not served.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "api/http.h"

namespace dcim::api {

class Pages {
 public:
  /// A folder that is not there gives one page that says how to build them. Throws when a file cannot be read.
  explicit Pages(const std::filesystem::path& folder);

  /// `path` is decoded. "/overview" finds overview.html or overview/index.html.
  Response serve(http::verb method, std::string_view path, const Head& head) const;

  const std::string& content_security_policy() const { return csp_; }
  std::size_t size() const { return files_.size(); }

 private:
  enum Encoding : std::size_t { plain, brotli, gzip, kEncodings };
  struct File {
    std::string type;
    std::array<std::shared_ptr<const std::string>, kEncodings> bytes;
    std::array<std::string, kEncodings> tags;
    bool immutable = false;
  };
  void load(const std::filesystem::path& folder);
  const File* find(std::string_view path) const;
  static Response answer(const File& file, unsigned status, const Head& head);

  std::unordered_map<std::string, File> files_;  // by path from the folder, without a leading slash
  std::string csp_;
};

}  // namespace dcim::api
