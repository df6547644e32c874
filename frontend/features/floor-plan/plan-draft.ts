// A plan that is being edited: what can be done to it, what would be refused, and the way back. Pure: every change makes another plan.
import { boundsOf, contains, type Footprint, inRoom, overlap, type Point, rounded, within } from "./geometry";
import type { Aisle, AisleType, Placement, Plan } from "./plan-api";
import { type Item, type ItemKey, idOf, itemsOf, keyOfAisle, keyOfRack, keyOfUnit } from "./scene";

export type Draft = { base: Plan; plan: Plan; past: Plan[]; future: Plan[] };
type Keys = ReadonlySet<ItemKey>;

const steps = 200;

export const draftOf = (plan: Plan): Draft => ({ base: plan, plan, past: [], future: [] });

export function changed(draft: Draft, plan: Plan): Draft {
  if (plan === draft.plan) return draft;
  return { ...draft, plan, past: [...draft.past, draft.plan].slice(-steps), future: [] };
}

export function undone(draft: Draft): Draft {
  const plan = draft.past.at(-1);
  return plan ? { ...draft, plan, past: draft.past.slice(0, -1), future: [draft.plan, ...draft.future] } : draft;
}

export function redone(draft: Draft): Draft {
  const [plan, ...future] = draft.future;
  return plan ? { ...draft, plan, past: [...draft.past, draft.plan], future } : draft;
}

/** What is sent to the server. */
export function documentOf({ width_m, depth_m, ashrae_class, aisles, racks, units }: Plan) {
  return {
    ...{ width_m, depth_m, ashrae_class, aisles },
    racks: racks.map(({ id, row, placement }) => ({ id, row, placement })),
    units: units.map(({ device_id, placement, serves }) => ({ device_id, placement, serves })),
  };
}

export const isDirty = ({ base, plan }: Draft) =>
  base !== plan && JSON.stringify(documentOf(base)) !== JSON.stringify(documentOf(plan));

/** Every chosen thing's footprint anew. */
function withBoxes(plan: Plan, keys: Keys, next: (box: Footprint) => Footprint): Plan {
  const placed = (key: ItemKey, placement: Placement | null) =>
    placement && keys.has(key) ? { ...placement, ...next(placement) } : placement;
  return {
    ...plan,
    aisles: plan.aisles.map((aisle, index) => {
      if (!keys.has(keyOfAisle(index))) return aisle;
      const { rotation_deg: _, ...box } = next(aisle);
      return { ...aisle, ...box };
    }),
    racks: plan.racks.map((rack) => ({ ...rack, placement: placed(keyOfRack(rack.id), rack.placement) })),
    units: plan.units.map((unit) => ({ ...unit, placement: placed(keyOfUnit(unit.device_id), unit.placement) })),
  };
}

const gridM = 0.1;
const pullM = 0.15;

/** How far an edge or a middle has to go to the nearest place that it belongs to; undefined when none is near. */
function pull(places: number[], lines: number[]) {
  let best: number | undefined;
  for (const place of places) {
    for (const line of lines) {
      const way = line - place;
      if (Math.abs(way) <= pullM && (best === undefined || Math.abs(way) < Math.abs(best))) best = way;
    }
  }
  return best;
}

/** Where `dx, dy` ends when things snap: to the sides and rows of what stands nearby, otherwise to the grid. */
export function snapped(plan: Plan, keys: Keys, dx: number, dy: number): Point {
  const items = itemsOf(plan);
  const moving = items.filter(({ key }) => keys.has(key));
  if (moving.length === 0) return { x: dx, y: dy };
  const { left, top, right, bottom } = boundsOf(moving.map(({ box }) => box));
  const [l, r, t, b] = [left + dx, right + dx, top + dy, bottom + dy];
  const standing = items
    .filter(({ key, kind }) => !keys.has(key) && kind === moving[0]?.kind)
    .map(({ box }) => boundsOf([box]));
  const beside = standing.filter((each) => each.bottom > t - pullM && each.top < b + pullM);
  const above = standing.filter((each) => each.right > l - pullM && each.left < r + pullM);
  const walls = { x: [0, plan.width_m], y: [0, plan.depth_m] };
  const x =
    pull([l], [...beside.map((each) => each.right), walls.x[0] ?? 0]) ??
    pull([r], [...beside.map((each) => each.left), walls.x[1] ?? 0]) ??
    pull(
      [l],
      above.map((each) => each.left),
    );
  const y =
    pull(
      [t],
      beside.map((each) => each.top),
    ) ??
    pull(
      [b],
      beside.map((each) => each.bottom),
    ) ??
    pull([t], [...above.map((each) => each.bottom), walls.y[0] ?? 0]) ??
    pull([b], [...above.map((each) => each.top), walls.y[1] ?? 0]);
  const toGrid = (edge: number) => rounded(edge, gridM) - edge;
  return { x: dx + (x ?? toGrid(l)), y: dy + (y ?? toGrid(t)) };
}

