// A PostgreSQL cluster with TimescaleDB of our own: on a unix socket in the data folder, reached by nobody else.
#pragma once

#include "base/supervisor.h"
#include "cli/data_folder.h"

namespace dcim::cli {

class PrivatePostgres {
 public:
  /// Makes the cluster when there is none. The error is one sentence: not installed, not made, of another version.
  static base::Result<PrivatePostgres> prepare(const DataFolder& folder);

  base::Child child() const;
  /// As the server uses it: a libpq URI with the password of the role dcim.
  const std::string& url() const { return url_; }

  /// Role, database and extension, where they are missing. Once the child is ready. Throws DatabaseError.
  boost::asio::awaitable<void> create_database() const;

  /// The newest PostgreSQL with TimescaleDB installed on this machine: its folder of programs; empty when there is none.
  static std::filesystem::path programs();

 private:
  PrivatePostgres() = default;
  std::filesystem::path programs_, data_, socket_folder_, log_;
  std::string user_, url_, superuser_url_, password_;
};

}  // namespace dcim::cli
