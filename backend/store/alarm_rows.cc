#include "store/alarm_rows.h"

namespace dcim::store {
namespace {

template <class Id>
std::optional<Id> maybe_id(const Rows& rows, std::size_t row, int column) {
  return rows.null(row, column) ? std::nullopt : std::optional(Id{rows.i32(row, column)});
}
std::optional<base::Timestamp> maybe_time(const Rows& rows, std::size_t row, int column) {
  return rows.null(row, column) ? std::nullopt : std::optional(rows.time(row, column));
}

core::Alarm alarm_of(const Rows& r, std::size_t i) {
  core::Alarm out;
  out.id = r.i32(i, 0);
  out.revision = r.i32(i, 1);
  out.source.site_id = {r.i32(i, 2)};
  out.source.room_id = maybe_id<core::RoomId>(r, i, 3);
  out.source.room = r.text(i, 4);
  out.source.rack_id = maybe_id<core::RackId>(r, i, 5);
  out.source.rack = r.text(i, 6);
  out.source.device_id = {r.i32(i, 7)};
  out.source.device = r.text(i, 8);
  out.source.sensor_id = maybe_id<core::SensorId>(r, i, 9);
  out.source.sensor = r.text(i, 10);
  out.source.kind = r.text(i, 11);
  out.source.unit = r.text(i, 12);
  out.severity = static_cast<core::Severity>(r.i32(i, 13));
  out.type = static_cast<core::RuleType>(r.i32(i, 14));
  out.system = static_cast<core::System>(r.i32(i, 15));
  out.rule_id = maybe_id<core::RuleId>(r, i, 16);
  out.rule = r.text(i, 17);
  out.instruction = r.text(i, 18);
  out.level = {static_cast<core::When>(r.i32(i, 19)), r.f64(i, 20), out.severity};
  out.value = r.f64(i, 21);
  out.latching = r.boolean(i, 22);
  out.announced = r.boolean(i, 23);
  out.occurrences = r.i32(i, 24);
  out.raised_at = r.time(i, 25);
  out.changed_at = r.time(i, 26);
  out.cleared_at = maybe_time(r, i, 27);
  out.acknowledged_at = maybe_time(r, i, 28);
  out.resolved_at = maybe_time(r, i, 29);
  out.acknowledged_by = r.maybe_text(i, 30);
  return out;
}

}  // namespace

std::vector<core::Alarm> alarms_of(const Rows& rows) {
  std::vector<core::Alarm> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(alarm_of(rows, i));
  return out;
}

}  // namespace dcim::store