export function moved(plan: Plan, keys: Keys, dx: number, dy: number): Plan {
  if (keys.size === 0 || (dx === 0 && dy === 0)) return plan;
  return withBoxes(plan, keys, (box) => ({ ...box, x_m: rounded(box.x_m + dx), y_m: rounded(box.y_m + dy) }));
}

/** One turns on the spot, several around their common middle. Aisles turn by right angles only. */
export function turned(plan: Plan, keys: Keys, degrees: number): Plan {
  const chosen = itemsOf(plan).filter(({ key }) => keys.has(key));
  if (chosen.length === 0) return plan;
  const { left, top, right, bottom } = boundsOf(chosen.map(({ box }) => box));
  const middle = { x_m: (left + right) / 2, y_m: (top + bottom) / 2, width_m: 0, depth_m: 0, rotation_deg: degrees };
  const aisles = new Set(plan.aisles);
  return withBoxes(plan, keys, (box) => {
    const { x, y } = inRoom(middle, box.x_m - middle.x_m, box.y_m - middle.y_m);
    const place = { ...box, x_m: rounded(x), y_m: rounded(y) };
    if (!aisles.has(box as Aisle)) return { ...place, rotation_deg: ((box.rotation_deg ?? 0) + degrees + 360) % 360 };
    return degrees % 180 === 0 ? place : { ...place, width_m: box.depth_m, depth_m: box.width_m };
  });
}

export function resized(plan: Plan, key: ItemKey, corner: number, to: Point): Plan {
  const index = idOf(key);
  const aisle = plan.aisles[index];
  if (!aisle) return plan;
  const { left, top, right, bottom } = boundsOf([aisle]);
  // The corner across stays where it is.
  const fixed = { x: corner === 0 || corner === 3 ? right : left, y: corner < 2 ? bottom : top };
  const at = { x: rounded(to.x, gridM), y: rounded(to.y, gridM) };
  const [width_m, depth_m] = [Math.abs(at.x - fixed.x), Math.abs(at.y - fixed.y)].map((each) =>
    Math.max(0.2, rounded(each)),
  );
  const x_m = rounded(fixed.x + (Math.sign(at.x - fixed.x) || 1) * ((width_m ?? 0) / 2), 0.005);
  const y_m = rounded(fixed.y + (Math.sign(at.y - fixed.y) || 1) * ((depth_m ?? 0) / 2), 0.005);
  const next = { ...aisle, x_m, y_m, width_m: width_m ?? 0.2, depth_m: depth_m ?? 0.2 };
  return { ...plan, aisles: plan.aisles.map((each, at) => (at === index ? next : each)) };
}

export function withAisle(plan: Plan, type: AisleType, at: Point): Plan {
  const names = new Set(plan.aisles.map(({ name }) => name));
  const word = type === "cold" ? "Cold aisle" : "Hot aisle";
  let number = 1;
  while (names.has(`${word} ${number}`)) ++number;
  const aisle = { name: `${word} ${number}`, type, x_m: rounded(at.x, gridM), y_m: rounded(at.y, gridM) };
  return { ...plan, aisles: [...plan.aisles, { ...aisle, width_m: Math.min(4, plan.width_m), depth_m: 1.2 }] };
}

/** Aisles go; racks and units leave the floor, and wait to be placed again. */
export function taken(plan: Plan, keys: Keys): Plan {
  return {
    ...plan,
    aisles: plan.aisles.filter((_, index) => !keys.has(keyOfAisle(index))),
    racks: plan.racks.map((rack) => (keys.has(keyOfRack(rack.id)) ? { ...rack, placement: null } : rack)),
    units: plan.units.map((unit) => (keys.has(keyOfUnit(unit.device_id)) ? { ...unit, placement: null } : unit)),
  };
}

const newRack = { width_m: 0.6, depth_m: 1.2 };
const newUnit: Record<string, { width_m: number; depth_m: number }> = {
  "leak-sensor": { width_m: 0.3, depth_m: 0.3 },
};

