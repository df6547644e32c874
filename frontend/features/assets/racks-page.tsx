"use client";
// Racks face to face: one, front and rear side by side, or all of a room in their rows. Which, how coloured, and what is open is in the address.
import { Image as ImageIcon, Printer, Rows3, SlidersHorizontal, Table2 } from "lucide-react";
import { useEffect, useMemo } from "react";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import type { Rack, Room } from "@/lib/api";
import { useRacks, useRooms } from "@/lib/inventory";
import { findRack, rackKey } from "@/lib/racks";
import { useSite, useUrlState } from "@/lib/session";
import { mostElevations, useDeviceTypes, useElevations, useRackElevation, useRows } from "./assets-api";
import { type Coloring, colorings } from "./elevation-colors";
import type { TypePictures } from "./elevation-model";
import { ElevationView } from "./elevation-view";

const faces = { front: "Front", rear: "Rear", both: "Front and rear" } as const;
type ShownFaces = keyof typeof faces;

/** On paper everything is light. */
function useLightOnPaper() {
  useEffect(() => {
    let wasDark = false;
    const before = () => {
      wasDark = document.documentElement.classList.contains("dark");
      document.documentElement.classList.remove("dark");
    };
    const after = () => void (wasDark && document.documentElement.classList.add("dark"));
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
}

type ToolbarProps = {
  rooms: Room[];
  room: Room;
  racks: Rack[];
  rack: Rack | undefined;
  /** Of the room. */
  rows: string[];
  row: string | undefined;
  /** Too many for all of them at once. */
  byRow: boolean;
  coloring: Coloring;
  /** Undefined: no device type has any. */
  pictures: boolean | undefined;
  shown: ShownFaces;
  table: boolean;
};

function Toolbar({ rooms, room, racks, rack, rows, row, byRow, coloring, pictures, shown, table }: ToolbarProps) {
  const url = useUrlState();
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      <h1 className="mr-2 font-semibold text-lg">Racks</h1>
      <Select
        aria-label="Room"
        className="w-auto"
        value={room.code}
        onChange={({ target }) => url.set({ room: target.value, row: null, rack: null, device: null, limits: null })}
      >
        {rooms.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Rack"
        className="w-auto"
        value={rack ? rackKey(rack, rooms) : ""}
        onChange={({ target }) =>
          url.set({ rack: target.value || null, room: room.code, device: null }, { push: true })
        }
      >
        <option value="">All racks of the room</option>
        {racks.map((each) => (
          <option key={each.id} value={rackKey(each, rooms)}>
            {each.name}
          </option>
        ))}
      </Select>
      {!rack && rows.length > 1 && (
        <Select
          aria-label="Row"
          className="w-auto"
          value={row ?? ""}
          onChange={({ target }) => url.set({ row: target.value || null })}
        >
          {!byRow && <option value="">All rows</option>}
          {rows.map((each) => (
            <option key={each} value={each}>
              Row {each}
            </option>
          ))}
        </Select>
      )}
      {!rack && (
        <Select
          aria-label="Faces"
          className="w-auto"
          value={shown}
          onChange={({ target }) => url.set({ face: target.value === "front" ? null : target.value })}
        >
          {Object.entries(faces).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      )}
      <Select
        aria-label="Colour by"
        className="w-auto"
        value={coloring}
        onChange={({ target }) => url.set({ color: target.value === "role" ? null : target.value })}
      >
        {Object.entries(colorings).map(([value, label]) => (
          <option key={value} value={value}>
            Colour: {label.toLowerCase()}
          </option>
        ))}
      </Select>
      <span className="ml-auto flex flex-wrap items-center gap-2">
        {pictures !== undefined && (
          <Button size="small" aria-pressed={pictures} onClick={() => url.set({ pictures: pictures ? null : "1" })}>
            <ImageIcon aria-hidden /> Pictures
          </Button>
        )}
        {rack && (
          <>
            <Button size="small" onClick={() => url.set({ rack: null, room: room.code, device: null }, { push: true })}>
              <Rows3 aria-hidden /> All racks
            </Button>
            <Button size="small" onClick={() => url.set({ limits: "1" }, { push: true })}>
              <SlidersHorizontal aria-hidden /> Limits and history
            </Button>
            <Button size="small" aria-pressed={table} onClick={() => url.set({ table: table ? null : "1" })}>
              <Table2 aria-hidden /> As a list
            </Button>
          </>
        )}
        <Button size="small" className="max-sm:hidden" onClick={() => window.print()}>
          <Printer aria-hidden /> Print
        </Button>
      </span>
    </div>
  );
}

const byText = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
const byName = (a: { name: string }, b: { name: string }) => byText(a.name, b.name);

/** The racks of a room with what stands in them, or of one row of it; in a large hall always of one row. */
function useRoomElevations(site: string | undefined, room: Room | undefined, racks: Rack[] | undefined) {
  const wantedRow = useUrlState().search.get("row");
  const plan = useRows(room?.id);
  const ofRoom = useMemo(() => racks?.filter(({ room_id }) => room_id === room?.id).toSorted(byName), [racks, room]);
  const { rows } = plan;
  const names = useMemo(
    () => [...new Set(ofRoom?.flatMap(({ id }) => rows?.get(id) || []))].toSorted(byText),
    [ofRoom, rows],
  );
  const byRow = ofRoom !== undefined && ofRoom.length > mostElevations;
  const row = names.find((each) => each === wantedRow) ?? (byRow ? names[0] : undefined);
  const ofRow = useMemo(
    () => (byRow ? ofRoom.flatMap(({ id }) => (!row || rows?.get(id) === row ? id : [])) : undefined),
    [byRow, ofRoom, rows, row],
  );
  const ready = ofRoom !== undefined && (!byRow || rows !== undefined);
  const fetched = useElevations(site, ready ? room?.id : undefined, ofRow?.slice(0, mostElevations));
  const elevations = useMemo(
    () =>
      rows &&
      fetched.data?.racks.flatMap((each) => {
        const its = rows.get(each.id) ?? null;
        return row && its !== row ? [] : { ...each, row: its };
      }),
    [fetched.data, rows, row],
  );
  return {
    ...{ elevations, names, row, byRow, error: plan.error ?? fetched.error },
    /** Racks of the row that cannot be shown beside the others. */
    more: Math.max(0, (ofRow?.length ?? 0) - mostElevations),
    refetch: () => (plan.error ? plan.refetch() : fetched.refetch()),
  };
}

function Loading() {
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3" aria-busy>
      <Skeleton className="h-11" />
      <Skeleton className="min-h-0 flex-1" />
    </div>
  );
}

/** The pictures of the device types that have any; undefined while none has. */
function usePictures(): TypePictures | undefined {
  const types = useDeviceTypes().data?.items;
  return useMemo(() => {
    const those = types?.filter(({ images }) => images.front || images.rear);
    return those?.length ? new Map(those.map(({ id, images }) => [id, images])) : undefined;
  }, [types]);
}

export function RacksPage() {
  const site = useSite();
  const url = useUrlState();
  useLightOnPaper();
  const racks = useRacks(site?.code);
  const rooms = useRooms(site?.code);
  const wanted = url.search.get("rack");
  const rack = findRack(wanted, racks.data?.items, rooms.data?.items);
  const room =
    rooms.data?.items.find(({ id }) => id === rack?.room_id) ??
    rooms.data?.items.find(({ code }) => code === url.search.get("room")) ??
    rooms.data?.items[0];
  const one = useRackElevation(rack?.id);
  const those = useRoomElevations(site?.code, rack || wanted ? undefined : room, racks.data?.items);
  const shown = rack ? one : those;
  const elevations = useMemo(
    () => (rack ? one.data && [one.data] : those.elevations),
    [rack, one.data, those.elevations],
  );
  const color = url.search.get("color");
  const coloring: Coloring = color === "power" || color === "temperature" ? color : "role";
  const face = url.search.get("face");
  const faceShown: ShownFaces = face === "rear" || face === "both" ? face : "front";
  const table = url.search.get("table") === "1";
  const pictures = usePictures();
  const pictured = pictures && url.search.get("pictures") === "1";
  const failed = racks.error ?? rooms.error;
  return (
    <div className="mx-auto flex h-[calc(100dvh-5.5rem)] min-h-[34rem] max-w-[120rem] flex-col gap-3 max-sm:h-auto lg:h-[calc(100dvh-6.5rem)] print:h-auto">
      {failed && !(racks.data && rooms.data) ? (
        <ErrorView
          title="The racks could not be loaded"
          detail={failed.message}
          onRetry={() => Promise.all([racks.refetch(), rooms.refetch()])}
        />
      ) : !site || !racks.data || !rooms.data ? (
        <Loading />
      ) : !room ? (
        <>
          <h1 className="font-semibold text-lg">Racks</h1>
          <EmptyView title="This site has no rooms yet">
            Bring them in with <code>dcim site import FILE</code>.
          </EmptyView>
        </>
      ) : (
        <>
          <Toolbar
            {...{ room, rack, coloring, table }}
            rows={those.names}
            row={those.row}
            byRow={those.byRow}
            rooms={rooms.data.items}
            racks={racks.data.items.filter(({ room_id }) => room_id === room.id).toSorted(byName)}
            shown={faceShown}
            pictures={pictured}
          />
          {wanted && !rack ? (
            <EmptyView title={`There is no rack “${wanted}”`}>
              It was removed, or it stands in another site. Choose one above.
            </EmptyView>
          ) : shown.error && !elevations ? (
            <ErrorView
              title="The racks could not be loaded"
              detail={shown.error.message}
              onRetry={() => shown.refetch()}
            />
          ) : !elevations ? (
            <Loading />
          ) : elevations.length === 0 ? (
            <EmptyView title="There is no rack in this room">
              Racks come with the site document: <code>dcim site import FILE</code>.
            </EmptyView>
          ) : (
            <>
              {those.more > 0 && (
                <p className="text-warning">
                  {mostElevations} racks of {mostElevations + those.more} are shown: choose a rack to see another one.
                </p>
              )}
              <ElevationView
                key={rack?.id ?? `room-${room.id}-${those.row}`}
                {...{ site, coloring }}
                pictures={pictured ? pictures : undefined}
                elevations={elevations}
                racks={racks.data.items}
                rooms={rooms.data.items}
                faces={rack ? "both" : faceShown}
                single={rack !== undefined}
                table={table && rack !== undefined}
              />
            </>
          )}
        </>
      )}
    </div>
  );
}
