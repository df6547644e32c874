"use client";
// The power of racks: all of them as a list, or the one that the address names, with its phases, feeds, breakers and what a lost feed would mean.
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { useRacks, useRooms } from "@/lib/inventory";
import { findRack } from "@/lib/racks";
import { useSite, useUrlState } from "@/lib/session";
import { useChain } from "./power-api";
import { PowerFrame } from "./power-frame";
import { RackDetail } from "./rack-detail";
import { RackList } from "./rack-list";
import { rackRows, sortRackRows } from "./rack-rows";

export function RackPowerPage() {
  const site = useSite();
  const code = site?.code ?? "";
  const url = useUrlState();
  const { data: chain, error, refetch } = useChain(site?.code);
  const racks = useRacks(site?.code).data?.items;
  const rooms = useRooms(site?.code).data?.items;
  const rows = useMemo(() => chain && racks && rackRows(chain, racks, rooms), [chain, racks, rooms]);
  const wanted = url.search.get("rack");
  const rack = findRack(wanted, racks, rooms);
  const row = rows?.find(({ power }) => power.rack_id === rack?.id);
  if (wanted === null) {
    return (
      <PowerFrame site={site} fixed>
        <RackList rows={rows} site={code} error={error && !chain ? error : null} onRetry={refetch} />
      </PowerFrame>
    );
  }
  return (
    <PowerFrame
      site={site}
      aside={
        <>
          <Button asChild size="small">
            <Link href={{ pathname: "/power/rack/", query: { site: code } }}>
              <ArrowLeft aria-hidden /> All racks
            </Link>
          </Button>
          <Select
            aria-label="Rack"
            className="h-8 w-auto px-2"
            value={row?.key ?? ""}
            onChange={({ target }) => url.set({ rack: target.value }, { push: true })}
          >
            {!row && <option value="">–</option>}
            {sortRackRows(rows ?? [], "name").map(({ key, name, room }) => (
              <option key={key} value={key}>
                {name}, {room}
              </option>
            ))}
          </Select>
        </>
      }
    >
      {error && !chain ? (
        <ErrorView title="The power of this rack could not be loaded" detail={error.message} onRetry={refetch} />
      ) : !rows || !racks || !chain || !site ? (
        <div className="grid gap-3" aria-busy>
          <Skeleton className="h-28" />
          <Skeleton className="h-80" />
        </div>
      ) : !rack ? (
        <EmptyView title={`There is no rack “${wanted}”`}>Or it is in a room that you are not granted.</EmptyView>
      ) : !row ? (
        <EmptyView title={`Nothing feeds rack ${rack.name} yet`}>
          Give it a rack feed under Elements, or in the site document.
        </EmptyView>
      ) : (
        <RackDetail key={rack.id} {...{ row, rack, chain, site }} rooms={rooms} />
      )}
    </PowerFrame>
  );
}
