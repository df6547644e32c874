#include "api/pages.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "api/errors.h"
#include "api/password.h"
#include "base/log.h"

namespace dcim::api {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultCsp =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'";

constexpr const char* kNoPages =
    "<!doctype html><html lang=en><meta charset=utf-8><title>DCIM</title><h1>The server runs; its web pages are not built</h1>"
    "<p>Build them with <code>make build</code> (or <code>npm ci &amp;&amp; npm run build</code> in <code>frontend/</code>), or set "
    "<code>DCIM_PAGES_DIR</code> to the folder that holds them, and start the server again. The API works: "
    "<a href=/api/health/ready>/api/health/ready</a></html>";

struct Type {
  std::string_view extension, type;
};
constexpr std::array kTypes{
    Type{".html", "text/html; charset=utf-8"},
    Type{".js", "text/javascript; charset=utf-8"},
    Type{".css", "text/css; charset=utf-8"},
    Type{".json", "application/json"},
    Type{".txt", "text/plain; charset=utf-8"},
    Type{".svg", "image/svg+xml"},
    Type{".png", "image/png"},
    Type{".jpg", "image/jpeg"},
    Type{".webp", "image/webp"},
    Type{".ico", "image/x-icon"},
    Type{".woff2", "font/woff2"},
    Type{".woff", "font/woff"},
    Type{".webmanifest", "application/manifest+json"},
    Type{".xml", "application/xml"},
    Type{".map", "application/json"},
};

std::string type_of(const fs::path& file) {
  const auto it = std::ranges::find(kTypes, file.extension().string(), &Type::extension);
  return std::string(it == kTypes.end() ? "application/octet-stream" : it->type);
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in.is_open() || in.bad()) throw std::runtime_error("cannot read " + file.string());
  return out.str();
}

std::string tag_of(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const unsigned char c : token_hash(bytes).substr(0, 12)) out += {kHex[c >> 4], kHex[c & 15]};
  return out + '"';
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string first_line(std::string text) {
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  return text;
}

}  // namespace

Pages::Pages(const fs::path& folder) : csp_(kDefaultCsp) {
  std::error_code missing;
  if (!folder.empty() && fs::is_directory(folder, missing)) load(folder);
  if (files_.empty()) {
    spdlog::warn("no web pages in {}", folder.empty() ? "(no folder given)" : folder.string());
    File page;
    page.type = "text/html; charset=utf-8";
    page.bytes[plain] = std::make_shared<const std::string>(kNoPages);
    page.tags[plain] = tag_of(kNoPages);
    files_["index.html"] = page;
    files_["404.html"] = std::move(page);
  }
}

void Pages::load(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    auto name = entry.path().lexically_relative(folder).generic_string();
    if (name == "csp.txt") {
      csp_ = first_line(read_file(entry.path()));
      continue;
    }
    if (name.starts_with("csp.txt.")) continue;
    Encoding encoding = plain;
    for (const auto& [extension, compressed] : {std::pair(".br", brotli), std::pair(".gz", gzip)}) {
      if (!name.ends_with(extension)) continue;
      encoding = compressed;
      name.resize(name.size() - 3);
    }
    auto& file = files_[name];
    file.type = type_of(name);
    file.immutable = name.starts_with("_next/static/");
    file.bytes[encoding] = std::make_shared<const std::string>(read_file(entry.path()));
    file.tags[encoding] = tag_of(*file.bytes[encoding]);
  }
  std::erase_if(files_, [](const auto& file) { return !file.second.bytes[plain]; });  // compressed, but of nothing
}

const Pages::File* Pages::find(std::string_view path) const {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::string name(path);
  for (const auto& candidate : {name, name + ".html", name.empty() ? "index.html" : name + "/index.html"}) {
    const auto it = files_.find(candidate);
    if (it != files_.end()) return &it->second;
  }
  return nullptr;
}

Response Pages::serve(http::verb method, std::string_view path, const Head& head) const {
  if (method != http::verb::get && method != http::verb::head) {
    auto response = problem(405, base::Error::invalid("", "pages are only read"), "");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  if (const auto* file = find(path)) return answer(*file, 200, head);
  if (const auto* file = find("404.html")) return answer(*file, 404, head);
  return problem(base::Error::not_found("there is no such page"), "");
}

Response Pages::answer(const File& file, unsigned status, const Head& head) {
  const auto accepted = view(head[http::field::accept_encoding]);
  auto encoding = plain;
  if (file.bytes[brotli] && lists_token(accepted, "br"))
    encoding = brotli;
  else if (file.bytes[gzip] && lists_token(accepted, "gzip"))
    encoding = gzip;

  Response response;
  response.status = status;
  response.content_type = file.type;
  response.shared_body = file.bytes[encoding];
  response.headers.emplace_back("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("ETag", file.tags[encoding]);
  if (file.bytes[brotli] || file.bytes[gzip]) response.headers.emplace_back("Vary", "Accept-Encoding");
  const auto known = view(head[http::field::if_none_match]);
  if (status == 200 && (lists_token(known, file.tags[encoding]) || lists_token(known, "W/" + file.tags[encoding]))) {
    response.status = 304;
    response.shared_body.reset();
    return response;
  }
  if (encoding != plain) response.headers.emplace_back("Content-Encoding", encoding == brotli ? "br" : "gzip");
  return response;
}

}  // namespace dcim::api
