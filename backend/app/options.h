// What the server is told: defaults, then a TOML file, then the environment, then flags; each later one wins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"

namespace dcim::app {

struct Options {
  std::string http_address = "127.0.0.1";  // DCIM_HTTP_ADDRESS, [http] address
  std::uint16_t http_port = 8080;          // DCIM_HTTP_PORT, [http] port
  std::string tls_certificate;             // DCIM_TLS_CERT, [http] tls_certificate: PEM file; with the key, HTTPS only
  std::string tls_key;                     // DCIM_TLS_KEY, [http] tls_key
  std::string public_url;                  // DCIM_PUBLIC_URL, [http] public_url: how browsers reach the server when a proxy stands before it
  std::string database_url;                // DCIM_DATABASE_URL[_FILE], [database] url: libpq URI
  std::string mqtt_url;                    // DCIM_MQTT_URL[_FILE], [mqtt] url: mqtt[s]://user:password@host:port
  std::string smtp_url;                    // DCIM_SMTP_URL[_FILE], [smtp] url: smtp[s]://user:password@host:port; empty: no e-mail
  std::string smtp_from;                   // DCIM_SMTP_FROM, [smtp] from: address, or Name <address>
  std::string smtp_ca;                     // DCIM_SMTP_CA, [smtp] ca: PEM file of who signed its certificate; empty: the system's
  std::filesystem::path pages_dir;         // DCIM_PAGES_DIR, [http] pages: default <program>/../share/dcim/pages
  std::string log_level = "info";          // DCIM_LOG_LEVEL, [log] level
  bool demo = false;                       // DCIM_DEMO, set by `dcim up --demo`: demo accounts exist; loopback only
};

/// Environment look-up, so that tests need not change their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

/// Reads the TOML file (when given) and the environment. An unknown key, a port out of range, an unreadable secret file:
/// the Error's field names the key.
base::Result<Options> load_options(const std::optional<std::filesystem::path>& file, const Environment& environment);

}  // namespace dcim::app
