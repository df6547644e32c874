import { expect, test } from "vitest";
import { activeInput, boxHeight, feedHeight, layOut, neighbourOf, strokeOf } from "./chain-layout";
import type { Kind } from "./power-types";

const element = (id: number, name: string, kind: Kind, ...inputs: number[]) => ({
  ...{ id, name, kind, inputs },
  active_input: inputs[0] ?? null,
});

/** Utility and generator, a transfer switch, two UPS with a panel each, `racks` racks with both feeds, a load. */
function site(racks: number) {
  const feeds = Array.from({ length: racks }, (_, at) => [
    element(100 + at, `R${at + 1} A`, "rack-feed", 7),
    element(1000 + at, `R${at + 1} B`, "rack-feed", 8),
  ]).flat();
  return [
    element(1, "Utility", "source"),
    element(2, "Generator", "generator"),
    element(3, "ATS", "transfer-switch", 1, 2),
    element(4, "Main", "switchboard", 3),
    element(5, "UPS A", "ups", 4),
    element(6, "UPS B", "ups", 4),
    element(7, "Panel A", "panel", 5),
    element(8, "Panel B", "panel", 6),
    element(9, "Cooling", "load", 4),
    ...feeds,
  ];
}
const options = { expanded: new Set<string>(), boxWidth: 150, columnGap: 60 };
const overlap = (boxes: { column: number; y: number; height: number }[]) =>
  boxes.some((a) =>
    boxes.some((b) => a !== b && a.column === b.column && a.y < b.y + b.height && b.y < a.y + a.height),
  );

test("columns are the longest way from a source, and feeds stand in groups", () => {
  const { boxes, lines, width } = layOut(site(20), options);
  const column = (key: string) => boxes.find((box) => box.key === key)?.column;
  expect(["1", "2", "3", "4", "5", "9", "7", "feeds-7"].map(column)).toEqual([0, 0, 1, 2, 3, 3, 4, 5]);
  expect(boxes).toHaveLength(11);
  expect(boxes.find(({ key }) => key === "feeds-8")?.ids).toHaveLength(20);
  expect(lines).toHaveLength(10);
  expect(width).toBe(6 * 150 + 5 * 60);
  // In the order of their names as people count.
  expect(boxes.find(({ key }) => key === "feeds-7")?.ids.slice(0, 3)).toEqual([100, 101, 102]);
});

test("nothing overlaps, nothing is above the picture, whatever is expanded and however many racks there are", () => {
  for (const racks of [0, 1, 20, 200]) {
    for (const expanded of [[], ["feeds-7"], ["feeds-7", "feeds-8"]]) {
      const { boxes, height } = layOut(site(racks), { ...options, expanded: new Set(expanded) });
      expect(overlap(boxes)).toBe(false);
      expect(Math.min(...boxes.map(({ y }) => y))).toBeCloseTo(0);
      expect(height).toBeGreaterThanOrEqual(boxHeight);
      for (const box of boxes) expect(box.y + box.height).toBeLessThanOrEqual(height + 1e-6);
    }
  }
  const [closed, open] = [[], ["feeds-7"]].map((expanded) =>
    layOut(site(20), { ...options, expanded: new Set(expanded) }).boxes.find(({ key }) => key === "feeds-7"),
  );
  expect((open?.height ?? 0) - (closed?.height ?? 0)).toBeGreaterThanOrEqual(20 * feedHeight);
});

test("lines of A and B do not cross where they need not", () => {
  const crossed = [
    element(1, "Utility", "source"),
    element(5, "Z", "ups", 1),
    element(6, "Y", "ups", 1),
    element(7, "A under Z", "panel", 5),
    element(8, "B under Y", "panel", 6),
  ];
  const { boxes } = layOut(crossed, options);
  const y = (key: string) => boxes.find((box) => box.key === key)?.y ?? 0;
  expect(Math.sign(y("5") - y("6"))).toBe(Math.sign(y("7") - y("8")));
});

test("what ends in its column does not come between what goes on", () => {
  const { boxes } = layOut(
    [...site(4), element(10, "Mechanical", "switchboard", 3), element(11, "Alarm panel", "load", 10)],
    options,
  );
  const at = (key: string) => boxes.findIndex((box) => box.key === key);
  const [a, b, end] = [at("5"), at("6"), at("11")];
  expect(end > Math.min(a, b) && end < Math.max(a, b)).toBe(false);
});

test("an unknown input, a loop and an empty chain do not break it", () => {
  expect(layOut([], options)).toEqual({ boxes: [], lines: [], width: 0, height: 0 });
  expect(layOut([element(1, "a", "panel", 99)], options).boxes[0]?.column).toBe(0);
  const loop = layOut([element(1, "a", "panel", 2), element(2, "b", "panel", 1)], options);
  expect(loop.boxes).toHaveLength(2);
});

test("arrows go along the columns and to the nearest of the next", () => {
  const { boxes } = layOut(site(2), options);
  expect(neighbourOf(boxes, "4", "ArrowLeft")?.key).toBe("3");
  expect(neighbourOf(boxes, "5", "ArrowRight")?.key).toBe("7");
  expect(neighbourOf(boxes, "7", "ArrowRight")?.key).toBe("feeds-7");
  expect(neighbourOf(boxes, "1", "ArrowLeft")).toBeUndefined();
  const [first, second] = boxes.filter(({ column }) => column === 0).sort((a, b) => a.y - b.y);
  expect(neighbourOf(boxes, first?.key ?? "", "ArrowDown")).toBe(second);
  expect(neighbourOf(boxes, first?.key ?? "", "ArrowUp")).toBeUndefined();
});

test("power comes by the first input that is alive", () => {
  const alive = (dead: number[]) => (id: number) => !dead.includes(id);
  expect(activeInput({ inputs: [1, 2] }, alive([]))).toBe(1);
  expect(activeInput({ inputs: [1, 2] }, alive([1]))).toBe(2);
  expect(activeInput({ inputs: [1, 2] }, alive([1, 2]))).toBeNull();
});

test("a line is as thick as its load, and never nothing", () => {
  expect(strokeOf(0, 100)).toBe(strokeOf(null, 100));
  expect(strokeOf(100, 100)).toBeGreaterThan(strokeOf(50, 100));
  expect(strokeOf(200, 100)).toBe(strokeOf(100, 100));
});
