import { expect, test } from "vitest";
import { columnOf, peakOf } from "./day-chart";
import { ratingOf } from "./facility-cards";
import { boundsText } from "./figure";
import type { PueHistory } from "./power-types";
import { coverageOf } from "./pue-trend";
import { rackRows, sortRackRows } from "./rack-rows";
import { chain, element, rackPower } from "./test-data";

test("bounds are told when they say more than the value", () => {
  const bounds = (lower: number | null, value: number, upper: number | null, complete = false) =>
    boundsText({ value, lower, upper, complete }, "kW");
  expect(bounds(80, 81.5, 84)).toBe("between 80.00 and 84.00");
  expect(bounds(80.001, 80, 79.999)).toBeUndefined();
  expect(bounds(80, 80, null)).toBe("at least 80.00");
  expect(bounds(null, 75, 80)).toBe("at most 80.00");
  expect(bounds(null, 75, null)).toBeUndefined();
  // When nothing is missing, a bound that is not known is no news.
  expect(bounds(80, 80, null, true)).toBeUndefined();
  expect(bounds(78, 80, null, true)).toBe("at least 78.00");
});

test("the sources' rating is known when each says its own", () => {
  const source = (id: number, rating_kw: number | null) => element(id, `S${id}`, "source", [], { rating_kw });
  expect(ratingOf([source(1, 400), source(2, 200), element(3, "UPS", "ups", [1])])).toEqual({
    kw: 600,
    continuous: 0.8,
  });
  expect(ratingOf([source(1, 400), source(2, null)])).toBeUndefined();
  expect(ratingOf([])).toBeUndefined();
});

test("what is not known is no row, and no peak", () => {
  const history = {
    interval_s: 300,
    columns: ["t", "it_kw"],
    rows: [
      [0, 80],
      [300_000, null],
      [600_000, 84],
    ],
  };
  const { rows, gapMs } = columnOf(history, "it_kw", "IT");
  expect(rows).toEqual([
    [0, 80],
    [600_000, 84],
  ]);
  expect(gapMs).toBeLessThan(600_000);
  expect([peakOf(history, "it_kw"), peakOf(history, "other_kw"), peakOf(undefined, "it_kw")]).toEqual([84, null, null]);
});

test("coverage: what lies between intervals and at the ends is not covered", () => {
  const history = {
    interval_s: 10,
    columns: ["t", "pue", "facility_kwh", "it_kwh", "coverage"],
    rows: [
      [10_000, 1.3, 1, 1, 1],
      [20_000, 1.3, 1, 1, 1],
      [40_000, 1.3, 1, 1, 0.5],
    ],
  } as unknown as PueHistory;
  expect(coverageOf(history, 0, 60_000)).toEqual([
    { from: 0, to: 10_000, coverage: 0 },
    { from: 10_000, to: 30_000, coverage: 1 },
    { from: 30_000, to: 40_000, coverage: 0 },
    { from: 40_000, to: 50_000, coverage: 0.5 },
    { from: 50_000, to: 60_000, coverage: 0 },
  ]);
  expect(coverageOf({ ...history, rows: [] }, 0, 10)).toEqual([{ from: 0, to: 10, coverage: 0 }]);
});

test("racks: the fullest first, what is not known last, names as people count", () => {
  const shares = [0.2, null, 0.9, 0.5];
  const racks = ["A10", "A2", "A1", "A3"].map((name, at) => ({
    ...{ id: at, name, room_id: 1, height_u: 42, rated_power_kw: 8, sensors: [] },
  }));
  const rows = rackRows({ ...chain, racks: shares.map((share, at) => rackPower(at, { share })) }, racks, []);
  expect(sortRackRows(rows, "share").map(({ name }) => name)).toEqual(["A1", "A3", "A10", "A2"]);
  expect(sortRackRows(rows, "name").map(({ name }) => name)).toEqual(["A1", "A2", "A3", "A10"]);
  expect(sortRackRows(rows, "share", false).map(({ name }) => name)).toEqual(["A10", "A3", "A1", "A2"]);
});
