// What stands on the plan and can be pointed at, each by its key: "rack:12", "unit:90", "aisle:0".
import { boundsOf, contains, type Footprint, type Point } from "./geometry";
import type { Plan } from "./plan-api";

export type ItemKey = `rack:${number}` | `unit:${number}` | `aisle:${number}`;
export type Item = { key: ItemKey; kind: "rack" | "unit" | "aisle"; id: number; name: string; box: Footprint };

export const keyOfRack = (id: number): ItemKey => `rack:${id}`;
export const keyOfUnit = (id: number): ItemKey => `unit:${id}`;
export const keyOfAisle = (index: number): ItemKey => `aisle:${index}`;
export const idOf = (key: ItemKey) => Number(key.slice(key.indexOf(":") + 1));

/** In the order of painting: aisles lie below, units and racks stand on them. */
export function itemsOf(plan: Plan): Item[] {
  return [
    ...plan.aisles.map((box, id): Item => ({ key: keyOfAisle(id), kind: "aisle", id, name: box.name, box })),
    ...plan.units.flatMap(({ device_id: id, name, placement }): Item[] =>
      placement ? [{ key: keyOfUnit(id), kind: "unit", id, name, box: placement }] : [],
    ),
    ...plan.racks.flatMap(({ id, name, placement }): Item[] =>
      placement ? [{ key: keyOfRack(id), kind: "rack", id, name, box: placement }] : [],
    ),
  ];
}

/** What lies uppermost. */
export function itemAt(items: Item[], point: Point, { aisles = false, margin = 0 } = {}): Item | undefined {
  return items.findLast(({ kind, box }) => (aisles || kind !== "aisle") && contains(box, point, margin));
}

export type RowLabel = Point & { name: string; side: "left" | "above" };

/** A row's letter stands before its first rack. */
export function rowLabels(plan: Plan): RowLabel[] {
  const rows = new Map<string, Footprint[]>();
  for (const { row, placement } of plan.racks) {
    if (row && placement) rows.set(row, [...(rows.get(row) ?? []), placement]);
  }
  return [...rows].map(([name, boxes]) => {
    const { left, top, right, bottom } = boundsOf(boxes);
    const across = right - left >= bottom - top;
    return across
      ? { name, x: left, y: (top + bottom) / 2, side: "left" }
      : { name, x: (left + right) / 2, y: top, side: "above" };
  });
}
