"use client";
// Charge, runtime and load of a UPS over time, with the limits of its alarm rules.
import { useMemo } from "react";
import { levelsOf } from "@/components/charts/levels";
import { TrendChart } from "@/components/charts/trend-chart";
import { RangeBar, useChartRange } from "@/components/range-picker";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { Sensor } from "@/lib/api";
import { useHistory } from "@/lib/history";
import { useServerNow } from "@/lib/live";
import type { Preset, Range } from "@/lib/range";
import { inShownUnit } from "@/lib/units";
import { useKindLimits } from "./power-api";
import type { Ups } from "./ups-model";

const choices: Preset[] = ["1h", "24h", "7d", "30d"];

type ChartProps = {
  title: string;
  sensors: Sensor[];
  range: Range;
  timeZone: string;
  onZoom: (from: number, to: number) => void;
  onZoomOut: () => void;
};

/** Sensors of one unit on one chart. */
function SensorChart({ title, sensors, range, timeZone, onZoom, onZoomOut }: ChartProps) {
  const { from, to, preset } = range;
  const history = useHistory(sensors[0]?.site, sensors, from, to, { live: preset !== null });
  const series = useMemo(
    () =>
      (history.series ?? []).map(({ sensor: { id, name }, rows, gapMs }) => ({
        key: `${id}`,
        label: name,
        rows,
        gapMs,
      })),
    [history.series],
  );
  const limits = useKindLimits(sensors[0]?.site, sensors[0]?.kind).data?.items;
  const levels = useMemo(() => {
    const found = limits?.find(({ sensor_id }) => sensors.some(({ id }) => id === sensor_id));
    return found ? levelsOf(found.levels, found.unit) : [];
  }, [limits, sensors]);
  return (
    <section aria-label={title} className="grid min-w-0 content-start gap-1">
      <h3 className="font-medium">{title}</h3>
      {history.error && !history.data ? (
        <ErrorView title="The history could not be loaded" detail={history.error.message} onRetry={history.refetch} />
      ) : !history.series ? (
        <Skeleton className="h-[188px]" />
      ) : series.every(({ rows }) => rows.length === 0) ? (
        <EmptyView title="No readings in this span" />
      ) : (
        <TrendChart
          label={title}
          unit={inShownUnit(0, sensors[0]?.unit ?? "").unit}
          height={160}
          group="power"
          resolution={history.resolution}
          {...{ timeZone, from, to, series, levels, onZoom, onZoomOut }}
        />
      )}
    </section>
  );
}

export function UpsHistory({ ups, timeZone }: { ups: Ups; timeZone: string }) {
  const now = useServerNow();
  const { range, zoom, zoomOut } = useChartRange("24h", now);
  const charts = useMemo(() => {
    const of = (...kinds: string[]) => kinds.flatMap((kind) => ups.byKind.get(kind) ?? []);
    return [
      { title: "Battery charge", sensors: of("battery-charge") },
      { title: "Battery runtime", sensors: of("battery-runtime") },
      { title: "Power in and out", sensors: of("input-power", "output-power") },
      { title: "Voltage in and out", sensors: of("input-voltage", "output-voltage") },
    ].filter(({ sensors }) => sensors.length > 0);
  }, [ups]);
  return (
    <Card className="grid min-w-0 gap-4 p-4" aria-label={`History of ${ups.name}`}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-medium">History of {ups.name}</h2>
        <RangeBar {...{ range, choices, timeZone }} standard="24h" onBack={zoomOut} compares={false} />
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        {charts.map(({ title, sensors }) => (
          <SensorChart key={title} {...{ title, sensors, range, timeZone }} onZoom={zoom} onZoomOut={zoomOut} />
        ))}
      </div>
    </Card>
  );
}
