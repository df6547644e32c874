// An alarm where there is no room for a row.
import type { ReactNode } from "react";
import { valueAgainstLimit } from "@/lib/alarms";
import type { Alarm } from "@/lib/api";
import { SourcePath } from "./alarm-source";
import { Moment } from "./moment";
import { AlarmStateBadge, SeverityBadge } from "./severity-badge";

/** Its condition is over: it is greyed. */
export const isOver = ({ state }: Alarm) => state === "resolved" || state === "cleared";

export function AlarmValue({ alarm }: { alarm: Alarm }) {
  const { value, limit } = valueAgainstLimit(alarm);
  return (
    <span title={`${value} ${limit}`} className="tabular-nums">
      {value} <span className="text-muted">{limit}</span>
    </span>
  );
}

export function AlarmCard({ alarm, time, timeZone }: { alarm: Alarm; time?: ReactNode; timeZone: string }) {
  return (
    <div className="grid gap-0.5">
      <div className="flex items-baseline justify-between gap-2">
        <SeverityBadge severity={alarm.severity} over={isOver(alarm)} />
        <span className="text-muted text-xs tabular-nums">
          {time ?? <Moment iso={alarm.raised_at} timeZone={timeZone} />}
        </span>
      </div>
      <SourcePath source={alarm.source} />
      <div className="flex items-baseline justify-between gap-2 text-xs">
        <span className="truncate">
          <AlarmValue alarm={alarm} />
        </span>
        <AlarmStateBadge alarm={alarm} />
      </div>
    </div>
  );
}
