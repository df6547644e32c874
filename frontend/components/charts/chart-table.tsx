import { useMemo } from "react";
import { formatMoment, formatNumber } from "@/lib/format";
import { type Series, tableOf } from "./chart-model";

type Props = { label: string; unit: string; timeZone: string; from: number; to: number; series: Series[] };

/** What a chart shows, in words and figures. The newest first: it is what one looks for. */
export function ChartTable({ label, unit, timeZone, from, to, series }: Props) {
  const { heads, lines } = useMemo(() => tableOf(series, unit, from, to), [series, unit, from, to]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section aria-label={`${label}, table`} tabIndex={0} className="mt-1 max-h-64 overflow-auto rounded-md border">
      <table className="w-full border-collapse text-xs">
        <thead className="sticky top-0 bg-surface text-left text-muted">
          <tr>
            <th scope="col" className="px-2 py-1.5 font-medium">
              Time
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" className="px-2 py-1.5 text-right font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.toReversed().map(({ ts, cells }) => {
            const { local, utc } = formatMoment(new Date(ts).toISOString(), timeZone);
            return (
              <tr key={ts} className="border-t">
                <th scope="row" title={utc} className="whitespace-nowrap px-2 py-1 text-left font-normal tabular-nums">
                  {local}
                </th>
                {cells.map((cell, at) => (
                  <td key={heads[at]} className="px-2 py-1 text-right tabular-nums">
                    {formatNumber(cell, unit)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
