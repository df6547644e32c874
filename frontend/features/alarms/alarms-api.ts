// What the alarm pages ask of the server and tell it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type AlarmFilters, showChanges } from "@/lib/alarms";
import {
  type Alarm,
  type AlarmDetail,
  type AlarmPage,
  type AlarmRule,
  type AlarmRuleDocument,
  type AlarmRuleTest,
  get,
  type List,
  post,
  put,
  type Readings,
  remove,
  withQuery,
} from "@/lib/api";
import { useSensors } from "@/lib/inventory";

export function useAlarm(site: string | undefined, id: number) {
  return useQuery({
    queryKey: ["alarm", id, site],
    queryFn: () => get<AlarmDetail>(`/api/alarms/${id}`, { site }),
    enabled: site !== undefined && id > 0,
  });
}

type Acknowledged = { acknowledged: Alarm[]; already: Alarm[] };

/** What the server answers is shown at once; the stream says the same a moment later. */
export function useAcknowledge(site: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ ids, note }: { ids: number[]; note: string }) =>
      post<Acknowledged>(withQuery("/api/alarms/acknowledge", { site }), { ids, ...(note && { note }) }),
    onSuccess: ({ acknowledged, already }) => showChanges(queries, [...acknowledged, ...already]),
  });
}

function useChangeOne<T>(site: string | undefined, id: number, what: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: T) => post<AlarmDetail>(withQuery(`/api/alarms/${id}/${what}`, { site }), body),
    onSuccess: (detail) => {
      queries.setQueryData(["alarm", id, site], detail);
      showChanges(queries, [detail.alarm]);
    },
  });
}

export const useNote = (site: string | undefined, id: number) => useChangeOne<{ note: string }>(site, id, "notes");
export const useReset = (site: string | undefined, id: number) => useChangeOne<undefined>(site, id, "reset");

/** The ids of all that match, for "choose all": page after page, at most as many as may be acknowledged at once. */
export async function fetchAllIds(site: string | undefined, filters: AlarmFilters, most = 10_000) {
  const ids: number[] = [];
  let cursor: string | null = null;
  do {
    const page: AlarmPage = await get<AlarmPage>("/api/alarms", { site, ...filters, limit: 1000, cursor });
    ids.push(...page.items.filter(({ acknowledged_at }) => !acknowledged_at).map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor && ids.length < most);
  return ids.slice(0, most);
}

/** What is measured where the alarm is: its sensor, or what a silent device measures. */
export function useSensorsOf(site: string | undefined, alarm: Alarm | undefined) {
  const { data } = useSensors(site);
  if (!alarm || !data) return undefined;
  const { sensor_id, device_id } = alarm.source;
  const found = data.items.find((sensor) => (sensor_id ? sensor.id === sensor_id : sensor.device_id === device_id));
  return found ? [found] : [];
}

export function useTrend(sensorId: number, from: number, to: number) {
  return useQuery({
    queryKey: ["readings", sensorId, from, to],
    queryFn: () =>
      get<Readings>(`/api/sensors/${sensorId}/readings`, {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        ...(to - from <= 3_600_000 && { interval: "raw" }),
      }),
    refetchInterval: 60_000,
  });
}

export function useRulesOfSensor(sensorId: number) {
  return useQuery({
    queryKey: ["alarm-rules", "sensor", sensorId],
    queryFn: () => get<List<AlarmRule>>(`/api/sensors/${sensorId}/alarm-rules`),
  });
}

export function useRules(site: string | undefined) {
  return useQuery({
    queryKey: ["alarm-rules", "site", site],
    queryFn: () => get<List<AlarmRule>>("/api/alarm-rules", { site }),
    enabled: site !== undefined,
  });
}

/** `over`: the rule that is replaced, in the version that was edited; without it a new one. */
type Saved = { document: AlarmRuleDocument; over?: { id: number; version: number } };

export function useSaveRule(site: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ document, over }: Saved) =>
      over
        ? put<AlarmRule>(withQuery(`/api/alarm-rules/${over.id}`, { site }), document, over.version)
        : post<AlarmRule>(withQuery("/api/alarm-rules", { site }), document),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["alarm-rules"] }),
  });
}

export function useRemoveRule(site: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version }: AlarmRule) => remove(withQuery(`/api/alarm-rules/${id}`, { site }), version),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["alarm-rules"] }),
  });
}

export const fetchRule = (site: string | undefined, id: number) => get<AlarmRule>(`/api/alarm-rules/${id}`, { site });

export function useTestRule(site: string | undefined) {
  return useMutation({
    mutationFn: ({ rule, days }: { rule: AlarmRuleDocument; days: number }) =>
      post<AlarmRuleTest>(withQuery("/api/alarm-rules/test", { site }), {
        rule,
        from: new Date(Date.now() - days * 86_400_000).toISOString(),
      }),
  });
}
