"use client";
import dynamic from "next/dynamic";
import { useMemo } from "react";
import { EmptyView } from "@/components/state-views";
import { Drawer } from "@/components/ui/drawer";
import { Skeleton } from "@/components/ui/skeleton";
import type { Rack, Room, Sensor } from "@/lib/api";
import { formatAge, formatNumber } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { useReading } from "@/lib/readings-store";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { counts } from "./figures";
import { useLastHour } from "./overview-api";

const TrendChart = dynamic(() => import("@/components/trend-chart").then((module) => module.TrendChart), {
  ssr: false,
  loading: () => <Skeleton className="h-[150px]" />,
});

function SensorPanel({ sensor, timeZone }: { sensor: Sensor; timeZone: string }) {
  const reading = useReading(sensor.id);
  const now = useServerNow();
  const history = useLastHour(sensor.id);
  const used = counts(sensor, reading, now);
  const points = useMemo(() => {
    const stored = (history.data?.points ?? []) as [number, number, number][];
    return stored.filter(([, , quality]) => quality !== 2).map(([ts, value]) => [ts, value] as [number, number]);
  }, [history.data]);
  return (
    <section aria-label={sensor.name} className="grid gap-2 border-b py-4 first:pt-0 last:border-0">
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="font-medium first-letter:uppercase">{sensor.name}</h3>
        <p className={cn("tabular-nums", !used && "text-muted")}>
          <span className="font-semibold text-lg">{formatNumber(reading?.value, sensor.unit)}</span> {sensor.unit}
        </p>
      </div>
      <p className="text-muted text-xs tabular-nums">
        {reading ? `${formatAge(now - reading.ts)} ago${used ? "" : " · not used in figures"}` : "has never reported"} ·
        every {sensor.expected_interval_s} s · {sensor.device}
      </p>
      {history.error ? (
        <p role="alert" className="text-critical">
          {history.error.message}
        </p>
      ) : history.isPending ? (
        <Skeleton className="h-[150px]" />
      ) : points.length === 0 ? (
        <EmptyView title="No readings in the last hour" />
      ) : (
        <>
          <TrendChart
            label={sensor.name}
            unit={sensor.unit}
            timeZone={timeZone}
            points={points}
            from={Date.parse(history.data.from)}
            to={Date.parse(history.data.to)}
            gapMs={2000 * sensor.expected_interval_s}
          />
          <p className="text-muted text-xs">last hour, every reading</p>
        </>
      )}
      <p className="break-all text-muted text-xs">
        <code>{sensor.topic}</code>
      </p>
    </section>
  );
}

type Props = { racks: Rack[] | undefined; rooms: Room[] | undefined; timeZone: string };

export function RackDrawer({ racks, rooms, timeZone }: Props) {
  const url = useUrlState();
  const rack = racks?.find(({ name }) => name === url.search.get("rack"));
  const room = rooms?.find(({ id }) => id === rack?.room_id);
  const rating = rack?.rated_power_kw ? ` · rated ${rack.rated_power_kw} kW` : "";
  return (
    <Drawer
      open={rack !== undefined}
      onClose={() => url.set({ rack: null })}
      title={`Rack ${rack?.name ?? ""}`}
      description={`${room?.name ?? ""} · ${rack?.height_u ?? 0} U${rating}`}
    >
      {rack?.sensors.length === 0 && <EmptyView title="No sensors are mounted in this rack" />}
      {rack?.sensors.map((sensor) => (
        <SensorPanel key={sensor.id} sensor={sensor} timeZone={timeZone} />
      ))}
    </Drawer>
  );
}
