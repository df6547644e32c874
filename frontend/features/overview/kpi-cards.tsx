"use client";
// The key figures of the site. Inlets move with the stream; what needs the server's arithmetic comes with the overview.
import { SeverityBadge } from "@/components/severity-badge";
import { Skeleton } from "@/components/ui/skeleton";
import { totalOf, useOpenAlarms, worstOf } from "@/lib/alarms";
import { useAlarmCounts } from "@/lib/alarms-live";
import type { Figure, Overview, Rack, Sensor } from "@/lib/api";
import { formatAge, formatNumber, noValue } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { type RackState, stateOfAlarms } from "@/lib/rack-figures";
import { readingsStore, useReadingsVersion } from "@/lib/readings-store";
import { cn } from "@/lib/utils";
import { changeOf } from "./change";
import { figuresOf, type LiveFigure } from "./figures";
import { Kpi } from "./kpi";
import type { Trends } from "./overview-api";

const stateOfFigure: Record<Figure["status"], RackState> = {
  ok: "ok",
  warning: "warning",
  critical: "critical",
  unknown: "no data",
};

/** How much of the site a figure holds, and how old its oldest reading is. */
function Provenance({ reporting, expected, ageMs }: { reporting: number; expected: number; ageMs: number | null }) {
  return (
    <>
      <span className={cn(reporting < expected && "text-warning")}>
        {reporting === expected ? `all ${expected} sensors` : `${reporting} of ${expected} sensors`}
      </span>
      {ageMs !== null && <span title="age of the oldest reading in it">{formatAge(ageMs)} old</span>}
    </>
  );
}

const ageOf = (ts: string | null, now: number) => (ts === null ? null : now - Date.parse(ts));

type Props = {
  site: string;
  sensors: Sensor[] | undefined;
  racks: Rack[] | undefined;
  overview: Overview | undefined;
  /** The overview could not be had: what the stream says is shown all the same. */
  failed: boolean;
  trends: Trends | undefined;
  onOpen: (rack: Rack) => void;
};

/** Open alarms; what nobody has acknowledged stands beside it. */
function AlarmKpi({ site, trends, now }: Pick<Props, "site" | "trends"> & { now: number }) {
  const counts = useAlarmCounts();
  const worst = counts && worstOf(counts.open);
  const total = counts ? totalOf(counts.open) : null;
  const waiting = counts ? totalOf(counts.unacknowledged) : 0;
  const standing = stateOfAlarms(useOpenAlarms(site).items ?? []);
  return (
    <Kpi
      label="Open alarms"
      testId="kpi-open-alarms"
      value={total === null ? noValue : String(total)}
      unit=""
      digitsOf="count"
      state={counts ? standing : "no data"}
      href={{ pathname: "/alarms/", query: { site } }}
      change={changeOf(trends?.openAlarms ?? [], total, now, 1)}
      rows={trends?.openAlarms}
      atLeast={2}
      gapMs={Number.POSITIVE_INFINITY}
      now={now}
    >
      {worst && <SeverityBadge severity={worst} />}
      <span>{!counts ? "not known" : waiting ? `${waiting} unacknowledged` : "none unacknowledged"}</span>
    </Kpi>
  );
}

function PowerKpis({ site, overview, trends, now }: Pick<Props, "site" | "trends" | "overview"> & { now: number }) {
  const pue = overview?.pue;
  const power = overview?.total_power;
  // With a meter at the incomer it is all that the site draws; without, what its racks draw.
  const metered = pue?.facility_kw !== null && pue?.facility_kw !== undefined;
  const total = metered ? pue.facility_kw : (power?.value ?? null);
  const rows = metered ? trends?.facility : trends?.racks;
  const state = !power || total === null ? "no data" : stateOfFigure[power.status];
  return (
    <>
      <Kpi
        label={metered ? "Total power" : "Rack power"}
        testId="kpi-total-power"
        value={formatNumber(total, "kW")}
        unit="kW"
        state={state === "no data" && total !== null ? "ok" : state}
        href={{ pathname: "/power/", query: { site } }}
        change={changeOf(rows ?? [], total, now, Math.max(0.5, Math.abs(total ?? 0) * 0.01))}
        rows={rows}
        atLeast={5}
        now={now}
      >
        {metered && <span title="At the racks' power strips">racks {formatNumber(power?.value, "kW")} kW</span>}
        {power && <Provenance {...power} ageMs={ageOf(metered ? pue.ts : power.ts, now)} />}
      </Kpi>
      <Kpi
        label="PUE"
        testId="kpi-pue"
        value={formatNumber(pue?.value, "PUE")}
        unit=""
        digitsOf="PUE"
        state={pue?.value ? "ok" : "no data"}
        href={{ pathname: "/power/", query: { site } }}
        change={changeOf(trends?.pue ?? [], pue?.value ?? null, now, 0.01)}
        rows={trends?.pue}
        atLeast={0.1}
        now={now}
      >
        <span title={pue?.category ? "Category by where IT is measured, ISO/IEC 30134-2" : undefined}>
          {pue?.method ?? "not known"}
          {pue?.category && `, category ${pue.category}`}
        </span>
        {pue && pue.reporting < pue.expected && (
          <span className="text-warning">
            {pue.reporting} of {pue.expected} meters
          </span>
        )}
        {pue?.note && <span className="text-warning">{pue.note}</span>}
        {pue?.ts && <span>{formatAge(now - Date.parse(pue.ts))} old</span>}
      </Kpi>
    </>
  );
}

