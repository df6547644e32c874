// The plan of a room, what it was at a past moment, and what happened in between, as the server tells it.
import { useQuery } from "@tanstack/react-query";
import { get } from "@/lib/api";
import type { components } from "@/lib/api-types.gen";

type Schemas = components["schemas"];
export type Placement = Schemas["Placement"];
export type Aisle = Schemas["Aisle"];
export type AisleType = Aisle["type"];
export type Plan = Schemas["RoomPlan"];
export type PlanRack = Plan["racks"][number];
export type PlanUnit = Plan["units"][number];
export type RoomState = Schemas["RoomState"];
export type Timeline = Schemas["RoomTimeline"];
export type TimelineAlarm = Timeline["alarms"][number];

export const planPath = (roomId: number) => `/api/rooms/${roomId}/plan`;

export const planKey = (roomId: number | undefined) => ["plan", roomId];

export function usePlan(roomId: number | undefined) {
  return useQuery({
    queryKey: planKey(roomId),
    queryFn: () => get<Plan>(planPath(roomId as number)),
    enabled: roomId !== undefined,
    // The stream says when the inventory changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const instant = (at: number) => new Date(at).toISOString();

export const fetchPlanAt = (roomId: number, at: number, signal: AbortSignal) =>
  get<Plan>(planPath(roomId), { at: instant(at) }, signal);

export const fetchStateAt = (roomId: number, at: number, signal: AbortSignal) =>
  get<RoomState>(`/api/rooms/${roomId}/state`, { at: instant(at) }, signal);

/** `to` in steps, so that it is not asked anew every second. */
export function useTimeline(roomId: number | undefined, from: number, to: number) {
  return useQuery({
    queryKey: ["timeline", roomId, from, to],
    queryFn: ({ signal }) =>
      get<Timeline>(`/api/rooms/${roomId}/timeline`, { from: instant(from), to: instant(to) }, signal),
    enabled: roomId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
}
