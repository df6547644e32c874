// What the pages of assets ask of the server and tell it; every change can be taken back from its toast.
import { type InfiniteData, type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { toast } from "@/components/toasts";
import { type Changed, change, get, type List, post, withQuery } from "@/lib/api";
import type { components } from "@/lib/api-types.gen";
import { assetListKey, assetsKey } from "@/lib/inventory";
import type { Device, DeviceType, Move, Position, RackElevation, Reservation, Slot } from "./assets-types";
import { withMoves } from "./elevation-model";

type Schemas = components["schemas"];

export const fetchRack = (id: number) => get<RackElevation>(`/api/racks/${id}`);

export function useRackElevation(id: number | undefined) {
  return useQuery({
    queryKey: [assetsKey, "rack", id],
    queryFn: () => fetchRack(id as number),
    enabled: id !== undefined,
  });
}

/** So many the server gives at once. */
export const mostElevations = 200;

/** All of a room, or these of it. */
export function useElevations(site: string | undefined, room: number | undefined, racks?: number[]) {
  return useQuery({
    queryKey: [assetsKey, "elevations", site, room, racks],
    queryFn: () => get<{ racks: RackElevation[] }>("/api/elevations", { site, room, racks: racks?.join() }),
    enabled: site !== undefined && room !== undefined,
  });
}

/** The row of each rack, as the room is drawn; where nobody has drawn it, as the server would. */
export function useRows(room: number | undefined) {
  const { data, error, refetch } = useQuery({
    queryKey: ["plan", room], // as the floor plan has it
    queryFn: () => get<Schemas["RoomPlan"]>(`/api/rooms/${room}/plan`),
    enabled: room !== undefined,
    staleTime: Number.POSITIVE_INFINITY, // the stream says when the inventory changes
  });
  const rows = useMemo(() => data && new Map(data.racks.map(({ id, row }) => [id, row])), [data]);
  return { rows, error, refetch };
}

export const fetchDevice = (id: number) => get<Device>(`/api/devices/${id}`);

export function useDevice(id: number | undefined) {
  return useQuery({
    queryKey: [assetsKey, "device", id],
    queryFn: () => fetchDevice(id as number),
    enabled: id !== undefined,
  });
}

export function useDeviceTypes() {
  return useQuery({
    queryKey: [assetsKey, "types"],
    queryFn: () => get<List<DeviceType>>("/api/device-types"),
    staleTime: 60_000,
  });
}

export function useChangeHistory(what: "devices" | "racks", id: number) {
  return useQuery({
    queryKey: [assetsKey, "history", what, id],
    queryFn: () => get<List<Schemas["AssetChange"]>>(`/api/${what}/${id}/history`),
  });
}

/** Of a long list as much is fetched again at once; of a longer one its page offers it. */
const pagesAtMost = 5;
let changedAt = 0;

/** Whether what the stream says may be what we have just done ourselves. */
export const changedJustNow = () => Date.now() - changedAt < 3_000;

/** Everything that shows assets asks again; lists, too, because it was our own hand. */
function useAssetsChanged() {
  const queries = useQueryClient();
  return useCallback(() => {
    changedAt = Date.now();
    const short = ({ state }: { state: { data: unknown } }) =>
      ((state.data as InfiniteData<unknown> | undefined)?.pages.length ?? 0) <= pagesAtMost;
    return Promise.all([
      queries.invalidateQueries({ queryKey: [assetsKey] }),
      queries.invalidateQueries({ queryKey: [assetListKey], predicate: short }),
      queries.invalidateQueries({ queryKey: [assetListKey], refetchType: "none", predicate: (each) => !short(each) }),
    ]);
  }, [queries]);
}

/** What a toast can take back: one change, or all of a batch. */
export type Undo = { changeId?: number | null; batchId?: number | null };

function undoPath({ changeId, batchId }: Undo) {
  if (batchId) return `/api/change-batches/${batchId}/undo`;
  return changeId ? `/api/changes/${changeId}/undo` : undefined;
}

export const useUndo = (site: string | undefined) =>
  useChange((undo: Undo) => post<unknown>(withQuery(undoPath(undo) ?? "", { site })));

/** Says what has been done, with the way back. */
export function useTellWithUndo(site: string | undefined) {
  // By its promise: who has told may be gone from the screen when it is undone.
  const { mutateAsync } = useUndo(site);
  return useCallback(
    (text: string, undo: Undo) => {
      const run = () =>
        mutateAsync(undo).then(
          () => toast("It is undone."),
          (error: Error) => toast(error.message, { tone: "critical" }),
        );
      toast(text, undoPath(undo) ? { action: { label: "Undo", run } } : {});
    },
    [mutateAsync],
  );
}

/** A change, after which everything that shows assets asks again. */
export function useChange<W, R>(work: (wanted: W) => Promise<R>) {
  const changed = useAssetsChanged();
  return useMutation({ mutationFn: work, onSettled: () => changed() });
}

export type DeviceInput = Omit<Schemas["DeviceInput"], "position"> & { position?: Position | null };
type SavedDevice = { document: DeviceInput; over?: { id: number; version: number } };

export const useSaveDevice = (site: string | undefined) =>
  useChange(
    ({ document, over }: SavedDevice): Promise<Changed<Device>> =>
      over
        ? change<Device>("PATCH", `/api/devices/${over.id}`, document, over.version)
        : change<Device>("POST", withQuery("/api/devices", { site }), document),
  );

export const useRemoveDevice = () => useChange((id: number) => change<void>("DELETE", `/api/devices/${id}`));

type SavedRack = { document: Record<string, number | null>; over: { id: number; version: number } };

export const useSaveRack = () =>
  useChange(({ document, over }: SavedRack) =>
    change<RackElevation>("PATCH", `/api/racks/${over.id}`, document, over.version),
  );

type MovesAnswer = Schemas["DeviceMoves"];
const sendMoves = (site: string, moves: Move[], dry: boolean) =>
  post<MovesAnswer>(withQuery("/api/devices/moves", { site }), { moves, dry_run: dry });

/** What the server would say; asked while something is held over a place. */
export function useVerdicts(site: string, moves: Move[] | undefined) {
  return useQuery({
    queryKey: ["moves", site, moves],
    queryFn: () => sendMoves(site, moves as Move[], true),
    enabled: moves !== undefined,
    placeholderData: (before) => before,
    retry: false,
  });
}

function showMoved(queries: QueryClient, moves: Move[]) {
  queries.setQueriesData<{ racks: RackElevation[] }>({ queryKey: [assetsKey, "elevations"] }, (data) =>
    data ? { ...data, racks: withMoves(data.racks, moves) } : data,
  );
  queries.setQueriesData<RackElevation>({ queryKey: [assetsKey, "rack"] }, (rack) =>
    rack ? withMoves([rack], moves)[0] : rack,
  );
}

/** Shown where they are dropped at once; what the server refuses goes back. */
export function useMoves(site: string) {
  const queries = useQueryClient();
  const changed = useAssetsChanged();
  return useMutation({
    mutationFn: (moves: Move[]) => sendMoves(site, moves, false),
    onMutate: (moves) => showMoved(queries, moves),
    onSettled: () => changed(),
  });
}

type ReservationInput = Slot & {
  rackId: number;
  kind: Reservation["kind"];
  owner?: string;
  reason?: string;
  expires_at: string | null;
};

export const useReserve = () =>
  useChange(({ rackId, ...body }: ReservationInput) =>
    change<Reservation>("POST", `/api/racks/${rackId}/reservations`, body),
  );

export const useRelease = () => useChange((id: number) => change<void>("DELETE", `/api/reservations/${id}`));
