// Paints the plan of a room on a canvas, from nothing, as often as something has changed. It decides nothing: what a rack shows comes from
// the layer, where it stands from the plan.
import { formatNumber } from "@/lib/format";
import type { Footprint } from "./geometry";
import { cellOf } from "./layers";
import { type Drawn, markAlarm, markRacks, paintRack, writeRacks } from "./paint-racks";
import {
  type Context,
  digitWidth,
  extent,
  halved,
  inSight,
  onScreen,
  outOfSight,
  type Scene,
  setFont,
  smallest,
  trace,
  write,
} from "./pen";
import type { PlanUnit } from "./plan-api";
import { type ItemKey, keyOfAisle, keyOfRack, keyOfUnit } from "./scene";
import { toScreen } from "./view";

const tileM = 0.6;

function paintFloor(ctx: Context, scene: Scene) {
  const { plan, view, size, colors } = scene;
  const from = toScreen(view, size, { x: 0, y: 0 });
  const to = toScreen(view, size, { x: plan.width_m, y: plan.depth_m });
  ctx.fillStyle = colors.surface;
  ctx.fillRect(from.x, from.y, to.x - from.x, to.y - from.y);
  const tile = tileM * view.scale;
  if (tile >= 9) {
    ctx.beginPath();
    for (let x = tileM; x < plan.width_m; x += tileM) {
      const at = Math.round(from.x + x * view.scale) + 0.5;
      if (at < 0 || at > size.width) continue;
      ctx.moveTo(at, Math.max(0, from.y));
      ctx.lineTo(at, Math.min(size.height, to.y));
    }
    for (let y = tileM; y < plan.depth_m; y += tileM) {
      const at = Math.round(from.y + y * view.scale) + 0.5;
      if (at < 0 || at > size.height) continue;
      ctx.moveTo(Math.max(0, from.x), at);
      ctx.lineTo(Math.min(size.width, to.x), at);
    }
    ctx.globalAlpha = scene.editing ? 0.7 : 0.35;
    ctx.strokeStyle = colors.border;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
  ctx.strokeStyle = colors.muted;
  ctx.lineWidth = 2;
  ctx.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y);
}

function paintAisles(ctx: Context, scene: Scene) {
  const { plan, colors, font } = scene;
  plan.aisles.forEach((aisle, index) => {
    const points = onScreen(scene, aisle);
    const { left, top, right, bottom } = extent(points);
    if (outOfSight(scene, { left, top, right, bottom })) return;
    const color = aisle.type === "cold" ? colors.info : colors.major;
    trace(ctx, points);
    ctx.fillStyle = color;
    ctx.globalAlpha = scene.theme === "dark" ? 0.13 : 0.12;
    ctx.fill();
    ctx.globalAlpha = 1;
    if (scene.editing || scene.wrong.has(keyOfAisle(index))) {
      ctx.strokeStyle = scene.wrong.has(keyOfAisle(index)) ? colors.critical : color;
      ctx.lineWidth = scene.selected.has(keyOfAisle(index)) ? 2.5 : 1;
      ctx.setLineDash([6, 4]);
      ctx.stroke();
      ctx.setLineDash([]);
      if (scene.selected.has(keyOfAisle(index))) {
        ctx.fillStyle = colors.primary;
        for (const { x, y } of points) ctx.fillRect(x - 4, y - 4, 8, 8);
      }
    }
    const figure = scene.aisles[index];
    const value = figure?.average == null ? "no data" : `${formatNumber(figure.average, "°C")} °C`;
    const name = aisle.name.toLowerCase().includes(aisle.type) ? aisle.name : `${aisle.name}, ${aisle.type}`;
    ctx.fillStyle = color;
    // In the middle of what is in sight of it.
    const seen = {
      left: Math.max(0, left),
      top: Math.max(0, top),
      right: Math.min(scene.size.width, right),
      bottom: Math.min(scene.size.height, bottom),
    };
    write(
      ctx,
      `${name} · ${value}`,
      { x: (seen.left + seen.right) / 2, y: (seen.top + seen.bottom) / 2 },
      { width: seen.right - seen.left - 8, height: seen.bottom - seen.top - 4 },
      13,
      (px) => `500 ${px}px ${font}`,
    );
  });
}

function paintUnit(ctx: Context, scene: Scene, unit: PlanUnit, box: Footprint) {
  const { colors, font } = scene;
  const points = onScreen(scene, box);
  const bounds = extent(points);
  if (outOfSight(scene, bounds)) return;
  const look = scene.units.get(unit.device_id);
  const edge = { ok: colors.info, off: colors.unknown, wrong: colors.critical, "no data": colors.unknown }[
    look?.state ?? "no data"
  ];
  const [width, height] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
  ctx.beginPath();
  if ((box.rotation_deg ?? 0) % 90 === 0) ctx.roundRect(bounds.left, bounds.top, width, height, Math.min(6, width / 4));
  else trace(ctx, points);
  ctx.fillStyle = look?.state === "wrong" ? colors.critical : colors.background;
  ctx.fill();
  if (look?.state === "no data" && scene.hatch) {
    ctx.fillStyle = scene.hatch;
    ctx.fill();
  }
  ctx.strokeStyle = edge;
  ctx.lineWidth = 2;
  ctx.stroke();
  ctx.fillStyle = look?.state === "wrong" ? colors.background : colors.foreground;
  const middle = { x: (bounds.left + bounds.right) / 2, y: (bounds.top + bounds.bottom) / 2 };
  const text = look?.text ?? "";
  const wanted = Math.min(16, Math.max(12, scene.view.scale * 0.16));
  const bold = (px: number) => `600 ${px}px ${font}`;
  const longest = Math.max(unit.name.length, text.length) * digitWidth;
  const stacked = halved(Math.min(wanted, (width - 6) / longest, (height - 6) / 2.8));
  if (text && stacked >= smallest) {
    setFont(ctx, bold(stacked));
    ctx.fillText(unit.name, middle.x, middle.y - stacked * 0.7);
    ctx.fillText(text, middle.x, middle.y + stacked * 0.7);
    return;
  }
  // The most that can be read: both, the name, or what it says.
  const long = Math.max(width, height) - 6;
  const fitting = [text ? `${unit.name} · ${text}` : unit.name, unit.name, text].find(
    (each) => long >= each.length * digitWidth * smallest,
  );
  if (fitting) write(ctx, fitting, middle, { width: width - 6, height: height - 4 }, wanted, bold);
}