/** Onto the floor, near a point, where nothing stands. */
export function placed(plan: Plan, key: ItemKey, near: Point): Plan {
  const id = idOf(key);
  const unit = key.startsWith("unit:") ? plan.units.find(({ device_id }) => device_id === id) : undefined;
  const size = unit ? (newUnit[unit.type] ?? { width_m: 1.8, depth_m: 0.9 }) : newRack;
  const standing = itemsOf(plan).filter(({ kind }) => kind !== "aisle");
  const box = { ...size, x_m: rounded(near.x, gridM), y_m: rounded(near.y, gridM), rotation_deg: 0 };
  const free = (at: Point) => {
    const there = { ...box, x_m: at.x, y_m: at.y };
    return within(plan, there) && !standing.some((item) => overlap(item.box, there));
  };
  // Along a growing spiral.
  for (let ring = 0; ring < 40; ++ring) {
    for (let turn = 0; turn < Math.max(1, ring * 8); ++turn) {
      const angle = (2 * Math.PI * turn) / Math.max(1, ring * 8);
      const at = {
        x: rounded(box.x_m + ring * 0.6 * Math.cos(angle), gridM),
        y: rounded(box.y_m + ring * 0.6 * Math.sin(angle), gridM),
      };
      if (!free(at)) continue;
      const placement = { ...box, x_m: at.x, y_m: at.y };
      return unit
        ? { ...plan, units: plan.units.map((each) => (each === unit ? { ...each, placement } : each)) }
        : { ...plan, racks: plan.racks.map((each) => (each.id === id ? { ...each, placement } : each)) };
    }
  }
  return plan;
}

export function withBox(plan: Plan, key: ItemKey, changes: Partial<Placement>): Plan {
  return withBoxes(plan, new Set([key]), (box) => ({ ...box, ...changes }));
}

export function withRow(plan: Plan, keys: Keys, row: string): Plan {
  return {
    ...plan,
    racks: plan.racks.map((rack) => (keys.has(keyOfRack(rack.id)) ? { ...rack, row: row || null } : rack)),
  };
}

export function withServes(plan: Plan, unitId: number, serves: number[]): Plan {
  return { ...plan, units: plan.units.map((unit) => (unit.device_id === unitId ? { ...unit, serves } : unit)) };
}

export function keysWithin(items: Item[], from: Point, to: Point) {
  const box = {
    ...{ x_m: (from.x + to.x) / 2, y_m: (from.y + to.y) / 2 },
    ...{ width_m: Math.abs(to.x - from.x), depth_m: Math.abs(to.y - from.y) },
  };
  return new Set(
    items.flatMap(({ key, kind, box: { x_m, y_m } }) =>
      kind !== "aisle" && contains(box, { x: x_m, y: y_m }) ? [key] : [],
    ),
  );
}

/** What the server would refuse, by the thing that is wrong. */
export function problemsOf(plan: Plan): Map<ItemKey, string> {
  const problems = new Map<ItemKey, string>();
  const items = itemsOf(plan);
  for (const { key, box, name } of items)
    if (!within(plan, box)) problems.set(key, `${name} stands outside of the room`);
  const racks = items
    .filter(({ kind }) => kind === "rack")
    .map((item) => ({ item, bounds: boundsOf([item.box]) }))
    .sort((a, b) => a.bounds.left - b.bounds.left);
  racks.forEach(({ item, bounds }, index) => {
    for (let at = index + 1; at < racks.length; ++at) {
      const other = racks[at];
      if (!other || other.bounds.left >= bounds.right) break;
      if (other.bounds.top >= bounds.bottom || other.bounds.bottom <= bounds.top) continue;
      if (!overlap(item.box, other.item.box)) continue;
      problems.set(item.key, `${item.name} overlaps ${other.item.name}`);
      problems.set(other.item.key, `${other.item.name} overlaps ${item.name}`);
    }
  });
  return problems;
}

/** The thing that the server's JSON pointer names, in the plan that was sent. */
export function keyOfPointer(plan: Plan, pointer: string): ItemKey | undefined {
  const [, list, index = ""] = pointer.split("/");
  const at = Number(index);
  if (index === "" || !Number.isInteger(at)) return undefined;
  if (list === "aisles") return at < plan.aisles.length ? keyOfAisle(at) : undefined;
  const rack = list === "racks" ? plan.racks[at] : undefined;
  if (rack) return keyOfRack(rack.id);
  const unit = list === "units" ? plan.units[at] : undefined;
  return unit && keyOfUnit(unit.device_id);
}
