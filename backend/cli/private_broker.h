// A Mosquitto of our own on loopback: three accounts with generated passwords, an ACL, the accounts of
// single devices that the server makes, and a queue that outlives restarts.
#pragma once

#include "base/supervisor.h"
#include "cli/data_folder.h"

namespace dcim::cli {

class PrivateBroker {
 public:
  /// Writes its configuration. The error is one sentence.
  static base::Result<PrivateBroker> prepare(const DataFolder& folder, std::uint16_t port);

  base::Child child() const;
  /// mqtt://dcim-server:…@127.0.0.1:port; accounts: dcim-server, dcim-device, dcim-sim (infra/mosquitto.acl).
  std::string url(const std::string& account) const;

 private:
  PrivateBroker() = default;
  std::filesystem::path config_, log_;
  std::string user_;
  std::uint16_t port_ = 0;
  std::map<std::string, std::string> passwords_;
};

/// Something listens on 127.0.0.1 at that port.
bool listens(std::uint16_t port);

}  // namespace dcim::cli
