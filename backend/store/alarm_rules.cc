#include "store/alarm_rules.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.h"

namespace dcim::store {
namespace {

using base::Error;

template <class Id>
std::optional<Id> maybe_id(const Rows& rows, std::size_t row, int column) {
  return rows.null(row, column) ? std::nullopt : std::optional(Id{rows.i32(row, column)});
}

// As the audit log keeps it.
boost::json::value json_of(const core::AlarmRule& rule) {
  const auto text = [](std::string_view s) { return boost::json::string(s.data(), s.size()); };
  boost::json::object out;
  out["name"] = text(rule.name);
  out["type"] = text(core::name_of(rule.type));
  out["kind"] = text(rule.kind);
  boost::json::object scope;
  if (rule.scope.site) scope["site_id"] = rule.scope.site->value;
  if (rule.scope.room) scope["room_id"] = rule.scope.room->value;
  if (rule.scope.rack) scope["rack_id"] = rule.scope.rack->value;
  if (rule.scope.sensor) scope["sensor_id"] = rule.scope.sensor->value;
  out["scope"] = std::move(scope);
  out["levels"] = core::json_of(rule.levels);
  out["dead_band"] = rule.dead_band;
  out["on_delay_s"] = rule.on_delay_s;
  out["off_delay_s"] = rule.off_delay_s;
  out["window_s"] = rule.window_s;
  if (rule.baseline != core::Baseline::none) out["baseline"] = text(core::name_of(rule.baseline));
  out["latching"] = rule.latching;
  out["ack_required"] = rule.ack_required;
  out["enabled"] = rule.enabled;
  out["instruction"] = text(rule.instruction);
  return out;
}

constexpr const char* kColumns =
    "id, version, name, type, kind, site_id, room_id, rack_id, sensor_id, levels, dead_band, on_delay_s, off_delay_s, window_s, latching, "
    "ack_required, enabled, instruction, updated_at, baseline";

std::optional<core::AlarmRule> rule_of(const Rows& rows, std::size_t i) {
  core::AlarmRule rule;
  rule.id = {rows.i32(i, 0)};
  rule.version = rows.i32(i, 1);
  rule.name = rows.text(i, 2);
  const auto type = core::rule_type_from(rows.view(i, 3));
  if (!type) return std::nullopt;
  rule.type = *type;
  rule.kind = rows.text(i, 4);
  rule.scope = {maybe_id<core::SiteId>(rows, i, 5), maybe_id<core::RoomId>(rows, i, 6), maybe_id<core::RackId>(rows, i, 7),
                maybe_id<core::SensorId>(rows, i, 8)};
  boost::system::error_code failed;
  const auto levels = core::levels_from_json(boost::json::parse(rows.view(i, 9), failed), rule.type);
  if (failed || !levels) {
    spdlog::error("alarm rule {} is left out: {}", rule.id.value, failed ? failed.message() : levels.error().field + " " + levels.error().message);
    return std::nullopt;
  }
  rule.levels = *levels;
  rule.dead_band = rows.f64(i, 10);
  rule.on_delay_s = rows.f64(i, 11);
  rule.off_delay_s = rows.f64(i, 12);
  rule.window_s = rows.f64(i, 13);
  rule.latching = rows.boolean(i, 14);
  rule.ack_required = rows.boolean(i, 15);
  rule.enabled = rows.boolean(i, 16);
  rule.instruction = rows.text(i, 17);
  rule.updated_at = rows.time(i, 18);
  if (const auto baseline = core::baseline_from(rows.view(i, 19))) rule.baseline = *baseline;
  return rule;
}

// Within a transaction, which then holds the row.
asio::awaitable<base::Result<core::AlarmRule>> lock(Connection& connection, core::RuleId id, int version) {
  const auto rows = co_await connection.query(std::string("SELECT ") + kColumns + " FROM alarm_rules WHERE id = $1 FOR UPDATE", params(id));
  if (rows.empty()) co_return Error::conflict("the rule has been removed meanwhile");
  auto rule = rule_of(rows, 0);
  if (rows.i32(0, 1) != version || !rule) co_return Error::conflict("somebody else has changed the rule meanwhile; it is version " + rows.text(0, 1));
  co_return std::move(*rule);
}

std::string object_of(core::RuleId id) { return "alarm rule " + std::to_string(id.value); }

}  // namespace

asio::awaitable<core::AlarmRulesPtr> load_alarm_rules(Connection& connection) {
  auto transaction = co_await Transaction::begin(connection);
  co_await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const auto version = co_await connection.query("SELECT version FROM alarm_rules_version");
  const auto rows = co_await connection.query(std::string("SELECT ") + kColumns + " FROM alarm_rules ORDER BY name, id");
  co_await transaction.commit();
  std::vector<core::AlarmRule> rules;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (auto rule = rule_of(rows, i)) rules.push_back(std::move(*rule));
  }
  co_return std::make_shared<const core::AlarmRules>(version.i64(0, 0), std::move(rules));
}

