// The power chain: as it is, with the load of every element; what if some are lost; and changes of it.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "api/assets.h"
#include "api/latest.h"
#include "api/power.h"
#include "core/power_sensors.h"
#include "store/power.h"

namespace dcim::api {
namespace {

using base::Error;

constexpr std::size_t kMostLost = 100, kMostDevices = 100;

std::string_view name_of(core::Supply supply) {
  return supply == core::Supply::live ? "ok" : supply == core::Supply::battery ? "on-battery" : "dead";
}

std::optional<std::string_view> name_of(core::Over over) {
  return over == core::Over::none ? std::nullopt : std::optional<std::string_view>(over == core::Over::rating ? "rating" : "continuous");
}

std::optional<double> share(std::optional<double> kw, std::optional<double> rating) {
  return kw && rating ? std::optional(*kw / *rating) : std::nullopt;
}

std::optional<core::PowerElementId> id_at(const core::PowerChain& chain, std::optional<std::size_t> at) {
  return at ? std::optional(chain.elements()[*at].id) : std::nullopt;
}

std::optional<std::string_view> side_of(const core::PowerElement& element) {
  return element.side == core::Feeds::unknown ? std::nullopt : std::optional(core::name_of(element.side));
}

// What people have said of it.
void write_said(JsonWriter& json, const core::PowerElement& e) {
  json.member("id", e.id).member("name", e.name).member("kind", core::name_of(e.kind)).member("room_id", e.room).member("rack_id", e.rack);
  json.member("side", side_of(e)).key("inputs").begin_array();
  for (const auto input : e.inputs) json.value(input);
  json.end_array().member("device_id", e.device).member("phases", e.phases).member("voltage_v", e.voltage_v);
  json.member("rating_kw", e.rating_kw()).member("rated_kw", e.rated_kw).member("breaker_a", e.breaker_a).member("continuous", e.continuous);
  json.key("losses");
  if (e.losses) {
    json.begin_object().member("no_load", e.losses->no_load).member("proportional", e.losses->proportional);
    json.member("square", e.losses->square).end_object();
  } else {
    json.value(nullptr);
  }
  json.member("load_kind", e.load_kind ? std::optional(core::name_of(*e.load_kind)) : std::nullopt).key("sensors").begin_object();
  for (const auto measure : core::kMeasures) {
    if (e.sensor(measure)) json.member(core::name_of(measure), *e.sensor(measure));
  }
  json.end_object().member("version", e.version);
}

void write_element(JsonWriter& json, const PowerNow& now, const core::Sweep& sweep, std::size_t i) {
  const auto& e = now.chain.elements()[i];
  const auto& seen = now.seen.elements[i];
  const auto& load = now.loads[i];
  const auto rating = e.rating_kw();
  json.begin_object();
  write_said(json, e);
  json.member("state", seen.unknown && now.flow.supply[i] != core::Supply::dead ? "unknown" : name_of(now.flow.supply[i]));
  const auto active = now.flow.active[i];
  json.member("active_input", active < 0 ? std::nullopt : id_at(now.chain, static_cast<std::size_t>(active)));
  json.key("load").begin_object().member("kw", load.kw).member("method", core::name_of(load.method)).member("ts", load.ts);
  json.member("reporting", load.reporting).member("expected", load.expected).end_object();
  json.member("share", share(load.kw, rating)).member("over", load.kw ? name_of(core::over(*load.kw, rating, e.continuous)) : std::nullopt);
  json.member("input_kw", seen.input_kw ? seen.input_kw : load.kw ? std::optional(now.flow.input_kw[i]) : std::nullopt);
  const auto lost = seen.input_kw && load.kw && e.kind == core::ElementKind::ups && !seen.input_lost ? std::optional(*seen.input_kw - *load.kw)
                    : load.kw                                                                        ? std::optional(now.flow.loss_kw[i])
                                                                                                     : std::nullopt;
  json.member("loss_kw", lost).key("failover");
  const auto& failover = sweep.failover[i];
  if (failover.when_lost) {
    json.begin_object().member("kw", failover.kw).member("share", share(failover.kw, rating));
    json.member("over", name_of(core::over(failover.kw, rating, e.continuous)))
        .member("when_lost", id_at(now.chain, failover.when_lost))
        .end_object();
  } else {
    json.value(nullptr);
  }
  json.key("phase");
  if (seen.current_a[0] || seen.current_a[1] || seen.current_a[2]) {
    json.begin_object().key("current_a").begin_array();
    for (int phase = 0; phase < e.phases; ++phase) json.value(seen.current_a[static_cast<std::size_t>(phase)]);
    json.end_array().member("imbalance_percent", e.phases == 3 ? core::imbalance_percent(seen.current_a, core::least_judged_a(e)) : std::nullopt);
    json.member("neutral_a", e.phases == 3 ? core::neutral_a(seen.current_a) : std::nullopt).end_object();
  } else {
    json.value(nullptr);
  }
  json.member("runtime_min", seen.runtime_min).end_object();
}

// Spelled out: GCC 12 takes an optional that is made here for one that was never set.
void write_known(JsonWriter& json, std::string_view name, bool known, double value) {
  json.key(name);
  if (known) {
    json.value(value);
  } else {
    json.value(nullptr);
  }
}

void write_rack(JsonWriter& json, const PowerNow& now, const core::Sweep& sweep, std::size_t i) {
  const auto& rack = now.chain.racks()[i];
  const auto& draw = now.seen.racks[i];
  const auto& state = sweep.racks[i];
  const bool known = draw.method != core::LoadMethod::none;
  json.begin_object().member("rack_id", rack.rack).member("name", rack.name).member("room_id", rack.room);
  json.member("feed_a", id_at(now.chain, now.chain.feed(i, core::Feeds::a))).member("feed_b", id_at(now.chain, now.chain.feed(i, core::Feeds::b)));
  write_known(json, "kw", known, draw.kw());
  write_known(json, "a_kw", known, draw.a_kw);
  write_known(json, "b_kw", known, draw.b_kw);
  json.member("rated_kw", rack.rated_kw);
  write_known(json, "share", known && rack.rated_kw, draw.kw() / rack.rated_kw.value_or(1));
  json.member("over", known ? name_of(core::over(draw.kw(), rack.rated_kw, core::kRackContinuous)) : std::nullopt);
  json.member("surviving_kw", state.surviving_kw).member("surviving_rating_kw", state.surviving_rating_kw);
  json.member("surviving_share", state.surviving_share()).member("redundancy", core::name_of(state.state)).key("reasons").begin_array();
  for (const auto& reason : state.reasons) json.value(reason);
  json.end_array().member("feed_difference_percent", core::feed_difference_percent(now.chain, now.seen, i));
  json.member("imbalance_percent", core::rack_imbalance_percent(now.chain, now.seen, i));
  json.member("devices", rack.devices[0] + rack.devices[1] + rack.devices[2] + rack.devices[3]);
  json.member("single_corded", rack.devices[1] + rack.devices[2]).member("feeds_unknown", rack.devices[0]);
  json.member("method", core::name_of(draw.method)).member("ts", draw.ts).end_object();
}

void write_findings(JsonWriter& json, const PowerNow& now, const core::Sweep& sweep) {
  json.key("findings").begin_array();
  for (const auto& finding : sweep.findings) {
    json.begin_object().member("kind", core::name_of(finding.kind)).member("element_id", now.chain.elements()[finding.element].id);
    json.key("rack_ids").begin_array();
    for (const auto rack : finding.racks) json.value(now.chain.racks()[rack].rack);
    json.end_array().member("text", finding.text).end_object();
  }
  json.end_array();
}

double milliseconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

bool is_dark(const store::CordedDevice& device, const core::RackChange& change) {
  switch (device.feeds) {
    case core::Feeds::a: return !change.a_alive;
    case core::Feeds::b: return !change.b_alive;
    case core::Feeds::ab:
    case core::Feeds::unknown: break;
  }
  return !change.a_alive && !change.b_alive;
}

std::vector<std::string> assumptions(const PowerNow& now, const core::FailureOutcome& outcome) {
  std::vector<std::string> out;
  int unknown = 0, estimated = 0;
  for (const auto& change : outcome.racks) {
    unknown += now.chain.racks()[change.rack].devices[0];
    estimated += now.seen.racks[change.rack].method == core::LoadMethod::measured ? 0 : 1;
  }
  if (unknown > 0) out.push_back("Nobody has said which feeds " + std::to_string(unknown) + " devices hang on: counted as A and B.");
  if (estimated > 0)
    out.push_back("The load of " + std::to_string(estimated) + " racks is not measured: what their devices typically draw is taken.");
  int no_rating = 0;
  bool battery = false;
  for (const auto& change : outcome.elements) {
    const auto& e = now.chain.elements()[change.element];
    no_rating += !e.rating_kw() && e.kind != core::ElementKind::load && !change.lost ? 1 : 0;
    battery = battery || (change.supply == core::Supply::battery && !change.lost);
  }
  if (no_rating > 0) out.push_back(std::to_string(no_rating) + " elements have no rating: they are never overloaded.");
  if (battery) out.emplace_back("Batteries hold for their runtime; what comes after is not shown.");
  out.emplace_back("An element above its rating trips at once: in truth a breaker takes seconds to hours.");
  return out;
}

// For one element: the version that the caller has read.
base::Result<core::PowerElement> element_of(const store::PowerChanges& changes, core::PowerElementId id) {
  const auto it = std::ranges::find(changes.elements(), id, &core::PowerElement::id);
  if (it == changes.elements().end()) return Error::not_found("there is no power element " + std::to_string(id.value));
  return *it;
}

Response element_response(const core::PowerElement& element, unsigned status = 200) {
  JsonWriter json;
  json.begin_object();
  write_said(json, element);
  json.end_object();
  auto response = json_response(json.take(), status);
  response.headers.emplace_back("ETag", '"' + std::to_string(element.version) + '"');
  return response;
}

}  // namespace

asio::awaitable<PowerNow> power_now(Call& call, store::Connection& connection) {
  PowerNow out;
  out.chain = co_await store::power_chain(connection, call.site->id);
  out.latest = co_await latest_of_site(call.services().live, call.inventory, call.site->id);
  out.seen = core::see_power(out.chain, *call.inventory, out.latest, call.now());
  out.flow = core::flow(out.chain, out.seen, std::vector<bool>(out.chain.elements().size()));
  out.loads = core::element_loads(out.chain, out.seen, out.flow);
  co_return out;
}

asio::awaitable<base::Result<Response>> get_power_chain(Call& call) {
  PowerNow now;
  {
    auto connection = co_await call.services().pool.acquire();
    now = co_await power_now(call, *connection);
  }
  // Of a large site these sums, and their text, take too long for a thread that others wait for.
  auto text = [](const PowerNow& n, base::Timestamp at) -> asio::awaitable<std::string> {
    const auto began = std::chrono::steady_clock::now();
    const auto sweep = core::sweep(n.chain, n.seen, n.flow, n.loads);
    const auto took = milliseconds_since(began);
    JsonWriter json;
    json.begin_object().key("elements").begin_array();
    for (std::size_t i = 0; i < n.chain.elements().size(); ++i) write_element(json, n, sweep, i);
    json.end_array().key("racks").begin_array();
    for (std::size_t i = 0; i < n.chain.racks().size(); ++i) write_rack(json, n, sweep, i);
    json.end_array();
    write_findings(json, n, sweep);
    json.member("swept_at", at).member("sweep_ms", took).end_object();
    co_return json.take();
  };
  const auto at = call.now();
  auto body = co_await asio::co_spawn(call.services().slow_threads, text(now, at), asio::use_awaitable);
  co_return json_response(std::move(body));
}

asio::awaitable<base::Result<Response>> get_power_what_if(Call& call) {
  const auto ids = call.ids_parameter("lost", kMostLost);
  if (!ids) co_return ids.error();
  if (ids->empty()) co_return Error::invalid("lost", "is required: the ids of elements, comma-separated");
  auto connection = co_await call.services().pool.acquire();
  const auto now = co_await power_now(call, *connection);
  std::vector<std::size_t> lost;
  for (const auto id : *ids) {
    const auto at = now.chain.find(core::PowerElementId{id});
    if (!at) co_return Error::invalid("lost", "there is no power element " + std::to_string(id));
    lost.push_back(*at);
  }
  const auto began = std::chrono::steady_clock::now();
  const auto outcome = core::what_if(now.chain, now.seen, now.flow, now.loads, lost);
  const auto took = milliseconds_since(began);
  std::vector<core::RackId> racks;
  for (const auto& change : outcome.racks) {
    if (change.devices_dark > 0) racks.push_back(now.chain.racks()[change.rack].rack);
  }
  const auto devices = co_await store::corded_devices(*connection, std::move(racks));

  const auto& elements = now.chain.elements();
  JsonWriter json;
  json.begin_object().key("lost").begin_array();
  for (const auto id : *ids) json.value(id);
  json.end_array().member("took_ms", took).key("elements").begin_array();
  for (const auto& change : outcome.elements) {
    const auto& e = elements[change.element];
    json.begin_object().member("id", e.id).member("state", change.lost ? "lost" : name_of(change.supply)).member("was_kw", change.was_kw);
    json.member("kw", change.kw).member("share", share(change.kw, e.rating_kw())).member("over", name_of(change.over));
    const bool battery = change.supply == core::Supply::battery;
    json.member("runtime_min", battery ? now.seen.elements[change.element].runtime_min : std::nullopt).member("step", change.step).end_object();
  }
  json.end_array().key("racks").begin_array();
  int dark = 0, partly = 0, redundancy = 0, on_battery = 0;
  std::size_t named = 0;
  for (const auto& change : outcome.racks) {
    const auto& rack = now.chain.racks()[change.rack];
    dark += change.fate == core::RackFate::dark ? 1 : 0;
    partly += change.fate == core::RackFate::partly_dark ? 1 : 0;
    redundancy += change.fate == core::RackFate::redundancy_lost || change.fate == core::RackFate::partly_dark ? 1 : 0;
    on_battery += change.fate == core::RackFate::on_battery ? 1 : 0;
    json.begin_object().member("rack_id", rack.rack).member("state", core::name_of(change.fate)).member("was_kw", change.was_kw);
    json.member("dark_kw", change.dark_kw).member("devices_dark", change.devices_dark).key("devices").begin_array();
    auto it = std::ranges::lower_bound(devices, rack.rack, {}, &store::CordedDevice::rack);
    for (; it != devices.end() && it->rack == rack.rack && named < kMostDevices; ++it) {
      if (!is_dark(*it, change)) continue;
      ++named;
      json.begin_object().member("id", it->id).member("name", it->name).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("steps").begin_array();
  for (std::size_t step = 0; step < outcome.steps.size(); ++step) {
    json.begin_object().member("step", static_cast<int>(step)).key("lost").begin_array();
    for (const auto at : outcome.steps[step].lost) json.value(elements[at].id);
    json.end_array().member("because", step == 0 ? "chosen" : "overload").member("text", outcome.steps[step].text).end_object();
  }
  json.end_array().key("summary").begin_object().member("racks_dark", dark).member("racks_partly_dark", partly);
  json.member("racks_redundancy_lost", redundancy).member("racks_on_battery", on_battery).member("elements_overloaded", outcome.overloaded);
  json.member("dark_kw", outcome.dark_kw).member("transferred_kw", outcome.transferred_kw).end_object().key("assumptions").begin_array();
  for (const auto& assumption : assumptions(now, outcome)) json.value(assumption);
  json.end_array().end_object();
  co_return json_response(json.take());
}

// --- Changes ---

asio::awaitable<base::Result<Response>> create_power_element(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  auto element = core::power_element_from_json(*json, call.site->id, *call.inventory, std::nullopt);
  if (!element) co_return element.error();
  auto connection = co_await call.services().pool.acquire();
  auto transaction = co_await store::Transaction::begin(*connection);
  store::PowerChanges changes(*connection, *call.site, call.audit());
  co_await changes.begin();
  const auto made = co_await changes.create(std::move(*element));
  base::Result<void> done;
  if (made) done = co_await changes.finish();
  if (!made || !done) {
    co_await transaction.rollback();
    co_return made ? done.error() : made.error();
  }
  co_await transaction.commit();
  co_return element_response(*element_of(changes, *made), 201);
}

asio::awaitable<base::Result<Response>> update_power_element(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  const auto version = if_match(call);
  if (!version) co_return version.error();
  const core::PowerElementId id{call.id};
  auto connection = co_await call.services().pool.acquire();
  auto transaction = co_await store::Transaction::begin(*connection);
  store::PowerChanges changes(*connection, *call.site, call.audit());
  co_await changes.begin();
  const auto before = element_of(changes, id);
  std::optional<Error> refused;
  if (!before) {
    refused = before.error();
  } else {
    auto element = core::power_element_from_json(*json, call.site->id, *call.inventory, *before);
    if (!element) {
      refused = element.error();
    } else {
      element->version = *version;
      const auto done = co_await changes.update(std::move(*element));
      if (!done) refused = done.error();
    }
  }
  if (!refused) {
    const auto possible = co_await changes.finish();
    if (!possible) refused = possible.error();
  }
  if (refused) {
    co_await transaction.rollback();
    co_return *refused;
  }
  co_await transaction.commit();
  co_return element_response(*element_of(changes, id));
}

asio::awaitable<base::Result<Response>> delete_power_element(Call& call) {
  const auto version = if_match(call);
  if (!version) co_return version.error();
  auto connection = co_await call.services().pool.acquire();
  auto transaction = co_await store::Transaction::begin(*connection);
  store::PowerChanges changes(*connection, *call.site, call.audit());
  co_await changes.begin();
  auto done = co_await changes.remove(core::PowerElementId{call.id}, *version);
  if (done) done = co_await changes.finish();
  if (!done) {
    co_await transaction.rollback();
    co_return done.error();
  }
  co_await transaction.commit();
  co_return no_content();
}

}  // namespace dcim::api
