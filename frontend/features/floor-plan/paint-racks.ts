// Racks on the plan: their colour, front, words and alarms. Words are left out where they would not be readable.
import type { Severity } from "@/lib/api";
import { classOf, type Shade, shadesOf } from "@/lib/color-scale";
import type { Bounds, Footprint, Point } from "./geometry";
import type { Cell } from "./layers";
import {
  type Context,
  digitWidth,
  extent,
  halved,
  largest,
  onScreen,
  outOfSight,
  type Scene,
  setFont,
  severityToken,
  smallest,
  trace,
  write,
} from "./pen";

/** Each severity has a shape of its own beside its colour. */
function paintMark(ctx: Context, { colors }: Scene, severity: Severity, x: number, y: number, r: number) {
  const sides = { critical: 8, major: 3, minor: 40, info: 4 }[severity];
  const turn = sides === 3 ? -Math.PI / 2 : Math.PI / sides;
  const size = sides === 3 ? r * 1.2 : r;
  trace(
    ctx,
    Array.from({ length: sides }, (_, at) => ({
      x: x + size * Math.cos(turn + (2 * Math.PI * at) / sides),
      y: y + size * Math.sin(turn + (2 * Math.PI * at) / sides),
    })),
  );
  ctx.fillStyle = colors[severityToken[severity]];
  ctx.strokeStyle = colors.background;
  ctx.lineWidth = 1.5;
  ctx.fill();
  ctx.stroke();
}

function lookOf({ layer, theme, colors }: Scene, cell: Cell): Shade {
  if (cell.without) return { css: colors.raised, ink: colors.foreground };
  if (cell.severity) return { css: colors[severityToken[cell.severity]], ink: colors.background };
  if (layer.scale && cell.at !== undefined) {
    return shadesOf(layer.scale, theme)[classOf(cell.at)] as Shade;
  }
  return { css: colors.raised, ink: colors.muted };
}

export type Drawn = {
  name: string;
  box: Footprint;
  cell: Cell;
  bounds: Bounds;
  ink: string;
  dimmed: boolean;
  alarm: Severity | undefined;
};

/** The rack's square, without words. */
export function paintRack(
  ctx: Context,
  scene: Scene,
  { cell, box, dimmed }: Omit<Drawn, "bounds" | "ink">,
): Pick<Drawn, "bounds" | "ink"> | undefined {
  const { colors } = scene;
  const points = onScreen(scene, box);
  const bounds = extent(points);
  if (outOfSight(scene, bounds)) return undefined;
  const { css, ink } = lookOf(scene, cell);
  const [width, height] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
  ctx.globalAlpha = dimmed ? 0.35 : 1;
  ctx.fillStyle = css;
  const straight = (box.rotation_deg ?? 0) % 90 === 0;
  // Straight ones are rectangles of whole pixels with a seam between them: far cheaper than a path with its outline.
  const fill = () => {
    if (straight) return ctx.fillRect(bounds.left, bounds.top, width - 1, height - 1);
    trace(ctx, points);
    ctx.fill();
  };
  fill();
  if (cell.without && scene.hatch) {
    ctx.fillStyle = scene.hatch;
    fill();
  }
  // The front is a line along its edge.
  if (Math.min(width, height) > 9) {
    const [, , right, left] = points as [Point, Point, Point, Point];
    const thick = Math.min(4, Math.max(2, Math.round(height * 0.06)));
    ctx.globalAlpha = dimmed ? 0.3 : 0.65;
    if (left.y === right.y) {
      ctx.fillStyle = colors.foreground;
      ctx.fillRect(bounds.left, left.y - (left.y === bounds.top ? 0 : thick), width - 1, thick);
    } else {
      ctx.beginPath();
      ctx.moveTo(right.x, right.y);
      ctx.lineTo(left.x, left.y);
      ctx.lineWidth = thick;
      ctx.strokeStyle = colors.foreground;
      ctx.stroke();
    }
  }
  ctx.globalAlpha = 1;
  return { bounds, ink: dimmed ? colors.muted : ink };
}

/** Name above value, all racks in the same size; where both do not fit, one beside the other, or the value alone. */
export function writeRacks(ctx: Context, scene: Scene, racks: Drawn[]) {
  const { font, view } = scene;
  const aside: Drawn[] = [];
  const stacked: { drawn: Drawn; px: number }[] = [];
  const wanted = Math.min(largest, Math.max(smallest, view.scale * 0.2));
  for (const drawn of racks) {
    const { name, cell, bounds } = drawn;
    const longest = Math.max(name.length, cell.text.length) * digitWidth;
    const [width, height] = [bounds.right - bounds.left - 5, (bounds.bottom - bounds.top) / 2 - 5];
    const px = halved(Math.min(wanted, height, width / longest));
    if (px >= smallest) stacked.push({ drawn, px });
    else aside.push(drawn);
  }
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const middle = ({ bounds }: Drawn) => ({ x: (bounds.left + bounds.right) / 2, y: (bounds.top + bounds.bottom) / 2 });
  for (const [weight, side] of [
    [600, -1],
    [500, 1],
  ] as const) {
    for (const { drawn, px } of stacked) {
      const text = side < 0 ? drawn.name : drawn.cell.text;
      if (!text) continue;
      const { x, y } = middle(drawn);
      setFont(ctx, `${weight} ${px}px ${font}`);
      ctx.fillStyle = drawn.ink;
      ctx.fillText(text, x, y + side * px * 0.68);
    }
  }
  for (const drawn of aside) {
    const { name, cell, bounds } = drawn;
    const [width, height] = [bounds.right - bounds.left - 4, bounds.bottom - bounds.top - 4];
    if (Math.max(width, height) < 2 * digitWidth * smallest || Math.min(width, height) < smallest) continue;
    const both = cell.text ? `${name} ${cell.text}` : name;
    const fits = Math.max(width, height) >= both.length * digitWidth * smallest;
    ctx.fillStyle = drawn.ink;
    write(
      ctx,
      fits ? both : cell.text || name,
      middle(drawn),
      { width, height },
      wanted,
      (px) => `500 ${px}px ${font}`,
    );
  }
}

/** In the upper right corner of what is in alarm. */
export function markAlarm(ctx: Context, scene: Scene, alarm: Severity, { left, top, right, bottom }: Bounds) {
  const r = Math.min(6, Math.max(2.5, Math.min(right - left, bottom - top) * 0.13));
  paintMark(ctx, scene, alarm, right - r - 2, top + r + 2, r);
}

export function markRacks(ctx: Context, scene: Scene, racks: Drawn[]) {
  if (scene.layer.key === "alarms") return;
  for (const { alarm, bounds } of racks) if (alarm) markAlarm(ctx, scene, alarm, bounds);
}
