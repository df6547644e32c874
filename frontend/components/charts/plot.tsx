"use client";
// The canvas of a chart over time (uPlot). Loaded when a chart is shown; what belongs to it but is no curve is in trend-chart.tsx.
import { useEffect, useEffectEvent, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatClock, formatDay, formatMinute, formatRound } from "@/lib/format";
import { useDocumentTheme } from "@/lib/theme";
import { smallestStep } from "@/lib/units";
import { type Paint, readPaint } from "./chart-colors";
import { drawBands, drawLevels, drawMarks } from "./chart-draw";
import { align, type Level, type Mark, type Series, valueRange } from "./chart-model";

export type Curve = Series & { token: string };

export type PlotProps = {
  curves: Curve[];
  unit: string;
  timeZone: string;
  /** What is shown, in ms, whether or not there is data for all of it. */
  from: number;
  to: number;
  levels: Level[];
  marks: Mark[];
  height: number;
  /** The bands are layers of a whole, not extremes. */
  stack?: boolean;
  /** Charts of one group share their crosshair. */
  group?: string;
  /** Where the crosshair is to stand, for those who move it by keyboard. */
  pointAt?: number;
  /** Where it stands, ms; undefined: nowhere. */
  onPoint: (ts: number | undefined) => void;
  onZoom?: (from: number, to: number) => void;
  onZoomOut?: () => void;
};

const minute = 60;
const day = 86_400;
const steps = [
  ...[5, 10, 30, 60, 120].map((seconds) => seconds),
  ...[5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * minute),
  ...[1, 2, 5, 10, 20].map((days) => days * day),
];

function timeLabel(seconds: number, step: number, timeZone: string) {
  const ms = seconds * 1000;
  if (step < minute) return formatClock(ms, timeZone);
  const clock = formatMinute(ms, timeZone);
  return step >= day || clock === "00:00" ? formatDay(ms, timeZone) : clock;
}

/** A reading with a gap on either side has no line: it is a dot. */
function alone(plot: uPlot, index: number) {
  const known = Array.from<number | null | undefined>(plot.data[index] ?? []).flatMap((value, at) =>
    value === undefined ? [] : [{ at, value }],
  );
  return known.flatMap(({ at, value }, place) =>
    value !== null && known[place - 1]?.value == null && known[place + 1]?.value == null ? [at] : [],
  );
}

/** Three of uPlot's for each curve: mean, lowest, highest. */
function seriesOf({ label, token, ghost }: Curve, { color }: Paint): uPlot.Series[] {
  const stroke = color(token);
  const hidden = { stroke: "transparent", width: 0, points: { show: false } };
  const points = { show: true, filter: alone, size: 4, fill: stroke };
  return [{ label, stroke, width: ghost ? 1 : 1.5, dash: ghost ? [4, 4] : undefined, points }, hidden, hidden];
}

export function Plot(props: PlotProps) {
  const { curves, unit, timeZone, from, to, levels, marks, height, stack = false, group, pointAt } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const theme = useDocumentTheme();
  const over = useRef({ levels, marks });
  const point = useEffectEvent((plot: uPlot) => {
    const { left = -1 } = plot.cursor;
    props.onPoint(left < 0 ? undefined : plot.posToVal(left, "x") * 1000);
  });
  const brushed = useEffectEvent((plot: uPlot) => {
    const { left, width } = plot.select;
    if (width < 4) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    props.onZoom?.(plot.posToVal(left, "x") * 1000, plot.posToVal(left + width, "x") * 1000);
  });
  const zoomOut = useEffectEvent(() => props.onZoomOut?.());
  const zooms = props.onZoom !== undefined;
  const shape = curves.map(({ key, token, ghost }) => `${key}|${token}|${ghost}`).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew with the theme, whose colours it reads, and with other curves
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const paint = readPaint();
    const axis = {
      stroke: paint.color("--muted"),
      grid: { stroke: paint.color("--border"), width: 1 },
      ticks: { show: false },
      font: `11px ${paint.font}`,
    };
    const step = smallestStep(unit);
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [6, 16, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: zooms, y: false, setScale: false },
          bind: {
            dblclick: () => () => {
              zoomOut();
              return null;
            },
          },
          ...(group && {
            sync: {
              key: group,
              setSeries: false,
              scales: ["x", null] as uPlot.Cursor.Sync.Scales,
              // The crosshair alone: a brush is of the chart that it is drawn on.
              filters: { pub: (type: string) => type === "mousemove" || type === "mouseleave", sub: () => true },
            },
          }),
        },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
        scales: {
          x: { auto: false },
          y: {
            range: (_, min, max) =>
              valueRange(unit, min === null || max === null ? undefined : { min, max }, over.current.levels),
          },
        },
        axes: [
          {
            ...axis,
            size: 26,
            space: 56,
            incrs: steps,
            values: (_, splits, __, ___, incr) => splits.map((seconds) => timeLabel(seconds, incr, timeZone)),
          },
          {
            ...axis,
            size: 46,
            incrs: [1, 10, 100, 1000, 10_000].flatMap((scale) => [1, 2, 5].map((each) => each * scale * step)),
            values: (_, splits, __, ___, incr) => splits.map((value) => formatRound(value, incr)),
          },
        ],
        series: [{}, ...curves.flatMap((curve) => seriesOf(curve, paint))],
        bands: curves.map(({ token }, at) => ({
          series: [at * 3 + 3, at * 3 + 2],
          fill: paint.tint(token, stack ? 45 : 22),
        })),
        hooks: {
          drawClear: [(plot) => drawBands(plot, over.current.levels, paint)],
          draw: [
            (plot) => {
              drawLevels(plot, over.current.levels, paint);
              drawMarks(plot, over.current.marks, paint);
            },
          ],
          setCursor: [(plot) => point(plot)],
          setSelect: [(plot) => brushed(plot)],
        },
      },
      align(curves) as uPlot.AlignedData,
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
  }, [shape, unit, timeZone, theme, height, stack, group, zooms]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new chart needs its data again
  useEffect(() => {
    over.current = { levels, marks };
    const plot = chart.current;
    plot?.batch(() => {
      plot.setData(align(curves) as uPlot.AlignedData, false);
      plot.setScale("x", { min: from / 1000, max: to / 1000 });
    });
  }, [curves, from, to, levels, marks, unit, timeZone, theme, height, stack, group, zooms]);

  useEffect(() => {
    const plot = chart.current;
    if (!plot || pointAt === undefined) return;
    const left = plot.valToPos(pointAt / 1000, "x");
    // The third argument, which its types leave out: to the charts of the group, too.
    (plot.setCursor as (at: { left: number; top: number }, fire: boolean, publish: boolean) => void)(
      { left, top: 1 },
      true,
      true,
    );
  }, [pointAt]);

  return <div ref={host} style={{ height }} />;
}
