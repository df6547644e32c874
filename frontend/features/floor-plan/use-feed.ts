// Where the plan's values come from: the stream, or what a past moment was.

import { useMemo } from "react";
import { severities, useOpenAlarms } from "@/lib/alarms";
import type { Severity } from "@/lib/api";
import { useLive } from "@/lib/live";
import { readingsStore } from "@/lib/readings-store";
import type { RackAlarms } from "./layers";
import type { Feed } from "./renderer";

type OpenAlarm = { severity: Severity; rack_id: number | null };

export function alarmsOfRacks(open: Iterable<OpenAlarm>) {
  const racks = new Map<number, RackAlarms>();
  for (const { severity, rack_id } of open) {
    if (rack_id === null) continue;
    const known = racks.get(rack_id);
    const worse = !known || severities.indexOf(severity) < severities.indexOf(known.worst);
    racks.set(rack_id, { worst: worse ? severity : known.worst, count: (known?.count ?? 0) + 1 });
  }
  return racks;
}

export function useLiveFeed(site: string | undefined): Feed {
  const { serverOffsetMs } = useLive();
  const open = useOpenAlarms(site).items;
  const alarms = useMemo(
    () => alarmsOfRacks((open ?? []).map(({ severity, source }) => ({ severity, rack_id: source.rack_id }))),
    [open],
  );
  return useMemo(
    () => ({
      current: () => ({ find: readingsStore.get, now: Date.now() + serverOffsetMs, alarms }),
      subscribe: readingsStore.subscribe,
    }),
    [alarms, serverOffsetMs],
  );
}
