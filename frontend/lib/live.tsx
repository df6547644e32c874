"use client";
// One live connection for the site on screen, and what everyone wants to know of it.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { alarmListKey, fetchMissedAlarms, showChanges } from "./alarms";
import { alarmsLive } from "./alarms-live";
import { assetListKey, showAssetChanges } from "./inventory";
import { readingsStore } from "./readings-store";
import { sessionKey } from "./session";
import { LiveStream, type StreamStatus } from "./stream";

/** Not asked again when the inventory changes: who is signed in, and lists that say by themselves what is new. */
const kept: unknown[] = [sessionKey[0], alarmListKey, assetListKey];

type Live = { status: StreamStatus; serverOffsetMs: number };
const LiveContext = createContext<Live>({ status: "connecting", serverOffsetMs: 0 });

export function LiveProvider({ site, children }: { site: string | undefined; children: ReactNode }) {
  const queries = useQueryClient();
  const [status, setStatus] = useState<StreamStatus>("connecting");
  const [serverOffsetMs, setServerOffsetMs] = useState(0);
  useEffect(() => {
    if (!site) return;
    const stream = new LiveStream(site, readingsStore, alarmsLive, {
      onStatus: setStatus,
      // Small differences are the network's; following them would make clocks jump.
      onServerTime: (offset) => setServerOffsetMs((known) => (Math.abs(known - offset) > 500 ? offset : known)),
      onInventory: () =>
        queries.invalidateQueries({
          predicate: ({ queryKey }) => !kept.includes(queryKey[0]),
        }),
      onAssets: () => showAssetChanges(queries),
      onAlarmRules: () => queries.invalidateQueries({ queryKey: ["alarm-rules"] }),
      onRejoin: () => {
        void fetchMissedAlarms(queries);
        void showAssetChanges(queries);
      },
      onSessionEnd: () => queries.invalidateQueries(),
    });
    const forget = alarmsLive.subscribeChanges((alarms) => showChanges(queries, alarms));
    stream.start();
    return () => {
      stream.stop();
      forget();
      alarmsLive.clear();
    };
  }, [site, queries]);
  const live = useMemo(() => ({ status, serverOffsetMs }), [status, serverOffsetMs]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export const useLive = () => useContext(LiveContext);

/** The server's time now, once a second: ages are measured against it. */
export function useServerNow() {
  const { serverOffsetMs } = useLive();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now + serverOffsetMs;
}
