// A room at a past moment: the readings that counted then and the alarms that were open; and what happened in a range. All functions throw
// DatabaseError.
#pragma once

#include <vector>

#include "core/alarm_past.h"
#include "core/readings.h"
#include "store/pool.h"

namespace dcim::store {

/// How old a sensor's last reading may be and still show how things stood.
std::chrono::microseconds reading_window(const core::Sensor& sensor);

/// Of each sensor the last reading at or before `at`, when it is within the sensor's window.
asio::awaitable<std::vector<core::Reading>> readings_at(Connection& connection, std::vector<const core::Sensor*> sensors, base::Timestamp at);

struct AlarmThen {
  std::int32_t id = 0;
  core::PastAlarm then;
  std::optional<core::RackId> rack;
  core::DeviceId device;
  std::optional<core::SensorId> sensor;
  base::Timestamp raised_at;
};
/// Those of the room that were open, by id; at most `limit`, the last raised.
asio::awaitable<std::vector<AlarmThen>> alarms_at(Connection& connection, core::SiteId site, core::RoomId room, base::Timestamp at, int limit);

struct TimelineAlarm {
  std::int32_t id = 0;
  core::Severity severity = core::Severity::info;
  std::string rule;
  std::optional<core::RackId> rack;
  std::optional<core::SensorId> sensor;
  base::Timestamp raised_at;
  std::optional<base::Timestamp> cleared_at;
};
/// Whose condition held at some time in [from, to), oldest first.
asio::awaitable<std::vector<TimelineAlarm>> alarms_between(Connection& connection, core::SiteId site, core::RoomId room, base::Timestamp from,
                                                           base::Timestamp to, int limit);

struct OpenAlarmCount {
  std::int64_t start_ms = 0;
  std::int64_t open = 0;
};
/// How many alarms of the site were open at the end of each bucket of [from, to), or at `to`; no bucket is left out.
asio::awaitable<std::vector<OpenAlarmCount>> open_alarm_counts(Connection& connection, core::SiteId site, base::Timestamp from, base::Timestamp to,
                                                               std::chrono::seconds width);

/// The first raw reading that there is of any of them.
asio::awaitable<std::optional<base::Timestamp>> earliest_reading(Connection& connection, std::vector<core::SensorId> sensors);

}  // namespace dcim::store
