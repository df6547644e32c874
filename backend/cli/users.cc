// dcim user add, passwd, list.
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "api/password.h"
#include "cli/verbs.h"
#include "store/users.h"

namespace dcim::cli {
namespace {

// From standard input's first line, or asked for on the terminal without echo.
base::Result<std::string> read_password(bool from_stdin) {
  std::string password;
  if (from_stdin || !isatty(STDIN_FILENO)) {
    std::getline(std::cin, password);
  } else {
    std::fprintf(stderr, "Password: ");
    termios shown{};
    tcgetattr(STDIN_FILENO, &shown);
    auto hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    std::getline(std::cin, password);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    std::fprintf(stderr, "\n");
  }
  if (auto good = api::check_password(password); !good) return good.error();
  return password;
}

const store::AuditContext kWho{"cli", "local"};

}  // namespace

int add_user(const app::Options& options, const UserArguments& arguments) {
  const auto role = core::role_from(arguments.role);
  if (!role) return fail("--role must be admin, site-manager, operator or viewer");
  const auto password = read_password(arguments.password_from_stdin);
  if (!password) return fail(password.error());
  store::NewUser user;
  user.email = arguments.email;
  user.name = arguments.name.empty() ? arguments.email : arguments.name;
  user.role = *role;
  user.password_hash = api::hash_password(*password);
  user.sites = arguments.sites;
  return with_database(options, [&](store::Connection& connection) -> boost::asio::awaitable<int> {
    const auto id = co_await store::create_user(connection, user, kWho);
    if (!id) co_return fail(id.error());
    std::printf("user %s added\n", user.email.c_str());
    co_return 0;
  });
}

int set_user_password(const app::Options& options, const UserArguments& arguments) {
  const auto password = read_password(arguments.password_from_stdin);
  if (!password) return fail(password.error());
  const auto hash = api::hash_password(*password);
  return with_database(options, [&](store::Connection& connection) -> boost::asio::awaitable<int> {
    const auto done = co_await store::set_password(connection, arguments.email, hash, kWho);
    if (!done) co_return fail(done.error());
    std::printf("password of %s changed; its sessions have ended\n", arguments.email.c_str());
    co_return 0;
  });
}

int list_users(const app::Options& options) {
  return with_database(options, [](store::Connection& connection) -> boost::asio::awaitable<int> {
    const auto users = co_await store::list_users(connection);
    for (const auto& [user, sites] : users) {
      std::string granted = user.role == core::Role::admin ? "all sites" : "";
      for (const auto& site : sites) granted += (granted.empty() ? "" : ", ") + site;
      const char* state = user.disabled ? "disabled" : user.locked_until ? "locked" : "";
      std::printf("%-32s %-13s %-10s %s\n", user.email.c_str(), std::string(core::name_of(user.role)).c_str(), state, granted.c_str());
    }
    co_return 0;
  });
}

}  // namespace dcim::cli
