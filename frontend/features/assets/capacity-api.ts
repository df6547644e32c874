// How full everything is, how it came so, and where more would fit.
import { useMutation, useQuery } from "@tanstack/react-query";
import { get, post, withQuery } from "@/lib/api";
import { assetsKey } from "@/lib/inventory";
import { useChange } from "./assets-api";
import type { Capacity, Feeds, Slot } from "./assets-types";

export type SiteCapacity = {
  server_time: string;
  site: Capacity;
  rooms: { room_id: number; name: string; capacity: Capacity }[];
  rows: { room_id: number; row: string; capacity: Capacity }[];
  racks: { rack_id: number; name: string; room_id: number; row: string | null; capacity: Capacity }[];
};

/** Measured power moves all the time; everything else says when it changes. */
const askAgainMs = 60_000;

export function useCapacity(site: string | undefined) {
  return useQuery({
    queryKey: [assetsKey, "capacity", site],
    queryFn: () => get<SiteCapacity>("/api/capacity", { site }),
    enabled: site !== undefined,
    refetchInterval: askAgainMs,
  });
}

type Forecast = { full_on: string | null; per_day: number | null; r2: number | null; basis: string };
export type Trend = { limit: number | null; points: [number, number][]; forecast: Forecast };

export function useCapacityTrend(site: string | undefined, room: number | undefined, days: number) {
  return useQuery({
    queryKey: [assetsKey, "capacity-trend", site, room, days],
    queryFn: () =>
      get<{ server_time: string; power_kw: Trend; u_used: Trend }>("/api/capacity/trend", { site, room, days }),
    enabled: site !== undefined,
  });
}

/** One of a type, or of a size. */
export type FitShape = {
  device_type_id?: number;
  height_u?: number;
  width?: "full" | "half";
  full_depth?: boolean;
  power_w?: number;
  weight_kg?: number;
};
export type FitQuestion = FitShape & {
  count: number;
  room_id?: number;
  feeds?: Feeds;
  contiguous: boolean;
  spread: boolean;
  face?: "front" | "rear";
};
export type FitPlace = {
  score: number;
  racks: { rack_id: number; rack: string; room_id: number; row: string | null; slots: Slot[] }[];
  reasons: string[];
};
type FitAnswer = { places: FitPlace[]; refused: { rack_id: number; rack: string; reason: string }[] };

export const useFit = (site: string) =>
  useMutation({
    mutationFn: (question: FitQuestion) => post<FitAnswer>(withQuery("/api/capacity/fit", { site }), question),
  });

type FitReservation = FitShape & {
  racks: { rack_id: number; slots: Slot[] }[];
  owner: string;
  reason?: string;
  expires_at?: string;
};

export const useReserveFit = (site: string) =>
  useChange((body: FitReservation) =>
    post<{ batch_id: number | null }>(withQuery("/api/capacity/fit/reserve", { site }), body),
  );
