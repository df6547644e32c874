// What a chart over time shows, as plain data: how series come onto one axis of time, how far the axis of values reaches, what limits shade,
// and the same figures as a table. Pure; drawing is elsewhere.
import { smallestStep } from "@/lib/units";

/** [time in ms, value], or [time in ms, mean, lowest, highest] of a bucket. */
export type Row = readonly number[];

export type Series = {
  key: string;
  label: string;
  /** Oldest first. */
  rows: Row[];
  /** Two rows further apart than this have a gap between them. */
  gapMs: number;
  /** Of an earlier day or week, to compare with: dashed, and in no summary. */
  ghost?: boolean;
};

/** A limit of an alarm rule, in the unit that is shown. */
export type Level = { when: "above" | "below"; value: number; label: string; token: string };
/** A moment; with `until` a span. */
export type Mark = { ts: number; until?: number; label: string; token: string };

type Cell = number | null | undefined;
/** Time in s, then mean, lowest and highest of each series. Null lifts the pen, undefined does not: another series has that moment. */
export type Columns = [number[], ...Cell[][]];

/** With a null in the middle of every gap. */
function withGaps({ rows, gapMs }: Series): [ts: number, row: Row | null][] {
  return rows.flatMap((row, at): [number, Row | null][] => {
    const [ts = 0] = row;
    const before = rows[at - 1]?.[0];
    const gap = before !== undefined && ts - before > gapMs;
    return gap
      ? [
          [(before + ts) / 2, null],
          [ts, row],
        ]
      : [[ts, row]];
  });
}

export function align(series: Series[]): Columns {
  const all = series.map((each) => new Map(withGaps(each)));
  const times = [...new Set(all.flatMap((each) => [...each.keys()]))].sort((a, b) => a - b);
  const columns = all.flatMap((each) =>
    [1, 2, 3].map((column) =>
      times.map((ts): Cell => {
        const row = each.get(ts);
        return row === undefined ? undefined : (row?.[column] ?? null);
      }),
    ),
  );
  return [times.map((ts) => ts / 1000), ...columns];
}

/** The row of a moment: the newest that is not after it, unless a gap has begun since; else the next, when that is near. */
export function rowAt({ rows, gapMs }: Series, ts: number): Row | undefined {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.[0] ?? 0) <= ts) low = middle + 1;
    else high = middle;
  }
  const near = [rows[low - 1], rows[low]].filter((row): row is Row => row !== undefined);
  const away = (row: Row) => Math.abs((row[0] ?? 0) - ts);
  const [best] = near.sort((a, b) => away(a) - away(b));
  return best && away(best) <= gapMs / 2 ? best : undefined;
}

/** One on the other, the first at the bottom: each row becomes [ts, top, bottom, top], so that its band is the layer. Where one of them is not
 * known there is no sum, and nothing is drawn. */
export function stacked<T extends Series>(series: T[]): T[] {
  const columns = series.map(({ rows }) => new Map(rows.map(([ts = 0, value = 0]) => [ts, value])));
  const times = (series[0]?.rows ?? []).map(([ts = 0]) => ts).filter((ts) => columns.every((each) => each.has(ts)));
  const height = new Map(times.map((ts) => [ts, 0]));
  return series.map((each, at) => ({
    ...each,
    rows: times.map((ts) => {
      const bottom = height.get(ts) ?? 0;
      const top = bottom + (columns[at]?.get(ts) ?? 0);
      height.set(ts, top);
      return [ts, top, bottom, top];
    }),
  }));
}

export type Extent = { min: number; max: number };

export function extentOf(series: Series[], from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY) {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { rows } of series) {
    for (const [ts = 0, mean = 0, lowest = mean, highest = mean] of rows) {
      if (ts < from || ts > to) continue;
      min = Math.min(min, lowest);
      max = Math.max(max, highest);
    }
  }
  return min <= max ? { min, max } : undefined;
}

/** All that is drawn, and of the limits the next above and the next below: how far it is to them is what one wants to see. */
export function valueRange(unit: string, seen: Extent | undefined, levels: Level[]): [number, number] {
  const step = smallestStep(unit);
  if (!seen) {
    const values = levels.map(({ value }) => value);
    return values.length ? [Math.min(...values) - 10 * step, Math.max(...values) + 10 * step] : [0, 10 * step];
  }
  const above = levels.filter(({ when, value }) => when === "above" && value >= seen.max).map(({ value }) => value);
  const below = levels.filter(({ when, value }) => when === "below" && value <= seen.min).map(({ value }) => value);
  const max = above.length ? Math.min(...above) : seen.max;
  const min = below.length ? Math.max(...below) : seen.min;
  // No finer than the digits that are shown, and room for a few of them: noise is not blown up.
  const missing = Math.max(0, 10 * step - (max - min)) / 2 + (max - min) * 0.08;
  // What cannot be negative does not get an axis that is.
  return [seen.min >= 0 && min - missing < 0 ? 0 : min - missing, max + missing];
}

export type Band = { from: number; to: number; token: string };

/** From each limit to the next worse one, or for ever. */
export function bandsOf(levels: Level[]): Band[] {
  const of = (when: Level["when"], worse: (a: Level, b: Level) => number, end: number) =>
    levels
      .filter((level) => level.when === when)
      .sort(worse)
      .map(({ value, token }, at, all): Band => {
        const next = all[at + 1]?.value ?? end;
        return { from: Math.min(value, next), to: Math.max(value, next), token };
      });
  return [
    ...of("above", (a, b) => a.value - b.value, Number.POSITIVE_INFINITY),
    ...of("below", (a, b) => b.value - a.value, Number.NEGATIVE_INFINITY),
  ];
}

/** What is shown, as a table: one line for each moment at which any series has a row. */
export function tableOf(series: Series[], unit: string, from: number, to: number) {
  const extremes = series.map(({ rows }) => rows.some((row) => row.length > 2));
  const heads = series.flatMap(({ label }, at) => {
    const head = `${label}, ${unit}`;
    return extremes[at] ? [head, `${head}, lowest`, `${head}, highest`] : [head];
  });
  const all = series.map(({ rows }) => new Map(rows.map((row) => [row[0] ?? 0, row])));
  const times = [...new Set(all.flatMap((each) => [...each.keys()]))]
    .filter((ts) => ts >= from && ts <= to)
    .sort((a, b) => a - b);
  const lines = times.map((ts) => ({
    ts,
    cells: all.flatMap((each, at): (number | null)[] => {
      const row = each.get(ts);
      return (extremes[at] ? [1, 2, 3] : [1]).map((column) => row?.[column] ?? null);
    }),
  }));
  return { heads, lines };
}
