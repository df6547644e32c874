#include "simulators/bots/outcome.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

namespace dcim::bots {
namespace {

namespace json = boost::json;

double value_of(const Said& said, const std::string& topic, std::string_view field) {
  const auto it = said.find(topic);
  return it == said.end() ? 0 : find_or(it->second, field, 0);
}

json::object fields_of(const Said& said, const std::string& topic) {
  json::object out;
  if (const auto it = said.find(topic); it != said.end()) {
    for (const auto& [name, value] : it->second) out[name] = std::round(value * 1000) / 1000;  // as on the wire
  }
  return out;
}

}  // namespace

Outcome outcome_of(const SiteModel& site, const OutcomeOptions& options) {
  Outcome out;
  out.seen_s = options.begin_s + 60 * (options.at_min + options.after_min);
  const auto play = [&](Said& said, bool with) {
    VirtualSite one(site, options.seed, options.begin_s);
    const auto note = [&](double, const Unit&, const Message& message) { said[message.topic] = message.fields; };
    one.run(options.begin_s + 60 * options.at_min, note);
    for (const auto& scenario : options.scenarios) {
      if (with) one.start(scenario);
    }
    one.run(out.seen_s, note);
    one.say_all(note);
  };
  play(out.without, false);
  play(out.with, true);
  return out;
}

std::vector<RackPower> rack_powers(const SiteModel& site, const Said& said) {
  std::vector<RackPower> out;
  for (const auto* pdu : site.all(BotType::pdu)) {
    const auto of = [&](const char* field) { return value_of(said, pdu->topic, field); };
    out.push_back({pdu->room, pdu->rack, of("value"), of("feed_a_power"), of("feed_b_power")});
  }
  return out;
}

std::vector<UpsPower> ups_powers(const SiteModel& site, const Said& said) {
  std::vector<UpsPower> out;
  for (const auto* ups : site.all(BotType::ups)) {
    const auto of = [&](const char* field) { return value_of(said, ups->topic, field); };
    out.push_back({ups->name, static_cast<UpsState>(static_cast<int>(of("state"))), of("input_power"), of("output_power")});
  }
  return out;
}

std::string to_json(const SiteModel& site, const OutcomeOptions& options, const Outcome& outcome) {
  json::array scenarios, units;
  for (const auto& scenario : options.scenarios) scenarios.emplace_back(scenario.name + " " + scenario.target());
  for (const auto type : {BotType::pdu, BotType::ups, BotType::crac, BotType::meter}) {
    for (const auto* unit : site.all(type)) {
      units.push_back({{"name", unit->name},
                       {"type", name_of(type)},
                       {"room", unit->room},
                       {"rack", unit->rack},
                       {"without", fields_of(outcome.without, unit->topic)},
                       {"with", fields_of(outcome.with, unit->topic)}});
    }
  }
  return json::serialize(json::object{{"site", site.code},
                                      {"seen_at", base::to_rfc3339(base::from_unix_us(static_cast<std::int64_t>(outcome.seen_s) * 1'000'000))},
                                      {"scenarios", std::move(scenarios)},
                                      {"units", std::move(units)}});
}

}  // namespace dcim::bots
