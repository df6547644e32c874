"use client";
// A line over time (uPlot). A gap in the data is a gap in the line. Those who cannot see it hear its summary.
import { useTheme } from "next-themes";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatClock, formatMinute, formatNumber } from "@/lib/format";
import { withGaps } from "@/lib/gaps";
import { smallestStep } from "@/lib/units";

type Props = {
  label: string;
  unit: string;
  timeZone: string;
  /** What is shown, in ms, whether or not there is data for all of it. */
  from: number;
  to: number;
  /** [time in ms, value], oldest first. */
  points: [number, number][];
  /** Two readings further apart than this have a gap between them. */
  gapMs: number;
  /** What stands under the chart while nobody points at it. */
  caption: string;
};

const height = 150;
const minutes = [5, 10, 15, 30, 60, 180, 360, 720, 1440].map((each) => each * 60);

/** No finer than the digits that are shown, and room for a few of them: noise is not blown up. */
function valueScale(unit: string) {
  const step = smallestStep(unit);
  return {
    incrs: [1, 10, 100, 1000].flatMap((scale) => [1, 2, 5].map((each) => each * scale * step)),
    range: (_: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax => {
      if (min === null || max === null) return [0, 10 * step];
      const missing = Math.max(0, 10 * step - (max - min)) / 2 + (max - min) * 0.05;
      return [min - missing, max + missing];
    },
  };
}

/** A reading with a gap on either side has no line: it is a dot. */
function alone({ data }: uPlot) {
  const values = Array.from<number | null | undefined>(data[1] ?? []);
  return values.flatMap((value, at) => (value != null && values[at - 1] == null && values[at + 1] == null ? at : []));
}

export function TrendChart({ label, unit, timeZone, from, to, points, gapMs, caption }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const [pointed, setPointed] = useState("");
  const { resolvedTheme } = useTheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the theme changes
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name);
    const axis = {
      stroke: color("--muted"),
      grid: { stroke: color("--border"), width: 1 },
      ticks: { show: false },
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
    };
    const { incrs, range } = valueScale(unit);
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { y: false, drag: { setScale: false } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
        scales: { x: { auto: false }, y: { range } },
        axes: [
          {
            ...axis,
            size: 28,
            space: 60,
            incrs: minutes,
            values: (_, splits) => splits.map((seconds) => formatMinute(seconds * 1000, timeZone)),
          },
          { ...axis, incrs, size: 48, values: (_, splits) => splits.map((value) => formatNumber(value, unit)) },
        ],
        series: [
          {},
          {
            label,
            stroke: color("--chart-1"),
            width: 1.5,
            points: { show: true, filter: alone, size: 4, fill: color("--chart-1") },
          },
        ],
        hooks: {
          setCursor: [
            ({ cursor: { idx }, data }) => {
              const [at, value] = idx == null ? [] : [data[0][idx], data[1]?.[idx]];
              const known = at !== undefined && value !== null && value !== undefined;
              setPointed(known ? `${formatClock(at * 1000, timeZone)} · ${formatNumber(value, unit)} ${unit}` : "");
            },
          ],
        },
      },
      [[], []],
      element,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [label, unit, timeZone, resolvedTheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new chart needs its data again
  useEffect(() => {
    chart.current?.batch((plot: uPlot) => {
      plot.setData(withGaps(points, gapMs), false);
      plot.setScale("x", { min: from / 1000, max: to / 1000 });
    });
  }, [points, gapMs, from, to, label, unit, timeZone, resolvedTheme]);

  const values = points.map(([, value]) => value);
  const summary = values.length
    ? `${label}: ${values.length} readings from ${formatNumber(Math.min(...values), unit)} to ${formatNumber(Math.max(...values), unit)} ${unit}`
    : `${label}: no readings`;
  return (
    <figure>
      <div ref={host} role="img" aria-label={summary} style={{ height }} />
      <figcaption className="mt-1 text-muted text-xs tabular-nums">{pointed || caption}</figcaption>
    </figure>
  );
}
