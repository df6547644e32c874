"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { memo, useMemo } from "react";
import { EmptyView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import type { Rack, Room, Sensor } from "@/lib/api";
import { formatAge, formatNumber, noValue } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { readingsStore, useReading, useReadingsVersion } from "@/lib/readings-store";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { counts, isStale, sensorOf } from "./figures";
import { rackState, StateBadge } from "./rack-state";

const columns = [
  { key: "name", label: "Rack", numeric: false },
  { key: "room", label: "Room", numeric: false },
  { key: "inlet-temperature", label: "Inlet °C", numeric: true },
  { key: "inlet-humidity", label: "Humidity %RH", numeric: true },
  { key: "rack-power", label: "Power kW", numeric: true },
  { key: "age", label: "Age", numeric: true },
  { key: "state", label: "State", numeric: false },
] as const;

/** Rows are sorted when asked, and when the racks change; not under the cursor with every reading. */
function sorted(racks: Rack[], key: string, down: boolean, roomName: (rack: Rack) => string) {
  const value = (rack: Rack): string | number => {
    if (key === "room") return roomName(rack);
    const sensor = sensorOf(rack, key);
    const reading = sensor && readingsStore.get(sensor.id);
    return sensor ? (reading?.value ?? Number.NEGATIVE_INFINITY) : rack.name;
  };
  const compare = (a: Rack, b: Rack) => {
    const [x, y] = [value(a), value(b)];
    const order =
      typeof x === "number" && typeof y === "number"
        ? x - y
        : String(x).localeCompare(String(y), "en", { numeric: true });
    return (down ? -order : order) || a.name.localeCompare(b.name, "en", { numeric: true });
  };
  return [...racks].sort(compare);
}

function Value({ rack, sensor, now, name }: { rack: Rack; sensor: Sensor | undefined; now: number; name: string }) {
  const reading = useReading(sensor?.id);
  if (!sensor || !reading) return <td className="px-3 text-right text-muted">{noValue}</td>;
  const used = counts(sensor, reading, now);
  const why =
    reading.quality === 2 ? "implausible: not used" : isStale(sensor, reading, now) ? "no longer reported" : undefined;
  return (
    <td
      data-testid={`${name}-${rack.name}`}
      title={why}
      className={cn("px-3 text-right tabular-nums", !used && "text-muted line-through decoration-1")}
    >
      {formatNumber(reading.value, sensor.unit)}
    </td>
  );
}

const Row = memo(function Row({
  rack,
  room,
  now,
  onOpen,
}: {
  rack: Rack;
  room: string;
  now: number;
  onOpen: (name: string) => void;
}) {
  const readings = rack.sensors.flatMap((sensor) => readingsStore.get(sensor.id) ?? []);
  const oldest = readings.length ? Math.min(...readings.map((reading) => reading.ts)) : undefined;
  return (
    <tr data-testid={`rack-row-${rack.name}`} className="border-t hover:bg-raised">
      <th scope="row" className="px-3 py-1 text-left font-medium">
        <button
          type="button"
          onClick={() => onOpen(rack.name)}
          className="-mx-1 cursor-pointer rounded px-1 py-1 text-primary hover:underline"
        >
          {rack.name}
        </button>
      </th>
      <td className="px-3 text-muted">{room}</td>
      <Value rack={rack} sensor={sensorOf(rack, "inlet-temperature")} now={now} name="inlet" />
      <Value rack={rack} sensor={sensorOf(rack, "inlet-humidity")} now={now} name="humidity" />
      <Value rack={rack} sensor={sensorOf(rack, "rack-power")} now={now} name="power" />
      <td className="px-3 text-right text-muted tabular-nums">
        {oldest === undefined ? noValue : formatAge(now - oldest)}
      </td>
      <td className="px-3">
        <StateBadge state={rackState(rack, readingsStore.get, now)} />
      </td>
    </tr>
  );
});

export function RackTable({ racks, rooms }: { racks: Rack[] | undefined; rooms: Room[] | undefined }) {
  useReadingsVersion();
  const now = useServerNow();
  const url = useUrlState();
  const filter = url.search.get("q") ?? "";
  const sort = url.search.get("sort") ?? "name";
  const down = url.search.get("order") === "down";
  const names = useMemo(() => new Map(rooms?.map((room) => [room.id, room.name])), [rooms]);
  const rows = useMemo(() => {
    const roomName = (rack: Rack) => names.get(rack.room_id) ?? "";
    const wanted = filter.toLowerCase();
    const kept = (racks ?? []).filter((rack) => `${rack.name} ${roomName(rack)}`.toLowerCase().includes(wanted));
    return sorted(kept, sort, down, roomName);
  }, [racks, names, filter, sort, down]);

  return (
    <section aria-labelledby="racks" className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="racks" className="font-semibold text-base">
          Racks
        </h2>
        <Input
          type="search"
          aria-label="Filter racks"
          placeholder="Filter racks"
          className="max-w-56"
          value={filter}
          onChange={(event) => url.set({ q: event.target.value })}
        />
      </div>
      <Card className="overflow-x-auto">
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
          <table className="w-full min-w-[40rem] border-collapse">
            <thead className="text-muted text-xs">
              <tr>
                {columns.map(({ key, label, numeric }) => (
                  <th
                    key={key}
                    scope="col"
                    aria-sort={sort === key ? (down ? "descending" : "ascending") : undefined}
                    className={cn("px-3 py-2 font-medium", numeric ? "text-right" : "text-left")}
                  >
                    {key === "age" || key === "state" ? (
                      label
                    ) : (
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
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((rack) => (
                <Row
                  key={rack.id}
                  rack={rack}
                  room={names.get(rack.room_id) ?? ""}
                  now={now}
                  onOpen={(name) => url.set({ rack: name })}
                />
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </section>
  );
}
