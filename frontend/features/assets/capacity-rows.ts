// Capacity as one list: each room, its rows, their racks. Pure.

import type { Capacity } from "./assets-types";
import type { SiteCapacity } from "./capacity-api";

export const levels = { rack: "Racks", row: "Rows", room: "Rooms" } as const;
export type Level = keyof typeof levels;

export type CapacityRow = {
  key: string;
  level: Level;
  name: string;
  roomId: number;
  rackId?: number;
  capacity: Capacity;
};

const natural = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

export type Order = "name" | "space" | "power" | "feed" | "weight" | "cooling";

/** How full, from 0 to 1 and beyond; what has no limit is below all that has one. */
function fullness({ u, power_kw, weight_kg, cooling_kw }: Capacity, by: Order) {
  const share = (used: number | null, limit: number | null) => (used === null || !limit ? -1 : used / limit);
  if (by === "power") return share(power_kw.load, power_kw.rated);
  if (by === "feed") return share(power_kw.surviving_feed, power_kw.surviving_feed_rated);
  if (by === "weight") return share(weight_kg.used, weight_kg.limit);
  if (by === "cooling") return share(cooling_kw.load, cooling_kw.limit);
  return share(u.total - u.free, u.total);
}

type Options = { level: Level; roomId?: number; onlyOver: boolean; order: Order; down: boolean };

/** By name: as a tree down to the level. In any other order, or of those over capacity alone, the level's own, without their parents. */
export function rowsOf(data: SiteCapacity, { level, roomId, onlyOver, order, down }: Options): CapacityRow[] {
  const wanted = (id: number) => roomId === undefined || id === roomId;
  const rooms = data.rooms
    .filter(({ room_id }) => wanted(room_id))
    .map(
      ({ room_id, name, capacity }): CapacityRow => ({
        ...{ key: `room-${room_id}`, level: "room", name, roomId: room_id, capacity },
      }),
    );
  const rows = data.rows
    .filter(({ room_id }) => wanted(room_id))
    .map(({ room_id, row, capacity }): CapacityRow & { row: string } => ({
      ...{ key: `row-${room_id}-${row}`, level: "row", name: `Row ${row}`, roomId: room_id, capacity, row },
    }));
  const racks = data.racks
    .filter(({ room_id }) => wanted(room_id))
    .map(({ rack_id, name, room_id, row, capacity }): CapacityRow & { row: string | null } => ({
      ...{ key: `rack-${rack_id}`, level: "rack", name, roomId: room_id, rackId: rack_id, capacity, row },
    }));
  const sign = down ? -1 : 1;
  const byName = (a: CapacityRow, b: CapacityRow) => natural(a.name, b.name);
  if (order !== "name" || onlyOver) {
    const own = level === "room" ? rooms : level === "row" ? rows : racks;
    return own
      .filter(({ capacity }) => !onlyOver || capacity.over.length > 0)
      .toSorted((a, b) =>
        order === "name"
          ? sign * byName(a, b)
          : sign * (fullness(a.capacity, order) - fullness(b.capacity, order)) || byName(a, b),
      );
  }
  const tree: CapacityRow[] = [];
  for (const room of rooms.toSorted((a, b) => sign * byName(a, b))) {
    tree.push(room);
    if (level === "room") continue;
    const of = racks.filter(({ roomId: id }) => id === room.roomId).toSorted(byName);
    for (const row of rows.filter(({ roomId: id }) => id === room.roomId).toSorted(byName)) {
      tree.push(row);
      if (level === "rack") tree.push(...of.filter((rack) => rack.row === row.row));
    }
    if (level === "rack") tree.push(...of.filter((rack) => rack.row === null));
  }
  return tree;
}
