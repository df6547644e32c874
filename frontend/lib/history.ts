// What sensors have said over a span of time, as rows for charts: in the unit that is shown, without what is implausible, and up to the
// newest reading of the stream.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { get, type Readings, type ReadingsOfMany, type Sensor } from "./api";
import { readingsStore, useReadingsOf } from "./readings-store";
import { inShownUnit } from "./units";

export type Interval = Readings["interval"];

export const intervalSeconds: Record<Exclude<Interval, "raw">, number> = {
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3_600,
  "6h": 21_600,
  "1d": 86_400,
};

const lengths: Record<Exclude<Interval, "raw">, string> = {
  "1m": "1 min",
  "5m": "5 min",
  "15m": "15 min",
  "1h": "1 h",
  "6h": "6 h",
  "1d": "a day",
};

/** What a point of a curve is. */
export const resolutionOf = (interval: Interval) =>
  interval === "raw" ? "every reading" : `means and extremes of ${lengths[interval]}`;

/** Two rows further apart have a gap between them. */
export const gapOf = ({ expected_interval_s }: Sensor, interval: Interval) =>
  2_000 * Math.max(expected_interval_s, interval === "raw" ? 0 : intervalSeconds[interval]);

/** [ms, value], or [ms, mean, lowest, highest]. */
export function rowsOf(points: number[][], interval: Interval, unit: string): number[][] {
  const shown = (value = 0) => inShownUnit(value, unit).value;
  if (interval === "raw") {
    return points.filter(([, , quality]) => quality !== 2).map(([ts = 0, value]) => [ts, shown(value)]);
  }
  return points.map(([ts = 0, , lowest, mean, highest]) => [ts, shown(mean), shown(lowest), shown(highest)]);
}

/** Raw up to some hours: what the eye can tell apart. Beyond, the server chooses. */
const rawUpToMs = 3 * 3_600_000;
const askAgainMs = 30_000;

type Options = {
  /** The span moves with the clock: it is asked again, and between that the newest reading is put at its end. */
  live: boolean;
  /** The same span so much earlier, laid over it; 0: the span itself. Undefined: nothing is asked. */
  shiftMs?: number;
};

export function useHistory(site: string | undefined, sensors: Sensor[], from: number, to: number, options: Options) {
  const { live, shiftMs = 0 } = options;
  const asked = !("shiftMs" in options) || options.shiftMs !== undefined;
  const ids = sensors.map(({ id }) => id).join();
  const length = to - from;
  const query = useQuery({
    // A span that moves is one and the same question.
    queryKey: ["history", site, ids, live ? length : `${from}-${to}`, shiftMs],
    queryFn: () => {
      // To the left, too: the curve is to reach the edge after it has moved.
      const beyond = live ? askAgainMs : 0;
      return get<ReadingsOfMany>("/api/readings", {
        site,
        sensors: ids,
        from: new Date(from - beyond - shiftMs).toISOString(),
        to: new Date(to + beyond - shiftMs).toISOString(),
        ...(length <= rawUpToMs && { interval: "raw" }),
      });
    },
    enabled: site !== undefined && ids !== "" && asked,
    placeholderData: (before, last) => (last?.queryKey[2] === ids && last.queryKey[4] === shiftMs ? before : undefined),
    refetchInterval: live ? askAgainMs : false,
    staleTime: live ? 5_000 : 60_000,
  });
  const tail = live && shiftMs === 0;
  useReadingsOf(tail ? sensors : []);
  const newest = tail ? sensors.map(({ id }) => readingsStore.get(id)?.ts).join() : "";
  const { data } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: newest says when the store has more, ids which sensors there are
  const series = useMemo(() => {
    if (!data || !asked) return undefined;
    return sensors.map((sensor) => {
      const found = data.series.find(({ sensor_id }) => sensor_id === sensor.id);
      const rows = rowsOf(found?.points ?? [], data.interval, sensor.unit);
      const reading = tail ? readingsStore.get(sensor.id) : undefined;
      if (reading && reading.quality !== 2 && reading.ts > (rows.at(-1)?.[0] ?? from)) {
        const { value } = inShownUnit(reading.value, sensor.unit);
        rows.push(data.interval === "raw" ? [reading.ts, value] : [reading.ts, value, value, value]);
      }
      for (const row of shiftMs ? rows : []) row[0] = (row[0] ?? 0) + shiftMs;
      return { sensor, rows, gapMs: gapOf(sensor, data.interval) };
    });
  }, [data, asked, ids, tail, shiftMs, newest]);
  return { ...query, series, resolution: data ? resolutionOf(data.interval) : "" };
}
