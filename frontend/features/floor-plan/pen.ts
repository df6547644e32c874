// What the painting of the plan shares: the scene, from metres to pixels, and writing in the size that fits.

import type { Theme } from "@/lib/color-scale";
import type { AisleFigure } from "./aisles";
import { type Bounds, cornersOf, type Footprint, type Point, type Size } from "./geometry";
import type { Layer, RackSensors, Source } from "./layers";
import type { Plan } from "./plan-api";
import type { ItemKey, RowLabel } from "./scene";
import type { UnitLook } from "./units";
import { toScreen, type View } from "./view";

const tokens = ["background", "surface", "raised", "border", "foreground", "muted", "primary", "unknown"] as const;
const signals = ["critical", "major", "warning", "info"] as const;
export type Colors = Record<(typeof tokens)[number] | (typeof signals)[number], string>;

export function colorsOf(style: CSSStyleDeclaration): Colors {
  return Object.fromEntries(
    [...tokens, ...signals].map((name) => [name, style.getPropertyValue(`--${name}`)]),
  ) as Colors;
}

export type Scene = {
  plan: Plan;
  view: View;
  size: Size;
  theme: Theme;
  colors: Colors;
  font: string;
  hatch: CanvasPattern | null;
  layer: Layer;
  sensors: ReadonlyMap<number, RackSensors>;
  source: Source;
  aisles: AisleFigure[];
  units: ReadonlyMap<number, UnitLook>;
  rows: RowLabel[];
  selected: ReadonlySet<ItemKey>;
  hovered: ItemKey | null;
  /** What the unit under the pointer serves; null: nothing is told apart. */
  served: ReadonlySet<number> | null;
  /** What the server or the plan's own rules refuse. */
  wrong: ReadonlySet<ItemKey>;
  editing: boolean;
  marquee: Bounds | null;
};

export const severityToken = { critical: "critical", major: "major", minor: "warning", info: "info" } as const;
/** Below this many pixels nobody reads. */
export const smallest = 8.5;
export const largest = 20;
/** Of the digits of Inter, in units of the font's size. */
export const digitWidth = 0.62;

export type Context = CanvasRenderingContext2D;

export function trace(ctx: Context, points: Point[]) {
  ctx.beginPath();
  points.forEach(({ x, y }, at) => {
    if (at === 0) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  });
  ctx.closePath();
}

/** On whole pixels when it stands straight, so that neighbours meet in a sharp line. */
export function onScreen({ view, size }: Scene, box: Footprint): Point[] {
  const straight = (box.rotation_deg ?? 0) % 90 === 0;
  return cornersOf(box).map((corner) => {
    const { x, y } = toScreen(view, size, corner);
    return straight ? { x: Math.round(x), y: Math.round(y) } : { x, y };
  });
}

export function extent(points: Point[]): Bounds {
  const [first = { x: 0, y: 0 }] = points;
  const bounds = { left: first.x, top: first.y, right: first.x, bottom: first.y };
  for (const { x, y } of points) {
    if (x < bounds.left) bounds.left = x;
    else if (x > bounds.right) bounds.right = x;
    if (y < bounds.top) bounds.top = y;
    else if (y > bounds.bottom) bounds.bottom = y;
  }
  return bounds;
}

/** Roughly, and cheaply: what is not on screen is not even asked for its value. */
export function inSight({ view, size }: Scene, { x_m, y_m, width_m, depth_m }: Footprint) {
  const reach = (width_m + depth_m) / 2;
  return (
    Math.abs(x_m - view.x) <= size.width / 2 / view.scale + reach &&
    Math.abs(y_m - view.y) <= size.height / 2 / view.scale + reach
  );
}

export const outOfSight = ({ size }: Scene, { left, top, right, bottom }: Bounds) =>
  right < 0 || bottom < 0 || left > size.width || top > size.height;

/** Setting a font is dear, even the same one. */
export function setFont(ctx: Context, font: string) {
  if (fonts.get(ctx) === font) return;
  fonts.set(ctx, font);
  ctx.font = font;
}
const fonts = new WeakMap<Context, string>();

/** In half pixels, so that few fonts are needed. */
export const halved = (px: number) => Math.floor(px * 2) / 2;

/** Along the longer side, in the size that fits; nothing when none does. */
export function write(ctx: Context, text: string, at: Point, room: Size, wanted: number, font: (px: number) => string) {
  const fitting = ({ width, height }: Size) =>
    halved(Math.min(wanted, height * 0.9, width / (text.length * digitWidth)));
  const [lying, upright] = [fitting(room), fitting({ width: room.height, height: room.width })];
  // Lying reads better, unless it is much smaller.
  const turn = lying < smallest || upright > lying * 1.3;
  const px = turn ? upright : lying;
  if (px < smallest) return;
  setFont(ctx, font(px));
  if (!turn) {
    ctx.fillText(text, at.x, at.y);
    return;
  }
  ctx.translate(at.x, at.y);
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(text, 0, 0);
  ctx.rotate(Math.PI / 2);
  ctx.translate(-at.x, -at.y);
}
