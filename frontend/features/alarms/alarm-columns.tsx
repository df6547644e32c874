// How an alarm looks as a row.
import { AlarmValue, isOver } from "@/components/alarm-card";
import { SourcePath } from "@/components/alarm-source";
import type { Column } from "@/components/data-table";
import { Moment } from "@/components/moment";
import { AlarmStateBadge, SeverityBadge } from "@/components/severity-badge";
import { breadcrumbOf } from "@/lib/alarms";
import type { Alarm } from "@/lib/api";
import { formatAge, formatDuration, formatMoment, noValue } from "@/lib/format";

export const nameOfAlarm = ({ severity, rule, source }: Alarm) =>
  `${severity} ${rule}, ${breadcrumbOf(source).join(", ")}`;

function Age({ alarm, now, timeZone }: { alarm: Alarm; now: number; timeZone: string }) {
  const { local, utc } = formatMoment(alarm.raised_at, timeZone);
  return (
    <time dateTime={alarm.raised_at} title={`raised ${local} (${utc})`} className="tabular-nums">
      {formatAge(now - Date.parse(alarm.raised_at))}
    </time>
  );
}

function Rule({ alarm: { rule, occurrences } }: { alarm: Alarm }) {
  return (
    <span title={rule}>
      {rule}
      {occurrences > 1 && (
        <span title={`raised ${occurrences} times`} className="ml-1.5 rounded bg-raised px-1 text-muted text-xs">
          ×{occurrences}
        </span>
      )}
    </span>
  );
}

const severity: Column<Alarm> = {
  key: "severity",
  label: "Severity",
  order: "severity",
  className: "w-24 lg:w-28",
  cell: (alarm) => <SeverityBadge severity={alarm.severity} over={isOver(alarm)} />,
};
const source: Column<Alarm> = {
  key: "source",
  label: "Source",
  className: "lg:w-[23%]",
  cell: ({ source: from }) => <SourcePath source={from} />,
};
const rule: Column<Alarm> = {
  key: "rule",
  label: "Alarm",
  className: "hidden lg:table-cell",
  cell: (alarm) => <Rule alarm={alarm} />,
};
const value: Column<Alarm> = {
  key: "value",
  label: "Value and limit",
  className: "w-44 lg:w-48",
  cell: (alarm) => <AlarmValue alarm={alarm} />,
};
const state: Column<Alarm> = {
  key: "state",
  label: "State",
  className: "w-34 lg:w-36",
  cell: (alarm) => <AlarmStateBadge alarm={alarm} />,
};
const acknowledgedBy: Column<Alarm> = {
  key: "by",
  label: "Acknowledged by",
  className: "hidden w-40 xl:table-cell",
  cell: ({ acknowledged_by }) => <span className="text-muted">{acknowledged_by ?? noValue}</span>,
};

export function activeColumns(now: number, timeZone: string): Column<Alarm>[] {
  const age: Column<Alarm> = {
    key: "age",
    label: "Age",
    order: "newest",
    numeric: true,
    className: "w-16 lg:w-20",
    cell: (alarm) => <Age alarm={alarm} now={now} timeZone={timeZone} />,
  };
  return [severity, source, rule, value, age, state, acknowledgedBy];
}

/** From the raising to the end of the condition, and to the end of all. */
function lasted(alarm: Alarm, until: string | null) {
  if (!until) return noValue;
  return formatDuration((Date.parse(until) - Date.parse(alarm.raised_at)) / 1000);
}

export function historyColumns(timeZone: string): Column<Alarm>[] {
  const raised: Column<Alarm> = {
    key: "raised",
    label: "Raised",
    order: "newest",
    className: "w-36",
    cell: ({ raised_at }) => <Moment iso={raised_at} timeZone={timeZone} />,
  };
  const condition: Column<Alarm> = {
    key: "condition",
    label: "Condition held",
    numeric: true,
    className: "hidden w-32 2xl:table-cell",
    cell: (alarm) => lasted(alarm, alarm.cleared_at),
  };
  const resolution: Column<Alarm> = {
    key: "resolution",
    label: "Resolved in",
    numeric: true,
    className: "hidden w-28 lg:table-cell", // on a tablet where it was counts for more; the drawer tells how long
    cell: (alarm) => lasted(alarm, alarm.resolved_at),
  };
  return [
    raised,
    severity,
    source,
    rule,
    value,
    condition,
    resolution,
    state,
    { ...acknowledgedBy, className: "hidden w-40 2xl:table-cell" },
  ];
}
