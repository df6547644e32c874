"use client";
// The racks of a view, and all that can be done with them: open, choose, move, add, reserve. One rack has its figures above it; many stand
// in their rows and scroll as one.
import Link from "next/link";
import { useTheme } from "next-themes";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { useOpenAlarms } from "@/lib/alarms";
import type { Rack, Room, Site } from "@/lib/api";
import type { Theme } from "@/lib/color-scale";
import { rackKey } from "@/lib/racks";
import { useMay } from "@/lib/roles";
import { useSelection } from "@/lib/selection";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import type { Device, RackElevation } from "./assets-types";
import { DeviceDrawer } from "./device-drawer";
import { ElevationArea, type Hovered, type Place } from "./elevation-area";
import { DeviceCard, ReservationCard } from "./elevation-card";
import type { Coloring } from "./elevation-colors";
import { ElevationLegend } from "./elevation-legend";
import type { TypePictures, View } from "./elevation-model";
import { ElevationTable } from "./elevation-table";
import { Hatches } from "./hatches";
import { FaceGroup, Loose, RackHead } from "./rack-column";
import { RackDrawer } from "./rack-drawer";
import { type Ghost, widthOf } from "./rack-face";
import { RackSummary } from "./rack-summary";
import { ReservationDialog, ReserveDialog } from "./reservation-dialog";
import { type ShownFace, useMoving, whereIs } from "./use-moving";
import { Bar, ChosenBar, PlaceBar, VerdictBar } from "./verdict-bar";

const noGhosts: Ghost[] = [];
/** Above and below a rack within the scrolling area: its name, what has no place. */
const aroundPx = 84;
/** Of the scrolling area left and right: its edge and the air within; and between two faces of one rack. */
const framePx = 26;
const gapPx = 24;

type Props = {
  site: Site;
  elevations: RackElevation[];
  racks: Rack[];
  rooms: Room[];
  coloring: Coloring;
  /** Of device types; undefined: none are shown. */
  pictures: TypePictures | undefined;
  faces: "front" | "rear" | "both";
  single: boolean;
  table: boolean;
};

