import { expect, test } from "vitest";
import { aisleFigures, sensorsOfAisles } from "./aisles";
import { layers } from "./layers";
import { paint } from "./paint";
import type { Colors, Scene } from "./pen";
import { rowLabels } from "./scene";
import { somePlan, someSensors, sourceOf } from "./test-data";
import { wholeRoom } from "./view";

type Call = { what: string; args: unknown[]; fill: unknown; alpha: number };

/** A canvas that remembers what was asked of it. */
function recorder() {
  const calls: Call[] = [];
  const state: Record<string, unknown> = { globalAlpha: 1 };
  const ctx = new Proxy(state, {
    get: (known, what: string) =>
      what in known
        ? known[what]
        : (...args: unknown[]) =>
            void calls.push({ what, args, fill: known.fillStyle, alpha: Number(known.globalAlpha) }),
    set: (known, what: string, value) => {
      known[what] = value;
      return true;
    },
  }) as unknown as CanvasRenderingContext2D;
  const texts = () => calls.filter(({ what }) => what === "fillText").map(({ args }) => String(args[0]));
  return { ctx, calls, texts };
}

const names = ["background", "surface", "raised", "border", "foreground", "muted", "primary", "unknown"];
const colors = Object.fromEntries(
  [...names, "critical", "major", "warning", "info"].map((name) => [name, name]),
) as Colors;
const hatch = { hatch: true } as unknown as CanvasPattern;
const size = { width: 1000, height: 800 };

function scene(
  values: Parameters<typeof sourceOf>[0],
  more: Partial<Scene> = {},
  alarms?: Parameters<typeof sourceOf>[1],
): Scene {
  const plan = more.plan ?? somePlan();
  const sensors = someSensors();
  const source = sourceOf(values, alarms);
  return {
    ...{ plan, sensors, source, size, colors, hatch, font: "Inter", theme: "dark", layer: layers.temperature },
    ...{
      view: wholeRoom(plan, size),
      rows: rowLabels(plan),
      aisles: aisleFigures(sensorsOfAisles(plan, sensors), source),
    },
    ...{
      units: new Map([[90, { text: "18.2 °C", state: "ok" as const }]]),
      selected: new Set(),
      hovered: null,
      served: null,
    },
    ...{ wrong: new Set(), editing: false, marquee: null },
    ...more,
  };
}
/** Squares of racks: their colour comes from the scale, or is hatched. */
const squares = (calls: Call[]) =>
  calls.filter(({ what, fill }) => what === "fillRect" && (String(fill).startsWith("rgb(") || fill === hatch));

test("racks have the colour of their value and say it; no data is hatched, and has no number", () => {
  const { ctx, calls, texts } = recorder();
  expect(paint(ctx, scene({ 11: 20, 21: 33 }))).toEqual({ racks: 4, hatched: 2 });
  expect(squares(calls).map(({ fill }) => (fill === hatch ? "hatched" : "scale"))).toEqual([
    "scale",
    "scale",
    "hatched",
    "hatched",
  ]);
  const [cool, hot] = squares(calls).map(({ fill }) => fill);
  expect(cool).not.toBe(hot);
  expect(texts()).toEqual(expect.arrayContaining(["A01", "20.0", "A02", "33.0", "B01", "B02", "A", "B"]));
  expect(texts()).toEqual(expect.arrayContaining(["Cold 1 · 26.5 °C", "Hot 1 · no data", "crac-01", "18.2 °C"]));
  // What is not placed is not drawn.
  expect(texts()).not.toContain("C01");
});

test("what is out of sight is neither drawn nor asked", () => {
  const { ctx, texts } = recorder();
  const asked: number[] = [];
  const near = scene({ 11: 20 }, { view: { x: 3, y: 2.4, scale: 900 } });
  const find = (id: number) => {
    asked.push(id);
    return near.source.find(id);
  };
  const drawn = paint(ctx, { ...near, source: { ...near.source, find } });
  expect(drawn.racks).toBe(2);
  expect(texts()).not.toContain("B01");
  expect(asked).not.toContain(31);
});

test("where words would not be readable there are none", () => {
  const { ctx, texts } = recorder();
  expect(paint(ctx, scene({ 11: 20 }, { view: { x: 5, y: 4, scale: 8 } })).racks).toBe(4);
  expect(texts()).toEqual([]);
});

test("what a unit does not serve steps back", () => {
  const { ctx, calls } = recorder();
  paint(ctx, scene({ 11: 20, 21: 20, 31: 20, 41: 20 }, { served: new Set([1, 3]) }));
  expect(squares(calls).map(({ alpha }) => alpha)).toEqual([1, 0.35, 1, 0.35]);
});

test("alarms have a shape beside their colour in every layer", () => {
  const { ctx, calls } = recorder();
  paint(ctx, scene({ 11: 20 }, {}, [[1, { worst: "major", count: 1 }]]));
  const fills = calls.filter(({ what, fill }) => what === "fill" && fill === "major");
  // The hot aisle is one of them; the other is the mark.
  expect(fills).toHaveLength(2);
});

test("a unit in alarm has the mark, too", () => {
  const { ctx, calls } = recorder();
  const well = scene({ 11: 20 });
  paint(ctx, {
    ...well,
    source: { ...well.source, unitAlarms: new Map([[90, { worst: "critical" as const, count: 1 }]]) },
  });
  expect(calls.filter(({ what, fill }) => what === "fill" && fill === "critical")).toHaveLength(1);
});
