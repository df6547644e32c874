// The folder in which `dcim up` keeps everything: database, broker queue, secrets, logs. One `dcim up` at a time uses it.
#pragma once

#include <filesystem>
#include <string>

#include "app/options.h"
#include "base/error.h"

namespace dcim::cli {

/// DCIM_DATA_DIR, or /var/lib/dcim for root and ~/.local/state/dcim for others.
std::filesystem::path data_folder_path(const app::Environment& environment);

class DataFolder {
 public:
  /// Creates what is missing and locks it. The error is one sentence: in use, not writable, not to be entered by the
  /// services' user, made by a newer program.
  static base::Result<DataFolder> open(std::filesystem::path root);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  const std::filesystem::path& root() const { return root_; }
  /// PostgreSQL refuses to run as root: the user that the services run as; empty when we are not root.
  const std::string& service_user() const { return service_user_; }
  /// A folder in it that the services own (mode 700).
  base::Result<std::filesystem::path> service_folder(const std::string& name) const;
  /// A log file in it; one that has grown over 16 MiB is first moved to NAME.1.
  std::filesystem::path log(const std::string& name) const;
  /// A random secret that is made once and kept in secrets/NAME (mode 600).
  base::Result<std::string> secret(const std::string& name) const;

 private:
  DataFolder(std::filesystem::path root, std::string service_user, int lock)
      : root_(std::move(root)), service_user_(std::move(service_user)), lock_(lock) {}
  std::filesystem::path root_;
  std::string service_user_;
  int lock_;
};

/// Replaces the file at once, so that nobody sees half of it; its owner, when given, is a system user.
base::Result<void> write_file(const std::filesystem::path& path, const std::string& text, unsigned mode, const std::string& owner = {});
base::Result<void> give_to(const std::filesystem::path& path, const std::string& owner);
std::string read_file(const std::filesystem::path& path);  // empty when there is none

}  // namespace dcim::cli
