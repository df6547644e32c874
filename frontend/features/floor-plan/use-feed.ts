// Where the plan's values come from: the stream, or what a past moment was.

import { useMemo } from "react";
import { severities, useOpenAlarms } from "@/lib/alarms";
import type { Severity } from "@/lib/api";
import { useLive } from "@/lib/live";
import { readingsStore } from "@/lib/readings-store";
import type { OpenAlarms, Source } from "./layers";
import type { Feed } from "./renderer";

type OpenAlarm = { severity: Severity; rack_id: number | null; device_id: number };

/** What is open at each rack, and at each device that stands in none. */
export function alarmsOf(open: Iterable<OpenAlarm>): Pick<Source, "alarms" | "unitAlarms"> {
  const alarms = new Map<number, OpenAlarms>();
  const unitAlarms = new Map<number, OpenAlarms>();
  for (const { severity, rack_id, device_id } of open) {
    const [all, id] = rack_id === null ? [unitAlarms, device_id] : [alarms, rack_id];
    const known = all.get(id);
    const worse = !known || severities.indexOf(severity) < severities.indexOf(known.worst);
    all.set(id, { worst: worse ? severity : known.worst, count: (known?.count ?? 0) + 1 });
  }
  return { alarms, unitAlarms };
}

/** `worstAlone`: the room has more open alarms than can be fetched. */
export function useLiveFeed(site: string | undefined, room: number) {
  const { serverOffsetMs } = useLive();
  const { items: open, worstAlone } = useOpenAlarms(site, room);
  const alarms = useMemo(() => alarmsOf((open ?? []).map(({ severity, source }) => ({ severity, ...source }))), [open]);
  const feed = useMemo(
    (): Feed => ({
      current: () => ({ find: readingsStore.get, now: Date.now() + serverOffsetMs, ...alarms }),
      subscribe: readingsStore.subscribe,
    }),
    [alarms, serverOffsetMs],
  );
  return { feed, worstAlone };
}