/** As large as the screen lets a whole rack be seen, and never too small to be read. */
function useRoom(highest: number, there: boolean) {
  const host = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ unit: 15, width: 1000 });
  useLayoutEffect(() => {
    const element = host.current;
    if (!element || !there) return;
    const look = () => {
      const unit = Math.max(13, Math.min(22, Math.floor((element.clientHeight - aroundPx) / highest)));
      setRoom({ unit, width: element.clientWidth });
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [highest, there]);
  return { host, ...room };
}

const rank = ["info", "minor", "major", "critical"] as const;

function useSeverities(site: string) {
  const { items } = useOpenAlarms(site);
  return useMemo(() => {
    const worst = new Map<number, (typeof rank)[number]>();
    for (const { severity, source } of items ?? []) {
      const { device_id } = source;
      if (device_id === null) continue;
      const known = worst.get(device_id);
      if (!known || rank.indexOf(severity) > rank.indexOf(known)) worst.set(device_id, severity);
    }
    return worst;
  }, [items]);
}

const byName = (a: RackElevation, b: RackElevation) => a.name.localeCompare(b.name, "en", { numeric: true });

function rowsOf(elevations: RackElevation[]) {
  const rows = new Map<string, RackElevation[]>();
  for (const rack of elevations.toSorted(byName)) rows.set(rack.row ?? "", [...(rows.get(rack.row ?? "") ?? []), rack]);
  return [...rows].toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
}

export function ElevationView({ site, elevations, racks, rooms, coloring, pictures, faces, single, table }: Props) {
  const url = useUrlState();
  const may = useMay();
  const theme: Theme = useTheme().resolvedTheme === "light" ? "light" : "dark";
  const severities = useSeverities(site.code);
  const selection = useSelection();
  const chosen = selection.keys as ReadonlySet<number>;
  const [place, setPlace] = useState<Place>();
  const [adding, setAdding] = useState<Place>();
  const [reserving, setReserving] = useState<{ place: Place; kind: "reserved" | "blocked" }>();
  const [reservationId, setReservationId] = useState<number>();
  const [focus, setFocus] = useState<{ id: number; count: number }>();
  const { host, unit, width } = useRoom(Math.max(...elevations.map(({ height_u }) => height_u)), !table);

  const rows = useMemo(() => rowsOf(elevations), [elevations]);
  const views = useMemo<View[]>(() => (faces === "both" ? ["front", "rear"] : [faces]), [faces]);
  const shown = useMemo<ShownFace[]>(
    () => rows.flatMap(([, those]) => those.flatMap((rack) => views.map((view) => ({ rack, view })))),
    [rows, views],
  );
  const moving = useMoving(site.code, shown, ({ id }) =>
    setFocus((before) => ({ id, count: (before?.count ?? 0) + 1 })),
  );
  const { held } = moving;
  const heldIds = useMemo<ReadonlySet<number>>(() => new Set(held?.devices.map(({ id }) => id)), [held]);
  const devices = useMemo(
    () => new Map(elevations.flatMap((rack) => rack.devices.map((device) => [device.id, device] as const))),
    [elevations],
  );
  // Both faces of one rack beside each other, on a phone, too.
  const body = single ? Math.max(96, Math.min(320, (width - framePx - gapPx) / 2 - widthOf(0))) : 132;

  const openedText = url.search.get("device");
  const opened = openedText ? Number(openedText) : undefined;
  const open = (id: number) => url.set({ device: String(id) }, { push: true });
  const reservation = elevations.flatMap(({ reservations }) => reservations).find(({ id }) => id === reservationId);
  const rackById = (id: number | undefined) => elevations.find((rack) => rack.id === id);
  const chosenDevices = [...chosen].flatMap((id) => devices.get(id) ?? []);
  const [firstChosen] = chosenDevices;

  const grab = (all: Device[], anchor: Device) =>
    moving.start(all, anchor, "keys", whereIs(anchor, views[0] ?? "front", elevations[0]?.id));

  function card({ deviceId, reservationId: kept, rackId }: Hovered) {
    const device = deviceId === undefined ? undefined : devices.get(deviceId);
    if (device) return <DeviceCard device={device} />;
    const those = rackById(rackId)?.reservations.find(({ id }) => id === kept);
    return those && <ReservationCard reservation={those} />;
  }

  const bar = held ? (
    <VerdictBar moving={moving} racks={elevations} />
  ) : place && may.manage ? (
    <PlaceBar
      place={place}
      rack={rackById(place.rackId)}
      onAdd={() => setAdding(place)}
      onKeep={(kind) => setReserving({ place, kind })}
      onClose={() => setPlace(undefined)}
    />
  ) : chosen.size > 0 ? (
    <ChosenBar
      count={chosen.size}
      onMove={may.manage && firstChosen ? () => grab(chosenDevices, firstChosen) : undefined}
      onClear={selection.clear}
    />
  ) : undefined;
  const [only] = elevations;
  const monitoredOf = (id: number) => racks.find((rack) => rack.id === id);
  return (
    <>
      <Hatches />
      <div
        className={cn(
          "flex min-h-0 flex-1 flex-col gap-3 print:block",
          single && "xl:grid xl:grid-cols-[15.5rem_minmax(0,1fr)] xl:grid-rows-1",
        )}
      >
        <div className="grid content-start gap-3">
          {single && only && (
            <>
              <h2 className="hidden font-semibold text-lg print:block">
                {site.name} · {rooms.find(({ id }) => id === only.room_id)?.name} · {only.name}
              </h2>
              <RackSummary rack={only} monitored={monitoredOf(only.id)} />
              <Link
                className="justify-self-start text-primary hover:underline print:hidden"
                href={{
                  pathname: "/power/rack/",
                  query: { site: site.code, rack: rackKey({ ...only, sensors: [] } as Rack, rooms) },
                }}
              >
                Its power: feeds, phases, breakers
              </Link>
            </>
          )}
          {/* One lies over the other, so that no rack moves when something is taken; on a phone it is at the thumb. */}
          <div className="grid *:[grid-area:1/1]">
            <Bar className={bar && "sm:invisible"}>
              <ElevationLegend coloring={coloring} racks={elevations} theme={theme} />
            </Bar>
            {bar && (
              <div className="grid max-sm:fixed max-sm:inset-x-3 max-sm:bottom-3 max-sm:z-30 max-sm:rounded-md max-sm:shadow-xl">
                {bar}
              </div>
            )}
          </div>
        </div>
        {table && only ? (
          <ElevationTable rack={only} onOpen={open} className="flex-1" />
        ) : (
          <div
            ref={host}
            className="min-h-0 flex-1 max-sm:h-[calc(100dvh-9rem)] max-sm:min-h-[34rem] max-sm:flex-none print:contents"
          >
            <ElevationArea
              racks={elevations}
              unit={unit}
              body={body}
              mayEdit={may.manage}
              moving={moving}
              chosen={chosen}
              onChoose={(id) => selection.toggle([...devices.keys()], id, false)}
              onClear={selection.clear}
              onOpen={open}
              onReservation={setReservationId}
              onPlace={(next) => setPlace(may.manage ? next : undefined)}
              card={card}
              focus={focus}
              className="h-full rounded-lg border bg-background p-3 print:border-0"
            >
              <div className={cn("grid w-max min-w-full gap-6", single && "justify-items-center")}>
                {rows.map(([row, those]) => (
                  <section key={row} aria-label={row ? `Row ${row}` : "Racks"} className="grid gap-2">
                    {!single && row && (
                      <h2 className="sticky left-0 w-max pl-6 text-muted text-xs print:static">
                        Row {row} · {those.length} {those.length === 1 ? "rack" : "racks"}
                      </h2>
                    )}
                    <div className="flex items-end gap-3 print:flex-wrap">
                      {those.map((rack) => (
                        <FaceGroup
                          key={rack.id}
                          {...{
                            rack,
                            unit,
                            body,
                            coloring,
                            theme,
                            chosen,
                            opened,
                            severities,
                            pictures,
                            views,
                            single,
                          }}
                          monitored={monitoredOf(rack.id)}
                          held={heldIds}
                          ghosts={moving.ghosts.get(rack.id) ?? noGhosts}
                          head={
                            !single && (
                              <RackHead
                                rack={rack}
                                widthPx={widthOf(body)}
                                href={{
                                  pathname: "/racks/",
                                  query: { site: site.code, rack: rackKey({ ...rack, sensors: [] } as Rack, rooms) },
                                }}
                              />
                            )
                          }
                          loose={<Loose rack={rack} held={heldIds} onOpen={open} />}
                        />
                      ))}
                    </div>
                  </section>
                ))}
              </div>
            </ElevationArea>
            {single && only && <ElevationTable rack={only} onOpen={open} className="mt-4 hidden print:block" />}
          </div>
        )}
      </div>
      <DeviceDrawer
        key={adding ? "new" : opened}
        site={site.code}
        timeZone={site.time_zone}
        wanted={adding ? "new" : opened}
        first={
          adding && {
            ...{ rackId: String(adding.rackId), mount: "rack", u: String(adding.u), height: "1" },
            ...{ face: adding.view, side: adding.side },
          }
        }
        onClose={() => {
          if (adding) {
            setAdding(undefined);
            setPlace(undefined);
          } else url.set({ device: null });
        }}
        onMove={
          table
            ? undefined
            : (device) => {
                url.set({ device: null });
                grab([device], device);
              }
        }
      />
      {only && single && url.search.get("limits") === "1" && (
        <RackDrawer rack={only} site={site.code} timeZone={site.time_zone} onClose={() => url.set({ limits: null })} />
      )}
      {reserving && rackById(reserving.place.rackId) && (
        <ReserveDialog
          site={site.code}
          timeZone={site.time_zone}
          rack={rackById(reserving.place.rackId) as RackElevation}
          place={reserving.place}
          kind={reserving.kind}
          onClose={() => {
            setReserving(undefined);
            setPlace(undefined);
          }}
        />
      )}
      {reservation && (
        <ReservationDialog
          site={site.code}
          timeZone={site.time_zone}
          rack={rackById(reservation.rack_id)}
          reservation={reservation}
          mayEdit={may.manage}
          onClose={() => setReservationId(undefined)}
        />
      )}
    </>
  );
}
