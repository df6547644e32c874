import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useOpenAlarms } from "@/lib/alarms";
import { type Alarm, type AlarmPage, get, type Limits, type List, type Rack } from "@/lib/api";

const askAgainMs = 30_000;
const atMost = 200;

/** The alarms of a rack whose time touches a span: what was, from the server; what is open, as the stream says it. */
export function useRackAlarms(site: string, rack: Rack, from: number, to: number, live: boolean): Alarm[] {
  const { data } = useQuery({
    queryKey: ["rack-alarms", site, rack.id, live ? to - from : `${from}-${to}`],
    queryFn: () =>
      get<AlarmPage>("/api/alarms", {
        ...{ site, rack: rack.id, state: "all", limit: atMost },
        from: new Date(from).toISOString(),
        to: live ? null : new Date(to).toISOString(),
      }),
    refetchInterval: live ? askAgainMs : false,
  });
  const open = useOpenAlarms(site, rack.room_id).byRack.get(rack.id);
  return useMemo(() => {
    const all = new Map([...(data?.items ?? []), ...(open ?? [])].map((alarm) => [alarm.id, alarm]));
    return [...all.values()].filter(({ raised_at }) => Date.parse(raised_at) < to);
  }, [data, open, to]);
}

/** The limits that hold for its sensors: those of the alarm rules, nobody's own. */
export function useRackLimits(site: string, rackId: number) {
  return useQuery({
    queryKey: ["alarm-rules", "limits", site, rackId],
    queryFn: () => get<List<Limits>>("/api/limits", { site, rack: rackId }),
  });
}
