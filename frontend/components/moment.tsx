import { formatMoment } from "@/lib/format";

/** Site time; UTC in the tooltip. */
export function Moment({ iso, timeZone }: { iso: string; timeZone: string }) {
  const { local, utc } = formatMoment(iso, timeZone);
  return (
    <time dateTime={iso} title={utc} className="whitespace-nowrap tabular-nums">
      {local}
    </time>
  );
}
