"use client";
// One rack: its state with reasons, and each sensor with its newest reading and its last hour.
import dynamic from "next/dynamic";
import { useMemo } from "react";
import { EmptyView } from "@/components/state-views";
import { Drawer } from "@/components/ui/drawer";
import { Skeleton } from "@/components/ui/skeleton";
import type { Rack, Room, Sensor } from "@/lib/api";
import { formatAge, formatNumber } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { type Reading, readingsStore, useReading, useReadingsOf } from "@/lib/readings-store";
import { inShownUnit } from "@/lib/units";
import { isStale } from "@/lib/usable";
import { cn } from "@/lib/utils";
import { useLastHour } from "./overview-api";
import { rackFigures } from "./rack-figures";
import { StateBadge } from "./rack-state";

const hourMs = 3_600_000;
const kinds = ["inlet-temperature", "inlet-humidity", "rack-power"];
const rankOf = ({ kind }: Sensor) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length);

const TrendChart = dynamic(() => import("@/components/trend-chart").then((module) => module.TrendChart), {
  ssr: false,
  loading: () => <Skeleton className="h-[170px]" />,
});

/** What is stored, and the reading that has come since. Implausible ones are left out. */
function usePoints(sensor: Sensor, stored: number[][] | undefined, reading: Reading | undefined) {
  return useMemo(() => {
    const kept = (stored ?? []).map(([ts = 0, value = 0, quality = 0]) => ({ ts, value, quality }));
    const newest = kept.at(-1)?.ts ?? 0;
    if (stored && reading && reading.ts > newest) kept.push(reading);
    return kept
      .filter(({ quality }) => quality !== 2)
      .map(({ ts, value }): [number, number] => [ts, inShownUnit(value, sensor.unit).value]);
  }, [sensor.unit, stored, reading]);
}

function SensorPanel({ sensor, timeZone }: { sensor: Sensor; timeZone: string }) {
  const reading = useReading(sensor.id);
  const now = useServerNow();
  const history = useLastHour(sensor.id);
  const points = usePoints(sensor, history.data?.points, reading);
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
        <Skeleton className="h-[170px]" />
      ) : points.length === 0 ? (
        <EmptyView title="No readings in the last hour" />
      ) : (
        <TrendChart
          label={sensor.name}
          unit={unit}
          timeZone={timeZone}
          from={now - hourMs}
          to={now}
          points={points}
          gapMs={2000 * sensor.expected_interval_s}
          caption="last hour, every reading"
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
      <div>
        {rack?.sensors
          .toSorted((a, b) => rankOf(a) - rankOf(b))
          .map((sensor) => (
            <SensorPanel key={sensor.id} sensor={sensor} timeZone={timeZone} />
          ))}
      </div>
    </Drawer>
  );
}
