// What a site draws and where it goes, now; and how each figure is made.
#include "api/power.h"

#include "core/power_figures.h"

namespace dcim::api {
namespace {

using base::Error;
using namespace std::chrono_literals;

core::PowerSite site_of(const Call& call, const PowerNow& now) {
  return {now.chain, now.seen, now.flow, *call.inventory, now.latest, call.site->id, call.now()};
}

void write_figure(JsonWriter& json, std::string_view name, const core::PowerFigure& figure) {
  json.key(name).begin_object().member("kw", figure.tree.value).member("ts", figure.tree.ts).member("reporting", figure.reporting);
  json.member("expected", figure.expected).member("method", figure.method).member("lower_kw", figure.lower_kw);
  json.member("upper_kw", figure.upper_kw).end_object();
}

void write_pue(JsonWriter& json, const core::PowerFigures& figures) {
  const auto& pue = figures.pue;
  json.key("pue").begin_object().member("value", pue.value).member("method", pue.method).member("category", pue.category);
  json.member("lower", figures.pue_lower).member("upper", figures.pue_upper).member("reporting", pue.reporting).member("expected", pue.expected);
  json.member("note", pue.note).member("ts", pue.ts).end_object();
}

void write_term(JsonWriter& json, const core::PowerTerm& term) {
  json.begin_object().member("label", term.label).member("op", core::name_of(term.op)).member("value", term.value).member("unit", term.unit);
  json.member("ts", term.ts).member("sensor_id", term.sensor).member("used", term.used).member("why_not", term.why_not).key("terms").begin_array();
  for (const auto& each : term.terms) write_term(json, each);
  json.end_array().end_object();
}

struct Explanation {
  core::PowerTerm tree;
  std::string text;
  std::optional<std::string> standard;
};

Explanation explain(const core::PowerFigures& figures, std::string_view figure) {
  if (figure == "facility") return {figures.facility.tree, "All that the site takes from its incomers: " + figures.facility.method, "EN 50600-4-2"};
  if (figure == "it") return {figures.it.tree, "What IT gets: " + figures.it.method, "ISO/IEC 30134-2"};
  if (figure == "cooling") return {figures.cooling.tree, "What cooling takes: " + figures.cooling.method, "EN 50600-4-2"};
  if (figure == "losses") return {figures.losses.tree, "What is lost on the way, stage by stage", std::nullopt};
  if (figure == "other") return {figures.other.tree, "Facility less IT, cooling and losses: lighting, offices, what nobody measures", std::nullopt};
  return {figures.pue_tree, "Facility over IT at this moment. For a report take energy over a period: ratios are never averaged.",
          "ISO/IEC 30134-2, EN 50600-4-2"};
}

base::Result<std::size_t> rack_of(const Call& call, const core::PowerChain& chain) {
  const auto id = rack_parameter(call);
  if (!id) return id.error();
  if (!*id) return Error::invalid("rack", "is required for this figure");
  for (std::size_t i = 0; i < chain.racks().size(); ++i) {
    if (chain.racks()[i].rack == **id) return i;
  }
  return Error::invalid("rack", "there is no rack " + std::to_string((**id).value));
}

}  // namespace

asio::awaitable<base::Result<Response>> get_power(Call& call) {
  auto connection = co_await call.services().pool.acquire();
  const auto now = co_await power_now(call, *connection);
  const auto past = co_await pue_past(call, *connection, {call.now() - 24h, call.now()});
  const auto figures = core::power_figures(site_of(call, now));
  JsonWriter json;
  json.begin_object().member("server_time", call.now()).member("simulated", call.site->simulated);
  write_figure(json, "facility", figures.facility);
  write_figure(json, "it", figures.it);
  write_figure(json, "cooling", figures.cooling);
  write_figure(json, "losses", figures.losses);
  write_figure(json, "other", figures.other);
  json.key("stages").begin_array();
  for (const auto& stage : figures.stages) {
    json.begin_object().member("stage", stage.stage).member("loss_kw", stage.loss_kw).member("in_kw", stage.in_kw).member("out_kw", stage.out_kw);
    json.member("method", stage.measured ? "measured" : "computed").member("reporting", stage.reporting).member("expected", stage.expected);
    json.end_object();
  }
  json.end_array();
  write_pue(json, figures);
  json.key("pue_24h");
  write_energy_pue(json, past);
  json.end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> explain_power(Call& call) {
  const std::string figure(call.parameter("figure").value_or(""));
  constexpr std::array kSite{"facility", "it", "cooling", "losses", "other", "pue"};
  const bool of_rack = figure == "rack-load" || figure == "surviving-feed-load";
  if (!of_rack && std::ranges::find(kSite, std::string_view(figure)) == kSite.end()) {
    co_return Error::invalid("figure", "must be facility, it, cooling, losses, other, pue, rack-load or surviving-feed-load");
  }
  PowerNow now;
  {
    auto connection = co_await call.services().pool.acquire();
    now = co_await power_now(call, *connection);
  }
  const auto site = site_of(call, now);
  Explanation out;
  if (of_rack) {
    const auto rack = rack_of(call, now.chain);
    if (!rack) co_return rack.error();
    if (figure == "rack-load") {
      out = {core::rack_load_tree(site, *rack), "What the rack draws over what it is rated for", std::nullopt};
    } else {
      out = {core::surviving_feed_tree(site, *rack), "What one feed carries when the other is lost, over its rating; the worse of the two",
             "NEC 210.20: 80 % for continuous loads"};
    }
  } else {
    out = explain(core::power_figures(site), figure);
  }
  JsonWriter json;
  json.begin_object().member("figure", figure).member("value", out.tree.value).member("unit", out.tree.unit).member("text", out.text);
  json.member("standard", out.standard).key("tree");
  write_term(json, out.tree);
  json.end_object();
  co_return json_response(json.take());
}

}  // namespace dcim::api
