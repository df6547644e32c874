#include "app/options.h"

#include <toml++/toml.h>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace dcim::app {
namespace {

using base::Error;
using base::Result;

// One setting: where it stands in the file and the environment, and how its text is taken.
struct Setting {
  const char* section;
  const char* key;
  const char* variable;
  bool secret;  // VARIABLE_FILE names a file that holds it
  std::function<Result<void>(Options&, const std::string& text, const std::string& name)> take;
};

template <class Field>
auto text(Field field) {
  return [field](Options& options, const std::string& value, const std::string&) -> Result<void> {
    options.*field = value;
    return {};
  };
}

Result<void> take_port(Options& options, const std::string& value, const std::string& name) {
  unsigned port = 0;
  const auto end = value.data() + value.size();
  const auto [at, error] = std::from_chars(value.data(), end, port);
  if (error != std::errc{} || at != end || port == 0 || port > 65535)
    return Error::invalid(name, "must be a port from 1 to 65535, not \"" + value + "\"");
  options.http_port = static_cast<std::uint16_t>(port);
  return {};
}

Result<void> take_level(Options& options, const std::string& value, const std::string& name) {
  for (const auto* level : {"trace", "debug", "info", "warn", "error"}) {
    if (value == level) {
      options.log_level = value;
      return {};
    }
  }
  return Error::invalid(name, "must be trace, debug, info, warn or error, not \"" + value + "\"");
}

Result<void> take_demo(Options& options, const std::string& value, const std::string& name) {
  if (value != "0" && value != "1" && value != "true" && value != "false") return Error::invalid(name, "must be true or false");
  options.demo = value == "1" || value == "true";
  return {};
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all{
      {"http", "address", "DCIM_HTTP_ADDRESS", false, text(&Options::http_address)},
      {"http", "port", "DCIM_HTTP_PORT", false, take_port},
      {"http", "tls_certificate", "DCIM_TLS_CERT", false, text(&Options::tls_certificate)},
      {"http", "tls_key", "DCIM_TLS_KEY", false, text(&Options::tls_key)},
      {"http", "public_url", "DCIM_PUBLIC_URL", false, text(&Options::public_url)},
      {"http", "pages", "DCIM_PAGES_DIR", false, text(&Options::pages_dir)},
      {"database", "url", "DCIM_DATABASE_URL", true, text(&Options::database_url)},
      {"mqtt", "url", "DCIM_MQTT_URL", true, text(&Options::mqtt_url)},
      {"smtp", "url", "DCIM_SMTP_URL", true, text(&Options::smtp_url)},
      {"smtp", "from", "DCIM_SMTP_FROM", false, text(&Options::smtp_from)},
      {"smtp", "ca", "DCIM_SMTP_CA", false, text(&Options::smtp_ca)},
      {"log", "level", "DCIM_LOG_LEVEL", false, take_level},
      {"demo", "accounts", "DCIM_DEMO", false, take_demo},
  };
  return all;
}

std::string as_text(const toml::node& node) {
  if (const auto* string = node.as_string()) return string->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  return {};
}

Result<void> take_table(const toml::table& file, Options& options) {
  for (const auto& [section, node] : file) {
    const auto* table = node.as_table();
    if (!table) return Error::invalid(std::string(section.str()), "is not a section of the configuration");
    for (const auto& [key, value] : *table) {
      const auto name = std::string(section.str()) + "." + std::string(key.str());
      const Setting* setting = nullptr;
      for (const auto& s : settings()) {
        if (name == std::string(s.section) + "." + s.key) setting = &s;
      }
      if (!setting) return Error::invalid(name, "is not a key of the configuration");
      if (!value.is_string() && !value.is_integer() && !value.is_boolean()) return Error::invalid(name, "must be a single value");
      if (const auto taken = setting->take(options, as_text(value), name); !taken) return taken.error();
    }
  }
  return {};
}

Result<std::string> read_secret(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  if (!file) return Error::invalid(name, "cannot read " + path);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  auto value = bytes.str();
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  return value;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
  };
}

Result<Options> load_options(const std::optional<std::filesystem::path>& file, const Environment& environment) {
  Options options;
  if (file) {
    try {
      const auto table = toml::parse_file(file->string());
      if (const auto taken = take_table(table, options); !taken) return taken.error();
    } catch (const toml::parse_error& error) {
      std::ostringstream what;
      what << file->string() << ", line " << error.source().begin.line << ": " << error.description();
      return Error::invalid("--config", what.str());
    }
  }
  for (const auto& setting : settings()) {
    const std::string name = setting.variable;
    auto value = environment(name);
    if (const auto path = setting.secret ? environment(name + "_FILE") : std::nullopt; path && !value) {
      auto secret = read_secret(*path, name + "_FILE");
      if (!secret) return secret.error();
      value = *secret;
    }
    if (!value) continue;
    if (const auto taken = setting.take(options, *value, name); !taken) return taken.error();
  }
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return Error::invalid(options.tls_key.empty() ? "DCIM_TLS_KEY" : "DCIM_TLS_CERT", "is missing: TLS needs the certificate and its key");
  }
  if (options.pages_dir.empty()) {
    std::error_code ignored;
    options.pages_dir = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "../share/dcim/pages";
  }
  return options;
}

}  // namespace dcim::app
