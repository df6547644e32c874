// Rooms, racks and sensors of a site: they change with the inventory alone, and the stream says when.
import { type QueryClient, useQuery } from "@tanstack/react-query";
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

/** What the pages of assets ask begins with one of these: the stream says when it has changed. */
export const assetsKey = "assets";
/** Of long lists, fetched page by page: they are not fetched anew behind somebody's back. */
export const assetListKey = "asset-list";
/** Long lists are marked as out of date: their page decides when it shows what is new. */
export function showAssetChanges(queries: QueryClient) {
  void queries.invalidateQueries({ queryKey: [assetListKey], refetchType: "none" });
  return queries.invalidateQueries({ queryKey: [assetsKey] });
}
