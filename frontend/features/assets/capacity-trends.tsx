"use client";
// Power and space day by day, the limit, and when it is reached if it goes on like this.
import { useMemo } from "react";
import { TrendChart } from "@/components/charts/trend-chart";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { formatRound } from "@/lib/format";
import { type Trend, useCapacityTrend } from "./capacity-api";

const dayMs = 86_400_000;
const chartHeight = 150;

/** As far ahead as what is behind shows, and no further than when it is full. */
export function aheadOf({ points, limit, forecast }: Trend): number[][] {
  const last = points.at(-1);
  const { per_day } = forecast;
  if (!last || per_day === null || points.length < 2) return [];
  const [ts, value] = last;
  const days = Math.max(7, (ts - (points[0]?.[0] ?? ts)) / dayMs / 2);
  const toFull = limit !== null && per_day > 0 ? (limit - value) / per_day : Number.POSITIVE_INFINITY;
  const ahead = Math.max(1, Math.min(days, toFull));
  return [
    [ts, value],
    [ts + ahead * dayMs, Math.max(0, value + per_day * ahead)],
  ];
}

function fullWords({ points, forecast }: Trend, unit: string) {
  const { full_on, per_day, r2 } = forecast;
  if (per_day === null || points.length === 0) return undefined;
  const step = unit === "U" ? 0.1 : 0.001;
  const rate = `${per_day >= 0 ? "+" : "−"}${formatRound(Math.abs(per_day), step)} ${unit} a day`;
  const sure = r2 === null ? "" : `, r² ${formatRound(r2, 0.01)}`;
  return full_on ? `Full on ${full_on}: ${rate}${sure}` : `Not full in sight: ${rate}${sure}`;
}

type TrendProps = { title: string; unit: string; trend: Trend; timeZone: string; limitWord: string };

function OneTrend({ title, unit, trend, timeZone, limitWord }: TrendProps) {
  const series = useMemo(() => {
    const ahead = aheadOf(trend);
    return [
      { key: "was", label: title, rows: trend.points, gapMs: 3 * dayMs },
      ...(ahead.length
        ? [{ key: "ahead", label: "if it goes on", rows: ahead, gapMs: 3_650 * dayMs, ghost: true }]
        : []),
    ];
  }, [trend, title]);
  const levels = useMemo(
    () =>
      trend.limit === null
        ? []
        : [{ when: "above" as const, value: trend.limit, label: limitWord, token: "--critical" }],
    [trend.limit, limitWord],
  );
  const from = trend.points[0]?.[0];
  const to = series.at(-1)?.rows.at(-1)?.[0];
  const words = fullWords(trend, unit);
  return (
    <Card className="grid min-w-0 content-start gap-1 p-3" aria-label={`${title}, day by day`}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 className="font-semibold">{title}</h2>
        <span className="text-xs" title={trend.forecast.basis}>
          {words ?? <span className="text-muted">{trend.forecast.basis}</span>}
        </span>
      </div>
      {from === undefined || to === undefined || from === to ? (
        <div className="grid place-items-center" style={{ minHeight: chartHeight }}>
          <EmptyView title="No two days are known yet">{trend.forecast.basis}</EmptyView>
        </div>
      ) : (
        <TrendChart
          label={title}
          unit={unit}
          height={chartHeight}
          resolution={`a point a day · ${trend.forecast.basis}`}
          {...{ timeZone, from, to, series, levels }}
        />
      )}
    </Card>
  );
}

type Props = { site: string; room: number | undefined; days: number; timeZone: string };

export function CapacityTrends({ site, room, days, timeZone }: Props) {
  const { data, error, refetch } = useCapacityTrend(site, room, days);
  if (error && !data) {
    return (
      <Card>
        <ErrorView title="The trend could not be loaded" detail={error.message} onRetry={refetch} />
      </Card>
    );
  }
  return (
    <section aria-label="Trend" className="grid gap-3 lg:grid-cols-2">
      {data ? (
        <>
          <OneTrend title="Power" unit="kW" trend={data.power_kw} timeZone={timeZone} limitWord="rated" />
          <OneTrend title="Space" unit="U" trend={data.u_used} timeZone={timeZone} limitWord="all U" />
        </>
      ) : (
        <>
          <Skeleton className="h-64" />
          <Skeleton className="h-64" />
        </>
      )}
    </section>
  );
}
