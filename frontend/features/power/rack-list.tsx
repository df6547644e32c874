"use client";
// All racks with their power: what each draws of its rating, on which feed, what is left when one is lost, and whether it is redundant.
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { type Column, DataTable } from "@/components/data-table";
import { SearchBox } from "@/components/search-box";
import { EmptyView, ErrorView } from "@/components/state-views";
import { withQuery } from "@/lib/api";
import { formatNumber, formatShare } from "@/lib/format";
import { useUrlState } from "@/lib/session";
import { LoadBar, wholeOf } from "./load-bar";
import { OverBadge, RedundancyBadge } from "./looks";
import { nearlyFull, type RackOrder, type RackRow, rackOrders, sortRackRows } from "./rack-rows";

const keyOf = ({ power }: RackRow) => power.rack_id;
const nameOf = ({ name }: RackRow) => `rack ${name}`;
const isOrder = (text: string): text is RackOrder => Object.hasOwn(rackOrders, text);

const percent = (value: number | null) => `${formatNumber(value, "%")} %`;

function columnsOf(whole: number): Column<RackRow>[] {
  return [
    {
      ...{ key: "name", label: "Rack", order: "name", className: "w-32" },
      cell: ({ name, room }) => (
        <>
          <span className="font-medium">{name}</span> <span className="text-muted text-xs">{room}</span>
        </>
      ),
    },
    {
      ...{ key: "share", label: "Load", order: "share" },
      cell: ({ name, power }) => (
        <LoadBar label={`Rack ${name}`} share={power.share} over={power.over} continuous={nearlyFull} whole={whole} />
      ),
    },
    {
      ...{ key: "kw", label: "kW", numeric: true, className: "w-44" },
      cell: ({ power }) => (
        <>
          {formatNumber(power.kw, "kW")} <span className="text-muted">/ {formatNumber(power.rated_kw, "U")}</span>{" "}
          <span className="inline-block w-11">{formatShare(power.share)}</span>
        </>
      ),
    },
    {
      ...{ key: "feeds", label: "Feed A | B, kW", numeric: true, className: "hidden w-32 lg:table-cell" },
      cell: ({ power }) => `${formatNumber(power.a_kw, "kW")} | ${formatNumber(power.b_kw, "kW")}`,
    },
    {
      ...{ key: "surviving", label: "On one feed", numeric: true, order: "surviving", className: "w-28" },
      cell: ({ power, survivingOver }) => (
        <span className={survivingOver ? (survivingOver === "rating" ? "text-critical" : "text-warning") : undefined}>
          {formatShare(power.surviving_share)}
        </span>
      ),
    },
    {
      ...{
        key: "imbalance",
        label: "Imbalance",
        numeric: true,
        order: "imbalance",
        className: "hidden w-28 xl:table-cell",
      },
      cell: ({ power }) => percent(power.imbalance_percent),
    },
    {
      ...{ key: "redundancy", label: "Redundancy", className: "w-[22%]" },
      cell: ({ power }) => (
        <span className="inline-flex items-baseline gap-2">
          <RedundancyBadge state={power.redundancy} />
          <span className="truncate text-muted text-xs">{power.reasons.join("; ")}</span>
        </span>
      ),
    },
  ];
}

function Card({ row: { name, room, power }, whole }: { row: RackRow; whole: number }) {
  return (
    <div className="grid gap-1">
      <span className="flex items-baseline justify-between gap-2">
        <span>
          <strong className="font-medium">{name}</strong> <span className="text-muted text-xs">{room}</span>
        </span>
        {power.over ? <OverBadge over={power.over} /> : <RedundancyBadge state={power.redundancy} />}
      </span>
      <LoadBar label={`Rack ${name}`} share={power.share} over={power.over} continuous={nearlyFull} whole={whole} />
      <span className="text-muted text-xs tabular-nums">
        {formatNumber(power.kw, "kW")} of {formatNumber(power.rated_kw, "U")} kW · on one feed{" "}
        {formatShare(power.surviving_share)}
      </span>
    </div>
  );
}

type Props = { rows: RackRow[] | undefined; site: string; error: Error | null; onRetry: () => void };

export function RackList({ rows, site, error, onRetry }: Props) {
  const url = useUrlState();
  const router = useRouter();
  const sort = url.search.get("sort") ?? "name";
  const plain = sort.replace(/^-/, "");
  const order = isOrder(plain) ? plain : "name";
  const down = sort.startsWith("-");
  const words = (url.search.get("q") ?? "").toLowerCase();
  const sorted = useMemo(
    () =>
      rows &&
      sortRackRows(
        rows.filter(({ name, room, power }) =>
          `${name} ${room} ${power.redundancy} ${power.reasons.join(" ")}`.toLowerCase().includes(words),
        ),
        order,
        down,
      ),
    [rows, order, down, words],
  );
  const whole = wholeOf(rows?.map(({ power }) => power.share) ?? []);
  const columns = useMemo(() => columnsOf(whole), [whole]);
  return (
    <>
      <SearchBox label="Search racks" title="By name, room or redundancy" className="flex-none sm:w-72" />
      <DataTable
        label="Racks and their power"
        columns={columns}
        rows={sorted}
        keyOf={keyOf}
        nameOf={nameOf}
        card={(row) => <Card row={row} whole={whole} />}
        order={{ by: order, down }}
        // The greatest first; by name from the beginning.
        onOrder={(by) => url.set({ sort: by === order ? (down ? by : `-${by}`) : by === "name" ? null : `-${by}` })}
        onOpen={({ key }) => router.push(withQuery("/power/rack/", { site, rack: key }) as never)}
        rowClass={({ power }) => (power.over === "rating" ? "bg-critical/10" : undefined)}
        instead={
          error ? (
            <ErrorView title="The racks could not be loaded" detail={error.message} onRetry={onRetry} />
          ) : sorted?.length === 0 ? (
            <EmptyView title={rows?.length ? "No rack is found" : "No rack hangs on the power chain yet"}>
              {rows?.length
                ? "Search for something else."
                : "Rack feeds come with the site document, or under Elements."}
            </EmptyView>
          ) : undefined
        }
      />
    </>
  );
}
