"use client";
// The live list of racks. Filter and order are in the address; nothing moves under the pointer or the focus. A long one scrolls by itself, and
// draws only the rows in view.
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { StateBadge } from "@/components/state-badge";
import { EmptyView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { useWindow } from "@/components/use-window";
import type { Alarm, Rack, Room } from "@/lib/api";
import { formatAge, formatNumber, noValue } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { type RackValue, rackFigures, type SortKey, sortRacks } from "@/lib/rack-figures";
import { readingsStore, useReadingsOf, useReadingsSnapshots } from "@/lib/readings-store";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";

const none: never[] = [];
const orderAgainMs = 5_000;
/** More rows than these are not drawn all at once. */
const atOnce = 60;
const rowHeight = 37;
/** Left out on a phone. */
const wide = "hidden sm:table-cell";

const columns: { key: SortKey; label: string; className?: string }[] = [
  { key: "name", label: "Rack" },
  { key: "room", label: "Room", className: wide },
  { key: "inlet", label: "Inlet °C", className: "text-right" },
  { key: "humidity", label: "Humidity %RH", className: `text-right ${wide}` },
  { key: "power", label: "Power kW", className: "text-right" },
  { key: "age", label: "Age", className: `text-right ${wide}` },
  { key: "state", label: "State" },
];

function Value({ of, testId, className }: { of: RackValue | undefined; testId: string; className?: string }) {
  return (
    <td className={cn("whitespace-nowrap px-3 text-right tabular-nums", className)}>
      {of?.unused && <span className="mr-2 text-muted text-xs">{of.unused}</span>}
      <span data-testid={testId} className={cn((!of || of.unused) && "text-muted", of?.unused && "line-through")}>
        {of ? formatNumber(of.value, of.unit) : noValue}
      </span>
    </td>
  );
}

type RowProps = { rack: Rack; room: string; now: number; alarms: Alarm[]; onOpen: (rack: Rack) => void; index: number };

function Row({ rack, room, now, alarms, onOpen, index }: RowProps) {
  useReadingsOf(rack.sensors);
  const { inlet, humidity, power, oldestTs, state, reasons } = rackFigures(rack, readingsStore.get, now, alarms);
  return (
    <tr
      data-testid={`rack-row-${rack.name}`}
      aria-rowindex={index + 2}
      style={{ height: rowHeight }}
      className={cn("border-t hover:bg-raised", state === "no data" && "hatched")}
    >
      <th scope="row" className="whitespace-nowrap px-3 py-1 text-left font-medium">
        <button
          type="button"
          onClick={() => onOpen(rack)}
          className="-mx-1 cursor-pointer rounded px-1 py-1 text-primary hover:underline"
        >
          {rack.name}
        </button>
      </th>
      <td className={cn("whitespace-nowrap px-3 text-muted", wide)}>{room}</td>
      <Value of={inlet} testId={`inlet-${rack.name}`} />
      <Value of={humidity} testId={`humidity-${rack.name}`} className={wide} />
      <Value of={power} testId={`power-${rack.name}`} />
      <td className={cn("px-3 text-right text-muted tabular-nums", wide)}>
        {oldestTs === undefined ? noValue : formatAge(now - oldestTs)}
      </td>
      <td className="px-3" title={reasons.join("; ") || undefined}>
        <StateBadge state={state} />
      </td>
    </tr>
  );
}

/** Grows every few seconds, but not while somebody points at the rows or is inside them. */
function useOrderTick(held: boolean) {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    if (held) return;
    const timer = setInterval(() => setTick((before) => before + 1), orderAgainMs);
    return () => clearInterval(timer);
  }, [held]);
  return tick;
}

type Props = {
  racks: Rack[] | undefined;
  rooms: Room[] | undefined;
  /** The open ones, by rack. */
  alarms: Map<number, Alarm[]>;
  /** The worst of them alone: there are more than can be fetched. */
  worstAlone: boolean;
  onOpen: (rack: Rack) => void;
};

