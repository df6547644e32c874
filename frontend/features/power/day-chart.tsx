"use client";
// The last 24 hours of what the facility draws: IT, cooling, losses and the rest on one another.
import { useMemo } from "react";
import type { Series } from "@/components/charts/chart-model";
import { TrendChart } from "@/components/charts/trend-chart";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { formatDuration } from "@/lib/format";
import { stepOf } from "@/lib/range";
import { usePowerHistory } from "./power-api";
import type { PowerHistory } from "./power-types";

const dayMs = 86_400_000;
const layers = [
  { column: "it_kw", label: "IT" },
  { column: "cooling_kw", label: "Cooling" },
  { column: "losses_kw", label: "Losses" },
  { column: "other_kw", label: "Other" },
] as const;

/** A column over time; where it is not known there is no row. */
export function columnOf({ columns, rows, interval_s }: PowerHistory, column: string, label: string): Series {
  const [time, value] = [columns.indexOf("t"), columns.indexOf(column)];
  const known = rows.flatMap((row): [number, number][] => {
    const [ts, figure] = [row[time], row[value]];
    return typeof ts === "number" && typeof figure === "number" ? [[ts, figure]] : [];
  });
  return { key: column, label, rows: known, gapMs: 1500 * interval_s };
}

/** The largest figure of a column; null when none is known. */
export function peakOf(history: PowerHistory | undefined, column: string) {
  const values = history ? columnOf(history, column, "").rows.map(([, value = 0]) => value) : [];
  return values.length ? Math.max(...values) : null;
}

export function useDay(site: string | undefined, now: number) {
  const step = stepOf(dayMs);
  const to = Math.ceil(now / step) * step;
  const from = to - dayMs;
  return { from, to, ...usePowerHistory(site, from, to, true) };
}

type Props = { day: ReturnType<typeof useDay>; timeZone: string };

export function DayChart({ day: { data, error, refetch, from, to }, timeZone }: Props) {
  // What is nowhere known is no layer: the others are shown all the same.
  const series = useMemo(
    () =>
      data ? layers.map(({ column, label }) => columnOf(data, column, label)).filter(({ rows }) => rows.length) : [],
    [data],
  );
  return (
    <Card className="min-w-0 p-4" aria-label="Power, last 24 hours">
      <h2 className="mb-1 font-medium">Last 24 hours</h2>
      {error && !data ? (
        <ErrorView title="The history could not be loaded" detail={error.message} onRetry={refetch} />
      ) : !data ? (
        <Skeleton className="h-[18rem]" />
      ) : series.length === 0 ? (
        <EmptyView title="Nothing was measured in these 24 hours" />
      ) : (
        <TrendChart
          stack
          label="Facility power"
          unit="kW"
          height={230}
          resolution={`means of ${formatDuration(data.interval_s)}`}
          {...{ timeZone, from, to, series }}
        />
      )}
    </Card>
  );
}
