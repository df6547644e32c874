/** Columns for uPlot from rows [ms, value, …], with nulls in the middle of every gap, where it lifts its pen. */
export function withGaps(rows: number[][], gapMs: number, width = 2) {
  const columns = Array.from({ length: width }, (): (number | null)[] => []);
  const add = (at: number, row: number[]) =>
    columns.forEach((column, index) => {
      column.push(index === 0 ? at / 1000 : (row[index] ?? null));
    });
  let before: number | undefined;
  for (const row of rows) {
    const [ts = 0] = row;
    if (before !== undefined && ts - before > gapMs) add((before + ts) / 2, []);
    add(ts, row);
    before = ts;
  }
  return columns as [number[], ...(number | null)[][]];
}
