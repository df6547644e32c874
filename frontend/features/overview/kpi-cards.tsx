"use client";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { SeverityBadge } from "@/components/severity-badge";
import { StateBadge } from "@/components/state-badge";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { totalOf, worstOf } from "@/lib/alarms";
import { useAlarmCounts } from "@/lib/alarms-live";
import type { Rack, Sensor } from "@/lib/api";
import { formatAge, formatClock, formatNumber, noValue } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import type { RackState } from "@/lib/rack-figures";
import { readingsStore, useReadingsVersion } from "@/lib/readings-store";
import { cn } from "@/lib/utils";
import { figuresOf, type LiveFigure } from "./figures";

type KpiProps = {
  label: string;
  testId: string;
  value: string;
  unit?: string;
  state?: RackState;
  muted?: boolean;
  /** Beside the label: where the figure comes from. */
  source?: ReactNode;
  children: ReactNode;
};

function Kpi({ label, testId, value, unit, state, muted, source, children }: KpiProps) {
  return (
    <Card aria-label={label} className={cn("min-h-28 p-4", muted && "hatched")}>
      <div className="flex flex-wrap justify-between gap-x-2">
        <h2 className="text-muted">{label}</h2>
        {source}
      </div>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-1.5">
        <span
          data-testid={testId}
          className={cn("whitespace-nowrap font-semibold text-2xl tabular-nums tracking-tight", muted && "text-muted")}
        >
          {value}
        </span>
        {unit && <span className="text-muted">{unit}</span>}
        {state && state !== "ok" && (
          <span className="ml-auto text-xs">
            <StateBadge state={state} />
          </span>
        )}
      </p>
      <p className="mt-1 flex flex-wrap gap-x-2 text-muted text-xs tabular-nums">{children}</p>
    </Card>
  );
}

/** How much of the site a figure holds, and how old its oldest reading is. */
function Provenance({ figure, now }: { figure: LiveFigure; now: number }) {
  const partial = figure.reporting < figure.expected;
  return (
    <>
      <span className={cn(partial && "text-warning")}>
        {figure.reporting} of {figure.expected} sensors
      </span>
      {figure.oldestTs !== null && (
        <span title="age of the oldest reading in it">oldest {formatAge(now - figure.oldestTs)}</span>
      )}
    </>
  );
}

type Props = {
  sensors: Sensor[] | undefined;
  racks: Rack[] | undefined;
  timeZone: string;
  onOpen: (rack: Rack) => void;
};

/** Open alarms; what nobody has acknowledged stands beside it. */
function AlarmKpi() {
  const counts = useAlarmCounts();
  const site = useSearchParams().get("site");
  const worst = counts && worstOf(counts.open);
  const waiting = counts ? totalOf(counts.unacknowledged) : 0;
  return (
    <Kpi
      label="Open alarms"
      testId="kpi-open-alarms"
      value={counts ? String(totalOf(counts.open)) : noValue}
      muted={!counts}
      source={
        <Link href={{ pathname: "/alarms/", query: site ? { site } : {} }} className="text-primary hover:underline">
          list
        </Link>
      }
    >
      {worst && <SeverityBadge severity={worst} />}
      <span>{!counts ? "not known" : waiting ? `${waiting} unacknowledged` : "none unacknowledged"}</span>
    </Kpi>
  );
}

export function KpiCards({ sensors, racks, timeZone, onOpen }: Props) {
  useReadingsVersion();
  const now = useServerNow();
  if (!sensors) {
    return (
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6" aria-busy>
        {["a", "b", "c", "d", "e", "f"].map((key) => (
          <Skeleton key={key} className="h-28" />
        ))}
      </div>
    );
  }
  const figures = figuresOf(sensors, readingsStore.get, now);
  const { totalPower, averageInlet, maximumInlet, sensorsReporting, sensorsBad, sensorsTotal } = figures;
  const hottestRack = racks?.find(({ id }) => id === figures.hottestSensor?.rack_id);
  const silent = sensorsTotal - sensorsReporting;
  const stateOf = (figure: LiveFigure): RackState => (figure.value === null ? "no data" : "ok");
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Kpi
        label="Total power"
        testId="kpi-total-power"
        value={formatNumber(totalPower.value, "kW")}
        unit="kW"
        state={totalPower.value === null ? "no data" : "ok"}
        muted={totalPower.value === null}
      >
        <Provenance figure={totalPower} now={now} />
      </Kpi>
      <Kpi
        label="Average inlet"
        testId="kpi-average-inlet"
        value={formatNumber(averageInlet.value, "°C")}
        unit="°C"
        state={stateOf(averageInlet)}
        muted={averageInlet.value === null}
      >
        <Provenance figure={averageInlet} now={now} />
      </Kpi>
      <Kpi
        label="Maximum inlet"
        testId="kpi-maximum-inlet"
        value={formatNumber(maximumInlet.value, "°C")}
        unit="°C"
        state={stateOf(maximumInlet)}
        muted={maximumInlet.value === null}
      >
        {hottestRack && (
          <button
            type="button"
            className="cursor-pointer text-primary hover:underline"
            onClick={() => onOpen(hottestRack)}
          >
            rack {hottestRack.name}
          </button>
        )}
        <Provenance figure={maximumInlet} now={now} />
      </Kpi>
      <Kpi
        label="Sensors reporting"
        testId="kpi-sensors-reporting"
        value={`${sensorsReporting} / ${sensorsTotal}`}
        state={silent + sensorsBad > 0 ? "warning" : "ok"}
        muted={sensorsReporting === 0}
      >
        <span>{silent ? `${silent} silent` : "none silent"}</span>
        {sensorsBad > 0 && <span>{sensorsBad} implausible</span>}
      </Kpi>
      <AlarmKpi />
      <Kpi label="Server time" testId="kpi-server-time" value={formatClock(now, timeZone)}>
        <span>{timeZone}</span>
      </Kpi>
    </div>
  );
}
