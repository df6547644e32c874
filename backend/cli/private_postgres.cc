#include "cli/private_postgres.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <fstream>

#include "store/pool.h"

namespace dcim::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Result;

constexpr std::size_t kLongestSocketFolder = 90;  // a unix socket's path holds 107 characters

int major_of(const fs::path& folder) { return std::atoi(folder.filename().c_str()); }

bool has_timescaledb(const fs::path& version) { return fs::exists(version / "lib/timescaledb.so"); }

fs::path version_folder(int major) { return fs::path("/usr/lib/postgresql") / std::to_string(major); }

// An eighth of the machine's memory: the open chunks and their indexes should stay in it.
long shared_buffers_mb() {
  const auto mb = sysconf(_SC_PHYS_PAGES) / 1024 * sysconf(_SC_PAGESIZE) / 1024;
  return std::clamp(mb / 8, 128L, 2048L);
}

// Settings that the private cluster differs in from PostgreSQL's own; written at every start.
std::string settings(const fs::path& socket_folder) {
  return "listen_addresses = ''\n"
         "unix_socket_directories = '" +
         socket_folder.string() +
         "'\n"
         "unix_socket_permissions = 0777\n"  // the password, and the folder, keep others out
         "shared_preload_libraries = 'timescaledb'\n"
         "timescaledb.telemetry_level = off\n"
         "password_encryption = 'scram-sha-256'\n"
         "fsync = on\n"
         "synchronous_commit = on\n"
         "max_connections = 50\n"
         "shared_buffers = '" +
         std::to_string(shared_buffers_mb()) +
         "MB'\n"
         "wal_buffers = '32MB'\n"  // a batch of readings is some megabytes of log
         "min_wal_size = '1GB'\n"
         "max_wal_size = '4GB'\n"
         "wal_compression = lz4\n"
         "checkpoint_timeout = '15min'\n"
         "random_page_cost = 1.1\n"
         "log_destination = 'stderr'\n"
         "logging_collector = off\n"
         "log_timezone = 'UTC'\n"
         "timezone = 'UTC'\n";
}

std::string uri(const std::string& role, const std::string& password, const std::string& database, const fs::path& socket_folder) {
  return "postgresql://" + role + ":" + password + "@/" + database + "?host=" + socket_folder.string();
}

}  // namespace

fs::path PrivatePostgres::programs() {
  fs::path best;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (has_timescaledb(entry.path()) && fs::exists(entry.path() / "bin/postgres") && (best.empty() || major_of(entry.path()) > major_of(best))) {
      best = entry.path();
    }
  }
  return best.empty() ? best : best / "bin";
}

Result<PrivatePostgres> PrivatePostgres::prepare(const DataFolder& folder) {
  PrivatePostgres out;
  out.user_ = folder.service_user();
  out.log_ = folder.log("postgres.log");
  auto data = folder.service_folder("postgres");
  if (!data) return data.error();
  out.data_ = *data;

  const auto version = read_file(out.data_ / "PG_VERSION");
  out.programs_ = version.empty() ? programs() : version_folder(std::atoi(version.c_str())) / "bin";
  if (out.programs_.empty() || !fs::exists(out.programs_ / "postgres") || !has_timescaledb(out.programs_.parent_path())) {
    const auto what = version.empty()
                          ? std::string("PostgreSQL with TimescaleDB")
                          : "PostgreSQL " + std::to_string(std::atoi(version.c_str())) + " with TimescaleDB, which this data folder needs,";
    return Error::unavailable(what + " is not installed: run infra/setup.sh");
  }

  out.socket_folder_ = folder.root() / "run";
  if (out.socket_folder_.string().size() > kLongestSocketFolder) {
    out.socket_folder_ = "/tmp/dcim-" + std::to_string(std::hash<std::string>{}(folder.root().string()));
  }
  std::error_code failed;
  fs::create_directory(out.socket_folder_, failed);
  if (auto given = give_to(out.socket_folder_, out.user_); !given) return given.error();

  const auto superuser_password = folder.secret("postgres-superuser");
  const auto password = folder.secret("postgres-dcim");
  if (!superuser_password) return superuser_password.error();
  if (!password) return password.error();
  out.password_ = *password;
  out.url_ = uri("dcim", *password, "dcim", out.socket_folder_);
  out.superuser_url_ = uri("postgres", *superuser_password, "postgres", out.socket_folder_);

  if (version.empty()) {
    if (!fs::is_empty(out.data_, failed)) return Error::conflict(out.data_.string() + " holds files, but no PostgreSQL cluster: move it away");
    const auto password_file = out.socket_folder_ / "password";
    if (auto written = write_file(password_file, *superuser_password, 0600, out.user_); !written) return written.error();
    base::Command initdb;
    initdb.program = out.programs_ / "initdb";
    initdb.arguments = {"--pgdata=" + out.data_.string(),
                        "--username=postgres",
                        "--pwfile=" + password_file.string(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--data-checksums"};
    initdb.user = out.user_;
    const auto made = base::run_to_end(initdb, "initdb");
    fs::remove(password_file, failed);
    if (!made) return made.error();
    std::ofstream(out.data_ / "postgresql.conf", std::ios::app) << "include 'dcim.conf'\n";
  }
  if (auto written = write_file(out.data_ / "dcim.conf", settings(out.socket_folder_), 0600, out.user_); !written) return written.error();
  return out;
}

base::Child PrivatePostgres::child() const {
  base::Child out;
  out.name = "PostgreSQL";
  out.command.program = programs_ / "postgres";
  out.command.arguments = {"-D", data_.string()};
  out.command.user = user_;
  out.command.log_file = log_;
  out.stage = 0;
  out.stop_signal = SIGINT;  // "fast": ends sessions, writes a checkpoint
  out.stop_timeout = std::chrono::seconds(30);
  // The eighth line of postmaster.pid tells the state, as pg_ctl reads it.
  out.ready = [file = data_ / "postmaster.pid"] {
    std::ifstream lines(file);
    std::string line;
    for (int i = 0; i < 8; ++i) {
      if (!std::getline(lines, line)) return false;
    }
    return line.starts_with("ready");
  };
  return out;
}

boost::asio::awaitable<void> PrivatePostgres::create_database() const {
  const auto executor = co_await boost::asio::this_coro::executor;
  {
    store::Connection postgres(executor, superuser_url_);
    const auto role = co_await postgres.query("SELECT 1 FROM pg_roles WHERE rolname = 'dcim'");
    if (role.empty()) co_await postgres.execute("CREATE ROLE dcim LOGIN PASSWORD '" + password_ + "'");
    const auto database = co_await postgres.query("SELECT 1 FROM pg_database WHERE datname = 'dcim'");
    if (database.empty()) co_await postgres.execute("CREATE DATABASE dcim OWNER dcim");
  }
  auto url = superuser_url_;
  url.replace(url.find("@/postgres?"), 11, "@/dcim?");
  store::Connection dcim(executor, url);
  co_await dcim.execute("CREATE EXTENSION IF NOT EXISTS timescaledb");
}

}  // namespace dcim::cli
