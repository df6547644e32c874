"use client";
// The UPS units of the site, live, side by side; below them the battery and the history of the one that the address names, or the first.
import { useMemo } from "react";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Skeleton } from "@/components/ui/skeleton";
import { useSensors } from "@/lib/inventory";
import { useSite, useUrlState } from "@/lib/session";
import { BatteryStrip } from "./battery-strip";
import { useChain } from "./power-api";
import { PowerFrame } from "./power-frame";
import { UpsCard } from "./ups-card";
import { UpsHistory } from "./ups-history";
import { upsOf } from "./ups-model";

export function UpsPage() {
  const site = useSite();
  const url = useUrlState();
  const timeZone = site?.time_zone ?? "UTC";
  const sensors = useSensors(site?.code);
  const chain = useChain(site?.code).data;
  const units = useMemo(() => sensors.data && upsOf(sensors.data.items, chain?.elements ?? []), [sensors.data, chain]);
  const wanted = url.search.get("ups");
  const chosen = units?.find(({ deviceId }) => String(deviceId) === wanted) ?? units?.[0];
  return (
    <PowerFrame site={site}>
      {sensors.error && !sensors.data ? (
        <ErrorView title="The UPS units could not be loaded" detail={sensors.error.message} onRetry={sensors.refetch} />
      ) : !units ? (
        <div className="grid gap-3 lg:grid-cols-2" aria-busy>
          <Skeleton className="h-80" />
          <Skeleton className="h-80" />
        </div>
      ) : !chosen ? (
        <EmptyView title="This site has no UPS">Devices of type ups in the site document are shown here.</EmptyView>
      ) : (
        <>
          <div className="grid gap-3 lg:grid-cols-2 2xl:grid-cols-3">
            {units.map((ups) => (
              <UpsCard
                key={ups.deviceId}
                ups={ups}
                site={site?.code ?? ""}
                chosen={units.length > 1 && ups === chosen && wanted !== null}
              />
            ))}
          </div>
          {(wanted === null ? units : [chosen]).map((ups) => (
            <BatteryStrip key={ups.deviceId} ups={ups} />
          ))}
          <UpsHistory key={chosen.deviceId} ups={chosen} timeZone={timeZone} />
        </>
      )}
    </PowerFrame>
  );
}
