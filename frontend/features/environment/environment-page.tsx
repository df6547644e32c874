"use client";
// How well the air at the racks keeps to what ASHRAE TC 9.9 asks for: each room by its class, now and over a span; the worst racks.
import { useMemo } from "react";
import { RackPanel } from "@/components/rack-panel/rack-panel";
import { RangeBar, useChartRange } from "@/components/range-picker";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Skeleton } from "@/components/ui/skeleton";
import type { Rack } from "@/lib/api";
import { formatMomentShort } from "@/lib/format";
import { useRacks, useRooms } from "@/lib/inventory";
import { useServerNow } from "@/lib/live";
import { findRack, rackKey } from "@/lib/racks";
import { type Preset, presets } from "@/lib/range";
import { useSite, useUrlState } from "@/lib/session";
import { useCompliance, useEnvironment } from "./environment-api";
import { RackList } from "./rack-list";
import { rowsOf } from "./rack-rows";
import { RoomCard } from "./room-card";

const choices: Preset[] = ["24h", "7d", "30d", "90d"];

export function EnvironmentPage() {
  const site = useSite();
  const timeZone = site?.time_zone ?? "UTC";
  const code = site?.code ?? "";
  const url = useUrlState();
  const now = useServerNow();
  const { range, zoomOut } = useChartRange("24h", now);
  const racks = useRacks(site?.code);
  const rooms = useRooms(site?.code);
  const air = useEnvironment(site?.code);
  const past = useCompliance(site?.code, range.from, range.to, range.preset !== null);
  const span = range.preset
    ? presets[range.preset].label.toLowerCase()
    : [range.from, range.to].map((ms) => formatMomentShort(ms, Number.POSITIVE_INFINITY, timeZone)).join(" to ");
  const rows = useMemo(
    () => air.data && racks.data && rooms.data && rowsOf(air.data, past.data, racks.data.items, rooms.data.items),
    [air.data, past.data, racks.data, rooms.data],
  );
  const open = (rack: Rack) => url.set({ rack: rackKey(rack, rooms.data?.items) }, { push: true });
  const selected = findRack(url.search.get("rack"), racks.data?.items, rooms.data?.items);
  const queries = [air, racks, rooms];
  const failed = queries.find(({ error, data }) => error && !data)?.error;

  return (
    <div className="mx-auto grid max-w-[90rem] gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="font-semibold text-lg">Environment</h1>
          <p className="text-muted">
            The air at the racks’ inlets against the rooms’ thermal classes, ASHRAE TC 9.9 (2021).
          </p>
        </div>
        <RangeBar {...{ range, choices, timeZone }} standard="24h" onBack={zoomOut} compares={false} />
      </div>
      {failed ? (
        <ErrorView
          title="The environment could not be loaded"
          detail={failed.message}
          onRetry={() => Promise.all(queries.map((query) => query.refetch()))}
        />
      ) : (
        <>
          {past.error && !past.data && (
            <ErrorView
              title="The compliance over this span could not be loaded"
              detail={past.error.message}
              onRetry={() => past.refetch()}
            />
          )}
          <div className="grid gap-3 xl:grid-cols-2" aria-busy={!air.data}>
            {!air.data
              ? ["a", "b"].map((key) => <Skeleton key={key} className="h-52" />)
              : air.data.rooms.map((room) => (
                  <RoomCard
                    key={room.room_id}
                    site={code}
                    room={rooms.data?.items.find(({ id }) => id === room.room_id)}
                    air={room}
                    past={past.data?.rooms.find(({ room_id }) => room_id === room.room_id)}
                    span={span}
                  />
                ))}
          </div>
          {air.data?.rooms.length === 0 && (
            <EmptyView title="This site has no rooms yet">
              Bring them in with <code>dcim site import FILE</code>.
            </EmptyView>
          )}
          <RackList rows={rows} span={span} onOpen={open} />
          <p className="max-w-prose text-muted text-xs">
            RCI, the Rack Cooling Index: 100 % when no rack is over (high) or under (low) the recommended range. From 96
            % it is good, up to 90 % poor. Dew point by the Magnus formula.
          </p>
        </>
      )}
      <RackPanel
        rack={selected}
        room={rooms.data?.items.find(({ id }) => id === selected?.room_id)}
        timeZone={timeZone}
        onClose={() => url.set({ rack: null, also: null, compare: null })}
      />
    </div>
  );
}