export function RackTable({ racks, rooms, alarms, worstAlone, onOpen }: Props) {
  const now = useServerNow();
  const url = useUrlState();
  const filter = (url.search.get("q") ?? "").toLowerCase();
  const sort = columns.find(({ key }) => key === url.search.get("sort"))?.key ?? "name";
  const down = url.search.get("order") === "down";
  const [held, setHeld] = useState(false);
  const tick = useOrderTick(held);
  const snapshots = useReadingsSnapshots();

  const rows = useMemo(() => {
    const names = new Map(rooms?.map((room) => [room.id, room.name]));
    return (racks ?? [])
      .map((rack) => ({ rack, name: rack.name, room: names.get(rack.room_id) ?? "" }))
      .filter(({ name, room }) => `${name} ${room}`.toLowerCase().includes(filter));
  }, [racks, rooms, filter]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: now is left out, and tick and snapshots say when to order again
  const ordered = useMemo(
    () => sortRacks(rows, sort, down, (rack) => rackFigures(rack, readingsStore.get, now, alarms.get(rack.id) ?? none)),
    [rows, sort, down, tick, snapshots, alarms],
  );
  const long = ordered.length > atOnce;
  const view = useWindow<HTMLElement>(ordered.length, rowHeight);
  const [first, last] = long ? [view.first, view.last] : [0, ordered.length];

  return (
    <section aria-labelledby="racks" className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="racks" className="font-semibold text-base">
          Racks
          {racks && (
            <span className="ml-2 font-normal text-muted text-sm tabular-nums">
              {rows.length === racks.length ? rows.length : `${rows.length} of ${racks.length}`}
            </span>
          )}
        </h2>
        <Input
          type="search"
          aria-label="Filter racks"
          placeholder="Filter racks"
          className="max-w-56"
          value={url.search.get("q") ?? ""}
          onChange={(event) => url.set({ q: event.target.value })}
        />
      </div>
      {worstAlone && (
        <p role="status" className="text-warning text-xs">
          More alarms are open than can be shown here: the states below tell of the worst 1,000 only.
        </p>
      )}
      <Card
        ref={view.host}
        data-testid="rack-table"
        className={cn("overflow-x-auto", long && "max-h-[75dvh] overflow-y-auto")}
      >
        {!racks ? (
          <div className="grid gap-2 p-3" aria-busy>
            {["a", "b", "c", "d", "e", "f"].map((key) => (
              <Skeleton key={key} className="h-7" />
            ))}
          </div>
        ) : rows.length === 0 ? (
          <EmptyView title={racks.length ? "No rack matches the filter" : "This site has no racks yet"}>
            {racks.length ? undefined : (
              <>
                Bring them in with <code>dcim site import FILE</code>.
              </>
            )}
          </EmptyView>
        ) : (
          <table aria-rowcount={ordered.length + 1} className="w-full border-collapse">
            <thead className={cn("text-left text-muted text-xs", long && "sticky top-0 z-10 bg-surface")}>
              <tr>
                {columns.map(({ key, label, className }) => (
                  <th
                    key={key}
                    scope="col"
                    aria-sort={sort === key ? (down ? "descending" : "ascending") : undefined}
                    className={cn("whitespace-nowrap px-3 py-2 font-medium", className)}
                  >
                    <button
                      type="button"
                      className="inline-flex cursor-pointer items-center gap-1 hover:text-foreground"
                      onClick={() => url.set({ sort: key, order: sort === key && !down ? "down" : null })}
                    >
                      {label}
                      {sort === key &&
                        (down ? (
                          <ArrowDown aria-hidden className="size-3" />
                        ) : (
                          <ArrowUp aria-hidden className="size-3" />
                        ))}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody
              onPointerEnter={() => setHeld(true)}
              onPointerLeave={() => setHeld(false)}
              onFocus={() => setHeld(true)}
              onBlur={() => setHeld(false)}
            >
              {first > 0 && <tr aria-hidden style={{ height: first * rowHeight }} />}
              {ordered.slice(first, last).map(({ rack, room }, at) => (
                <Row
                  key={rack.id}
                  index={first + at}
                  rack={rack}
                  room={room}
                  now={now}
                  alarms={alarms.get(rack.id) ?? none}
                  onOpen={onOpen}
                />
              ))}
              {last < ordered.length && <tr aria-hidden style={{ height: (ordered.length - last) * rowHeight }} />}
            </tbody>
          </table>
        )}
      </Card>
    </section>
  );
}
