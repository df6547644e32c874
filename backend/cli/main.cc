#include <CLI/CLI.hpp>

#include "app/app.h"
#include "base/log.h"
#include "cli/up.h"
#include "cli/verbs.h"

using namespace dcim;

int main(int argc, char** argv) {
  CLI::App app("DCIM platform: data-centre infrastructure management");
  app.set_version_flag("--version", DCIM_VERSION);
  app.require_subcommand(1);
  std::optional<std::filesystem::path> config;
  app.add_option("--config", config, "TOML file; the environment (DCIM_…) wins over it");
  cli::UserArguments user;
  std::filesystem::path site_file;
  bool demo = false;

  auto* serve = app.add_subcommand("serve", "Run the server against DCIM_DATABASE_URL and DCIM_MQTT_URL");
  auto* up = app.add_subcommand("up", "Run everything on this machine: database, broker, server");
  up->add_flag("--demo", demo, "With a demo site, its simulators and demo accounts; loopback only");
  auto* migrate = app.add_subcommand("migrate", "Bring the database's schema up to date");
  auto* doctor = app.add_subcommand("doctor", "Check what the platform needs");
  auto* site = app.add_subcommand("site", "Sites")->require_subcommand(1);
  auto* import = site->add_subcommand("import", "Create or update a site from its document (TOML)");
  import->add_option("FILE", site_file)->required();
  auto* users = app.add_subcommand("user", "Accounts")->require_subcommand(1);
  auto* add = users->add_subcommand("add", "Add an account; asks for its password");
  auto* passwd = users->add_subcommand("passwd", "Change a password; ends the account's sessions");
  auto* list = users->add_subcommand("list", "List the accounts");
  for (auto* verb : {add, passwd}) {
    verb->add_option("EMAIL", user.email)->required();
    verb->add_flag("--password-stdin", user.password_from_stdin, "Read the password from standard input's first line");
  }
  add->add_option("--role", user.role, "admin, site-manager, operator or viewer")->capture_default_str();
  add->add_option("--name", user.name);
  add->add_option("--site", user.sites, "Code of a site to grant; may be repeated");
  auto* rollups = app.add_subcommand("rollups", "Rollups of the readings")->require_subcommand(1);
  auto* verify = rollups->add_subcommand("verify", "Compare them with the raw readings");
  auto* rebuild = rollups->add_subcommand("rebuild", "Make them anew from the raw readings");
  auto* retention = app.add_subcommand("retention", "How long readings and rollups are kept, and when they are compressed")->require_subcommand(1);
  auto* kept = retention->add_subcommand("list", "What is kept for how long");
  auto* keep = retention->add_subcommand("set", "Keep a table's rows for so many days");
  std::string table, days;
  keep->add_option("TABLE", table, "readings, readings_5m, readings_1h or readings_1d")->required();
  keep->add_option("DAYS", days, "A number, or forever")->required();
  auto* compress = retention->add_subcommand("compress", "Compress a table's rows after so many days, where the database's licence offers it");
  compress->add_option("TABLE", table, "readings, readings_5m, readings_1h or readings_1d")->required();
  compress->add_option("DAYS", days, "A number, or never")->required();
  auto* alarms = app.add_subcommand("alarms", "Alarm rules")->require_subcommand(1);
  auto* scenarios = alarms->add_subcommand("test", "Try rules on a timeline, as docs/alarms.md tells");
  std::vector<std::filesystem::path> scenario_files;
  scenarios->add_option("FILE", scenario_files)->required();
  CLI11_PARSE(app, argc, argv);

  if (*serve || *up) {
    const auto options = app::load_options(config, app::process_environment());
    if (!options) return cli::fail(options.error());
    base::start_log("dcim", *up ? "warn" : options->log_level);
    return *up ? cli::up(*options, demo) : app::serve(*options);
  }
  base::start_log("dcim", "warn");
  if (*scenarios) return cli::test_alarm_scenarios(scenario_files);
  const auto options = cli::options_for_verbs(config);
  if (!options) return cli::fail(options.error());
  if (*migrate) return cli::migrate(*options);
  if (*doctor) return cli::doctor(*options);
  if (*import) return cli::import_site_file(*options, site_file);
  if (*verify) return cli::verify_rollups(*options);
  if (*rebuild) return cli::rebuild_rollups(*options);
  if (*kept) return cli::list_retention(*options);
  if (*keep) return cli::set_retention(*options, table, days);
  if (*compress) return cli::set_compression(*options, table, days);
  if (*add) return cli::add_user(*options, user);
  if (*passwd) return cli::set_user_password(*options, user);
  if (*list) return cli::list_users(*options);
  return 1;
}
