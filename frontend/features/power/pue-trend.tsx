"use client";
// PUE over a span, each point of an interval's energy; where meters were silent there is a gap, and the strip below says how much was covered.
import { useMemo } from "react";
import { TrendChart } from "@/components/charts/trend-chart";
import { RangeBar, useChartRange } from "@/components/range-picker";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { formatDuration, formatNumber, formatShare } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { type Preset, presets } from "@/lib/range";
import { cn } from "@/lib/utils";
import { columnOf } from "./day-chart";
import { EnergyText } from "./facility-cards";
import { usePueHistory } from "./power-api";
import type { Meter, PueHistory } from "./power-types";

const choices: Preset[] = ["24h", "7d", "30d"];

type Piece = { from: number; to: number; coverage: number };

/** How much of each interval was covered, and of what lies between known ones nothing; equal neighbours are one piece. */
export function coverageOf({ columns, rows, interval_s }: PueHistory, from: number, to: number): Piece[] {
  const [time, value] = [columns.indexOf("t"), columns.indexOf("coverage")];
  const pieces: Piece[] = [];
  const add = (begin: number, end: number, coverage: number) => {
    const [start, stop] = [Math.max(from, begin), Math.min(to, end)];
    if (stop <= start) return;
    const last = pieces.at(-1);
    if (last && last.to === start && last.coverage === coverage) last.to = stop;
    else pieces.push({ from: start, to: stop, coverage });
  };
  let at = from;
  for (const row of rows) {
    const ts = row[time];
    if (typeof ts !== "number") continue;
    if (ts > at) add(at, ts, 0);
    add(ts, ts + interval_s * 1000, row[value] ?? 0);
    at = Math.max(at, ts + interval_s * 1000);
  }
  add(at, to, 0);
  return pieces;
}

const pieceClass = (coverage: number) => (coverage >= 0.99 ? "bg-good/70" : coverage > 0 ? "bg-warning/80" : "hatched");

function Coverage({ history, from, to }: { history: PueHistory; from: number; to: number }) {
  const pieces = useMemo(() => coverageOf(history, from, to), [history, from, to]);
  const covered = pieces.reduce((sum, each) => sum + (each.to - each.from) * each.coverage, 0) / (to - from);
  return (
    // As wide as the chart's own field.
    <div className="mr-4 ml-[46px] grid gap-1">
      <div
        role="img"
        aria-label={`${formatShare(covered)} of the span is covered by meters`}
        className="flex h-2 overflow-hidden rounded-sm"
      >
        {pieces.map((piece) => (
          <span
            key={piece.from}
            className={pieceClass(piece.coverage)}
            style={{ width: `${((piece.to - piece.from) / (to - from)) * 100}%` }}
          />
        ))}
      </div>
      <ul aria-label="Coverage" className="flex flex-wrap gap-x-3 text-muted text-xs">
        {[1, 0.5, 0].map((coverage, at) => (
          <li key={coverage} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={cn("h-2 w-4 rounded-sm", pieceClass(coverage))} />
            {["covered by meters", "in part", "not at all"][at]}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Meters({ meters }: { meters: Meter[] }) {
  const of = (role: Meter["role"]) => meters.filter((meter) => meter.role === role);
  return (
    <details className="text-xs">
      <summary className="cursor-pointer text-muted hover:text-foreground">
        By meters: {of("facility").length} of the facility, {of("it").length} of IT
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="mt-2 max-h-56 overflow-auto" tabIndex={0} aria-label="Meters">
        <table className="w-full min-w-80 border-collapse tabular-nums">
          <thead className="text-left text-muted">
            <tr>
              <th scope="col" className="py-1 font-medium">
                Meter
              </th>
              <th scope="col" className="font-medium">
                Of
              </th>
              <th scope="col" className="text-right font-medium">
                kWh
              </th>
              <th scope="col" className="text-right font-medium">
                Covered
              </th>
              <th scope="col" className="pl-3 font-medium">
                Counter
              </th>
            </tr>
          </thead>
          <tbody>
            {meters.map(({ sensor_id, name, role, kwh, coverage, rollovers, replacements }) => (
              <tr key={`${role} ${sensor_id}`} className="border-t">
                <th scope="row" className="py-1 text-left font-normal">
                  {name}
                </th>
                <td>{role === "it" ? "IT" : "facility"}</td>
                <td className="text-right">{formatNumber(kwh, "kWh")}</td>
                <td className={cn("text-right", coverage < 0.99 && "text-warning")}>{formatShare(coverage)}</td>
                <td className="pl-3 text-muted">
                  {[rollovers && `rolled over ${rollovers} ×`, replacements && `replaced ${replacements} ×`]
                    .filter(Boolean)
                    .join(", ") || "steady"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

export function PueTrend({ site, timeZone }: { site: string | undefined; timeZone: string }) {
  const now = useServerNow();
  const { range, zoom, zoomOut } = useChartRange("24h", now);
  const { from, to, preset } = range;
  const { data, error, refetch } = usePueHistory(site, from, to, preset !== null);
  const series = useMemo(() => (data ? [columnOf(data, "pue", "PUE")] : []), [data]);
  const span = preset ? presets[preset].label.toLowerCase() : "the span shown";
  return (
    <Card className="min-w-0 p-4" aria-label="PUE over time">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-medium">PUE over time</h2>
        <RangeBar {...{ range, choices, timeZone }} standard="24h" onBack={zoomOut} compares={false} />
      </div>
      {error && !data ? (
        <ErrorView title="The PUE of this span could not be loaded" detail={error.message} onRetry={refetch} />
      ) : !data ? (
        <Skeleton className="h-[17rem]" />
      ) : (
        <div className="grid gap-4 lg:grid-cols-[1fr_17rem]">
          <div className="min-w-0">
            {series.every(({ rows }) => rows.length === 0) ? (
              <EmptyView title="No PUE in this span">{data.total.notes.join(" ")}</EmptyView>
            ) : (
              <>
                <TrendChart
                  label="PUE"
                  unit="PUE"
                  height={200}
                  resolution={`energy of ${formatDuration(data.interval_s)} each`}
                  onZoom={zoom}
                  onZoomOut={zoomOut}
                  {...{ timeZone, from, to, series }}
                />
                <Coverage history={data} {...{ from, to }} />
              </>
            )}
          </div>
          <div className="grid content-start gap-3">
            <EnergyText energy={data.total} testId="pue-span">
              <p className="text-muted text-xs">
                Energy of {span}
                {data.total.category !== null && `, category ${data.total.category}`}
              </p>
            </EnergyText>
            <Meters meters={data.meters} />
          </div>
        </div>
      )}
    </Card>
  );
}
