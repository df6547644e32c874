import { expect, test } from "vitest";
import { align, bandsOf, extentOf, type Level, rowAt, type Series, stacked, tableOf, valueRange } from "./chart-model";

const series = (key: string, rows: number[][], gapMs = 60_000): Series => ({ key, label: key, rows, gapMs });
const level = (when: Level["when"], value: number): Level => ({ when, value, label: `${value}`, token: `--t${value}` });

test("series of different times share one axis; a gap lifts the pen of its own curve only", () => {
  const [times, a, , , b] = align([
    series("a", [
      [0, 20],
      [30_000, 21],
      [300_000, 22],
    ]),
    series("b", [
      [30_000, 50],
      [100_000, 51],
    ]),
  ]);
  // 165 s is the middle of the gap of a, 65 s of that of b.
  expect(times).toEqual([0, 30, 65, 100, 165, 300]);
  expect(a).toEqual([20, 21, undefined, undefined, null, 22]);
  expect(b).toEqual([undefined, 50, null, 51, undefined, undefined]);
});

test("lowest and highest stand beside the mean; a reading has none", () => {
  const [, mean, lowest, highest] = align([series("a", [[0, 20, 18, 25]])]);
  expect([mean, lowest, highest]).toEqual([[20], [18], [25]]);
  expect(align([series("a", [[0, 20]])])[2]).toEqual([null]);
});

test("the crosshair reads the nearest row, and nothing within a gap", () => {
  const one = series("a", [
    [0, 20],
    [30_000, 21],
    [300_000, 22],
  ]);
  expect(rowAt(one, 14_000)).toEqual([0, 20]);
  expect(rowAt(one, 16_000)).toEqual([30_000, 21]);
  expect(rowAt(one, 150_000)).toBeUndefined();
  expect(rowAt(one, 299_000)).toEqual([300_000, 22]);
  expect(rowAt(series("none", []), 0)).toBeUndefined();
});

test("the axis reaches to the next limit on either side, not to those beyond", () => {
  const levels = [level("below", 15), level("below", 18), level("above", 28), level("above", 32)];
  const [min, max] = valueRange("°C", { min: 22, max: 24 }, levels);
  expect(min).toBeGreaterThan(16.9);
  expect(min).toBeLessThan(18);
  expect(max).toBeGreaterThan(28);
  expect(max).toBeLessThan(29.1);
  expect(valueRange("°C", { min: 24, max: 30 }, levels)[1]).toBeGreaterThan(32);
});

test("noise is not blown up, and what is not negative gets no negative axis", () => {
  const [min, max] = valueRange("°C", { min: 23, max: 23.1 }, []);
  expect(max - min).toBeGreaterThanOrEqual(1);
  expect(valueRange("kW", { min: 0, max: 5 }, [])[0]).toBe(0);
  expect(valueRange("°C", { min: -4, max: 5 }, [])[0]).toBeLessThan(-4);
});

test("each limit shades to the next worse one, the worst for ever", () => {
  const bands = bandsOf([level("above", 32), level("above", 28), level("below", 15), level("below", 18)]);
  expect(bands).toEqual([
    { from: 28, to: 32, token: "--t28" },
    { from: 32, to: Number.POSITIVE_INFINITY, token: "--t32" },
    { from: 15, to: 18, token: "--t18" },
    { from: Number.NEGATIVE_INFINITY, to: 15, token: "--t15" },
  ]);
});

test("the table holds exactly what is in the span, with empty cells where a series has nothing", () => {
  const { heads, lines } = tableOf(
    [
      series("inlet", [
        [0, 20, 19, 21],
        [60_000, 22, 21, 23],
        [120_000, 9, 9, 9],
      ]),
      series("humidity", [[60_000, 45]]),
    ],
    "x",
    0,
    60_000,
  );
  expect(heads).toEqual(["inlet, x", "inlet, x, lowest", "inlet, x, highest", "humidity, x"]);
  expect(lines).toEqual([
    { ts: 0, cells: [20, 19, 21, null] },
    { ts: 60_000, cells: [22, 21, 23, 45] },
  ]);
});

test("the extent is that of the extremes, within the span", () => {
  const one = series("a", [
    [0, 20, 10, 30],
    [60_000, 20, 15, 25],
  ]);
  expect(extentOf([one])).toEqual({ min: 10, max: 30 });
  expect(extentOf([one], 1)).toEqual({ min: 15, max: 25 });
  expect(extentOf([series("a", [])])).toBeUndefined();
});

test("layers stand on one another; where one is not known there is none", () => {
  const [bottom, top] = stacked([
    series("it", [
      [0, 80],
      [1, 82],
      [2, 84],
    ]),
    series("cooling", [
      [0, 20],
      [2, 21],
    ]),
  ]);
  expect(bottom?.rows).toEqual([
    [0, 80, 0, 80],
    [2, 84, 0, 84],
  ]);
  expect(top?.rows).toEqual([
    [0, 100, 80, 100],
    [2, 105, 84, 105],
  ]);
  expect(stacked([])).toEqual([]);
});
