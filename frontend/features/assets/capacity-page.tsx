"use client";
// How full the site is: space, power also on the feed that is left, weight, cooling; each rack, row and room; how it came so and when it is full.
import { Search } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox, Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import type { Room } from "@/lib/api";
import { formatAge } from "@/lib/format";
import { useRooms } from "@/lib/inventory";
import { useServerNow } from "@/lib/live";
import { useSite, useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import type { Capacity } from "./assets-types";
import { useCapacity } from "./capacity-api";
import { CapacityBar, coolingBar, feedBar, powerBar, spaceBar, weightBar } from "./capacity-bars";
import { type CapacityRow, type Level, levels, type Order, rowsOf } from "./capacity-rows";
import { CapacityTrends } from "./capacity-trends";
import { FitDrawer } from "./fit-drawer";

const spans = { 30: "30 days", 90: "90 days", 365: "A year" } as const;
const staleMs = 180_000;
const overWords = { power: "power", "surviving-feed": "surviving feed", weight: "weight", cooling: "cooling" } as const;
const keyOf = (row: CapacityRow) => row.key;
const nameOf = (row: CapacityRow) => row.name;

function Stranded({ capacity }: { capacity: Capacity }) {
  const { stranded } = capacity;
  return stranded ? (
    <span className="text-warning" title={stranded.reason}>
      {stranded.u} U: {stranded.reason}
    </span>
  ) : (
    <span className="text-muted">–</span>
  );
}

function columnsOf(site: string, codeOf: (roomId: number) => string): Column<CapacityRow>[] {
  const bar =
    (label: string, of: (capacity: Capacity) => ReturnType<typeof spaceBar> | undefined) => (row: CapacityRow) => (
      <CapacityBar label={label} bar={of(row.capacity)} />
    );
  return [
    {
      ...{ key: "name", label: "Name", order: "name", className: "w-36 lg:w-[13%]" },
      cell: ({ level, name, rackId, roomId, capacity }) => (
        <span className={cn("flex items-baseline gap-2", level === "row" && "pl-3", level === "rack" && "pl-6")}>
          {rackId === undefined ? (
            <strong className={level === "room" ? "font-semibold" : "font-medium"}>{name}</strong>
          ) : (
            <Link
              className="text-primary hover:underline"
              href={{ pathname: "/racks/", query: { site, rack: `${codeOf(roomId)}.${name}` } }}
            >
              {name}
            </Link>
          )}
          {level !== "rack" && (
            <span className="truncate text-muted text-xs">
              {capacity.racks_over > 0 ? `${capacity.racks_over} over` : `${capacity.racks} racks`}
            </span>
          )}
        </span>
      ),
    },
    { key: "space", label: "Space", order: "space", cell: bar("Space", spaceBar) },
    {
      ...{ key: "block", label: "Largest block", numeric: true, className: "hidden w-28 lg:table-cell" },
      cell: ({ capacity }) => `${capacity.u.largest_free_block} U`,
    },
    { key: "power", label: "Power", order: "power", cell: bar("Power", powerBar) },
    { key: "feed", label: "Surviving feed", order: "feed", cell: bar("Surviving feed", feedBar) },
    {
      ...{ key: "weight", label: "Weight", order: "weight", className: "hidden xl:table-cell" },
      cell: bar("Weight", weightBar),
    },
    {
      ...{ key: "cooling", label: "Cooling", order: "cooling", className: "hidden xl:table-cell" },
      cell: bar("Cooling", coolingBar),
    },
    {
      ...{ key: "stranded", label: "Stranded", className: "hidden w-[14%] lg:table-cell" },
      cell: ({ capacity }) => <Stranded capacity={capacity} />,
    },
  ];
}

function RowCard({ row }: { row: CapacityRow }) {
  return (
    <div className="grid gap-1">
      <span className="flex justify-between gap-2">
        <strong className="font-medium">{row.name}</strong>
        {row.capacity.over.length > 0 && (
          <span className="text-critical text-xs">
            over: {row.capacity.over.map((each) => overWords[each]).join(", ")}
          </span>
        )}
      </span>
      <span className="grid grid-cols-2 gap-3">
        <CapacityBar label="Space" bar={spaceBar(row.capacity)} />
        <CapacityBar label="Power" bar={powerBar(row.capacity)} />
      </span>
    </div>
  );
}

function Tile({ label, note, children }: { label: string; note?: React.ReactNode; children: React.ReactNode }) {
  return (
    <Card className="grid min-w-0 content-start gap-1.5 p-3">
      <h2 className="text-muted text-xs">{label}</h2>
      {children}
      {note && <p className="text-muted text-xs">{note}</p>}
    </Card>
  );
}

function Tiles({ capacity, at }: { capacity: Capacity; at: string }) {
  const now = useServerNow();
  const { u, power_kw, stranded, racks, racks_over, over } = capacity;
  const age = now - Date.parse(at);
  const measured =
    power_kw.measured === null
      ? "nothing is measured: as the types say"
      : `${power_kw.measured.toFixed(2)} kW measured, ${Math.round(power_kw.measured_coverage * 100)} % of the racks`;
  return (
    <section
      aria-label="All together"
      className={cn("grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6", age > staleMs && "opacity-60")}
      title={age > staleMs ? `As it was ${formatAge(age)} ago` : undefined}
    >
      <Tile label="Space" note={`${u.free} U free, ${u.reserved} reserved, ${u.blocked} blocked`}>
        <CapacityBar label="Space" bar={spaceBar(capacity)} tall />
      </Tile>
      <Tile label="Power" note={measured}>
        <CapacityBar label="Power" bar={powerBar(capacity)} tall />
      </Tile>
      <Tile label="On the surviving feed" note="when the other one is lost, the worse of the two">
        <CapacityBar label="Surviving feed" bar={feedBar(capacity)} tall />
      </Tile>
      <Tile label="Weight">
        <CapacityBar label="Weight" bar={weightBar(capacity)} tall />
      </Tile>
      <Tile label="Cooling">
        <CapacityBar label="Cooling" bar={coolingBar(capacity)} tall />
      </Tile>
      <Tile label="Over capacity" note={stranded ? `${stranded.u} U stranded: ${stranded.reason}` : "no U is stranded"}>
        <p className={cn("font-semibold text-base tabular-nums", racks_over > 0 ? "text-critical" : "text-good")}>
          {racks_over} of {racks} racks
          {over.length > 0 && (
            <span className="font-normal text-xs"> · {over.map((each) => overWords[each]).join(", ")}</span>
          )}
        </p>
      </Tile>
    </section>
  );
}

const isLevel = (text: string | null): text is Level => text !== null && text in levels;
const orders: Order[] = ["name", "space", "power", "feed", "weight", "cooling"];

function Loading() {
  return (
    <div className="grid gap-4" aria-busy>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
        {["a", "b", "c", "d", "e", "f"].map((key) => (
          <Skeleton key={key} className="h-24" />
        ))}
      </div>
      <Skeleton className="h-64" />
      <Skeleton className="h-96" />
    </div>
  );
}

function Filters({ rooms }: { rooms: Room[] | undefined }) {
  const url = useUrlState();
  const choice = (key: string, label: string, value: string, standard: string, options: [string, string][]) => (
    <Select
      aria-label={label}
      className="w-auto"
      value={value}
      onChange={({ target }) => url.set({ [key]: target.value === standard ? null : target.value })}
    >
      {options.map(([each, word]) => (
        <option key={each} value={each}>
          {word}
        </option>
      ))}
    </Select>
  );
  return (
    <>
      {choice("room", "Room", url.search.get("room") ?? "", "", [
        ["", "All rooms"],
        ...(rooms ?? []).map(({ code, name }): [string, string] => [code, name]),
      ])}
      {choice("days", "Trend of", url.search.get("days") ?? "90", "90", Object.entries(spans))}
    </>
  );
}

export function CapacityPage() {
  const site = useSite();
  const code = site?.code ?? "";
  const url = useUrlState();
  const rooms = useRooms(site?.code).data?.items;
  const { data, error, refetch } = useCapacity(site?.code);
  const room = rooms?.find((each) => each.code === url.search.get("room"));
  const given = url.search.get("level");
  const level: Level = isLevel(given) ? given : "rack";
  const onlyOver = url.search.get("over") === "1";
  const sort = url.search.get("sort") ?? "name";
  const down = sort.startsWith("-");
  const order = orders.find((each) => each === sort.replace("-", "")) ?? "name";
  const roomId = room?.id;
  const rows = useMemo(
    () => data && rowsOf(data, { level, roomId, onlyOver, order, down }),
    [data, level, roomId, onlyOver, order, down],
  );
  const columns = useMemo(
    () => columnsOf(code, (id) => rooms?.find((each) => each.id === id)?.code ?? ""),
    [code, rooms],
  );
  const shown = room ? data?.rooms.find(({ room_id }) => room_id === room.id)?.capacity : data?.site;
  const days = Number(Object.keys(spans).find((each) => each === url.search.get("days")) ?? 90);
  return (
    <div className="mx-auto grid max-w-[120rem] gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-2 font-semibold text-lg">Capacity</h1>
        <Filters rooms={rooms} />
        <Button
          className="ml-auto"
          variant="primary"
          size="small"
          onClick={() => url.set({ fit: "1" }, { push: true })}
        >
          <Search aria-hidden /> Where does it fit?
        </Button>
      </div>
      {error && !data ? (
        <ErrorView title="The capacity could not be loaded" detail={error.message} onRetry={refetch} />
      ) : !data || !shown || !site ? (
        <Loading />
      ) : data.racks.length === 0 ? (
        <EmptyView title="This site has no racks yet">
          Racks come with the site document: <code>dcim site import FILE</code>.
        </EmptyView>
      ) : (
        <>
          {error && <p className="text-warning">It could not be asked anew: {error.message}</p>}
          <Tiles capacity={shown} at={data.server_time} />
          <CapacityTrends site={site.code} room={room?.id} days={days} timeZone={site.time_zone} />
          <section aria-label="Racks, rows and rooms" className="grid gap-2">
            <div className="flex flex-wrap items-center gap-3">
              <Select
                aria-label="Down to"
                className="w-auto"
                value={level}
                onChange={({ target }) => url.set({ level: target.value === "rack" ? null : target.value })}
              >
                {Object.entries(levels).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
              <Checkbox
                label="Over capacity only"
                checked={onlyOver}
                onChange={({ target }) => url.set({ over: target.checked ? "1" : null })}
              />
              <ul aria-label="Legend" className="ml-auto flex flex-wrap gap-x-3 text-muted text-xs">
                <li>
                  <span aria-hidden className="mr-1 inline-block size-2.5 rounded-sm bg-[var(--chart-1)]" />
                  used
                </li>
                <li>
                  <span aria-hidden className="mr-1 inline-block size-2.5 rounded-sm bg-info/60" />
                  reserved
                </li>
                <li>
                  <span aria-hidden className="mr-1 inline-block size-2.5 rounded-sm bg-unknown/70" />
                  blocked
                </li>
                <li>
                  <span aria-hidden className="mr-1 inline-block h-2.5 w-0.5 bg-foreground" />
                  measured
                </li>
              </ul>
            </div>
            <div className="flex h-[36rem] flex-col">
              <DataTable
                label="Capacity of racks, rows and rooms"
                columns={columns}
                rows={rows}
                keyOf={keyOf}
                nameOf={nameOf}
                card={(row) => <RowCard row={row} />}
                order={{ by: order, down }}
                // The fullest first; by name from the beginning.
                onOrder={(by) =>
                  url.set({ sort: by === order ? (down ? by : `-${by}`) : by === "name" ? null : `-${by}` })
                }
                rowClass={({ capacity, level: of }) =>
                  of === "rack" && capacity.over.length > 0
                    ? "bg-critical/10"
                    : of === "room"
                      ? "bg-raised/60"
                      : undefined
                }
                instead={
                  rows?.length === 0 ? (
                    <EmptyView title="Nothing is over capacity">
                      {onlyOver && "All racks, rows and rooms keep their limits."}
                    </EmptyView>
                  ) : undefined
                }
              />
            </div>
          </section>
        </>
      )}
      {site && url.search.get("fit") === "1" && (
        <FitDrawer site={site.code} timeZone={site.time_zone} rooms={rooms} onClose={() => url.set({ fit: null })} />
      )}
    </div>
  );
}
