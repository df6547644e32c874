// Alarms as every page sees them: their order, their words, lists of them from the server that the stream keeps true in place.
import { type InfiniteData, type QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { alarmsLive } from "./alarms-live";
import {
  type Alarm,
  type AlarmCounts,
  type AlarmPage,
  type AlarmSource,
  get,
  type Severity,
  type SeverityCounts,
  type System,
} from "./api";
import { formatDuration, formatNumber } from "./format";
import { stateWord } from "./units";

/** The worst first. */
export const severities: Severity[] = ["critical", "major", "minor", "info"];
export const systems: System[] = ["environment", "cooling", "power", "safety", "communication"];

export const totalOf = (counts: SeverityCounts) => severities.reduce((sum, each) => sum + counts[each], 0);
export const worstOf = (counts: SeverityCounts) => severities.find((each) => counts[each] > 0);

export function countsOfRoom(counts: AlarmCounts | undefined, roomId: number) {
  return counts?.rooms.find(({ room_id }) => room_id === roomId)?.open;
}

/** From the room inward. A device stands in it where its sensor alone would not tell. */
export function breadcrumbOf({ room, rack, device, sensor }: AlarmSource) {
  const middle = rack && sensor ? [rack] : [rack, device];
  return [room, ...middle, sensor].filter((part): part is string => Boolean(part));
}

type Measured = Pick<Alarm, "type" | "kind" | "when" | "limit" | "value" | "unit">;

/** The value that raised it, and the limit that it passed, as two phrases. */
export function valueAgainstLimit({ type, kind, when, limit, value, unit }: Measured) {
  if (type === "no-data") return { value: `silent ${formatDuration(value)}`, limit: `limit ${formatDuration(limit)}` };
  if (type === "state") return { value: stateWord(kind, value), limit: "" };
  const signed = (number: number) => ((type === "rate" || type === "deviation") && number > 0 ? "+" : "");
  const withUnit = (number: number) => `${signed(number)}${formatNumber(number, unit)} ${unit}`.trim();
  return { value: withUnit(value), limit: `${when === "below" ? "below" : "above"} ${withUnit(limit)}` };
}

export type AlarmFilters = {
  state?: string | null;
  severity?: string | null;
  system?: string | null;
  room?: string | number | null;
  rack?: string | number | null;
  search?: string | null;
  from?: string | null;
  to?: string | null;
  order?: string | null;
};

/** Whether its state is one of those that a list is of. */
export function inState({ state }: Alarm, wanted: string | null | undefined) {
  return (wanted ?? "open") === "open" ? state !== "resolved" : wanted === "all" || state === wanted;
}

/** Whether an alarm that has just been raised belongs to a list, as far as the browser can tell. */
export function matches(alarm: Alarm, filters: AlarmFilters) {
  const { state, severity, system, room, rack, search, to } = filters;
  if (!inState(alarm, state)) return false;
  if (severity && !severity.split(",").includes(alarm.severity)) return false;
  if (system && alarm.system !== system) return false;
  if (room && alarm.source.room_id !== Number(room)) return false;
  if (rack && alarm.source.rack_id !== Number(rack)) return false;
  if (to && Date.parse(alarm.raised_at) >= Date.parse(to)) return false;
  if (!search) return true;
  const text = [...breadcrumbOf(alarm.source), alarm.source.device, alarm.rule, alarm.acknowledged_by].join(" ");
  return text.toLowerCase().includes(search.toLowerCase());
}

const pageSize = 200;
const mostAtOnce = 1000;
export const alarmListKey = "alarms";

const newerOf = (known: Alarm, other: Alarm | undefined) => (other && other.revision >= known.revision ? other : known);

/** What the stream says of an alarm while a page is on its way may be newer than the page. */
async function fetchWithChanges(query: Parameters<typeof get>[1]) {
  const newer = new Map<number, Alarm>();
  const forget = alarmsLive.subscribeChanges((alarms) => {
    for (const alarm of alarms) newer.set(alarm.id, alarm);
  });
  try {
    const page = await get<AlarmPage>("/api/alarms", query);
    return { ...page, items: page.items.map((item) => newerOf(item, newer.get(item.id))) };
  } finally {
    forget();
  }
}

export function useAlarmList(site: string | undefined, filters: AlarmFilters) {
  return useInfiniteQuery({
    queryKey: [alarmListKey, site, filters],
    queryFn: ({ pageParam }) => fetchWithChanges({ site, ...filters, limit: pageSize, cursor: pageParam || null }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: site !== undefined,
    // The stream keeps it true; a list under somebody's pointer is not fetched anew behind their back.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** The condition holds; whether somebody looks after it is another question. */
export const stands = ({ state }: Pick<Alarm, "state">) => state === "active" || state === "acknowledged";

const rank = ({ severity }: Alarm) => severities.indexOf(severity);

/** What has changed is put where it belongs at once: the worst first, then the newest. */
export function withChanges(items: Alarm[], changed: Alarm[]) {
  const all = new Map([...items, ...changed].sort((a, b) => a.revision - b.revision).map((alarm) => [alarm.id, alarm]));
  return [...all.values()]
    .filter(({ state }) => state !== "resolved")
    .sort((a, b) => rank(a) - rank(b) || Date.parse(b.raised_at) - Date.parse(a.raised_at));
}

const openKey = "open-alarms";
/** In a flood the worst of them; what is counted is counted by the server. */
const openAtMost = 1000;

/** The open alarms of a site, or of one of its rooms: the worst first, as the stream says they are. */
export function useOpenAlarms(site: string | undefined, room?: number) {
  const query = useQuery({
    queryKey: [openKey, site, room ?? null],
    queryFn: () => fetchWithChanges({ site, room, order: "severity", limit: openAtMost }),
    enabled: Boolean(site),
    staleTime: Number.POSITIVE_INFINITY,
    // Those beyond the end move up when the worst are over; nobody tells.
    refetchInterval: ({ state }) => (state.data?.next_cursor ? 5_000 : false),
  });
  const items = query.data?.items;
  const byRack = useMemo(() => {
    const found = new Map<number, Alarm[]>();
    for (const alarm of items ?? []) {
      const { rack_id } = alarm.source;
      if (rack_id !== null) found.set(rack_id, [...(found.get(rack_id) ?? []), alarm]);
    }
    return found;
  }, [items]);
  return { ...query, items, byRack, worstAlone: Boolean(query.data?.next_cursor) };
}

const forgetDetail = (queries: QueryClient, id: number) => queries.invalidateQueries({ queryKey: ["alarm", id] });

/** Alarms that are on screen change where they stand; none comes, goes or moves, but among the open ones. */
export function showChanges(queries: QueryClient, alarms: Alarm[]) {
  for (const { queryKey } of queries.getQueryCache().findAll({ queryKey: [openKey] })) {
    const [, , room] = queryKey;
    const those = room === null ? alarms : alarms.filter(({ source }) => source.room_id === room);
    if (those.length === 0) continue;
    queries.setQueryData<AlarmPage>(queryKey, (page) => {
      if (!page) return page;
      const items = withChanges(page.items, those);
      const next_cursor = items.length > openAtMost ? (page.next_cursor ?? "more") : page.next_cursor;
      return { ...page, items: items.slice(0, openAtMost), next_cursor };
    });
  }
  const changed = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  queries.setQueriesData<InfiniteData<AlarmPage>>({ queryKey: [alarmListKey] }, (data) => {
    if (!data?.pages.some(({ items }) => items.some(({ id }) => changed.has(id)))) return data;
    const pages = data.pages.map((page) =>
      page.items.some(({ id }) => changed.has(id))
        ? { ...page, items: page.items.map((item) => newerOf(item, changed.get(item.id))) }
        : page,
    );
    return { ...data, pages };
  });
  for (const { queryKey } of queries.getQueryCache().findAll({ queryKey: ["alarm"], type: "active" })) {
    if (changed.has(queryKey[1] as number)) forgetDetail(queries, queryKey[1] as number);
  }
}

/** What became of the rows of a list, and what is new in it, told as the stream would have: nothing in it moves. */
async function catchUp(queries: QueryClient, queryKey: readonly unknown[]) {
  const [, site, filters] = queryKey as [string, string, AlarmFilters];
  const ids = queries
    .getQueryData<InfiniteData<AlarmPage>>(queryKey)
    ?.pages.flatMap(({ items }) => items.map(({ id }) => id));
  if (!ids?.length) return queries.invalidateQueries({ queryKey, exact: true });
  const asked = [get<AlarmPage>("/api/alarms", { site, ...filters, limit: mostAtOnce })];
  for (let at = 0; at < ids.length; at += pageSize) {
    const some = ids.slice(at, at + pageSize).join(",");
    asked.push(get<AlarmPage>("/api/alarms", { site, state: "all", ids: some, limit: pageSize }));
  }
  const pages = await Promise.all(asked);
  if (queries.getQueryData(queryKey)) alarmsLive.take(pages.flatMap(({ items }) => items));
}

/** The connection was lost and is back: what was missed is fetched. */
export function fetchMissedAlarms(queries: QueryClient) {
  for (const { queryKey } of queries.getQueryCache().findAll({ queryKey: [alarmListKey], type: "active" })) {
    catchUp(queries, queryKey).catch(() => queries.invalidateQueries({ queryKey, exact: true }));
  }
  return queries.invalidateQueries({
    predicate: ({ queryKey }) => [openKey, "alarm", "rack-alarms", "alarm-counts"].includes(String(queryKey[0])),
  });
}
