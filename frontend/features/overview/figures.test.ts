import { expect, test } from "vitest";
import type { Reading } from "@/lib/readings-store";
import { sensor } from "@/lib/test-data";
import { figuresOf } from "./figures";

const now = 1_000_000;
const sensors = [
  sensor(1, "inlet-temperature", { rack_id: 1 }),
  sensor(2, "rack-power", { rack_id: 1 }),
  sensor(3, "inlet-temperature", { rack_id: 2 }),
  sensor(4, "rack-power", { rack_id: null, unit: "W" }),
  sensor(5, "inlet-temperature", { rack_id: 3 }),
];

function figures(readings: Record<number, Reading>) {
  return figuresOf(sensors, (id) => readings[id], now);
}

test("figures say how many of the expected sensors they hold, and how old the oldest is", () => {
  const result = figures({
    1: { ts: now - 10_000, value: 22, quality: 0 },
    3: { ts: now - 20_000, value: 26, quality: 1 },
    2: { ts: now, value: 4, quality: 0 },
  });
  expect(result.averageInlet).toEqual({ value: 24, oldestTs: now - 20_000, reporting: 2, expected: 3 });
  expect(result.maximumInlet.value).toBe(26);
  expect(result.hottestSensor?.rack_id).toBe(2);
  expect(result.totalPower).toEqual({ value: 4, oldestTs: now, reporting: 1, expected: 2 });
  expect([result.sensorsReporting, result.sensorsBad, result.sensorsTotal]).toEqual([3, 0, 5]);
});

test("bad and stale readings enter no figure; a bad one reports all the same; no reading is not zero", () => {
  const result = figures({
    1: { ts: now, value: 90, quality: 2 },
    3: { ts: now - 60_001, value: 90, quality: 0 },
  });
  expect(result.averageInlet).toEqual({ value: null, oldestTs: null, reporting: 0, expected: 3 });
  expect(result.totalPower.value).toBeNull();
  expect(result.hottestSensor).toBeUndefined();
  expect([result.sensorsReporting, result.sensorsBad]).toEqual([1, 1]);
});

test("a reading is stale after more than twice its interval", () => {
  expect(figures({ 1: { ts: now - 60_000, value: 20, quality: 0 } }).averageInlet.value).toBe(20);
  expect(figures({ 1: { ts: now - 60_001, value: 20, quality: 0 } }).averageInlet.value).toBeNull();
});

test("what the server computes is no sensor that reports or is silent", () => {
  const computed = sensor(9, "rack-load", { topic: "computed/rack-1" });
  const { sensorsReporting, sensorsTotal } = figuresOf([...sensors, computed], () => undefined, now);
  expect([sensorsReporting, sensorsTotal]).toEqual([0, 5]);
});

test("watts are added as kilowatts, in a rack or not", () => {
  const result = figures({ 2: { ts: now, value: 4, quality: 0 }, 4: { ts: now, value: 1500, quality: 0 } });
  expect(result.totalPower.value).toBe(5.5);
});
