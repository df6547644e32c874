// What the server says would happen, held against what happens: the same element fails in the simulators' model of the demo site, twenty at random.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <random>

#include "core/power_failure.h"
#include "simulators/bots/outcome.h"
#include "store/inventory.h"
#include "store/power.h"
#include "tests/support/stack.h"

namespace dcim::tests {
namespace {

namespace asio = boost::asio;
const std::string kDemo = DCIM_SOURCE_DIR "/simulators/sites/demo-site.toml";
constexpr int kFailures = 20;
// What is said is rounded to a watt, and a rack says four such figures.
constexpr double kRounding_kw = 0.01;

template <class T>
T wait_for(asio::io_context& io, asio::awaitable<T> task) {
  auto done = asio::co_spawn(io, std::move(task), asio::use_future);
  io.restart();
  io.run();
  return done.get();
}

core::LatestReadings readings_of(const core::Inventory& inventory, const bots::Said& said, base::Timestamp now) {
  core::LatestReadings out;
  for (const auto& sensor : inventory.sensors()) {
    const auto fields = said.find(sensor.topic);
    if (fields == said.end() || sensor.field.empty()) continue;
    if (const auto value = bots::find(fields->second, sensor.field.substr(1))) out[sensor.id] = {sensor.id, now, *value, core::Quality::good};
  }
  return out;
}

struct Plant {
  core::InventoryPtr inventory;
  core::PowerChain chain;
  std::map<std::pair<std::string, std::string>, std::size_t> racks;  // by room's code and name
  std::map<std::string, std::size_t> upses;                          // by their device

  std::string device_of(std::size_t element) const { return inventory->device(*chain.elements()[element].device)->name; }
};

Plant import_demo(Server& server) {
  EXPECT_EQ(server.dcim({"site", "import", kDemo}), 0);
  asio::io_context io;
  store::Connection connection(io.get_executor(), server.database_url());
  Plant out;
  out.inventory = wait_for(io, store::load_inventory(connection));
  out.chain = wait_for(io, store::power_chain(connection, out.inventory->site("demo")->id));
  for (std::size_t i = 0; i < out.chain.racks().size(); ++i) {
    const auto& rack = out.chain.racks()[i];
    out.racks[{out.inventory->room(rack.room)->code, rack.name}] = i;
  }
  for (std::size_t i = 0; i < out.chain.elements().size(); ++i) {
    if (out.chain.elements()[i].kind == core::ElementKind::ups) out.upses[out.device_of(i)] = i;
  }
  return out;
}

TEST(PowerOutcome, TwentyRandomFailuresEndAsTheSimulatorsEnd) {
  setenv("TZ", "Europe/Berlin", 1);
  tzset();
  Server server;
  const auto plant = import_demo(server);
  const auto site = bots::read_site(kDemo).value();
  std::mt19937 random(20);
  int compared = 0, dark = 0, on_battery = 0, moved = 0;
  for (int tries = 0; compared < kFailures && tries < 3 * kFailures; ++tries) {
    // Each kind as often as another: most elements are rack feeds.
    const auto kind = core::kElementKinds[std::uniform_int_distribution<std::size_t>(0, core::kElementKinds.size() - 1)(random)];
    std::vector<std::size_t> of_kind;
    for (std::size_t i = 0; i < plant.chain.elements().size(); ++i) {
      if (plant.chain.elements()[i].kind == kind) of_kind.push_back(i);
    }
    if (of_kind.empty()) continue;
    const auto lost = of_kind[std::uniform_int_distribution<std::size_t>(0, of_kind.size() - 1)(random)];
    const auto& name = plant.chain.elements()[lost].name;
    bots::OutcomeOptions options;
    options.scenarios = {bots::make_scenario("ELEMENT_FAILURE", "", name, &site).value()};
    options.begin_s = 1775638800.0 + std::uniform_int_distribution(0, 6 * 24)(random) * 3600.0;
    options.seed = static_cast<std::uint64_t>(tries) + 1;
    const auto outcome = bots::outcome_of(site, options);

    const base::Timestamp now{std::chrono::seconds(static_cast<std::int64_t>(outcome.seen_s))};
    const auto seen = core::see_power(plant.chain, *plant.inventory, readings_of(*plant.inventory, outcome.without, now), now);
    const auto flow = core::flow(plant.chain, seen, std::vector<bool>(plant.chain.elements().size()));
    const auto shown = core::element_loads(plant.chain, seen, flow);
    const auto said = core::what_if(plant.chain, seen, flow, shown, {lost});
    if (said.steps.size() > 1) continue;  // nothing trips in the model
    SCOPED_TRACE(name);
    ++compared;

    std::vector<bool> gone(plant.chain.elements().size());
    gone[lost] = true;
    const auto then = core::flow(plant.chain, seen, gone);
    double model_dark_kw = 0;
    const auto before = bots::rack_powers(site, outcome.without), after = bots::rack_powers(site, outcome.with);
    ASSERT_EQ(before.size(), plant.racks.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
      const auto rack = plant.racks.at({after[i].room, after[i].rack});
      EXPECT_NEAR(then.racks[rack].a_kw, after[i].feed_a_kw, kRounding_kw) << after[i].rack;
      EXPECT_NEAR(then.racks[rack].b_kw, after[i].feed_b_kw, kRounding_kw) << after[i].rack;
      model_dark_kw += before[i].kw - after[i].kw;
      const auto change = std::ranges::find(said.racks, rack, &core::RackChange::rack);
      const auto fate = change == said.racks.end() ? core::RackFate::unaffected : change->fate;
      EXPECT_EQ(fate == core::RackFate::dark, after[i].kw == 0 && before[i].kw > 0) << after[i].rack;
      moved += fate == core::RackFate::redundancy_lost || fate == core::RackFate::partly_dark ? 1 : 0;
    }
    EXPECT_NEAR(said.dark_kw, model_dark_kw, kRounding_kw * 20);
    dark += said.dark_kw > 0.1 ? 1 : 0;
    for (const auto& ups : bots::ups_powers(site, outcome.with)) {
      const auto at = plant.upses.at(ups.name);
      const auto change = std::ranges::find(said.elements, at, &core::ElementChange::element);
      const double kw = change == said.elements.end() ? shown[at].kw.value_or(0) : change->kw;
      EXPECT_NEAR(kw, ups.output_kw, 20 * kRounding_kw) << ups.name;
      EXPECT_EQ(then.supply[at] == core::Supply::battery, ups.state == bots::UpsState::on_battery) << ups.name;
      EXPECT_EQ(at == lost, ups.state == bots::UpsState::fault) << ups.name;
      on_battery += ups.state == bots::UpsState::on_battery ? 1 : 0;
    }
  }
  EXPECT_EQ(compared, kFailures);
  // The twenty were not all harmless.
  EXPECT_GT(dark, 2);
  EXPECT_GT(on_battery, 1);
  EXPECT_GT(moved, 20);
}

}  // namespace
}  // namespace dcim::tests
