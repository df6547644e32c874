import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { alarm } from "@/features/alarms/test-data";
import { alarmListKey, fetchMissedAlarms, showChanges, withChanges } from "./alarms";
import { alarmsLive } from "./alarms-live";
import type { Alarm } from "./api";

afterEach(() => vi.unstubAllGlobals());

test("after a lost connection the rows of a list change in place, and what is new is told, not put among them", async () => {
  const listed = [alarm(1), alarm(2)];
  const queryKey = [alarmListKey, "demo", { state: "open", order: "severity" }];
  const queries = new QueryClient();
  const queryFn = vi.fn();
  queries.setQueryData(queryKey, { pages: [{ items: listed, next_cursor: null, total: 2 }], pageParams: [""] });
  const options = { queryKey, queryFn, initialPageParam: "", getNextPageParam: () => undefined, staleTime: Infinity };
  const forget = new InfiniteQueryObserver(queries, options).subscribe(() => {});
  const told: Alarm[][] = [];
  const heard = new Promise<void>((resolve) => {
    alarmsLive.subscribeChanges((alarms) => {
      told.push(alarms);
      showChanges(queries, alarms);
      resolve();
    });
  });

  const resolved = alarm(2, { revision: 5, state: "resolved" });
  vi.stubGlobal("fetch", async (path: string) => {
    const items =
      path.includes("ids=1%2C2") && path.includes("state=all") ? [listed[0], resolved] : [alarm(9), listed[0]];
    return new Response(JSON.stringify({ items, next_cursor: null, total: 2 }));
  });
  void fetchMissedAlarms(queries);
  await heard;

  const data = queries.getQueryData<{ pages: { items: Alarm[] }[] }>(queryKey);
  expect(data?.pages[0]?.items.map(({ id, state }) => [id, state])).toEqual([
    [1, "active"],
    [2, "resolved"],
  ]);
  expect(told.flat().some(({ id }) => id === 9)).toBe(true);
  expect(queryFn).not.toHaveBeenCalled();
  forget();
});

test("open alarms: the worst first, then the newest; what is resolved goes, what has changed counts as it is now", () => {
  const of = (
    id: number,
    severity: Alarm["severity"],
    raised: string,
    state: Alarm["state"] = "active",
    revision = id,
  ) => alarm(id, { revision, severity, raised_at: `2026-11-25T${raised}:00Z`, state });
  const items = [of(1, "major", "10:00"), of(2, "minor", "11:00"), of(3, "minor", "10:30")];
  const changed = [
    of(2, "critical", "11:00", "active", 3),
    of(4, "minor", "12:00"),
    of(1, "major", "10:00", "resolved", 2),
  ];
  expect(withChanges(items, changed).map(({ id }) => id)).toEqual([2, 4, 3]);
});

test("the open alarms of a room change with the alarms of that room alone, and say when there are more than can be shown", () => {
  const queries = new QueryClient();
  const page = { items: [alarm(1)], next_cursor: null, total: 1 };
  const keys = [null, 1, 2].map((room) => ["open-alarms", "demo", room]);
  for (const key of keys) queries.setQueryData(key, { ...page, items: key[2] === 2 ? [] : page.items });
  const of = (id: number, room_id: number) => alarm(id, { source: { ...alarm(id).source, room_id } });
  showChanges(queries, [of(7, 2)]);
  const shown = () =>
    keys.map((key) =>
      queries
        .getQueryData<typeof page>(key)
        ?.items.map(({ id }) => id)
        .sort(),
    );
  expect(shown()).toEqual([[1, 7], [1], [7]]);
  const many = Array.from({ length: 1001 }, (_, at) => of(100 + at, 2));
  showChanges(queries, many);
  expect(keys.map((key) => Boolean(queries.getQueryData<typeof page>(key)?.next_cursor))).toEqual([true, false, true]);
  expect(queries.getQueryData<typeof page>(keys[2] ?? [])?.items).toHaveLength(1000);
});
