"use client";
import { ErrorView } from "@/components/state-views";
import type { Rack } from "@/lib/api";
import { useRacks, useRooms, useSensors } from "@/lib/inventory";
import { useSite, useUrlState } from "@/lib/session";
import { AlarmFeed } from "./alarm-feed";
import { KpiCards } from "./kpi-cards";
import { useOverview } from "./overview-api";
import { RackDrawer } from "./rack-drawer";
import { RackTable } from "./rack-table";
import { RoomCards } from "./room-cards";

export function OverviewPage() {
  const site = useSite();
  const url = useUrlState();
  const racks = useRacks(site?.code);
  const rooms = useRooms(site?.code);
  const sensors = useSensors(site?.code);
  const overview = useOverview(site?.code);
  const lists = [racks, rooms, sensors];
  const failed = lists.find(({ error }) => error)?.error;
  const timeZone = site?.time_zone ?? "UTC";

  // A rack's name is its own within its room only.
  const keyOf = (rack: Rack) => `${rooms.data?.items.find(({ id }) => id === rack.room_id)?.code}.${rack.name}`;
  const open = (rack: Rack) => url.set({ rack: keyOf(rack) });
  const wanted = url.search.get("rack");
  const selected = wanted
    ? (racks.data?.items.find((rack) => keyOf(rack) === wanted) ??
      racks.data?.items.find(({ name }) => name === wanted))
    : undefined;

  return (
    <div className="mx-auto grid max-w-[90rem] gap-6">
      <h1 className="sr-only">Overview</h1>
      {failed ? (
        <ErrorView
          title="The racks could not be loaded"
          detail={failed.message}
          onRetry={() => Promise.all(lists.map((list) => list.refetch()))}
        />
      ) : (
        <>
          <KpiCards sensors={sensors.data?.items} racks={racks.data?.items} timeZone={timeZone} onOpen={open} />
          <div className="grid items-start gap-6 lg:grid-cols-[3fr_2fr]">
            <AlarmFeed site={site?.code} timeZone={timeZone} />
            <RoomCards
              overview={overview.data}
              error={overview.error}
              onRetry={() => overview.refetch()}
              filter={url.search.get("q")}
              onFilter={(room) => url.set({ q: room })}
            />
          </div>
          <RackTable racks={racks.data?.items} rooms={rooms.data?.items} onOpen={open} />
          <RackDrawer
            rack={selected}
            room={rooms.data?.items.find(({ id }) => id === selected?.room_id)}
            timeZone={timeZone}
            onClose={() => url.set({ rack: null })}
          />
        </>
      )}
    </div>
  );
}
