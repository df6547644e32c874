// Alarm rules: what holds, to edit, and to try on the stored history before it is saved.
#include "store/alarm_rules.h"

#include <charconv>

#include "api/handlers.h"
#include "core/alarm_list.h"
#include "core/json_reader.h"
#include "store/alarm_trial.h"

namespace dcim::api {
namespace {

using base::Error;
using namespace std::chrono_literals;

constexpr auto kTrialDefault = 24h * 7;
constexpr auto kLongestTrial = 24h * 31;

void write_scope(JsonWriter& json, const core::RuleScope& scope, const core::Inventory& inventory) {
  json.key("scope").begin_object();
  if (scope.site) {
    const auto* site = inventory.site(*scope.site);
    json.member("site", site ? site->code : std::string());
  }
  if (scope.room) json.member("room_id", *scope.room);
  if (scope.rack) json.member("rack_id", *scope.rack);
  if (scope.sensor) json.member("sensor_id", *scope.sensor);
  json.end_object();
}

// How many of the site's sensors (or devices) the rule holds for.
int subjects_of(const core::AlarmRule& rule, const core::AlarmRules& rules, const core::Inventory& inventory, core::SiteId site) {
  int out = 0;
  if (rule.type == core::RuleType::no_data) {
    for (const auto& device : inventory.devices()) out += device.site_id == site && rules.rule_for(device) == &rule;
  } else {
    for (const auto& sensor : inventory.sensors()) {
      out += sensor.site_id == site && sensor.kind == rule.kind && rules.rule_for(rule.type, sensor) == &rule;
    }
  }
  return out;
}

std::string unit_of(const core::AlarmRule& rule, const core::Inventory& inventory) {
  if (rule.type == core::RuleType::no_data) return "intervals";
  const auto it = std::ranges::find(inventory.sensors(), rule.kind, &core::Sensor::kind);
  const auto unit = it == inventory.sensors().end() ? std::string() : it->unit;
  return rule.type == core::RuleType::deviation ? std::string(core::deviation_unit(unit)) : unit;
}

void write_rule(JsonWriter& json, const core::AlarmRule& rule, const core::AlarmRules& rules, const core::Inventory& inventory, core::SiteId site) {
  json.begin_object().member("id", rule.id).member("version", rule.version).member("name", rule.name).member("type", core::name_of(rule.type));
  json.member("kind", rule.kind).member("unit", unit_of(rule, inventory));
  write_scope(json, rule.scope, inventory);
  json.member("scope_label", core::label_of(rule.scope, inventory)).member("levels", core::json_of(rule.levels));
  json.member("dead_band", rule.dead_band).member("on_delay_s", rule.on_delay_s).member("off_delay_s", rule.off_delay_s);
  json.member("window_s", rule.type == core::RuleType::rate ? std::optional(rule.window_s) : std::nullopt);
  json.member("baseline", rule.type == core::RuleType::deviation ? std::optional(std::string(core::name_of(rule.baseline))) : std::nullopt);
  json.member("latching", rule.latching).member("ack_required", rule.ack_required).member("enabled", rule.enabled);
  json.member("instruction", rule.instruction).member("updated_at", rule.updated_at);
  json.member("sensors", subjects_of(rule, rules, inventory, site)).end_object();
}

Response rule_response(const core::AlarmRule& rule, const core::AlarmRules& rules, const Call& call, unsigned status = 200) {
  JsonWriter json;
  write_rule(json, rule, rules, *call.inventory, call.site->id);
  auto response = json_response(json.take(), status);
  response.headers.emplace_back("ETag", '"' + std::to_string(rule.version) + '"');
  return response;
}

asio::awaitable<core::AlarmRulesPtr> rules_now(Call& call) {
  co_return co_await call.services().live.read([](live::Live& live) { return live.alarms().rules(); });
}

// Of the call's site, or of all sites.
const core::AlarmRule* find(const core::AlarmRules& rules, const Call& call) {
  const auto* rule = rules.rule(core::RuleId{call.id});
  if (!rule) return nullptr;
  const auto site = core::site_of(rule->scope, *call.inventory);
  return rule->scope.rank() == 0 || site == call.site->id ? rule : nullptr;
}

// What the session may edit: rules of this site; those of all sites take an administrator.
base::Result<void> may_edit(const Call& call, const core::RuleScope& scope) {
  if (scope.rank() == 0) {
    if (call.session->principal.role == core::Role::admin) return {};
    return Error{base::ErrorCode::forbidden, "a rule for all sites takes an administrator; give it a scope in this site", "/scope"};
  }
  if (core::site_of(scope, *call.inventory) != call.site->id) return Error::invalid("/scope", "does not lie in this site");
  return {};
}

base::Result<core::AlarmRule> rule_in_body(const Call& call, const boost::json::value& json) {
  auto rule = core::rule_from_json(json, *call.inventory);
  if (!rule) return rule.error();
  const auto allowed = may_edit(call, rule->scope);
  if (!allowed) return allowed.error();
  return rule;
}

// The engine has the rules as they are in the database now, before anybody is answered.
asio::awaitable<core::AlarmRulesPtr> take_effect(Call& call, store::Connection& connection) {
  auto rules = co_await store::load_alarm_rules(connection);
  co_await call.services().live.read([&](live::Live& live) {
    live.set_alarm_rules(rules);
    return true;
  });
  co_return rules;
}

}  // namespace

base::Result<int> if_match(const Call& call) {
  const auto header = call.head["If-Match"];
  std::string_view text(header.data(), header.size());
  if (text.empty()) return Error::invalid("If-Match", "is required: the version that was read, such as \"3\"");
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  int version = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (failed != std::errc() || end != text.data() + text.size()) return Error::invalid("If-Match", "must be a version, such as \"3\"");
  return version;
}

asio::awaitable<base::Result<Response>> list_alarm_rules(Call& call) {
  const auto rules = co_await rules_now(call);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& rule : rules->rules()) {
    if (rule.scope.rank() == 0 || core::site_of(rule.scope, *call.inventory) == call.site->id) {
      write_rule(json, rule, *rules, *call.inventory, call.site->id);
    }
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> get_alarm_rule(Call& call) {
  const auto rules = co_await rules_now(call);
  const auto* rule = find(*rules, call);
  if (!rule) co_return Error::not_found("there is no alarm rule " + std::to_string(call.id));
  co_return rule_response(*rule, *rules, call);
}

asio::awaitable<base::Result<Response>> list_alarm_rules_of_sensor(Call& call) {
  const auto rules = co_await rules_now(call);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto type : {core::RuleType::limits, core::RuleType::state, core::RuleType::rate, core::RuleType::deviation}) {
    const auto* rule = rules->rule_for(type, *call.sensor);
    if (rule && rule->enabled) write_rule(json, *rule, *rules, *call.inventory, call.site->id);
  }
  json.end_array().end_object();
  co_return json_response(json.take());
}

asio::awaitable<base::Result<Response>> create_alarm_rule(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  auto rule = rule_in_body(call, *json);
  if (!rule) co_return rule.error();
  const auto site = rule->scope.rank() == 0 ? std::nullopt : std::optional(call.site->code);
  auto connection = co_await call.services().pool.acquire();
  const auto id = co_await store::create_alarm_rule(*connection, *rule, site, call.audit());
  if (!id) co_return id.error();
  const auto rules = co_await take_effect(call, *connection);
  const auto* made = rules->rule(*id);
  if (!made) co_return Error::conflict("the rule has been removed meanwhile");
  co_return rule_response(*made, *rules, call, 201);
}

asio::awaitable<base::Result<Response>> update_alarm_rule(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  const auto version = if_match(call);
  if (!version) co_return version.error();
  const auto before = co_await rules_now(call);
  const auto* known = find(*before, call);
  if (!known) co_return Error::not_found("there is no alarm rule " + std::to_string(call.id));
  auto rule = rule_in_body(call, *json);
  if (!rule) co_return rule.error();
  const auto allowed = may_edit(call, known->scope);
  if (!allowed) co_return allowed.error();
  rule->id = core::RuleId{call.id};
  rule->version = *version;
  const auto site = rule->scope.rank() == 0 ? std::nullopt : std::optional(call.site->code);
  auto connection = co_await call.services().pool.acquire();
  const auto done = co_await store::update_alarm_rule(*connection, *rule, site, call.audit());
  if (!done) co_return done.error();
  const auto rules = co_await take_effect(call, *connection);
  const auto* made = rules->rule(rule->id);
  if (!made) co_return Error::conflict("the rule has been removed meanwhile");
  co_return rule_response(*made, *rules, call);
}

asio::awaitable<base::Result<Response>> delete_alarm_rule(Call& call) {
  const auto version = if_match(call);
  if (!version) co_return version.error();
  const auto before = co_await rules_now(call);
  const auto* known = find(*before, call);
  if (!known) co_return Error::not_found("there is no alarm rule " + std::to_string(call.id));
  const auto allowed = may_edit(call, known->scope);
  if (!allowed) co_return allowed.error();
  const auto site = known->scope.rank() == 0 ? std::nullopt : std::optional(call.site->code);
  auto connection = co_await call.services().pool.acquire();
  const auto done = co_await store::delete_alarm_rule(*connection, known->id, *version, site, call.audit());
  if (!done) co_return done.error();
  co_await take_effect(call, *connection);
  Response response;
  response.status = 204;
  response.content_type.clear();
  co_return response;
}

asio::awaitable<base::Result<Response>> test_alarm_rule(Call& call) {
  const auto json = parse_json(call.body);
  if (!json) co_return json.error();
  store::AlarmTrial trial;
  try {
    const core::ObjectReader reader(*json, "", {"rule", "from", "to"});
    const auto* draft = reader.find("rule");
    if (!draft) throw Error::invalid("/rule", "is missing");
    auto rule = core::rule_from_json(*draft, *call.inventory);
    if (!rule) throw Error::invalid("/rule" + rule.error().field, rule.error().message);
    if (rule->scope.rank() != 0 && core::site_of(rule->scope, *call.inventory) != call.site->id) {
      throw Error::invalid("/rule/scope", "does not lie in this site");
    }
    trial.rule = std::move(*rule);
    const auto time = [&](std::string_view key, base::Timestamp otherwise) {
      const auto text = reader.text(key, 40, "");
      if (text.empty()) return otherwise;
      const auto parsed = base::from_rfc3339(text);
      if (!parsed) throw Error::invalid(reader.at(key), parsed.error().message);
      return *parsed;
    };
    trial.to = time("to", call.now());
    trial.from = time("from", trial.to - kTrialDefault);
    if (trial.from >= trial.to) throw Error::invalid("/from", "must be before to");
    if (trial.to - trial.from > kLongestTrial) throw Error::invalid("/from", "must be at most 31 days before to");
  } catch (const Error& error) {
    co_return error;
  }
  trial.site = call.site->id;
  auto connection = co_await call.services().pool.acquire();
  const auto result = co_await store::try_alarm_rule(*connection, *call.inventory, trial);
  if (!result) co_return result.error();
  JsonWriter out;
  out.begin_object().member("from", trial.from).member("to", trial.to).member("sensors", result->sensors).member("readings", result->readings);
  out.member("total", result->total).key("firings").begin_array();
  for (const auto& firing : result->firings) {
    out.begin_object();
    core::write_source(out, firing.source);
    out.member("severity", core::name_of(firing.severity)).member("raised_at", firing.raised_at).member("cleared_at", firing.cleared_at);
    out.member("value", firing.value).member("peak", firing.peak).end_object();
  }
  out.end_array().end_object();
  co_return json_response(out.take());
}

}  // namespace dcim::api