asio::awaitable<base::Result<core::RuleId>> create_alarm_rule(Connection& connection, core::AlarmRule rule, std::optional<std::string> site,
                                                              AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto rows = co_await connection.query(
      "INSERT INTO alarm_rules (name, type, kind, site_id, room_id, rack_id, sensor_id, levels, dead_band, on_delay_s, off_delay_s, window_s, "
      "latching, ack_required, enabled, instruction, baseline) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
      "nullif($17, '')) "
      "ON CONFLICT DO NOTHING RETURNING id",
      params(rule.name, core::name_of(rule.type), rule.kind, rule.scope.site, rule.scope.room, rule.scope.rack, rule.scope.sensor,
             boost::json::serialize(core::json_of(rule.levels)), rule.dead_band, rule.on_delay_s, rule.off_delay_s, rule.window_s, rule.latching,
             rule.ack_required, rule.enabled, rule.instruction, core::name_of(rule.baseline)));
  if (rows.empty()) {
    co_await transaction.rollback();
    co_return Error{base::ErrorCode::conflict, "there is a rule of this type and kind for this scope already: edit that one", "/scope"};
  }
  const core::RuleId id{rows.i32(0, 0)};
  AuditRow row{"alarm-rule.create", object_of(id), std::move(site), nullptr, json_of(rule)};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return id;
}

asio::awaitable<base::Result<void>> update_alarm_rule(Connection& connection, core::AlarmRule rule, std::optional<std::string> site,
                                                      AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto before = co_await lock(connection, rule.id, rule.version);
  if (!before) {
    co_await transaction.rollback();
    co_return before.error();
  }
  if (before->type != rule.type || before->kind != rule.kind || !(before->scope == rule.scope)) {
    co_await transaction.rollback();
    co_return Error::conflict("a rule's type, kind and scope stay as they are: make another rule");
  }
  co_await connection.query(
      "UPDATE alarm_rules SET name = $2, levels = $3, dead_band = $4, on_delay_s = $5, off_delay_s = $6, window_s = $7, latching = $8, "
      "ack_required = $9, enabled = $10, instruction = $11, baseline = nullif($12, ''), version = version + 1, updated_at = now() WHERE id = $1",
      params(rule.id, rule.name, boost::json::serialize(core::json_of(rule.levels)), rule.dead_band, rule.on_delay_s, rule.off_delay_s, rule.window_s,
             rule.latching, rule.ack_required, rule.enabled, rule.instruction, core::name_of(rule.baseline)));
  AuditRow row{"alarm-rule.update", object_of(rule.id), std::move(site), json_of(*before), json_of(rule)};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> delete_alarm_rule(Connection& connection, core::RuleId id, int version, std::optional<std::string> site,
                                                      AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto before = co_await lock(connection, id, version);
  if (!before) {
    co_await transaction.rollback();
    co_return before.error();
  }
  co_await connection.query("DELETE FROM alarm_rules WHERE id = $1", params(id));
  AuditRow row{"alarm-rule.delete", object_of(id), std::move(site), json_of(*before), nullptr};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return base::Result<void>();
}

}  // namespace dcim::store
