// Which part of the room is on screen: its middle in metres, and pixels per metre. The address holds the zoom relative to the whole room, so
// that another screen shows the same part.
import type { Point, Size } from "./geometry";

export type View = { x: number; y: number; scale: number };
type RoomSize = { width_m: number; depth_m: number };

const marginPx = 24;
const nearest = 16;
const farthest = 0.5;

export function fitScale(room: RoomSize, size: Size) {
  const across = Math.max(40, size.width - 2 * marginPx) / room.width_m;
  const down = Math.max(40, size.height - 2 * marginPx) / room.depth_m;
  return Math.min(across, down);
}

export function wholeRoom(room: RoomSize, size: Size): View {
  return { x: room.width_m / 2, y: room.depth_m / 2, scale: fitScale(room, size) };
}

export function toScreen(view: View, size: Size, { x, y }: Point): Point {
  return { x: (x - view.x) * view.scale + size.width / 2, y: (y - view.y) * view.scale + size.height / 2 };
}

export function toRoom(view: View, size: Size, { x, y }: Point): Point {
  return { x: (x - size.width / 2) / view.scale + view.x, y: (y - size.height / 2) / view.scale + view.y };
}

const between = (low: number, high: number, value: number) => Math.min(high, Math.max(low, value));

/** Neither out of the room nor out of measure. */
function clampView(view: View, room: RoomSize, size: Size): View {
  const whole = fitScale(room, size);
  return {
    x: between(0, room.width_m, view.x),
    y: between(0, room.depth_m, view.y),
    scale: between(whole * farthest, Math.max(whole * nearest, 160), view.scale),
  };
}

/** What is under the pointer stays there. */
export function zoomAt(view: View, room: RoomSize, size: Size, at: Point, factor: number): View {
  const { scale } = clampView({ ...view, scale: view.scale * factor }, room, size);
  const kept = toRoom(view, size, at);
  const x = kept.x - (at.x - size.width / 2) / scale;
  const y = kept.y - (at.y - size.height / 2) / scale;
  return clampView({ x, y, scale }, room, size);
}

export function pan(view: View, room: RoomSize, size: Size, dx: number, dy: number): View {
  return clampView({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale }, room, size);
}

/** Moved as little as need be so that a point is well inside. */
export function reveal(view: View, room: RoomSize, size: Size, point: Point): View {
  const at = toScreen(view, size, point);
  const marginX = Math.min(80, size.width / 4);
  const marginY = Math.min(80, size.height / 4);
  const dx = at.x - between(marginX, size.width - marginX, at.x);
  const dy = at.y - between(marginY, size.height - marginY, at.y);
  return dx === 0 && dy === 0 ? view : pan(view, room, size, -dx, -dy);
}

/** Null: the whole room, which needs no words. */
export function viewText(view: View, room: RoomSize, size: Size) {
  const zoom = view.scale / fitScale(room, size);
  const centred = Math.abs(view.x - room.width_m / 2) < 0.02 && Math.abs(view.y - room.depth_m / 2) < 0.02;
  if (centred && Math.abs(zoom - 1) < 0.005) return null;
  return [view.x, view.y, zoom].map((each) => each.toFixed(2)).join("_");
}

export function viewOf(text: string | null, room: RoomSize, size: Size): View {
  const [x, y, zoom] = (text ?? "").split("_").map(Number);
  const known = [x, y, zoom].every((each) => each !== undefined && Number.isFinite(each)) && Number(zoom) > 0;
  if (!known) return wholeRoom(room, size);
  return clampView({ x: Number(x), y: Number(y), scale: Number(zoom) * fitScale(room, size) }, room, size);
}
