"use client";
// One rack: its state with reasons, and each sensor with its newest reading and its history.
import { useMemo } from "react";
import { TrendChart } from "@/components/charts/trend-chart";
import { RangeBar, useChartRange } from "@/components/range-picker";
import { EmptyView } from "@/components/state-views";
import { Drawer } from "@/components/ui/drawer";
import { Skeleton } from "@/components/ui/skeleton";
import type { Rack, Room, Sensor } from "@/lib/api";
import { formatAge, formatNumber } from "@/lib/format";
import { useHistory } from "@/lib/history";
import { useServerNow } from "@/lib/live";
import type { Preset } from "@/lib/range";
import { readingsStore, useReading, useReadingsOf } from "@/lib/readings-store";
import { inShownUnit } from "@/lib/units";
import { isStale } from "@/lib/usable";
import { cn } from "@/lib/utils";
import { rackFigures } from "./rack-figures";
import { StateBadge } from "./rack-state";

const choices: Preset[] = ["1h", "24h", "7d", "30d"];
const kinds = ["inlet-temperature", "inlet-humidity", "rack-power"];
const rankOf = ({ kind }: Sensor) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length);

type PanelProps = { sensor: Sensor; timeZone: string; now: number } & Pick<
  ReturnType<typeof useChartRange>,
  "range" | "zoom" | "zoomOut"
>;

function SensorPanel({ sensor, timeZone, now, range, zoom, zoomOut }: PanelProps) {
  const reading = useReading(sensor.id);
  const history = useHistory(sensor.site, [sensor], range.from, range.to, range.preset !== null);
  const series = useMemo(
    () => history.series?.map(({ rows, gapMs }) => ({ key: sensor.name, label: sensor.name, rows, gapMs })) ?? [],
    [history.series, sensor.name],
  );
  const stale = reading && isStale(sensor, reading, now);
  const unused = stale ? "stale" : reading?.quality === 2 ? "implausible" : undefined;
  const { value, unit } = inShownUnit(reading?.value ?? Number.NaN, sensor.unit);
  return (
    <section aria-label={sensor.name} className="grid gap-1.5 border-t py-4 first:border-0 first:pt-0">
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="font-medium first-letter:uppercase">{sensor.name}</h3>
        <p className={cn("tabular-nums", (unused || !reading) && "text-muted")}>
          {unused && <span className="mr-2 text-warning text-xs">{unused}</span>}
          <span className={cn("font-semibold text-lg", unused && "line-through")}>{formatNumber(value, unit)}</span>{" "}
          {unit}
        </p>
      </div>
      <p className="text-muted text-xs tabular-nums">
        {reading ? `${formatAge(now - reading.ts)} ago` : "has never reported"} · expected every{" "}
        {sensor.expected_interval_s} s · {sensor.device}
      </p>
      {history.error ? (
        <p role="alert" className="text-critical">
          {history.error.message}
        </p>
      ) : history.isPending ? (
        <Skeleton className="h-[178px]" />
      ) : !series.some(({ rows }) => rows.length > 0) ? (
        <EmptyView title="No readings in this span" />
      ) : (
        <TrendChart
          label={sensor.name}
          unit={unit}
          timeZone={timeZone}
          from={range.from}
          to={range.to}
          group="rack"
          onZoom={zoom}
          onZoomOut={zoomOut}
          series={series}
          resolution={history.resolution}
        />
      )}
      <p className="break-all text-muted text-xs">
        <code>{sensor.topic}</code>
      </p>
    </section>
  );
}

function Verdict({ rack }: { rack: Rack }) {
  useReadingsOf(rack.sensors);
  const { state, reasons } = rackFigures(rack, readingsStore.get, useServerNow());
  return (
    <div className="mb-4 flex flex-wrap items-baseline gap-x-3 rounded-md bg-raised px-3 py-2">
      <StateBadge state={state} />
      <span className="text-xs">{reasons.join("; ")}</span>
    </div>
  );
}

type Props = { rack: Rack | undefined; room: Room | undefined; timeZone: string; onClose: () => void };

export function RackDrawer({ rack, room, timeZone, onClose }: Props) {
  const now = useServerNow();
  const { range, zoom, zoomOut } = useChartRange("1h", now);
  const rating = rack?.rated_power_kw ? ` · rated ${rack.rated_power_kw} kW` : "";
  return (
    <Drawer
      open={rack !== undefined}
      onClose={onClose}
      title={`Rack ${rack?.name ?? ""}`}
      description={`${room?.name ?? ""} · ${rack?.height_u ?? 0} U${rating}`}
    >
      {rack && <Verdict rack={rack} />}
      {rack?.sensors.length === 0 && <EmptyView title="No sensors are mounted in this rack" />}
      <RangeBar {...{ range, choices, timeZone }} standard="1h" onBack={zoomOut} compares={false} />
      <div className="mt-4">
        {rack?.sensors
          .toSorted((a, b) => rankOf(a) - rankOf(b))
          .map((sensor) => (
            <SensorPanel key={sensor.id} sensor={sensor} {...{ timeZone, now, range, zoom, zoomOut }} />
          ))}
      </div>
    </Drawer>
  );
}
