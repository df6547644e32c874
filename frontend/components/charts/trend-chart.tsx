"use client";
// A chart over time, complete: curves with their extremes, limits as bands, marks, a legend that isolates, what the crosshair reads, the
// resolution, and the same figures as a table and as CSV. Those who cannot see it hear its summary and move its crosshair by keyboard.
import { Download, Table2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useMemo, useState } from "react";
import { csvOf, saveCsv } from "@/lib/csv";
import { formatMomentShort, formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { ghostToken, tokenOf } from "./chart-colors";
import { extentOf, type Level, type Mark, type Row, rowAt, type Series, stacked, tableOf } from "./chart-model";
import { ChartTable } from "./chart-table";
import type { Curve, PlotProps } from "./plot";

const Plot = dynamic(() => import("./plot").then((module) => module.Plot), { ssr: false, loading: () => <Skeleton /> });

type Props = {
  /** What is shown; also the name of the CSV file. */
  label: string;
  unit: string;
  timeZone: string;
  from: number;
  to: number;
  /** Keep it the same object while nothing changes: a chart draws what is new. */
  series: Series[];
  /** What a point of a curve is: "every reading", "means and extremes of 5 min". */
  resolution: string;
  levels?: Level[];
  marks?: Mark[];
  height?: number;
  /** The curves are parts of a whole: areas on one another, the first at the bottom. */
  stack?: boolean;
} & Pick<PlotProps, "group" | "onZoom" | "onZoomOut">;

const nothing: never[] = [];

function Reading({ row, unit }: { row: Row | undefined; unit: string }) {
  const [, mean, lowest, highest] = row ?? [];
  return (
    <>
      {formatNumber(mean, unit)} {unit}
      {lowest !== undefined && highest !== undefined && highest - lowest > 0 && (
        <span className="text-muted">
          {" "}
          ({formatNumber(lowest, unit)}–{formatNumber(highest, unit)})
        </span>
      )}
    </>
  );
}

type LegendProps = { curves: Curve[]; alone: string | null; onAlone: (key: string | null) => void };

/** Says which curve is which; a click leaves one alone, another one brings all back. */
function Legend({ curves, alone, onAlone }: LegendProps) {
  return (
    <ul className="mb-1 flex flex-wrap gap-x-1 text-xs" aria-label="Curves">
      {curves.map(({ key, label, token, ghost }) => (
        <li key={key}>
          <button
            type="button"
            aria-pressed={alone === key}
            title={alone === key ? "Show all" : `Show ${label} alone`}
            className={cn(
              "inline-flex cursor-pointer items-center gap-1.5 rounded px-1.5 py-1 hover:bg-raised",
              alone !== null && alone !== key && "text-muted line-through",
            )}
            onClick={() => onAlone(alone === key ? null : key)}
          >
            <span
              aria-hidden
              className={cn("h-0 w-4 border-t-2", ghost && "border-dashed")}
              style={{ borderColor: `var(${token})` }}
            />
            {label}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function TrendChart(props: Props) {
  const { label, unit, timeZone, from, to, series, resolution, levels = nothing, marks = nothing } = props;
  const { height = 150, stack = false, group, onZoom, onZoomOut } = props;
  const [alone, setAlone] = useState<string | null>(null);
  const [pointed, setPointed] = useState<number>();
  const [pointAt, setPointAt] = useState<number>();
  const [asTable, setAsTable] = useState(false);

  const all = useMemo(() => {
    let own = 0;
    return series.map((each): Curve => ({ ...each, token: each.ghost ? ghostToken : tokenOf(own++) }));
  }, [series]);
  const chosen = all.some(({ key }) => key === alone) ? alone : null;
  const curves = useMemo(() => (chosen ? all.filter(({ key }) => key === chosen) : all), [all, chosen]);

  const drawn = useMemo(() => (stack ? stacked(curves) : curves), [curves, stack]);

  const measured = series.filter(({ ghost }) => !ghost);
  const count = measured.reduce((sum, { rows }) => sum + rows.length, 0);
  const extent = extentOf(measured);
  const summary = extent
    ? `${label}: ${count} readings from ${formatNumber(extent.min, unit)} to ${formatNumber(extent.max, unit)} ${unit}`
    : `${label}: no readings`;

  const mark =
    pointed === undefined ? undefined : marks.findLast(({ ts, until = ts }) => pointed >= ts && pointed <= until);
  const reading =
    pointed === undefined ? undefined : (
      <>
        {formatMomentShort(pointed, to - from, timeZone)}
        {curves.map((curve) => (
          <span key={curve.key} className="whitespace-nowrap">
            {" · "}
            {curves.length > 1 && `${curve.label} `}
            <span className="text-foreground">
              <Reading row={rowAt(curve, pointed)} unit={unit} />
            </span>
          </span>
        ))}
        {mark && <span style={{ color: `var(${mark.token})` }}> · {mark.label}</span>}
      </>
    );
  const spoken = (ts: number) =>
    [
      formatMomentShort(ts, to - from, timeZone),
      ...curves.map((curve) => `${curve.label} ${formatNumber(rowAt(curve, ts)?.[1], unit)} ${unit}`),
    ].join(", ");

  function download() {
    const { heads, lines } = tableOf(curves, unit, from, to);
    const rows = lines.map(({ ts, cells }) => [new Date(ts).toISOString(), ...cells]);
    saveCsv(`${label} ${new Date(from).toISOString().slice(0, 16)}`, csvOf(["time", ...heads], rows));
  }

  return (
    <figure className="min-w-0">
      {all.length > 1 && <Legend curves={all} alone={chosen} onAlone={setAlone} />}
      <div className="relative rounded-md has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-primary">
        <div role="img" aria-label={summary} className="[&>.animate-pulse]:h-full" style={{ height }}>
          <Plot
            {...{ unit, timeZone, from, to, levels, marks, height, stack, group, pointAt, onZoom, onZoomOut }}
            curves={drawn}
            onPoint={setPointed}
          />
        </div>
        <input
          type="range"
          aria-label={`Crosshair of ${label}`}
          aria-valuetext={spoken(pointed ?? pointAt ?? to)}
          className="sr-only"
          min={from}
          max={to}
          step={(to - from) / 120}
          value={pointAt ?? to}
          onChange={({ target }) => setPointAt(Number(target.value))}
          onBlur={() => setPointAt(undefined)}
        />
      </div>
      <figcaption className="flex min-h-7 flex-wrap items-center justify-between gap-x-2 text-muted text-xs tabular-nums">
        <span>{reading ?? resolution}</span>
        <span className="ml-auto flex">
          <Button
            variant="ghost"
            size="tiny"
            aria-label={`${label} as a table`}
            title="As a table"
            aria-expanded={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            <Table2 aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="tiny"
            aria-label={`${label} as CSV`}
            title="CSV of what is shown"
            disabled={count === 0}
            onClick={download}
          >
            <Download aria-hidden />
          </Button>
        </span>
      </figcaption>
      {asTable && <ChartTable {...{ label, unit, timeZone, from, to }} series={curves} />}
    </figure>
  );
}
