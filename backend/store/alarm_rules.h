// Alarm rules: read as a whole, and edited. All functions throw DatabaseError.
#pragma once

#include "core/alarm_rules.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

asio::awaitable<core::AlarmRulesPtr> load_alarm_rules(Connection& connection);

/// Gives the rule's id. `conflict` when there is one of its type, kind and scope. Writes alarm-rule.create. `site`: the code, for the audit.
asio::awaitable<base::Result<core::RuleId>> create_alarm_rule(Connection& connection, core::AlarmRule rule, std::optional<std::string> site,
                                                              AuditContext who);
/// Replaces what may change, where `rule.version` is still the version; `conflict` when it is not, or is gone. Writes alarm-rule.update.
asio::awaitable<base::Result<void>> update_alarm_rule(Connection& connection, core::AlarmRule rule, std::optional<std::string> site,
                                                      AuditContext who);
/// Likewise. Writes alarm-rule.delete.
asio::awaitable<base::Result<void>> delete_alarm_rule(Connection& connection, core::RuleId id, int version, std::optional<std::string> site,
                                                      AuditContext who);

}  // namespace dcim::store
