"use client";
// The history of a rack, a chart for each kind of measurement: with the limits in force, the alarms that stood, and an earlier day or week.
import { useMemo } from "react";
import { levelsOf } from "@/components/charts/levels";
import { TrendChart } from "@/components/charts/trend-chart";
import { severityLooks } from "@/components/severity-badge";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import type { Alarm, Limits, Rack, Sensor } from "@/lib/api";
import { useHistory } from "@/lib/history";
import { type Comparison, comparisons, type Range } from "@/lib/range";
import { useUrlState } from "@/lib/session";
import { inShownUnit } from "@/lib/units";

type Shared = {
  rack: Rack;
  timeZone: string;
  range: Range;
  live: boolean;
  compare: Comparison | null;
  limits: Limits[];
  alarms: Alarm[];
  onZoom: (from: number, to: number) => void;
  onZoomOut: () => void;
};

const chartHeight = 160;
/** What is always there, in this order. */
export const mainKinds = ["inlet-temperature", "inlet-humidity", "rack-power"];
export const wordOf = (kind: string) => kind.replaceAll("-", " ");

type KindProps = Shared & {
  kind: string;
  sensors: Sensor[];
  /** Its kind, unless these are some of them. */
  title?: string;
};

export function KindChart({ kind, sensors, title = wordOf(kind), ...shared }: KindProps) {
  const { timeZone, range, live, compare, limits, alarms, onZoom, onZoomOut } = shared;
  const { from, to } = range;
  const site = sensors[0]?.site;
  const history = useHistory(site, sensors, from, to, { live });
  const before = useHistory(site, sensors, from, to, { live, shiftMs: compare ? comparisons[compare].ms : undefined });
  const series = useMemo(() => {
    const own = (history.series ?? []).map(({ sensor: { id, name }, rows, gapMs }) => {
      return { key: `${id}`, label: name, rows, gapMs };
    });
    const ghosts = compare
      ? (before.series ?? []).map(({ sensor: { id, name }, rows, gapMs }) => ({
          ...{ key: `${id} before`, gapMs, ghost: true },
          label: `${name}, ${comparisons[compare].label.toLowerCase()}`,
          // The mean alone: two bands over each other are unreadable.
          rows: rows.map((row) => row.slice(0, 2)),
        }))
      : [];
    return [...own, ...ghosts];
  }, [history.series, before.series, compare]);
  const levels = useMemo(() => {
    const found = limits.find(({ sensor_id }) => sensors.some(({ id }) => id === sensor_id));
    return found ? levelsOf(found.levels, found.unit) : [];
  }, [limits, sensors]);
  const marks = useMemo(
    () =>
      alarms
        .filter(({ source }) => sensors.some(({ id }) => id === source.sensor_id))
        .map(({ severity, raised_at, cleared_at }) => ({
          ts: Date.parse(raised_at),
          until: cleared_at ? Date.parse(cleared_at) : Math.max(to, Date.parse(raised_at)),
          label: severityLooks[severity].word,
          token: severityLooks[severity].token,
        })),
    [alarms, sensors, to],
  );
  return (
    <section aria-label={title} className="grid min-w-0 content-start gap-1" data-testid={`chart-${kind}`}>
      <h3 className="font-medium first-letter:uppercase">{title}</h3>
      {history.error && !history.data ? (
        <ErrorView
          title="The history could not be loaded"
          detail={history.error.message}
          onRetry={() => history.refetch()}
        />
      ) : !history.series ? (
        <Skeleton className="h-[188px]" />
      ) : series.every(({ rows }) => rows.length === 0) ? (
        <EmptyView title="No readings in this span" />
      ) : (
        <TrendChart
          label={`${shared.rack.name} ${title}`}
          unit={inShownUnit(0, sensors[0]?.unit ?? "").unit}
          height={chartHeight}
          group="rack"
          resolution={history.resolution}
          {...{ timeZone, from, to, series, levels, marks, onZoom, onZoomOut }}
        />
      )}
    </section>
  );
}

export function RackCharts(shared: Shared) {
  const url = useUrlState();
  const also = url.search.get("also");
  const { sensors } = shared.rack;
  const byKind = useMemo(() => {
    const found = new Map<string, Sensor[]>();
    for (const sensor of sensors) found.set(sensor.kind, [...(found.get(sensor.kind) ?? []), sensor]);
    return found;
  }, [sensors]);
  const others = [...byKind.keys()].filter((kind) => !mainKinds.includes(kind)).sort();
  const shown = [...mainKinds, ...others.filter((kind) => kind === also)];
  return (
    <div className="grid gap-4">
      {shown.map((kind) => {
        const those = byKind.get(kind);
        return those && <KindChart key={kind} kind={kind} sensors={those} {...shared} />;
      })}
      {others.length > 0 && (
        <Select
          aria-label="One more chart"
          className="h-8 w-auto justify-self-start px-2"
          value={also ?? ""}
          onChange={({ target }) => url.set({ also: target.value || null })}
        >
          <option value="">One more chart …</option>
          {others.map((kind) => (
            <option key={kind} value={kind}>
              {wordOf(kind)}
            </option>
          ))}
        </Select>
      )}
    </div>
  );
}
