#include "cli/private_broker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/embedded.h"

namespace dcim {
std::span<const base::EmbeddedFile> embedded_broker_files();  // infra/mosquitto.conf, .acl, -devices.json
}

namespace dcim::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Result;

constexpr auto kProgram = "/usr/sbin/mosquitto";
constexpr auto kPasswordProgram = "/usr/bin/mosquitto_passwd";

// Beside the libraries of the machine's architecture.
fs::path dynamic_security() {
  std::error_code failed;
  for (const auto& folder : fs::directory_iterator("/usr/lib", failed)) {
    if (auto plugin = folder.path() / "mosquitto_dynamic_security.so"; fs::exists(plugin, failed)) return plugin;
  }
  return {};
}

std::string embedded(std::string_view name) {
  for (const auto& file : embedded_broker_files()) {
    if (file.name == name) return std::string(file.text);
  }
  return {};
}

}  // namespace

Result<PrivateBroker> PrivateBroker::prepare(const DataFolder& folder, std::uint16_t port) {
  if (!fs::exists(kProgram) || !fs::exists(kPasswordProgram)) return Error::unavailable("Mosquitto is not installed: run infra/setup.sh");
  PrivateBroker out;
  out.user_ = folder.service_user();
  out.port_ = port;
  out.log_ = folder.log("broker.log");
  const auto home = folder.service_folder("mosquitto");
  if (!home) return home.error();

  std::string accounts;
  for (const auto* account : {"dcim-server", "dcim-device", "dcim-sim"}) {
    const auto password = folder.secret(std::string("mqtt-") + account);
    if (!password) return password.error();
    out.passwords_[account] = *password;
    accounts += std::string(account) + ":" + *password + "\n";
  }
  const auto passwords = *home / "passwords";
  if (auto written = write_file(passwords, accounts, 0600, out.user_); !written) return written.error();
  base::Command hash;
  hash.program = kPasswordProgram;
  hash.arguments = {"-U", passwords.string()};
  hash.user = out.user_;
  if (auto hashed = base::run_to_end(hash, "mosquitto_passwd"); !hashed) return hashed.error();

  const auto acl = *home / "acl";
  if (auto written = write_file(acl, embedded("mosquitto.acl"), 0600, out.user_); !written) return written.error();
  // The accounts of single devices are the plugin's to keep: written once, and then never by us.
  const auto plugin = dynamic_security();
  if (plugin.empty()) return Error::unavailable("Mosquitto's dynamic security plugin is not installed: run infra/setup.sh");
  const auto devices = *home / "devices.json";
  if (!fs::exists(devices) || fs::file_size(devices) == 0) {
    if (auto written = write_file(devices, embedded("mosquitto-devices.json"), 0600, out.user_); !written) return written.error();
  }
  out.config_ = *home / "mosquitto.conf";
  const auto config = embedded("mosquitto.conf") + "\nlistener " + std::to_string(port) + " 127.0.0.1\npersistence_location " + home->string() +
                      "/\npassword_file " + passwords.string() + "\nacl_file " + acl.string() + "\nplugin " + plugin.string() +
                      "\nplugin_opt_config_file " + devices.string() + "\n";
  if (auto written = write_file(out.config_, config, 0600, out.user_); !written) return written.error();
  return out;
}

base::Child PrivateBroker::child() const {
  base::Child out;
  out.name = "Mosquitto";
  out.command.program = kProgram;
  out.command.arguments = {"-c", config_.string()};
  out.command.user = user_;
  out.command.log_file = log_;
  out.stage = 1;
  out.ready = [port = port_] { return listens(port); };
  return out;
}

std::string PrivateBroker::url(const std::string& account) const {
  return "mqtt://" + account + ":" + passwords_.at(account) + "@127.0.0.1:" + std::to_string(port_);
}

bool listens(std::uint16_t port) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  boost::system::error_code failed;
  socket.connect({boost::asio::ip::address_v4::loopback(), port}, failed);
  return !failed;
}

}  // namespace dcim::cli
