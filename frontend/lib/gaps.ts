/** With a null in the middle of every gap, where uPlot lifts its pen. */
export function withGaps(points: [number, number][], gapMs: number) {
  const times: number[] = [];
  const values: (number | null)[] = [];
  let before: number | undefined;
  for (const [ts, value] of points) {
    if (before !== undefined && ts - before > gapMs) {
      times.push((before + ts) / 2000);
      values.push(null);
    }
    times.push(ts / 1000);
    values.push(value);
    before = ts;
  }
  return [times, values] as [number[], (number | null)[]];
}
