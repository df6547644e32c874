"use client";
// Power at a glance: what the facility draws and where it goes, how well (PUE), what is lost on the way, and every rack against its rating.
import { useMemo } from "react";
import { ErrorView } from "@/components/state-views";
import { Skeleton } from "@/components/ui/skeleton";
import { useRacks, useRooms } from "@/lib/inventory";
import { useServerNow } from "@/lib/live";
import { useSite } from "@/lib/session";
import { DayChart, peakOf, useDay } from "./day-chart";
import { FacilityCard, PartsCard, PueCard, PueDayCard } from "./facility-cards";
import { useChain, usePower } from "./power-api";
import { PowerFrame } from "./power-frame";
import { PueTrend } from "./pue-trend";
import { RackBars } from "./rack-bars";
import { rackRows } from "./rack-rows";
import { StageLosses } from "./stage-losses";

function Loading() {
  return (
    <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-3" aria-busy>
      {["a", "b", "c"].map((key) => (
        <Skeleton key={key} className="h-72" />
      ))}
    </div>
  );
}

export function PowerPage() {
  const site = useSite();
  const code = site?.code;
  const timeZone = site?.time_zone ?? "UTC";
  const now = useServerNow();
  const power = usePower(code);
  const chain = useChain(code);
  const racks = useRacks(code).data?.items;
  const rooms = useRooms(code).data?.items;
  const day = useDay(code, now);
  const rows = useMemo(() => chain.data && racks && rackRows(chain.data, racks, rooms), [chain.data, racks, rooms]);
  const peak = useMemo(() => peakOf(day.data, "facility_kw"), [day.data]);
  return (
    <PowerFrame site={site}>
      {power.error && !power.data ? (
        <ErrorView
          title="The power of this site could not be loaded"
          detail={power.error.message}
          onRetry={power.refetch}
        />
      ) : !power.data ? (
        <Loading />
      ) : (
        <>
          {power.error && <p className="text-warning">It could not be asked anew: {power.error.message}</p>}
          <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-[5fr_4fr_6fr]">
            <FacilityCard power={power.data} elements={chain.data?.elements} peak={peak} />
            <div className="grid content-stretch gap-3">
              <PueCard power={power.data} />
              <PueDayCard power={power.data} />
            </div>
            <div className="grid md:col-span-2 xl:col-span-1">
              <PartsCard power={power.data} />
            </div>
          </div>
          <div className="grid gap-3 lg:grid-cols-[1fr_20rem]">
            <DayChart day={day} timeZone={timeZone} />
            <StageLosses stages={power.data.stages} />
          </div>
        </>
      )}
      <PueTrend site={code} timeZone={timeZone} />
      {chain.error && !chain.data ? (
        <ErrorView title="The power chain could not be loaded" detail={chain.error.message} onRetry={chain.refetch} />
      ) : (
        <RackBars rows={rows} site={code ?? ""} />
      )}
    </PowerFrame>
  );
}
