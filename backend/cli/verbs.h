// The operator's verbs. Each gives the process' exit code and says what is wrong in one sentence on standard error.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/options.h"
#include "store/pool.h"

namespace dcim::cli {

/// "dcim: sentence" on standard error; gives 1.
int fail(const std::string& sentence);
int fail(const base::Error& error);

/// The options, with what `dcim up` wrote into access.env of the data folder where the environment gives no URLs.
base::Result<app::Options> options_for_verbs(const std::optional<std::filesystem::path>& config);

/// Runs the coroutine with a connection to the database; a DatabaseError becomes one sentence.
int with_database(const app::Options& options, const std::function<boost::asio::awaitable<int>(store::Connection&)>& work,
                  std::chrono::seconds statement_timeout = store::kStatementTimeout);

int migrate(const app::Options& options);
int import_site_file(const app::Options& options, const std::filesystem::path& file);

struct UserArguments {
  std::string email, name, role = "viewer";
  std::vector<std::string> sites;
  bool password_from_stdin = false;
};
int add_user(const app::Options& options, const UserArguments& arguments);
int set_user_password(const app::Options& options, const UserArguments& arguments);
int list_users(const app::Options& options);

/// Rolls up what waits, then compares with the raw readings; 1 when something differs.
int verify_rollups(const app::Options& options);
/// Makes them anew, a day at a time, also beside a server that goes on.
int rebuild_rollups(const app::Options& options);

int list_retention(const app::Options& options);
/// `days`: a number, or "forever". The server drops what is older within the hour.
int set_retention(const app::Options& options, const std::string& table, const std::string& days);
/// `days`: a number, or never.
int set_compression(const app::Options& options, const std::string& table, const std::string& days);

/// Runs scenario files; 1 when one does not hold. Needs no database.
int test_alarm_scenarios(const std::vector<std::filesystem::path>& files);

int doctor(const app::Options& options);

}  // namespace dcim::cli
