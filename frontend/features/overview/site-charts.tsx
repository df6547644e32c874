"use client";
// Power and temperature of the last 24 hours. They end at this moment: what the stream says is put at their end.
import { ArrowLeft } from "lucide-react";
import { useMemo } from "react";
import { levelsOf } from "@/components/charts/levels";
import { TrendChart } from "@/components/charts/trend-chart";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { Overview, Sensor } from "@/lib/api";
import { resolutionOf } from "@/lib/history";
import { useServerNow } from "@/lib/live";
import { stepOf } from "@/lib/range";
import { readingsStore } from "@/lib/readings-store";
import { useUrlState } from "@/lib/session";
import { figuresOf } from "./figures";
import { trendGapMs, trendHours, useInletLimits, useTrends } from "./overview-api";

const spanMs = trendHours * 3_600_000;
const chartHeight = 200;
const momentMs = 10_000;

/** A part of the 24 hours, as the address has it: what was brushed. */
function useZoom(now: number) {
  const url = useUrlState();
  const step = stepOf(spanMs);
  const end = Math.ceil(now / step) * step;
  const [from = Number.NaN, to = Number.NaN] = (url.search.get("zoom") ?? "").split("_").map(Number);
  const zoomed = from < to && to <= end + spanMs;
  return {
    zoomed,
    from: zoomed ? from : end - spanMs,
    to: zoomed ? to : end,
    zoom: (begin: number, stop: number) =>
      url.set({ zoom: `${Math.round(begin)}_${Math.round(Math.max(stop, begin + 600_000))}` }, { push: true }),
    zoomOut: () => url.set({ zoom: null }),
  };
}

/** The row of this moment, when it is newer than the last bucket. */
const withNow = (rows: number[][], ts: number, row: number[] | undefined) =>
  row && ts > (rows.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY) ? [...rows, [ts, ...row]] : rows;

type Props = {
  site: string | undefined;
  timeZone: string;
  sensors: Sensor[] | undefined;
  overview: Overview | undefined;
};

export function SiteCharts({ site, timeZone, sensors, overview }: Props) {
  const now = useServerNow();
  const { trends, error, refetch } = useTrends(site);
  const limits = useInletLimits(site);
  const levels = useMemo(() => (limits ? levelsOf(limits.levels, limits.unit) : []), [limits]);
  const { zoomed, from, to, zoom, zoomOut } = useZoom(now);
  // In steps: as often as a point of 24 hours can be seen to move.
  const moment = Math.floor(now / momentMs) * momentMs;

  const power = useMemo(() => {
    const pue = overview?.pue;
    const ts = pue?.ts ? Date.parse(pue.ts) : moment;
    const curve = (key: string, label: string, rows: number[][]) => ({ key, label, rows, gapMs: trendGapMs });
    if (!trends) return [];
    const { facility, it, racks, cooling } = trends;
    const facilityNow = typeof pue?.facility_kw === "number" ? [pue.facility_kw] : undefined;
    const itNow = typeof pue?.it_kw === "number" ? [pue.it_kw] : undefined;
    return [
      curve("facility", "Facility", withNow(facility, ts, facilityNow)),
      curve("it", "IT", it.length ? withNow(it, ts, itNow) : racks),
      curve("cooling", "Cooling", cooling),
    ].filter(({ rows }) => rows.length > 0);
  }, [trends, overview, moment]);

  const inlets = useMemo(() => {
    if (!trends) return [];
    const { averageInlet, maximumInlet } = figuresOf(sensors ?? [], readingsStore.get, moment);
    const average =
      averageInlet.value === null ? undefined : [averageInlet.value, averageInlet.value, averageInlet.value];
    const warmest = maximumInlet.value === null ? undefined : [maximumInlet.value];
    return [
      {
        key: "average",
        label: "Average inlet",
        rows: withNow(trends.averageInlet, moment, average),
        gapMs: trendGapMs,
      },
      {
        key: "warmest",
        label: "Warmest inlet",
        rows: withNow(trends.maximumInlet, moment, warmest),
        gapMs: trendGapMs,
      },
    ].filter(({ rows }) => rows.length > 0);
  }, [trends, sensors, moment]);

  const charts = [
    { title: "Power", unit: "kW", series: power, levels: undefined },
    { title: "Inlet temperature", unit: "°C", series: inlets, levels },
  ];
  return (
    <section aria-labelledby="trends" className="grid min-w-0 gap-3">
      <div className="flex min-h-8 items-center justify-between gap-3">
        <h2 id="trends" className="font-semibold text-base">
          Last 24 hours
        </h2>
        {zoomed && (
          <Button size="small" onClick={zoomOut}>
            <ArrowLeft aria-hidden /> Back to 24 h
          </Button>
        )}
      </div>
      <div className="grid gap-3 lg:grid-cols-2">
        {charts.map(({ title, unit, series, levels: lines }) => (
          <Card key={title} aria-label={`${title}, last 24 hours`} className="min-w-0 p-4">
            <h3 className="mb-1 font-medium">{title}</h3>
            {error && !trends ? (
              <ErrorView title="The trends could not be loaded" detail={error.message} onRetry={() => refetch()} />
            ) : !trends ? (
              <Skeleton className="h-[15.5rem]" />
            ) : series.length === 0 ? (
              <EmptyView title="Nothing was measured in these 24 hours" />
            ) : (
              <TrendChart
                label={title}
                group="site"
                height={chartHeight}
                resolution={resolutionOf("5m")}
                onZoom={zoom}
                onZoomOut={zoomOut}
                levels={lines}
                {...{ unit, timeZone, from, to, series }}
              />
            )}
          </Card>
        ))}
      </div>
    </section>
  );
}