export function KpiCards({ site, sensors, racks, overview, failed, trends, onOpen }: Props) {
  useReadingsVersion();
  const now = useServerNow();
  const open = useOpenAlarms(site).items;
  if (!sensors || (!overview && !failed)) {
    return ["a", "b", "c", "d", "e", "f"].map((key) => <Skeleton key={key} className="h-[9.5rem]" />);
  }
  const figures = figuresOf(sensors, readingsStore.get, now);
  const { averageInlet, maximumInlet, sensorsReporting, sensorsBad, sensorsTotal } = figures;
  const hottestRack = racks?.find(({ id }) => id === figures.hottestSensor?.rack_id);
  const silent = sensorsTotal - sensorsReporting;
  const inletAlarms = open?.filter(({ kind }) => kind === "inlet-temperature") ?? [];
  const hottestAlarms = inletAlarms.filter(({ source }) => source.rack_id === hottestRack?.id);
  const live = (figure: LiveFigure, state: RackState): RackState => (figure.value === null ? "no data" : state);
  const age = ({ oldestTs }: LiveFigure) => (oldestTs === null ? null : now - oldestTs);
  const environment = { pathname: "/environment/", query: { site } };
  return (
    <>
      <PowerKpis {...{ site, overview, trends, now }} />
      <AlarmKpi {...{ site, trends, now }} />
      <Kpi
        label="Average inlet"
        testId="kpi-average-inlet"
        value={formatNumber(averageInlet.value, "°C")}
        unit="°C"
        state={live(averageInlet, "ok")}
        href={environment}
        change={changeOf(trends?.averageInlet ?? [], averageInlet.value, now, 0.2)}
        rows={trends?.averageInlet}
        atLeast={3}
        now={now}
      >
        <Provenance {...averageInlet} ageMs={age(averageInlet)} />
      </Kpi>
      <Kpi
        label="Maximum inlet"
        testId="kpi-maximum-inlet"
        value={formatNumber(maximumInlet.value, "°C")}
        unit="°C"
        state={live(maximumInlet, stateOfAlarms(hottestAlarms))}
        href={environment}
        change={changeOf(trends?.maximumInlet ?? [], maximumInlet.value, now, 0.2)}
        rows={trends?.maximumInlet}
        atLeast={3}
        now={now}
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
        <Provenance {...maximumInlet} ageMs={age(maximumInlet)} />
      </Kpi>
      <Kpi
        label="Sensors reporting"
        testId="kpi-sensors-reporting"
        value={`${sensorsReporting} / ${sensorsTotal}`}
        unit=""
        state={sensorsReporting === 0 ? "no data" : silent + sensorsBad > 0 ? "warning" : "ok"}
        href={{ pathname: "/data-quality/", query: { site } }}
        change={undefined}
        rows={undefined}
        atLeast={1}
        now={now}
        instead={
          <span aria-hidden className="hatched h-1.5 overflow-hidden rounded-full bg-raised">
            <span
              className={cn("block h-full", silent ? "bg-warning" : "bg-good")}
              style={{ width: `${(sensorsReporting / Math.max(1, sensorsTotal)) * 100}%` }}
            />
          </span>
        }
      >
        <span>{silent ? `${silent} silent` : "none silent"}</span>
        {sensorsBad > 0 && <span>{sensorsBad} implausible</span>}
      </Kpi>
    </>
  );
}
