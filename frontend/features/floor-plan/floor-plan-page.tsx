"use client";
// The plan of a site's rooms. Room, layer, choice, zoom and moment are in the address.
import { EmptyView, ErrorView } from "@/components/state-views";
import { Skeleton } from "@/components/ui/skeleton";
import type { Room } from "@/lib/api";
import { useRacks, useRooms, useSensors } from "@/lib/inventory";
import { findRack } from "@/lib/racks";
import { useSite, useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { layerKeys, layerOf } from "./layers";
import { PlanToolbar } from "./plan-toolbar";
import { RoomView } from "./room-view";

/** The room of the address: by its code, or its id. Otherwise that of the open rack, or the first. */
function roomOf(rooms: Room[], wanted: string | null, rack: string | null) {
  const code = wanted ?? rack?.split(".")[0];
  return rooms.find((room) => room.code === code || String(room.id) === code) ?? rooms[0];
}

export function FloorPlanPage() {
  const site = useSite();
  const url = useUrlState();
  const lists = { racks: useRacks(site?.code), rooms: useRooms(site?.code), sensors: useSensors(site?.code) };
  const { racks, rooms, sensors } = lists;
  const failed = racks.error ?? rooms.error ?? sensors.error;
  const layer = layerOf(url.search.get("layer"));
  const kiosk = url.search.get("kiosk") === "1";
  const table = url.search.get("table") === "1";
  const opened = url.search.get("rack");
  const room = rooms.data && roomOf(rooms.data.items, url.search.get("room"), opened);
  const rack = findRack(
    opened,
    racks.data?.items.filter(({ room_id }) => room_id === room?.id),
    rooms.data?.items,
  );

  const setLayer = (key: string) => url.set({ layer: key === "temperature" ? null : key });
  const toggleTable = () => url.set({ table: table ? null : "1" });
  return (
    <div
      className={cn(
        "mx-auto flex min-h-[34rem] flex-col gap-3",
        // Plan and table one below the other want room for both.
        table && "max-sm:min-h-[60rem]",
        kiosk ? "h-[calc(100dvh-2rem)] lg:h-[calc(100dvh-3rem)]" : "h-[calc(100dvh-5.5rem)] lg:h-[calc(100dvh-6.5rem)]",
      )}
    >
      {kiosk && <h1 className="sr-only">Floor plan</h1>}
      {failed && !(racks.data && rooms.data && sensors.data) ? (
        <ErrorView
          title="The rooms could not be loaded"
          detail={failed.message}
          onRetry={() => Promise.all([racks.refetch(), rooms.refetch(), sensors.refetch()])}
        />
      ) : !site || !racks.data || !rooms.data || !sensors.data ? (
        <div className="flex flex-1 flex-col gap-3" aria-busy>
          <Skeleton className="h-9 w-full max-w-3xl" />
          <Skeleton className="min-h-0 flex-1" />
          <Skeleton className="h-24" />
        </div>
      ) : !room ? (
        <>
          <h1 className="font-semibold text-lg">Floor plan</h1>
          <EmptyView title="This site has no rooms yet">
            Bring them in with <code>dcim site import FILE</code>; their plans are laid out by themselves.
          </EmptyView>
        </>
      ) : (
        <RoomView
          key={room.id}
          site={site.code}
          timeZone={site.time_zone}
          room={room}
          layer={layer}
          racks={racks.data.items}
          sensors={sensors.data.items}
          table={table}
          kiosk={kiosk}
          opened={rack}
          onClose={() => url.set({ rack: null, also: null, from: null, to: null, compare: null })}
          onLayer={(at) => setLayer(layerKeys[at] ?? "temperature")}
          onTable={toggleTable}
          onOpen={({ name }) => url.set({ rack: `${room.code}.${name}`, select: name })}
          toolbar={(editing, begin) => (
            <PlanToolbar
              rooms={rooms.data.items}
              room={room}
              layer={layer}
              table={table}
              editing={editing}
              onEdit={begin}
              onRoom={({ code }) => url.set({ room: code, select: null, rack: null, view: null })}
              onLayer={setLayer}
              onTable={toggleTable}
            />
          )}
        />
      )}
    </div>
  );
}
