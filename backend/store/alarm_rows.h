// The rows of the table alarms, as both that store them and those that ask for them read them.
#pragma once

#include <vector>

#include "core/alarm_list.h"
#include "store/pool.h"

namespace dcim::store {

/// Of `alarms a`, for alarms_of().
inline constexpr const char* kAlarmColumns =
    "a.id, a.revision, a.site_id, a.room_id, a.room, a.rack_id, a.rack, a.device_id, a.device, a.sensor_id, a.sensor, a.kind, a.unit, a.severity, "
    "a.type, a.system, a.rule_id, a.rule, a.instruction, a.level_when, a.level_limit, a.value, a.latching, a.announced, a.occurrences, a.raised_at, "
    "a.changed_at, a.cleared_at, a.acknowledged_at, a.resolved_at, a.acknowledged_by";

std::vector<core::Alarm> alarms_of(const Rows& rows);

}  // namespace dcim::store
