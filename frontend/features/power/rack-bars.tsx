"use client";
// Every rack against its rating: the fullest first, live, with what its surviving feed would carry. A click opens the rack's power.
import Link from "next/link";
import { memo, useMemo } from "react";
import { EmptyView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { formatNumber, formatShare } from "@/lib/format";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { LoadBar, wholeOf } from "./load-bar";
import { overLook } from "./looks";
import { nearlyFull, type RackOrder, type RackRow, rackOrders, sortRackRows } from "./rack-rows";

const isOrder = (text: string | null): text is RackOrder => text !== null && Object.hasOwn(rackOrders, text);

function Row({ row, site, whole }: { row: RackRow; site: string; whole: number }) {
  const { power, name, room, key, survivingOver } = row;
  const look = overLook(power.over);
  return (
    <li className="break-inside-avoid">
      <Link
        href={{ pathname: "/power/rack/", query: { site, rack: key } }}
        data-testid={`bar-${name}`}
        className={cn(
          "grid grid-cols-[4.5rem_1fr_7.5rem] items-center gap-x-3 rounded px-2 py-1 hover:bg-raised sm:grid-cols-[6rem_1fr_10.5rem]",
          power.over === "rating" && "bg-critical/10",
        )}
      >
        <span className="truncate">
          <span className="font-medium">{name}</span> <span className="text-muted text-xs max-sm:hidden">{room}</span>
        </span>
        <LoadBar
          label={`Rack ${name}`}
          share={power.share}
          over={power.over}
          second={{ share: power.surviving_share, over: survivingOver, label: "of one feed when the other is lost" }}
          continuous={nearlyFull}
          whole={whole}
        />
        <span className="whitespace-nowrap text-right text-xs tabular-nums">
          {look && (
            <span className={cn("mr-1 font-medium", look.text)} title={look.word}>
              <span aria-hidden>{look.glyph}</span>
              <span className="sr-only">{look.word}</span>
            </span>
          )}
          {formatNumber(power.kw, "kW")}
          <span className="text-muted max-sm:hidden"> / {formatNumber(power.rated_kw, "U")} kW</span>
          <span className="text-muted sm:hidden"> kW</span>{" "}
          <span className={cn("inline-block w-10", look?.text)}>{formatShare(power.share)}</span>
        </span>
      </Link>
    </li>
  );
}

function Legend() {
  return (
    <ul aria-label="Legend" className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
      <li className="inline-flex items-center gap-1.5">
        <span aria-hidden className="h-3 border-l border-dashed border-[var(--warning)]" /> nearly full, 90 %
      </li>
      <li className="inline-flex items-center gap-1.5">
        <span aria-hidden className="h-3 w-0.5 bg-foreground/70" /> rating
      </li>
      <li className="inline-flex items-center gap-1.5">
        <span aria-hidden className="size-2 rotate-45 bg-foreground" /> on one feed, when the other is lost
      </li>
    </ul>
  );
}

type Props = { rows: RackRow[] | undefined; site: string };

/** The page around it looks at the clock each second; racks change with the chain. */
export const RackBars = memo(function RackBars({ rows, site }: Props) {
  const url = useUrlState();
  const given = url.search.get("sort");
  const order = isOrder(given) ? given : "share";
  const sorted = useMemo(() => rows && sortRackRows(rows, order), [rows, order]);
  const whole = wholeOf(rows?.flatMap(({ power }) => [power.share, power.surviving_share]) ?? []);
  const over = rows?.filter(({ power }) => power.over === "rating").length ?? 0;
  return (
    <Card className="min-w-0 p-4" aria-label="Racks against their rating">
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 className="font-medium">Racks against their rating</h2>
        {rows && (
          <span className={cn("text-xs", over ? "font-medium text-critical" : "text-muted")} data-testid="racks-over">
            {over ? `◆ ${over} over capacity` : "none over capacity"}
          </span>
        )}
        <Legend />
        <Select
          aria-label="Order"
          className="ml-auto h-8 w-auto px-2"
          value={order}
          onChange={({ target }) => url.set({ sort: target.value === "share" ? null : target.value })}
        >
          {Object.entries(rackOrders).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </div>
      {!sorted ? (
        <Skeleton className="h-80" />
      ) : sorted.length === 0 ? (
        <EmptyView title="No rack hangs on the power chain yet">
          Rack feeds come with the site document, or under Elements.
        </EmptyView>
      ) : (
        <ul className="xl:columns-2 xl:gap-x-8">
          {sorted.map((row) => (
            <Row key={row.power.rack_id} {...{ row, site, whole }} />
          ))}
        </ul>
      )}
    </Card>
  );
});
