"use client";
// The racks, the worst over the span first.
import { Download } from "lucide-react";
import { useMemo } from "react";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import type { Rack } from "@/lib/api";
import { csvOf, saveCsv } from "@/lib/csv";
import { formatAge, formatNumber, noValue } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { useNarrow } from "@/lib/media";
import { useUrlState } from "@/lib/session";
import { percent, VerdictBadge } from "./air";
import { type AirRow, csvHeads, csvLineOf, isOrder, sorted } from "./rack-rows";

const cardHeight = 84;
const rowHeight = 40;
const keyOf = ({ rack }: AirRow) => rack.id;
const nameOf = ({ rack, room }: AirRow) => `${rack.name}, ${room}`;
const share = (part: number | undefined) => (part === undefined ? noValue : `${percent(part)} %`);

const columns: Column<AirRow>[] = [
  {
    key: "rack",
    order: "rack",
    label: "Rack",
    className: "w-20",
    cell: ({ rack }) => <b className="font-medium">{rack.name}</b>,
  },
  { key: "room", order: "room", label: "Room", className: "hidden w-24 xl:table-cell", cell: ({ room }) => room },
  {
    key: "verdict",
    order: "verdict",
    label: "Now",
    cell: ({ air }) => (
      <span title={air.reasons.join("; ") || undefined}>
        <VerdictBadge verdict={air.verdict} />
        {air.reasons.length > 0 && <span className="ml-2 text-muted text-xs">{air.reasons.join("; ")}</span>}
      </span>
    ),
  },
  {
    key: "inlet",
    order: "inlet",
    label: "Inlet °C",
    numeric: true,
    className: "w-20",
    cell: ({ air }) => formatNumber(air.inlet_c, "°C"),
  },
  {
    key: "humidity",
    order: "humidity",
    label: "%RH",
    numeric: true,
    className: "hidden w-16 lg:table-cell",
    cell: ({ air }) => formatNumber(air.rh, "%RH"),
  },
  {
    key: "dew",
    order: "dew",
    label: "Dew point °C",
    numeric: true,
    className: "w-28",
    cell: ({ air }) => formatNumber(air.dew_point_c, "°C"),
  },
  {
    key: "recommended",
    order: "recommended",
    label: "Recommended",
    numeric: true,
    className: "w-32",
    cell: ({ past }) => share(past?.share.recommended),
  },
  {
    key: "outside",
    order: "outside",
    label: "Outside",
    numeric: true,
    className: "w-24",
    cell: ({ past }) => share(past?.share.outside),
  },
  {
    key: "maximum",
    order: "maximum",
    label: "Average · max °C",
    numeric: true,
    className: "hidden w-36 lg:table-cell",
    cell: ({ past }) => `${formatNumber(past?.average_c, "°C")} · ${formatNumber(past?.maximum_c, "°C")}`,
  },
];

function RackCard({ row: { rack, room, air, past } }: { row: AirRow }) {
  const now = useServerNow();
  return (
    <div className="grid gap-0.5">
      <div className="flex items-baseline justify-between gap-2">
        <span className="font-medium">
          {rack.name} <span className="font-normal text-muted">{room}</span>
        </span>
        <VerdictBadge verdict={air.verdict} />
      </div>
      <p className="truncate tabular-nums">
        {formatNumber(air.inlet_c, "°C")} °C, {formatNumber(air.rh, "%RH")} %RH, dew point{" "}
        {formatNumber(air.dew_point_c, "°C")} °C
      </p>
      <p className="truncate text-muted text-xs tabular-nums">
        recommended {share(past?.share.recommended)}, outside {share(past?.share.outside)}
        {air.ts && ` · ${formatAge(now - Date.parse(air.ts))} ago`}
      </p>
    </div>
  );
}

type Props = { rows: AirRow[] | undefined; span: string; onOpen: (rack: Rack) => void };

export function RackList({ rows, span, onOpen }: Props) {
  const url = useUrlState();
  const wanted = url.search.get("sort");
  const by = isOrder(wanted) ? wanted : "worst";
  const down = by === "worst" || url.search.get("order") === "down";
  const ordered = useMemo(() => rows && sorted(rows, by, down), [rows, by, down]);
  const narrow = useNarrow();
  const count = ordered?.length ?? 6;
  return (
    <section aria-labelledby="racks" className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="racks" className="font-semibold text-base">
          Racks <span className="ml-1 font-normal text-muted text-sm">{by === "worst" ? "the worst first" : span}</span>
        </h2>
        <Button
          size="small"
          disabled={!ordered?.length}
          onClick={() => ordered && saveCsv(`environment ${span}`, csvOf(csvHeads, ordered.map(csvLineOf)))}
        >
          <Download aria-hidden /> CSV
        </Button>
      </div>
      <div
        className="flex flex-col"
        style={{ height: `min(44rem, ${count * (narrow ? cardHeight : rowHeight) + 44}px)` }}
      >
        <DataTable
          label="Racks"
          columns={columns}
          rows={ordered}
          keyOf={keyOf}
          nameOf={nameOf}
          card={(row) => <RackCard row={row} />}
          cardHeight={cardHeight}
          order={{ by, down }}
          onOrder={(next) => url.set({ sort: next, order: by === next && !down ? "down" : null })}
          onOpen={({ rack }) => onOpen(rack)}
          instead={rows?.length === 0 ? <EmptyView title="This site has no racks yet" /> : undefined}
        />
      </div>
    </section>
  );
}
