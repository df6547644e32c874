#include "cli/data_folder.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "api/password.h"

namespace dcim::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Result;

constexpr auto kFormat = "1";  // of the folder's layout
constexpr std::uintmax_t kLargestLog = 16 << 20;

std::string reason() { return std::strerror(errno); }

std::string user_for_services() {
  if (geteuid() != 0) return {};
  for (const auto* user : {"dcim", "postgres"}) {
    if (getpwnam(user)) return user;
  }
  return "dcim";
}

// The services' user must be able to walk to the folder: every folder above it needs the x permission for it.
Result<void> check_way(const fs::path& root, const std::string& user) {
  const auto* entry = getpwnam(user.c_str());
  if (!entry) return Error::unavailable("there is no system user " + user + " to run PostgreSQL: run infra/setup.sh");
  for (auto folder = root.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    struct stat info {};
    if (stat(folder.c_str(), &info) == 0) {
      const bool may = info.st_uid == entry->pw_uid   ? info.st_mode & S_IXUSR
                       : info.st_gid == entry->pw_gid ? info.st_mode & S_IXGRP
                                                      : info.st_mode & S_IXOTH;
      if (!may) {
        return Error::unavailable("the data folder " + root.string() + " cannot be reached by the user " + user + ", as whom PostgreSQL runs: " +
                                  folder.string() + " does not let others in; set DCIM_DATA_DIR to a folder elsewhere");
      }
    }
    if (folder == folder.root_path()) break;
  }
  return {};
}

}  // namespace

fs::path data_folder_path(const app::Environment& environment) {
  if (const auto given = environment("DCIM_DATA_DIR")) return fs::absolute(*given).lexically_normal();
  if (geteuid() == 0) return "/var/lib/dcim";
  const auto home = environment("HOME");
  return fs::path(home.value_or("/tmp")) / ".local/state/dcim";
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

Result<void> give_to(const fs::path& path, const std::string& owner) {
  if (owner.empty()) return {};
  const auto* entry = getpwnam(owner.c_str());
  if (!entry) return Error::unavailable("there is no system user " + owner);
  if (chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0)
    return Error::unavailable("cannot give " + path.string() + " to " + owner + ": " + reason());
  return {};
}

Result<void> write_file(const fs::path& path, const std::string& text, unsigned mode, const std::string& owner) {
  const auto temporary = path.string() + ".new";
  unlink(temporary.c_str());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return Error::unavailable("cannot write " + temporary + ": " + reason());
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
  const auto why = reason();
  ::close(fd);
  if (!written) return Error::unavailable("cannot write " + temporary + ": " + why);
  if (auto given = give_to(temporary, owner); !given) return given;
  if (rename(temporary.c_str(), path.c_str()) != 0) return Error::unavailable("cannot write " + path.string() + ": " + reason());
  return {};
}

Result<DataFolder> DataFolder::open(fs::path root) {
  std::error_code failed;
  fs::create_directories(root, failed);
  if (failed || !fs::is_directory(root)) {
    return Error::unavailable("cannot use the data folder " + root.string() + ": " + (failed ? failed.message() : "it is not a folder"));
  }
  const auto user = user_for_services();
  if (!user.empty()) {
    if (auto way = check_way(root, user); !way) return way.error();
    fs::permissions(root, fs::perms::others_exec | fs::perms::group_exec, fs::perm_options::add, failed);
  }
  const auto lock_path = root / "lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return Error::unavailable("cannot write in the data folder " + root.string() + ": " + reason());
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return Error::conflict("the data folder " + root.string() + " is in use by another dcim up; stop that one, or set DCIM_DATA_DIR");
  }
  DataFolder out(std::move(root), user, lock);
  const auto format = read_file(out.root_ / "format");
  if (format.empty()) {
    if (auto written = write_file(out.root_ / "format", kFormat, 0644); !written) return written.error();
  } else if (format != kFormat) {
    return Error::conflict("the data folder " + out.root_.string() + " was made by another version of this program (format " + format + ", not " +
                           kFormat + ")");
  }
  for (const auto* name : {"secrets", "log"}) {
    fs::create_directory(out.root_ / name, failed);
    fs::permissions(out.root_ / name, fs::perms::owner_all, failed);
    if (failed) return Error::unavailable("cannot use " + (out.root_ / name).string() + ": " + failed.message());
  }
  return out;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : root_(std::move(other.root_)), service_user_(std::move(other.service_user_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<fs::path> DataFolder::service_folder(const std::string& name) const {
  const auto path = root_ / name;
  std::error_code failed;
  fs::create_directory(path, failed);
  if (!failed) fs::permissions(path, fs::perms::owner_all, failed);
  if (failed) return Error::unavailable("cannot use " + path.string() + ": " + failed.message());
  if (auto given = give_to(path, service_user_); !given) return given.error();
  return path;
}

fs::path DataFolder::log(const std::string& name) const {
  const auto path = root_ / "log" / name;
  std::error_code ignored;
  if (fs::file_size(path, ignored) > kLargestLog && !ignored) fs::rename(path, path.string() + ".1", ignored);
  return path;
}

Result<std::string> DataFolder::secret(const std::string& name) const {
  const auto path = root_ / "secrets" / name;
  auto value = read_file(path);
  if (!value.empty()) return value;
  value = api::random_token(24);
  if (auto written = write_file(path, value, 0600); !written) return written.error();
  return value;
}

}  // namespace dcim::cli
