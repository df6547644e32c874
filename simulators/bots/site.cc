#include "simulators/bots/site.h"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>

#include "base/log.h"
#include "base/supervisor.h"
#include "simulators/bots/site_model.h"

namespace dcim::bots {

namespace asio = boost::asio;

int run_site(const std::filesystem::path& site_file, const std::string& mqtt_url, const std::vector<std::string>& bot_arguments) {
  const auto site = read_site(site_file);
  if (!site) {
    std::fprintf(stderr, "dcim-sim: %s %s\n", site.error().field.c_str(), site.error().message.c_str());
    return 1;
  }
  asio::io_context io(1);
  base::Supervisor supervisor(io.get_executor(), [](const std::string& line) { spdlog::warn("{}", line); });
  base::TaskGroup tasks(io.get_executor(), "site");
  base::TaskGroup ender(io.get_executor(), "end");
  asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](boost::system::error_code failed, int) {
    if (failed) return;
    tasks.stop();
    ender.spawn(io.get_executor(), "end", [&]() -> asio::awaitable<void> {
      co_await tasks.join();
      co_await supervisor.stop();
    });
  });
  tasks.spawn(io.get_executor(), "start", [&]() -> asio::awaitable<void> {
    for (const auto& unit : site->units) {
      base::Child child;
      child.name = unit.name;
      child.command.program = std::filesystem::read_symlink("/proc/self/exe");
      child.command.arguments = {"bot", std::string(name_of(unit.type)), "--config", site_file.string(), "--id", unit.name};
      child.command.arguments.insert(child.command.arguments.end(), bot_arguments.begin(), bot_arguments.end());
      child.command.environment = {{"DCIM_MQTT_URL", mqtt_url}};
      child.stop_timeout = std::chrono::seconds(4);
      const auto started = co_await supervisor.start(std::move(child));
      if (!started) spdlog::error("{}", started.error().message);
    }
    spdlog::info("{} bots run", site->units.size());
  });
  io.run();
  return 0;
}

}  // namespace dcim::bots