function outline(ctx: Context, scene: Scene, box: Footprint, color: string, width: number, dash: number[] = []) {
  trace(ctx, onScreen(scene, box));
  ctx.setLineDash(dash);
  ctx.lineWidth = width + 2;
  ctx.strokeStyle = scene.colors.background;
  ctx.stroke();
  ctx.lineWidth = width;
  ctx.strokeStyle = color;
  ctx.stroke();
  ctx.setLineDash([]);
}

function paintRows(ctx: Context, { rows, view, size, colors, font }: Scene) {
  const px = Math.min(16, view.scale * 0.34);
  if (px < smallest) return;
  ctx.fillStyle = colors.muted;
  setFont(ctx, `700 ${halved(px)}px ${font}`);
  ctx.textBaseline = "middle";
  for (const { name, x, y, side } of rows) {
    const at = toScreen(view, size, { x, y });
    ctx.textAlign = side === "left" ? "right" : "center";
    ctx.fillText(name, at.x - (side === "left" ? px * 0.5 : 0), at.y - (side === "above" ? px * 0.8 : 0));
  }
}

/** What was painted: tests and the goal's measurement count on it. */
export type Painted = { racks: number; hatched: number };

export function paint(ctx: Context, scene: Scene): Painted {
  const { plan, colors, size, selected, hovered, served, wrong, source } = scene;
  const painted: Painted = { racks: 0, hatched: 0 };
  ctx.fillStyle = colors.background;
  ctx.fillRect(0, 0, size.width, size.height);
  paintFloor(ctx, scene);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  paintAisles(ctx, scene);
  for (const unit of plan.units) {
    if (!unit.placement) continue;
    paintUnit(ctx, scene, unit, unit.placement);
    const alarm = source.unitAlarms.get(unit.device_id)?.worst;
    if (alarm) markAlarm(ctx, scene, alarm, extent(onScreen(scene, unit.placement)));
  }
  const none = { ratedKw: null, inlet: [], outlet: [], humidity: [], power: [], all: [] };
  const drawn: Drawn[] = [];
  for (const { id, name, placement } of plan.racks) {
    if (!placement || !inSight(scene, placement)) continue;
    const cell = cellOf(scene.layer, id, scene.sensors.get(id) ?? none, source);
    const dimmed = served !== null && !served.has(id);
    const rack = { name, box: placement, cell, dimmed, alarm: source.alarms.get(id)?.worst };
    const done = paintRack(ctx, scene, rack);
    if (!done) continue;
    drawn.push({ ...rack, ...done });
    if (cell.without) ++painted.hatched;
  }
  painted.racks = drawn.length;
  writeRacks(ctx, scene, drawn);
  markRacks(ctx, scene, drawn);
  paintRows(ctx, scene);
  const boxes = new Map<ItemKey, Footprint>();
  for (const { id, placement } of plan.racks) if (placement) boxes.set(keyOfRack(id), placement);
  for (const { device_id, placement } of plan.units) if (placement) boxes.set(keyOfUnit(device_id), placement);
  for (const id of served ?? []) {
    const box = boxes.get(keyOfRack(id));
    if (box) outline(ctx, scene, box, colors.info, 2, [5, 3]);
  }
  const mark = (key: ItemKey | null, color: string, width: number) => {
    const box = key && boxes.get(key);
    if (box) outline(ctx, scene, box, color, width);
  };
  for (const key of wrong) mark(key, colors.critical, 2.5);
  mark(hovered, colors.foreground, 1.5);
  for (const key of selected) mark(key, colors.primary, 3);
  if (scene.marquee) {
    const { left, top, right, bottom } = scene.marquee;
    const from = toScreen(scene.view, size, { x: left, y: top });
    const to = toScreen(scene.view, size, { x: right, y: bottom });
    ctx.setLineDash([4, 3]);
    ctx.lineWidth = 1;
    ctx.strokeStyle = colors.primary;
    ctx.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y);
    ctx.setLineDash([]);
  }
  return painted;
}

/** Stripes for what has no data. */
export function hatchOf(ctx: Context, color: string): CanvasPattern | null {
  const side = 10;
  const tile = document.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext("2d");
  if (!pen) return null;
  pen.strokeStyle = color;
  pen.globalAlpha = 0.55;
  pen.lineWidth = 2;
  pen.beginPath();
  for (const at of [-side, 0, side]) {
    pen.moveTo(at - 1, side + 1);
    pen.lineTo(at + side + 1, -1);
  }
  pen.stroke();
  return ctx.createPattern(tile, "repeat");
}
