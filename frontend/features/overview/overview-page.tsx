"use client";
// The page that people leave open: whether the site is well, and why not; its figures, alarms, rooms, trends and racks.
import { useSearchParams } from "next/navigation";
import { AlarmBadge } from "@/components/alarm-badge";
import { LiveIndicator } from "@/components/live-indicator";
import { RackPanel } from "@/components/rack-panel/rack-panel";
import { ErrorView } from "@/components/state-views";
import { useOpenAlarms } from "@/lib/alarms";
import type { Rack, Site } from "@/lib/api";
import { formatClock } from "@/lib/format";
import { useRacks, useRooms, useSensors } from "@/lib/inventory";
import { useServerNow } from "@/lib/live";
import { findRack, rackKey } from "@/lib/racks";
import { useSite, useUrlState } from "@/lib/session";
import { AlarmFeed } from "./alarm-feed";
import { HealthCard } from "./health-card";
import { KpiCards } from "./kpi-cards";
import { useOverview, useTrends } from "./overview-api";
import { RackTable } from "./rack-table";
import { RoomCards } from "./room-cards";
import { SiteCharts } from "./site-charts";

/** On the wall there is no top bar: what it would say of the site stands here. */
function WallHead({ site }: { site: Site }) {
  const now = useServerNow();
  return (
    <header className="flex flex-wrap items-center gap-x-4">
      <p className="font-semibold text-xl">{site.name}</p>
      {site.simulated && (
        <span className="rounded-full border border-warning px-2 text-warning text-xs">simulated</span>
      )}
      <span className="ml-auto">
        <AlarmBadge />
      </span>
      <LiveIndicator />
      <time className="text-xl tabular-nums">{formatClock(now, site.time_zone)}</time>
    </header>
  );
}

export function OverviewPage() {
  const site = useSite();
  const url = useUrlState();
  const kiosk = useSearchParams().get("kiosk") === "1";
  const racks = useRacks(site?.code);
  const rooms = useRooms(site?.code);
  const sensors = useSensors(site?.code);
  const overview = useOverview(site?.code);
  const { trends } = useTrends(site?.code);
  const alarms = useOpenAlarms(site?.code);
  const lists = [racks, rooms, sensors];
  const failed = lists.find(({ error }) => error)?.error;
  const timeZone = site?.time_zone ?? "UTC";
  const code = site?.code ?? "";

  const open = (rack: Rack) => url.set({ rack: rackKey(rack, rooms.data?.items) }, { push: true });
  const selected = findRack(url.search.get("rack"), racks.data?.items, rooms.data?.items);
  const judged = { error: overview.error, onRetry: () => overview.refetch() };

  return (
    <div className="mx-auto grid max-w-[90rem] gap-6">
      <h1 className="sr-only">Overview</h1>
      {kiosk && site && <WallHead site={site} />}
      {failed ? (
        <ErrorView
          title="The racks could not be loaded"
          detail={failed.message}
          onRetry={() => Promise.all(lists.map((list) => list.refetch()))}
        />
      ) : (
        <>
          <div className="grid gap-3 xl:grid-cols-[minmax(22rem,2fr)_5fr]">
            <HealthCard site={code} health={overview.data?.health} {...judged} />
            <div
              className="grid grid-cols-2 gap-3 md:grid-cols-3"
              aria-busy={!sensors.data || (!overview.data && !overview.error)}
            >
              <KpiCards
                site={code}
                sensors={sensors.data?.items}
                racks={racks.data?.items}
                overview={overview.data}
                failed={overview.error !== null}
                trends={trends}
                onOpen={open}
              />
            </div>
          </div>
          <div className="grid gap-6 lg:grid-cols-[3fr_2fr]">
            <AlarmFeed site={site?.code} timeZone={timeZone} />
            <RoomCards
              overview={overview.data}
              {...judged}
              filter={url.search.get("q")}
              onFilter={(room) => url.set({ q: room })}
            />
          </div>
          <SiteCharts site={site?.code} timeZone={timeZone} sensors={sensors.data?.items} overview={overview.data} />
          <RackTable
            racks={racks.data?.items}
            rooms={rooms.data?.items}
            alarms={alarms.byRack}
            worstAlone={alarms.worstAlone}
            onOpen={open}
          />
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
