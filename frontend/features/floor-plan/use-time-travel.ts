// Time travel of the room on screen, with its moment in the address.
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useLive } from "@/lib/live";
import type { Reading } from "@/lib/readings-store";
import { useUrlState } from "@/lib/session";
import { fetchPlanAt, fetchStateAt } from "./plan-api";
import type { Feed } from "./renderer";
import { type Moment, TimeTravel } from "./time-travel";
import { alarmsOf } from "./use-feed";

const toUrlAfterMs = 400;

export function useTimeTravel(roomId: number | undefined) {
  const url = useUrlState();
  const { serverOffsetMs } = useLive();
  const offset = useRef(serverOffsetMs);
  useEffect(() => {
    offset.current = serverOffsetMs;
  }, [serverOffsetMs]);
  const travel = useMemo(
    () =>
      new TimeTravel(
        (at, signal) => fetchStateAt(roomId as number, at, signal),
        (at, signal) => fetchPlanAt(roomId as number, at, signal),
        () => Date.now() + offset.current,
      ),
    [roomId],
  );
  const state = useSyncExternalStore(travel.subscribe, travel.get, travel.get);
  // The address leads when it changes by itself (a link, the browser's Back); otherwise it follows, when the hand rests.
  const inUrl = url.search.get("at");
  const written = useRef<string | null>(undefined);
  useEffect(
    () => () => {
      travel.goLive();
      written.current = undefined;
    },
    [travel],
  );
  useEffect(() => {
    if (roomId === undefined || inUrl === written.current) return;
    written.current = inUrl;
    const at = Date.parse(inUrl ?? "");
    travel.pause();
    travel.seek(Number.isNaN(at) ? null : at);
  }, [inUrl, roomId, travel]);
  const { set } = url;
  const { at } = state;
  useEffect(() => {
    if (roomId === undefined) return;
    const text = at === null ? null : new Date(at).toISOString().replace(".000Z", "Z");
    if (text === written.current) return;
    const timer = setTimeout(() => {
      written.current = text;
      set({ at: text });
    }, toUrlAfterMs);
    return () => clearTimeout(timer);
  }, [at, roomId, set]);
  const seek = useCallback((to: number | null) => travel.seek(to), [travel]);
  return { ...state, travel, seek };
}

const silence = () => () => {};

/** The readings and alarms of a moment, in place of the stream's. */
export function feedOf(moment: Moment): Feed {
  const readings = new Map(
    moment.state.readings.map(([id = 0, ts = 0, value = 0, quality = 0]): [number, Reading] => [
      id,
      { ts, value, quality: quality as Reading["quality"] },
    ]),
  );
  const source = { find: (id: number) => readings.get(id), now: moment.at, ...alarmsOf(moment.state.alarms) };
  return { current: () => source, subscribe: silence };
}
