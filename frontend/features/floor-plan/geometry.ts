// Footprints on the floor: metres from the room's upper left corner, x to the right, y down; clockwise degrees. At 0° the front faces down.

export type Point = { x: number; y: number };
export type Size = { width: number; height: number };
/** x_m, y_m: the middle. */
export type Footprint = { x_m: number; y_m: number; width_m: number; depth_m: number; rotation_deg?: number };
export type Bounds = { left: number; top: number; right: number; bottom: number };

const radians = (degrees = 0) => (degrees * Math.PI) / 180;

/** What is (along, across) from the middle of the footprint, as the footprint is turned. */
export function inRoom({ x_m, y_m, rotation_deg }: Footprint, along: number, across: number): Point {
  const [cos, sin] = [Math.cos(radians(rotation_deg)), Math.sin(radians(rotation_deg))];
  return { x: x_m + along * cos - across * sin, y: y_m + along * sin + across * cos };
}

/** Rear left, rear right, front right, front left. */
export function cornersOf(box: Footprint): [Point, Point, Point, Point] {
  const [w, d] = [box.width_m / 2, box.depth_m / 2];
  return [inRoom(box, -w, -d), inRoom(box, w, -d), inRoom(box, w, d), inRoom(box, -w, d)];
}

export const beforeFront = (box: Footprint, distance: number) => inRoom(box, 0, box.depth_m / 2 + distance);
export const behindRear = (box: Footprint, distance: number) => inRoom(box, 0, -box.depth_m / 2 - distance);

export function boundsOf(boxes: Footprint[]): Bounds {
  const corners = boxes.flatMap((box) => cornersOf(box));
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

export function contains(box: Footprint, { x, y }: Point, margin = 0) {
  const [cos, sin] = [Math.cos(radians(box.rotation_deg)), Math.sin(radians(box.rotation_deg))];
  const [dx, dy] = [x - box.x_m, y - box.y_m];
  return (
    Math.abs(dx * cos + dy * sin) <= box.width_m / 2 + margin &&
    Math.abs(dy * cos - dx * sin) <= box.depth_m / 2 + margin
  );
}

/** Less than this is touching, as the server has it. */
const touchingM = 0.001;

function apart(a: Point[], b: Point[], axis: Point) {
  const along = (points: Point[]) => points.map(({ x, y }) => x * axis.x + y * axis.y);
  const [of, other] = [along(a), along(b)];
  return Math.max(...of) <= Math.min(...other) + touchingM || Math.max(...other) <= Math.min(...of) + touchingM;
}

export function overlap(a: Footprint, b: Footprint) {
  const [of, other] = [cornersOf(a), cornersOf(b)];
  const axes = [a, b].flatMap(({ rotation_deg }) => {
    const angle = radians(rotation_deg);
    return [
      { x: Math.cos(angle), y: Math.sin(angle) },
      { x: -Math.sin(angle), y: Math.cos(angle) },
    ];
  });
  return !axes.some((axis) => apart(of, other, axis));
}

export function within(room: { width_m: number; depth_m: number }, box: Footprint) {
  const { left, top, right, bottom } = boundsOf([box]);
  return (
    left >= -touchingM && top >= -touchingM && right <= room.width_m + touchingM && bottom <= room.depth_m + touchingM
  );
}

export const rounded = (metres: number, step = 0.01) => Number((Math.round(metres / step) * step).toFixed(3));

export type Direction = "left" | "right" | "up" | "down";

/** The nearest one in a direction: what is straight ahead comes before what is aside. */
export function neighbourOf<T extends Point>(all: T[], from: Point, direction: Direction): T | undefined {
  const [fx, fy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction] as [number, number];
  let best: T | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const each of all) {
    const ahead = (each.x - from.x) * fx + (each.y - from.y) * fy;
    const aside = Math.abs((each.x - from.x) * fy + (each.y - from.y) * fx);
    if (ahead <= 0.05 || aside > ahead * 2.5 + 0.3) continue;
    const cost = ahead + aside * 3;
    if (cost < least) {
      least = cost;
      best = each;
    }
  }
  return best;
}
