"use client";
import { RackPanel } from "@/components/rack-panel/rack-panel";
import { ErrorView } from "@/components/state-views";
import { useOpenAlarms } from "@/lib/alarms";
import type { Rack } from "@/lib/api";
import { useRacks, useRooms, useSensors } from "@/lib/inventory";
import { findRack, rackKey } from "@/lib/racks";
import { useSite, useUrlState } from "@/lib/session";
import { AlarmFeed } from "./alarm-feed";
import { KpiCards } from "./kpi-cards";
import { useOverview } from "./overview-api";
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

  const open = (rack: Rack) => url.set({ rack: rackKey(rack, rooms.data?.items) }, { push: true });
  const selected = findRack(url.search.get("rack"), racks.data?.items, rooms.data?.items);
  const alarms = useOpenAlarms(site?.code);

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
          <RackTable racks={racks.data?.items} rooms={rooms.data?.items} alarms={alarms.byRack} onOpen={open} />
          <RackPanel
            rack={selected}
            room={rooms.data?.items.find(({ id }) => id === selected?.room_id)}
            timeZone={timeZone}
            onClose={() => url.set({ rack: null, also: null, from: null, to: null, compare: null })}
          />
        </>
      )}
    </div>
  );
}
