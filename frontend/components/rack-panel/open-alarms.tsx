// The open alarms of a rack, each the way to itself.
import Link from "next/link";
import { AlarmCard } from "@/components/alarm-card";
import type { Alarm } from "@/lib/api";
import { formatAge } from "@/lib/format";

type Props = { alarms: Alarm[]; site: string; now: number; timeZone: string };

export function OpenAlarms({ alarms, site, now, timeZone }: Props) {
  return (
    <ul className="rounded-md border">
      {alarms.map((alarm) => (
        <li key={alarm.id} className="border-t first:border-t-0">
          <Link
            href={{ pathname: "/alarms/", query: { site, alarm: alarm.id } }}
            className="block px-3 py-2 hover:bg-raised focus-visible:-outline-offset-2"
          >
            <AlarmCard
              alarm={alarm}
              timeZone={timeZone}
              time={<span className="text-muted">{formatAge(now - Date.parse(alarm.raised_at))}</span>}
            />
          </Link>
        </li>
      ))}
    </ul>
  );
}
