import { useQuery } from "@tanstack/react-query";
import { get, type List, type Overview, type Rack, type Readings, type Room } from "@/lib/api";
import { useLive } from "@/lib/live";

export function useRacks(site: string | undefined) {
  return useQuery({
    queryKey: ["racks", site],
    queryFn: () => get<List<Rack>>("/api/racks", { site: site as string }),
    enabled: site !== undefined,
    staleTime: Number.POSITIVE_INFINITY, // the stream says when the inventory has changed
  });
}

export function useRooms(site: string | undefined) {
  return useQuery({
    queryKey: ["rooms", site],
    queryFn: () => get<List<Room>>("/api/rooms", { site: site as string }),
    enabled: site !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Room status is the server's judgement; it is asked again every 5 s, or 30 s while live is lost. */
export function useOverview(site: string | undefined) {
  const { status } = useLive();
  return useQuery({
    queryKey: ["overview", site],
    queryFn: () => get<Overview>("/api/overview", { site: site as string }),
    enabled: site !== undefined,
    refetchInterval: status === "live" ? 5_000 : 30_000,
  });
}

/** The last hour, as it was stored; asked again every minute. */
export function useLastHour(sensorId: number | undefined) {
  return useQuery({
    queryKey: ["readings", sensorId],
    queryFn: () => {
      const from = new Date(Date.now() - 3_600_000).toISOString();
      return get<Readings>(`/api/sensors/${sensorId}/readings`, { from, interval: "raw" });
    },
    enabled: sensorId !== undefined,
    refetchInterval: 60_000,
  });
}
