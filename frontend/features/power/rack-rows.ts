// The racks of a site with their power, as rows: with their names, sorted, and what each is worst in.
import type { Rack, Room } from "@/lib/api";
import { rackKey } from "@/lib/racks";
import type { Chain, Element, Over, RackPower } from "./power-types";

export type RackRow = {
  power: RackPower;
  name: string;
  room: string;
  /** As an address names it. */
  key: string;
  feedA: Element | undefined;
  feedB: Element | undefined;
  /** The share of a feed's rating that it may carry for hours. */
  continuous: number;
  survivingOver: Over;
};

const defaultContinuous = 0.8;
/** From here on a rack's rating is nearly reached, as the server and the alarm rule "Rack over capacity" have it. */
export const nearlyFull = 0.9;

export const overOf = (share: number | null, continuous: number): Over =>
  share === null ? null : share > 1 ? "rating" : share > continuous ? "continuous" : null;

export function rackRows(chain: Chain, racks: Rack[], rooms: Room[] | undefined): RackRow[] {
  const elements = new Map(chain.elements.map((element) => [element.id, element]));
  const byId = new Map(racks.map((rack) => [rack.id, rack]));
  return chain.racks.flatMap((power): RackRow[] => {
    const rack = byId.get(power.rack_id);
    if (!rack) return [];
    const [feedA, feedB] = [power.feed_a, power.feed_b].map((id) => (id === null ? undefined : elements.get(id)));
    const continuous = Math.min(feedA?.continuous ?? defaultContinuous, feedB?.continuous ?? defaultContinuous);
    return [
      {
        ...{ power, feedA, feedB, continuous },
        name: rack.name,
        room: rooms?.find(({ id }) => id === rack.room_id)?.name ?? "",
        key: rackKey(rack, rooms),
        survivingOver: overOf(power.surviving_share, continuous),
      },
    ];
  });
}

export const rackOrders = {
  share: "Load",
  surviving: "Surviving feed",
  imbalance: "Imbalance",
  name: "Name",
} as const;
export type RackOrder = keyof typeof rackOrders;

const rank: Record<Exclude<RackOrder, "name">, (row: RackRow) => number | null> = {
  share: ({ power }) => power.share,
  surviving: ({ power }) => power.surviving_share,
  imbalance: ({ power }) => power.imbalance_percent,
};

/** The greatest first, what is not known last; names as people count. */
export function sortRackRows(rows: RackRow[], order: RackOrder, down = order !== "name"): RackRow[] {
  const byName = (a: RackRow, b: RackRow) =>
    a.room.localeCompare(b.room, "en", { numeric: true }) || a.name.localeCompare(b.name, "en", { numeric: true });
  if (order === "name") return rows.toSorted((a, b) => (down ? -1 : 1) * byName(a, b));
  return rows.toSorted((a, b) => {
    const [x, y] = [rank[order](a), rank[order](b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    return (down ? y - x : x - y) || byName(a, b);
  });
}
