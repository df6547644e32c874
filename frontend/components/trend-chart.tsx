"use client";
// A line over time (uPlot). A gap in the data is a gap in the line. The figures stand in a table for those who cannot see it.
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatNumber } from "@/lib/format";
import { withGaps } from "@/lib/gaps";

type Props = {
  label: string;
  unit: string;
  timeZone: string;
  /** [time in ms, value], oldest first. */
  points: [number, number][];
  /** What the time axis shows, ms: also where there are no readings. */
  from: number;
  to: number;
  /** Two readings further apart than this have a gap between them. */
  gapMs: number;
};

export function TrendChart({ label, unit, timeZone, points, from, to, gapMs }: Props) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name);
    const axis = { stroke: color("--muted"), grid: { stroke: color("--border"), width: 1 }, ticks: { show: false } };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: 150,
        legend: { show: false },
        cursor: { y: false },
        scales: { x: { range: [from / 1000, to / 1000] } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
        axes: [
          { ...axis, space: 70 },
          { ...axis, size: 48, values: (_, splits) => splits.map((value) => formatNumber(value, unit)) },
        ],
        series: [{}, { label, stroke: color("--chart-1"), width: 1.5, points: { show: points.length < 3 } }],
      },
      withGaps(points, gapMs),
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: 150 }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [label, unit, timeZone, points, from, to, gapMs]);

  const values = points.map(([, value]) => value);
  const summary = values.length
    ? `${label}: ${values.length} readings from ${formatNumber(Math.min(...values), unit)} to ${formatNumber(Math.max(...values), unit)} ${unit}`
    : `${label}: no readings`;
  return <div ref={host} role="img" aria-label={summary} className="min-h-[150px]" />;
}
