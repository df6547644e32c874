"use client";
// A line over time (uPlot), with the extremes around it, limits across it and marks on it. A gap in the data is a gap in the line. Those who
// cannot see it hear its summary.
import { useTheme } from "next-themes";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatClock, formatMinute, formatNumber } from "@/lib/format";
import { withGaps } from "@/lib/gaps";
import { smallestStep } from "@/lib/units";

export type Limit = { value: number; label: string; token: string };
export type Mark = { ts: number; label: string; token: string };

type Props = {
  label: string;
  unit: string;
  timeZone: string;
  /** What is shown, in ms, whether or not there is data for all of it. */
  from: number;
  to: number;
  /** [time in ms, value], or [time in ms, mean, lowest, highest] of a bucket; oldest first. */
  points: number[][];
  /** Two readings further apart than this have a gap between them. */
  gapMs: number;
  /** What stands under the chart while nobody points at it. */
  caption: string;
  limits?: Limit[];
  marks?: Mark[];
};

const height = 150;
const nothing: never[] = [];
const minutes = [5, 10, 15, 30, 60, 180, 360, 720, 1440].map((each) => each * 60);

/** No finer than the digits that are shown, and room for a few of them: noise is not blown up. */
function valueScale(unit: string, limits: () => Limit[]) {
  const step = smallestStep(unit);
  return {
    incrs: [1, 10, 100, 1000].flatMap((scale) => [1, 2, 5].map((each) => each * scale * step)),
    range: (_: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax => {
      const seen = [least, most, ...limits().map(({ value }) => value)].filter((value) => value !== null);
      if (seen.length === 0) return [0, 10 * step];
      const [min, max] = [Math.min(...seen), Math.max(...seen)];
      const missing = Math.max(0, 10 * step - (max - min)) / 2 + (max - min) * 0.05;
      return [min - missing, max + missing];
    },
  };
}

/** Dashed lines across and along, with their words; what is out of sight is left out. */
function drawOver(plot: uPlot, limits: Limit[], marks: Mark[], color: (token: string) => string, font: string) {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.font = font;
  ctx.lineWidth = devicePixelRatio;
  const line = (token: string, from: [number, number], to: [number, number]) => {
    ctx.strokeStyle = color(token);
    ctx.fillStyle = color(token);
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
  };
  for (const { value, label, token } of limits) {
    const y = plot.valToPos(value, "y", true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    line(token, [bbox.left, y], [right, y]);
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    ctx.fillText(label, bbox.left + 4 * devicePixelRatio, y - 2 * devicePixelRatio);
  }
  for (const { ts, label, token } of marks) {
    const x = plot.valToPos(ts / 1000, "x", true);
    if (x < bbox.left || x > right) continue;
    line(token, [x, bbox.top], [x, bbox.top + bbox.height]);
    ctx.textAlign = x > bbox.left + bbox.width * 0.7 ? "right" : "left";
    ctx.textBaseline = "top";
    const aside = (ctx.textAlign === "left" ? 4 : -4) * devicePixelRatio;
    ctx.fillText(label, x + aside, bbox.top + 2 * devicePixelRatio);
  }
  ctx.restore();
}

/** A reading with a gap on either side has no line: it is a dot. */
function alone({ data }: uPlot) {
  const values = Array.from<number | null | undefined>(data[1] ?? []);
  return values.flatMap((value, at) => (value != null && values[at - 1] == null && values[at + 1] == null ? at : []));
}

export function TrendChart(props: Props) {
  const { label, unit, timeZone, from, to, points, gapMs, caption, limits = nothing, marks = nothing } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const [pointed, setPointed] = useState("");
  const { resolvedTheme } = useTheme();
  const over = useRef<{ limits: Limit[]; marks: Mark[] }>({ limits: nothing, marks: nothing });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the theme changes
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name);
    const family = getComputedStyle(document.body).fontFamily;
    const axis = {
      stroke: color("--muted"),
      grid: { stroke: color("--border"), width: 1 },
      ticks: { show: false },
      font: `11px ${family}`,
    };
    const { incrs, range } = valueScale(unit, () => over.current.limits);
    const line = color("--chart-1");
    const hidden = { stroke: "transparent", width: 0, points: { show: false } };
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
            stroke: line,
            width: 1.5,
            points: { show: true, filter: alone, size: 4, fill: line },
          },
          hidden,
          hidden,
        ],
        bands: [{ series: [3, 2], fill: `color-mix(in oklch, ${line} 22%, transparent)` }],
        hooks: {
          draw: [
            (plot) =>
              drawOver(plot, over.current.limits, over.current.marks, color, `${11 * devicePixelRatio}px ${family}`),
          ],
          setCursor: [
            ({ cursor: { idx }, data }) => {
              const [at, value] = idx == null ? [] : [data[0][idx], data[1]?.[idx]];
              const known = at !== undefined && value !== null && value !== undefined;
              setPointed(known ? `${formatClock(at * 1000, timeZone)} · ${formatNumber(value, unit)} ${unit}` : "");
            },
          ],
        },
      },
      [[], [], [], []],
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
    over.current = { limits, marks };
    chart.current?.batch((plot: uPlot) => {
      plot.setData(withGaps(points, gapMs, 4), false);
      plot.setScale("x", { min: from / 1000, max: to / 1000 });
    });
  }, [points, gapMs, from, to, limits, marks, label, unit, timeZone, resolvedTheme]);

  const values = points.map(([, value = 0]) => value);
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
