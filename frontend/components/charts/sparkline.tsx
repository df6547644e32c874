// A curve the size of a word: it says where a figure comes from, not how much it was. Gaps are gaps.
import { cn } from "@/lib/utils";
import { extentOf, type Row } from "./chart-model";

type Props = {
  label: string;
  rows: Row[] | undefined;
  from: number;
  to: number;
  gapMs: number;
  /** No span of values is drawn larger than this: noise stays small. */
  atLeast?: number;
  token?: string;
  className?: string;
};

const width = 100;
const height = 24;

/** As SVG paths: the line, and the area under it. */
export function pathsOf(rows: Row[], from: number, to: number, gapMs: number, atLeast: number) {
  const seen = extentOf([{ key: "", label: "", gapMs, rows: rows.map(([ts = 0, mean = 0]) => [ts, mean]) }], from, to);
  if (!seen) return { line: "", area: "" };
  const span = Math.max(seen.max - seen.min, atLeast, Number.EPSILON);
  const bottom = (seen.max + seen.min - span) / 2;
  const x = (ts: number) => (((ts - from) / (to - from)) * width).toFixed(2);
  const y = (value: number) => (height - 1.5 - ((value - bottom) / span) * (height - 3)).toFixed(2);
  const runs: Row[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const [ts = 0] = row;
    if (ts < from || ts > to) continue;
    if (ts - before > gapMs) runs.push([]);
    runs.at(-1)?.push(row);
    before = ts;
  }
  const draw = (run: Row[]) => run.map(([ts = 0, mean = 0], at) => `${at ? "L" : "M"}${x(ts)} ${y(mean)}`).join("");
  return {
    line: runs.map(draw).join(""),
    area: runs
      .map((run) => `${draw(run)}L${x(run.at(-1)?.[0] ?? 0)} ${height}L${x(run[0]?.[0] ?? 0)} ${height}Z`)
      .join(""),
  };
}

export function Sparkline({ label, rows, from, to, gapMs, atLeast = 0, token = "--chart-1", className }: Props) {
  const { line, area } = pathsOf(rows ?? [], from, to, gapMs, atLeast);
  return (
    <svg
      role="img"
      aria-label={line ? label : `${label}: no data`}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={cn("h-6 w-full", className)}
      style={{ color: `var(${token})` }}
    >
      {line ? (
        <>
          <path d={area} fill="currentColor" opacity={0.14} />
          <path
            d={line}
            fill="none"
            stroke="currentColor"
            strokeWidth={1.5}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </>
      ) : (
        <path
          d={`M0 ${height - 1}H${width}`}
          stroke="var(--unknown)"
          strokeDasharray="3 3"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}
