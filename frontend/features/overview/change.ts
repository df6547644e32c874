// Where a figure is going: what it is now against what it was an hour ago.
const hourMs = 3_600_000;

export type Change = { direction: "up" | "down" | "steady"; by: number };

/** `least`: a smaller difference is noise. Undefined when nothing is known of an hour ago. */
export function changeOf(rows: number[][], current: number | null, now: number, least: number): Change | undefined {
  if (current === null) return undefined;
  const then = rows.findLast(([ts = 0]) => ts <= now - hourMs);
  if (!then || now - (then[0] ?? 0) > 1.5 * hourMs) return undefined;
  const by = current - (then[1] ?? 0);
  return { direction: Math.abs(by) < least ? "steady" : by > 0 ? "up" : "down", by };
}
