import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { alarmsLive } from "@/lib/alarms-live";
import { type CombinedReadings, get, type Limits, type List, type Overview, type OverviewTrends } from "@/lib/api";
import { useLive } from "@/lib/live";

const afterAlarmMs = 300;
const trendsEveryMs = 60_000;

/** Health and room status are the server's judgement: asked again every 5 s and after each alarm; every 30 s while live is lost. */
export function useOverview(site: string | undefined) {
  const { status } = useLive();
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const forget = alarmsLive.subscribeChanges(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: ["overview", site] });
      }, afterAlarmMs);
    });
    return () => {
      forget();
      clearTimeout(timer);
    };
  }, [site, queries]);
  return useQuery({
    queryKey: ["overview", site],
    queryFn: () => get<Overview>("/api/overview", { site }),
    enabled: site !== undefined,
    refetchInterval: status === "live" ? 5_000 : 30_000,
  });
}

const bucketMs = 300_000;
export const trendHours = 24;
/** Two buckets may be missing before it is a gap: a bucket that has just begun is no row yet. */
export const trendGapMs = 2 * bucketMs;

/** Without its nulls: lowest and highest only where both are known. */
function rowsOf(rows: (number | null)[][]): number[][] {
  return rows.flatMap(([ts, mean, lowest, highest]) => {
    if (typeof ts !== "number" || typeof mean !== "number") return [];
    const extremes = typeof lowest === "number" && typeof highest === "number" ? [lowest, highest] : [];
    return [[ts, mean, ...extremes]];
  });
}

/** The last 24 hours of the site's key figures. */
export function useTrends(site: string | undefined) {
  const query = useQuery({
    queryKey: ["overview-trends", site],
    queryFn: () => get<OverviewTrends>("/api/overview/trends", { site, hours: trendHours }),
    enabled: site !== undefined,
    refetchInterval: trendsEveryMs,
  });
  const facility = useQuery({
    queryKey: ["facility-trend", site],
    queryFn: () =>
      get<CombinedReadings>("/api/readings", { site, kind: "facility-power", combine: "sum", interval: "5m" }),
    enabled: site !== undefined,
    refetchInterval: trendsEveryMs,
    // A site without a meter at its incomer has none.
    retry: false,
  });
  const trends = useMemo(() => {
    if (!query.data) return undefined;
    const { total_power, it_power, cooling_power, pue, average_inlet, maximum_inlet, open_alarms } = query.data;
    return {
      facility: (facility.data?.points ?? []).map(([ts = 0, , value = 0]) => [ts, value]),
      racks: rowsOf(total_power),
      it: rowsOf(it_power),
      cooling: rowsOf(cooling_power),
      pue: rowsOf(pue),
      averageInlet: rowsOf(average_inlet),
      maximumInlet: rowsOf(maximum_inlet),
      openAlarms: rowsOf(open_alarms),
    };
  }, [query.data, facility.data]);
  return { ...query, trends };
}
export type Trends = NonNullable<ReturnType<typeof useTrends>["trends"]>;

/** The limits of inlets, as the rule that most of them have says. */
export function useInletLimits(site: string | undefined) {
  const { data } = useQuery({
    queryKey: ["alarm-rules", "limits", site, "inlet-temperature"],
    queryFn: () => get<List<Limits>>("/api/limits", { site, kind: "inlet-temperature" }),
    enabled: site !== undefined,
  });
  return useMemo(() => {
    const counts = new Map<number, number>();
    for (const { rule_id } of data?.items ?? []) counts.set(rule_id, (counts.get(rule_id) ?? 0) + 1);
    const [most] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
    return data?.items.find(({ rule_id }) => rule_id === most);
  }, [data]);
}
