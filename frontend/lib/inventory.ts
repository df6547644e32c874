// Rooms, racks and sensors of a site: they change with the inventory alone, and the stream says when.
import { useQuery } from "@tanstack/react-query";
import { get, type List, type Rack, type Room, type Sensor } from "./api";

function useInventory<T>(what: "racks" | "rooms" | "sensors", site: string | undefined) {
  return useQuery({
    queryKey: [what, site],
    queryFn: () => get<List<T>>(`/api/${what}`, { site }),
    enabled: site !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const useRacks = (site: string | undefined) => useInventory<Rack>("racks", site);
export const useRooms = (site: string | undefined) => useInventory<Room>("rooms", site);
export const useSensors = (site: string | undefined) => useInventory<Sensor>("sensors", site);
