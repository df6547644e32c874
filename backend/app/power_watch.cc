#include "app/power_watch.h"

#include <boost/asio/steady_timer.hpp>

#include "api/latest.h"
#include "base/log.h"
#include "core/power_sensors.h"
#include "store/power.h"

namespace dcim::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kEvery = 15s;  // as make_computed_sensors says

}  // namespace

PowerWatch::PowerWatch(asio::any_io_executor slow_threads, store::Pool& pool, live::Live& live, ingest::Pipeline& pipeline, const base::Clock& clock,
                       prometheus::Registry& metrics)
    : slow_threads_(std::move(slow_threads)),
      pool_(pool),
      live_(live),
      pipeline_(pipeline),
      clock_(clock),
      seconds_(prometheus::BuildGauge()
                   .Name("dcim_power_sweep_seconds")
                   .Help("Time that the last look at all power chains took")
                   .Register(metrics)
                   .Add({})) {}

asio::awaitable<void> PowerWatch::run() {
  while (true) {
    const auto began = std::chrono::steady_clock::now();
    try {
      const auto inventory = live_.inventory();
      for (const auto& site : inventory->sites()) co_await look_at(inventory, site.id);
    } catch (const store::DatabaseError& error) {
      spdlog::warn("database: {}; looking at the power chains again in 15 s", error.what());
    }
    seconds_.Set(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    asio::steady_timer timer(co_await asio::this_coro::executor, kEvery);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> PowerWatch::look_at(core::InventoryPtr inventory, core::SiteId site) {
  core::PowerChain chain;
  {
    const auto connection = co_await pool_.acquire();
    chain = co_await store::power_chain(*connection, site);
  }
  if (chain.elements().empty()) co_return;
  const auto latest = co_await api::latest_of_site(live_, inventory, site);
  const auto now = clock_.now();
  auto sums = [](const core::PowerChain& c, const core::Inventory& i, const core::LatestReadings& l, core::SiteId s,
                 base::Timestamp t) -> asio::awaitable<std::vector<core::Reading>> {
    const auto seen = core::see_power(c, i, l, t);
    const auto flow = core::flow(c, seen, std::vector<bool>(c.elements().size()));
    const auto shown = core::element_loads(c, seen, flow);
    co_return core::power_readings(c, seen, core::sweep(c, seen, flow, shown), i, s, t);
  };
  const auto readings = co_await asio::co_spawn(slow_threads_, sums(chain, *inventory, latest, site, now), asio::use_awaitable);
  co_await live_.read([this, &readings](live::Live&) {
    pipeline_.take_computed(readings);
    return true;
  });
}

}  // namespace dcim::app
