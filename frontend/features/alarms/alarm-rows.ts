"use client";
// A list of alarms as its page shows it, and what has happened to it since it was fetched: alarms that belong to it and are not in it wait here, so that nothing moves under the
// pointer; those in it that belong to it no longer stay until it is fetched anew.
import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type AlarmFilters, alarmListKey, inState, matches, useAlarmList } from "@/lib/alarms";
import { alarmsLive } from "@/lib/alarms-live";
import type { Alarm, AlarmPage } from "@/lib/api";

function useArrivals(site: string | undefined, filters: AlarmFilters, rows: Alarm[] | undefined) {
  const queries = useQueryClient();
  const [heard, setHeard] = useState<ReadonlyMap<number, Alarm>>(new Map());
  const key = JSON.stringify([site, filters]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins with nothing heard
  useEffect(() => {
    setHeard(new Map());
    return alarmsLive.subscribeChanges((alarms) =>
      setHeard((before) => {
        const next = new Map(before);
        for (const alarm of alarms) {
          if (matches(alarm, filters)) next.set(alarm.id, alarm);
          else next.delete(alarm.id);
        }
        return next;
      }),
    );
  }, [key]);

  const arrived = useMemo(() => {
    const listed = new Set(rows?.map(({ id }) => id));
    return rows ? [...heard.values()].filter(({ id }) => !listed.has(id)) : [];
  }, [heard, rows]);
  const gone = useMemo(
    () => rows?.filter((alarm) => !inState(alarm, filters.state)).length ?? 0,
    [rows, filters.state],
  );

  const showing = useRef(false);
  /** Fetched anew from the top; one after the other, or a flood would break off every one of them. Where only an empty list is to be filled, what has been fetched counts, which may
   * not be on screen yet: filled twice, its rows would move under the cursor. */
  async function show(onlyIfEmpty = false) {
    const queryKey = [alarmListKey, site, filters];
    const filled = () =>
      queries.getQueryData<InfiniteData<AlarmPage>>(queryKey)?.pages.some(({ items }) => items.length > 0);
    if (showing.current || (onlyIfEmpty && filled())) return;
    showing.current = true;
    setHeard(new Map());
    queries.setQueryData<InfiniteData<AlarmPage>>(queryKey, (data) =>
      data ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data,
    );
    await queries.invalidateQueries({ queryKey, exact: true }).finally(() => {
      showing.current = false;
    });
  }
  return { arrived, gone, show };
}

export function useAlarmRows(site: string | undefined, filters: AlarmFilters) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useAlarmList(site, filters);
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  const total = data?.pages[0]?.total;
  const onEndReached = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const loaded =
    rows &&
    (rows.length === (total ?? rows.length)
      ? `${rows.length} ${rows.length === 1 ? "alarm" : "alarms"}`
      : `${rows.length} of ${total} loaded`);
  return { rows, total, loaded, error, refetch, onEndReached, ...useArrivals(site, filters, rows) };
}
