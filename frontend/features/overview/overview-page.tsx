"use client";
import { ErrorView } from "@/components/state-views";
import { useSite } from "@/lib/session";
import { KpiCards } from "./kpi-cards";
import { useOverview, useRacks, useRooms } from "./overview-api";
import { RackDrawer } from "./rack-drawer";
import { RackTable } from "./rack-table";
import { RoomCards } from "./room-cards";

export function OverviewPage() {
  const site = useSite();
  const racks = useRacks(site?.code);
  const rooms = useRooms(site?.code);
  const overview = useOverview(site?.code);
  const failed = racks.error ?? rooms.error;
  return (
    <div className="mx-auto grid max-w-[90rem] gap-6">
      <h1 className="sr-only">Overview</h1>
      {failed ? (
        <ErrorView
          title="The racks could not be loaded"
          detail={failed.message}
          onRetry={() => racks.refetch().then(() => rooms.refetch())}
        />
      ) : (
        <>
          <KpiCards racks={racks.data?.items} timeZone={site?.time_zone ?? "UTC"} />
          <RoomCards overview={overview.data} error={overview.error} onRetry={() => overview.refetch()} />
          <RackTable racks={racks.data?.items} rooms={rooms.data?.items} />
          <RackDrawer racks={racks.data?.items} rooms={rooms.data?.items} timeZone={site?.time_zone ?? "UTC"} />
        </>
      )}
    </div>
  );
}
