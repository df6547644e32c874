import { expect, test } from "vitest";
import type { Sensor } from "./api";
import { gapOf, intervalSeconds, rowsOf } from "./history";

test("raw rows leave out what is implausible; watts are kilowatts", () => {
  const points = [
    [1, 1500, 0],
    [2, 99_000, 2],
    [3, 2500, 1],
  ];
  expect(rowsOf(points, "raw", "W")).toEqual([
    [1, 1.5],
    [3, 2.5],
  ]);
});

test("buckets come as [start, count, min, avg, max] and go as [start, mean, lowest, highest]", () => {
  expect(rowsOf([[0, 10, 20, 22, 25]], "5m", "°C")).toEqual([[0, 22, 20, 25]]);
});

test("a gap is more than two intervals of the sensor, or of the buckets", () => {
  const sensor = { expected_interval_s: 30 } as Sensor;
  expect(gapOf(sensor, "raw")).toBe(60_000);
  expect(gapOf(sensor, "1h")).toBe(2_000 * intervalSeconds["1h"]);
});
